/** This file compares prefix tables with a search through all prefixes, and checks prefix text. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPrefix, type Prefix, parsePrefix, wordMask } from '../../src/net/prefix.ts';
import { PrefixTable } from '../../src/net/prefix-table.ts';

interface Entry {
  readonly prefix: Prefix;
  readonly value: number;
}

/** Whether the first `length` bits agree, bit by bit. */
function covers(prefix: Prefix, words: readonly number[]): boolean {
  for (let bit = 0; bit < prefix.length; bit++) {
    const shift = 31 - (bit & 31);
    const [a, b] = [prefix.words[bit >>> 5]! >>> shift, words[bit >>> 5]! >>> shift];
    if ((a & 1) !== (b & 1)) return false;
  }
  return true;
}

/** The longest covering prefix's number; of equal ones the first. */
function naive(entries: readonly Entry[], words: readonly number[]): number {
  let best: Entry | null = null;
  for (const entry of entries) {
    if (entry.prefix.words.length !== words.length || !covers(entry.prefix, words)) continue;
    if (best === null || entry.prefix.length > best.prefix.length) best = entry;
  }
  return best?.value ?? -1;
}

/** Words that often share their beginnings. */
const word = fc.oneof(
  fc.integer(),
  fc.constantFrom(0, -1, 0x0a00_0000, 0x0a00_0001, 0x7fff_ffff, 0x8000_0000 | 0, 0x0aff_ffff),
);
const words4 = word.map((w) => [w]);
const words6 = fc.tuple(
  fc.constantFrom(0x2001_0db8, 0, -1, 0x8000_0000 | 0),
  fc.oneof(fc.constantFrom(0, -1), word),
  fc.constantFrom(0, 1, -1),
  word,
);

const prefixOf = (words: readonly number[], length: number): Prefix => ({
  family: words.length === 1 ? 4 : 6,
  words: words.map((w, i) => w & wordMask(length - 32 * i)),
  length,
});
const prefix4 = fc.tuple(words4, fc.integer({ min: 0, max: 32 })).map(([w, l]) => prefixOf(w, l));
const prefix6 = fc.tuple(words6, fc.integer({ min: 0, max: 128 })).map(([w, l]) => prefixOf(w, l));
const entries = fc
  .array(fc.oneof(prefix4, prefix6), { maxLength: 30 })
  .map((list) => list.map((prefix, value) => ({ prefix, value })));

describe('PrefixTable', () => {
  it('answers as a search through all prefixes', () => {
    fc.assert(
      fc.property(entries, fc.array(words4), fc.array(words6), (list, v4, v6) => {
        const table = new PrefixTable(list);
        // Also the borders of every prefix: its first and last address and their neighbours.
        const borders = list.flatMap(({ prefix }) => bordersOf(prefix));
        for (const words of [...v4, ...v6, ...borders]) {
          const [a = 0, b = 0, c = 0, d = 0] = words;
          const found = words.length === 1 ? table.lookup4(a) : table.lookup6(a, b, c, d);
          expect(found).toBe(naive(list, words));
        }
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('without prefixes knows nothing', () => {
    const table = new PrefixTable([]);
    expect(table.lookup4(0)).toBe(-1);
    expect(table.lookup6(0, 0, 0, 0)).toBe(-1);
  });

  it('keeps the families apart', () => {
    const table = new PrefixTable([{ prefix: parsePrefix('0.0.0.0/0')!, value: 0 }]);
    expect(table.lookup4(-1)).toBe(0);
    expect(table.lookup6(0, 0, 0, 0)).toBe(-1);
  });
});

function bordersOf(prefix: Prefix): number[][] {
  const first = prefix.words.reduce((sum, w) => (sum << 32n) | BigInt(w >>> 0), 0n);
  const width = BigInt(prefix.words.length * 32);
  const size = 1n << (width - BigInt(prefix.length));
  const top = 1n << width;
  return [first - 1n, first, first + size - 1n, first + size]
    .filter((address) => address >= 0n && address < top)
    .map((address) =>
      prefix.words.map((_, i) =>
        Number(BigInt.asIntN(32, address >> (width - 32n * BigInt(i + 1)))),
      ),
    );
}

describe('prefix text', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:db8::1/32', '2001:db8::/32'],
    ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
    ['::1', '::1/128'],
    ['::/0', '::/0'],
  ])('%s is %s', (text, canonical) => {
    expect(formatPrefix(parsePrefix(text)!)).toBe(canonical);
  });

  it.each(['10.0.0.0/33', '::/129', '10.0.0.0/08', '10.0.0.0/', '/8', '10/8', '10.0.0.0/-1', ''])(
    'refuses %j',
    (text) => {
      expect(parsePrefix(text)).toBeNull();
    },
  );
});
