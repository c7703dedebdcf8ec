/**
 * This file tells DHCP (RFC 2131 §2) by the fixed part of its messages, the magic cookie, and the
 * options (RFC 2132), which one after the other lead to the message type.
 */

import { u32 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const COOKIE_AT = 236;
const COOKIE = 0x63825363;
const OPTIONS_AT = 240;
const HARDWARE_BYTES_MAX = 16;
const HOPS_MAX = 16;
const PAD = 0;
const END = 255;

/** Whether a datagram is a message of DHCP, or of BOOTP with vendor information (RFC 1497). */
export function checkDhcp({ bytes, from, to, length }: Piece): Verdict {
  const here = to - from;
  const operation = u8(bytes, from);
  if (length < OPTIONS_AT || (here > 0 && operation !== 1 && operation !== 2)) return NO;
  if (here < 4) return MORE;
  if (u8(bytes, from + 2) > HARDWARE_BYTES_MAX || u8(bytes, from + 3) > HOPS_MAX) return NO;
  if (here < OPTIONS_AT) return MORE;
  if (u32(bytes, from + COOKIE_AT) !== COOKIE) return NO;
  return hasOptions(bytes, from + OPTIONS_AT, to, from + length) ? YES : NO;
}

/** Whether options follow one another to the end mark, as far as they are here. */
function hasOptions(bytes: Uint8Array, from: number, to: number, end: number): boolean {
  let at = from;
  while (at + 1 < to) {
    const code = u8(bytes, at);
    if (code === END) return true;
    at += code === PAD ? 1 : 2 + u8(bytes, at + 1);
    if (at > end) return false;
  }
  return true;
}
