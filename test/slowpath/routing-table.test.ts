/** This file checks a large routing table against linear scans, while its routes come and go. */

import { describe, expect, it } from 'vitest';
import { parsePrefix, wordMask } from '../../src/net/prefix.ts';
import {
  NO_ROUTE,
  type RouteEntry,
  RoutingTable,
  UNROUTED,
} from '../../src/slowpath/routing-table.ts';
import { randomFrom } from '../support/random.ts';

const ROUTES = 20_000;

describe('RoutingTable', () => {
  it('answers as a linear scan does, with many prefixes in each other', () => {
    const random = randomFrom(9);
    const word = () => (random(0x1_0000) << 16) | random(0x1_0000);
    const entries: RouteEntry[] = Array.from({ length: ROUTES }, (_, route) => {
      const length = 4 + random(29);
      const words = [word() & wordMask(length)];
      return { prefix: { family: 4, words, length }, route, metric: random(3) };
    });
    // Some to the same prefix, and one for nothing else.
    for (let i = 0; i < ROUTES / 4; i++) {
      entries[i] = { ...entries[i]!, prefix: entries[random(ROUTES)]!.prefix };
    }
    const isActive = new Uint8Array(ROUTES).fill(1);
    const table = new RoutingTable(entries, isActive);
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < ROUTES / 10; i++) {
        const route = random(ROUTES);
        isActive[route] = 1 - isActive[route]!;
        table.change(route);
      }
      table.settle();
      expect(table.settle()).toBe(false);
      for (let i = 0; i < 40; i++) {
        const address = i % 2 === 0 ? word() : entries[random(ROUTES)]!.prefix.words[0]!;
        expect(table.lookup(4, Int32Array.of(address))).toBe(scan(entries, isActive, address));
      }
    }
  });

  it('tells a destination without route from one whose routes are gone', () => {
    const entry = (text: string, route: number): RouteEntry => {
      return { prefix: parsePrefix(text)!, route, metric: 10 };
    };
    const isActive = Uint8Array.of(0, 1);
    const table = new RoutingTable([entry('10.0.0.0/8', 0), entry('10.1.0.0/16', 1)], isActive);
    const lookup = (text: string) => table.lookup(4, Int32Array.from(parsePrefix(text)!.words));
    expect([lookup('10.1.2.3'), lookup('10.2.2.3'), lookup('11.0.0.1')]).toEqual([
      1,
      NO_ROUTE,
      UNROUTED,
    ]);
    expect(table.lookup(6, Int32Array.of(0, 0, 0, 1))).toBe(UNROUTED);
    isActive[1] = 0;
    table.change(1);
    expect([table.settle(), lookup('10.1.2.3')]).toEqual([true, NO_ROUTE]);
    isActive[0] = 1;
    table.change(0);
    expect([table.settle(), lookup('10.1.2.3')]).toEqual([true, 0]);
  });
});

/** The longest that covers, of these the lowest metric, of these the first. */
function scan(entries: readonly RouteEntry[], isActive: Uint8Array, address: number): number {
  let found = UNROUTED;
  let best: RouteEntry | null = null;
  for (const entry of entries) {
    const { words, length } = entry.prefix;
    if ((address & wordMask(length)) !== words[0]) continue;
    if (found === UNROUTED) found = NO_ROUTE;
    if (isActive[entry.route] !== 1) continue;
    const isBetter =
      best === null ||
      length > best.prefix.length ||
      (length === best.prefix.length && entry.metric < best.metric);
    if (isBetter) best = entry;
  }
  return best?.route ?? found;
}
