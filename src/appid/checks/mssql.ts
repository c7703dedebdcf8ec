/**
 * This file tells Microsoft SQL Server by the packets that open a session of the Tabular Data Stream
 * (MS-TDS §2.2.3.1, §2.2.6.4, §2.2.6.5): PRELOGIN, and LOGIN7 without it.
 */

import { u16, u32le } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const HEADER_BYTES = 8;
const RESPONSE = 0x04;
const LOGIN = 0x10;
const PRELOGIN = 0x12;
const LAST_PACKET = 1;

/** Options of PRELOGIN: five bytes each, up to a terminator; VERSION comes first, of six bytes. */
const OPTION_BYTES = 5;
const VERSION = 0;
const VERSION_BYTES = 6;
const TERMINATOR = 0xff;
const OPTION_MAX = 7;
/** TDS 7.0 to 7.4, in the high byte of LOGIN7's version. */
const TDS_MIN = 0x70;
const TDS_MAX = 0x74;
const LOGIN_BYTES_MIN = 86;

/** Judges both sides: the server answers PRELOGIN in the same form. */
export function judgeTds({ bytes, from, to, side }: Piece): Verdict {
  const type = u8(bytes, from);
  if (to > from && !(side === 0 ? [PRELOGIN, LOGIN] : [RESPONSE]).includes(type)) return NO;
  if (to > from + 1 && u8(bytes, from + 1) !== LAST_PACKET) return NO;
  if (to - from < HEADER_BYTES) return MORE;
  const length = u16(bytes, from + 2);
  // Byte 7, Window, is 0.
  if (length < HEADER_BYTES || u8(bytes, from + 7) !== 0) return NO;
  const begin = from + HEADER_BYTES;
  return type === LOGIN
    ? judgeLogin(bytes, begin, to, from + length)
    : judgeOptions(bytes, begin, to, from + length);
}

function judgeOptions(bytes: Uint8Array, begin: number, to: number, end: number): Verdict {
  let at = begin;
  let least = VERSION;
  for (;;) {
    if (at >= end) return NO;
    if (at >= to) return MORE;
    const option = u8(bytes, at);
    // The first option's data lies behind the terminator.
    if (option === TERMINATOR) {
      return at > begin && u16(bytes, begin + 1) === at + 1 - begin ? YES : NO;
    }
    if (option < least || option > OPTION_MAX || (at === begin && option !== VERSION)) return NO;
    if (at + OPTION_BYTES > to) return MORE;
    const length = u16(bytes, at + 3);
    if (begin + u16(bytes, at + 1) + length > end) return NO;
    if (option === VERSION && length !== VERSION_BYTES) return NO;
    least = option + 1;
    at += OPTION_BYTES;
  }
}

/** LOGIN7: a length of all that follows, and the version of TDS. */
function judgeLogin(bytes: Uint8Array, begin: number, to: number, end: number): Verdict {
  if (begin + 8 > to) return MORE;
  const length = u32le(bytes, begin);
  const version = u8(bytes, begin + 7);
  if (length < LOGIN_BYTES_MIN || version < TDS_MIN || version > TDS_MAX) return NO;
  return begin + length === end ? YES : NO;
}
