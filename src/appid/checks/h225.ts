/**
 * This file tells H.225.0 call signalling by its set-up: Q.931 in TPKT, with the user-user element that
 * carries H.323 (ITU-T H.225.0 §7.2, Q.931 §4.5; RFC 2126 §4.3).
 */

import { u16 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const TPKT_BYTES = 4;
/** Protocol discriminator, length of the call reference, the reference, message type. */
const MESSAGE_TYPE_OFFSET = TPKT_BYTES + 4;
/** SETUP; a server answers with CALL PROCEEDING, ALERTING, CONNECT, PROGRESS, RELEASE COMPLETE. */
const SETUP = 0x05;
const ANSWERS = [0x01, 0x02, 0x03, 0x07, 0x5a];
const USER_USER = 0x7e;
/** The element's contents are in ASN.1. */
const ASN_1 = 0x05;
const ELEMENTS_MAX = 32;

/** The row's pattern has looked at TPKT, the discriminator, and that the reference has two bytes. */
export function judgeH225({ bytes, from, to, side }: Piece): Verdict {
  const end = from + u16(bytes, from + 2);
  const type = from + MESSAGE_TYPE_OFFSET;
  if (type >= to) return MORE;
  if (side === 0 ? u8(bytes, type) !== SETUP : !ANSWERS.includes(u8(bytes, type))) return NO;
  let at = type + 1;
  for (let i = 0; i < ELEMENTS_MAX; i++) {
    if (at >= end) return NO;
    if (at >= to) return MORE;
    const identifier = u8(bytes, at);
    if (identifier === USER_USER) return judgeUserUser(bytes, at, to, end);
    // With bit 8 an element is one byte; others say their length.
    if (identifier < 128 && at + 1 >= to) return MORE;
    at += identifier >= 128 ? 1 : 2 + u8(bytes, at + 1);
  }
  return NO;
}

/** Its length has two bytes here (H.225.0 §7.2.2.31). */
function judgeUserUser(bytes: Uint8Array, at: number, to: number, end: number): Verdict {
  if (at + 4 > to) return MORE;
  return at + 3 + u16(bytes, at + 1) <= end && u8(bytes, at + 3) === ASN_1 ? YES : NO;
}
