/**
 * This file plays random packets through the firewall and through the slow model, which must give
 * the same sessions, and checks the table's inner order after every batch.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { EVENT_KINDS, STATES } from '../../src/events/event-kinds.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { ROWS } from '../../src/session/state-table.ts';
import { TCP_ROWS } from '../../src/session/tcp-rows.ts';
import { interfacesNamed, type Played, playFrames } from '../support/play.ts';
import { buildRandom, type RandomPacket, randomPackets } from '../support/random-packets.ts';
import { rowsExercised } from '../support/scenario-rows.ts';
import { toModelPacket } from './model-packet.ts';
import { randomConversations } from './random-conversation.ts';
import { type ModelSession, SlowModel } from './slow-model.ts';
import type { ModelSettings } from './slow-settings.ts';
import { expectTableInOrder } from './table-order.ts';

const INTERFACES = interfacesNamed(['a0', 'b0', 'c0'], 1, false);
const ZONES = `zones:
  a: {interfaces: [a0], networks: [10.0.0.0/8, "2001:db8:a::/48"]}
  b: {interfaces: [b0], networks: [192.0.2.0/24, "2001:db8:b::/48"]}
  c: {interfaces: [c0]}
`;
const DEFAULTS: ModelSettings = {
  rejectsNonSyn: true,
  checksWindows: true,
  isReuseStrict: false,
  refreshesDiscard: true,
  denies: () => false,
  commits: [],
  capacity: Number.POSITIVE_INFINITY,
  timers: {
    init: 5,
    handshake: 10,
    open: 3600,
    'half-closed': 120,
    'time-wait': 15,
    'rst-wait': 30,
    udp: 30,
    icmp: 6,
    default: 30,
    'discard-tcp': 90,
    'discard-udp': 60,
    'discard-default': 60,
  },
};
const DENY =
  'rules: [{name: deny-a, from: [a], to: [b], action: deny}, {name: rest, action: allow}]';
const denies: ModelSettings['denies'] = ({ zone, egressZone }) =>
  zone === 'a' && egressZone === 'b';

const allows = () => false;
/** Files that `configuration:` names. */
const FILES: Readonly<Record<string, string>> = { 'deny.yaml': DENY, 'allow.yaml': '' };
const NS = 1_000_000_000n;

/** Configurations: lines of firewall.yaml, and the same said to the model. */
const CHOICES: readonly (readonly [string, Partial<ModelSettings>])[] = [
  ['', {}],
  ['session: {tcp-reject-non-syn: no}', { rejectsNonSyn: false }],
  [
    'session: {asymmetric-path: bypass, tcp-reject-non-syn: no}',
    { checksWindows: false, rejectsNonSyn: false },
  ],
  ['session: {tcp-reuse-strict-priority: yes}', { isReuseStrict: true }],
  [DENY, { denies }],
  ['platform: {sessions: 3}\nsession: {accelerated-aging: {enable: no}}', { capacity: 3 }],
  [`${DENY}\nsession: {no-refresh-on-discard: yes}`, { denies, refreshesDiscard: false }],
  [
    'configuration: [{at: +1, file: deny.yaml, rematch: yes}]',
    { commits: [{ afterNs: NS, denies, rematch: true }] },
  ],
  // By ports: the model has no App-ID, which asks the new rules of a session that is older than they are.
  [
    `${DENY}
session: {app-id: ports}
configuration:
  - {at: +0.02, file: allow.yaml, rematch: yes}
  - {at: +2, file: deny.yaml}
  - {at: +30, file: deny.yaml, rematch: yes}
  - {at: +200, file: allow.yaml, rematch: yes}`,
    {
      denies,
      commits: [
        { afterNs: NS / 50n, denies: allows, rematch: true },
        { afterNs: 2n * NS, denies, rematch: false },
        { afterNs: 30n * NS, denies, rematch: true },
        { afterNs: 200n * NS, denies: allows, rematch: true },
      ],
    },
  ],
];
const BUILT = CHOICES.map(([text, settings]) => ({
  config: parseFirewallConfig(`${ZONES}${text}\n`, 'model.yaml', (name) => ZONES + FILES[name]),
  settings: { ...DEFAULTS, ...settings },
}));

