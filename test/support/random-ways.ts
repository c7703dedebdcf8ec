/**
 * This file makes random configurations of routes, routers, wires and PBF rules over few addresses, so
 * that prefixes nest, routes compete and change, and routers lead to each other.
 */

import type { FirewallConfig, Zone } from '../../src/config/firewall-config.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import type { Lifespan, NetworkConfig, PbfRule, Route } from '../../src/config/network-config.ts';
import { type Prefix, wordMask } from '../../src/net/prefix.ts';
import type { TimeBound } from '../../src/net/time-span.ts';
import { type Address, split } from './way-model.ts';

type Random = (below: number) => number;

/** Capture interfaces; the last is in no zone of random configurations. */
export const NAMES = ['i0', 'i1', 'i2', 'i3', 'i4', 'i5'];
const ZONE_NAMES = ['za', 'zb', 'zc'];
/** Seconds that changes lie within. */
export const SPAN = 8;
const LENGTHS = [0, 1, 7, 8, 15, 24, 31, 32];

/** An address near a few others. */
export function randomAddress(random: Random, family: 4 | 6): Address {
  const bits = family === 4 ? 32n : 128n;
  let value = 0x0a00_0000n << (bits - 32n);
  for (let flips = random(4); flips > 0; flips--) {
    // At the ends of the words, and within.
    const bit = [0, 1, 7, 8, 24, 31, 32, 64, 96, 127][random(10)]!;
    value ^= 1n << (BigInt(bit) % bits);
  }
  return { family, value };
}

/** A whole configuration; `start` is the second of the first packet. */
export function randomWays(random: Random, start: number): FirewallConfig {
  const base = parseFirewallConfig('zones: {a: {}}\ntimeouts: {udp: 100000}\n', 'random.yaml');
  const routers = ['r0', 'r1', 'r2'].slice(0, random(4));
  const spans = () => randomLifespan(random, start);
  const family = () => (random(3) === 0 ? 6 : 4);
  const prefix = () => randomPrefix(random, family());
  const list = <T>(most: number, make: () => T): T[] =>
    Array.from({ length: random(most + 1) }, make);
  const zones = randomZones(random, list(3, prefix));
  const network: NetworkConfig = {
    interfaces: list(3, () => {
      const address = randomAddress(random, family());
      const length = address.family === 4 ? LENGTHS[random(8)]! : 4 * LENGTHS[random(8)]!;
      const words = split(address);
      const own = { family: address.family, words, network: cut(address, length) };
      return { name: NAMES[random(5)]!, addresses: [own] };
    }),
    virtualRouters: routers.map((name) => ({
      name,
      interfaces: NAMES.filter(() => random(routers.length + 1) === 0),
    })),
    virtualWires: random(4) === 0 ? [{ name: 'w', interfaces: ['i0', 'i3'] }] : [],
    routes:
      random(8) === 0 ? null : list(24, () => randomRoute(random, routers, prefix(), spans())),
    pbf: list(3, () => randomPbf(random, list(2, prefix), spans())),
    nat: [],
  };
  // One interface is one router's.
  const taken = new Set<string>();
  const virtualRouters = network.virtualRouters.map(({ name, interfaces }) => {
    const own = interfaces.filter((each) => !taken.has(each));
    for (const each of own) taken.add(each);
    return { name, interfaces: own };
  });
  return { ...base, ...network, virtualRouters, zones };
}

function randomZones(random: Random, networks: readonly Prefix[]): Zone[] {
  const homes = NAMES.slice(0, 5).map(() => random(ZONE_NAMES.length));
  return ZONE_NAMES.map((name, z) => ({
    name,
    interfaces: NAMES.slice(0, 5)
      .filter((_, i) => homes[i] === z)
      .map((written) => ({ written, readings: [{ name: written, tags: [] }] })),
    networks: z < networks.length ? [networks[z]!] : [],
    vlans: [],
    macs: [],
  }));
}

function randomRoute(
  random: Random,
  routers: readonly string[],
  destination: Prefix,
  lifespan: Lifespan,
): Route {
  const router = routers[random(routers.length + 1)] ?? null;
  const kind = random(8);
  return {
    destination,
    virtualRouter: router,
    interface: kind > 1 || (kind === 1 && routers.length === 0) ? NAMES[random(5)]! : null,
    nextVr: kind === 1 ? (routers[random(routers.length)] ?? null) : null,
    metric: random(3),
    lifespan,
  };
}

function randomPbf(random: Random, prefixes: readonly Prefix[], lifespan: Lifespan): PbfRule {
  const action = (['forward', 'forward', 'no-pbf', 'discard'] as const)[random(4)]!;
  const ports = { from: 1, to: 1 + random(2) };
  const service = { protocol: 'udp', ports: [ports], overrides: null } as const;
  return {
    name: 'p',
    from: random(2) === 0 ? null : [ZONE_NAMES[random(3)]!],
    fromInterface: random(2) === 0 ? null : [NAMES[random(6)]!],
    source: random(2) === 0 ? null : prefixes,
    destination: random(2) === 0 ? null : prefixes,
    negateSource: random(5) === 0,
    negateDestination: random(5) === 0,
    service: random(2) === 0 ? null : [service],
    action,
    egressInterface: action === 'forward' ? NAMES[random(5)]! : null,
    symmetricReturn: random(2) === 0,
    lifespan,
  };
}

function randomPrefix(random: Random, family: 4 | 6): Prefix {
  const length = LENGTHS[random(LENGTHS.length)]!;
  return cut(randomAddress(random, family), family === 4 ? length : 4 * length);
}

function cut(address: Address, length: number): Prefix {
  const words = split(address).map((word, i) => word & wordMask(length - 32 * i));
  return { family: address.family, words, length };
}

function randomLifespan(random: Random, start: number): Lifespan {
  const bound = (): TimeBound | null => {
    if (random(3) > 0) return null;
    const isRelative = random(2) === 0;
    // Absolute ones may lie before the first packet.
    const second = isRelative ? random(SPAN) : start - 2 + random(SPAN + 2);
    return { isRelative, second, nanosecond: 0 };
  };
  return { from: bound(), until: bound() };
}
