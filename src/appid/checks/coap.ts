/**
 * This file tells CoAP (RFC 7252 §3): version, token, code, and options that end with the
 * message or with the mark of a payload.
 */

import { u16 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const HEADER_BYTES = 4;
const TOKEN_BYTES_MAX = 8;
const PAYLOAD_MARK = 0xff;
const RESERVED_NIBBLE = 15;

/** Whether a datagram is a message of CoAP. */
export function checkCoap({ bytes, from, to, length }: Piece): Verdict {
  if (length < HEADER_BYTES || (to > from && u8(bytes, from) >> 6 !== 1)) return NO;
  if (to - from < HEADER_BYTES) return MORE;
  const token = u8(bytes, from) & 15;
  const code = u8(bytes, from + 1);
  const kind = code >> 5;
  if (token > TOKEN_BYTES_MAX || !isCode(kind, code & 31)) return NO;
  // An empty message is the header alone (RFC 7252 §4.1).
  if (code === 0) return length === HEADER_BYTES ? YES : NO;
  const end = from + length;
  let at = from + HEADER_BYTES + token;
  if (at > end) return NO;
  while (at < to) {
    const head = u8(bytes, at);
    if (head === PAYLOAD_MARK) return at + 1 < end ? YES : NO;
    const delta = head >> 4;
    const size = head & 15;
    if (delta === RESERVED_NIBBLE || size === RESERVED_NIBBLE) return NO;
    at += 1 + extraBytes(delta);
    at += extraBytes(size) + sizeOf(bytes, at, size);
    if (at > end) return NO;
  }
  return YES;
}

/** Requests 0.01 to 0.07 (RFC 8132), answers of classes 2, 4 and 5 (RFC 7252 §12.1). */
function isCode(kind: number, detail: number): boolean {
  if (kind === 0) return detail <= 7;
  return kind === 2 || kind === 4 || kind === 5;
}

/** 13 and 14 say that the number follows in one byte or two (RFC 7252 §3.1). */
function extraBytes(nibble: number): number {
  return nibble < 13 ? 0 : nibble - 12;
}

function sizeOf(bytes: Uint8Array, at: number, nibble: number): number {
  if (nibble < 13) return nibble;
  return nibble === 13 ? 13 + u8(bytes, at) : 269 + u16(bytes, at);
}
