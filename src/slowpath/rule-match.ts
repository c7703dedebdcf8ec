/**
 * This file matches what rules of every rulebase have in common: zones, addresses, services (panos.md
 * §9, §11).
 */

import type { FirewallConfig, ServiceEntry, ServicePorts } from '../config/firewall-config.ts';
import type { RuleMatch } from '../config/network-config.ts';
import { AddressSet } from '../net/address-set.ts';
import type { Prefix } from '../net/prefix.ts';
import { PORT_PROTOCOLS } from '../net/protocol.ts';
import type { FlowFacts } from './flow-facts.ts';

/** A `RuleMatch` made ready; null is any. */
export interface CompiledMatch {
  /** By zone number. */
  readonly from: Uint8Array | null;
  readonly source: AddressSet | null;
  readonly destination: AddressSet | null;
  readonly negateSource: boolean;
  readonly negateDestination: boolean;
  readonly services: readonly ServiceEntry[] | null;
}

/** Makes a rule's conditions ready. */
export function compileMatch(match: RuleMatch, config: FirewallConfig): CompiledMatch {
  return {
    from: zoneSet(match.from, config),
    source: addressSet(match.source),
    destination: addressSet(match.destination),
    negateSource: match.negateSource,
    negateDestination: match.negateDestination,
    services: match.service,
  };
}

/** Whether a session's first packet meets a rule's conditions. */
export function meetsMatch(match: CompiledMatch, flow: FlowFacts): boolean {
  return (
    (match.from === null || match.from[flow.from] === 1) &&
    covers(match.source, match.negateSource, flow.family, flow.source) &&
    covers(match.destination, match.negateDestination, flow.family, flow.destination) &&
    (match.services === null || match.services.some((s) => hasPort(s, flow.protocol, flow.dport)))
  );
}

/** Zone numbers are 1 + the index in the configuration; ZONE_UNKNOWN is in no set. */
export function zoneSet(
  names: readonly string[] | null,
  config: FirewallConfig,
): Uint8Array | null {
  if (names === null) return null;
  return Uint8Array.from([0, ...config.zones.map(({ name }) => (names.includes(name) ? 1 : 0))]);
}

/** Addresses to be asked by `covers`; null is any. */
export function addressSet(prefixes: readonly Prefix[] | null): AddressSet | null {
  return prefixes === null ? null : new AddressSet(prefixes);
}

/** Whether an address is among a rule's, or with `isNegated` is not. */
export function covers(
  set: AddressSet | null,
  isNegated: boolean,
  family: number,
  words: Int32Array,
): boolean {
  return (set === null || set.has(family, words)) !== isNegated;
}

/** Whether a protocol number and a port are a service's. */
export function hasPort({ protocol, ports }: ServicePorts, number: number, port: number): boolean {
  if (PORT_PROTOCOLS[protocol] !== number) return false;
  return ports.some(({ from, to }) => port >= from && port <= to);
}
