/**
 * This file plays random first packets through random NAT rules, and has an obvious model of NAT say
 * which rule, which zone and which translated addresses each session must have.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { interfacesNamed, type Played, playFrames } from '../support/play.ts';
import { NatModel } from './nat-model.ts';
import type { Packet, Seen } from './nat-model-input.ts';
import { ip } from './plain-addresses.ts';
import { frameOf, type NatPacket, randomFirsts } from './random-firsts.ts';
import { BASE, type BothRules, INTERFACES, ROUTES, randomRules, ZONE_OF } from './random-nat.ts';

const LIFE_NS = 20e9;
const UDP = 17;

/** Security: by the address before translation, and by the zone after it. */
const POLICIES = [
  { yaml: '', allows: () => true },
  {
    yaml: `rules:
  - {name: inside, to: [dmz], action: deny}
  - {name: public, destination: [203.0.113.9], from: [trust], action: deny}
  - {name: rest, action: allow}
`,
    allows: ({ zone, destination }: Packet, toZone: string) => {
      return toZone !== 'dmz' && !(destination === ip('203.0.113.9') && zone === 'trust');
    },
  },
] as const;

interface Case {
  readonly rules: readonly BothRules[];
  readonly policy: (typeof POLICIES)[number];
  readonly oversubscription: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  rules: randomRules,
  policy: fc.constantFrom(...POLICIES),
  oversubscription: fc.constantFrom(1, 1, 2, 4),
});

function configOf({ rules, policy, oversubscription }: Case): string {
  const nat = rules.map(({ yaml }) => `${yaml}\n`).join('');
  return `${BASE}${policy.yaml}session: {nat-oversubscription: ${oversubscription}}\nnat:\n${nat}`;
}

/** What the firewall made of a packet. */
function seenOf(row: SessionRow): Seen {
  return {
    rule: row.natRule,
    toZone: row.destinationZone,
    isAllowed: row.action === 'allow',
    translated: {
      source: ip(row.translatedSource),
      sport: row.translatedSport,
      destination: ip(row.translatedDestination),
      dport: row.translatedDport,
    },
  };
}

function playPackets(given: Case, packets: readonly NatPacket[]): Played {
  const config = parseFirewallConfig(configOf(given), 'nat.yaml');
  const frames = packets.map(frameOf);
  return playFrames(frames, interfacesNamed(INTERFACES, 1, false), { config });
}

/** The same packets, some of them answered at once by the server, from the session's s2c side. */
function withReplies(given: Case, packets: readonly NatPacket[]): readonly NatPacket[] {
  const { sessions } = playPackets(given, packets);
  const replies = new Map<number, NatPacket>();
  for (const row of sessions) {
    const { destinationZone: zone, translatedSport, translatedDport, startPacket } = row;
    // The model has no timers of TCP, and replies of ICMP are not worth a kind of their own.
    if (row.protocol !== UDP || zone === null || startPacket % 3 !== 0) continue;
    replies.set(startPacket, {
      ns: packets[startPacket - 1]!.ns,
      ingress: INTERFACES.findIndex((name) => ZONE_OF[name] === zone),
      zone,
      protocol: UDP,
      source: ip(row.translatedDestination),
      destination: ip(row.translatedSource),
      sport: translatedDport,
      dport: translatedSport,
    });
  }
  return packets.flatMap((packet, i) => [packet, replies.get(i + 1) ?? []].flat());
}

/** The first packet of which the firewall makes something else than the model. */
function disagreement(given: Case, packets: readonly NatPacket[], met: Set<string>): string | null {
  const played = playPackets(given, packets);
  const byPacket = new Map(played.sessions.map((row) => [row.startPacket, row]));
  const model = new NatModel({
    routes: ROUTES,
    zoneOf: ZONE_OF,
    rules: given.rules.map(({ rule }) => rule),
    oversubscription: given.oversubscription,
    allows: given.policy.allows,
    lifeNs: () => LIFE_NS,
  });
  for (const [i, packet] of packets.entries()) {
    const row = byPacket.get(i + 1);
    const fault = model.take(packet, row === undefined ? null : seenOf(row));
    if (fault !== null) return `packet ${i + 1}: ${fault}`;
  }
  for (const event of model.met) met.add(event);
  if (model.dry > 0) met.add('dry');
  const dropped = played.counter('flow_policy_nat');
  return dropped === model.dry ? null : `flow_policy_nat ${dropped}, expected ${model.dry}`;
}

/** All that the model tells apart. */
const EVENTS = [
  ...['dynamic-ip-and-port', 'dynamic-ip', 'static-ip', 'source stays', 'exempt', 'both'],
  ...['destination', 'spread', 'implied', 'u-turn', 'dry', 'fallback', 'reply'],
  ...['port kept', 'port moved', 'oversubscribed'],
];

describe('NAT', () => {
  it('is what the model says, on random rules and packets', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(cases, randomFirsts, (given, packets) => {
        expect(disagreement(given, withReplies(given, packets), met)).toBeNull();
      }),
      { numRuns: 250, seed: 51 },
    );
    expect([...met].sort()).toEqual([...EVENTS].sort());
  }, 120_000);
});
