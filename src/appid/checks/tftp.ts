/**
 * This file tells TFTP by its first packet, a request (RFC 1350 §5) with options (RFC 2347) or without.
 * All packets after it are between other ports: they are the predicted session's.
 */

import { u16 } from '../numbers.ts';
import { latin1, u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const READ = 1;
const WRITE = 2;
/** RFC 2347 §2: a request fits into 512 bytes. */
const REQUEST_BYTES_MAX = 512;
const MODES = ['netascii', 'octet', 'mail'];
/** Texts after the mode are options and values, in pairs. */
const FILE = 0;
const MODE = 1;

/** What a request asks for. */
export interface TftpRequest {
  readonly isWrite: boolean;
  /** Bytes as characters of ISO 8859-1. */
  readonly file: string;
  readonly mode: string;
}

/** Whether a datagram is a request of TFTP. */
export function checkTftp(piece: Piece): Verdict {
  const { bytes, from, to, length } = piece;
  if (length > REQUEST_BYTES_MAX) return NO;
  if (to - from < 2) return length < 2 || (to > from && u8(bytes, from) !== 0) ? NO : MORE;
  const operation = u16(bytes, from);
  if (operation !== READ && operation !== WRITE) return NO;
  const texts = textsOf(piece);
  const isWhole = to - from === length;
  if (texts === null || (isWhole && u8(bytes, to - 1) !== 0)) return NO;
  if (texts.length > FILE && texts[FILE] === '') return NO;
  const mode = texts[MODE];
  if (mode === undefined) return isWhole ? NO : MORE;
  if (!MODES.includes(mode.toLowerCase())) return NO;
  return isWhole && texts.length % 2 !== 0 ? NO : YES;
}

/** File and mode of a datagram that is a request; null for another. */
export function tftpRequest(piece: Piece): TftpRequest | null {
  const operation = u16(piece.bytes, piece.from);
  const [file, mode] = textsOf(piece) ?? [];
  if (checkTftp(piece) !== YES || file === undefined || mode === undefined) return null;
  return { isWrite: operation === WRITE, file, mode: mode.toLowerCase() };
}

/** The texts behind the operation that end here; null where one has control characters. */
function textsOf({ bytes, from, to }: Piece): string[] | null {
  const texts: string[] = [];
  let begin = from + 2;
  for (let at = begin; at < to; at++) {
    const byte = u8(bytes, at);
    if (byte === 0) {
      texts.push(latin1(bytes, begin, at));
      begin = at + 1;
    } else if (byte < 32 || byte === 127) return null;
  }
  return texts;
}