describe('the firewall gives the sessions of the slow model, in its order', () => {
  it.each([
    ['random packets', randomPackets, 600],
    ['random conversations', randomConversations, 1000],
  ] as const)('on %s', (_, source, numRuns) => {
    fc.assert(
      fc.property(
        source,
        fc.nat(CHOICES.length - 1),
        fc.boolean(),
        fc.integer({ min: 1, max: 30 }),
        (packets, choice, drain, batchFrames) => {
          expectSame(packets, choice, { drain, batchFrames });
        },
      ),
      { numRuns, seed: 41 },
    );
  });
});

it('the random conversations meet every row of TCP', () => {
  const { config } = BUILT[1]!;
  const seen = rowsExercised(() => {
    for (const packets of fc.sample(randomConversations, { numRuns: 800, seed: 41 })) {
      playFrames(packets.map(buildRandom), INTERFACES, { config });
      playFrames(packets.map(buildRandom), INTERFACES, { config: BUILT[0]!.config });
    }
  });
  const missed = TCP_ROWS.filter((row) => !seen.has(ROWS.indexOf(row)));
  expect(missed.map(([from, on]) => `${from} on ${on}`)).toEqual([]);
});

/** Plays packets through the firewall and the model, both in the configuration of that number. */
function expectSame(
  packets: readonly RandomPacket[],
  choice: number,
  options: { readonly drain: boolean; readonly batchFrames: number },
): void {
  const { config, settings } = BUILT[choice]!;
  const afterBatch = expectTableInOrder;
  const frames = packets.map(buildRandom);
  const played = playFrames(frames, INTERFACES, { config, afterBatch, ...options });
  const model = new SlowModel(settings);
  const others = playModel(model, packets);
  if (options.drain) model.runTo(null);
  expect(played.sessions.map(describeRow)).toEqual(sessionsOf(model).map(describeModel));
  expect(serialsByEnd(played)).toEqual(model.ended.map(({ serial }) => serial));
  expect(framesInSessions(played) + model.strays + others).toBe(packets.length);
}

/** Plays the packets; returns how many are nothing to a session table (ICMP errors, discovery). */
function playModel(model: SlowModel, packets: readonly RandomPacket[]): number {
  let others = 0;
  for (const packet of packets) {
    const asModel = toModelPacket(packet);
    if (asModel !== null) model.take(asModel);
    else {
      model.runTo(nsOf(packet.second, packet.nanosecond));
      others++;
    }
  }
  return others;
}

const sessionsOf = ({ live, ended }: SlowModel): ModelSession[] =>
  [...live, ...ended].sort((a, b) => a.serial - b.serial);

const nsOf = (second: number, nanosecond: number): bigint =>
  BigInt(second) * 1_000_000_000n + BigInt(nanosecond);

const framesInSessions = ({ sessions }: Played): number =>
  sessions.reduce((sum, { c2s, s2c }) => sum + c2s.packets + s2c.packets, 0);

function serialsByEnd({ events }: Played): number[] {
  return events
    .filter(({ kind, a }) => EVENT_KINDS[kind] === 'transition' && STATES[a & 255] === 'FREE')
    .map(({ session }) => session);
}

function describeRow(row: SessionRow): unknown {
  const { c2s, s2c } = row;
  return {
    serial: row.serial,
    id: row.sessionId,
    flow: [row.protocol, row.source, row.sport, row.destination, row.dport],
    zones: [row.sourceZone, row.destinationZone],
    start: nsOf(row.startSecond, row.startNanosecond),
    last: nsOf(row.lastSecond, row.lastNanosecond),
    end: row.end === null ? null : nsOf(row.end.second, row.end.nanosecond),
    reason: row.endReason,
    packets: [c2s.packets, s2c.packets],
    dropped: [c2s.dropped, s2c.dropped],
    timeout: row.timeout,
  };
}

function describeModel(session: ModelSession): unknown {
  const { protocol, source, sport, destination, dport } = session.flow;
  return {
    serial: session.serial,
    id: session.id,
    flow: [protocol, source, sport, destination, dport],
    zones: [session.zone, session.egressZone],
    start: session.start,
    last: session.last,
    end: session.end,
    reason: session.end === null ? null : session.reason,
    packets: session.packets,
    dropped: session.dropped,
    timeout: session.timeout,
  };
}
