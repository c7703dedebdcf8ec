/** This file compares the session table with a plain list of flows on random operations. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  C2S_KEY,
  FLAG_S2C_INSTALLED,
  HOT_WORDS,
  KEY_META,
  META_ZONE_SHIFT,
  S2C_KEY,
  SERIAL,
  STATE,
} from '../../src/session/layout.ts';
import { SessionTable, ZONE_ANY } from '../../src/session/session-table.ts';

interface Flow {
  readonly flow: number;
  readonly key: readonly [number, number, number];
  readonly sansZone: number;
  zone: number;
  readonly serial: number;
}

/** IPv6 addresses of which the key words are hashes, so to speak. */
function wordsOf(source: number, destination: number): Int32Array {
  return Int32Array.of(source, 1, 2, 3, destination, 1, 2, 3);
}

type Key = readonly [source: number, destination: number, ports: number, meta: number];

/** The table beside a list that is searched from end to end. */
class Pair {
  readonly table: SessionTable;
  flows: Flow[] = [];
  private serials = 0;

  constructor(seed: number) {
    this.table = new SessionTable(seed);
  }

  /** Installs a session unless its c2s key is taken; the s2c flow only if its key is free. */
  install([source, destination, ports, sansZone]: Key, zone: number, egress: number): void {
    if (this.find([source, destination, ports], sansZone, zone) !== null) return;
    const { table } = this;
    const slot = table.allocate();
    table.wide.wanted.set(wordsOf(source, destination));
    table.wide.store(slot, table.capacity);
    table.wide.turn();
    const serial = ++this.serials;
    const at = slot * HOT_WORDS;
    const { hot } = table;
    const reply = (ports << 16) | (ports >>> 16);
    hot[at + SERIAL] = serial;
    hot.set([source, destination, ports, (zone << META_ZONE_SHIFT) | sansZone], at + C2S_KEY);
    hot.set([destination, source, reply, (egress << META_ZONE_SHIFT) | sansZone], at + S2C_KEY);
    const taken = this.find([destination, source, reply], sansZone, egress);
    const inTable = table.flowWith(destination, source, reply, sansZone, egress);
    if (taken === null) expect(inTable).toBe(-1);
    else expect(inTable).toBeGreaterThanOrEqual(0);
    table.insertFlow(slot, 0);
    this.flows.push({ flow: slot * 2, key: [source, destination, ports], sansZone, zone, serial });
    if (taken !== null || source === destination) return;
    table.hot[at + STATE]! |= FLAG_S2C_INSTALLED;
    table.insertFlow(slot, 1);
    const key = [destination, source, reply] as const;
    this.flows.push({ flow: slot * 2 + 1, key, sansZone, zone: egress, serial });
  }

  remove(which: number): void {
    if (this.flows.length === 0) return;
    const slot = this.flows[which % this.flows.length]!.flow >>> 1;
    this.table.removeFlows(slot);
    this.table.release(slot);
    this.flows = this.flows.filter(({ flow }) => flow >>> 1 !== slot);
  }

  /** Looks a key up in both; a flow of any zone takes this one for good. */
  lookup([source, destination, ports, sansZone]: Key, zone: number): void {
    this.table.wide.wanted.set(wordsOf(source, destination));
    const same = this.withKey([source, destination, ports], sansZone);
    const oldest = [...same].sort((a, b) => a.serial - b.serial)[0];
    expect(this.table.lookupAnyZone(source, destination, ports, sansZone)).toBe(oldest?.flow ?? -1);
    const exact = same.find((f) => f.zone === zone) ?? same.find((f) => f.zone === ZONE_ANY);
    const meta = (zone << META_ZONE_SHIFT) | sansZone;
    const hash = this.table.hashOfKey(source, destination, ports, sansZone);
    expect(this.table.lookup(hash, source, destination, ports, meta)).toBe(exact?.flow ?? -1);
    if (exact !== undefined) {
      exact.zone = zone;
      const at = (exact.flow >>> 1) * HOT_WORDS + ((exact.flow & 1) === 0 ? C2S_KEY : S2C_KEY);
      expect(this.table.hot[at + KEY_META]).toBe(meta);
    } else expect(this.table.zoneMismatch).toBe(oldest?.flow ?? -1);
  }

  private withKey(key: readonly number[], sansZone: number): Flow[] {
    return this.flows.filter((f) => f.sansZone === sansZone && f.key.every((w, i) => w === key[i]));
  }

  private find(key: readonly number[], sansZone: number, zone: number): Flow | null {
    const meets = (other: number) => other === zone || other === ZONE_ANY || zone === ZONE_ANY;
    return this.withKey(key, sansZone).find((f) => meets(f.zone)) ?? null;
  }
}

const key: fc.Arbitrary<Key> = fc.tuple(
  fc.nat(2),
  fc.nat(2),
  fc.constantFrom(0x0001_0002, 0x0002_0001, 0x0001_0001),
  fc.constantFrom(6, 17, 0x106),
);
const zone = fc.integer({ min: 1, max: 3 });
const egress = fc.oneof(zone, fc.constant(ZONE_ANY));

describe('SessionTable', () => {
  it('finds what a list would, with its zone, another zone, any zone', () => {
    const operation = fc.oneof(
      fc.record({ kind: fc.constant('install' as const), key, zone, egress }),
      fc.record({ kind: fc.constant('lookup' as const), key, zone }),
      fc.record({ kind: fc.constant('remove' as const), which: fc.nat(1000) }),
    );
    fc.assert(
      fc.property(fc.integer(), fc.array(operation, { maxLength: 150 }), (seed, operations) => {
        const pair = new Pair(seed);
        for (const each of operations) {
          if (each.kind === 'install') pair.install(each.key, each.zone, each.egress);
          else if (each.kind === 'lookup') pair.lookup(each.key, each.zone);
          else pair.remove(each.which);
        }
        const slots = new Set(pair.flows.map(({ flow }) => flow >>> 1));
        expect(pair.table.live).toBe(slots.size);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('grows past its first size, and empties again, in any order of removal', () => {
    const pair = new Pair(9);
    const count = 6000;
    const ports = (i: number) => (i << 16) | 443;
    for (let i = 0; i < count; i++) {
      const slot = pair.table.allocate();
      const at = slot * HOT_WORDS;
      pair.table.hot[at + SERIAL] = i + 1;
      pair.table.hot.set([10, 20, ports(i), (1 << META_ZONE_SHIFT) | 6], at + C2S_KEY);
      pair.table.hot.set([20, 10, (443 << 16) | i, (2 << META_ZONE_SHIFT) | 6], at + S2C_KEY);
      pair.table.hot[at + STATE]! |= FLAG_S2C_INSTALLED;
      pair.table.insertFlow(slot, 0);
      pair.table.insertFlow(slot, 1);
    }
    const has = (i: number) => {
      const hash = pair.table.hashOfKey(10, 20, ports(i), 6);
      return pair.table.lookup(hash, 10, 20, ports(i), (1 << META_ZONE_SHIFT) | 6) === 2 * i;
    };
    expect(Array.from({ length: count }, (_, i) => i).every(has)).toBe(true);
    for (let i = 0; i < count; i += 2) {
      const slot = (i * 7919) % count; // 7919 and 6000 have no common divisor
      if (slot % 2 === 1) continue;
      pair.table.removeFlows(slot);
      pair.table.release(slot);
    }
    for (let i = 0; i < count; i++) expect(has(i)).toBe(i % 2 === 1);
    expect(pair.table.live).toBe(count / 2);
  });
});
