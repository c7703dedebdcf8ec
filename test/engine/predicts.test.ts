/**
 * This file plays control channels that announce at random, and checks what must hold whatever they say:
 * ids, capacity, records, pools.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { EVENT_KINDS } from '../../src/events/event-kinds.ts';
import { type Played, playBuilt } from '../support/play.ts';
import { configOf } from '../support/scenario.ts';
import { expectSound } from '../support/soundness.ts';

const CONTROL = `custom-applications:
  control: {ports: [udp/9000]}
rules:
  - {name: out, from: trust, to: untrust, application: control}
timeouts: {udp: 4, predict: 3}
applications: {rtp-base: {predict-timeout: 5}}
`;
const NAT = `nat:
  - {name: snat, from: trust, to: untrust, source-translation: {dynamic-ip-and-port: {translated-address: 203.0.113.5}}}
`;
/** Nothing but its port tells the control channel. */
const BY_PORTS = 'session: {app-id: ports}\n';
const CONFIGS = [
  `${CONTROL}${BY_PORTS}`,
  `${CONTROL}${BY_PORTS}platform: {sessions: 6}\n`,
  `${CONTROL}${BY_PORTS}${NAT}`,
  `${CONTROL}${NAT}platform: {sessions: 6}\nsession: {app-id: ports, nat-oversubscription: '1'}\n`,
].map((config) => configOf({ config }));

const client = fc.constantFrom('10.0.0.5', '10.0.0.6');
const server = fc.constantFrom('203.0.113.9', '203.0.113.10');
const port = fc.constantFrom(5000, 5001);
const announcement = fc.oneof(
  port.map((to) => `PRED ftp-data tcp s/own:* c/own:${to} a`),
  port.map((to) => `PRED rtp-base udp s/*:* c/own:${to} b`),
  port.map((to) => `PRED rtp-base udp c/*:* s/own:${to} b`),
  port.map((to) => `PRED control udp */*:* s/own:${to} c`),
  fc.constantFrom('DROP a', 'DROP b', 'DROP c', 'BLIND'),
);
/** A line of a packet script, without its time. */
const line = fc.oneof(
  fc
    .tuple(client, server, fc.array(announcement, { minLength: 1, maxLength: 3 }))
    .map(([c, s, lines]) => `trust ${c}:40000 > ${s}:9000 udp data="${lines.join('\\n')}\\n"`),
  fc.tuple(client, server, announcement).map(([c, s, text]) => {
    return `untrust ${s}:9000 > ${c}:40000 udp data="${text}\\n"`;
  }),
  fc.tuple(server, client, port).map(([s, c, to]) => `untrust ${s}:20 > ${c}:${to} tcp S`),
  fc.tuple(server, port).map(([s, to]) => `untrust ${s}:20 > 203.0.113.5:${to} tcp S`),
  fc.tuple(server, client, port).map(([s, c, to]) => `untrust ${s}:7000 > ${c}:${to} udp len=8`),
  fc.tuple(server, port).map(([s, to]) => `untrust ${s}:7000 > 203.0.113.5:${to} udp len=8`),
  fc.tuple(client, server, port).map(([c, s, to]) => `trust ${c}:${to} > ${s}:${to} udp len=8`),
);
const lines = fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), line), {
  minLength: 1,
  maxLength: 60,
});

function play(
  steps: readonly (readonly [number, string])[],
  config: FirewallConfig,
  options: { seed?: number; batchFrames?: number; drain?: boolean } = {},
): Played {
  let time = 0;
  const text = steps.map(([wait, rest]) => {
    time += wait;
    return `${(time / 1000).toFixed(3)} ${rest}`;
  });
  const script = parseScript(text.join('\n'));
  return playBuilt(script, buildPackets(script), { config, ...options });
}

const config = fc.constantFrom(...CONFIGS);

describe('control channels that announce at random', () => {
  it('fill no more of the table than it has, and each predict is one record', () => {
    fc.assert(
      fc.property(lines, config, fc.boolean(), (steps, chosen, drain) => {
        const played = play(steps, chosen, { drain, batchFrames: 5 });
        const { firewall, predicts, sessions } = played;
        expectSound(played, steps.length);
        expect(predicts.map(({ serial }) => serial)).toEqual(predicts.map((_, i) => i + 1));
        expect(firewall.predictsCreated).toBe(predicts.length);
        const capacity = chosen.tableSessions ?? Number.POSITIVE_INFINITY;
        expectIds(played, capacity);
        for (const { parent, predict, serial } of sessions) {
          if (predict === null) continue;
          const row = predicts[predict - 1];
          expect(row?.parent).toBe(parent);
          expect(row?.outcome).toBe('converted');
          expect((row?.session ?? serial) <= serial).toBe(true);
        }
        const children = sessions.filter(({ parent }) => parent !== null).length;
        expect(predicts.reduce((sum, row) => sum + row.sessions, 0)).toBe(children);
        const open = predicts.filter(({ end }) => end === null);
        if (drain) expect(open).toEqual([]);
        for (const { outcome, session } of predicts) {
          expect(outcome === 'converted').toBe(session !== null);
        }
        if (drain) for (const { inUse } of firewall.natPools) expect(inUse).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('come out the same whatever the batches and the seed', () => {
    fc.assert(
      fc.property(lines, config, (steps, chosen) => {
        const asText = ({ sessions, predicts, events }: Played) =>
          JSON.stringify([sessions, predicts, events]);
        const whole = play(steps, chosen);
        const cut = play(steps, chosen, { seed: 7, batchFrames: 1 });
        expect(asText(cut)).toBe(asText(whole));
      }),
      { numRuns: 50 },
    );
  });
});

/** Sessions and predicts that are in the table at one time have ids of their own, none above its size. */
function expectIds({ sessions, predicts, events }: Played, capacity: number): void {
  const nsOf = ({ second, nanosecond }: { second: number; nanosecond: number }) =>
    BigInt(second) * 1_000_000_000n + BigInt(nanosecond);
  const entries = [
    ...sessions.map((row) => ({
      id: row.sessionId,
      from: nsOf({ second: row.startSecond, nanosecond: row.startNanosecond }),
      to: row.end === null ? null : nsOf(row.end),
    })),
    ...predicts.map(({ sessionId, installed, end }) => ({
      id: sessionId,
      from: nsOf(installed),
      to: end === null ? null : nsOf(end),
    })),
  ];
  for (const one of entries) {
    expect(one.id).toBeLessThanOrEqual(capacity);
    for (const other of entries) {
      if (one === other || one.id !== other.id) continue;
      const isApart =
        (one.to !== null && one.to <= other.from) || (other.to !== null && other.to <= one.from);
      expect(isApart).toBe(true);
    }
  }
  const kinds = events.map(({ kind }) => EVENT_KINDS[kind]);
  const of = (kind: string) => kinds.filter((one) => one === kind).length;
  expect(of('predict-installed')).toBe(predicts.length);
}
