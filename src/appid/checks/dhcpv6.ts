/**
 * This file tells DHCPv6 (RFC 8415 §8, §9): message type and options that end with
 * the datagram; relays put a header with two addresses before them.
 */

import { u16 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

/** Message types (IANA "DHCPv6 Message Types"): SOLICIT is 1, the last assigned ones beyond 30. */
const TYPE_MAX = 36;
const RELAY_FORWARD = 12;
const RELAY_REPLY = 13;
const HEADER_BYTES = 4;
const RELAY_HEADER_BYTES = 34;
const HOPS_MAX = 32;
/** Options that may stand first are of the low codes; the registry is at some 150. */
const OPTION_MAX = 255;

/** Whether a datagram is a message of DHCPv6. */
export function checkDhcpv6({ bytes, from, to, length }: Piece): Verdict {
  if (length < HEADER_BYTES) return NO;
  if (to - from < HEADER_BYTES) return MORE;
  const type = u8(bytes, from);
  if (type === 0 || type > TYPE_MAX) return NO;
  const isRelay = type === RELAY_FORWARD || type === RELAY_REPLY;
  if (isRelay && u8(bytes, from + 1) > HOPS_MAX) return NO;
  const end = from + length;
  let at = from + (isRelay ? RELAY_HEADER_BYTES : HEADER_BYTES);
  // A message without options asks for nothing and answers nothing.
  if (at >= end) return NO;
  while (at < end) {
    if (at + 4 > end) return NO;
    if (at + 4 > to) break;
    const code = u16(bytes, at);
    if (code === 0 || code > OPTION_MAX) return NO;
    at += 4 + u16(bytes, at + 2);
  }
  return at > end ? NO : YES;
}
