/**
 * This file is the obvious model of where packets are sent: linear scans over prefixes as big numbers,
 * at one moment, by the configuration as it stands in the file.
 */

import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import type { Lifespan, PbfRule, Route } from '../../src/config/network-config.ts';
import type { Prefix } from '../../src/net/prefix.ts';

/** An address with its family. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** What a session's first packet is matched by. */
export interface FirstPacket {
  readonly source: Address;
  readonly destination: Address;
  readonly protocol: number;
  readonly dport: number;
  readonly zone: string;
  readonly interface: string;
}

/** Where a packet is sent, and what says so. */
export interface Way {
  readonly by: 'wire' | 'pbf' | 'route' | 'networks' | 'discard' | 'no-route' | 'nothing';
  readonly zone: string | null;
  /** null where it is not known. */
  readonly interface: string | null;
}

const NO_ROUTE: Way = { by: 'no-route', zone: null, interface: null };

export class WayModel {
  private readonly config: FirewallConfig;
  /** Seconds since 1970 of the first packet, which relative times count from. */
  private readonly start: number;

  constructor(config: FirewallConfig, start: number) {
    this.config = config;
    this.start = start;
  }

  zoneOfInterface(name: string | null): string | null {
    const holds = (zone: FirewallConfig['zones'][number]) =>
      zone.interfaces.some(({ written }) => written === name);
    return this.config.zones.find(holds)?.name ?? null;
  }

  /** Whether something is there at a time in seconds since 1970. */
  isThere({ from, until }: Lifespan, at: number): boolean {
    const timeOf = (bound: NonNullable<Lifespan['from']>) =>
      (bound.isRelative ? this.start : 0) + bound.second;
    return (from === null || timeOf(from) <= at) && (until === null || at < timeOf(until));
  }

  /** The other end of the wire that an interface is an end of, or null. */
  farEnd(name: string): string | null {
    for (const { interfaces } of this.config.virtualWires) {
      if (interfaces[0] === name) return interfaces[1];
      if (interfaces[1] === name) return interfaces[0];
    }
    return null;
  }

  /** The way of a session's first packet, and the place of the PBF rule that it meets, or -1. */
  first(packet: FirstPacket, at: number): { way: Way; rule: number } {
    const far = this.farEnd(packet.interface);
    if (far !== null) {
      return { way: { by: 'wire', zone: this.zoneOfInterface(far), interface: far }, rule: -1 };
    }
    const isOwn = this.isOwn(packet.destination);
    const rule = isOwn ? -1 : this.config.pbf.findIndex((each) => this.meets(each, packet, at));
    const way =
      this.byRule(rule, at) ?? this.byRoute(packet.interface, packet.zone, packet.destination, at);
    return { way, rule };
  }

  /**
   * The way of the same packet to the IPv4 destination that NAT puts in place of its own, and the PBF
   * rule then. What was to the firewall itself and is led on meets the rule that it would have met.
   */
  translated(packet: FirstPacket, to: Address, at: number): { way: Way; rule: number } {
    const { way, rule } = this.first(packet, at);
    if (way.by === 'wire' || way.by === 'pbf' || way.by === 'discard') return { way, rule };
    const isLedOn = this.isOwn(packet.destination) && !this.isOwn(to);
    const met = isLedOn ? this.config.pbf.findIndex((each) => this.meets(each, packet, at)) : rule;
    const byRoute = () => this.byRoute(packet.interface, packet.zone, to, at);
    return { way: this.byRule(met, at) ?? byRoute(), rule: met };
  }

  isOwn(address: Address): boolean {
    return this.config.interfaces.some(({ addresses }) => {
      return addresses.some(({ family, words }) => {
        return family === address.family && join(words) === address.value;
      });
    });
  }

  /** The rule, if it is one and is there. */
  ruleAt(rule: number, at: number): PbfRule | null {
    const found = this.config.pbf[rule];
    return found !== undefined && this.isThere(found.lifespan, at) ? found : null;
  }

  /** What a session's PBF rule says at a time, or null. */
  byRule(rule: number, at: number): Way | null {
    const found = this.ruleAt(rule, at);
    if (found === null || found.action === 'no-pbf') return null;
    if (found.action === 'discard') return { by: 'discard', zone: null, interface: null };
    const name = found.egressInterface;
    return { by: 'pbf', zone: this.zoneOfInterface(name), interface: name };
  }

