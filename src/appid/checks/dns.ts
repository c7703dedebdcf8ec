/**
 * This file tells DNS (RFC 1035 §4) by its form on whatever port: one question of a known class and
 * type in a query that has no answers yet, counts that fit, records that end with the message.
 *
 * Multicast DNS, LLMNR and the NetBIOS name service have the same form, and signatures of their own.
 */

import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import {
  CUT,
  countOf,
  firstQuestion,
  flagsOf,
  HEADER_BYTES,
  hasFirstQuestion,
  hasRoomForCounts,
  type Message,
  messageOf,
  opcodeOf,
  type Question,
  RESPONSE,
  walkMessage,
} from './dns-message.ts';
import { hasNetbiosName } from './netbios-ns.ts';

const DNS_PORT = 53;
/** Ports of the relatives: NetBIOS name service, multicast DNS, LLMNR. */
const RELATIVES = [137, 5353, 5355];

/** Opcodes (IANA "DNS OpCodes"). */
const QUERY = 0;
const NOTIFY = 4;
const UPDATE = 5;

/** Header bits that only answers set (RFC 1035 §4.1.1), and Z, which nobody sets (RFC 6895 §2.1). */
const AUTHORITATIVE = 0x0400;
const TRUNCATED = 0x0200;
const RECURSION_AVAILABLE = 0x0080;
const Z = 0x0040;
const RCODE = 0x000f;
/** Highest response code of the header that is assigned (RFC 6895 §2.3). */
const RCODE_MAX = 11;

/** Additional records of a query: EDNS, a signature, and one to spare (RFC 6891, RFC 8945). */
const QUERY_EXTRAS_MAX = 3;

/** Whether a datagram is a DNS message. */
export function checkDns(piece: Piece): Verdict {
  if (RELATIVES.includes(piece.sport) || RELATIVES.includes(piece.dport)) return NO;
  return judgeDns(messageOf(piece), piece.sport === DNS_PORT || piece.dport === DNS_PORT);
}

/** Whether a message is one of DNS; without `isOnPort` what might be something else is not. */
export function judgeDns(message: Message, isOnPort: boolean): Verdict {
  if (message.end - message.from < HEADER_BYTES) return NO;
  if (message.to - message.from < HEADER_BYTES) return MORE;
  const flags = flagsOf(message);
  if ((flags & Z) !== 0 || !hasRoomForCounts(message)) return NO;
  const isAllowed = (flags & RESPONSE) === 0 ? isQuery(message) : isResponse(message, isOnPort);
  if (!isAllowed) return NO;
  const end = walkMessage(message, isKnownQuestion);
  if (end === CUT) return hasFirstQuestion(message) && !hasNetbiosName(message) ? YES : MORE;
  if (end !== message.end || hasNetbiosName(message)) return NO;
  return YES;
}

function isQuery(message: Message): boolean {
  const flags = flagsOf(message);
  const opcode = opcodeOf(flags);
  if (countOf(message, 0) !== 1) return false;
  // UPDATE counts prerequisites and updates where queries count answers (RFC 2136 §2.2).
  if (opcode === UPDATE) return (flags & (TRUNCATED | RCODE)) === 0;
  if ((flags & (TRUNCATED | RECURSION_AVAILABLE | RCODE)) !== 0) return false;
  // A NOTIFY may be authoritative and may carry the new SOA (RFC 1996 §3.7).
  if (opcode === NOTIFY) return countOf(message, 1) <= 1 && countOf(message, 2) === 0;
  return (
    opcode === QUERY &&
    (flags & AUTHORITATIVE) === 0 &&
    countOf(message, 1) === 0 &&
    // IXFR sends the SOA that it has (RFC 1995 §3).
    countOf(message, 2) <= 1 &&
    countOf(message, 3) <= QUERY_EXTRAS_MAX
  );
}

function isResponse(message: Message, isOnPort: boolean): boolean {
  const flags = flagsOf(message);
  const opcode = opcodeOf(flags);
  const rcode = flags & RCODE;
  if ((opcode !== QUERY && opcode !== NOTIFY && opcode !== UPDATE) || rcode > RCODE_MAX) {
    return false;
  }
  // An answer without its question reports an error, or empties the zone section (RFC 2136 §3.8);
  // 12 bytes that are mostly 0 are too little without the port.
  if (countOf(message, 0) === 0) return isOnPort && (rcode !== 0 || opcode === UPDATE);
  return countOf(message, 0) === 1;
}

/** Types and classes that occur (IANA "Domain Name System (DNS) Parameters"). */
function isKnownQuestion(type: number, kind: number): boolean {
  const isClass = kind === 1 || kind === 3 || kind === 4 || kind === 254 || kind === 255;
  const isType =
    (type >= 1 && type <= 128) ||
    (type >= 249 && type <= 264) ||
    type === 32_768 ||
    type === 32_769;
  return isClass && (isType || type >= 65_280);
}

/** The question of DNS, multicast DNS or LLMNR; `skipped` bytes stand before the message. */
export function dnsQuestion(piece: Piece, skipped = 0): Question | null {
  const { bytes, from, to, end } = messageOf(piece);
  return firstQuestion({ bytes, from: from + skipped, to, end });
}
