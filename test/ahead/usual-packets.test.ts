/**
 * This file plays packets twice, attached one by one and decoded ahead: what is taken straight from rows
 * must leave every session, event, count and observation as the fastpath would.
 */

import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { UsualPackets } from '../../src/engine/usual-packets.ts';
import { captureFrames } from '../support/capture-frames.ts';
import {
  interfacesNamed,
  type Played,
  type PlayFrame,
  type PlayOptions,
  playFrames,
} from '../support/play.ts';
import { buildRandom, type RandomPacket } from '../support/random-packets.ts';
import { publicCaptures } from '../support/truth-files.ts';

const ZONES = `zones:
  a: {interfaces: [a0], networks: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, "2001:db8:a::/48"]}
  b: {interfaces: [b0], networks: [0.0.0.0/0, "::/0"]}
  c: {interfaces: [c0]}
`;
const CONFIGS = [
  'session: {app-id: ports}',
  'session: {app-id: payload, tcp-reject-non-syn: no}',
  'session: {app-id: ports, asymmetric-path: bypass, tcp-reject-non-syn: no}',
  'timeouts: {tcp: 3, tcp-half-closed: 2, tcp-time-wait: 1, udp: 1, icmp: 1, default: 2}\nsession: {app-id: ports}',
  'rules: [{name: no-dns, service: [udp/53, tcp/2], action: deny}, {name: rest, action: allow}]\nsession: {app-id: ports}',
  'platform: {hardware-offload: yes, hardware-refresh: packets-16}\nsession: {app-id: ports}',
  `routes: [{destination: 0.0.0.0/0, interface: b0, until-time: +1}, {destination: 0.0.0.0/0, interface: c0, from-time: +3}]
session: {app-id: ports, teardown-upon-fwd-zonechange: yes}`,
  `nat: [{name: pool, from: [a], source-translation: {dynamic-ip-and-port: 192.0.2.1}}]
timeouts: {tcp: 3, udp: 1, icmp: 1}
session: {app-id: ports, tcp-reject-non-syn: no}`,
]
  .map((text) => `${ZONES}${text}\n`)
  .concat(
    // Replies tell where servers are; from some addresses nobody knows the zone.
    'zones: {a: {networks: [10.0.0.0/8]}, b: {networks: [0.0.0.0/1, 128.0.0.0/1]}}\nsession: {app-id: ports}\n',
    'zones: {a: {networks: [10.0.0.0/8]}, c: {interfaces: [c0]}, d: {vlans: [100]}}\nsession: {app-id: ports}\n',
    'zones: {a: {interfaces: [a0]}, b: {interfaces: [b0]}, c: {interfaces: [c0]}, d: {interfaces: [a0.100, b0.7]}}\nsession: {app-id: ports}\n',
  )
  .map((text) => parseFirewallConfig(text, 'usual.yaml'));

/** All that a replay tells, and all that it counts. */
function told({ sessions, events, predicts, firewall }: Played): unknown {
  const { counters, observations, zones, occupancy, sessionsCreated, nowNs } = firewall;
  const { unknownPackets, unknownOrigins } = zones;
  return JSON.parse(
    JSON.stringify([
      ...[sessions, events, predicts, [...counters], observations, unknownPackets],
      ...[unknownOrigins, occupancy.points(), sessionsCreated, nowNs],
    ]),
  );
}

/** Frames that were taken straight from their rows. */
function countTaken(): { taken: number } {
  const count = { taken: 0 };
  const { take } = UsualPackets.prototype;
  vi.spyOn(UsualPackets.prototype, 'take').mockImplementation(function (
    this: UsualPackets,
    batch,
    rows,
    from,
    to,
    untilNs,
  ) {
    const end = take.call(this, batch, rows, from, to, untilNs);
    count.taken += end - from;
    return end;
  });
  return count;
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** One packet of a conversation that goes on, or is disturbed. */
const step: fc.Arbitrary<Step> = fc.record({
  conversation: fc.nat(2),
  side: fc.nat(1),
  flags: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(0x10, 0x18, 0x30) },
    { weight: 1, arbitrary: fc.constantFrom(0x11, 0x04, 0x02, 0x12, 0x00, 0x08) },
  ),
  length: fc.constantFrom(0, 0, 1, 100, 1400),
  /** Off the number that comes next. */
  sequenceOff: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, -100, 1, 70_000, -200_000),
  acknowledgmentOff: fc.constantFrom(0, 0, 0, -100, 5000),
  window: fc.constantFrom(0, 500, 65_535),
  isUdp: fc.constantFrom(false, false, true),
  family: fc.constantFrom<4 | 6>(4, 4, 4, 4, 4, 6),
  identification: fc.integer({ min: 0, max: 65_535 }),
  ttl: fc.constantFrom(64, 64, 64, 64, 64, 64, 64, 1),
  tag: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 7, 7, 100),
  isRepeated: fc.constantFrom(false, false, false, true),
  interfaceOff: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
  waitNs: fc.constantFrom(0, 1000, 1000, 1000, 1e6, 1e6, 1e9, 3e9),
});
interface Step {
  readonly conversation: number;
  readonly side: number;
  readonly flags: number;
  readonly length: number;
  readonly sequenceOff: number;
  readonly acknowledgmentOff: number;
  readonly window: number;
  readonly isUdp: boolean;
  readonly family: 4 | 6;
  readonly identification: number;
  readonly ttl: number;
  /** VLAN id; 0 is none. */
  readonly tag: number;
  readonly isRepeated: boolean;
  readonly interfaceOff: number;
  readonly waitNs: number;
}