  /** The way by the router of an ingress interface, else by the zones' networks. */
  byRoute(name: string | null, zone: string | null, to: Address, at: number): Way {
    return this.byRouter(this.routerOf(name, zone), to, at, []) ?? this.byNetworks(to);
  }

  private routerOf(name: string | null, zone: string | null): string | null {
    const { virtualRouters, zones } = this.config;
    const of = (each: string | null) =>
      virtualRouters.find(({ interfaces }) => each !== null && interfaces.includes(each));
    const own = of(name);
    if (own !== undefined) return own.name;
    const members = zones.find((each) => each.name === zone)?.interfaces ?? [];
    const routers = new Set(members.flatMap(({ written }) => of(written)?.name ?? []));
    return routers.size === 1 ? [...routers][0]! : (virtualRouters[0]?.name ?? null);
  }

  /** null where the router has no route to the address at any time. */
  private byRouter(
    router: string | null,
    to: Address,
    at: number,
    been: readonly (string | null)[],
  ): Way | null {
    if (been.includes(router)) return NO_ROUTE;
    const { routes, interfaces, virtualRouters } = this.config;
    const connected = interfaces.flatMap(({ name, addresses }) =>
      addresses.map(({ network }) => ({
        destination: network,
        virtualRouter: this.routerOf(name, this.zoneOfInterface(name)),
        interface: name,
        nextVr: null,
        metric: 0,
        lifespan: { from: null, until: null },
      })),
    );
    const first = virtualRouters[0]?.name ?? null;
    const all: Route[] = [...connected, ...(routes ?? [])].filter(
      (route) => (route.virtualRouter ?? first) === router && covers(route.destination, to),
    );
    if (all.length === 0) return null;
    let best: Route | null = null;
    for (const route of all) {
      if (!this.isThere(route.lifespan, at)) continue;
      const isBetter =
        best === null ||
        route.destination.length > best.destination.length ||
        (route.destination.length === best.destination.length && route.metric < best.metric);
      if (isBetter) best = route;
    }
    if (best === null) return NO_ROUTE;
    if (best.interface !== null) {
      const { interface: name } = best;
      return { by: 'route', zone: this.zoneOfInterface(name), interface: name };
    }
    if (best.nextVr === null) return NO_ROUTE;
    return this.byRouter(best.nextVr, to, at, [...been, router]) ?? NO_ROUTE;
  }

  private byNetworks(to: Address): Way {
    let best: { zone: FirewallConfig['zones'][number]; length: number } | null = null;
    for (const zone of this.config.zones) {
      for (const network of zone.networks) {
        if (!covers(network, to) || network.length <= (best?.length ?? -1)) continue;
        best = { zone, length: network.length };
      }
    }
    if (best === null) return { by: 'nothing', zone: null, interface: null };
    const [only, ...others] = best.zone.interfaces;
    const isKnown = only !== undefined && others.length === 0;
    return { by: 'networks', zone: best.zone.name, interface: isKnown ? only.written : null };
  }

  private meets(rule: PbfRule, packet: FirstPacket, at: number): boolean {
    const isAmong = (list: readonly Prefix[] | null, negated: boolean, address: Address) =>
      (list === null || list.some((prefix) => covers(prefix, address))) !== negated;
    return (
      this.isThere(rule.lifespan, at) &&
      (rule.from === null || rule.from.includes(packet.zone)) &&
      (rule.fromInterface === null || rule.fromInterface.includes(packet.interface)) &&
      isAmong(rule.source, rule.negateSource, packet.source) &&
      isAmong(rule.destination, rule.negateDestination, packet.destination) &&
      (rule.service === null ||
        rule.service.some(({ protocol, ports }) => {
          const isProtocol = { tcp: 6, udp: 17, sctp: 132 }[protocol] === packet.protocol;
          return isProtocol && ports.some((p) => p.from <= packet.dport && packet.dport <= p.to);
        }))
    );
  }
}

/** Words, the first the most significant, as one number. */
export function join(words: readonly number[]): bigint {
  return words.reduce((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
}

/** The words of an address. */
export function split({ family, value }: Address): number[] {
  const count = family === 4 ? 1 : 4;
  return Array.from({ length: count }, (_, i) => {
    return Number((value >> BigInt(32 * (count - 1 - i))) & 0xffff_ffffn) | 0;
  });
}

function covers(prefix: Prefix, address: Address): boolean {
  if (prefix.family !== address.family) return false;
  const rest = BigInt((prefix.family === 4 ? 32 : 128) - prefix.length);
  return join(prefix.words) >> rest === address.value >> rest;
}
