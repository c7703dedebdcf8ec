/** This file plays random packets of few endpoints and checks what must hold whatever they were. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { interfacesNamed, type Played, type PlayFrame, playFrames } from '../support/play.ts';
import { buildRandom, type RandomPacket, randomPacketsOfAll } from '../support/random-packets.ts';
import { expectSound } from '../support/soundness.ts';

const INTERFACES = interfacesNamed(['a0', 'b0', 'c0']);
const ZONES = `zones:
  a: {interfaces: [a0], networks: [10.0.0.0/8, "2001:db8:a::/48"]}
  b: {interfaces: [b0], networks: [192.0.2.0/24, "2001:db8:b::/48"]}
  c: {interfaces: [c0]}
`;
const CONFIGS = [
  '',
  'session: {tcp-reject-non-syn: no}',
  'session: {asymmetric-path: bypass, tcp-reject-non-syn: no}',
  `routes:
  - {destination: 10.0.0.0/8, interface: a0}
  - {destination: 192.0.2.0/24, interface: b0, until-time: +1}
  - {destination: 192.0.2.0/24, interface: c0, from-time: +3}
  - {destination: "2001:db8:a::/48", interface: a0}
  - {destination: "2001:db8:b::/48", interface: b0, until-time: +6}
pbf:
  - {name: p, from: [b], egress-interface: c0, enforce-symmetric-return: yes, until-time: +4}
session: {teardown-upon-fwd-zonechange: yes}`,
  'timeouts: {tcp: 3, tcp-half-closed: 2, tcp-time-wait: 1, udp: 1, icmp: 1, default: 2}',
].map((text) => parseFirewallConfig(`${ZONES}${text}\n`, 'random.yaml'));
/**
 * Sessions share pools, so here any flow touches others. Replies of the random packets go to the addresses
 * before translation: some find no session, some find another one's.
 */
const NAT = parseFirewallConfig(
  `${ZONES}nat:
  - {name: exempt, from: [a], service: [tcp/443]}
  - {name: pool, from: [a], source-translation: {dynamic-ip: {translated-address: 10.0.0.1, fallback: {translated-address: 10.0.0.2}}}}
  - {name: both, from: [b], destination: [10.0.0.0/8], source-translation: {dynamic-ip-and-port: 192.0.2.1}, dynamic-destination-translation: {translated-address: 10.0.0.0/30, distribution: least-sessions}}
  - {name: fixed, from: [c], source: [10.0.0.4/30], source-translation: {static-ip: 10.0.0.0/30}}
timeouts: {tcp: 3, udp: 1, icmp: 1}
session: {nat-oversubscription: 1, tcp-reject-non-syn: no}\n`,
  'random.yaml',
);
const config = fc.constantFrom(...CONFIGS);
const configOrNat = fc.constantFrom(...CONFIGS, NAT);

const play = (frames: readonly PlayFrame[], options: Parameters<typeof playFrames>[2]) =>
  playFrames(frames, INTERFACES, options);
const framesOf = (packets: readonly RandomPacket[]) => packets.map(buildRandom);
const asText = (played: Played) => JSON.stringify([played.sessions, played.events]);

describe('random packets', () => {
  it('are each counted in one place; sessions end by their deadline', () => {
    fc.assert(
      fc.property(randomPacketsOfAll, configOrNat, fc.boolean(), (packets, chosen, drain) => {
        const frames = framesOf(packets);
        const played = play(frames, { config: chosen, drain, batchFrames: 7 });
        expectSound(played, frames.length);
        if (drain) {
          expect(played.firewall.table.live).toBe(0);
          for (const { inUse } of played.firewall.natPools) expect(inUse).toBe(0);
        }
        for (const row of played.sessions) expectOnTime(row);
      }),
      { numRuns: 400, seed: 31 },
    );
  });

  it('give the same rows and events with another seed and other batches', () => {
    fc.assert(
      fc.property(
        randomPacketsOfAll,
        configOrNat,
        fc.integer(),
        fc.integer({ min: 1, max: 9 }),
        (p, c, s, n) => {
          const frames = framesOf(p);
          const one = play(frames, { config: c, seed: 1 });
          const other = play(frames, { config: c, seed: s, batchFrames: n });
          expect(asText(other)).toBe(asText(one));
        },
      ),
      { numRuns: 300, seed: 32 },
    );
  });

  it('are not touched by an unrelated flow', () => {
    fc.assert(
      fc.property(
        randomPacketsOfAll,
        config,
        fc.array(fc.nat(100), { maxLength: 8 }),
        (p, c, places) => {
          const frames = framesOf(p);
          const mixed: PlayFrame[] = [...frames];
          for (const place of places) {
            const at = place % (mixed.length + 1);
            const time = mixed[Math.min(at, mixed.length - 1)] ?? { second: 0, nanosecond: 0 };
            mixed.splice(at, 0, unrelated(time));
          }
          const alone = play(frames, { config: c, drain: true });
          const together = play(mixed, { config: c, drain: true });
          const own = together.sessions.filter((row) => row.source !== UNRELATED);
          expect(own.map(withoutNumbers)).toEqual(alone.sessions.map(withoutNumbers));
        },
      ),
      { numRuns: 200, seed: 33 },
    );
  });

  it('live sessions are never past their deadline, after any batch', () => {
    fc.assert(
      fc.property(randomPacketsOfAll, config, (packets, chosen) => {
        const frames = framesOf(packets);
        for (let n = 1; n <= frames.length; n += 5) {
          const played = play(frames.slice(0, n), { config: chosen });
          const now = frames[n - 1]!;
          for (const row of played.sessions) {
            const latest = row.lastSecond + row.timeout;
            const isPast =
              latest < now.second ||
              (latest === now.second && row.lastNanosecond <= now.nanosecond);
            if (isPast) expect(row.end).not.toBeNull();
          }
        }
      }),
      { numRuns: 60, seed: 34 },
    );
  });
});

const UNRELATED = '10.99.0.1';

function unrelated(time: { second: number; nanosecond: number }): PlayFrame {
  const packet: RandomPacket = {
    protocol: 17,
    family: 4,
    source: 99,
    destination: 1,
    sport: 9999,
    dport: 9999,
    flags: 0,
    sequence: 0,
    acknowledgment: 0,
    window: 0,
    length: 3,
    icmpType: 0,
    interfaceIndex: 0,
    second: time.second,
    nanosecond: time.nanosecond,
  };
  return buildRandom(packet);
}

/** A row without what counts through the whole replay. */
function withoutNumbers(row: SessionRow): unknown {
  const { serial: _s, sessionId: _i, startPacket: _p, startFrame: _f, transitions, ...rest } = row;
  return { ...rest, transitions: transitions.map(({ packet: _, frame: __, ...t }) => t) };
}

/** A session that a timer ended: no packet did, and none of its own came after. */
function expectOnTime(row: SessionRow): void {
  // Nor a session that the next one of its ports ended: `unknown` of SCTP.
  const isReplaced = row.endReason === 'tcp-reuse' || row.endReason === 'unknown';
  if (row.end === null || isReplaced) return;
  expect(row.transitions.at(-1)!.packet).toBe(0);
  expect(row.timeToLive).toBe(0);
}
