/**
 * This file tells MQTT by a client's CONNECT (MQTT 5.0 and 3.1.1 §2.1.4, §3.1; MQTT 3.1 of 2010).
 */

import { u16 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const CONNECT = 0x10;
const LENGTH_BYTES_MAX = 4;
/** Bit 0 of the flags is reserved; a will's quality of service is no 3. */
const RESERVED = 0x01;
const WILL = 0x04;
const WILL_BITS = 0x38;
const WILL_QOS = 0x18;

/** Names of the protocol, with the levels that go with them; bit 7 marks a bridge. */
const NAMES: readonly (readonly [name: string, levels: readonly number[]])[] = [
  ['MQTT', [4, 5]],
  ['MQIsdp', [3]],
];

export function judgeMqtt({ bytes, from, to }: Piece): Verdict {
  if (from < to && u8(bytes, from) !== CONNECT) return NO;
  let at = from + 1;
  let length = 0;
  for (let i = 0; ; i++) {
    if (at >= to) return MORE;
    if (i === LENGTH_BYTES_MAX) return NO;
    const byte = u8(bytes, at++);
    length += (byte & 127) * 128 ** i;
    if (byte < 128) break;
  }
  // Name, level, flags, keep-alive, a client identifier.
  if (length < 12) return NO;
  for (const [name, levels] of NAMES) {
    const verdict = judgeName(bytes, at, to, name);
    if (verdict === NO) continue;
    const level = at + 2 + name.length;
    if (verdict === MORE || level + 2 > to) return MORE;
    return levels.includes(u8(bytes, level) & 127) && areFlags(u8(bytes, level + 1)) ? YES : NO;
  }
  return NO;
}

function judgeName(bytes: Uint8Array, at: number, to: number, name: string): Verdict {
  if (at + 2 > to) return MORE;
  if (u16(bytes, at) !== name.length) return NO;
  for (let i = 0; i < name.length; i++) {
    if (at + 2 + i >= to) return MORE;
    if (u8(bytes, at + 2 + i) !== name.charCodeAt(i)) return NO;
  }
  return YES;
}

function areFlags(flags: number): boolean {
  if ((flags & RESERVED) !== 0 || (flags & WILL_QOS) === WILL_QOS) return false;
  return (flags & WILL) !== 0 || (flags & WILL_BITS) === 0;
}
