/**
 * This file holds the frozen form of what `firewall.yaml` says about ways and translations: interfaces,
 * virtual routers, virtual wires, routes, policy-based forwarding, NAT.
 */

import type { Prefix } from '../net/prefix.ts';
import type { TimeBound } from '../net/time-span.ts';
import type { ServiceEntry } from './firewall-config.ts';

/** An address of one of the firewall's own interfaces, with the network that it is in. */
export interface InterfaceAddress {
  readonly family: 4 | 6;
  /** One word for IPv4, four for IPv6. */
  readonly words: readonly number[];
  /** The connected network; a host where the file gives no length. */
  readonly network: Prefix;
}

/** One entry of `interfaces:`. */
export interface FirewallInterface {
  readonly name: string;
  readonly addresses: readonly InterfaceAddress[];
}

/** One entry of `virtual-routers:`. */
export interface VirtualRouter {
  readonly name: string;
  readonly interfaces: readonly string[];
}

/** One entry of `virtual-wires:`: what enters by one interface leaves by the other. */
export interface VirtualWire {
  readonly name: string;
  readonly interfaces: readonly [string, string];
}

/** A time at which a route or a rule begins or ceases to be there; null for always. */
export interface Lifespan {
  /** From then on, that instant included. */
  readonly from: TimeBound | null;
  /** Until then, that instant not included. */
  readonly until: TimeBound | null;
}

export interface Route {
  readonly destination: Prefix;
  /** Name of the virtual router that it is in; null for the first (or only) one. */
  readonly virtualRouter: string | null;
  /** Egress interface; null where `nextVr` or nothing (a route that discards) takes its place. */
  readonly interface: string | null;
  /** The virtual router that looks on. */
  readonly nextVr: string | null;
  /** The lowest of the routes to one destination is used. */
  readonly metric: number;
  readonly lifespan: Lifespan;
}

/** What a packet is matched by in NAT and PBF rules; `null` means any. */
export interface RuleMatch {
  readonly from: readonly string[] | null;
  readonly source: readonly Prefix[] | null;
  readonly destination: readonly Prefix[] | null;
  readonly negateSource: boolean;
  readonly negateDestination: boolean;
  readonly service: readonly ServiceEntry[] | null;
}

/** One entry of `pbf:`, policy-based forwarding. */
export interface PbfRule extends RuleMatch {
  readonly name: string;
  /** The rule is for what enters by one of these interfaces. */
  readonly fromInterface: readonly string[] | null;
  readonly action: 'forward' | 'discard' | 'no-pbf';
  /** Egress interface of `forward`. */
  readonly egressInterface: string | null;
  /** Replies leave by the interface that the session's first packet entered by. */
  readonly symmetricReturn: boolean;
  readonly lifespan: Lifespan;
}

/** Addresses to take one of: a list, or an interface's (of which `ip` chooses one). */
export type AddressPool =
  | { readonly addresses: readonly Prefix[] }
  | { readonly interface: string; readonly ip: readonly Prefix[] | null };

export type SourceTranslation =
  | { readonly kind: 'dynamic-ip-and-port'; readonly pool: AddressPool }
  | {
      readonly kind: 'dynamic-ip';
      readonly addresses: readonly Prefix[];
      /** What to take, with port, when the addresses are used up. */
      readonly fallback: AddressPool | null;
    }
  | {
      readonly kind: 'static-ip';
      readonly addresses: readonly Prefix[];
      readonly biDirectional: boolean;
    };

export const DISTRIBUTIONS = [
  'round-robin',
  'source-ip-hash',
  'ip-modulo',
  'ip-hash',
  'least-sessions',
] as const;

export interface DestinationTranslation {
  readonly addresses: readonly Prefix[];
  readonly port: number | null;
  /** How a session's address is chosen; null for one to one, by the place in the rule's own. */
  readonly distribution: (typeof DISTRIBUTIONS)[number] | null;
}

/** One entry of `nat:`; with neither translation it exempts what it matches. */
export interface NatRule extends RuleMatch {
  /** `nat-N` where the file gives none. */
  readonly name: string;
  /** Egress zones by the route to the destination before translation (panos.md §11). */
  readonly to: readonly string[] | null;
  /** Egress interface by that route; null for any. */
  readonly toInterface: string | null;
  readonly natType: 'ipv4' | 'nat64' | 'nptv6';
  readonly sourceTranslation: SourceTranslation | null;
  readonly destinationTranslation: DestinationTranslation | null;
}

/** Ways and translations of one configuration; disabled rules are left out. */
export interface NetworkConfig {
  readonly interfaces: readonly FirewallInterface[];
  readonly virtualRouters: readonly VirtualRouter[];
  readonly virtualWires: readonly VirtualWire[];
  /** null where the file has no `routes:`. */
  readonly routes: readonly Route[] | null;
  readonly pbf: readonly PbfRule[];
  readonly nat: readonly NatRule[];
}
