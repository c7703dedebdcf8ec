/**
 * This file tells SIP in a datagram (RFC 3261 §7) by its first line: a method, an address and the
 * version, or the version and a status. Keep-alives of line ends (RFC 5626 §3.5.1) may come before.
 */

import { latin1, u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

/** RFC 3261 §7.1 and RFC 3262, 3265, 3311, 3428, 3515, 3903, 6086. */
const METHODS =
  'INVITE|ACK|BYE|CANCEL|REGISTER|OPTIONS|PRACK|SUBSCRIBE|NOTIFY|PUBLISH|INFO|REFER|MESSAGE|UPDATE';
const REQUEST = new RegExp(`^(?:${METHODS}) (?:sips?|tel|urn|im|pres):[^ ]+ SIP/2\\.0$`, 'i');
const RESPONSE = /^SIP\/2\.0 [1-6][0-9]{2}(?: |$)/i;
const BEGINNING = new RegExp(`^(?:${METHODS}|SIP/2\\.0) `, 'i');
/** Letters that the two begin with, and the bit that tells capitals from small ones. */
const INITIALS = [...'IABCROPSNMU'].map((letter) => letter.charCodeAt(0));
const CASE = 0x20;
const LINE_BYTES_MAX = 1024;
const LF = 10;
const CR = 13;
/** What devices send instead of line ends to keep a binding alive. */
const BLANK = 32;

/** Whether a datagram is a message of SIP. */
export function checkSip({ bytes, from, to, length }: Piece): Verdict {
  let begin = from;
  while (begin < to && isKeepAlive(u8(bytes, begin))) begin++;
  // Nothing but line ends: what they keep alive is still to come.
  if (begin === to) return MORE;
  if (!INITIALS.includes(u8(bytes, begin) & ~CASE)) return NO;
  let end = begin;
  const limit = Math.min(to, begin + LINE_BYTES_MAX);
  while (end < limit && u8(bytes, end) !== LF) end++;
  if (end === limit) {
    const isCut = to - from < length && limit === to;
    if (!isCut) return NO;
    return end - begin < 12 || BEGINNING.test(latin1(bytes, begin, begin + 12)) ? MORE : NO;
  }
  if (u8(bytes, end - 1) === CR) end--;
  const line = latin1(bytes, begin, end);
  return REQUEST.test(line) || RESPONSE.test(line) ? YES : NO;
}

function isKeepAlive(byte: number): boolean {
  return byte === CR || byte === LF || byte === BLANK || byte === 0;
}
