/** This file tests how networks are kept, and what stands in their place when there are too many. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linkKey4, linkKey6, NetworkBudget, NetworkSet } from '../../src/inspect/network-set.ts';
import { parseIpv4, parseIpv6 } from '../../src/net/address.ts';

function setOf(...addresses: readonly string[]): NetworkSet {
  const set = new NetworkSet(new NetworkBudget());
  for (const text of addresses) add(set, text);
  return set;
}

function add(set: NetworkSet, text: string): void {
  const v4 = parseIpv4(text);
  const [w0 = 0, w1 = 0] = parseIpv6(text) ?? [];
  if (v4 !== null) set.add4(v4);
  else set.add6(w0, w1);
}

const shown = (set: NetworkSet) => set.networks().map((n) => `${n.network} ${n.packets}`);

describe('networks', () => {
  test('are /24 and /64, most packets first', () => {
    const addresses = ['10.1.2.3', '10.1.2.200', '10.1.3.1', '2001:db8:1:2::9', '203.0.113.7'];
    expect(shown(setOf(...addresses))).toEqual([
      '10.1.2.0/24 2',
      '10.1.3.0/24 1',
      '2001:db8:1:2::/64 1',
      '203.0.113.0/24 1',
    ]);
  });

  test.each([
    '0.0.0.0',
    '127.0.0.1',
    '169.254.9.9',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'febf::1',
    'ff02::1',
  ])('%s is of no network', (address) => {
    expect(shown(setOf(address))).toEqual([]);
  });

  test('of which there are more than 64 grow: public ones to /16, private ones stay', () => {
    const set = setOf('10.1.2.3', ...Array.from({ length: 65 }, (_, i) => `203.0.${i}.1`));
    expect(shown(set)).toEqual(['203.0.0.0/16 65', '10.1.2.0/24 1']);
    expect(set.isWidened).toBe(true);
  });

  test('of the whole internet are /0, of a whole private block the block', () => {
    const many = Array.from({ length: 80 }, (_, i) => [
      `${i + 11}.1.1.1`,
      `10.${i}.1.1`,
      `172.${16 + (i % 16)}.${i}.1`,
      `192.168.${i}.1`,
    ]).flat();
    expect(shown(setOf(...many))).toEqual([
      '0.0.0.0/0 80',
      '10.0.0.0/8 80',
      '172.16.0.0/12 80',
      '192.168.0.0/16 80',
    ]);
  });

  test('never lose a packet, and stay bounded', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 2000 }), (words) => {
        const set = new NetworkSet(new NetworkBudget());
        for (const word of words) set.add4(word);
        const isCounted = (word: number) => linkKey4(word) !== null;
        const packets = set.networks().reduce((sum, n) => sum + n.packets, 0);
        expect(packets).toBe(words.filter(isCounted).length);
        expect(set.size).toBeLessThanOrEqual(2 * 64);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('of all sets together are bounded by the budget', () => {
    const budget = new NetworkBudget();
    budget.left = 10;
    const sets = Array.from({ length: 8 }, () => new NetworkSet(budget));
    for (const set of sets) for (let i = 1; i < 60; i += 1) set.add4((i << 24) | (i << 8));
    const kept = sets.reduce((sum, set) => sum + set.size, 0);
    // The last, widest network of a set is kept whatever the budget.
    expect(kept).toBeLessThanOrEqual(10 + 2 * sets.length);
    expect(budget.left).toBe(10 - kept);
  });
});

test('networks outside of links are counted by /16 and /64', () => {
  const set = setOf('10.1.2.3', '10.1.9.9', '10.2.0.1', '203.0.113.1', '2001:db8::1');
  const link = (text: string) => linkKey4(parseIpv4(text) ?? 0) ?? '';
  expect(set.countOutside(new Set([link('10.1.0.1')]), 4)).toBe(2);
  expect(set.countOutside(new Set(), 4)).toBe(0);
  const [w0, w1] = parseIpv6('2001:db8::') ?? [0, 0];
  expect(set.countOutside(new Set([linkKey6(w0, w1) ?? '']), 6)).toBe(0);
  expect(set.countOutside(new Set([linkKey6(w0, w1 + 1) ?? '']), 6)).toBe(1);
});
