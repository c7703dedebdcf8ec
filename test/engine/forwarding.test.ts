/**
 * This file plays random UDP packets through random routes that come and go, and holds the firewall
 * against a model which looks up the way of every packet anew, as a real firewall does: that ways are
 * judged when routes change, and kept as flags in between, must make no difference.
 */

import { describe, expect, it } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { COUNTERS } from '../../src/events/counters.ts';
import { EVENT_KINDS } from '../../src/events/event-kinds.ts';
import { formatIpv4, formatIpv6 } from '../../src/net/address.ts';
import { type Played, playBuilt } from '../support/play.ts';
import { randomFrom } from '../support/random.ts';
import { NAMES, randomAddress, randomWays, SPAN } from '../support/random-ways.ts';
import { type Address, split, WayModel } from '../support/way-model.ts';

const START = 1_700_000_000;
const RUNS = 1200;
/** Fewer than the events that a session may make. */
const PACKETS = 30;

interface Packet {
  /** Quarters of a second after the start. */
  readonly quarter: number;
  readonly interface: string;
  readonly source: Address;
  readonly destination: Address;
  readonly sport: number;
  readonly dport: number;
  readonly ttl: number;
}

interface Session {
  readonly client: Packet;
  readonly clientZone: string;
  /** null until the first reply. */
  serverZone: string | null;
  readonly hasReplyKey: boolean;
  readonly rule: number;
  readonly packets: [number, number];
  readonly dropped: [number, number];
}

/** What the slow firewall makes of the packets: its sessions, and what it drops and why. */
class SlowFirewall {
  readonly sessions: Session[] = [];
  readonly drops: string[] = [];
  private readonly config: FirewallConfig;
  private readonly ways: WayModel;

  constructor(config: FirewallConfig) {
    this.config = config;
    this.ways = new WayModel(config, START);
  }

  take(packet: Packet, number: number): void {
    const at = START + packet.quarter / 4;
    const zone = this.ways.zoneOfInterface(packet.interface)!;
    const found = this.find(packet, zone);
    if (found === null) this.setUp(packet, zone, at, number);
    else this.forward(found.session, found.side, packet, at, number);
  }

  private find(packet: Packet, zone: string): { session: Session; side: 0 | 1 } | null {
    let any: Session | null = null;
    for (const session of this.sessions) {
      const { client, clientZone, serverZone, hasReplyKey } = session;
      if (clientZone === zone && keyOf(packet) === keyOf(client)) return { session, side: 0 };
      if (!hasReplyKey || keyOf(packet) !== replyKeyOf(client)) continue;
      if (serverZone === zone) return { session, side: 1 };
      if (serverZone === null) any = session;
    }
    if (any === null) return null;
    any.serverZone = zone;
    return { session: any, side: 1 };
  }

  private setUp(packet: Packet, zone: string, at: number, number: number): void {
    const first = { ...packet, protocol: 17, zone };
    const { way, rule } = this.ways.first(first, at);
    if (way.by === 'discard') this.drops.push(`${number} s0 replay_pbf_discard`);
    else if (way.zone === null && this.config.routes !== null) {
      this.drops.push(`${number} s0 flow_policy_nofwd`);
    } else {
      const isTaken = this.sessions.some((other) => {
        const meets = (key: string, held: string | null) =>
          key === replyKeyOf(packet) && (held === way.zone || held === null || way.zone === null);
        return (
          meets(keyOf(other.client), other.clientZone) ||
          (other.hasReplyKey && meets(replyKeyOf(other.client), other.serverZone))
        );
      });
      const session: Session = {
        client: packet,
        clientZone: zone,
        serverZone: way.zone,
        hasReplyKey: !isTaken,
        rule,
        packets: [0, 0],
        dropped: [0, 0],
      };
      this.sessions.push(session);
      this.forward(session, 0, packet, at, number);
    }
  }

  private forward(session: Session, side: 0 | 1, packet: Packet, at: number, number: number): void {
    session.packets[side]++;
    const why = this.reasonToDrop(session, side, packet, at);
    if (why === null) return;
    session.dropped[side]++;
    this.drops.push(`${number} s${this.sessions.indexOf(session) + 1} ${why}`);
  }

  private reasonToDrop(
    { client, clientZone, serverZone, rule }: Session,
    side: 0 | 1,
    packet: Packet,
    at: number,
  ): string | null {
    const { ways } = this;
    if (this.config.routes === null || ways.farEnd(client.interface) !== null) return null;
    const to = packet.destination;
    const isReturned = side === 1 && ways.ruleAt(rule, at)?.symmetricReturn === true;
    const way =
      side === 0
        ? (ways.byRule(rule, at) ?? ways.byRoute(client.interface, clientZone, to, at))
        : ways.byRoute(null, serverZone, to, at);
    const expected = side === 0 ? serverZone : clientZone;
    const isKnown = this.config.interfaces.some(({ addresses }) => addresses.length > 0);
    const isJudged = way.by !== 'networks' && (way.by !== 'nothing' || isKnown);
    if (!isReturned && isJudged) {
      if (way.by === 'no-route' || way.by === 'nothing') return 'flow_fwd_l3_noroute';
      if (way.zone !== expected) return `${expected}>${way.zone}`;
    }
    return packet.ttl <= 1 && !ways.isOwn(to) ? 'flow_fwd_l3_ttl_zero' : null;
  }
}

