/**
 * This file finds the signature that a payload meets. Of each row the bytes that its payload may begin
 * with are known, so that of a hundred rows few are looked at.
 */

import { type BytePattern, parseBytePattern } from '../net/byte-pattern.ts';
import { PROTO_SCTP, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { matchPattern } from './pattern.ts';
import { MORE, NO, type Piece, type Verdict, YES } from './piece.ts';
import type { SignatureForm } from './signature.ts';

const TRANSPORTS = { tcp: PROTO_TCP, udp: PROTO_UDP, sctp: PROTO_SCTP } as const;

/** What `find` answers beside an index: no signature can be met any more; some may be, with more. */
export const NONE = -1;
export const NOT_YET = -2;

interface Row {
  readonly index: number;
  readonly application: string;
  /** What is to be asked beyond the first byte; none for nothing. */
  readonly patterns: readonly BytePattern[];
  readonly check: SignatureForm['check'] | undefined;
  readonly ports: readonly number[] | undefined;
  /** Flags of the first bytes that can be its; null for any. */
  readonly first: Uint8Array | null;
}

/** The rows of one transport and side. */
interface SideRows {
  readonly all: readonly Row[];
  /** By the first byte of a payload: those that it can meet. */
  readonly byFirst: (readonly Row[] | undefined)[];
}

const NO_ROWS: readonly Row[] = [];

/** Signatures in the order of their precedence. */
export class SignatureTable {
  readonly signatures: readonly SignatureForm[];
  /** By protocol * 2 + side. */
  private readonly rows: (SideRows | undefined)[] = [];

  /** @throws Error for a pattern that cannot be read: the table's own are tested */
  constructor(signatures: readonly SignatureForm[]) {
    this.signatures = signatures;
    const all = signatures.map(compile);
    for (const [transport, protocol] of Object.entries(TRANSPORTS)) {
      for (const [side, name] of (['c2s', 's2c'] as const).entries()) {
        const own = all.filter(({ index }) => {
          const signature = signatures[index];
          return (
            signature?.transport === transport &&
            (signature.side === name || signature.side === 'either')
          );
        });
        this.rows[protocol * 2 + side] = { all: own, byFirst: [] };
      }
    }
  }

  /**
   * Index of the first signature that the payload meets, NONE or NOT_YET.
   *
   * @param wanted by signature: 1 for one that is looked for; null for all
   */
  find(piece: Piece, wanted: Uint8Array | null = null): number {
    const { bytes, from, to, dport } = piece;
    if (from >= to) return NOT_YET;
    let answer = NONE;
    const rows = this.rowsFor(piece.protocol * 2 + piece.side, bytes[from] ?? 0);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      if (row === undefined) break;
      if (row.ports !== undefined && !row.ports.includes(dport)) continue;
      if (wanted !== null && wanted[row.index] !== 1) continue;
      const verdict = verdictOf(row, piece);
      if (verdict === YES) return row.index;
      if (verdict === MORE) answer = NOT_YET;
    }
    return answer;
  }

  /** The rows that a payload with this first byte can meet: sought when one first has it. */
  private rowsFor(side: number, byte: number): readonly Row[] {
    const rows = this.rows[side];
    if (rows === undefined) return NO_ROWS;
    rows.byFirst[byte] ??= rows.all.filter(({ first }) => first === null || first[byte] === 1);
    return rows.byFirst[byte];
  }
}

function verdictOf({ patterns, check }: Row, piece: Piece): Verdict {
  let begins: Verdict = patterns.length === 0 ? YES : NO;
  for (const pattern of patterns) {
    const verdict = matchPattern(pattern, piece);
    if (verdict > begins) begins = verdict;
    if (begins === YES) break;
  }
  if (begins !== YES || check === undefined) return begins;
  return check(piece);
}

function compile(signature: SignatureForm, index: number): Row {
  const { application, begins = [], check, ports } = signature;
  if (begins.length === 0 && check === undefined) throw new Error(`${application} has no form`);
  const patterns = begins.map((text) => {
    const pattern = parseBytePattern(text);
    if (typeof pattern === 'string') throw new Error(`${application}: ${text}: ${pattern}`);
    return pattern;
  });
  const first = firstBytes(patterns);
  // Of patterns of one byte, which rows are sought by, nothing is left to ask.
  const isFound = first !== null && patterns.every(({ positions }) => positions.length === 1);
  return { index, application, patterns: isFound ? [] : patterns, check, ports, first };
}

function firstBytes(patterns: readonly BytePattern[]): Uint8Array | null {
  const first = new Uint8Array(256);
  for (const { positions, allowed } of patterns) {
    const [flags] = allowed;
    if (positions[0] !== 0 || flags === undefined) return null;
    flags.forEach((flag, byte) => {
      if (flag === 1) first[byte] = 1;
    });
  }
  return patterns.length === 0 ? null : first;
}
