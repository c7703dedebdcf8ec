/**
 * This file tells RADIUS (RFC 2865 §3, RFC 2866, RFC 5176): code, a length that is the datagram's, and
 * attributes that end with it. Without attributes it needs one of its ports.
 */

import { u16 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

/** Access 1-3, accounting 4-5, challenge 11, status 12-13, disconnect and change 40-45. */
const CODES = [1, 2, 3, 4, 5, 11, 12, 13, 40, 41, 42, 43, 44, 45];
const PORTS = [1645, 1646, 1812, 1813, 3799];
const HEADER_BYTES = 20;
const BYTES_MAX = 4096;
/** Highest attribute that the registry of IANA leaves to no experiment. */
const ATTRIBUTE_MAX = 191;
const VENDOR_SPECIFIC = 26;

/** Whether a datagram is a packet of RADIUS. */
export function checkRadius({ bytes, from, to, length, sport, dport }: Piece): Verdict {
  if (length < HEADER_BYTES || length > BYTES_MAX) return NO;
  if (to > from && !CODES.includes(u8(bytes, from))) return NO;
  if (to - from < 4) return MORE;
  if (u16(bytes, from + 2) !== length) return NO;
  const end = from + length;
  let at = from + HEADER_BYTES;
  while (at + 2 <= to) {
    const size = u8(bytes, at + 1);
    const type = u8(bytes, at);
    // An attribute has a value (RFC 2865 §5); a vendor's has its number before it (§5.26).
    if (type === 0 || type > ATTRIBUTE_MAX || size < (type === VENDOR_SPECIFIC ? 7 : 3)) return NO;
    at += size;
    if (at > end) return NO;
  }
  if (at < to) return to === end ? NO : MORE;
  const isOnPort = PORTS.includes(sport) || PORTS.includes(dport);
  const hasAttributes = at > from + HEADER_BYTES;
  if (isOnPort || hasAttributes) return YES;
  return at < end ? MORE : NO;
}
