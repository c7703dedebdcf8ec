/**
 * This file makes a signature of what `custom-applications:` says: all of its and-conditions must be met,
 * and of each one of its or-conditions.
 *
 * Scope `transaction` asks all of one side's bytes in hand; `session` also of what the other side has
 * sent. Of TCP that is what was kept from the start; of UDP the last datagram of either side, and the one
 * before.
 */

import type { CustomCondition, CustomSignature } from '../config/application-config.ts';
import { type BytePattern, parseBytePattern } from '../net/byte-pattern.ts';
import { matchPattern } from './pattern.ts';
import { MORE, NO, newPiece, type Piece, type Verdict, YES } from './piece.ts';
import type { SignatureForm, SignatureSide } from './signature.ts';

interface Condition {
  /** 0 c2s, 1 s2c; -1 for either. */
  readonly side: number;
  readonly pattern: BytePattern;
  /** Anywhere in the bytes, not at their start. */
  readonly isAnywhere: boolean;
}

const SIDES: readonly SignatureSide[] = ['c2s', 's2c'];
const part = newPiece();

/** The form of a signature that has been checked. */
export function customForm(signature: CustomSignature): SignatureForm {
  const { application, transport, parent, ports, scope } = signature;
  const conditions = signature.conditions.map((either) => either.map(readCondition));
  const isSession = scope === 'session';
  const check = (piece: Piece): Verdict => {
    const { dport } = piece;
    if (ports !== null && !ports.some(({ from, to }) => dport >= from && dport <= to)) return NO;
    for (const either of conditions) {
      if (!either.some((one) => isMet(one, piece, isSession))) return MORE;
    }
    return YES;
  };
  const side = sideOf(signature);
  const form = { application, transport, side, check, source: 'custom-applications' };
  return parent === null ? form : { ...form, parent };
}

/** The side of all conditions, or either. */
function sideOf({ conditions }: CustomSignature): SignatureSide {
  const sides = new Set(conditions.flat().map(({ side }) => side));
  const [only] = sides;
  return sides.size === 1 && only !== undefined ? only : 'either';
}

function readCondition({ side, begins, contains }: CustomCondition): Condition {
  const text = begins ?? contains ?? '';
  const pattern = parseBytePattern(text);
  if (typeof pattern === 'string') throw new Error(`${text}: ${pattern}`);
  return { side: SIDES.indexOf(side), pattern, isAnywhere: begins === null };
}

function isMet(condition: Condition, piece: Piece, isSession: boolean): boolean {
  const { side } = condition;
  if (side < 0 || side === piece.side) {
    if (isIn(condition, piece.bytes, piece.from, piece.to)) return true;
    const { before } = piece;
    if (isSession && before !== null && isIn(condition, before, 0, before.length)) return true;
  }
  if (!isSession || side === piece.side || piece.other === null) return false;
  return isIn(condition, piece.other, 0, piece.other.length);
}

/** Patterns that may be anywhere are short (PATTERN_ANYWHERE_MAX): each place is asked. */
function isIn({ pattern, isAnywhere }: Condition, bytes: Uint8Array, from: number, to: number) {
  part.bytes = bytes;
  part.to = to;
  const last = isAnywhere ? to - 1 : from;
  for (let at = from; at <= last; at++) {
    part.from = at;
    if (matchPattern(pattern, part) === YES) return true;
  }
  return false;
}
