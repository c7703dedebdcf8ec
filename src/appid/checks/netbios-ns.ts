/**
 * This file tells the NetBIOS name service (RFC 1002 §4.2): the form of DNS with names in first-level
 * encoding and types of its own.
 */

import { u16 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import {
  CUT,
  countOf,
  endOfName,
  flagsOf,
  HEADER_BYTES,
  hasRoomForCounts,
  type Message,
  messageOf,
  opcodeOf,
  RESPONSE,
  walkMessage,
} from './dns-message.ts';

/** A NetBIOS name is 16 bytes, each written as two letters from A on (RFC 1001 §14.1). */
const ENCODED_BYTES = 32;
const LETTER_A = 0x41;
const LETTER_P = 0x50;
/** Types (RFC 1002 §4.2.1.2, §4.2.1.3): NB and NBSTAT; NULL in an answer that knows no name. */
const NULL = 0x0a;
const NB = 0x20;
const NBSTAT = 0x21;
const INTERNET = 1;
/** Flags that are always 0 (RFC 1002 §4.2.1.1), and the codes of the operations. */
const RESERVED = 0x0060;
const OPCODES = [0, 5, 6, 7, 8, 9, 15];

/** Whether a datagram is a message of the NetBIOS name service. */
export function checkNetbiosNs(piece: Piece): Verdict {
  const message = messageOf(piece);
  if (message.end - message.from < HEADER_BYTES) return NO;
  if (message.to - message.from < HEADER_BYTES) return MORE;
  const flags = flagsOf(message);
  if ((flags & RESERVED) !== 0 || !OPCODES.includes(opcodeOf(flags))) return NO;
  const isRequest = (flags & RESPONSE) === 0;
  // A response repeats no question: its first record has the name (RFC 1002 §4.2.6).
  if (countOf(message, 0) !== (isRequest ? 1 : 0) || countOf(message, 1) > 1) return NO;
  if (!isRequest && countOf(message, 1) !== 1) return NO;
  if (!hasRoomForCounts(message)) return NO;
  const end = endOfName(message, message.from + HEADER_BYTES);
  if (end === CUT) return MORE;
  if (!hasNetbiosName(message)) return end > 0 && end + 4 > message.to ? MORE : NO;
  const walked = walkMessage(message, isNetbiosType);
  return walked === message.end || walked === CUT ? YES : NO;
}

function isNetbiosType(type: number, kind: number): boolean {
  return (type === NB || type === NBSTAT || type === NULL) && kind === INTERNET;
}

/** Whether the first name is a NetBIOS name with a type of the name service. */
export function hasNetbiosName(message: Message): boolean {
  const { bytes, from, to } = message;
  const begin = from + HEADER_BYTES;
  const end = endOfName(message, begin);
  if (end < 0 || end + 4 > to || u8(bytes, begin) !== ENCODED_BYTES) return false;
  for (let at = begin + 1; at <= begin + ENCODED_BYTES; at++) {
    const letter = u8(bytes, at);
    if (letter < LETTER_A || letter > LETTER_P) return false;
  }
  return isNetbiosType(u16(bytes, end), u16(bytes, end + 2));
}
