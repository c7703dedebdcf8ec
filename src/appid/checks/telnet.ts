/**
 * This file tells Telnet by the options that both sides negotiate first (RFC 854, RFC 855).
 */

import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const PORT = 23;
const SUBNEGOTIATION_END = 240;
const SUBNEGOTIATION = 250;
const WILL = 251;
const DONT = 254;
const IAC = 255;
/** Options up to 49 are assigned, those of Microsoft and others few (IANA "Telnet Options"). */
const OPTION_MAX = 49;
const OPTIONS_MORE = [85, 86, 87, 91, 93, 138, 139, 140, 200, 201, 255];
/** Off its port a single negotiation, of three bytes, is not enough. */
const NEGOTIATIONS_MIN = 2;

/** Judges both sides: IAC, what to do, an option, and again. */
export function judgeTelnet({ bytes, from, to, dport }: Piece): Verdict {
  const wanted = dport === PORT ? 1 : NEGOTIATIONS_MIN;
  let at = from;
  for (let count = 0; count < wanted; count++) {
    if (at >= to) return MORE;
    if (u8(bytes, at) !== IAC) return NO;
    if (at + 1 >= to) return MORE;
    const command = u8(bytes, at + 1);
    if (command < SUBNEGOTIATION || command > DONT) return NO;
    if (at + 2 >= to) return MORE;
    const option = u8(bytes, at + 2);
    if (option > OPTION_MAX && !OPTIONS_MORE.includes(option)) return NO;
    at += 3;
    if (command < WILL) {
      at = endOfSubnegotiation(bytes, at, to);
      if (at < 0) return MORE;
    }
  }
  return YES;
}

/** Behind IAC SE; -1 where it is not there. */
function endOfSubnegotiation(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at + 1 < to; at++) {
    if (u8(bytes, at) === IAC && u8(bytes, at + 1) === SUBNEGOTIATION_END) return at + 2;
  }
  return -1;
}
