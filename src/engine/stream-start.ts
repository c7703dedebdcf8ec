/** This file says where the stream of one direction of a TCP session begins. */

import { HOT_WORDS, ISN, SIDES, TAIL_WORDS } from '../session/layout.ts';
import { SYN_SEEN } from '../session/tcp-sides.ts';
import type { EngineParts } from './parts.ts';

/**
 * Number of a side's first byte, modulo 2^32, signed: behind its SYN (RFC 9293 §3.4), else that of the
 * attached packet.
 */
export function streamStart(
  { table, view }: Pick<EngineParts, 'table' | 'view'>,
  slot: number,
  side: number,
): number {
  const bits = table.hot[slot * HOT_WORDS + SIDES]! >>> (16 * side);
  if ((bits & SYN_SEEN) === 0) return view.tcpSequence;
  return (table.tail[slot * TAIL_WORDS + ISN + side]! + 1) | 0;
}
