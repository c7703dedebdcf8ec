/**
 * This file keeps the state changes of live sessions in one pool of 32-byte nodes.
 *
 * A session's list is newest first. Labels only move forward (OPENING, ACTIVE, CLOSING, …), so a
 * session has a handful of nodes at most. The first two changes (FREE to INIT and on) carry the
 * session's start and are not stored.
 */

const WORDS = 8;
const NEXT = 0;
const PACKET = 1;
const NANOSECOND = 2;
/** from | to << 8 | cause << 16. */
const CODES = 3;
const F64 = WORDS / 2;
const SECOND_F64 = 2;
const FILE = 6;
const FRAME = 7;

/** One stored change; the object that `read` fills is reused. */
export interface StoredTransition {
  second: number;
  nanosecond: number;
  /** Frame number in the replay; 0 for a timer. */
  packet: number;
  file: number;
  frame: number;
  codes: number;
}

/** One to be filled, again and again. */
export const emptyTransition = (): StoredTransition => ({
  second: 0,
  nanosecond: 0,
  packet: 0,
  file: 0,
  frame: 0,
  codes: 0,
});

export class Transitions {
  private words = new Int32Array(1024 * WORDS);
  private f64 = new Float64Array(this.words.buffer);
  private issued = 1; // node 0 is "none"
  private free = 0;

  /** Whether no change was ever stored. */
  get isEmpty(): boolean {
    return this.issued === 1;
  }

  /** A node in front of `head` with `change`; returns it as the new head. */
  push(head: number, change: StoredTransition): number {
    let node = this.free;
    if (node !== 0) this.free = this.words[node * WORDS + NEXT]!;
    else {
      node = this.issued++;
      if (node * WORDS >= this.words.length) this.grow();
    }
    const at = node * WORDS;
    this.words[at + NEXT] = head;
    this.words[at + PACKET] = change.packet;
    this.words[at + NANOSECOND] = change.nanosecond;
    this.words[at + CODES] = change.codes;
    this.words[at + FILE] = change.file;
    this.words[at + FRAME] = change.frame;
    this.f64[node * F64 + SECOND_F64] = change.second;
    return node;
  }

  /** How many changes a list has. */
  count(head: number): number {
    let count = 0;
    for (let node = head; node !== 0; node = this.words[node * WORDS + NEXT]!) count++;
    return count;
  }

  /** Fills `change` from a node; returns the node of the change before it, 0 for none. */
  read(node: number, change: StoredTransition): number {
    const at = node * WORDS;
    change.second = this.f64[node * F64 + SECOND_F64]!;
    change.nanosecond = this.words[at + NANOSECOND]!;
    change.packet = this.words[at + PACKET]! >>> 0;
    change.codes = this.words[at + CODES]!;
    change.file = this.words[at + FILE]!;
    change.frame = this.words[at + FRAME]! >>> 0;
    return this.words[at + NEXT]!;
  }

  /** Gives a list's nodes back. */
  release(head: number): void {
    let node = head;
    while (node !== 0) {
      const next = this.words[node * WORDS + NEXT]!;
      this.words[node * WORDS + NEXT] = this.free;
      this.free = node;
      node = next;
    }
  }

  private grow(): void {
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    this.f64 = new Float64Array(words.buffer);
  }
}
