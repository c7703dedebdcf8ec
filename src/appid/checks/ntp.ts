/**
 * This file tells NTP on its port: time messages of versions 1 to 4 (RFC 5905 §7.3, RFC 1305), control
 * messages (RFC 9327) and private ones (mode 7 of the reference implementation).
 *
 * Few of its bytes are fixed, and a plain client sends 47 zeros: without the port it is not told.
 */

import { u16 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const PORT = 123;
const HEADER_BYTES = 48;
const VERSION_MAX = 4;
/** Unsynchronized is 16; above is reserved (RFC 5905 figure 11). */
const STRATUM_MAX = 16;
/** log2 of seconds; RFC 5905 §7.3 suggests 4 to 17 (36 h). */
const POLL_MAX = 17;
/** log2 of seconds of a clock's precision: at most a second. */
const PRECISION_MAX = 0;
const CLIENT = 3;
const BROADCAST = 5;
const CONTROL = 6;
const PRIVATE = 7;
const CONTROL_BYTES = 12;
const PRIVATE_BYTES = 8;
/** What may follow the header: a key number, and a digest of 8, 16 or 20 bytes (RFC 1305 App. C). */
const MAC_BYTES = [4, 12, 20, 24];
/** The shortest extension field (RFC 7822 §3). */
const EXTENSION_BYTES = 16;

/** Whether a datagram is a message of NTP. */
export function checkNtp(piece: Piece): Verdict {
  const { bytes, from, to, length, sport, dport } = piece;
  if ((sport !== PORT && dport !== PORT) || length < PRIVATE_BYTES) return NO;
  if (to - from < PRIVATE_BYTES) return MORE;
  const mode = u8(bytes, from) & 7;
  if (mode === PRIVATE) return isPrivate(piece) ? YES : NO;
  const version = (u8(bytes, from) >> 3) & 7;
  if (version < 1 || version > VERSION_MAX) return NO;
  if (mode === CONTROL) return isControl(piece) ? YES : NO;
  if (mode > BROADCAST || length < HEADER_BYTES || !isEndOfTime(length - HEADER_BYTES)) return NO;
  // Version 1 had no modes yet (RFC 1059 App. B).
  if (mode === 0 && version !== 1) return NO;
  if (u8(bytes, from + 1) > STRATUM_MAX) return NO;
  // Clients that keep no state put what they like into poll and precision.
  if (mode === CLIENT) return YES;
  const poll = (u8(bytes, from + 2) << 24) >> 24;
  const precision = (u8(bytes, from + 3) << 24) >> 24;
  return poll <= POLL_MAX && precision <= PRECISION_MAX ? YES : NO;
}

/** Whether so many bytes can follow the header. */
function isEndOfTime(bytes: number): boolean {
  return bytes === 0 || MAC_BYTES.includes(bytes) || (bytes >= EXTENSION_BYTES && bytes % 4 === 0);
}

/** RFC 9327 §2: the count of data bytes, which are padded to words, and perhaps authenticated. */
function isControl({ bytes, from, to, length }: Piece): boolean {
  if (length < CONTROL_BYTES) return false;
  if (to - from < CONTROL_BYTES) return true;
  const count = u16(bytes, from + 10);
  const rest = length - CONTROL_BYTES - count;
  return (u8(bytes, from + 1) & 0x1f) <= 12 && rest >= 0 && rest < 4 + 24;
}

/** The reference implementation's `ntp_request.h`: 8 bytes, then items of a size and number. */
function isPrivate({ bytes, from, length }: Piece): boolean {
  const version = (u8(bytes, from) >> 3) & 7;
  const implementation = u8(bytes, from + 2);
  const isKnown = implementation === 0 || implementation === 2 || implementation === 3;
  const items = u16(bytes, from + 4) & 0xfff;
  const size = u16(bytes, from + 6) & 0xfff;
  return (
    version >= 2 && version <= VERSION_MAX && isKnown && PRIVATE_BYTES + items * size <= length
  );
}
