/** This file names the IP protocol numbers that the program treats by name (IANA registry). */

export const PROTO_ICMP = 1;
export const PROTO_IPIP = 4;
export const PROTO_TCP = 6;
export const PROTO_UDP = 17;
export const PROTO_IPV6 = 41;
export const PROTO_GRE = 47;
export const PROTO_ESP = 50;
export const PROTO_AH = 51;
export const PROTO_ICMPV6 = 58;
export const PROTO_SCTP = 132;

/** Numbers of the protocols that a service has ports of (ServicePorts). */
export const PORT_PROTOCOLS = { tcp: PROTO_TCP, udp: PROTO_UDP, sctp: PROTO_SCTP } as const;

/**
 * Whether a protocol's two "ports" are the halves of one number that belongs to the packet, not to its
 * ends: GRE's key, the SPI of ESP and AH. An answer has them in the same order, not the other way
 * round; SPIs are each receiver's own (RFC 4301 §4.1), so there an answer usually has another number.
 */
export function hasOneNumber(protocol: number): boolean {
  return protocol === PROTO_GRE || protocol === PROTO_ESP || protocol === PROTO_AH;
}

const NAMES: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  4: 'ipip',
  6: 'tcp',
  17: 'udp',
  41: 'ipv6',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'ipv6-icmp',
  89: 'ospf',
  103: 'pim',
  112: 'vrrp',
  132: 'sctp',
};

/** The protocol's name, or its number as text. */
export function protocolName(protocol: number): string {
  return NAMES[protocol] ?? String(protocol);
}

/** Whether payload tells the applications of an IP protocol (App-ID, panos.md §9). */
export function isToldByPayload(protocol: number): boolean {
  return protocol === PROTO_TCP || protocol === PROTO_UDP;
}

/** Whether a protocol's header begins with two ports. */
export function hasPorts(protocol: number): boolean {
  return protocol === PROTO_TCP || protocol === PROTO_UDP || protocol === PROTO_SCTP;
}
