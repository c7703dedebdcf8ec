/**
 * This file tells QUIC by long headers (RFC 9000 §17.2, RFC 9369 §3.1, the drafts before; version
 * negotiation RFC 8999 §6), and Google's QUIC before it by the versions that its headers name.
 */

import { u32 } from '../numbers.ts';
import { isZero, latin1, u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

export const QUIC_V1 = 1;
export const QUIC_V2 = 0x6b3343cf;
/** Drafts 1 to 34 of the IETF, in the version's low byte. */
const DRAFT = 0xff0000;
const DRAFT_MAX = 34;
/** Versions of mvfst, a draft's form. */
const MVFST = 0xfaceb0;
/** Google's versions are `Q043` and alike, `T050` with TLS; from 44 on with a long header. */
const GOOGLE = /^[QT]0[2-5][0-9]$/;

const LONG = 0x80;
const FIXED = 0x40;
const CONNECTION_BYTES_MAX = 20;
/** RFC 9000 §14.1: a client's first datagram is padded to this much. */
export const INITIAL_BYTES_MIN = 1200;
/** Packet number, and 16 bytes of tag. */
const PAYLOAD_BYTES_MIN = 17;

/** The types of long headers, whatever number a version gives them (RFC 9369 §3.2). */
export type LongType = 'initial' | '0-rtt' | 'handshake' | 'retry';
const TYPES: readonly LongType[] = ['initial', '0-rtt', 'handshake', 'retry'];

/** A long header; positions are of the buffer. */
export interface LongHeader {
  readonly version: number;
  readonly type: LongType;
  readonly destinationFrom: number;
  readonly destinationTo: number;
  readonly sourceTo: number;
  /** Where the packet number begins, which is protected; a retry has none. */
  readonly numberAt: number;
  /** Where the packet ends; the next one of the datagram may follow. */
  readonly end: number;
}

/** Whether a datagram is one of QUIC. */
export function checkQuic(piece: Piece): Verdict {
  const { bytes, from, to, length } = piece;
  const first = u8(bytes, from);
  if (to === from) return length < 7 ? NO : MORE;
  if ((first & LONG) === 0) return judgeGoogle(piece);
  if (to - from < 7) return length < 7 ? NO : MORE;
  const version = u32(bytes, from + 1);
  if (version === 0) return judgeNegotiation(piece);
  if (isGoogle(bytes, from + 1)) return isGoogleLong(piece) ? YES : NO;
  if (!isStandard(version) || (first & FIXED) === 0) return NO;
  const header = readLongHeader(bytes, from, to, from + length);
  if (header === null) return to - from < length ? MORE : NO;
  // Nothing opens a connection in less, but Retry and what follows the first flight.
  const isTooShort = header.type === 'initial' && piece.side === 0 && length < INITIAL_BYTES_MIN;
  return isTooShort ? NO : YES;
}

function isStandard(version: number): boolean {
  if (version === QUIC_V1 || version === QUIC_V2) return true;
  const draft = version & 0xff;
  if (version >>> 8 === DRAFT) return draft > 0 && draft <= DRAFT_MAX;
  return version >>> 8 === MVFST;
}

/** Reads a long header of a version that was checked; null where something does not fit. */
export function readLongHeader(
  bytes: Uint8Array,
  from: number,
  to: number,
  datagramEnd: number,
): LongHeader | null {
  if (from + 7 > to || (u8(bytes, from) & LONG) === 0) return null;
  const version = u32(bytes, from + 1);
  const shift = version === QUIC_V2 ? 1 : 0;
  const type = TYPES[(((u8(bytes, from) >> 4) & 3) - shift + 4) % 4] ?? 'initial';
  const destinationFrom = from + 6;
  const destinationTo = destinationFrom + u8(bytes, from + 5);
  const sourceTo = destinationTo + 1 + u8(bytes, destinationTo);
  const isConnection =
    destinationTo < to &&
    destinationTo - destinationFrom <= CONNECTION_BYTES_MAX &&
    sourceTo - destinationTo - 1 <= CONNECTION_BYTES_MAX;
  if (!isConnection || sourceTo > to) return null;
  const header = { version, type, destinationFrom, destinationTo, sourceTo };
  if (type === 'retry') return { ...header, numberAt: sourceTo, end: datagramEnd };
  let at = sourceTo;
  if (type === 'initial') {
    const token = readVarint(bytes, at, to);
    if (token === null || token.value > to - token.end) return null;
    at = token.end + token.value;
  }
  const length = readVarint(bytes, at, to);
  if (length === null || length.value < PAYLOAD_BYTES_MIN) return null;
  const end = length.end + length.value;
  return end > datagramEnd ? null : { ...header, numberAt: length.end, end };
}

/** A number of variable length and where it ends (RFC 9000 §16); null where it does not fit. */
export function readVarint(
  bytes: Uint8Array,
  at: number,
  to: number,
): { value: number; end: number } | null {
  if (at >= to) return null;
  const first = u8(bytes, at);
  const size = 1 << (first >> 6);
  if (at + size > to) return null;
  let value = first & 0x3f;
  for (let i = 1; i < size; i++) value = value * 256 + u8(bytes, at + i);
  return { value, end: at + size };
}

/** A server's list of versions; what it offers must be known, or reserved to test clients. */
function judgeNegotiation({ bytes, from, to, length, side }: Piece): Verdict {
  const destinationTo = from + 6 + u8(bytes, from + 5);
  const sourceTo = destinationTo + 1 + u8(bytes, destinationTo);
  const offered = from + length - sourceTo;
  if (side === 0 || offered < 4 || offered % 4 !== 0) return NO;
  let known = 0;
  for (let at = sourceTo; at + 4 <= to; at += 4) {
    if (isStandard(u32(bytes, at)) || isGoogle(bytes, at)) known++;
  }
  return known > 0 ? YES : NO;
}

function isGoogle(bytes: Uint8Array, at: number): boolean {
  return GOOGLE.test(latin1(bytes, at, at + 4));
}

/** Q044 to Q046 have connection lengths in one byte, later ones in two (drafts of QUIC). */
function isGoogleLong({ bytes, from, to, length, side }: Piece): boolean {
  if (to - from < 14) return false;
  const lengths = u8(bytes, from + 5);
  const isConnection = lengths === 0x50 || lengths === 0x05 || lengths <= CONNECTION_BYTES_MAX;
  return isConnection && (side === 1 || length >= 1000);
}

/** Public header (Google's QUIC wire layout): flags, connection, version, number of the packet. */
const HAS_VERSION = 0x01;
const IS_RESET = 0x02;
const HAS_CONNECTION = 0x08;
const GOOGLE_CLIENT_BYTES_MIN = 30;

function judgeGoogle({ bytes, from, to, length, side }: Piece): Verdict {
  const flags = u8(bytes, from);
  if ((flags & (HAS_VERSION | HAS_CONNECTION)) !== (HAS_VERSION | HAS_CONNECTION)) return NO;
  if ((flags & (IS_RESET | LONG | FIXED)) !== 0 || length < 14) return NO;
  if (to - from < 13) return MORE;
  if (!isGoogle(bytes, from + 9) || isZero(bytes, from + 1, from + 9)) return NO;
  // Server: its versions. Client: number of the packet, and a hash that has 12 bytes.
  return side === 1 || length >= GOOGLE_CLIENT_BYTES_MIN ? YES : NO;
}
