/** This file makes the frozen ways and translations from those of a validated file. */

import type { NamedFile } from './build-rules.ts';
import { buildEnds, coverAddresses, orAny, serviceEntries } from './build-rules.ts';
import type { ObjectsOfRules } from './named-objects.ts';
import type {
  AddressPool,
  DestinationTranslation,
  Lifespan,
  NatRule,
  NetworkConfig,
  PbfRule,
  Route,
  RuleMatch,
  SourceTranslation,
} from './network-config.ts';
import type { FirewallFile } from './schema.ts';

type NatEntry = NamedFile['nat'][number];
type PbfEntry = NamedFile['pbf'][number];

/** Disabled rules are left out. */
export function buildNetwork(file: NamedFile, objects: ObjectsOfRules): NetworkConfig {
  return {
    interfaces: Object.entries(file.interfaces).map(([name, { addresses }]) => {
      return { name, addresses: addresses.map(({ value }) => value) };
    }),
    virtualRouters: Object.entries(file['virtual-routers']).map(([name, { interfaces }]) => {
      return { name, interfaces };
    }),
    virtualWires: Object.entries(file['virtual-wires']).map(([name, wire]) => {
      return { name, interfaces: [wire.interface1, wire.interface2] };
    }),
    routes: file.routes?.map(buildRoute) ?? null,
    pbf: file.pbf.filter(({ disabled }) => !disabled).map((rule) => buildPbf(rule, objects)),
    nat: file.nat.filter(({ disabled }) => !disabled).map((rule) => buildNat(rule, objects)),
  };
}

function buildRoute(route: NonNullable<FirewallFile['routes']>[number]): Route {
  return {
    destination: route.destination.value,
    virtualRouter: route['virtual-router'] ?? null,
    interface: route.interface ?? null,
    nextVr: route['next-vr'] ?? null,
    metric: route.metric,
    lifespan: lifespan(route),
  };
}

function lifespan(entry: Pick<PbfEntry, 'from-time' | 'until-time'>): Lifespan {
  return {
    from: entry['from-time']?.value ?? null,
    until: entry['until-time']?.value ?? null,
  };
}

function buildMatch(rule: NatEntry | PbfEntry, objects: ObjectsOfRules): RuleMatch {
  return {
    ...buildEnds(rule, objects),
    service: serviceEntries(rule.service, objects),
  };
}

function buildPbf(rule: PbfEntry, objects: ObjectsOfRules): PbfRule {
  return {
    ...buildMatch(rule, objects),
    name: rule.name,
    fromInterface: orAny(rule['from-interface']),
    action: rule.action,
    egressInterface: rule['egress-interface'] ?? null,
    symmetricReturn: rule['enforce-symmetric-return'],
    lifespan: lifespan(rule),
  };
}

function buildNat(rule: NatEntry, objects: ObjectsOfRules): NatRule {
  return {
    ...buildMatch(rule, objects),
    name: rule.name,
    to: orAny(rule.to),
    toInterface: rule['to-interface'] === 'any' ? null : rule['to-interface'],
    natType: rule['nat-type'],
    sourceTranslation: buildSource(rule['source-translation'], objects),
    destinationTranslation: buildDestination(rule, objects),
  };
}

function buildSource(
  given: NatEntry['source-translation'],
  objects: ObjectsOfRules,
): SourceTranslation | null {
  const dipp = given?.['dynamic-ip-and-port'];
  if (dipp !== undefined) return { kind: 'dynamic-ip-and-port', pool: buildPool(dipp, objects) };
  const dynamic = given?.['dynamic-ip'];
  if (dynamic !== undefined) {
    return {
      kind: 'dynamic-ip',
      addresses: coverAddresses(dynamic['translated-address'], objects) ?? [],
      fallback: dynamic.fallback === undefined ? null : buildPool(dynamic.fallback, objects),
    };
  }
  const fixed = given?.['static-ip'];
  if (fixed === undefined) return null;
  return {
    kind: 'static-ip',
    addresses: coverAddresses([fixed['translated-address']], objects) ?? [],
    biDirectional: fixed['bi-directional'],
  };
}

type PoolEntry = NonNullable<NonNullable<NatEntry['source-translation']>['dynamic-ip-and-port']>;

function buildPool(given: PoolEntry, objects: ObjectsOfRules): AddressPool {
  const own = given['interface-address'];
  if (own === undefined) {
    return { addresses: coverAddresses(given['translated-address'] ?? [], objects) ?? [] };
  }
  return {
    interface: own.interface,
    ip: own.ip === undefined ? null : (coverAddresses([own.ip], objects) ?? []),
  };
}

function buildDestination(rule: NatEntry, objects: ObjectsOfRules): DestinationTranslation | null {
  const fixed = rule['destination-translation'];
  const spread = rule['dynamic-destination-translation'];
  const given = fixed ?? spread;
  if (given === undefined) return null;
  return {
    addresses: coverAddresses([given['translated-address']], objects) ?? [],
    port: given['translated-port'] ?? null,
    distribution: spread?.distribution ?? null,
  };
}
