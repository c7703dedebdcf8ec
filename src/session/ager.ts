/**
 * This file holds the ager: which session's timer is due next, exact to the nanosecond.
 *
 * A wheel of three levels with 256 buckets each (1 s, 256 s, 65,536 s) covers 16.7 million seconds,
 * beyond the longest timer (15,999,999 s, panos.md §2.1):
 *
 * ```
 *  second:  bits 23…16   15…8    7…0        a session lies in level 0 if only bits 7…0 differ
 *  level:       2          1      0         from the cursor's second, in level 1 if 15…8 do, …
 * ```
 * A bucket is a list of slots (`SlotList`); `filed` has the one bucket in which a slot's entry counts.
 * A later deadline costs nothing: the entry is filed again when its bucket comes up. One before the
 * bucket is filed again at once, and the old entry is stale from then on; stale entries are swept out before
 * they outnumber the others. The current second's sessions stand in `due`, sorted by (deadline,
 * serial); the clock jumps from one occupied bucket to the next.
 */

import { DeadlineOrder } from './deadline-order.ts';
import { DEADLINE_F64, HOT_F64, HOT_WORDS, SERIAL, TIMEOUT } from './layout.ts';
import type { SessionTable } from './session-table.ts';
import { SlotList } from './slot-list.ts';
import { BUCKETS, levelOf, SECOND_BIAS, secondOf, startOf } from './wheel-buckets.ts';

const NS = 1e9;
const LEVELS = 3;
const SECONDS_AHEAD_MAX = 255 << 16;
/** `filed` holds bucket + 1, or one of these. */
const NOWHERE = 0;
const IN_DUE = -1;
/** Entries, stale ones included, that may stand in the wheel beside two a live session. */
const SPARE_ENTRIES = 4096;
/** What an entry in `due` turns out to be: as filed; moved on since; left or filed again. */
const VALID = 0;
const LATER = 1;
const STALE = 2;

export class Ager {
  /** No timer is due before this time (ns since the epoch): one comparison a packet. */
  nextNs = Number.POSITIVE_INFINITY;
  /** Entries in the wheel, stale ones included. */
  entries = 0;

  private readonly table: SessionTable;
  private readonly factor: number;
  private readonly spareEntries: number;
  private readonly buckets = Array.from({ length: BUCKETS * LEVELS }, () => new SlotList());
  /** By slot: bucket + 1, NOWHERE or IN_DUE. */
  private filed = new Int16Array(0);
  private readonly occupied = new Int32Array((BUCKETS * LEVELS) / 32);
  private cursor = 0;
  private dueSlot = new Int32Array(64);
  private dueSerial = new Int32Array(64);
  private dueDeadline = new Float64Array(64);
  private readonly order = new DeadlineOrder();
  private dueFirst = 0;
  private dueCount = 0;

  /**
   * @param options `factor` divides every timeout (accelerated ageing); `spareEntries`, for tests:
   *   entries beside two a live session that bring no sweep
   */
  constructor(table: SessionTable, options: { factor?: number; spareEntries?: number } = {}) {
    this.table = table;
    this.factor = options.factor ?? 1;
    this.spareEntries = options.spareEntries ?? SPARE_ENTRIES;
  }

  /** Enters a session whose deadline stands in its record. */
  add(slot: number): void {
    this.file(slot);
  }

  /** Tells the ager that a deadline moved earlier. Later ones need no call. */
  shorten(slot: number): void {
    const bucket = this.filed[slot]! - 1;
    // Mostly the entry of a longer-lived timer's beginning stands before the new deadline, too: it is
    // filed again when it comes up. Half of all filings of short TCP sessions are saved by this.
    if (bucket >= 0 && startOf(bucket, this.cursor) <= secondOf(this.deadlineOf(slot))) return;
    this.file(slot);
  }

  /** When a session's timer is due under this ager's factor; ns since the epoch. */
  deadlineOf(slot: number): number {
    const deadline = this.table.hotF64[slot * HOT_F64 + DEADLINE_F64]!;
    if (this.factor === 1) return deadline;
    const timeoutNs = this.table.hot[slot * HOT_WORDS + TIMEOUT]! * NS;
    return deadline - timeoutNs + Math.floor(timeoutNs / this.factor);
  }

