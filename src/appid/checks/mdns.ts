/**
 * This file tells multicast DNS (RFC 6762): messages of DNS on its port, with flags of its own.
 */

import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import {
  CUT,
  countOf,
  flagsOf,
  HEADER_BYTES,
  hasFirstQuestion,
  hasRoomForCounts,
  messageOf,
  opcodeOf,
  RESPONSE,
  walkMessage,
} from './dns-message.ts';

const PORT = 5353;
const RCODE = 0x000f;
/** Bit of a class that asks for a unicast answer (RFC 6762 §18.12). */
const UNICAST = 0x8000;
const INTERNET = 1;
const ANY = 255;

/** Whether a datagram is a message of multicast DNS. */
export function checkMdns(piece: Piece): Verdict {
  if (piece.sport !== PORT && piece.dport !== PORT) return NO;
  const message = messageOf(piece);
  if (message.end - message.from < HEADER_BYTES) return NO;
  if (message.to - message.from < HEADER_BYTES) return MORE;
  const flags = flagsOf(message);
  // Opcode and response code are 0 in whatever counts (RFC 6762 §18.3, §18.11).
  if (opcodeOf(flags) !== 0 || (flags & RCODE) !== 0 || !hasRoomForCounts(message)) return NO;
  const questions = countOf(message, 0);
  const records = countOf(message, 1) + countOf(message, 2) + countOf(message, 3);
  // A query has questions, or is the rest of the known answers (§7.2); a response has records.
  if (questions + records === 0 || ((flags & RESPONSE) !== 0 && records === 0)) return NO;
  const end = walkMessage(message, isKnownQuestion);
  if (end === CUT) return questions === 0 || hasFirstQuestion(message) ? YES : MORE;
  return end === message.end ? YES : NO;
}

function isKnownQuestion(type: number, kind: number): boolean {
  const withoutBit = kind & ~UNICAST;
  return type !== 0 && (withoutBit === INTERNET || withoutBit === ANY);
}
