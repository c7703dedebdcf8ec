/**
 * This file tells OpenVPN by the packets that open a session (`ssl.h` and `ssl_pkt.h` of the reference
 * implementation; its "Network protocol" document): hard resets of client and server, bare, or wrapped
 * by tls-auth (a digest before a packet number and a time) or tls-crypt (number and time before a tag).
 */

import { u32 } from '../numbers.ts';
import { isZero, u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

/** First byte: operation in the five high bits, key number, 0 here, in the others. */
const CLIENT_V1 = 1 << 3;
const SERVER_V1 = 2 << 3;
const CLIENT_V2 = 7 << 3;
const SERVER_V2 = 8 << 3;
const CLIENT_V3 = 10 << 3;
const RESETS = [CLIENT_V1, SERVER_V1, CLIENT_V2, SERVER_V2, CLIENT_V3];
const SERVERS = [SERVER_V1, SERVER_V2];

/** Operation and session. */
const HEAD_BYTES = 9;
/** Of a client's reset: no acknowledgement, and number 0. */
const TAIL_BYTES = 5;
/** A server acknowledges one packet, and names the client's session behind its number. */
const ACKNOWLEDGEMENT_BYTES = 4 + 8;
/** Number and time against replay. */
const REPLAY_BYTES = 8;
/** Digests of tls-auth: MD5, SHA-1, SHA-256, SHA-384, SHA-512. */
const DIGEST_BYTES = [16, 20, 32, 48, 64];
/** A reset is sent a few times at most: its number against replay is small. */
const REPLAY_MAX = 64;
/** Early negotiation (tls-crypt-v2 with cookies) counts from here. */
const EARLY_NEGOTIATION = 0x0f000000;
/** Times before 2002, when OpenVPN began, are none. */
const TIME_MIN = 0x3c300000;
const TAG_BYTES = 32;

/** Whether a datagram opens a session of OpenVPN. */
export function checkOpenVpn({ bytes, from, to, length }: Piece): Verdict {
  if (length < HEAD_BYTES + TAIL_BYTES) return NO;
  if (to === from) return MORE;
  const first = u8(bytes, from);
  if (!RESETS.includes(first)) return NO;
  if (to - from < length) return MORE;
  if (isZero(bytes, from + 1, from + HEAD_BYTES)) return NO;
  const rest = SERVERS.includes(first) ? TAIL_BYTES + ACKNOWLEDGEMENT_BYTES : TAIL_BYTES;
  const extra = length - HEAD_BYTES - rest;
  if (extra === 0 && isTail(bytes, to - rest, to)) return YES;
  const digest = extra - REPLAY_BYTES;
  if (DIGEST_BYTES.includes(digest) && isTail(bytes, to - rest, to)) {
    if (isReplay(bytes, from + HEAD_BYTES + digest)) return YES;
  }
  const isWrapped = isReplay(bytes, from + HEAD_BYTES);
  const wrapped = HEAD_BYTES + REPLAY_BYTES + TAG_BYTES + rest;
  // The client's key follows in the third form, sealed; a server may say more than its number.
  const isLong = first === CLIENT_V3 || first === SERVER_V2;
  return isWrapped && (length === wrapped || (isLong && length > wrapped)) ? YES : NO;
}

/** The count of acknowledgements, what they name, and the packet's own number, the first. */
function isTail(bytes: Uint8Array, at: number, to: number): boolean {
  const count = u8(bytes, at);
  return count === (to - at === TAIL_BYTES ? 0 : 1) && u32(bytes, to - 4) === 0;
}

function isReplay(bytes: Uint8Array, at: number): boolean {
  const number = u32(bytes, at);
  const count = number >= EARLY_NEGOTIATION ? number - EARLY_NEGOTIATION : number;
  return count > 0 && count <= REPLAY_MAX && u32(bytes, at + 4) >= TIME_MIN;
}
