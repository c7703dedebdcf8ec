/**
 * This file reads ICMP (RFC 792) and ICMPv6 (RFC 4443) headers and sorts messages by what they
 * mean to a session table: a query, its reply, an error that quotes a packet, neighbour discovery,
 * or something else.
 */

import { OK, TRANSPORT_SHORT } from './decode-status.ts';
import type { PacketView } from './packet-view.ts';

const CODE = 1;
const CHECKSUM = 2;
const IDENTIFIER = 4;
const SEQUENCE = 6;
export const ICMP_LENGTH = 8;
export const ICMP_CHECKSUM_OFFSET = CHECKSUM;

/**
 * What a message is to the session table. Queries and replies of one pair differ in the lowest bit
 * (query odd, reply even), so a flow key tells them apart: a request never matches an s2c flow.
 */
export const ICMP_OTHER = 0;
export const ICMP_ECHO = 1;
export const ICMP_TIMESTAMP = 3;
export const ICMP_INFORMATION = 5;
export const ICMP_MASK = 7;
export const ICMP_ERROR = 9;
export const ICMP_NEIGHBOUR = 10;

/** ICMPv4 type → kind; RFC 792, RFC 950 (mask). Replies are the query's kind plus 1. */
function kindOfIcmp4(type: number): number {
  switch (type) {
    case 8:
      return ICMP_ECHO;
    case 0:
      return ICMP_ECHO + 1;
    case 13:
      return ICMP_TIMESTAMP;
    case 14:
      return ICMP_TIMESTAMP + 1;
    case 15:
      return ICMP_INFORMATION;
    case 16:
      return ICMP_INFORMATION + 1;
    case 17:
      return ICMP_MASK;
    case 18:
      return ICMP_MASK + 1;
    case 3:
    case 4:
    case 5:
    case 11:
    case 12:
      return ICMP_ERROR;
    default:
      return ICMP_OTHER;
  }
}

/** ICMPv6 type → kind; RFC 4443 §2.1: types below 128 are errors. RFC 4861 §4: 133–137. */
function kindOfIcmp6(type: number): number {
  if (type === 128) return ICMP_ECHO;
  if (type === 129) return ICMP_ECHO + 1;
  if (type < 128) return ICMP_ERROR;
  if (type >= 133 && type <= 137) return ICMP_NEIGHBOUR;
  return ICMP_OTHER;
}

/** Whether a kind is the answer of a query-reply pair. */
export function isIcmpReply(kind: number): boolean {
  return kind > 0 && kind < ICMP_ERROR && (kind & 1) === 0;
}

/**
 * Reads the header at `view.transportOffset` into type, code, kind and the ports of CONTRACT.md:
 * identifier and sequence number for queries (swapped for replies), type and code for others.
 */
export function readIcmp(view: PacketView): number {
  const at = view.transportOffset;
  const data = view.data;
  if (view.ipEnd - at < ICMP_LENGTH) return TRANSPORT_SHORT;
  if (view.frameEnd - at < ICMP_LENGTH) return view.cutOr(at + ICMP_LENGTH, TRANSPORT_SHORT);
  const type = data.getUint8(at);
  const kind = view.family === 4 ? kindOfIcmp4(type) : kindOfIcmp6(type);
  view.icmpType = type;
  view.icmpCode = data.getUint8(at + CODE);
  view.icmpKind = kind;
  if (kind === ICMP_OTHER || kind >= ICMP_ERROR) {
    view.sport = type;
    view.dport = view.icmpCode;
  } else {
    const identifier = data.getUint16(at + IDENTIFIER);
    const sequence = data.getUint16(at + SEQUENCE);
    const isReply = (kind & 1) === 0;
    view.sport = isReply ? sequence : identifier;
    view.dport = isReply ? identifier : sequence;
  }
  view.payloadOffset = at + ICMP_LENGTH;
  view.payloadLength = view.ipEnd - view.payloadOffset;
  return OK;
}
