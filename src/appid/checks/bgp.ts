/**
 * This file tells BGP by the header of its messages and the OPEN that sessions begin with (RFC 4271 §4.1,
 * §4.2).
 */

import { u16 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const MARKER_BYTES = 16;
const HEADER_BYTES = MARKER_BYTES + 3;
const MESSAGE_BYTES_MAX = 4096;
const OPEN = 1;
const UPDATE = 2;
const NOTIFICATION = 3;
const KEEPALIVE = 4;
const ROUTE_REFRESH = 5;
const VERSION = 4;

/** Least bytes of each type, header and all (RFC 4271 §4.2 to §4.5, RFC 2918 §3). */
const BYTES_MIN: ReadonlyMap<number, number> = new Map([
  [OPEN, 29],
  [UPDATE, 23],
  [NOTIFICATION, 21],
  [KEEPALIVE, 19],
  [ROUTE_REFRESH, 23],
]);

/** The row's pattern has looked at the marker. */
export function judgeBgp({ bytes, from, to }: Piece): Verdict {
  if (to - from < HEADER_BYTES) return MORE;
  const length = u16(bytes, from + MARKER_BYTES);
  const type = u8(bytes, from + MARKER_BYTES + 2);
  const least = BYTES_MIN.get(type);
  if (least === undefined || length < least || length > MESSAGE_BYTES_MAX) return NO;
  if (type === KEEPALIVE) return length === least ? YES : NO;
  if (type !== OPEN) return YES;
  if (to - from < HEADER_BYTES + 3) return MORE;
  // A hold time of 1 or 2 seconds must be refused (RFC 4271 §6.2).
  if (u8(bytes, from + HEADER_BYTES) !== VERSION) return NO;
  if (to - from < 29) return MORE;
  const options = u8(bytes, from + 28);
  return options === length - 29 || options === 255 ? YES : NO;
}
