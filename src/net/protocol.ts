/** This file names the IP protocol numbers that the program treats by name (IANA registry). */

export const PROTO_ICMP = 1;
export const PROTO_IPIP = 4;
export const PROTO_TCP = 6;
export const PROTO_UDP = 17;
export const PROTO_IPV6 = 41;
export const PROTO_GRE = 47;
export const PROTO_ICMPV6 = 58;
export const PROTO_SCTP = 132;

/** Numbers of the protocols that a service has ports of (ServicePorts). */
export const PORT_PROTOCOLS = { tcp: PROTO_TCP, udp: PROTO_UDP, sctp: PROTO_SCTP } as const;

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
