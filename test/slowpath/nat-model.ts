/**
 * This file says what NAT must do, from the vendor's documents and the reference alone: plain objects,
 * linear scans, no thought of speed. Where the vendor leaves a choice (which address of a pool a source
 * gets), it takes the firewall's and checks that it is one of those allowed, and the same from then on.
 *
 * @source panos.md §11; web interface help 11-2 "NAT Translated Packet Tab"; administrator's guide
 * "Source NAT", "Destination NAT" and "NAT Policy Overview"
 */

import type {
  ModelFirewall,
  Packet,
  Pool,
  Route,
  Rule,
  Seen,
  Translated,
} from './nat-model-input.ts';
import { destinationsOf, ICMP, impliedBy, placeOf, portOf } from './nat-model-rules.ts';
import { dotted, isIn } from './plain-addresses.ts';

/** A session of the model. */
interface Session {
  readonly c2s: string;
  /** null where another session has that key. */
  readonly s2c: string | null;
  readonly protocol: number;
  readonly client: number;
  readonly translated: Translated;
  /** Where its source came from: the addresses and whether a port goes with one. */
  readonly holds: { readonly rule: string; readonly kind: 'port' | 'address' } | null;
  endNs: number;
  readonly lifeNs: number;
}

const PORT_MIN = 1024;
const PORT_MAX = 65_535;

export class NatModel {
  /** What happened, to tell whether a test has met it all. */
  readonly met = new Set<string>();
  /** Packets for which a pool had nothing. */
  dry = 0;

  private sessions: Session[] = [];
  /** By pool and client: a source has one address of a pool for all its sessions. */
  private readonly chosen = new Map<string, number>();
  private readonly firewall: ModelFirewall;
  private readonly rules: readonly Rule[];

  constructor(firewall: ModelFirewall) {
    this.firewall = firewall;
    this.rules = firewall.rules.flatMap((rule) => [rule, ...impliedBy(rule)]);
  }

  /** Takes a packet and what the firewall made of it; a text says what is wrong with that. */
  take(packet: Packet, seen: Seen | null): string | null {
    this.sessions = this.sessions.filter(({ endNs }) => endNs > packet.ns);
    const key = keyOf(packet, packet.zone);
    // An echo request never matches an s2c flow (CONTRACT, "session").
    const isOf = (session: Session): boolean =>
      session.c2s === key || (session.s2c === key && packet.protocol !== ICMP);
    const live = this.sessions.find(isOf);
    if (live !== undefined) {
      if (live.s2c === key && live.holds !== null) this.met.add('reply');
      live.endNs = packet.ns + live.lifeNs;
      return seen === null ? null : 'a session is there already';
    }
    return this.takeFirst(packet, seen);
  }

  private note(rule: Rule | null, facts: Facts): void {
    const { packet, toZone, choices } = facts;
    const { met } = this;
    if (rule === null) return;
    const { sourceTranslation: source, destinationTranslation: destination } = rule;
    met.add(source?.kind ?? 'source stays');
    if (source === null && destination === null) met.add('exempt');
    if (source !== null && destination !== null) met.add('both');
    if (destination !== null) met.add(destination.isSpread ? 'spread' : 'destination');
    if (!this.firewall.rules.includes(rule)) met.add('implied');
    if (toZone === packet.zone && source !== null && destination !== null) met.add('u-turn');
    for (const { holds, translated } of choices) {
      if (holds?.kind === 'port' && source?.kind === 'dynamic-ip') met.add('fallback');
      if (holds?.kind !== 'port') continue;
      met.add(translated.sport === packet.sport ? 'port kept' : 'port moved');
      const isShared = this.sessions.some((other) => {
        const at = other.translated;
        return at.source === translated.source && at.sport === translated.sport;
      });
      if (isShared && packet.protocol !== ICMP) met.add('oversubscribed');
    }
  }

