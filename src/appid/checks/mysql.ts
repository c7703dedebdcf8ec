/**
 * This file tells MySQL and MariaDB by the first packet of the server: the greeting, or an error in its
 * place (MySQL internals manual, "Protocol::HandshakeV10" and "ERR_Packet").
 */

import { u16le } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import { beginsWith, isDigit, isVisible } from '../text.ts';

const HEADER_BYTES = 4;
const PROTOCOL_10 = 10;
const ERROR = 0xff;
/** `5.0.1`, and what packagers add. */
const VERSION_BYTES_MIN = 5;
const VERSION_BYTES_MAX = 80;
/** Behind the version: thread number 4, challenge 8, filler 1, low half of the capabilities 2. */
const FIXED_BYTES = 4 + 8 + 1 + 2;
/** CLIENT_PROTOCOL_41: all servers since 2003. */
const PROTOCOL_41 = 0x0200;
/** Errors of the server begin here; before a greeting it refuses hosts or has too many clients. */
const ERROR_MIN = 1000;
const ERROR_MAX = 1999;

/** Judges what the server sends; its packet has number 0 and says how long it is. */
export function judgeMysqlGreeting({ bytes, from, to }: Piece): Verdict {
  if (to - from < HEADER_BYTES + 1) return MORE;
  const length = u16le(bytes, from);
  const begin = from + HEADER_BYTES;
  // The longest greeting is far shorter than the 16 bits that the length's low part has.
  if (u8(bytes, from + 2) !== 0 || u8(bytes, from + 3) !== 0) return NO;
  if (u8(bytes, begin) === ERROR) return judgeError(bytes, begin, to, begin + length);
  if (u8(bytes, begin) !== PROTOCOL_10) return NO;
  const limit = Math.min(to, begin + 1 + VERSION_BYTES_MAX);
  const nul = bytes.subarray(0, limit).indexOf(0, begin + 1);
  if (!isVersion(bytes, begin + 1, nul < 0 ? limit : nul)) return NO;
  if (nul < 0) return limit === to ? MORE : NO;
  if (nul - begin - 1 < VERSION_BYTES_MIN) return NO;
  const end = nul + 1 + FIXED_BYTES;
  if (end > begin + length) return NO;
  if (end > to) return MORE;
  const isFiller = u8(bytes, end - 3) === 0;
  return isFiller && (u16le(bytes, end - 2) & PROTOCOL_41) !== 0 ? YES : NO;
}

/** `8.0.36-0ubuntu0.22.04.1`, `5.5.5-10.11.6-MariaDB`. */
function isVersion(bytes: Uint8Array, from: number, to: number): boolean {
  if (from < to && !isDigit(bytes[from])) return false;
  return isVisible(bytes, from, to);
}

/** Number and text, `Host '10.0.0.1' is not allowed to connect to this MySQL server`. */
function judgeError(bytes: Uint8Array, begin: number, to: number, end: number): Verdict {
  if (begin + 3 > to) return MORE;
  const number = u16le(bytes, begin + 1);
  if (number < ERROR_MIN || number > ERROR_MAX || end - begin < 16) return NO;
  // A state of SQL may stand before the text, `#08004`.
  const text = begin < to && u8(bytes, begin + 3) === 0x23 ? begin + 9 : begin + 3;
  const host = beginsWith(bytes, text, to, "host '");
  return host === NO ? beginsWith(bytes, text, to, 'too many connections') : host;
}
