/**
 * This file tells SOCKS of versions 4 and 5 (the SOCKS 4 and 4A memoranda; RFC 1928 §3, §4, §6). A greeting of
 * version 5 has three bytes: off the port it takes the server's answer or the request behind it.
 */

import { u16 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import { isText } from '../text.ts';

const PORT = 1080;
const VERSION_4 = 4;
const VERSION_5 = 5;
const USER_BYTES_MAX = 255;
/** Answers of version 4: granted, and three ways to refuse. */
const GRANTED = 0x5a;
const REFUSED_MAX = 0x5d;
/** No method is acceptable. */
const NONE = 0xff;
/** CONNECT, BIND, UDP ASSOCIATE. */
const COMMAND_MAX = 3;
const ADDRESS_TYPES = [1, 3, 4];

export function judgeSocks(piece: Piece): Verdict {
  const { bytes, from, to, side, other, dport } = piece;
  if (side === 1) {
    // The answer tells only with what was asked.
    if (other === null) return from < to && ![0, VERSION_5].includes(u8(bytes, from)) ? NO : MORE;
    return u8(other, 0) === VERSION_4 ? judgeAnswer4(piece, other) : judgeAnswer5(piece, other);
  }
  if (from === to) return MORE;
  const isOnPort = dport === PORT;
  if (u8(bytes, from) === VERSION_4) {
    const request = judgeRequest4(bytes, from, to);
    if (request !== YES || isOnPort) return request;
    return other === null || other.length < 2 ? MORE : isAnswer4(other, 0);
  }
  const greeting = endOfGreeting(bytes, from, to);
  if (greeting === MORE || greeting === NO) return greeting;
  if (isOnPort && greeting === to) return YES;
  return judgeRequest5(bytes, greeting, to);
}

/** Version, command, port, address, a user's name and 0; of 4A a host's name and 0 as well. */
function judgeRequest4(bytes: Uint8Array, from: number, to: number): Verdict {
  const command = u8(bytes, from + 1);
  if (to - from > 1 && (command < 1 || command > 2)) return NO;
  if (to - from < 9) return MORE;
  if (u16(bytes, from + 2) === 0) return NO;
  // 0.0.0.x says that a name follows.
  const isNamed = u16(bytes, from + 4) === 0 && u8(bytes, from + 6) === 0;
  let at = from + 8;
  for (let i = 0; i < (isNamed ? 2 : 1); i++) {
    const nul = bytes.subarray(0, Math.min(to, at + USER_BYTES_MAX + 1)).indexOf(0, at);
    if (!isText(bytes, at, nul < 0 ? to : nul)) return NO;
    if (nul < 0) return to - at > USER_BYTES_MAX ? NO : MORE;
    at = nul + 1;
  }
  return YES;
}

/** Version 0, a code, six bytes more. */
function isAnswer4(bytes: Uint8Array, from: number): Verdict {
  const code = u8(bytes, from + 1);
  return u8(bytes, from) === 0 && code >= GRANTED && code <= REFUSED_MAX ? YES : NO;
}

function judgeAnswer4({ bytes, from, to }: Piece, request: Uint8Array): Verdict {
  const asked = judgeRequest4(request, 0, request.length);
  if (asked !== YES) return asked;
  return to - from < 2 ? MORE : isAnswer4(bytes, from);
}

/** The method chosen is one of those offered. */
function judgeAnswer5({ bytes, from, to }: Piece, greeting: Uint8Array): Verdict {
  const end = endOfGreeting(greeting, 0, greeting.length);
  if (end === MORE || end === NO) return end;
  if (from < to && u8(bytes, from) !== VERSION_5) return NO;
  if (to - from < 2) return MORE;
  const method = u8(bytes, from + 1);
  return method === NONE || greeting.subarray(2, end).includes(method) ? YES : NO;
}

/** Behind version, count and methods; positions are 3 at least, beyond MORE and NO. */
function endOfGreeting(bytes: Uint8Array, from: number, to: number): number {
  if (from < to && u8(bytes, from) !== VERSION_5) return NO;
  if (to - from < 2) return MORE;
  const count = u8(bytes, from + 1);
  if (count === 0 || count > 16) return NO;
  const end = from + 2 + count;
  if (end > to) return MORE;
  return end;
}

/** Version, command, 0, type of the address. */
function judgeRequest5(bytes: Uint8Array, at: number, to: number): Verdict {
  if (at < to && u8(bytes, at) !== VERSION_5) return NO;
  if (at + 4 > to) return MORE;
  const command = u8(bytes, at + 1);
  const isKnown = command > 0 && command <= COMMAND_MAX && u8(bytes, at + 2) === 0;
  return isKnown && ADDRESS_TYPES.includes(u8(bytes, at + 3)) ? YES : NO;
}
