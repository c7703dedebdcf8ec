/**
 * This file tells DCE/RPC over a connection by the bind that opens it, and the server's answer (C706
 * §12.6.3.1, §12.6.4.3, §12.6.4.4; MS-RPCE §2.2.2).
 */

import { u16, u16le } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const BIND = 11;
/** The header that all have, then two sizes of fragments, a group, the count of contexts. */
const HEAD_BYTES = 28;
/** Low half of the data representation's first byte: the order of bytes. */
const LITTLE_ENDIAN = 0x10;
const CONTEXT_BYTES = 44;
const BIND_BYTES_MIN = HEAD_BYTES + CONTEXT_BYTES;
/** C706 §12.6.3.1: what every implementation takes at least. */
const FRAGMENT_BYTES_MIN = 1432;
const ACKNOWLEDGEMENT_BYTES_MIN = 28 + 4 + 24;
const FIRST_AND_LAST = 0x03;

/** The row's pattern has looked at version, type and data representation. */
export function judgeBind({ bytes, from, to, side }: Piece): Verdict {
  const isBind = u8(bytes, from + 2) === BIND;
  if (isBind !== (side === 0)) return NO;
  if (to - from < HEAD_BYTES) return MORE;
  const read = u8(bytes, from + 4) === LITTLE_ENDIAN ? u16le : u16;
  const length = read(bytes, from + 8);
  const authentication = read(bytes, from + 10);
  const least = isBind ? BIND_BYTES_MIN : ACKNOWLEDGEMENT_BYTES_MIN;
  if ((u8(bytes, from + 3) & FIRST_AND_LAST) !== FIRST_AND_LAST) return NO;
  if (length < least || authentication > length - least) return NO;
  const sent = read(bytes, from + 16);
  const received = read(bytes, from + 18);
  if (sent < FRAGMENT_BYTES_MIN || received < FRAGMENT_BYTES_MIN) return NO;
  if (!isBind) return YES;
  const contexts = u8(bytes, from + 24);
  return contexts > 0 && HEAD_BYTES + contexts * CONTEXT_BYTES <= length ? YES : NO;
}
