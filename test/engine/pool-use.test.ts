/**
 * This file checks what is told of NAT pools against the sessions themselves: how many there were at
 * once, how many there are at the end, and how often none could be made.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COUNT_POLICY_NAT } from '../../src/events/counters.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { runScenario } from '../support/scenario.ts';

const CONFIG = `
nat:
  - {name: few, from: [trust], to: [untrust], source: [10.0.0.0/29],
     source-translation: {dynamic-ip: {translated-address: 203.0.113.10-203.0.113.11,
       fallback: {translated-address: 203.0.113.20}}}}
  - {name: dry, from: [trust], to: [untrust], source: [10.0.1.0/29],
     source-translation: {dynamic-ip: 203.0.113.30}}
  - {name: many, from: [trust], to: [untrust],
     source-translation: {dynamic-ip-and-port: 203.0.113.20}}
timeouts: {udp: 3, icmp: 2}
`;

/** A packet from one of a few clients to one of two servers; nothing is answered. */
const packet = fc.record({
  pause: fc.integer({ min: 0, max: 1500 }),
  net: fc.integer({ min: 0, max: 2 }),
  host: fc.integer({ min: 1, max: 4 }),
  port: fc.integer({ min: 2000, max: 2002 }),
  server: fc.integer({ min: 1, max: 2 }),
  isPing: fc.boolean(),
});
type Packet = typeof packet extends fc.Arbitrary<infer T> ? T : never;

function scriptOf(packets: readonly Packet[]): string {
  let now = 0;
  const lines = packets.map(({ pause, net, host, port, server, isPing }) => {
    now += pause;
    const [from, to] = [`10.0.${net}.${host}`, `192.0.2.${server}`];
    const what = isPing
      ? `${from} > ${to} icmp echo id=${port} seq=1`
      : `${from}:${port} > ${to}:53 udp len=1`;
    return `${(now / 1000).toFixed(3)} trust ${what}`;
  });
  return `${lines.join('\n')}\n@end ${(now / 1000 + 1).toFixed(3)}\n`;
}

const nanoseconds = (second: number, nanosecond: number) => second * 1e9 + nanosecond;

/** Most of them at once, and how many live at the end; those of one `holder` count as one. */
function useOf(rows: readonly SessionRow[], holder: (row: SessionRow) => string) {
  const heldBy = (live: readonly SessionRow[]) => new Set(live.map(holder)).size;
  const atStartOf = rows.map((row) => {
    const now = nanoseconds(row.startSecond, row.startNanosecond);
    // What is due at a packet's time is over before it; what begins with it later is not there yet.
    return heldBy(
      rows.filter(
        ({ serial, end }) =>
          serial <= row.serial && (end === null || nanoseconds(end.second, end.nanosecond) > now),
      ),
    );
  });
  return { peak: Math.max(0, ...atStartOf), inUse: heldBy(rows.filter(({ end }) => end === null)) };
}

test('pools are as full as the sessions make them', () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 40 }), fc.boolean(), (packets, drain) => {
      const script = scriptOf(packets);
      const run = { name: '', source: '', script, config: CONFIG, sessions: [], drain };
      const { sessions, firewall } = runScenario(run);
      const rows = [...sessions].sort((a, b) => a.serial - b.serial);
      const at = (...addresses: string[]) =>
        rows.filter(({ translatedSource }) => addresses.includes(translatedSource));
      const told = firewall.natPools.map(({ kind, addresses, rules, peak, inUse }) => {
        return { pool: `${kind} ${addresses}`, rules, peak, inUse };
      });
      const bySession = ({ serial }: SessionRow) => String(serial);
      const bySource = ({ source }: SessionRow) => source;
      expect(told).toEqual([
        {
          pool: 'dynamic-ip 203.0.113.10/31',
          rules: ['few'],
          ...useOf(at('203.0.113.10', '203.0.113.11'), bySource),
        },
        {
          pool: 'dynamic-ip-and-port 203.0.113.20',
          rules: ['few', 'many'],
          ...useOf(at('203.0.113.20'), bySession),
        },
        { pool: 'dynamic-ip 203.0.113.30', rules: ['dry'], ...useOf(at('203.0.113.30'), bySource) },
      ]);
      const failures = firewall.natPools.map((pool) => pool.failures);
      const fellBack = at('203.0.113.20').filter(({ natRule }) => natRule === 'few').length;
      expect(failures).toEqual([fellBack, 0, firewall.counters[COUNT_POLICY_NAT]]);
      if (drain) expect(told.every(({ inUse }) => inUse === 0)).toBe(true);
    }),
    { numRuns: 200, seed: 5 },
  );
});
