/**
 * This file makes a signature of what `custom-applications:` says: all of its and-conditions must be met,
 * and of each one of its or-conditions; with `order-free: no` one behind the other.
 *
 * Scope `transaction` asks all of one side's bytes in hand; `session` also of what the other side has
 * sent. Of TCP that is what was kept from the start; of UDP the last datagram of either side, and the one
 * before.
 */

import type { CustomCondition, CustomSignature } from '../config/application-config.ts';
import { type BytePattern, parseBytePattern } from '../net/byte-pattern.ts';
import { contextFacts } from '../net/signature-contexts.ts';
import { LOCATE, type Locate } from './contexts.ts';
import { matchPattern } from './pattern.ts';
import { MORE, NO, newPiece, type Piece, type Verdict, YES } from './piece.ts';
import type { SignatureForm, SignatureSide } from './signature.ts';

interface Condition {
  /** 0 c2s, 1 s2c; -1 for either. */
  readonly side: number;
  /** null for the payload as it is. */
  readonly locate: Locate | null;
  readonly pattern: BytePattern;
  /** Bytes that the pattern spans. */
  readonly span: number;
  /** Anywhere in the bytes, not at their start. */
  readonly isAnywhere: boolean;
}

const SIDES: readonly SignatureSide[] = ['c2s', 's2c'];
/** A condition that is not met. */
const UNMET = -1;
const part = newPiece();

/** The form of a signature that has been checked. */
export function customForm(signature: CustomSignature): SignatureForm {
  const { application, transport, parent, ports, scope, isOrdered } = signature;
  const conditions = signature.conditions.map((either) => either.map(readCondition));
  const isSession = scope === 'session';
  const check = (piece: Piece): Verdict => {
    const { dport } = piece;
    if (ports !== null && !ports.some(({ from, to }) => dport >= from && dport <= to)) return NO;
    let end = 0;
    for (const either of conditions) {
      const next = firstEnd(either, piece, isSession, isOrdered ? end : 0);
      if (next === UNMET) return MORE;
      end = next;
    }
    return YES;
  };
  const side = sideOf(signature);
  const isDecoded = signature.conditions
    .flat()
    .some(({ context }) => context !== null && contextFacts(context).parent !== null);
  const form = { application, transport, side, check, isDecoded, source: 'custom-applications' };
  return parent === null ? form : { ...form, parent };
}

/** The side of all conditions, or either. */
function sideOf({ conditions }: CustomSignature): SignatureSide {
  const sides = new Set(conditions.flat().map(({ side }) => side));
  const [only] = sides;
  return sides.size === 1 && only !== undefined ? only : 'either';
}

function readCondition({ side, begins, contains, context }: CustomCondition): Condition {
  const text = begins ?? contains ?? '';
  const pattern = parseBytePattern(text);
  if (typeof pattern === 'string') throw new Error(`${text}: ${pattern}`);
  return {
    side: SIDES.indexOf(side),
    locate: context === null ? null : LOCATE[context],
    pattern,
    span: (pattern.positions.at(-1) ?? 0) + 1,
    isAnywhere: begins === null,
  };
}

/** Where the first of several conditions that is met from a position on is over; UNMET for none. */
function firstEnd(
  either: readonly Condition[],
  piece: Piece,
  isSession: boolean,
  from: number,
): number {
  let best = UNMET;
  for (const condition of either) {
    const end = endOf(condition, piece, isSession, from);
    if (end !== UNMET && (best === UNMET || end < best)) best = end;
  }
  return best;
}

/** Positions count through what one side has sent: of UDP through the datagram before, and this one. */
function endOf(condition: Condition, piece: Piece, isSession: boolean, first: number): number {
  const { side } = condition;
  if (side < 0 || side === piece.side) {
    const before = isSession ? piece.before : null;
    if (before !== null) {
      const end = endIn(condition, before, 0, before.length, first);
      if (end !== UNMET) return end;
    }
    const base = before?.length ?? 0;
    const end = endIn(condition, piece.bytes, piece.from, piece.to, first - base);
    if (end !== UNMET) return end + base;
  }
  if (!isSession || side === piece.side || piece.other === null) return UNMET;
  return endIn(condition, piece.other, 0, piece.other.length, first);
}

/**
 * The same in one range of bytes, of which the first has position 0. Patterns that may be anywhere are
 * short (PATTERN_ANYWHERE_MAX): each place is asked.
 */
function endIn(
  { locate, pattern, span, isAnywhere }: Condition,
  bytes: Uint8Array,
  from: number,
  to: number,
  first: number,
): number {
  const found = locate === null ? null : locate(bytes, from, to);
  if (locate !== null && found === null) return UNMET;
  part.bytes = found?.bytes ?? bytes;
  part.to = found?.to ?? to;
  const begin = found?.from ?? from;
  // Messages of TLS have bytes of their own, whose order is the same.
  const zero = part.bytes === bytes ? from : 0;
  const last = isAnywhere ? part.to - 1 : begin;
  for (let at = Math.max(begin, zero + first); at <= last; at++) {
    part.from = at;
    if (matchPattern(pattern, part) === YES) return at + span - zero;
  }
  return UNMET;
}
