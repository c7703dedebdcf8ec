/** This file checks that what weighs most is kept, in any order of adding, ties and all. */

import { expect, test } from 'vitest';
import { Heaviest } from '../../src/report/heaviest.ts';
import { randomFrom } from '../support/random.ts';

test('the heaviest, of equal weight those of the lowest serials, as sorting all of them gives', () => {
  const random = randomFrom(7);
  for (const limit of [1, 3, 20]) {
    const all = Array.from({ length: 500 }, (_, i) => ({ serial: i + 1, weight: random(6) }));
    const shuffled = all
      .map((one) => ({ one, at: random(1 << 20) }))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one);
    const heaviest = new Heaviest<{ serial: number; weight: number }>(limit);
    for (const one of shuffled) heaviest.add(one.weight, one.serial, () => one);
    const sorted = [...all].sort((a, b) => b.weight - a.weight || a.serial - b.serial);
    expect(heaviest.list()).toEqual(sorted.slice(0, limit));
  }
});

test('what has no place is not made', () => {
  const heaviest = new Heaviest<{ serial: number }>(2);
  let made = 0;
  for (let serial = 1; serial <= 1000; serial++) {
    heaviest.add(5, serial, () => {
      made++;
      return { serial };
    });
  }
  expect(heaviest.list()).toEqual([{ serial: 1 }, { serial: 2 }]);
  expect(made).toBe(2 * 2 + 64);
});