  /** Takes a session out. */
  remove(slot: number): void {
    this.filed[slot] = NOWHERE;
  }

  /**
   * The slot whose deadline comes first at or before `now`, taken out of the ager, or -1; sessions
   * due at the same nanosecond come by serial.
   */
  takeDue(now: number): number {
    for (;;) {
      while (this.dueFirst < this.dueCount) {
        const slot = this.dueSlot[this.dueFirst]!;
        const deadline = this.dueDeadline[this.dueFirst]!;
        const state = this.judgeDue(slot, deadline);
        if (state === VALID && deadline > now) {
          this.nextNs = deadline;
          return -1;
        }
        this.dueFirst++;
        if (state === STALE) continue;
        this.filed[slot] = NOWHERE;
        if (state === VALID) return slot;
        this.file(slot);
      }
      this.dueFirst = 0;
      this.dueCount = 0;
      const second = this.nextOccupied();
      this.nextNs = second < 0 ? Number.POSITIVE_INFINITY : (second - SECOND_BIAS) * NS;
      if (second < 0 || this.nextNs > now) return -1;
      this.enter(second);
    }
  }

  /** Empties the wheel, so that every session can be entered again under another epoch. */
  clear(): void {
    for (const bucket of this.buckets) bucket.length = 0;
    this.filed.fill(NOWHERE);
    this.entries = 0;
    this.occupied.fill(0);
    this.dueFirst = 0;
    this.dueCount = 0;
    this.cursor = 0;
    this.nextNs = Number.POSITIVE_INFINITY;
  }

  private judgeDue(slot: number, deadline: number): number {
    const { hot } = this.table;
    if (
      this.filed[slot] !== IN_DUE ||
      hot[slot * HOT_WORDS + SERIAL] !== this.dueSerial[this.dueFirst]
    )
      return STALE;
    const actual = this.deadlineOf(slot);
    if (actual === deadline) return VALID;
    return actual > deadline ? LATER : STALE;
  }

  private file(slot: number): void {
    const deadline = this.deadlineOf(slot);
    const second = secondOf(deadline);
    if (second <= this.cursor) {
      this.insertDue(slot, deadline);
      return;
    }
    // Beyond the wheel's turn the last bucket must do: entering it files the session again.
    const within = Math.min(second, this.cursor + SECONDS_AHEAD_MAX);
    const level = levelOf(within, this.cursor);
    this.link(slot, level * BUCKETS + ((within >>> (8 * level)) & 255));
    // A bucket's start is a lower bound of its deadlines.
    const start = (((within >>> (8 * level)) << (8 * level)) - SECOND_BIAS) * NS;
    if (start < this.nextNs) this.nextNs = start;
  }

  private link(slot: number, bucket: number): void {
    if (slot >= this.filed.length) this.growFiled(slot);
    this.filed[slot] = bucket + 1;
    this.buckets[bucket]!.push(slot);
    this.occupied[bucket >>> 5]! |= 1 << (bucket & 31);
    if (++this.entries > 2 * this.table.live + this.spareEntries) this.sweep();
  }

  /** Takes stale entries out of all buckets. */
  private sweep(): void {
    const { filed } = this;
    this.entries = 0;
    this.buckets.forEach((list, bucket) => {
      const { slots } = list;
      let kept = 0;
      for (let i = 0; i < list.length; i++) {
        const slot = slots[i]!;
        // Marked as seen, so that a second entry in the same bucket goes, too.
        if (filed[slot] !== bucket + 1) continue;
        filed[slot] = -2 - bucket;
        slots[kept++] = slot;
      }
      for (let i = 0; i < kept; i++) filed[slots[i]!] = bucket + 1;
      list.length = kept;
      this.entries += kept;
      if (kept === 0) this.occupied[bucket >>> 5]! &= ~(1 << (bucket & 31));
    });
  }