  private takeFirst(packet: Packet, seen: Seen | null): string | null {
    const egress = this.routeTo(packet.destination);
    const rule = this.rules.find((candidate) => this.matches(candidate, packet, egress)) ?? null;
    const name = rule === null ? null : rule.name;
    const targets = destinationsOf(rule, packet);
    const target = targets.find((to) => to === seen?.translated.destination) ?? targets[0]!;
    const port = portOf(rule, packet);
    const toZone = this.zoneTo(target);
    const isAllowed = this.firewall.allows(packet, toZone);
    const before = { ...packet, destination: target, dport: port };
    // "Allocated new session" comes after the policy lookup, and what is denied sends nothing (§4.5).
    const choices = isAllowed ? this.sourcesOf(rule, before) : [choiceOf(packet, packet.source)];
    this.note(rule, { packet, toZone, choices });
    if (choices.length === 0) this.dry++;
    if (choices.length === 0) return seen === null ? null : 'the pool is dry: no session';
    if (seen === null) return `no session; expected one by rule ${name}`;
    if (seen.rule !== name) return `rule ${seen.rule}, expected ${name}`;
    if (seen.toZone !== toZone) return `to zone ${seen.toZone}, expected ${toZone}`;
    if (seen.isAllowed !== isAllowed) return `allowed ${seen.isAllowed}, expected ${isAllowed}`;
    const found = choices.find(({ translated }) => isSame(translated, seen.translated));
    if (found === undefined) {
      const expected = choices.map(({ translated }) => textOf(translated)).join(' or ');
      return `rule ${name}: ${textOf(seen.translated)}, expected ${expected}`;
    }
    if (found.pool !== null) this.chosen.set(found.pool, found.translated.source);
    this.install(packet, found.translated, { toZone, holds: found.holds, isAllowed });
    return null;
  }

  private install(
    packet: Packet,
    translated: Translated,
    facts: { toZone: string; holds: Session['holds']; isAllowed: boolean },
  ): void {
    const reply = {
      protocol: packet.protocol,
      source: translated.destination,
      destination: translated.source,
      sport: translated.dport,
      dport: translated.sport,
    };
    const s2c = keyOf(reply, facts.toZone);
    const isTaken = this.sessions.some((other) => other.c2s === s2c || other.s2c === s2c);
    const lifeNs = this.firewall.lifeNs(facts.isAllowed);
    this.sessions.push({
      c2s: keyOf(packet, packet.zone),
      s2c: isTaken ? null : s2c,
      protocol: packet.protocol,
      client: packet.source,
      translated,
      holds: facts.holds,
      endNs: packet.ns + lifeNs,
      lifeNs,
    });
  }

  /** "Longest-prefix FIB": the interface. */
  private routeTo(destination: number): string {
    let best: Route | null = null;
    for (const route of this.firewall.routes) {
      if (!isIn(destination, [route.destination])) continue;
      if (best === null || route.destination.length > best.destination.length) best = route;
    }
    return best!.interface;
  }

  private zoneTo(destination: number): string {
    return this.firewall.zoneOf[this.routeTo(destination)]!;
  }

  /** NAT rules see the original packet, and the zone that it would leave by untranslated. */
  private matches(rule: Rule, packet: Packet, egress: string): boolean {
    const { service } = rule;
    return (
      (rule.from === null || rule.from.includes(packet.zone)) &&
      (rule.to === null || rule.to.includes(this.firewall.zoneOf[egress]!)) &&
      (rule.toInterface === null || rule.toInterface === egress) &&
      (rule.source === null || isIn(packet.source, rule.source) !== rule.negatesSource) &&
      (rule.destination === null ||
        isIn(packet.destination, rule.destination) !== rule.negatesDestination) &&
      (service === null ||
        (service.protocol === packet.protocol &&
          service.from <= packet.dport &&
          packet.dport <= service.to))
    );
  }

