/**
 * This file compiles NAT rules and says whether a session meets one: by the zones, addresses and service
 * of the packet as it came in, `to` being the zone that the route to its original destination leads to
 * (panos.md §11). NAT64 and NPTv6 rules are left out: nothing meets them.
 *
 * A bi-directional static rule implies a second one directly behind it: from any zone and source to the
 * same zones, for the addresses that the rule translates to. `show running nat-policy` lists such pairs,
 * the second without an egress interface; that it has the same service is assumed.
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import type {
  AddressPool,
  DestinationTranslation,
  NatRule,
  SourceTranslation,
} from '../config/network-config.ts';
import type { IngressZones } from '../ingress/ingress-zones.ts';
import { AddressSet } from '../net/address-set.ts';
import type { Prefix } from '../net/prefix.ts';
import { AddressList } from './address-list.ts';
import type { FlowFacts } from './flow-facts.ts';
import type { NatPools } from './nat-pools.ts';
import {
  addressSet,
  type CompiledMatch,
  compileMatch,
  covers,
  meetsMatch,
  zoneSet,
} from './rule-match.ts';

/** Addresses that are translated into others by their position. */
interface ByPosition {
  /** null: the address itself is its position, by which host bits stay. */
  readonly from: AddressList | null;
  /** Empty where the configuration has no address. */
  readonly to: AddressList;
}

/** Addresses whose ports are given out. */
export interface PortPool {
  readonly addresses: AddressList;
  /** Number of how much of them is in use (NatPools). */
  readonly use: number;
}

/** How the source changes; pools are numbered by NatPools. */
export type SourceWay =
  | ({ readonly kind: 'ports' } & PortPool)
  | {
      readonly kind: 'addresses';
      readonly pool: number;
      readonly addresses: AddressList;
      readonly fallback: PortPool | null;
    }
  | ({ readonly kind: 'fixed' } & ByPosition);

/** How the destination changes; without addresses its port alone. */
export interface DestinationWay extends ByPosition {
  readonly port: number | null;
  /** Number of the spread (NatPools), 0 for one to one. */
  readonly spread: number;
}

export interface CompiledNatRule {
  readonly name: string;
  readonly match: CompiledMatch;
  /** By zone number; null for any. */
  readonly to: Uint8Array | null;
  /** Name number of the egress interface, 0 for any. */
  readonly toInterface: number;
  readonly sourceWay: SourceWay | null;
  readonly destinationWay: DestinationWay | null;
}

/** Whether a session meets a rule; `egress` is its interface's name number before translation. */
export function meetsNatRule(rule: CompiledNatRule, flow: FlowFacts, egress: number): boolean {
  return (
    (rule.to === null || rule.to[flow.to] === 1) &&
    (rule.toInterface === 0 || rule.toInterface === egress) &&
    meetsMatch(rule.match, flow)
  );
}

/** A rulebase, compiled. */
export interface CompiledNat {
  /** In the order in which they are asked, implied ones among them. */
  readonly rules: readonly CompiledNatRule[];
  /** Addresses that sources are translated to, and destinations. */
  readonly sources: AddressSet;
  readonly destinations: AddressSet;
}

/** Compiles the rules of a configuration. */
export function compileNat(
  config: FirewallConfig,
  zones: IngressZones,
  pools: NatPools,
): CompiledNat {
  const rules = config.nat.filter(({ natType }) => natType === 'ipv4');
  return {
    rules: rules.flatMap((rule) => {
      const compiled = compileRule(rule, config, zones, pools);
      const implied = impliedRule(rule, compiled, config);
      return implied === null ? [compiled] : [compiled, implied];
    }),
    sources: new AddressSet(rules.flatMap((rule) => sourcesOf(rule.sourceTranslation, config))),
    destinations: new AddressSet(
      rules.flatMap((rule) => [
        ...(rule.destinationTranslation?.addresses ?? []),
        ...(isBiDirectional(rule) ? (rule.source ?? []) : []),
      ]),
    ),
  };
}

