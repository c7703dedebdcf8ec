/**
 * This file tells VXLAN (RFC 7348 §5): the one flag, zeros, a network, and an Ethernet frame
 * inside whose EtherType is one that networks carry.
 */

import { u16 } from '../numbers.ts';
import { isZero, u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const HEADER_BYTES = 8;
/** Flags, destination, source, EtherType. */
const BYTES_MIN = HEADER_BYTES + 14;
const HAS_NETWORK = 0x08;
/** IPv4, ARP, VLAN tag, IPv6, provider tag; below it a length (802.3). */
const ETHER_TYPES = [0x0800, 0x0806, 0x8100, 0x86dd, 0x88a8];
const LENGTH_MAX = 1500;

/** Whether a datagram is a packet of VXLAN. */
export function checkVxlan({ bytes, from, to, length }: Piece): Verdict {
  if (length < BYTES_MIN) return NO;
  if (to > from && u8(bytes, from) !== HAS_NETWORK) return NO;
  if (!isZero(bytes, from + 1, Math.min(to, from + 4))) return NO;
  if (to - from < BYTES_MIN) return MORE;
  if (u8(bytes, from + 7) !== 0) return NO;
  const type = u16(bytes, from + HEADER_BYTES + 12);
  return type <= LENGTH_MAX || ETHER_TYPES.includes(type) ? YES : NO;
}
