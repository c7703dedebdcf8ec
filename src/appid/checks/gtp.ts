/**
 * This file tells the GPRS tunnelling protocol: user plane (3GPP TS 29.281 §5.1), control
 * plane of version 1 (TS 29.060 §6) and version 2 (TS 29.274 §5.1). Lengths end with the datagram.
 */

import { u16 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

/** Version 1: flags, type, length, tunnel; with any of the three flags set, four bytes more. */
const HEADER_1_BYTES = 8;
const OPTION_BYTES = 4;
/** Version 2 without tunnel: flags, type, length, sequence number. */
const HEADER_2_BYTES = 8;
/** Message types of the user plane: echo, error indication, extension headers, end marker, packet. */
const USER_TYPES = [1, 2, 26, 31, 254, 255];
const PACKET = 255;

/** Whether a datagram is one of the user plane. */
export function checkGtpU(piece: Piece): Verdict {
  const { bytes, from, to } = piece;
  const header = judgeVersion1(piece);
  if (header !== YES) return header;
  const type = u8(bytes, from + 1);
  if (!USER_TYPES.includes(type)) return NO;
  const flags = u8(bytes, from);
  if (type !== PACKET || (flags & 7) !== 0 || from + HEADER_1_BYTES >= to) return YES;
  // What is tunnelled is IP, except where it is Ethernet or nothing (TS 29.281 §4.3).
  const version = u8(bytes, from + HEADER_1_BYTES) >> 4;
  return version === 4 || version === 6 ? YES : NO;
}

/** Whether a datagram is one of the control plane of version 1. */
export function checkGtpV1C(piece: Piece): Verdict {
  const header = judgeVersion1(piece);
  // Packets are of the user plane; type 0 is reserved (TS 29.060 §7.1).
  return header === YES && [0, PACKET].includes(u8(piece.bytes, piece.from + 1)) ? NO : header;
}

function judgeVersion1({ bytes, from, to, length }: Piece): Verdict {
  if (length < HEADER_1_BYTES) return NO;
  const flags = u8(bytes, from);
  // Version 1, not GTP', the spare bit 0.
  if (to > from && flags >> 3 !== 0x06) return NO;
  if (to - from < HEADER_1_BYTES) return MORE;
  const optional = (flags & 7) === 0 ? 0 : OPTION_BYTES;
  const size = u16(bytes, from + 2);
  return size === length - HEADER_1_BYTES && size >= optional ? YES : NO;
}

/** Whether a datagram is one of the control plane of version 2. */
export function checkGtpV2C({ bytes, from, to, length }: Piece): Verdict {
  if (length < HEADER_2_BYTES) return NO;
  const flags = u8(bytes, from);
  // Version 2; a second message may follow in the same datagram; the two lowest bits are spare.
  if (to > from && (flags >> 5 !== 2 || (flags & 3) !== 0)) return NO;
  if (to - from < HEADER_2_BYTES) return MORE;
  const end = 4 + u16(bytes, from + 2);
  const isPiggybacked = (flags & 0x10) !== 0;
  const hasTunnel = (flags & 0x08) !== 0;
  if (u8(bytes, from + 1) === 0 || end < HEADER_2_BYTES + (hasTunnel ? 4 : 0)) return NO;
  return end === length || (isPiggybacked && end < length) ? YES : NO;
}
