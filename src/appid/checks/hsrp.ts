/**
 * This file tells HSRP: version 0 (RFC 2281 §5.1), and version 2, whose group state is in a
 * block of type 1 with 40 bytes.
 */

import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const BYTES = 20;
/** Hello, coup, resign, and the advertisement of later devices. */
const OPERATION_MAX = 3;
/** Initial, learn, listen, speak, standby, active. */
const STATES = [0, 1, 2, 4, 8, 16];
const BLOCK_TYPE = 1;
const BLOCK_BYTES = 40;
const VERSION_2 = 2;

/** Whether a datagram is a packet of HSRP. */
export function checkHsrp({ bytes, from, to, length }: Piece): Verdict {
  if (length < 16) return NO;
  if (to - from < 4) return MORE;
  if (u8(bytes, from) === BLOCK_TYPE && u8(bytes, from + 1) === BLOCK_BYTES) {
    const isState = u8(bytes, from + 2) === VERSION_2 && u8(bytes, from + 3) <= OPERATION_MAX;
    return isState && length >= 2 + BLOCK_BYTES ? YES : NO;
  }
  if (u8(bytes, from) !== 0 || u8(bytes, from + 1) > OPERATION_MAX) return NO;
  // An advertisement has another form behind the first two bytes.
  if (u8(bytes, from + 1) === OPERATION_MAX) return length === 16 ? YES : NO;
  return length >= BYTES && STATES.includes(u8(bytes, from + 2)) ? YES : NO;
}
