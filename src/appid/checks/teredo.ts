/**
 * This file tells Teredo (RFC 4380 §5.1.1): IPv6 in a datagram, perhaps behind an authentication and an
 * origin indication, from or to an address of its prefix, or to all routers. Trailers may follow (RFC 6081).
 */

import { u16, u32 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const AUTHENTICATION = 0x0001;
const ORIGIN = 0x0000;
const ORIGIN_BYTES = 8;
const IPV6_BYTES = 40;
const PREFIX = 0x20010000;
const LINK_LOCAL = 0xfe800000;
const ALL_ROUTERS = 0xff020000;

/** Whether a datagram is a packet of Teredo. */
export function checkTeredo({ bytes, from, to, length }: Piece): Verdict {
  const end = from + length;
  if (length < IPV6_BYTES) return NO;
  if (to - from < 4)
    return to > from && u8(bytes, from) >> 4 !== 6 && u8(bytes, from) !== 0 ? NO : MORE;
  let at = from;
  let isMarked = false;
  if (u16(bytes, at) === AUTHENTICATION) {
    // Lengths of client identifier and value, the two, a nonce and a confirmation.
    at += 4 + u8(bytes, at + 2) + u8(bytes, at + 3) + 8 + 1;
    isMarked = true;
  }
  if (at + ORIGIN_BYTES > end) return NO;
  if (at + ORIGIN_BYTES > to) return MORE;
  if (u16(bytes, at) === ORIGIN) {
    at += ORIGIN_BYTES;
    isMarked = true;
  }
  if (at + IPV6_BYTES > end) return NO;
  if (at + IPV6_BYTES > to) return at < to && u8(bytes, at) >> 4 !== 6 ? NO : MORE;
  if (u8(bytes, at) >> 4 !== 6 || u16(bytes, at + 4) > end - at - IPV6_BYTES) return NO;
  const source = u32(bytes, at + 8);
  const destination = u32(bytes, at + 24);
  const isTeredo = source === PREFIX || destination === PREFIX;
  // Solicitation and advertisement (§5.2.1) come before the client has an address.
  const isSetup = source === LINK_LOCAL && (destination === ALL_ROUTERS || isMarked);
  return isTeredo || isSetup ? YES : NO;
}
