/** This file checks which sessions of two runs are taken for the same, and what is told of the others. */

import { describe, expect, test } from 'vitest';
import { compareSessions } from '../../src/analysis/compare-sessions.ts';
import { SessionEnds } from '../../src/analysis/session-ends.ts';
import { ipv4, rowOf } from '../report/rows.ts';

type Changes = Parameters<typeof rowOf>[0];

/** A TCP session that aged out 60 s after its start. */
const session = (startPacket: number, changes: Changes = {}) =>
  rowOf({
    ...{ serial: startPacket, startPacket, protocol: 6, sport: 40_000, dport: 80 },
    ...{ sourceWords: ipv4(10, 0, 0, 5), destinationWords: ipv4(203, 0, 113, 9) },
    ...{ sourceZone: 'trust', destinationZone: 'untrust', application: 'ssl', rule: 'out' },
    ...{ startSecond: 100 + startPacket, endReason: 'aged-out', state: 'FREE' },
    end: { second: 160 + startPacket, nanosecond: 0, lifetimeNs: 60e9 },
    ...changes,
  });

/** A run of these sessions, in the order in which they ended. */
function runOf(...rows: ReturnType<typeof session>[]): SessionEnds {
  const ends = new SessionEnds(1000);
  for (const row of rows) ends.add(row);
  return ends;
}

const LIVE: Changes = { end: null, endReason: null, state: 'ACTIVE' };

describe('the same session', () => {
  test('is told by its start, in whatever order sessions end', () => {
    const base = runOf(session(1), session(2), session(3));
    const variant = runOf(session(3), session(1), session(2));
    expect(compareSessions(base, variant, 10)).toEqual({
      ...{ same: 3, different: 0, only_in_base: 0, only_in_variant: 0 },
      ...{ by_ending: [], sessions: [] },
    });
  });

  test.each<[string, Changes]>([
    ['packet', { startPacket: 2 }],
    ['port', { sport: 40_001 }],
    ['address', { sourceWords: ipv4(10, 0, 0, 6) }],
    ['protocol', { protocol: 17 }],
    ['zone', { sourceZone: 'dmz' }],
    ['kind of ICMP', { icmpKind: 3 }],
  ])('has the same %s', (_, changes) => {
    const found = compareSessions(runOf(session(1)), runOf(session(1, changes)), 10);
    expect(found).toMatchObject({ same: 0, different: 0, only_in_base: 1, only_in_variant: 1 });
    expect(found.by_ending.map(({ base, variant }) => [base, variant])).toEqual(
      expect.arrayContaining([
        ['aged-out', 'absent'],
        ['absent', 'aged-out'],
      ]),
    );
  });

  test('is one of several that one packet began', () => {
    const inner = { sourceWords: ipv4(192, 168, 0, 1), sport: 1 };
    const base = runOf(session(1), session(1, inner));
    const variant = runOf(session(1, { ...inner, ...LIVE }), session(1));
    const found = compareSessions(base, variant, 10);
    expect(found).toMatchObject({ same: 1, different: 1, only_in_base: 0, only_in_variant: 0 });
    expect(found.sessions[0]).toMatchObject({ source: '192.168.0.1', sport: 1 });
  });

  test('is found where zones are met in another order', () => {
    const base = runOf(session(1, { sourceZone: 'a' }), session(2, { sourceZone: 'b' }));
    const variant = runOf(session(2, { sourceZone: 'b' }), session(1, { sourceZone: 'a' }));
    expect(compareSessions(base, variant, 10).same).toBe(2);
  });
});

describe('a changed session', () => {
  test.each<[string, Changes, string, readonly string[]]>([
    ['is live', LIVE, 'live', []],
    ['ends for another reason', { endReason: 'tcp-fin' }, 'tcp-fin', []],
    [
      'ends later',
      { end: { second: 161, nanosecond: 1, lifetimeNs: 60e9 + 1 } },
      'aged-out',
      ['time'],
    ],
    ['has another rule', { rule: 'in', action: 'deny' }, 'aged-out', ['rule']],
    ['is another application', { application: null }, 'aged-out', ['application']],
    ['has other packets', { c2s: { packets: 2, dropped: 1 } }, 'aged-out', ['packets', 'dropped']],
  ])('%s', (_, changes, ending, aspects) => {
    const found = compareSessions(runOf(session(1)), runOf(session(1, changes)), 10);
    expect(found).toMatchObject({ same: 0, different: 1 });
    expect(found.by_ending).toEqual([
      { base: 'aged-out', variant: ending, changed: aspects, sessions: 1 },
    ]);
  });

  test('is told as it is in both', () => {
    const [told] = compareSessions(runOf(session(7)), runOf(session(7, LIVE)), 10).sessions;
    expect(told).toEqual({
      ...{ packet: 7, start_time: '1970-01-01T00:01:47.000000000Z', protocol: 6 },
      ...{ source: '10.0.0.5', source_zone: 'trust', sport: 40_000 },
      ...{ dst: '203.0.113.9', dst_zone: 'untrust', dport: 80 },
      base: {
        ...{ serial: 7, state: 'FREE', end_reason: 'aged-out', action: 'allow', rule: 'out' },
        end_time: '1970-01-01T00:02:47.000000000Z',
        ...{ application: 'ssl', packets: 0, dropped: 0 },
      },
      variant: {
        ...{ serial: 7, state: 'ACTIVE', end_reason: null, action: 'allow', rule: 'out' },
        ...{ end_time: null, application: 'ssl', packets: 0, dropped: 0 },
      },
    });
  });

  test('of another ending comes before others, and no more are told than asked for', () => {
    const later = { end: { second: 900, nanosecond: 0, lifetimeNs: 0 } };
    const base = runOf(session(1), session(2), session(3));
    const variant = runOf(session(1, later), session(2, later), session(3, LIVE));
    const found = compareSessions(base, variant, 2);
    expect(found.sessions.map(({ packet }) => packet)).toEqual([3, 1]);
    expect(found.different).toBe(3);
  });
});

test('more sessions than are kept are not compared, and that is said', () => {
  const ends = new SessionEnds(1);
  ends.add(session(1));
  ends.add(session(2));
  expect(compareSessions(ends, runOf(session(1)), 10)).toMatchObject({ same: null, sessions: [] });
});

test('many sessions, across the blocks that they are kept in', () => {
  const rows = Array.from({ length: 10_000 }, (_, i) => session(i + 1));
  const base = new SessionEnds(20_000);
  const variant = new SessionEnds(20_000);
  for (const row of rows) base.add(row);
  for (const row of rows.reverse()) variant.add(row);
  expect(compareSessions(base, variant, 5).same).toBe(10_000);
});
