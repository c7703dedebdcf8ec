/**
 * This file holds the words of filter expressions: those of tcpdump (pcap-filter(7)) that are
 * offered, those of sessions, and those of tcpdump that are not offered.
 */

import { PROTO_ICMP, PROTO_ICMPV6, PROTO_SCTP, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '../wire/next-layer.ts';

/** Words that say what kind of thing a value is. */
export const TYPES: ReadonlySet<string> = new Set(['host', 'net', 'port', 'portrange', 'proto']);

/** Words that say which end is meant. */
export const SIDES: ReadonlySet<string> = new Set(['src', 'dst']);

/** Words of a session, for `--packets` alone. */
export const SESSION_WORDS: ReadonlySet<string> = new Set([
  'session',
  'zone',
  'rule',
  'application',
  'app',
]);

/** EtherTypes by word; of these tcpdump has many more, which a session table knows nothing of. */
export const ETHER_TYPES: ReadonlyMap<string, number> = new Map([
  ['ip', ETHERTYPE_IPV4],
  ['ip6', ETHERTYPE_IPV6],
  ['arp', 0x0806], // RFC 826
  ['rarp', 0x8035], // RFC 903
]);

/** Protocols that have ports. */
export const PORT_PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['tcp', PROTO_TCP],
  ['udp', PROTO_UDP],
  ['sctp', PROTO_SCTP],
]);

/** An IP protocol as a word alone means it; family 0 is both. */
interface NamedProtocol {
  readonly family: 0 | 4 | 6;
  readonly number: number;
}

const of = (family: 0 | 4 | 6, number: number): NamedProtocol => ({ family, number });

/** Words that are a test by themselves; families as in pcap-filter(7). IANA numbers. */
export const PROTOCOLS: ReadonlyMap<string, NamedProtocol> = new Map([
  ['tcp', of(0, PROTO_TCP)],
  ['udp', of(0, PROTO_UDP)],
  ['sctp', of(0, PROTO_SCTP)],
  ['icmp', of(4, PROTO_ICMP)],
  ['icmp6', of(6, PROTO_ICMPV6)],
  ['igmp', of(4, 2)],
  ['gre', of(0, 47)],
  ['esp', of(0, 50)],
  ['ah', of(0, 51)],
  ['ospf', of(0, 89)],
  ['pim', of(0, 103)],
  ['vrrp', of(4, 112)],
]);

/** Further names that `proto` takes. */
export const PROTOCOL_NUMBERS: ReadonlyMap<string, number> = new Map([
  ...[...PROTOCOLS].map(([name, { number }]) => [name, number] as const),
  ['ipip', 4],
  ['ipv6', 41],
  ['ipv6-icmp', PROTO_ICMPV6],
]);

/** Every word that can begin a test. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  ...TYPES,
  ...SIDES,
  'ether',
  ...ETHER_TYPES.keys(),
  ...PROTOCOLS.keys(),
  'vlan',
  'less',
  'greater',
]);

/** Words of pcap-filter(7) that are not offered. */
export const NOT_OFFERED: ReadonlySet<string> = new Set([
  'gateway',
  'broadcast',
  'multicast',
  'protochain',
  'len',
  'inbound',
  'outbound',
  'mpls',
  'pppoed',
  'pppoes',
  'geneve',
  'fddi',
  'tr',
  'wlan',
  'link',
  'igrp',
  'carp',
  'decnet',
  'atalk',
  'aarp',
  'iso',
  'clnp',
  'esis',
  'isis',
  'stp',
  'ipx',
  'netbeui',
  'lat',
  'moprc',
  'mopdl',
  'llc',
  'ifname',
  'on',
]);
