/** This file holds what the model of NAT is told: rules, routes, packets, and what became of them. */

import type { Network } from './plain-addresses.ts';

/** A protocol and its destination ports. */
export interface Service {
  readonly protocol: number;
  readonly from: number;
  readonly to: number;
}

/** Addresses in their order. */
export type Pool = readonly number[];

export type Source =
  | { readonly kind: 'dynamic-ip-and-port'; readonly pool: Pool }
  | { readonly kind: 'dynamic-ip'; readonly pool: Pool; readonly fallback: Pool | null }
  | { readonly kind: 'static-ip'; readonly pool: Pool; readonly biDirectional: boolean };

export interface Destination {
  readonly pool: Pool;
  readonly port: number | null;
  /** Any address of the pool, whatever the original one. */
  readonly isSpread: boolean;
}

/** null is any. */
export interface Rule {
  readonly name: string;
  readonly from: readonly string[] | null;
  readonly to: readonly string[] | null;
  readonly toInterface: string | null;
  readonly source: readonly Network[] | null;
  readonly destination: readonly Network[] | null;
  readonly negatesSource: boolean;
  readonly negatesDestination: boolean;
  readonly service: Service | null;
  readonly sourceTranslation: Source | null;
  readonly destinationTranslation: Destination | null;
}

export interface Route {
  readonly destination: Network;
  readonly interface: string;
}

/** What the model knows of the firewall. */
export interface ModelFirewall {
  readonly routes: readonly Route[];
  readonly zoneOf: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
  readonly oversubscription: number;
  /** Whether security lets a session pass: original addresses, post-NAT zone. */
  allows(packet: Packet, toZone: string): boolean;
  /** Nanoseconds that a session lives after its last packet. */
  lifeNs(isAllowed: boolean): number;
}

/** One packet; for ICMP ports are the identifier and the sequence number. */
export interface Packet {
  readonly ns: number;
  readonly zone: string;
  readonly protocol: number;
  readonly source: number;
  readonly destination: number;
  readonly sport: number;
  readonly dport: number;
}

/** What became of a first packet. */
export interface Translated {
  readonly source: number;
  readonly destination: number;
  readonly sport: number;
  readonly dport: number;
}

/** What the firewall made of a packet: null where it made no session of it. */
export interface Seen {
  readonly rule: string | null;
  readonly toZone: string | null;
  readonly isAllowed: boolean;
  readonly translated: Translated;
}
