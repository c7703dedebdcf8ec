/** This file compares sets of addresses with a look at each network, bit by bit. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressSet } from '../../src/net/address-set.ts';
import { type Prefix, wordMask } from '../../src/net/prefix.ts';

/** Words that often share their beginnings. */
const word = fc.oneof(
  fc.integer(),
  fc.constantFrom(0, -1, 0x0a00_0000, 0x0a00_0001, 0x7fff_ffff, 0x8000_0000 | 0, 0x0aff_ffff),
);
const address = fc.oneof(fc.tuple(word), fc.tuple(word, word, word, word));
const network = fc.tuple(address, fc.nat(128)).map(([words, bits]): Prefix => {
  const length = words.length === 1 ? Math.min(bits, 32) : bits;
  const kept = words.map((w, i) => w & wordMask(length - 32 * i));
  return { family: words.length === 1 ? 4 : 6, words: kept, length };
});

const bitsOf = (words: readonly number[]) =>
  words.map((w) => (w >>> 0).toString(2).padStart(32, '0')).join('');

function isIn({ words, length }: Prefix, other: readonly number[]): boolean {
  if (words.length !== other.length) return false;
  return bitsOf(words).slice(0, length) === bitsOf(other).slice(0, length);
}

describe('AddressSet', () => {
  // Sets of one IPv4 network go a way of their own: half of these are such.
  it.each([
    ['one network', fc.tuple(network)],
    ['some', fc.array(network, { maxLength: 5 })],
  ])('has what lies in %s', (_, networks) => {
    const found = { in: 0, out: 0 };
    fc.assert(
      fc.property(networks, fc.array(address, { maxLength: 20 }), (list, addresses) => {
        const set = new AddressSet(list);
        for (const words of [...addresses, ...list.flatMap(bordersOf)]) {
          const expected = list.some((each) => isIn(each, words));
          found[expected ? 'in' : 'out']++;
          expect(set.has(words.length === 1 ? 4 : 6, Int32Array.from(words))).toBe(expected);
          if (words.length === 1) expect(set.has4(words[0]!)).toBe(expected);
        }
      }),
      { numRuns: 500, seed: 5 },
    );
    expect(found.in).toBeGreaterThan(500);
    expect(found.out).toBeGreaterThan(500);
  });
});

/** A network's first and last address, and their neighbours. */
function bordersOf({ words, length }: Prefix): number[][] {
  const width = BigInt(32 * words.length);
  const first = BigInt(`0b${bitsOf(words)}`);
  const size = 1n << (width - BigInt(length));
  return [first - 1n, first, first + size - 1n, first + size].map((value) =>
    words.map((_, i) => {
      const shift = 32n * BigInt(words.length - 1 - i);
      return Number(BigInt.asIntN(32, BigInt.asUintN(Number(width), value) >> shift));
    }),
  );
}
