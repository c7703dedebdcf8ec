/**
 * This file tells SMB over TCP of all versions (MS-SMB §2.1, MS-SMB2 §2.1, §2.2), and the NetBIOS session
 * service that may open the connection before it (RFC 1002 §4.3).
 */

import { u16, u24 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import { BROKEN, CUT, endOfName } from './dns-message.ts';

/** Types of NetBIOS session packets. */
const MESSAGE = 0x00;
const REQUEST = 0x81;
const POSITIVE = 0x82;

/** First bytes of a header: SMB 1, 2 and 3, SMB 3 encrypted, SMB 3 compressed. */
const SMB1 = 0xff;
const SMB2 = 0xfe;
const SMB3_SEALED = 0xfd;
const SMB3_COMPRESSED = 0xfc;
const MARK = [0x53, 0x4d, 0x42];
/** NEGOTIATE, which opens a session of SMB 1 (MS-CIFS §2.2.4.52). */
const SMB1_NEGOTIATE = 0x72;
const SMB1_HEADER_BYTES = 32;
const SMB2_HEADER_BYTES = 64;

/** A name has 16 bytes, two letters each. */
const NAME_LETTERS = 32;

/** SMB, behind the opening of a NetBIOS session or without. */
export function judgeSmb({ bytes, from, to, side }: Piece): Verdict {
  let at = from;
  if (at < to && u8(bytes, at) === (side === 0 ? REQUEST : POSITIVE)) {
    if (at + 4 > to) return MORE;
    at += 4 + u16(bytes, at + 2);
  }
  if (at < to && u8(bytes, at) !== MESSAGE) return NO;
  if (at + 5 > to) return MORE;
  const length = u24(bytes, at + 1);
  const kind = u8(bytes, at + 4);
  if (![SMB1, SMB2, SMB3_SEALED, SMB3_COMPRESSED].includes(kind)) return NO;
  for (let i = 0; i < MARK.length; i++) {
    if (at + 5 + i >= to) return MORE;
    if (bytes[at + 5 + i] !== MARK[i]) return NO;
  }
  if (kind === SMB1) {
    if (at + 9 > to) return MORE;
    return u8(bytes, at + 8) === SMB1_NEGOTIATE && length > SMB1_HEADER_BYTES ? YES : NO;
  }
  if (kind !== SMB2) return length > 16 ? YES : NO;
  // StructureSize of the header, in little-endian order.
  if (at + 10 > to) return MORE;
  return u16(bytes, at + 8) === SMB2_HEADER_BYTES << 8 && length > SMB2_HEADER_BYTES ? YES : NO;
}

/** A session request: the name that is called, the name that calls (RFC 1002 §4.3.2). */
export function judgeSessionRequest(piece: Piece): Verdict {
  const { bytes, from, to } = piece;
  if (to - from < 5) return MORE;
  const length = u16(bytes, from + 2);
  const end = from + 4 + length;
  const message = { bytes, from, to: Math.min(to, end), end };
  let at = from + 4;
  for (let name = 0; name < 2; name++) {
    if (at < message.to && u8(bytes, at) !== NAME_LETTERS) return NO;
    const next = endOfName(message, at);
    if (!areLetters(bytes, at + 1, Math.min(to, at + 1 + NAME_LETTERS))) return NO;
    if (next === BROKEN || next === CUT) return next === CUT ? MORE : NO;
    at = next;
  }
  // With SMB behind it the session is SMB's.
  return at === end && judgeSmb(piece) !== YES ? YES : NO;
}

/** First-level encoding (RFC 1001 §14.1): half a byte is a letter from A to P. */
function areLetters(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const letter = u8(bytes, at);
    if (letter < 0x41 || letter > 0x50) return false;
  }
  return true;
}
