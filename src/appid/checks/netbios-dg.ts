/**
 * This file tells the NetBIOS datagram service (RFC 1002 §4.4): header, and for the types that carry
 * data source and destination names in first-level encoding.
 */

import { u16 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

/** Message types (RFC 1002 §4.4.1): data from, error to, queries after. */
const DIRECT_UNIQUE = 0x10;
const BROADCAST = 0x12;
const ERROR = 0x13;
const QUERY_REQUEST = 0x14;
const QUERY_NEGATIVE = 0x16;
const HEADER_BYTES = 10;
const DATA_HEADER_BYTES = 14;
const ERROR_BYTES = 11;
const ERROR_CODES = [0x82, 0x83, 0x84];
/** A name begins with the length of its encoded form. */
const ENCODED_BYTES = 32;

/** Whether a datagram is one of the NetBIOS datagram service. */
export function checkNetbiosDg({ bytes, from, to, length }: Piece): Verdict {
  if (length < HEADER_BYTES) return NO;
  if (to - from < HEADER_BYTES) return MORE;
  const type = u8(bytes, from);
  // The four high flags are 0; the port is that of the sender's service (RFC 1002 §4.4.1).
  if (type < DIRECT_UNIQUE || type > QUERY_NEGATIVE || (u8(bytes, from + 1) & 0xf0) !== 0)
    return NO;
  if (type === ERROR) {
    if (to - from < ERROR_BYTES) return length < ERROR_BYTES ? NO : MORE;
    return length === ERROR_BYTES && ERROR_CODES.includes(u8(bytes, from + 10)) ? YES : NO;
  }
  const nameAt = from + (type <= BROADCAST ? DATA_HEADER_BYTES : HEADER_BYTES);
  if (type <= BROADCAST && u16(bytes, from + 10) !== length - DATA_HEADER_BYTES) {
    return to - from < DATA_HEADER_BYTES && length >= DATA_HEADER_BYTES ? MORE : NO;
  }
  if (type >= QUERY_REQUEST && length < HEADER_BYTES + ENCODED_BYTES + 2) return NO;
  if (nameAt + 1 + ENCODED_BYTES > to)
    return nameAt + 1 + ENCODED_BYTES > from + length ? NO : MORE;
  if (u8(bytes, nameAt) !== ENCODED_BYTES) return NO;
  for (let at = nameAt + 1; at <= nameAt + ENCODED_BYTES; at++) {
    if (u8(bytes, at) < 0x41 || u8(bytes, at) > 0x50) return NO;
  }
  return YES;
}