  /** What the source may become; none where a pool is dry. */
  private sourcesOf(rule: Rule | null, packet: Packet): Choice[] {
    const translation = rule?.sourceTranslation ?? null;
    if (rule === null || translation === null) return [choiceOf(packet, packet.source)];
    switch (translation.kind) {
      case 'static-ip': {
        const place = translation.pool.length === 1 ? 0 : placeOf(packet.source, rule.source);
        return [choiceOf(packet, translation.pool[place]!)];
      }
      case 'dynamic-ip': {
        const own = this.ownAddresses(rule, packet.source, translation.pool);
        if (own.length > 0 || translation.fallback === null) {
          const holds = { rule: rule.name, kind: 'address' } as const;
          return own.map((address) => ({ ...choiceOf(packet, address), holds }));
        }
        return this.ports(rule, packet, translation.fallback);
      }
      default:
        return this.ports(rule, packet, translation.pool);
    }
  }

  /**
   * "One-to-one, dynamic translation of a source IP address only (no port number) to the next available
   * address": the one that the source holds, else any that nobody does.
   */
  private ownAddresses(rule: Rule, client: number, pool: Pool): number[] {
    const held = this.sessions.filter(({ holds }) => {
      return holds?.rule === rule.name && holds.kind === 'address';
    });
    const own = held.find((session) => session.client === client);
    if (own !== undefined) return [own.translated.source];
    return pool.filter((address) => !held.some(({ translated }) => translated.source === address));
  }

  /** One choice an address of the pool, or the one address that the source had before. */
  private ports(rule: Rule, packet: Packet, pool: Pool): Choice[] {
    const key = `${rule.name} ${packet.source}`;
    const before = this.chosen.get(key);
    const holds = { rule: rule.name, kind: 'port' } as const;
    const addresses = before === undefined ? pool : [before];
    return [...new Set(addresses)].flatMap((address) => {
      const sport = this.portAt(address, packet);
      if (sport === null) return [];
      return [
        { ...choiceOf(packet, address), translated: at(packet, address, sport), holds, pool: key },
      ];
    });
  }

  /** The port itself where it is free, else the next free one; null for none. */
  private portAt(address: number, packet: Packet): number | null {
    const isIcmp = packet.protocol === ICMP;
    // One count for all protocols with ports (`show running ippool`: 64,512 times the rate).
    const users = this.sessions.filter(({ holds, translated, protocol }) => {
      const isSameSpace = (protocol === ICMP) === isIcmp;
      return holds?.kind === 'port' && translated.source === address && isSameSpace;
    });
    const isFree = (port: number): boolean => {
      const same = users.filter(({ translated }) => translated.sport === port);
      const near = same.filter(({ translated }) => translated.destination === packet.destination);
      // Each echo request of a ping is a session, and all have its identifier (panos.md §4.2).
      if (isIcmp) return near.every(({ translated }) => translated.dport !== packet.dport);
      return same.length < this.firewall.oversubscription && near.length === 0;
    };
    // "Approximately 64,000 concurrent sessions on each IP address": low ports are not the pool's.
    const lowest = isIcmp ? 0 : PORT_MIN;
    const span = PORT_MAX - lowest + 1;
    const start = Math.max(packet.sport, lowest);
    for (let i = 0; i < span; i++) {
      const port = lowest + ((start - lowest + i) % span);
      if (isFree(port)) return port;
    }
    return null;
  }
}

interface Facts {
  readonly packet: Packet;
  readonly toZone: string;
  readonly choices: readonly Choice[];
}

interface Choice {
  readonly translated: Translated;
  readonly holds: Session['holds'];
  /** Under what the address is remembered; null where it follows from the packet. */
  readonly pool: string | null;
}

function choiceOf(packet: Packet, source: number): Choice {
  return { translated: at(packet, source, packet.sport), holds: null, pool: null };
}

function at({ destination, dport }: Packet, source: number, sport: number): Translated {
  return { source, destination, sport, dport };
}

function keyOf(flow: Omit<Packet, 'ns' | 'zone'>, zone: string): string {
  const { protocol, source, sport, destination, dport } = flow;
  return `${zone} ${protocol} ${source}:${sport} ${destination}:${dport}`;
}

function isSame(a: Translated, b: Translated): boolean {
  return textOf(a) === textOf(b);
}

function textOf({ source, sport, destination, dport }: Translated): string {
  return `${dotted(source)}[${sport}] to ${dotted(destination)}[${dport}]`;
}
