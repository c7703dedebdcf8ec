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
 * Each bucket is a doubly linked list through the session records, so a session has exactly one
 * entry and nothing here grows. A later deadline costs nothing: the entry is filed again when its
 * bucket comes up. An earlier one is filed again at once. The current second's sessions stand in
 * `due`, sorted by (deadline, serial); the clock jumps from one occupied bucket to the next.
 */

import { DeadlineOrder } from './deadline-order.ts';
import {
  AGER_BUCKET,
  AGER_NEXT,
  AGER_PREVIOUS,
  DEADLINE_F64,
  HOT_F64,
  HOT_WORDS,
  SERIAL,
  TAIL_WORDS,
} from './layout.ts';
import type { SessionTable } from './session-table.ts';

const NS = 1e9;
const BUCKETS = 256;
const LEVELS = 3;
const SECONDS_AHEAD_MAX = 255 << 16;
/** AGER_BUCKET holds bucket + 1; 0 is none. */
const NOWHERE = 0;
const IN_DUE = -1;
/** What an entry in `due` turns out to be: as filed; moved on since; left or filed again. */
const VALID = 0;
const LATER = 1;
const STALE = 2;
/** Keeps seconds positive when reordered frames lie before the epoch. */
const SECOND_BIAS = 1 << 20;

export class Ager {
  /** No timer is due before this time (ns since the epoch): one comparison a packet. */
  nextNs = Number.POSITIVE_INFINITY;

  private readonly table: SessionTable;
  private readonly heads = new Int32Array(BUCKETS * LEVELS);
  private readonly occupied = new Int32Array((BUCKETS * LEVELS) / 32);
  private cursor = 0;
  private dueSlot = new Int32Array(64);
  private dueSerial = new Int32Array(64);
  private dueDeadline = new Float64Array(64);
  private readonly order = new DeadlineOrder();
  private dueFirst = 0;
  private dueCount = 0;

  constructor(table: SessionTable) {
    this.table = table;
  }

  /** Enters a session whose deadline stands in its record. */
  add(slot: number): void {
    this.file(slot);
  }

  /** Tells the ager that a deadline moved earlier. Later ones need no call. */
  shorten(slot: number): void {
    this.unlink(slot);
    this.file(slot);
  }

  /** Takes a session out. */
  remove(slot: number): void {
    this.unlink(slot);
    this.table.tail[slot * TAIL_WORDS + AGER_BUCKET] = NOWHERE;
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
        this.table.tail[slot * TAIL_WORDS + AGER_BUCKET] = NOWHERE;
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
    this.heads.fill(0);
    this.occupied.fill(0);
    this.dueFirst = 0;
    this.dueCount = 0;
    this.cursor = 0;
    this.nextNs = Number.POSITIVE_INFINITY;
  }

  private judgeDue(slot: number, deadline: number): number {
    const { hot, hotF64, tail } = this.table;
    const isIn = tail[slot * TAIL_WORDS + AGER_BUCKET] === IN_DUE;
    if (!isIn || hot[slot * HOT_WORDS + SERIAL] !== this.dueSerial[this.dueFirst]) return STALE;
    const actual = hotF64[slot * HOT_F64 + DEADLINE_F64]!;
    if (actual === deadline) return VALID;
    return actual > deadline ? LATER : STALE;
  }

  private file(slot: number): void {
    const deadline = this.table.hotF64[slot * HOT_F64 + DEADLINE_F64]!;
    const second = Math.floor(deadline / NS) + SECOND_BIAS;
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
    const tail = this.table.tail;
    const at = slot * TAIL_WORDS;
    const head = this.heads[bucket]!;
    tail[at + AGER_NEXT] = head;
    tail[at + AGER_PREVIOUS] = 0;
    tail[at + AGER_BUCKET] = bucket + 1;
    if (head !== 0) tail[(head - 1) * TAIL_WORDS + AGER_PREVIOUS] = slot + 1;
    this.heads[bucket] = slot + 1;
    this.occupied[bucket >>> 5]! |= 1 << (bucket & 31);
  }

  /** An entry in `due` is left there: it is stale once AGER_BUCKET says otherwise. */
  private unlink(slot: number): void {
    const tail = this.table.tail;
    const at = slot * TAIL_WORDS;
    const bucket = tail[at + AGER_BUCKET]! - 1;
    if (bucket < 0) return;
    const next = tail[at + AGER_NEXT]!;
    const previous = tail[at + AGER_PREVIOUS]!;
    if (next !== 0) tail[(next - 1) * TAIL_WORDS + AGER_PREVIOUS] = previous;
    if (previous !== 0) {
      tail[(previous - 1) * TAIL_WORDS + AGER_NEXT] = next;
      return;
    }
    this.heads[bucket] = next;
    if (next === 0) this.occupied[bucket >>> 5]! &= ~(1 << (bucket & 31));
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
    let entry = this.heads[bucket]!;
    this.heads[bucket] = 0;
    this.occupied[bucket >>> 5]! &= ~(1 << (bucket & 31));
    const { hotF64, tail } = this.table;
    const first = this.dueCount;
    while (entry !== 0) {
      const slot = entry - 1;
      entry = tail[slot * TAIL_WORDS + AGER_NEXT]!;
      const deadline = hotF64[slot * HOT_F64 + DEADLINE_F64]!;
      if (Math.floor(deadline / NS) + SECOND_BIAS > second) this.file(slot);
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
    this.table.tail[slot * TAIL_WORDS + AGER_BUCKET] = IN_DUE;
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
    const slots = this.dueSlot.slice(first, this.dueCount);
    const deadlines = this.dueDeadline.slice(first, this.dueCount);
    const serials = this.dueSerial.slice(first, this.dueCount);
    const order = this.order.sort(deadlines, serials, (this.cursor - SECOND_BIAS) * NS);
    for (let i = 0; i < slots.length; i++) {
      const from = order[i]!;
      this.dueSlot[first + i] = slots[from]!;
      this.dueDeadline[first + i] = deadlines[from]!;
      this.dueSerial[first + i] = serials[from]!;
    }
  }

  private moveDue(from: number, to: number): void {
    this.dueSlot[to] = this.dueSlot[from]!;
    this.dueDeadline[to] = this.dueDeadline[from]!;
    this.dueSerial[to] = this.dueSerial[from]!;
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

/** The highest level on which two seconds lie in different buckets. */
function levelOf(second: number, cursor: number): number {
  const differs = second ^ cursor;
  return differs < 256 ? 0 : differs < 65_536 ? 1 : 2;
}
