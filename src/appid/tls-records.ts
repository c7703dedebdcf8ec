/**
 * This file takes handshake messages out of TLS records (RFC 8446 §5.1): several lie in one record, or
 * one in several.
 */

import { u16, u24 } from './numbers.ts';
import { u8 } from './octets.ts';

const HANDSHAKE_RECORD = 22;
const RECORD_HEADER_BYTES = 5;
/** Type and length of a handshake message. */
export const MESSAGE_HEADER_BYTES = 4;
export const CERTIFICATE = 11;

/**
 * The handshake messages of the records at the start, one behind the other; `goesOn` where more of them
 * may follow the bytes that are here.
 */
export function handshakeOf(
  bytes: Uint8Array,
  from: number,
  to: number,
): { shake: Uint8Array; goesOn: boolean } {
  let at = from;
  const first = at + RECORD_HEADER_BYTES;
  const firstEnd = first + u16(bytes, at + 3);
  const isOne = u8(bytes, at) === HANDSHAKE_RECORD && firstEnd >= to;
  // Mostly one record, which needs no copy.
  if (isOne) return { shake: bytes.subarray(Math.min(first, to), to), goesOn: true };
  const shake = new Uint8Array(Math.max(0, to - from));
  let length = 0;
  while (at + RECORD_HEADER_BYTES <= to && u8(bytes, at) === HANDSHAKE_RECORD) {
    const begin = at + RECORD_HEADER_BYTES;
    at = begin + u16(bytes, at + 3);
    const part = bytes.subarray(begin, Math.min(at, to));
    shake.set(part, length);
    length += part.length;
  }
  const goesOn = at >= to || u8(bytes, at) === HANDSHAKE_RECORD;
  return { shake: shake.subarray(0, length), goesOn };
}

/**
 * Where the first message of a type lies among handshake messages, header included; `to` is before its
 * end where that is not here. null for none so far.
 */
export function findMessage(
  shake: Uint8Array,
  type: number,
): { readonly from: number; readonly to: number } | null {
  let from = 0;
  while (from + MESSAGE_HEADER_BYTES <= shake.length) {
    const end = from + MESSAGE_HEADER_BYTES + u24(shake, from + 1);
    if (u8(shake, from) === type) return { from, to: Math.min(end, shake.length) };
    from = end;
  }
  return null;
}
