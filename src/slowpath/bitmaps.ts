/**
 * This file finds the next free number (port, identifier) among many that are in use, however many.
 *
 * Which numbers of a set are used up stands in a flat map; a set with long runs of them gets a bitmap
 * beside it, for as long as it has many: so a pool that is dry or nearly so is searched as fast as an
 * empty one, and one with few sessions costs no 8 KB.
 */

import { firstMissing, NumberSet } from './number-set.ts';

const NUMBER_MAX = 0xffff;
/** So many used-up numbers in the way of one search make a bitmap worth its memory. */
const IN_THE_WAY_MAX = 128;
/** With fewer numbers a set loses its bitmap. */
const BITMAP_MIN = 64;

/** Bitmaps of those sets that need one, by a text that names the set. */
export class Bitmaps {
  private readonly byName = new Map<string, NumberSet>();

  /** Whether no set has one: then nobody needs to make a name. */
  get isEmpty(): boolean {
    return this.byName.size === 0;
  }

  /** The bitmap of a set, or null. */
  of(name: string): NumberSet | null {
    return this.byName.get(name) ?? null;
  }

  /** Gives a set its bitmap. */
  make(name: string, isUsedUp: (number: number) => boolean): NumberSet {
    const bitmap = new NumberSet();
    for (let number = 0; number <= NUMBER_MAX; number++) {
      if (isUsedUp(number)) bitmap.add(number);
    }
    this.byName.set(name, bitmap);
    return bitmap;
  }

  /** A number of a set is used up now. */
  add(name: string, number: number): void {
    this.byName.get(name)?.add(number);
  }

  /** A number of a set is used up no longer. */
  delete(name: string, number: number): void {
    const bitmap = this.byName.get(name);
    if (bitmap === undefined) return;
    bitmap.delete(number);
    if (bitmap.size < BITMAP_MIN) this.byName.delete(name);
  }
}

/** A set to be searched: its name, and whether a number of it is used up. */
export interface Searched {
  readonly bitmaps: Bitmaps;
  readonly name: string;
  readonly isUsedUp: (number: number) => boolean;
}

/** The lowest number from `from` to `to` that is used up in neither set, or -1. */
export function firstFree(one: Searched, other: Searched | null, from: number, to: number): number {
  const sets = [one, ...(other === null ? [] : [other])].map((set) => {
    return { ...set, bitmap: set.bitmaps.of(set.name), inTheWay: 0 };
  });
  for (let number = from; number <= to; number++) {
    number = firstMissing(sets[0]!.bitmap, sets[1]?.bitmap ?? null, number, to);
    if (number < 0) return -1;
    const set = sets.find(({ bitmap, isUsedUp }) => bitmap === null && isUsedUp(number));
    if (set === undefined) return number;
    if (++set.inTheWay === IN_THE_WAY_MAX) set.bitmap = set.bitmaps.make(set.name, set.isUsedUp);
  }
  return -1;
}
