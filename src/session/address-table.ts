/**
 * This file gives IPv6 addresses 32-bit ids while a session uses them, so that flow keys of both
 * families are four words.
 *
 * Ids are counted and freed with their last session: spoofed sources cannot make the table grow
 * beyond the live sessions. Looking an address up never adds it. Open addressing, linear probing,
 * backward-shift deletion; `slots` holds id + 1, or 0.
 */

import { hashKeys, hashWords } from './flow-hash.ts';

const WORDS = 4;

export class AddressTable {
  private readonly keys: Int32Array;
  private words = new Int32Array(1024 * WORDS);
  private uses = new Int32Array(1024);
  private slots = new Int32Array(2048);
  private mask = 2047;
  private readonly free: number[] = [];
  private issued = 0;
  /** Addresses in use. */
  count = 0;

  constructor(seed: number) {
    this.keys = hashKeys(seed);
  }

  /** The address's id, or -1. */
  find(w0: number, w1: number, w2: number, w3: number): number {
    const words = this.words;
    for (let i = hashWords(this.keys, w0, w1, w2, w3) & this.mask; ; i = (i + 1) & this.mask) {
      const id = this.slots[i]! - 1;
      if (id < 0) return -1;
      const at = id * WORDS;
      if (
        words[at] === w0 &&
        words[at + 1] === w1 &&
        words[at + 2] === w2 &&
        words[at + 3] === w3
      ) {
        return id;
      }
    }
  }

  /** The address's id, one use more; a new one if the address has none. */
  intern(w0: number, w1: number, w2: number, w3: number): number {
    const known = this.find(w0, w1, w2, w3);
    if (known >= 0) {
      this.uses[known]!++;
      return known;
    }
    if ((this.count + 1) * 2 > this.slots.length) this.growSlots();
    const id = this.free.pop() ?? this.issued++;
    if (id >= this.uses.length) this.growWords();
    const at = id * WORDS;
    this.words[at] = w0;
    this.words[at + 1] = w1;
    this.words[at + 2] = w2;
    this.words[at + 3] = w3;
    this.uses[id] = 1;
    this.count++;
    this.place(id);
    return id;
  }

  /** One use less; the last one frees the id. */
  release(id: number): void {
    if (--this.uses[id]! > 0) return;
    let i = this.home(id);
    while (this.slots[i] !== id + 1) i = (i + 1) & this.mask;
    // Backward shift: close the gap with every later entry that may stand there.
    for (let j = (i + 1) & this.mask; this.slots[j] !== 0; j = (j + 1) & this.mask) {
      const from = this.home(this.slots[j]! - 1);
      if (((j - from) & this.mask) >= ((j - i) & this.mask)) {
        this.slots[i] = this.slots[j]!;
        i = j;
      }
    }
    this.slots[i] = 0;
    this.count--;
    this.free.push(id);
  }

  /** Word `part` (0–3) of the address with this id. */
  word(id: number, part: number): number {
    return this.words[id * WORDS + part]!;
  }

  private home(id: number): number {
    const w = this.words;
    const at = id * WORDS;
    return hashWords(this.keys, w[at]!, w[at + 1]!, w[at + 2]!, w[at + 3]!) & this.mask;
  }

  private place(id: number): void {
    let i = this.home(id);
    while (this.slots[i] !== 0) i = (i + 1) & this.mask;
    this.slots[i] = id + 1;
  }

  private growSlots(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    this.mask = this.slots.length - 1;
    for (const entry of old) if (entry !== 0) this.place(entry - 1);
  }

  private growWords(): void {
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    const uses = new Int32Array(this.uses.length * 2);
    uses.set(this.uses);
    this.uses = uses;
  }
}
