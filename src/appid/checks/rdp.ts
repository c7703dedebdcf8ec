/**
 * This file tells Microsoft's remote desktop by the connection request and confirm of X.224 inside TPKT,
 * with the cookie or the negotiation that only RDP puts there (MS-RDPBCGR §2.2.1.1, §2.2.1.2; RFC 2126 §4.3).
 */

import { u16, u16le } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import { beginsWithOne } from '../text.ts';

const PORT = 3389;
const TPKT_BYTES = 4;
/** TPKT, then length, type, both references, class of X.224. */
const HEADERS_BYTES = TPKT_BYTES + 7;
const REQUEST = 0xe0;
const CONFIRM = 0xd0;
/** Types of RDP_NEG_REQ, RDP_NEG_RSP and RDP_NEG_FAILURE, of eight bytes each. */
const NEGOTIATION_REQUEST = 1;
const NEGOTIATION_RESPONSES = [2, 3];
const NEGOTIATION_BYTES = 8;
/** A user's name, or what a load balancer reads. */
const COOKIES = ['cookie: mstshash=', 'cookie: msts=', 'mth://'];

export function judgeRdp({ bytes, from, to, side, dport }: Piece): Verdict {
  if (to - from < HEADERS_BYTES) {
    const type = to - from > 5 ? u8(bytes, from + 5) : -1;
    return type === -1 || type === (side === 0 ? REQUEST : CONFIRM) ? MORE : NO;
  }
  const length = u16(bytes, from + 2);
  const type = u8(bytes, from + 5);
  const body = from + HEADERS_BYTES;
  // X.224 counts its header and what follows, without the byte of the length itself.
  if (length !== TPKT_BYTES + 1 + u8(bytes, from + 4)) return NO;
  if (type !== (side === 0 ? REQUEST : CONFIRM) || u8(bytes, from + 10) !== 0) return NO;
  // Nothing but X.224 may be any other protocol that uses it.
  if (length === HEADERS_BYTES) return side === 0 && dport === PORT ? YES : NO;
  if (side === 1) return judgeNegotiation(bytes, body, to, NEGOTIATION_RESPONSES);
  const negotiation = judgeNegotiation(bytes, body, to, [NEGOTIATION_REQUEST]);
  return negotiation === NO ? beginsWithOne(bytes, body, to, COOKIES) : negotiation;
}

/** Type, flags, a length of 8, and what is asked for or chosen. */
function judgeNegotiation(
  bytes: Uint8Array,
  at: number,
  to: number,
  types: readonly number[],
): Verdict {
  if (at < to && !types.includes(u8(bytes, at))) return NO;
  if (at + 4 > to) return MORE;
  return u16le(bytes, at + 2) === NEGOTIATION_BYTES ? YES : NO;
}
