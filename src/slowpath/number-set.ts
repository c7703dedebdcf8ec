/**
 * This file is a set of 16-bit numbers as a bitmap, with one bit above for every word that is full, so
 * that the next number which is missing is found without a look at each that is there.
 */

const WORDS = 2048;
const FULL = -1;

export class NumberSet {
  /** Numbers in the set. */
  size = 0;
  readonly words: Int32Array = new Int32Array(WORDS);
  /** A bit for every word of which all bits are set. */
  readonly full: Int32Array = new Int32Array(WORDS / 32);

  add(number: number): void {
    const word = number >>> 5;
    const bit = 1 << (number & 31);
    if ((this.words[word]! & bit) !== 0) return;
    this.size++;
    this.words[word]! |= bit;
    if (this.words[word] === FULL) this.full[word >>> 5]! |= 1 << (word & 31);
  }

  delete(number: number): void {
    const word = number >>> 5;
    const bit = 1 << (number & 31);
    if ((this.words[word]! & bit) === 0) return;
    this.size--;
    this.words[word]! &= ~bit;
    this.full[word >>> 5]! &= ~(1 << (word & 31));
  }
}

/** The lowest number from `from` to `to` that is in neither set, or -1. */
export function firstMissing(
  one: NumberSet | null,
  other: NumberSet | null,
  from: number,
  to: number,
): number {
  // Bits below `from` count as taken.
  let below = ~(FULL << (from & 31));
  for (let word = from >>> 5; word <= to >>> 5; word++, below = 0) {
    if ((word & 31) === 0) {
      const full = (one?.full[word >>> 5] ?? 0) | (other?.full[word >>> 5] ?? 0);
      if (full === FULL) {
        word += 31;
        continue;
      }
    }
    const missing = ~((one?.words[word] ?? 0) | (other?.words[word] ?? 0) | below);
    if (missing === 0) continue;
    const number = (word << 5) + 31 - Math.clz32(missing & -missing);
    return number <= to ? number : -1;
  }
  return -1;
}