const NUMBERS = [0xffff_ff00, 70_000];

function tagged(frame: PlayFrame, tag: number): PlayFrame {
  const { bytes } = frame;
  return {
    ...frame,
    bytes: Uint8Array.from([...bytes.subarray(0, 12), 0x81, 0, 0, tag, ...bytes.subarray(12)]),
  };
}

/** The frames of conversations: each opens, then takes the steps. */
function conversations(steps: readonly Step[]): PlayFrame[] {
  const frames: PlayFrame[] = [];
  let timeNs = 0;
  const next = [0, 1, 2].map(() => [...NUMBERS]);
  const put = (one: Omit<Step, 'isRepeated'>, isRepeated: boolean) => {
    timeNs += one.waitNs;
    const { conversation, side, flags } = one;
    const numbers = next[conversation]!;
    const syn = (flags >> 1) & 1;
    const sequence = (numbers[side]! + one.sequenceOff) >>> 0;
    const packet: RandomPacket = {
      ...{ protocol: one.isUdp ? 17 : 6, family: one.family, flags, length: one.length },
      ...{ source: side, destination: 1 - side, window: one.window, icmpType: 0 },
      sport: side === 0 ? 1000 + conversation : 2,
      dport: side === 0 ? 2 : 1000 + conversation,
      sequence,
      acknowledgment: (numbers[1 - side]! + one.acknowledgmentOff) >>> 0,
      interfaceIndex: (side + one.interfaceOff) % 3,
      second: 1_700_000_000 + Math.floor(timeNs / 1e9),
      nanosecond: timeNs % 1e9,
    };
    const frame = buildRandom(packet);
    if (one.family === 4) {
      frame.bytes[18] = one.identification >> 8;
      frame.bytes[19] = one.identification & 255;
      frame.bytes[22] = one.ttl;
    } else frame.bytes[21] = one.ttl;
    const sent = one.tag === 0 ? frame : tagged(frame, one.tag);
    frames.push(sent);
    if (isRepeated) frames.push(sent);
    if (one.sequenceOff === 0 && !one.isUdp) numbers[side]! += one.length + syn + (flags & 1);
  };
  const opening = { length: 0, sequenceOff: 0, acknowledgmentOff: 0, window: 65_535, waitNs: 10 };
  const calm = {
    tag: 0,
    isUdp: false,
    family: 4 as const,
    identification: 7,
    ttl: 64,
    interfaceOff: 0,
  };
  for (const conversation of [0, 1, 2]) {
    for (const [side, flags] of [
      [0, 0x02],
      [1, 0x12],
      [0, 0x10],
    ] as const) {
      const tag = conversation === 2 ? 7 : 0;
      put({ ...opening, ...calm, conversation, side, flags, tag }, false);
    }
  }
  for (const one of steps) put(one, one.isRepeated);
  return frames;
}

describe('usual packets, taken from their rows', () => {
  test('are counted as the fastpath counts them, in random conversations', () => {
    const count = countTaken();
    const interfaces = interfacesNamed(['a0', 'b0', 'c0'], 1, false);
    const choice = fc.record({
      steps: fc.array(step, { minLength: 20, maxLength: 80 }),
      config: fc.constantFrom(...CONFIGS),
      drain: fc.boolean(),
      batchFrames: fc.integer({ min: 1, max: 30 }),
      withRates: fc.boolean(),
    });
    fc.assert(
      fc.property(choice, ({ steps, ...options }) => {
        const frames = conversations(steps);
        const byFrame = playFrames(frames, interfaces, options);
        const byRow = playFrames(frames, interfaces, { ...options, decodesAhead: true });
        expect(told(byRow)).toEqual(told(byFrame));
      }),
      { numRuns: 600, seed: 71 },
    );
    expect(count.taken).toBeGreaterThan(1000);
  });

  const captures = publicCaptures();
  /** Of each capture: the rest is more of the same. */
  const FRAMES = 3000;

  test.skipIf(captures.length === 0)(
    'are counted as the fastpath counts them, in public captures',
    async () => {
      const count = countTaken();
      let frameCount = 0;
      for (const [i, { path }] of captures.entries()) {
        const { frames, interfaces } = await captureFrames(path);
        const some = frames.slice(0, FRAMES);
        for (const which of [0, 1 + (i % (CONFIGS.length - 1))]) {
          const options: PlayOptions = { config: CONFIGS[which]!, midstream: i % 3 === 0 };
          const byFrame = playFrames(some, interfaces, options);
          const byRow = playFrames(some, interfaces, { ...options, decodesAhead: true });
          expect(told(byRow), path).toEqual(told(byFrame));
          frameCount += some.length;
        }
      }
      expect(count.taken / frameCount).toBeGreaterThan(0.2);
      expect(count.taken).toBeGreaterThan(10_000);
    },
    240_000,
  );
});