const keyOf = ({ source, destination, sport, dport }: Packet) =>
  `${source.family} ${source.value}:${sport}>${destination.value}:${dport}`;
const replyKeyOf = ({ source, destination, sport, dport }: Packet) =>
  `${source.family} ${destination.value}:${dport}>${source.value}:${sport}`;

/** A zone's interfaces in one router: which of them a packet came in by says nothing then. */
function inOneRouterEach(config: FirewallConfig): FirewallConfig {
  const { zones, virtualRouters } = config;
  const homeOf = (zone: number) => virtualRouters[zone % (virtualRouters.length + 1)];
  const virtualRouters2 = virtualRouters.map((router) => ({
    name: router.name,
    interfaces: zones.flatMap((zone, z) =>
      homeOf(z) === router ? zone.interfaces.map(({ written }) => written) : [],
    ),
  }));
  return { ...config, virtualRouters: virtualRouters2 };
}

/** The same where no way ever changes: then packets are judged without notes of their sessions' ways. */
function withSteadyWays(config: FirewallConfig): FirewallConfig {
  const lifespan = { from: null, until: null };
  const routes = config.routes?.map((route) => ({ ...route, lifespan })) ?? null;
  return { ...config, routes, pbf: [] };
}

/** Packets of few endpoints and their replies, in the order of their times. */
function randomPackets(random: (below: number) => number): Packet[] {
  const packets: Packet[] = [];
  let quarter = 0;
  while (packets.length < PACKETS) {
    const isReply = packets.length > 0 && random(2) === 0;
    const before = packets[random(packets.length)];
    const family = random(3) === 0 ? 6 : 4;
    const source = randomAddress(random, family);
    const destination = randomAddress(random, family);
    if (source.value === destination.value) continue;
    const ends =
      before !== undefined && random(3) > 0
        ? before
        : { source, destination, sport: 1 + random(2), dport: 1 + random(2) };
    const turned = {
      source: ends.destination,
      destination: ends.source,
      sport: ends.dport,
      dport: ends.sport,
    };
    const { source: from, destination: to, sport, dport } = isReply ? turned : ends;
    const name = NAMES[random(5)]!;
    const ttl = random(6) === 0 ? 1 : 64;
    packets.push({ quarter, interface: name, source: from, destination: to, sport, dport, ttl });
    quarter += packets.length === 1 ? 0 : random(4 * SPAN) < PACKETS ? random(3) : 0;
  }
  return packets;
}

function scriptOf(packets: readonly Packet[]): string {
  const endOf = ({ family, value }: Address, port: number) => {
    const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = split({ family, value });
    return family === 4 ? `${formatIpv4(w0)}:${port}` : `[${formatIpv6(w0, w1, w2, w3)}]:${port}`;
  };
  const lines = packets.map(({ quarter, source, destination, sport, dport, ttl, ...rest }) => {
    const ends = `${endOf(source, sport)} > ${endOf(destination, dport)}`;
    return `${quarter / 4} ${rest.interface} ${ends} udp len=4 ttl=${ttl}`;
  });
  const interfaces = NAMES.map((name) => `@interface ${name}`);
  return ['@start 2023-11-14T22:13:20Z', ...interfaces, ...lines].join('\n');
}

/** The drops of a replay, as the slow firewall tells its own. */
function dropsOf({ events, firewall }: Played): string[] {
  const { zoneNames } = firewall.zones;
  return events.flatMap(({ kind, packet, session, a, b }) => {
    const name = EVENT_KINDS[kind];
    if (name === 'drop') return `${packet} s${session} ${COUNTERS[b]!.name}`;
    if (name !== 'zonechange') return [];
    return `${packet} s${session} ${zoneNames[a]}>${zoneNames[b & 0xffff]}`;
  });
}

describe('forwarding', () => {
  it.each([
    ['that come and go', 77, (config: FirewallConfig) => config],
    ['that are always there', 78, withSteadyWays],
  ])(
    'drops what a route look-up for each packet would, by routes %s',
    (_, seed, made) => {
      const random = randomFrom(seed);
      let dropped = 0;
      let changed = 0;
      for (let n = 0; n < RUNS; n++) {
        const config = made(inOneRouterEach(randomWays(random, START)));
        const packets = randomPackets(random);
        const script = parseScript(scriptOf(packets));
        const played = playBuilt(script, buildPackets(script), { config, batchFrames: 7 });
        const slow = new SlowFirewall(config);
        packets.forEach((packet, i) => {
          slow.take(packet, i + 1);
        });
        expect(dropsOf(played), `run ${n}`).toEqual(slow.drops);
        const rows = played.sessions.map(({ c2s, s2c }) => ({
          packets: [c2s.packets, s2c.packets],
          dropped: [c2s.dropped, s2c.dropped],
        }));
        expect(rows).toEqual(
          slow.sessions.map(({ packets: p, dropped: d }) => ({ packets: p, dropped: d })),
        );
        dropped += slow.drops.length;
        changed += slow.drops.filter((text) => text.includes('>')).length;
      }
      // The test sees what it is about.
      expect(dropped).toBeGreaterThan(RUNS);
      expect(changed).toBeGreaterThan(RUNS / 10);
    },
    60_000,
  );
});
