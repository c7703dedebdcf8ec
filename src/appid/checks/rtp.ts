/**
 * This file tells RTP and RTCP (RFC 3550).
 *
 * An RTP header has few fixed bits, so one datagram never tells it: the next one of the same source has
 * to come after it, with the sequence number that follows. RTCP is told by a compound packet whose
 * parts end with the datagram.
 */

import { u16, u32 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const RTP_HEADER_BYTES = 12;
/** Payload types that RTCP packet types would look like (RFC 5761 §4). */
const TYPE_CLASH_MIN = 64;
const TYPE_CLASH_MAX = 95;

/** Whether a datagram and the one before it are packets of one RTP stream. */
export function checkRtp(piece: Piece): Verdict {
  const { bytes, from, to, length, before } = piece;
  if (length < RTP_HEADER_BYTES) return NO;
  if (to > from && u8(bytes, from) >> 6 !== 2) return NO;
  if (to - from < RTP_HEADER_BYTES) return MORE;
  if (!isRtp(bytes, from, to, length)) return NO;
  if (before === null || !isRtp(before, 0, before.length, before.length)) return MORE;
  const isSameSource = u32(before, 8) === u32(bytes, from + 8);
  const step = (u16(bytes, from + 2) - u16(before, 2)) & 0xffff;
  return isSameSource && step === 1 ? YES : MORE;
}

/** Whether a header of RTP and what it announces fit into a datagram (RFC 3550 §5.1, §5.3.1). */
function isRtp(bytes: Uint8Array, from: number, to: number, length: number): boolean {
  if (to - from < RTP_HEADER_BYTES || u8(bytes, from) >> 6 !== 2) return false;
  const type = u8(bytes, from + 1) & 0x7f;
  if (type >= TYPE_CLASH_MIN && type <= TYPE_CLASH_MAX) return false;
  let header = RTP_HEADER_BYTES + 4 * (u8(bytes, from) & 15);
  if ((u8(bytes, from) & 0x10) !== 0) {
    if (from + header + 4 <= to) header += 4 + 4 * u16(bytes, from + header + 2);
    else if (header + 4 > length) return false;
  }
  return header <= length && !hasBadPadding(bytes, from, to, length, header);
}

/** The last byte of a padded packet counts itself and all padding. */
function hasBadPadding(
  bytes: Uint8Array,
  from: number,
  to: number,
  length: number,
  header: number,
): boolean {
  if ((u8(bytes, from) & 0x20) === 0 || to - from < length) return false;
  const padding = u8(bytes, to - 1);
  return padding === 0 || padding > length - header;
}

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
/** Packet types that occur, from FIR (RFC 2032) to the last assigned ones (IANA "RTCP Control Packet Types"). */
const PACKET_MIN = 192;
const PACKET_MAX = 223;
const WORD_BYTES = 4;
/** Words behind the first one: SSRC, and for a sender its five; each report block has six. */
const SENDER_WORDS = 6;
const RECEIVER_WORDS = 1;
const BLOCK_WORDS = 6;

/** Whether a datagram is a compound packet of RTCP (RFC 3550 §6.1, Appendix A.2). */
export function checkRtcp({ bytes, from, to, length }: Piece): Verdict {
  const end = from + length;
  if (length < 2 * WORD_BYTES || length % WORD_BYTES !== 0) return NO;
  let at = from;
  while (at + WORD_BYTES <= to) {
    const type = u8(bytes, at + 1);
    const words = u16(bytes, at + 2);
    const isLast = at + WORD_BYTES * (words + 1) === end;
    // Only the last packet may be padded.
    if (u8(bytes, at) >> 6 !== 2 || ((u8(bytes, at) & 0x20) !== 0 && !isLast)) return NO;
    if (at === from && !isReport(u8(bytes, at), type, words)) return NO;
    if (type < PACKET_MIN || type > PACKET_MAX) return NO;
    at += WORD_BYTES * (words + 1);
    if (at > end) return NO;
  }
  return at > from ? YES : MORE;
}

/** A compound packet begins with a report, not padded, and as long as its blocks need. */
function isReport(first: number, type: number, words: number): boolean {
  const blocks = BLOCK_WORDS * (first & 31);
  if (type === SENDER_REPORT) return words >= SENDER_WORDS + blocks;
  return type === RECEIVER_REPORT && words >= RECEIVER_WORDS + blocks;
}
