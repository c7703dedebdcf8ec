/**
 * This file tells WireGuard (protocol description at wireguard.com, §5.4 of its paper): messages of a
 * type, three zeros and fixed lengths; data by two packets of one receiver, counted one after the other.
 */

import { u32le } from '../numbers.ts';
import { isZero, u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const INITIATION = 1;
const RESPONSE = 2;
const COOKIE = 3;
const DATA = 4;
/** Bytes by message type. */
const BYTES: Readonly<Record<number, number>> = { [INITIATION]: 148, [RESPONSE]: 92, [COOKIE]: 64 };
/** Header and tag; what is between is padded to this much. */
const DATA_BYTES_MIN = 32;
const DATA_UNIT_BYTES = 16;
const TYPE_BYTES = 4;
/** Of data: receiver, counter; of an answer the receiver stands behind its own number. */
const RECEIVER_AT = 4;
const RESPONSE_RECEIVER_AT = 8;
const COUNTER_AT = 8;

/** Whether a datagram is a message of WireGuard. */
export function checkWireguard(piece: Piece): Verdict {
  const { bytes, from, to, length, other, before } = piece;
  const type = u8(bytes, from);
  if (to === from) return length < DATA_BYTES_MIN ? NO : MORE;
  if (!isZero(bytes, from + 1, Math.min(to, from + TYPE_BYTES))) return NO;
  if (type === DATA) {
    if (length < DATA_BYTES_MIN || length % DATA_UNIT_BYTES !== 0) return NO;
    if (to - from < DATA_UNIT_BYTES || before === null) return MORE;
    return isNextData(bytes, from, before) ? YES : MORE;
  }
  if (BYTES[type] !== length) return NO;
  if (to - from < 12) return MORE;
  if (type === INITIATION) return YES;
  // An answer names the sender that asked.
  const receiverAt = type === RESPONSE ? RESPONSE_RECEIVER_AT : RECEIVER_AT;
  if (other === null || other.length < 8) return type === RESPONSE ? YES : MORE;
  return u32le(bytes, from + receiverAt) === u32le(other, RECEIVER_AT) ? YES : NO;
}

function isNextData(bytes: Uint8Array, from: number, before: Uint8Array): boolean {
  if (before.length < DATA_UNIT_BYTES || u32le(before, 0) !== DATA) return false;
  const isSame = u32le(bytes, from + RECEIVER_AT) === u32le(before, RECEIVER_AT);
  return isSame && u32le(bytes, from + COUNTER_AT) - u32le(before, COUNTER_AT) === 1;
}
