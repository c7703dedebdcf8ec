/**
 * This file tells BFD (RFC 5880 §4.1, RFC 5881 §4): control packets of version 1 whose
 * length is the datagram's.
 */

import { u32 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const BYTES_MIN = 24;
const VERSION = 1;
/** Diagnostics from 9 on are not assigned. */
const DIAGNOSTIC_MAX = 9;
const HAS_AUTHENTICATION = 0x04;
const IS_MULTIPOINT = 0x01;

/** Whether a datagram is a control packet of BFD. */
export function checkBfd({ bytes, from, to, length }: Piece): Verdict {
  if (length < BYTES_MIN) return NO;
  if (to - from < 8) return MORE;
  const first = u8(bytes, from);
  const flags = u8(bytes, from + 1);
  if (first >> 5 !== VERSION || (first & 31) > DIAGNOSTIC_MAX) return NO;
  // RFC 5880 §6.8.6: what a receiver discards is none.
  if ((flags & IS_MULTIPOINT) !== 0 || u8(bytes, from + 2) === 0) return NO;
  if (u8(bytes, from + 3) !== length || u32(bytes, from + 4) === 0) return NO;
  return (flags & HAS_AUTHENTICATION) !== 0 || length === BYTES_MIN ? YES : NO;
}
