/**
 * This file tells syslog over TCP (RFC 6587 §3.4): messages behind a count of their bytes, or up to a line
 * feed. Each begins with a priority, then the version or a time (RFC 5424 §6, RFC 3164 §4.1).
 */

import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import { beginsWithOne, isDigit } from '../text.ts';

const LESS = 0x3c;
const GREATER = 0x3e;
const BLANK = 0x20;
/** Facility 23, severity 7. */
const PRIORITY_MAX = 191;
const COUNT_DIGITS_MAX = 5;
const MONTHS = [
  ...[
    'jan ',
    'feb ',
    'mar ',
    'apr ',
    'may ',
    'jun ',
    'jul ',
    'aug ',
    'sep ',
    'oct ',
    'nov ',
    'dec ',
  ],
];

export function judgeSyslogStream({ bytes, from, to }: Piece): Verdict {
  let at = from;
  const count = readDigits(bytes, at, to, COUNT_DIGITS_MAX);
  if (count.end > at) {
    if (count.value === 0 || (count.end < to && u8(bytes, count.end) !== BLANK)) return NO;
    at = count.end + 1;
  }
  if (at >= to) return MORE;
  if (u8(bytes, at) !== LESS) return NO;
  const priority = readDigits(bytes, at + 1, to, 3);
  if (priority.end >= to) return priority.value > PRIORITY_MAX ? NO : MORE;
  const isPriority = priority.end > at + 1 && priority.value <= PRIORITY_MAX;
  if (!isPriority || u8(bytes, priority.end) !== GREATER) return NO;
  return judgeHead(bytes, priority.end + 1, to);
}

/** `1 2003-`, `1 - `, or `Oct 11`. */
function judgeHead(bytes: Uint8Array, at: number, to: number): Verdict {
  const version = beginsWithOne(bytes, at, to, ['1 ']);
  if (version === MORE) return MORE;
  if (version === YES) {
    if (beginsWithOne(bytes, at, to, ['1 - ']) !== NO) return to - at < 4 ? MORE : YES;
    const year = readDigits(bytes, at + 2, to, 4);
    if (year.end >= to) return MORE;
    return year.end === at + 6 && u8(bytes, year.end) === 0x2d ? YES : NO;
  }
  const month = beginsWithOne(bytes, at, to, MONTHS);
  if (month !== YES) return month;
  if (at + 6 > to) return MORE;
  const first = u8(bytes, at + 4);
  return (first === BLANK || isDigit(first)) && isDigit(u8(bytes, at + 5)) ? YES : NO;
}

function readDigits(
  bytes: Uint8Array,
  from: number,
  to: number,
  most: number,
): { readonly value: number; readonly end: number } {
  let at = from;
  let value = 0;
  while (at < to && at - from < most && isDigit(bytes[at])) {
    value = value * 10 + u8(bytes, at++) - 48;
  }
  return { value, end: at };
}
