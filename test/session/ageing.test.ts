/**
 * This file compares accelerated ageing with the plainest reading of CONTRACT.md: UDP sessions of a
 * small table, all searched from end to end at every moment.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { interfacesNamed, playFrames } from '../support/play.ts';
import { buildRandom } from '../support/random-packets.ts';

const CAPACITY = 10;
const TIMEOUT = 30;

interface Packet {
  readonly ms: number;
  readonly flow: number;
}

interface Plain {
  readonly flow: number;
  readonly serial: number;
  lastMs: number;
}

/** Serial, and when each session ended, in the order of the ends; times in ms. */
function plainEnds(packets: readonly Packet[], threshold: number, factor: number): string[] {
  const live: Plain[] = [];
  const ends: string[] = [];
  let serials = 0;
  let since: number | null = null;
  const limit = Math.ceil((CAPACITY * threshold) / 100);
  const end = (session: Plain, ms: number) => {
    live.splice(live.indexOf(session), 1);
    ends.push(`${session.serial}@${ms}`);
    if (live.length < limit) since = null;
  };
  const runTo = (ms: number) => {
    for (;;) {
      const dueOf = (s: Plain) =>
        since === null ? s.lastMs + TIMEOUT * 1000 : s.lastMs + (TIMEOUT * 1000) / factor;
      const [next] = [...live].sort((a, b) => dueOf(a) - dueOf(b) || a.serial - b.serial);
      if (next === undefined) return;
      const due = since === null ? dueOf(next) : Math.max(dueOf(next), since);
      if (due > ms) return;
      end(next, due);
    }
  };
  for (const { ms, flow } of packets) {
    runTo(ms);
    const known = live.find((s) => s.flow === flow);
    if (known !== undefined) known.lastMs = ms;
    else if (live.length < CAPACITY) {
      live.push({ flow, serial: ++serials, lastMs: ms });
      if (since === null && live.length >= limit) since = ms;
    }
  }
  runTo(Number.POSITIVE_INFINITY);
  return ends;
}

function playedEnds(packets: readonly Packet[], threshold: number, factor: number): string[] {
  const config = parseFirewallConfig(
    `zones: {all: {networks: [0.0.0.0/0]}}
platform: {sessions: ${CAPACITY}}
timeouts: {udp: ${TIMEOUT}}
session: {accelerated-aging: {threshold: ${threshold}, scaling-factor: ${factor}}}\n`,
    'ageing.yaml',
  );
  const ends: string[] = [];
  const frames = packets.map(({ ms, flow }) =>
    buildRandom({
      ...{ protocol: 17, family: 4, source: 1, destination: 2, sport: 1000 + flow, dport: 53 },
      ...{ flags: 0, sequence: 0, acknowledgment: 0, window: 0, length: 4, icmpType: 0 },
      ...{ interfaceIndex: 0, second: Math.floor(ms / 1000), nanosecond: (ms % 1000) * 1e6 },
    }),
  );
  playFrames(frames, interfacesNamed(['a0']), {
    config,
    drain: true,
    onSession: ({ serial, end }) => {
      if (end !== null) ends.push(`${serial}@${end.second * 1000 + end.nanosecond / 1e6}`);
    },
  });
  return ends;
}

const packets = fc
  .array(fc.record({ wait: fc.integer({ min: 0, max: 6000 }), flow: fc.nat(25) }), {
    maxLength: 60,
  })
  .map((steps) => {
    let ms = 0;
    return steps.map(({ wait, flow }) => {
      ms += wait;
      return { ms, flow };
    });
  });

describe('accelerated ageing', () => {
  it('ends the same sessions at the same times in the same order', () => {
    fc.assert(
      fc.property(
        packets,
        fc.integer({ min: 50, max: 99 }),
        fc.constantFrom(2, 3, 4, 15),
        (sent, threshold, factor) => {
          expect(playedEnds(sent, threshold, factor)).toEqual(plainEnds(sent, threshold, factor));
        },
      ),
      { numRuns: 400, seed: 11 },
    );
  });
});
