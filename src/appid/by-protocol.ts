/**
 * This file is the table of applications that are told without payload: by IP protocol, by the type of
 * an ICMP message, or by port and time to live. The first row that fits counts.
 */

import {
  PROTO_AH,
  PROTO_ESP,
  PROTO_GRE,
  PROTO_ICMP,
  PROTO_ICMPV6,
  PROTO_UDP,
} from '../net/protocol.ts';

/** One row; what it leaves out may be anything. */
export interface ProtocolSignature {
  /** The vendor's name of the application (panos.md §9); see `note` where that is not sure. */
  readonly application: string;
  /** IP protocol number. */
  readonly protocol: number;
  /** Of IP; for what exists, or is told, in one version only. */
  readonly version?: 4 | 6;
  /** ICMP types. */
  readonly types?: readonly number[];
  /** Destination ports, first and last. */
  readonly ports?: readonly [from: number, to: number];
  /** Only with a time to live up to the threshold. */
  readonly isNearEnd?: true;
  readonly source: string;
  readonly note?: string;
}

/** `traceroute/ttl-threshold` (panos.md §9, settings with defaults): what it counts is inferred. */
const TRACEROUTE_TTL_MAX = 30;

const OSPF = 89;
const ECHO_REQUEST = 8;
const ECHO_REPLY = 0;
const ECHO_REQUEST_6 = 128;
const ECHO_REPLY_6 = 129;

/** The vendor's article on traceroute through the firewall. */
const TRACEROUTE = "vendor's KB kA10g000000ClpqCAC: UDP and ICMP probes of IPv4";

/** The table. */
export const PROTOCOL_SIGNATURES: readonly ProtocolSignature[] = [
  {
    application: 'traceroute',
    protocol: PROTO_UDP,
    version: 4,
    ports: [33_434, 33_534],
    isNearEnd: true,
    source: `panos.md §2.3 for the ports, §9 for the threshold; ${TRACEROUTE}`,
    note: 'probes of TCP are identified as well, by what is not public: not here',
  },
  {
    application: 'traceroute',
    protocol: PROTO_ICMP,
    version: 4,
    types: [ECHO_REQUEST],
    isNearEnd: true,
    source: `panos.md §9 for the threshold; ${TRACEROUTE}`,
  },
  {
    application: 'ping',
    protocol: PROTO_ICMP,
    version: 4,
    types: [ECHO_REQUEST, ECHO_REPLY],
    source: 'panos.md §4.1, a finished ping; RFC 792',
  },
  { application: 'icmp', protocol: PROTO_ICMP, source: 'panos.md §2.3; RFC 792' },
  {
    application: 'ping6',
    protocol: PROTO_ICMPV6,
    version: 6,
    types: [ECHO_REQUEST_6, ECHO_REPLY_6],
    source: 'RFC 4443 §4',
    note: "name recalled: the vendor's app_list.csv (rows-udp.ts) has ipv6-icmp and no ping6",
  },
  {
    application: 'ipv6-icmp',
    protocol: PROTO_ICMPV6,
    source: "vendor's KB kA10g000000ClpqCAC, app_list.csv; RFC 4443",
  },
  { application: 'gre', protocol: PROTO_GRE, source: 'panos.md §2.3; RFC 2784' },
  { application: 'ipsec-esp', protocol: PROTO_ESP, source: 'panos.md §2.3; RFC 4303' },
  { application: 'ipsec-ah', protocol: PROTO_AH, source: 'panos.md §2.3; RFC 4302' },
  {
    application: 'ospf',
    protocol: OSPF,
    source: 'panos.md §2.3; RFC 2328',
    note: "the vendor's app_list.csv (rows-udp.ts) has `ospfigp`, IANA's name, beside it",
  },
];

/** What is known of a session's first packet before its payload is. */
export interface FirstPacket {
  readonly protocol: number;
  /** Version of IP: 4 or 6. */
  readonly family: number;
  /** ICMP type; of no meaning for other protocols. */
  readonly icmpType: number;
  /** Destination port; of no meaning for protocols without. */
  readonly dport: number;
  /** Time to live or hop limit, as it arrived. */
  readonly ipTtl: number;
}

/** Index of the table's row that a first packet tells; -1 where its payload has to, or nothing does. */
export function rowByProtocol(packet: FirstPacket): number {
  const rows = ROWS_OF.get(packet.protocol);
  if (rows === undefined) return -1;
  for (const index of rows) if (fits(PROTOCOL_SIGNATURES[index], packet)) return index;
  return -1;
}

/** By IP protocol: indices of its rows. */
const ROWS_OF = new Map(
  PROTOCOL_SIGNATURES.map(({ protocol }) => [
    protocol,
    PROTOCOL_SIGNATURES.flatMap((row, index) => (row.protocol === protocol ? [index] : [])),
  ]),
);

function fits(row: ProtocolSignature | undefined, packet: FirstPacket): boolean {
  if (row === undefined) return false;
  const { version, types, ports, isNearEnd } = row;
  return (
    (version === undefined || version === packet.family) &&
    (types === undefined || types.includes(packet.icmpType)) &&
    (ports === undefined || (packet.dport >= ports[0] && packet.dport <= ports[1])) &&
    (isNearEnd === undefined || packet.ipTtl <= TRACEROUTE_TTL_MAX)
  );
}
