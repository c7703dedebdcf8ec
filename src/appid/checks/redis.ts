/**
 * This file tells Redis by a client's command in the form of RESP: an array of strings (Redis
 * documentation, "Redis serialization protocol specification").
 */

import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import { isDigit } from '../text.ts';

const ARRAY = 0x2a;
const STRING = 0x24;
const CR = 13;
const LF = 10;
const DIGITS_MAX = 4;
const COMMAND_BYTES_MAX = 24;

/** `*2`, `$4`, `AUTH`, with line ends between: how many strings, and the command. */
export function judgeRedis({ bytes, from, to }: Piece): Verdict {
  const strings = readNumber(bytes, from, to, ARRAY);
  if (strings === MORE || strings === NO) return strings;
  const length = readNumber(bytes, strings.end, to, STRING);
  if (length === MORE || length === NO) return length;
  if (strings.value === 0 || length.value === 0 || length.value > COMMAND_BYTES_MAX) return NO;
  const end = length.end + length.value;
  for (let at = length.end; at < Math.min(to, end); at++) {
    const byte = u8(bytes, at);
    const isLetter = (byte | 32) >= 97 && (byte | 32) <= 122;
    // Modules put a dot in, `JSON.GET`.
    if (!isLetter && byte !== 46 && byte !== 95 && !(isDigit(byte) && at > length.end)) return NO;
  }
  if (end < to && u8(bytes, end) !== CR) return NO;
  if (end + 1 < to && u8(bytes, end + 1) !== LF) return NO;
  return end + 2 > to ? MORE : YES;
}

/** A sign, digits, CR LF. */
function readNumber(
  bytes: Uint8Array,
  from: number,
  to: number,
  sign: number,
): { readonly value: number; readonly end: number } | typeof MORE | typeof NO {
  if (from < to && u8(bytes, from) !== sign) return NO;
  let at = from + 1;
  let value = 0;
  while (at < to && isDigit(bytes[at]) && at - from <= DIGITS_MAX) {
    value = value * 10 + u8(bytes, at++) - 48;
  }
  if (at < to && (at === from + 1 || u8(bytes, at) !== CR)) return NO;
  if (at + 1 < to && u8(bytes, at + 1) !== LF) return NO;
  return at + 2 > to ? MORE : { value, end: at + 2 };
}
