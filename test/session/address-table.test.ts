/** This file compares the address table with a Map that counts uses. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressTable } from '../../src/session/address-table.ts';

type Words = readonly [number, number, number, number];

/** Few enough addresses that they meet again; some differ in one word only. */
const address: fc.Arbitrary<Words> = fc.oneof(
  fc.nat(40).map((n): Words => [0x2001_0db8, 0, 0, n]),
  fc.nat(40).map((n): Words => [n, 0, 0, 0]),
  fc.tuple(fc.integer(), fc.integer(), fc.integer(), fc.integer()),
);

describe('AddressTable', () => {
  it('gives ids as a Map would: one an address, while it is used', () => {
    const step = fc.record({ address, isRelease: fc.boolean() });
    fc.assert(
      fc.property(fc.integer(), fc.array(step, { maxLength: 300 }), (seed, steps) => {
        const table = new AddressTable(seed);
        const model = new Map<string, { id: number; uses: number; words: Words }>();
        for (const { address: words, isRelease } of steps) {
          const name = words.join(' ');
          const known = model.get(name);
          expect(table.find(...words)).toBe(known?.id ?? -1);
          if (isRelease && known !== undefined) {
            table.release(known.id);
            if (--known.uses === 0) model.delete(name);
          } else if (!isRelease) {
            const id = table.intern(...words);
            if (known !== undefined) expect(id).toBe(known.id);
            const ids = [...model.values()].filter((entry) => entry !== known).map((e) => e.id);
            expect(ids).not.toContain(id);
            model.set(name, { id, words, uses: (known?.uses ?? 0) + 1 });
          }
          expect(table.count).toBe(model.size);
        }
        for (const { id, words } of model.values()) {
          expect(table.find(...words)).toBe(id);
          expect([0, 1, 2, 3].map((part) => table.word(id, part))).toEqual([...words]);
        }
      }),
      { numRuns: 100, seed: 11 },
    );
  });

  it('grows past its first size and finds all, then none', () => {
    const table = new AddressTable(3);
    const ids = Array.from({ length: 20_000 }, (_, i) => table.intern(1, 2, i, -i));
    expect(new Set(ids).size).toBe(20_000);
    for (const [i, id] of ids.entries()) expect(table.find(1, 2, i, -i)).toBe(id);
    for (const id of ids.filter((_, i) => i % 2 === 0)) table.release(id);
    for (const [i, id] of ids.entries()) {
      expect(table.find(1, 2, i, -i)).toBe(i % 2 === 0 ? -1 : id);
    }
    for (const id of ids.filter((_, i) => i % 2 === 1)) table.release(id);
    expect(table.count).toBe(0);
    expect(table.find(1, 2, 3, -3)).toBe(-1);
  });
});
