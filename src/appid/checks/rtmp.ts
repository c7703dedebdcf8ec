/**
 * This file tells RTMP by its handshake (Adobe "RTMP Specification 1.0" §5.2): version 3, then 1536 bytes
 * of time, zero or a version of the player, and chance. So little form counts on its port only.
 */

import { u32 } from '../numbers.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';

const VERSION = 3;
/** Version, time, and what the specification wants to be zero. */
const HEAD_BYTES = 9;
/** Players write their version there, 9.0.124.2 or 128.0.7.2; it has no zero at its end. */
const PLAYERS = [9, 10, 11, 12, 32, 128];

export function judgeRtmp({ bytes, from, to }: Piece): Verdict {
  if (from < to && u8(bytes, from) !== VERSION) return NO;
  if (to - from < HEAD_BYTES) return MORE;
  const zero = from + 5;
  if (u32(bytes, zero) === 0) return YES;
  const isPlayer = PLAYERS.includes(u8(bytes, zero)) && u8(bytes, zero + 1) === 0;
  return isPlayer && u8(bytes, zero + 3) !== 0 ? YES : NO;
}
