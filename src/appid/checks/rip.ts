/**
 * This file tells RIP, versions 1 and 2 (RFC 1058 §3.1, RFC 2453 §4): entries of 20 bytes
 * with a family and a metric.
 */

import { u16, u32 } from '../numbers.ts';
import { isZero, u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const REQUEST = 1;
const RESPONSE = 2;
const HEADER_BYTES = 4;
const ENTRY_BYTES = 20;
const ENTRIES_MAX = 25;
/** A request for the whole table has no family; some routers answer with a default route of none. */
const NO_FAMILY = 0;
const INTERNET = 2;
const AUTHENTICATION = 0xffff;
const METRIC_MAX = 16;

/** Whether a datagram is a message of RIP. */
export function checkRip({ bytes, from, to, length }: Piece): Verdict {
  const entries = (length - HEADER_BYTES) / ENTRY_BYTES;
  if (entries < 1 || entries > ENTRIES_MAX + 1 || !Number.isInteger(entries)) return NO;
  if (to - from < HEADER_BYTES + ENTRY_BYTES) return MORE;
  const command = u8(bytes, from);
  const version = u8(bytes, from + 1);
  if ((command !== REQUEST && command !== RESPONSE) || version < 1 || version > 2) return NO;
  if (!isZero(bytes, from + 2, from + 4)) return NO;
  const family = u16(bytes, from + 4);
  if (family === AUTHENTICATION) return version === 2 ? YES : NO;
  const metric = u32(bytes, from + HEADER_BYTES + 16);
  return (family === NO_FAMILY || family === INTERNET) && metric <= METRIC_MAX ? YES : NO;
}
