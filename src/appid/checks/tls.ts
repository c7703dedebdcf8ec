/**
 * This file tells TLS by its first messages, ClientHello and ServerHello of all versions from SSL 3.0
 * on (RFC 8446 §4.1, §5.1; RFC 5246 §7.4.1; RFC 6101 §5.6.1), and SSL 2.0's hello (RFC 5246 §E.2).
 */

import { CLIENT_HELLO, SERVER_HELLO } from '../hello.ts';
import { u16, u24 } from '../numbers.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

/** Record header and handshake header; behind them lies the hello's version. */
const HEADERS_BYTES = 5 + 4;
const VERSION_AND_RANDOM_BYTES = 2 + 32;
const SESSION_ID_BYTES_MAX = 32;
/** RFC 5246 §6.2.1: a record's plaintext is no longer. */
const RECORD_BYTES_MAX = 1 << 14;

export function judgeClientHello(piece: Piece): Verdict {
  return judgeHello(piece, CLIENT_HELLO);
}

export function judgeServerHello(piece: Piece): Verdict {
  return judgeHello(piece, SERVER_HELLO);
}

/** The row's pattern has looked at the types and versions in bytes 0 to 2, 5, and 9 to 10. */
function judgeHello({ bytes, from, to }: Piece, type: number): Verdict {
  const record = u16(bytes, from + 3);
  const hello = u24(bytes, from + 6);
  // The least hello: no session identifier, one cipher suite, null compression.
  const least = VERSION_AND_RANDOM_BYTES + (type === CLIENT_HELLO ? 1 + 2 + 2 + 2 : 1 + 2 + 1);
  if (record < 4 || record > RECORD_BYTES_MAX || hello < least) return NO;
  const sessionId = from + HEADERS_BYTES + VERSION_AND_RANDOM_BYTES;
  if (sessionId >= to) return MORE;
  const idBytes = bytes[sessionId] ?? 0;
  if (idBytes > SESSION_ID_BYTES_MAX) return NO;
  const ciphers = sessionId + 1 + idBytes;
  const end = from + HEADERS_BYTES + hello;
  // A hello may be split over records (RFC 8446 §5.1); then other headers lie in between.
  const recordEnd = from + 5 + record;
  if (recordEnd < end && ciphers + 2 > recordEnd) return YES;
  return type === CLIENT_HELLO
    ? judgeCiphers(bytes, ciphers, to, end)
    : judgeChoice(bytes, ciphers, to, end);
}

/** ClientHello: suites of two bytes each, and among the compressions that of none. */
function judgeCiphers(bytes: Uint8Array, at: number, to: number, end: number): Verdict {
  if (at + 2 > to) return MORE;
  const suites = u16(bytes, at);
  const compressions = at + 2 + suites;
  if (suites === 0 || suites % 2 === 1 || compressions + 2 > end) return NO;
  if (compressions >= to) return MORE;
  const count = bytes[compressions] ?? 0;
  return count > 0 && compressions + 1 + count <= end ? YES : NO;
}

/** ServerHello: one suite, one compression, then extensions or nothing. */
function judgeChoice(bytes: Uint8Array, at: number, to: number, end: number): Verdict {
  if (at + 3 > end) return NO;
  if (at + 3 === end) return at + 3 <= to ? YES : MORE;
  if (at + 5 > to) return MORE;
  return at + 5 + u16(bytes, at + 3) === end ? YES : NO;
}

/**
 * The hello in SSL 2.0's form: a length of 15 bits, type 1, a version, three lengths, and just so many
 * bytes: cipher kinds of three bytes, session identifier, challenge.
 */
export function judgeSsl2Hello({ bytes, from, to }: Piece): Verdict {
  if (to - from < 11) return MORE;
  const length = u16(bytes, from) & 0x7fff;
  const kinds = u16(bytes, from + 5);
  const id = u16(bytes, from + 7);
  const challenge = u16(bytes, from + 9);
  if (kinds === 0 || kinds % 3 !== 0 || (id !== 0 && id !== 16)) return NO;
  if (challenge < 16 || challenge > 32) return NO;
  return length === 9 + kinds + id + challenge ? YES : NO;
}
