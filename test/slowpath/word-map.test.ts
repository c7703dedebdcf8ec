/** This file checks the flat map of three words against that of the language. */

import { expect, test } from 'vitest';
import { WordMap } from '../../src/slowpath/word-map.ts';
import { randomFrom } from '../support/random.ts';

test('a map from three words is a map', () => {
  const below = randomFrom(5);
  const word = () => below(12) - 6;
  const map = new WordMap(11);
  const plain = new Map<string, number>();
  for (let step = 0; step < 100_000; step++) {
    const [a, b, c] = [word(), word(), step < 50_000 ? word() : word() * 65_536];
    const value = below(100) < 45 ? 0 : 1 + below(9);
    map.set(a, b, c, value);
    if (value === 0) plain.delete(`${a},${b},${c}`);
    else plain.set(`${a},${b},${c}`, value);
    const other = [word(), word(), word()] as const;
    expect(map.get(...other)).toBe(plain.get(other.join()) ?? 0);
  }
  expect(map.size).toBe(plain.size);
  for (const [key, value] of plain) {
    const [a = 0, b = 0, c = 0] = key.split(',').map(Number);
    expect(map.get(a, b, c)).toBe(value);
    map.set(a, b, c, 0);
  }
  expect(map.size).toBe(0);
});
