/**
 * This file says which fields of a packet a device that forwards it changes: TTL and checksums. Header
 * lengths are multiples of four, so each lies inside one known word. It also says what none forwards.
 */

import { PROTO_ICMP, PROTO_ICMPV6, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { ICMP_CHECKSUM_OFFSET, ICMP_NEIGHBOUR } from './icmp.ts';
import type { PacketView } from './packet-view.ts';
import { TCP_CHECKSUM_OFFSET } from './tcp.ts';
import { UDP_CHECKSUM_OFFSET } from './udp.ts';

/** The word with the TTL: its offset in the IP header, and the bits of it that stay. */
export interface LifeWord {
  readonly offset: number;
  readonly mask: number;
}

/** TTL, protocol and header checksum, of which the protocol stays (RFC 791 §3.1). */
const IPV4_LIFE: LifeWord = { offset: 8, mask: 0x00ff_0000 };
/** Payload length, next header, hop limit; the last goes (RFC 8200 §3). */
const IPV6_LIFE: LifeWord = { offset: 4, mask: ~0xff };

export function lifeWord(family: number): LifeWord {
  return family === 4 ? IPV4_LIFE : IPV6_LIFE;
}

/** Offset in the transport header of the word with the checksum; before it where none is known. */
export function checksumWord(protocol: number): number {
  switch (protocol) {
    case PROTO_TCP:
      return TCP_CHECKSUM_OFFSET;
    case PROTO_UDP:
      return UDP_CHECKSUM_OFFSET - 2;
    case PROTO_ICMP:
    case PROTO_ICMPV6:
      return ICMP_CHECKSUM_OFFSET - 2;
    default:
      return Number.NEGATIVE_INFINITY;
  }
}

/** The bits of that word that stay: TCP's checksum is its upper half, UDP's and ICMP's the lower. */
export function checksumMask(protocol: number): number {
  return protocol === PROTO_TCP ? 0xffff : ~0xffff;
}

/**
 * Whether the attached packet is for its own link, which no router leaves: neighbour discovery,
 * link-local addresses (RFC 3927 §7, RFC 4291 §2.5.6), local multicast (RFC 5771 §4, RFC 4291 §2.7)
 * and the limited broadcast.
 */
export function isLinkScoped(view: PacketView): boolean {
  const { source, destination } = view;
  if (view.family === 6) {
    const isMulticast = destination >>> 24 === 0xff && ((destination >>> 16) & 15) <= 2;
    return (
      view.icmpKind === ICMP_NEIGHBOUR || isMulticast || isLocal6(source) || isLocal6(destination)
    );
  }
  const isGroup = destination >>> 8 === 0xe0_0000 || destination === -1;
  return isGroup || isLocal4(source) || isLocal4(destination);
}

function isLocal4(address: number): boolean {
  return address >>> 16 === 0xa9fe;
}

function isLocal6(firstWord: number): boolean {
  return firstWord >>> 22 === 0xfe80 >>> 6;
}
