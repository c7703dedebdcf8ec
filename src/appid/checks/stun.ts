/**
 * This file tells STUN by its magic cookie (RFC 8489 §5), TURN with it (RFC 8656), and the classic form
 * without cookie (RFC 3489 §11) by attributes that are known and end with the message.
 */

import { u16, u32 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const HEADER_BYTES = 20;
const COOKIE = 0x2112a442;
/** Cookie in the first attribute of Microsoft's TURN (MS-TURN §2.2.2.1). */
const MS_COOKIE_TYPE = 0x000f;
const MS_COOKIE = 0x72c64bc6;
/** Messages of RFC 3489: binding and shared secret, each request, response and error. */
const CLASSIC_TYPES = [0x0001, 0x0101, 0x0111, 0x0002, 0x0102, 0x0112];
/** Attributes of RFC 3489 §11.2, and of the drafts after it, which numbered theirs from 0x8020. */
const CLASSIC_ATTRIBUTE_MAX = 0x000b;
const DRAFT_ATTRIBUTES = [0x8020, 0x8022, 0x8023, 0x8050];
const PORT = 3478;

/** Whether a datagram is a message of STUN. */
export function checkStun(piece: Piece): Verdict {
  const { bytes, from, to, length } = piece;
  // The two high bits are 0 (RFC 8489 §5). Messages are whole words, but WhatsApp's are not.
  if (length < HEADER_BYTES) return NO;
  if (to > from && u8(bytes, from) > 0x3f) return NO;
  if (to - from < 8) return MORE;
  if (u16(bytes, from + 2) !== length - HEADER_BYTES) return NO;
  const isModern = u32(bytes, from + 4) === COOKIE;
  return isModern ? judgeAttributes(piece) : judgeClassic(piece);
}

/** Attributes follow one another, padded to words (RFC 8489 §14); the last one may lack that. */
function judgeAttributes({ bytes, from, to, length }: Piece): Verdict {
  const end = from + length;
  let at = from + HEADER_BYTES;
  while (at + 4 <= to) {
    const size = u16(bytes, at + 2);
    if (at + 4 + size > end) return NO;
    at += 4 + ((size + 3) & ~3);
  }
  return YES;
}

function judgeClassic(piece: Piece): Verdict {
  const { bytes, from, to, length, sport, dport } = piece;
  const isClassic = CLASSIC_TYPES.includes(u16(bytes, from));
  if (length === HEADER_BYTES) {
    // A request without attributes is all chance but four bytes.
    return isClassic && (sport === PORT || dport === PORT) ? YES : NO;
  }
  if (to - from < HEADER_BYTES + 4) return MORE;
  if (to - from >= HEADER_BYTES + 8 && isMsCookie(bytes, from + HEADER_BYTES)) {
    return judgeAttributes(piece);
  }
  if (!isClassic) return NO;
  const end = from + length;
  let at = from + HEADER_BYTES;
  while (at + 4 <= to) {
    const type = u16(bytes, at);
    const size = u16(bytes, at + 2);
    const isKnown = type > 0 && type <= CLASSIC_ATTRIBUTE_MAX;
    if ((!isKnown && !DRAFT_ATTRIBUTES.includes(type)) || size === 0) return NO;
    at += 4 + ((size + 3) & ~3);
    if (at > end) return NO;
  }
  return YES;
}

function isMsCookie(bytes: Uint8Array, at: number): boolean {
  return (
    u16(bytes, at) === MS_COOKIE_TYPE &&
    u16(bytes, at + 2) === 4 &&
    u32(bytes, at + 4) === MS_COOKIE
  );
}
