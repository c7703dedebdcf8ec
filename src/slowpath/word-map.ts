/**
 * This file is a hash map from three 32-bit words to a number, in flat memory that grows with what is in
 * it: open addressing, and backward shift at removal so that no tombstone is left.
 *
 * The hash has a seed (flow-hash), so that nobody can prepare a capture whose keys all collide; nothing
 * depends on the order of the entries.
 */

import { hashKeys, hashWords } from '../session/flow-hash.ts';

const ENTRIES_FIRST = 256;
/** Entries in use, at most, of all: 0.7. */
const LOAD_NUMERATOR = 7;
const LOAD_DENOMINATOR = 10;
/** Words of an entry: three of the key, then the value; 0 is a free entry. */
const WORDS = 4;
const VALUE = 3;

export class WordMap {
  /** Entries. */
  size = 0;

  private readonly keys: Int32Array;
  private entries = new Int32Array(ENTRIES_FIRST * WORDS);
  private mask = ENTRIES_FIRST - 1;

  constructor(seed: number) {
    this.keys = hashKeys(seed);
  }

  /** The value of a key, or 0. */
  get(a: number, b: number, c: number): number {
    return this.entries[this.find(a, b, c) * WORDS + VALUE]!;
  }

  /** Sets the value of a key: 1 or more, or 0 to remove it. */
  set(a: number, b: number, c: number, value: number): void {
    const at = this.find(a, b, c);
    if (this.entries[at * WORDS + VALUE] !== 0) {
      if (value === 0) this.remove(at);
      else this.entries[at * WORDS + VALUE] = value;
      return;
    }
    if (value === 0) return;
    this.put(at, a, b, c, value);
    this.size++;
    if (this.size * LOAD_DENOMINATOR > (this.mask + 1) * LOAD_NUMERATOR) this.grow();
  }

  /** Where a key is, or the free entry where it would be. */
  private find(a: number, b: number, c: number): number {
    const { entries, mask } = this;
    for (let i = hashWords(this.keys, a, b, c, 0) & mask; ; i = (i + 1) & mask) {
      const at = i * WORDS;
      if (entries[at + VALUE] === 0) return i;
      if (entries[at] === a && entries[at + 1] === b && entries[at + 2] === c) return i;
    }
  }

  private put(at: number, a: number, b: number, c: number, value: number): void {
    const { entries } = this;
    entries[at * WORDS] = a;
    entries[at * WORDS + 1] = b;
    entries[at * WORDS + 2] = c;
    entries[at * WORDS + VALUE] = value;
  }

  private remove(gap: number): void {
    const { entries, mask } = this;
    let i = gap;
    for (let j = (i + 1) & mask; entries[j * WORDS + VALUE] !== 0; j = (j + 1) & mask) {
      const at = j * WORDS;
      const home = hashWords(this.keys, entries[at]!, entries[at + 1]!, entries[at + 2]!, 0);
      // An entry may move to the gap unless its home lies cyclically behind the gap.
      if (((j - home) & mask) < ((j - i) & mask)) continue;
      entries.copyWithin(i * WORDS, at, at + WORDS);
      i = j;
    }
    entries[i * WORDS + VALUE] = 0;
    this.size--;
  }

  private grow(): void {
    const old = this.entries;
    this.entries = new Int32Array(2 * old.length);
    this.mask = 2 * this.mask + 1;
    for (let at = 0; at < old.length; at += WORDS) {
      if (old[at + VALUE] === 0) continue;
      const [a, b, c] = [old[at]!, old[at + 1]!, old[at + 2]!];
      this.put(this.find(a, b, c), a, b, c, old[at + VALUE]!);
    }
  }
}
