/**
 * This file tells LLMNR (RFC 4795): messages of DNS on its port, with flags of its own.
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

const PORT = 5355;
/** Reserved flags, which are 0 (RFC 4795 §2.1.1), and the response code. */
const Z = 0x00f0;
const RCODE = 0x000f;
const INTERNET = 1;

/** Whether a datagram is a message of LLMNR. */
export function checkLlmnr(piece: Piece): Verdict {
  if (piece.sport !== PORT && piece.dport !== PORT) return NO;
  const message = messageOf(piece);
  if (message.end - message.from < HEADER_BYTES) return NO;
  if (message.to - message.from < HEADER_BYTES) return MORE;
  const flags = flagsOf(message);
  if (opcodeOf(flags) !== 0 || (flags & (Z | RCODE)) !== 0) return NO;
  // One question, and in a query nothing that answers (RFC 4795 §2.1.1).
  if (countOf(message, 0) !== 1 || !hasRoomForCounts(message)) return NO;
  if ((flags & RESPONSE) === 0 && countOf(message, 1) + countOf(message, 2) !== 0) return NO;
  const end = walkMessage(message, (type, kind) => type !== 0 && kind === INTERNET);
  if (end === CUT) return hasFirstQuestion(message) ? YES : MORE;
  return end === message.end ? YES : NO;
}
