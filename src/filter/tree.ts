/** This file is the tree that an expression is read into. Numbers are as in the headers. */

import type { Prefix } from '../net/prefix.ts';

/** Which of a packet's two ends is meant: `src`, `dst`, `src or dst`, `src and dst`. */
export type Side = 'src' | 'dst' | 'either' | 'both';

/** What an address is looked for in; null is every protocol that has addresses of its family. */
export type AddressProtocol = 'ip' | 'ip6' | 'arp' | 'rarp' | null;

/** One test of a frame, or of a session by the packet that it begins with. */
export type Primitive =
  | {
      readonly kind: 'address';
      readonly side: Side;
      readonly prefix: Prefix;
      readonly protocol: AddressProtocol;
    }
  /** The upper and the lower 24 bits of a MAC address. */
  | { readonly kind: 'mac'; readonly side: Side; readonly high: number; readonly low: number }
  /** Ports `first` to `last`, of one of these IP protocols. */
  | {
      readonly kind: 'ports';
      readonly side: Side;
      readonly protocols: readonly number[];
      readonly first: number;
      readonly last: number;
    }
  /** Family 0 is both. */
  | { readonly kind: 'protocol'; readonly family: 0 | 4 | 6; readonly number: number }
  | { readonly kind: 'ether-type'; readonly number: number }
  /** null is any tag. */
  | { readonly kind: 'vlan'; readonly id: number | null }
  /** Bytes on the wire, both ends included. */
  | { readonly kind: 'length'; readonly least: number; readonly most: number }
  | { readonly kind: 'session'; readonly serial: number }
  /** Zone number (IngressZones). */
  | { readonly kind: 'zone'; readonly side: Side; readonly zone: number }
  /** Numbers of rules (Policy.rules) of one name. */
  | { readonly kind: 'rule'; readonly rules: ReadonlySet<number> }
  /** Index of an application (FirewallConfig.applications). */
  | { readonly kind: 'application'; readonly application: number };

/** A further term, and how it is joined to all that stands before it. */
export interface Link {
  readonly operator: 'and' | 'or';
  readonly term: FilterTree;
}

/**
 * `chain` is what `a and b or c` is: and and or have equal precedence and associate to the left
 * (pcap-filter(7)). Without a term it is everything.
 */
export type FilterTree =
  | Primitive
  | { readonly kind: 'not'; readonly term: FilterTree }
  | { readonly kind: 'chain'; readonly first: FilterTree; readonly links: readonly Link[] }
  | { readonly kind: 'everything' };