function compileRule(
  rule: NatRule,
  config: FirewallConfig,
  zones: IngressZones,
  pools: NatPools,
): CompiledNatRule {
  const { name, sourceTranslation, destinationTranslation } = rule;
  return {
    name,
    match: compileMatch(rule, config),
    to: zoneSet(rule.to, config),
    toInterface: rule.toInterface === null ? 0 : zones.numberName(rule.toInterface),
    sourceWay:
      sourceTranslation === null ? null : compileSource(sourceTranslation, rule, config, pools),
    destinationWay:
      destinationTranslation === null
        ? null
        : compileDestination(destinationTranslation, rule, pools),
  };
}

function compileSource(
  translation: SourceTranslation,
  rule: NatRule,
  config: FirewallConfig,
  pools: NatPools,
): SourceWay {
  switch (translation.kind) {
    case 'dynamic-ip-and-port':
      return { kind: 'ports', ...portPool(poolOf(translation.pool, config), rule, pools) };
    case 'dynamic-ip': {
      const { addresses, fallback } = translation;
      return {
        kind: 'addresses',
        pool: pools.numberAddresses(addresses, rule.name),
        addresses: new AddressList(addresses),
        fallback: fallback === null ? null : portPool(poolOf(fallback, config), rule, pools),
      };
    }
    default:
      return {
        kind: 'fixed',
        from: positions(rule.source, rule.negateSource),
        to: new AddressList(translation.addresses),
      };
  }
}

function portPool(prefixes: readonly Prefix[], { name }: NatRule, pools: NatPools): PortPool {
  return { addresses: new AddressList(prefixes), use: pools.numberPorts(prefixes, name) };
}

function compileDestination(
  { addresses, port, distribution }: DestinationTranslation,
  rule: NatRule,
  pools: NatPools,
): DestinationWay {
  const to = new AddressList(addresses);
  return {
    from: positions(rule.destination, rule.negateDestination),
    to,
    port,
    spread: distribution === null || to.count === 0 ? 0 : pools.numberSpread(to, distribution),
  };
}

function positions(prefixes: readonly Prefix[] | null, isNegated: boolean): AddressList | null {
  return prefixes === null || isNegated ? null : new AddressList(prefixes);
}

/** What a bi-directional rule implies for sessions from outside, or null. */
function impliedRule(
  rule: NatRule,
  compiled: CompiledNatRule,
  config: FirewallConfig,
): CompiledNatRule | null {
  const { sourceWay } = compiled;
  if (!isBiDirectional(rule) || sourceWay?.kind !== 'fixed' || sourceWay.from === null) return null;
  return {
    ...compiled,
    match: {
      ...compiled.match,
      from: null,
      source: null,
      negateSource: false,
      destination: addressSet(sourcesOf(rule.sourceTranslation, config)),
      negateDestination: false,
    },
    toInterface: 0,
    sourceWay: null,
    destinationWay: { from: sourceWay.to, to: sourceWay.from, port: null, spread: 0 },
  };
}

/** Whether a rule gives sources out of a pool. */
export function namesPool({ nat }: FirewallConfig): boolean {
  return nat.some(({ sourceTranslation: given }) => given !== null && given.kind !== 'static-ip');
}

function isBiDirectional({ sourceTranslation: given, negateSource }: NatRule): boolean {
  return given?.kind === 'static-ip' && given.biDirectional && !negateSource;
}

/** Every address that a source may be translated to. */
function sourcesOf(given: SourceTranslation | null, config: FirewallConfig): readonly Prefix[] {
  if (given === null) return [];
  if (given.kind === 'static-ip') return given.addresses;
  if (given.kind === 'dynamic-ip-and-port') return poolOf(given.pool, config);
  return [...given.addresses, ...(given.fallback === null ? [] : poolOf(given.fallback, config))];
}

/**
 * The addresses of a pool. Of an interface it is the first IPv4 one, or those that `ip` covers; an `ip`
 * of an interface without addresses in the file is taken as it is.
 */
function poolOf(pool: AddressPool, config: FirewallConfig): readonly Prefix[] {
  if ('addresses' in pool) return pool.addresses;
  const own = config.interfaces.find(({ name }) => name === pool.interface)?.addresses ?? [];
  const hosts = own
    .filter(({ family }) => family === 4)
    .map(({ words }): Prefix => ({ family: 4, words, length: 32 }));
  const { ip } = pool;
  if (ip === null) return hosts.slice(0, 1);
  if (hosts.length === 0) return ip;
  const chosen = addressSet(ip);
  return hosts.filter(({ words }) => covers(chosen, false, 4, Int32Array.from(words)));
}
