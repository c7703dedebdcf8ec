/**
 * This file tells DTLS by its records, versions 1.0 and 1.2, in which 1.3 begins as well (RFC 6347 §4.1,
 * RFC 9147 §4): they follow one another to the end of the datagram, and a handshake opens with a hello.
 */

import { u16, u24 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

/** Content type, version, epoch, sequence number, length. */
export const RECORD_BYTES = 13;
/** Content types: change of cipher, alert, handshake, application data, heartbeat, with CID, ACK. */
const TYPE_MIN = 20;
const TYPE_MAX = 26;
export const HANDSHAKE = 22;
const VERSIONS = [0xfeff, 0xfefd];
/** A record's content, with what encryption adds (RFC 6347 §4.1.1.1). */
const CONTENT_BYTES_MAX = 16_384 + 2048;
/** Type, length, number of the message, and which fragment of it this is. */
export const HANDSHAKE_BYTES = 12;
/** Handshake messages up to 25 are assigned, 254 is of a hash. */
const MESSAGE_MAX = 25;

/** Whether a datagram holds records of DTLS. */
export function checkDtls({ bytes, from, to, length }: Piece): Verdict {
  const end = from + length;
  if (length <= RECORD_BYTES) return NO;
  let at = from;
  while (at < end) {
    if (at + RECORD_BYTES > end) return NO;
    if (at + RECORD_BYTES > to)
      return at === from && isRecordBegun(bytes, at, to) ? MORE : cut(at, from);
    const type = u8(bytes, at);
    const size = u16(bytes, at + 11);
    if (type < TYPE_MIN || type > TYPE_MAX || !VERSIONS.includes(u16(bytes, at + 1))) return NO;
    if (size === 0 || size > CONTENT_BYTES_MAX || at + RECORD_BYTES + size > end) return NO;
    const epoch = u16(bytes, at + 3);
    // In the first epoch nothing is encrypted yet: no data, and messages can be read.
    if (epoch === 0 && !isPlain(bytes, at + RECORD_BYTES, size, to, type)) return NO;
    at += RECORD_BYTES + size;
  }
  return YES;
}

/** The records before this one are enough, if there are any. */
function cut(at: number, from: number): Verdict {
  return at > from ? YES : NO;
}

function isRecordBegun(bytes: Uint8Array, at: number, to: number): boolean {
  if (to > at && (u8(bytes, at) < TYPE_MIN || u8(bytes, at) > TYPE_MAX)) return false;
  return to < at + 3 || VERSIONS.includes(u16(bytes, at + 1));
}

function isPlain(bytes: Uint8Array, at: number, size: number, to: number, type: number): boolean {
  if (type !== HANDSHAKE) return type < HANDSHAKE && size <= 2;
  if (size < HANDSHAKE_BYTES) return false;
  if (at + HANDSHAKE_BYTES > to) return true;
  const offset = u24(bytes, at + 6);
  const fragment = u24(bytes, at + 9);
  return (
    u8(bytes, at) <= MESSAGE_MAX &&
    offset + fragment <= u24(bytes, at + 1) &&
    fragment + HANDSHAKE_BYTES <= size
  );
}
