/**
 * This file tells L2TP by its control messages, versions 2 (RFC 2661 §3.1) and 3 (RFC 3931 §4.1.2.1):
 * length that is the datagram's, and the message type, which is the first attribute.
 */

import { u16, u32 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const PORT = 1701;
/** Type, length and sequence bits, and the version. */
const CONTROL_2 = 0xc802;
const CONTROL_3 = 0xc803;
const HEADER_BYTES = 12;
const TYPE_BYTES = 8;
/** Mandatory or not, 8 bytes long, of the IETF, attribute 0 (RFC 2661 §4.1, §4.4.1). */
const TYPE_LENGTHS = [0x8008, 0x0008];
const MESSAGE_MAX = 28;

/** Whether a datagram is a control message of L2TP. */
export function checkL2tp({ bytes, from, to, length, sport, dport }: Piece): Verdict {
  if (length < HEADER_BYTES || (to > from && u8(bytes, from) !== CONTROL_2 >> 8)) return NO;
  if (to - from < HEADER_BYTES) return MORE;
  const first = u16(bytes, from);
  if ((first !== CONTROL_2 && first !== CONTROL_3) || u16(bytes, from + 2) !== length) return NO;
  // A message of the header alone acknowledges (RFC 2661 §5.8).
  if (length === HEADER_BYTES) return sport === PORT || dport === PORT ? YES : NO;
  const at = from + HEADER_BYTES;
  if (length < HEADER_BYTES + TYPE_BYTES) return NO;
  if (to < at + TYPE_BYTES) return MORE;
  const type = u16(bytes, at + 6);
  const isType = TYPE_LENGTHS.includes(u16(bytes, at)) && u32(bytes, at + 2) === 0;
  return isType && type > 0 && type <= MESSAGE_MAX ? YES : NO;
}
