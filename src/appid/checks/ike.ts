/**
 * This file tells IKE, versions 1 (RFC 2408 §3.1, RFC 2409) and 2 (RFC 7296 §3.1): header of 28 bytes,
 * whose length is the datagram's. Where ESP shares the port, four zeros stand before (RFC 3948 §2.2).
 */

import { u32 } from '../numbers.ts';
import { isZero, u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const HEADER_BYTES = 28;
const MARKER_BYTES = 4;
const NAT_TRAVERSAL_PORT = 4500;
const VERSION_1 = 0x10;
const VERSION_2 = 0x20;
/** Exchanges of version 1: base to informational, transaction; quick mode, new group. */
const EXCHANGES_1 = [1, 2, 3, 4, 5, 6, 32, 33];
/** Exchanges of version 2 (IANA "IKEv2 Exchange Types"): IKE_SA_INIT to IKE_FOLLOWUP_KE. */
const EXCHANGE_2_MIN = 34;
const EXCHANGE_2_MAX = 44;
/** Flags that are used: encryption, commit, authentication; initiator, version, response. */
const FLAGS_1 = 0x07;
const FLAGS_2 = 0x38;
/** Payload types that may stand first: of version 1 up to NAT-D's draft numbers, of 2 from 33 on. */
const PAYLOADS_1_MAX = 21;
const PAYLOADS_1_DRAFT = [128, 130, 131, 132];
const PAYLOADS_2_MIN = 33;
const PAYLOADS_2_MAX = 55;

/** Whether a datagram is a message of IKE. */
export function checkIke({ bytes, from, to, length, sport, dport }: Piece): Verdict {
  const isShared = sport === NAT_TRAVERSAL_PORT || dport === NAT_TRAVERSAL_PORT;
  const marker = isShared ? MARKER_BYTES : 0;
  if (length < marker + HEADER_BYTES) return NO;
  if (!isZero(bytes, from, Math.min(from + marker, to))) return NO;
  if (to - from < marker + HEADER_BYTES) return MORE;
  const at = from + marker;
  // The initiator's SPI or cookie is never 0.
  if (isZero(bytes, at, at + 8) || u32(bytes, at + 24) !== length - marker) return NO;
  const payload = u8(bytes, at + 16);
  const version = u8(bytes, at + 17);
  const exchange = u8(bytes, at + 18);
  const flags = u8(bytes, at + 19);
  const message = u32(bytes, at + 20);
  if (version === VERSION_1) {
    const isPayload =
      (payload > 0 && payload <= PAYLOADS_1_MAX) || PAYLOADS_1_DRAFT.includes(payload);
    return isPayload && EXCHANGES_1.includes(exchange) && (flags & ~FLAGS_1) === 0 ? YES : NO;
  }
  const isPayload = payload === 0 || (payload >= PAYLOADS_2_MIN && payload <= PAYLOADS_2_MAX);
  const isExchange = exchange >= EXCHANGE_2_MIN && exchange <= EXCHANGE_2_MAX;
  if (version !== VERSION_2 || !isPayload || !isExchange || (flags & ~FLAGS_2) !== 0) return NO;
  // Only the first exchange knows no responder yet, and it is message 0 (RFC 7296 §2.2, §2.6).
  const isFirst = isZero(bytes, at + 8, at + 16);
  return !isFirst || (exchange === EXCHANGE_2_MIN && message === 0) ? YES : NO;
}
