/** This file says whether a payload begins as a pattern of bytes does (src/net/byte-pattern.ts). */

import type { BytePattern } from '../net/byte-pattern.ts';
import { MORE, NO, type Piece, type Verdict, YES } from './piece.ts';

/** Whether a payload begins as the pattern says. */
export function matchPattern({ positions, allowed }: BytePattern, piece: Piece): Verdict {
  const { bytes, from, to } = piece;
  for (let i = 0; i < positions.length; i++) {
    const at = from + (positions[i] ?? 0);
    if (at >= to) return MORE;
    if (allowed[i]?.[bytes[at] ?? 0] !== 1) return NO;
  }
  return YES;
}
