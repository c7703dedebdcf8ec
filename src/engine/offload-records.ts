/**
 * This file keeps what offload knows of sessions: three words a slot, and a record for those that came
 * near to hardware. Records are given back with their session, so there are never more than sessions.
 */

/** By slot: its record plus 1; packets since which handshake and identification hold. */
const SLOT_WORDS = 3;
const PLACE = 0;
export const HANDSHAKE = 1;
export const IDENTIFIED = 2;
/** In place of a packet: it held from the session's start. */
export const FROM_START = -1;

/** Stretches that are over and told of one session: the first ones, and the last. */
export const STRETCHES_MAX = 4;
/** Words of a stretch: where it began and ended, and the check that ended it plus 1. */
export const STRETCH_WORDS = 3;

/** IS_ and other bits. */
export const BITS = 0;
/** Number of the first packet that hardware took, and where the stretch at hand began; 0 for none. */
export const FIRST = 1;
export const SINCE = 2;
/** What it met when it became ready: number plus 1, 0 for none. */
export const DECRYPTION_RULE = 3;
export const FEATURE = 4;
/** The rule under which hardware took it. */
export const RULE_THEN = 5;
/** Stretches that are over: STRETCHES_MAX of them stand from STRETCHES on. */
export const STRETCH_COUNT = 6;
/** Packets that hardware has not reported, by side. */
export const UNREPORTED = 7;
/** By PUNT_REASONS. */
export const PUNTED = 9;
/** Packets that hardware had not reported when the session aged out for it; 0 where it did not. */
export const LATE_PACKETS = 15;
/** Number of the packet that began the stretch at hand; 0 for none. */
export const DECIDED = 16;
/** What stood against it while hardware could have carried it, by number; 0 behind the last. */
export const BLOCKERS = 17;
/** More than this a session seldom meets: then what one change would do is not claimed anyway. */
export const BLOCKERS_MAX = 4;
export const STRETCHES = BLOCKERS + BLOCKERS_MAX;
const WORDS = STRETCHES + STRETCHES_MAX * STRETCH_WORDS;

const DOUBLES = 14;
/** By side: packets and bytes when the stretch began, and those of it that came back. */
export const SINCE_PACKETS = 0;
export const SINCE_BYTES = 2;
/** By side: what hardware took in stretches before. */
export const TAKEN_PACKETS = 4;
export const TAKEN_BYTES = 6;
/** Of both sides: what it would have taken without the blockers. */
export const COULD_PACKETS = 8;
export const COULD_BYTES = 9;
/** How much too early it aged out, ns. */
export const LATE_NS = 10;
/** Deadline by what hardware has reported, and by side when it reports next; ns since the epoch. */
export const REPORTED_DEADLINE = 11;
export const REPORTS_AT = 12;

/** In BITS: hardware has it; had it once; its next packet begins the stretch. */
export const IS_OFFLOADED = 1;
export const WAS_OFFLOADED = 2;
export const IS_BEGINNING = 4;

export class OffloadRecords {
  words = new Int32Array(0);
  doubles = new Float64Array(0);

  private slots = new Int32Array(0);
  private free = new Int32Array(0);
  private freeCount = 0;
  private used = 0;

  /** Makes room for all slots of the table. */
  reserve(capacity: number): void {
    if (this.slots.length >= capacity * SLOT_WORDS) return;
    const slots = new Int32Array(capacity * SLOT_WORDS);
    slots.set(this.slots);
    this.slots = slots;
  }

  /** Moves every stored time by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    for (let at = 0; at < this.used * DOUBLES; at += DOUBLES) {
      for (let i = REPORTED_DEADLINE; i < DOUBLES; i++) this.doubles[at + i]! += deltaNs;
    }
  }

  /** A word of a slot: HANDSHAKE or IDENTIFIED. */
  noted(slot: number, word: number): number {
    const at = slot * SLOT_WORDS + word;
    return at < this.slots.length ? this.slots[at]! : 0;
  }

  note(slot: number, word: number, packet: number): void {
    this.slots[slot * SLOT_WORDS + word] = packet;
  }

  /** Number of the record of a slot, or -1. */
  placeOf(slot: number): number {
    const at = slot * SLOT_WORDS + PLACE;
    return at < this.slots.length ? this.slots[at]! - 1 : -1;
  }

  /** A record, zeroed, for the session in a slot. */
  open(slot: number): number {
    if (this.freeCount === 0 && this.used * WORDS === this.words.length) this.grow();
    const place = this.freeCount > 0 ? this.free[--this.freeCount]! : this.used++;
    const { words, doubles } = this;
    // So few are faster without a call.
    for (let at = place * WORDS, i = 0; i < WORDS; i++) words[at + i] = 0;
    for (let at = place * DOUBLES, i = 0; i < DOUBLES; i++) doubles[at + i] = 0;
    this.slots[slot * SLOT_WORDS + PLACE] = place + 1;
    return place;
  }

  /** The session in a slot is over. */
  close(slot: number): void {
    const at = slot * SLOT_WORDS;
    if (at >= this.slots.length) return;
    const place = this.placeOf(slot);
    if (place >= 0) this.free[this.freeCount++] = place;
    this.slots[at + PLACE] = 0;
    this.slots[at + HANDSHAKE] = 0;
    this.slots[at + IDENTIFIED] = 0;
  }

  /** Where the words of a record begin. */
  wordsAt(place: number): number {
    return place * WORDS;
  }

  doublesAt(place: number): number {
    return place * DOUBLES;
  }

  private grow(): void {
    const records = Math.max(256, 2 * this.used);
    const words = new Int32Array(records * WORDS);
    words.set(this.words);
    this.words = words;
    const doubles = new Float64Array(records * DOUBLES);
    doubles.set(this.doubles);
    this.doubles = doubles;
    const free = new Int32Array(records);
    free.set(this.free);
    this.free = free;
  }
}
