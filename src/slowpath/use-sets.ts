/**
 * This file counts how often numbers (ports, identifiers) are in use in each of many sets, and finds the
 * next that is not used up.
 *
 * A set is known by three words and costs nothing while it is empty. Its numbers stand in one flat map
 * for all sets; one that has long runs of used numbers gets a bitmap beside it, for as long as it has
 * many: so a pool that is dry or nearly so is searched as fast as an empty one.
 */

import { firstMissing, NumberSet } from './number-set.ts';
import { WordMap } from './word-map.ts';

const NUMBER_MAX = 0xffff;
/** So many used numbers in the way of one search make a bitmap worth its 8 KB. */
const IN_THE_WAY_MAX = 128;
/** With fewer numbers a set loses its bitmap. */
const BITMAP_MIN = 64;

export class UseSets {
  /** Times that one number of a set may be in use at once. */
  readonly limit: number;

  private readonly uses: WordMap;
  private readonly bitmaps = new Map<string, NumberSet>();

  constructor(limit: number, seed: number) {
    this.limit = limit;
    this.uses = new WordMap(seed);
  }

  /** Numbers in use, over all sets. */
  get size(): number {
    return this.uses.size;
  }

  /** Whether a number of a set is used up. `tag` has its low 16 bits free. */
  isUsedUp(a: number, b: number, tag: number, number: number): boolean {
    return this.uses.get(a, b, tag | number) >= this.limit;
  }

  /** Uses a number of a set once more. */
  add(a: number, b: number, tag: number, number: number): void {
    const uses = this.uses.get(a, b, tag | number) + 1;
    this.uses.set(a, b, tag | number, uses);
    if (uses >= this.limit) this.bitmapOf(a, b, tag)?.add(number);
  }

  /** Takes one use of a number back; there must be one. */
  remove(a: number, b: number, tag: number, number: number): void {
    const uses = this.uses.get(a, b, tag | number) - 1;
    this.uses.set(a, b, tag | number, uses);
    if (uses !== this.limit - 1) return;
    const bitmap = this.bitmapOf(a, b, tag);
    if (bitmap === null) return;
    bitmap.delete(number);
    if (bitmap.size < BITMAP_MIN) this.bitmaps.delete(keyOf(a, b, tag));
  }

  /** The bitmap of a set's used-up numbers, or null while it has none. */
  bitmapOf(a: number, b: number, tag: number): NumberSet | null {
    if (this.bitmaps.size === 0) return null;
    return this.bitmaps.get(keyOf(a, b, tag)) ?? null;
  }

  /** Gives a set its bitmap. */
  makeBitmap(a: number, b: number, tag: number): NumberSet {
    const bitmap = new NumberSet();
    for (let number = 0; number <= NUMBER_MAX; number++) {
      if (this.isUsedUp(a, b, tag, number)) bitmap.add(number);
    }
    this.bitmaps.set(keyOf(a, b, tag), bitmap);
    return bitmap;
  }
}

function keyOf(a: number, b: number, tag: number): string {
  return `${a},${b},${tag}`;
}

/** A set of `sets`, to be searched. */
export interface SetName {
  readonly sets: UseSets;
  readonly a: number;
  readonly b: number;
  readonly tag: number;
}

/** The lowest number from `from` to `to` that is used up in neither set, or -1. */
export function firstFree(one: SetName, other: SetName | null, from: number, to: number): number {
  const search = [one, ...(other === null ? [] : [other])].map(({ sets, a, b, tag }) => {
    return { sets, a, b, tag, bitmap: sets.bitmapOf(a, b, tag), inTheWay: 0 };
  });
  for (let number = from; ; number++) {
    number = firstMissing(search[0]!.bitmap, search[1]?.bitmap ?? null, number, to);
    if (number < 0) return -1;
    let isFree = true;
    for (const entry of search) {
      const { sets, a, b, tag, bitmap } = entry;
      if (bitmap !== null || !sets.isUsedUp(a, b, tag, number)) continue;
      if (++entry.inTheWay === IN_THE_WAY_MAX) entry.bitmap = sets.makeBitmap(a, b, tag);
      isFree = false;
      break;
    }
    if (isFree) return number;
    if (number === to) return -1;
  }
}
