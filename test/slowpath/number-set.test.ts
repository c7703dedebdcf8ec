/** This file checks bitmaps of numbers against the sets of the language. */

import { expect, test } from 'vitest';
import { firstMissing, NumberSet } from '../../src/slowpath/number-set.ts';
import { randomFrom } from '../support/random.ts';

test('the first number that is in neither set', () => {
  const below = randomFrom(3);
  for (let round = 0; round < 60; round++) {
    const sets = [new NumberSet(), new NumberSet()];
    const plain = [new Set<number>(), new Set<number>()];
    for (let step = 0; step < 60; step++) {
      const which = below(2);
      const from = below(65_536);
      const length = below(step % 7 === 0 ? 20_000 : 70);
      for (let n = from; n < Math.min(from + length, 65_536); n++) {
        if (step % 5 === 4) sets[which]!.delete(n);
        else sets[which]!.add(n);
        if (step % 5 === 4) plain[which]!.delete(n);
        else plain[which]!.add(n);
      }
    }
    expect(sets.map((set) => set.size)).toEqual(plain.map((set) => set.size));
    for (let step = 0; step < 40; step++) {
      const from = below(65_536);
      const to = from + below(65_536 - from);
      let expected = from;
      const isTaken = (n: number) => plain[0]!.has(n) || plain[1]!.has(n);
      while (expected <= to && isTaken(expected)) expected++;
      expect(firstMissing(sets[0]!, sets[1]!, from, to)).toBe(expected > to ? -1 : expected);
    }
  }
});

test('the ends of the range', () => {
  const set = new NumberSet();
  for (let n = 0; n < 65_536; n++) set.add(n);
  expect(firstMissing(set, null, 0, 65_535)).toBe(-1);
  expect(firstMissing(null, null, 65_535, 65_535)).toBe(65_535);
  set.delete(65_535);
  expect(firstMissing(set, null, 0, 65_535)).toBe(65_535);
  expect(firstMissing(set, null, 0, 65_534)).toBe(-1);
  set.delete(0);
  expect(firstMissing(set, null, 0, 65_535)).toBe(0);
  expect(firstMissing(set, null, 1, 65_535)).toBe(65_535);
});
