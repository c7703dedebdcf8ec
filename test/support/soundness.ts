/** This file checks what must hold after every replay, whatever the frames were. */

import { expect } from 'vitest';
import type { Firewall } from '../../src/engine/firewall.ts';
import { EVENT_KINDS, EVENT_ZONECHANGE, ZONECHANGE_FORWARD } from '../../src/events/event-kinds.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { counterOf, type Played } from './play.ts';

/** Counters of frames that belong to no session; each such frame is counted by one of them. */
export const STRAY_COUNTERS = [
  'flow_policy_nofwd',
  'flow_policy_nat',
  'replay_pbf_discard',
  'flow_tcp_non_syn_drop',
  'flow_fwd_zonechange',
  'replay_icmp_no_request',
  'replay_ipfrag_no_session',
  'replay_neighbour_discovery',
  'replay_malformed',
  'replay_truncated',
  'replay_not_ip',
  'replay_link_type',
  'replay_egress_copy',
  'session_alloc_failure',
];

/**
 * Sessions, counters and events of a replay of `frames` frames, taken after `reportLive`.
 *
 * @param lateSeconds that hardware may take to report a packet: so much later its timer starts
 */
export function expectSound(played: Played, frames: number, lateSeconds = 0): void {
  const { sessions, firewall, events } = played;
  const live = sessions.filter((row) => row.end === null);
  expect({
    created: firewall.sessionsCreated,
    freed: counterOf(firewall, 'session_freed'),
    live: firewall.table.live,
  }).toEqual({
    created: sessions.length,
    freed: sessions.length - live.length,
    live: live.length,
  });
  expect(sessions.map((row) => row.serial)).toEqual(sessions.map((_, i) => i + 1));
  for (const row of sessions) expectSoundRow(row, lateSeconds);
  const forwards = events.filter(({ kind, b }) => kind === EVENT_ZONECHANGE && isForward(b)).length;
  expect(framesCounted(sessions, firewall) - forwards).toBe(frames);
  for (let i = 1; i < events.length; i++) {
    const [before, after] = [events[i - 1]!, events[i]!];
    const isInOrder =
      before.second < after.second ||
      (before.second === after.second && before.nanosecond <= after.nanosecond);
    expect(isInOrder).toBe(true);
  }
}

const isForward = (seen: number): boolean => (seen & ZONECHANGE_FORWARD) !== 0;

/**
 * Every frame is a packet of one session, an ICMP error, or in one stray counter; a reply that the
 * routes send to another zone is in its session and in `flow_fwd_zonechange`.
 */
export function framesCounted(sessions: readonly SessionRow[], firewall: Firewall): number {
  const inSessions = sessions.reduce((sum, row) => sum + row.c2s.packets + row.s2c.packets, 0);
  const strays = STRAY_COUNTERS.reduce((sum, name) => sum + counterOf(firewall, name), 0);
  const errors = firewall.log.made[EVENT_KINDS.indexOf('icmp-error')]!;
  return inSessions + strays + errors;
}

function expectSoundRow(row: SessionRow, lateSeconds: number): void {
  const nsOf = (second: number, nanosecond: number) =>
    BigInt(second) * 1_000_000_000n + BigInt(nanosecond);
  const start = nsOf(row.startSecond, row.startNanosecond);
  const last = nsOf(row.lastSecond, row.lastNanosecond);
  expect(row.c2s.packets).toBeGreaterThan(0);
  expect(row.startNanosecond).toBeLessThan(1e9);
  expect(Number(last - start)).toBe(row.elapsedNs);
  const [first, second] = row.transitions;
  expect([first?.from, first?.to, second?.from]).toEqual(['FREE', 'INIT', 'INIT']);
  for (let i = 1; i < row.transitions.length; i++) {
    const [before, after] = [row.transitions[i - 1]!, row.transitions[i]!];
    expect(after.from).toBe(before.to);
    const gap = nsOf(after.second, after.nanosecond) - nsOf(before.second, before.nanosecond);
    expect(gap >= 0n).toBe(true);
  }
  for (const side of [row.c2s, row.s2c]) {
    expect(side.dropped).toBeLessThanOrEqual(side.packets);
    expect(side.layer7Packets).toBeLessThanOrEqual(side.packets);
    expect(side.ipBytes).toBeGreaterThanOrEqual(20 * side.packets);
  }
  if (row.end === null) {
    expect(row.endReason).toBeNull();
    expect(row.timeToLive).toBeGreaterThanOrEqual(0);
    expect(row.timeToLive).toBeLessThanOrEqual(row.timeout + lateSeconds);
    return;
  }
  const end = nsOf(row.end.second, row.end.nanosecond);
  expect(row.endReason).not.toBeNull();
  expect(row.state).toBe('FREE');
  expect(Number(end - start)).toBe(row.end.lifetimeNs);
  expect(end >= last).toBe(true);
  // No timer is longer than the one that ran last, counted from the last packet or the commit that
  // put the session into DISCARD.
  const denied = row.transitions.find(({ to }) => to === 'DISCARD');
  const begun = [last, denied === undefined ? start : nsOf(denied.second, denied.nanosecond)];
  const limit = BigInt(row.timeout + lateSeconds) * 1_000_000_000n;
  expect(begun.some((time) => end - time <= limit)).toBe(true);
  const [closed, freed] = row.transitions.slice(-2);
  expect([closed?.to, freed?.from, freed?.to]).toEqual(['CLOSED', 'CLOSED', 'FREE']);
  expect(nsOf(freed!.second, freed!.nanosecond)).toBe(end);
}
