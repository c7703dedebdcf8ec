/**
 * This file reads SCTP headers (RFC 9260 §3) and tells what a packet's chunks mean to a session.
 *
 * ```
 *  source port 2 | destination port 2 | verification tag 4 | checksum 4
 *  { type | flags | length 2 | value, filled up to four bytes } …
 * ```
 */

import { OK, TRANSPORT_SHORT } from './decode-status.ts';
import type { PacketView } from './packet-view.ts';

const SCTP_LENGTH = 12;
/** The checksum, which no router changes: it covers neither addresses nor TTL. */
export const SCTP_CHECKSUM_OFFSET = 8;

const CHUNK_LENGTH = 4;
const LENGTH_IN_CHUNK = 2;

/** What a packet is to its session, in the order of `sctp:` inputs (session/sctp-inputs). */
export const SCTP_PACKET = 0;
export const SCTP_INIT = 1;
export const SCTP_INIT_ACK = 2;
export const SCTP_COOKIE_ECHO = 3;
export const SCTP_COOKIE_ACK = 4;
export const SCTP_SHUTDOWN = 5;
export const SCTP_ABORT = 6;

/** Chunk types, RFC 9260 §3.2; I-DATA is of RFC 8260 §2.1. */
const CHUNK_DATA = 0;
const CHUNK_I_DATA = 64;

function kindOf(chunkType: number): number {
  switch (chunkType) {
    case 1:
      return SCTP_INIT;
    case 2:
      return SCTP_INIT_ACK;
    case 6:
      return SCTP_ABORT;
    case 7: // SHUTDOWN
    case 8: // SHUTDOWN ACK
    case 14: // SHUTDOWN COMPLETE
      return SCTP_SHUTDOWN;
    case 10:
      return SCTP_COOKIE_ECHO;
    case 11:
      return SCTP_COOKIE_ACK;
    default:
      return SCTP_PACKET;
  }
}

/**
 * Reads the header at `view.transportOffset` and the heads of the chunks as far as they were
 * captured. The first chunk that says something of the association counts, and ABORT before all;
 * user data alone are payload.
 */
export function readSctp(view: PacketView): number {
  const at = view.transportOffset;
  if (view.ipEnd - at < SCTP_LENGTH) return TRANSPORT_SHORT;
  if (view.frameEnd - at < SCTP_LENGTH) return view.cutOr(at + SCTP_LENGTH, TRANSPORT_SHORT);
  const ports = view.data.getInt32(at);
  view.sport = ports >>> 16;
  view.dport = ports & 0xffff;
  view.payloadOffset = at + SCTP_LENGTH;
  view.payloadLength = 0;
  readChunks(view);
  return OK;
}

function readChunks(view: PacketView): void {
  const { data } = view;
  const end = Math.min(view.ipEnd, view.frameEnd);
  let at = view.payloadOffset;
  view.sctpKind = SCTP_PACKET;
  while (end - at >= CHUNK_LENGTH) {
    const type = data.getUint8(at);
    if (type === CHUNK_DATA || type === CHUNK_I_DATA) {
      view.payloadLength = view.ipEnd - view.payloadOffset;
    }
    const kind = kindOf(type);
    if (view.sctpKind === SCTP_PACKET || kind === SCTP_ABORT) view.sctpKind = kind;
    const length = data.getUint16(at + LENGTH_IN_CHUNK);
    if (length < CHUNK_LENGTH) return;
    at += (length + 3) & ~3;
  }
}