  /** The first second that an occupied bucket begins with, or -1. Lower levels come first. */
  private nextOccupied(): number {
    for (let level = 0; level < LEVELS; level++) {
      const shift = 8 * level;
      const here = (this.cursor >>> shift) & 255;
      // Level 2 wraps: its buckets behind the cursor lie a turn ahead.
      const turns = level === LEVELS - 1 ? BUCKETS : BUCKETS - 1 - here;
      for (let step = 1; step <= turns; step++) {
        const bucket = level * BUCKETS + ((here + step) & 255);
        const word = this.occupied[bucket >>> 5]!;
        if (word === 0 && (bucket & 31) === 0 && step + 32 <= turns) {
          step += 31;
          continue;
        }
        if ((word >>> (bucket & 31)) & 1) return ((this.cursor >>> shift) + step) << shift;
      }
    }
    return -1;
  }

  /** Moves the cursor to `second` and empties the bucket that begins there. */
  private enter(second: number): void {
    const level = levelOf(second, this.cursor);
    this.cursor = second;
    const bucket = level * BUCKETS + ((second >>> (8 * level)) & 255);
    const list = this.buckets[bucket]!;
    const { slots, length } = list;
    list.length = 0;
    this.entries -= length;
    this.occupied[bucket >>> 5]! &= ~(1 << (bucket & 31));
    const { filed } = this;
    const first = this.dueCount;
    // Filing again never meets this bucket: it begins at the cursor, and none is a turn ahead.
    for (let i = 0; i < length; i++) {
      const slot = slots[i]!;
      if (filed[slot] !== bucket + 1) continue;
      const deadline = this.deadlineOf(slot);
      if (secondOf(deadline) > second) this.file(slot);
      else this.appendDue(slot, deadline);
    }
    if (this.dueCount - first > 1) this.sortDue(first);
  }

  private appendDue(slot: number, deadline: number): void {
    if (this.dueCount === this.dueSlot.length) this.growDue();
    const i = this.dueCount++;
    this.dueSlot[i] = slot;
    this.dueDeadline[i] = deadline;
    this.dueSerial[i] = this.table.hot[slot * HOT_WORDS + SERIAL]!;
    if (slot >= this.filed.length) this.growFiled(slot);
    this.filed[slot] = IN_DUE;
  }

  private insertDue(slot: number, deadline: number): void {
    this.appendDue(slot, deadline);
    if (deadline < this.nextNs) this.nextNs = deadline;
    const serial = this.dueSerial[this.dueCount - 1]!;
    let i = this.dueCount - 1;
    while (i > this.dueFirst && this.comesAfter(i - 1, deadline, serial)) {
      this.moveDue(i - 1, i);
      i--;
    }
    this.dueSlot[i] = slot;
    this.dueDeadline[i] = deadline;
    this.dueSerial[i] = serial;
  }

  private comesAfter(i: number, deadline: number, serial: number): boolean {
    const other = this.dueDeadline[i]!;
    return other === deadline ? this.dueSerial[i]! >>> 0 > serial >>> 0 : other > deadline;
  }

  /** Sorts the entries from `first` on by (deadline, serial). */
  private sortDue(first: number): void {
    const to = this.dueCount;
    const startNs = (this.cursor - SECOND_BIAS) * NS;
    this.order.sort(this.dueSlot, this.dueDeadline, this.dueSerial, first, to, startNs);
  }

  private moveDue(from: number, to: number): void {
    this.dueSlot[to] = this.dueSlot[from]!;
    this.dueDeadline[to] = this.dueDeadline[from]!;
    this.dueSerial[to] = this.dueSerial[from]!;
  }

  private growFiled(slot: number): void {
    const filed = new Int16Array(Math.max(1024, 2 * (slot + 1)));
    filed.set(this.filed);
    this.filed = filed;
  }

  private growDue(): void {
    const size = this.dueSlot.length * 2;
    const slots = new Int32Array(size);
    slots.set(this.dueSlot);
    const deadlines = new Float64Array(size);
    deadlines.set(this.dueDeadline);
    const serials = new Int32Array(size);
    serials.set(this.dueSerial);
    this.dueSlot = slots;
    this.dueDeadline = deadlines;
    this.dueSerial = serials;
  }
}
