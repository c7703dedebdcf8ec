/**
 * This file tests a table of signatures row by row: example, nearly alike payload, every beginning of
 * the example, what the other rows say of it, and mutations of it.
 */

import { describe, expect, test } from 'vitest';
import { matchPattern } from '../../src/appid/pattern.ts';
import { MORE, NO, newPiece, type Piece, type Verdict, YES } from '../../src/appid/piece.ts';
import type { Signature } from '../../src/appid/signature.ts';
import { type BytePattern, parseBytePattern } from '../../src/net/byte-pattern.ts';
import { randomFrom } from './random.ts';

/** What a table cannot say of itself. */
export interface TableFacts {
  /** Ports to send an example to, where the row has none and its check wants some. */
  readonly ports?: Readonly<Record<string, number>>;
  /** `a says yes to b's example`, with the reason. */
  readonly overlaps?: Readonly<Record<string, string>>;
}

/** A port that no row asks for. */
const NO_PORT = 40_000;
const SIDES = [0, 1] as const;
const SIDE_NAMES = ['c2s', 's2c'] as const;

function readPattern(text: string): BytePattern {
  const read = parseBytePattern(text);
  if (typeof read === 'string') throw new Error(`${text}: ${read}`);
  return read;
}

/** The bytes of a pattern that allows one value at each position; skipped ones are 0. */
export function exactBytes(text: string): Uint8Array {
  const { positions, allowed } = readPattern(text);
  const bytes = new Uint8Array((positions.at(-1) ?? -1) + 1);
  positions.forEach((position, i) => {
    const values = [...(allowed[i] ?? [])].flatMap((flag, value) => (flag === 1 ? [value] : []));
    if (values.length !== 1) throw new Error(`${text}: byte ${position} is not one value`);
    bytes[position] = values[0] ?? 0;
  });
  return bytes;
}

/** A piece of one side of a session to a port; the capture has it whole. */
export function pieceOf(row: Signature, bytes: Uint8Array, dport: number, side: number): Piece {
  // Bytes before and behind that are not the payload's: a check that reads them is wrong.
  const padded = new Uint8Array(bytes.length + 16).fill(0xa5);
  padded.set(bytes, 8);
  return {
    ...newPiece(),
    bytes: padded,
    from: 8,
    to: 8 + bytes.length,
    length: bytes.length,
    side,
    protocol: row.transport === 'tcp' ? 6 : 17,
    sport: 50_123,
    dport,
    before: row.before === undefined ? null : exactBytes(row.before),
  };
}

/** What a row says of a piece, by ports, side, patterns and check. */
export function verdictOf(row: Signature, piece: Piece): Verdict {
  if (row.ports !== undefined && !row.ports.includes(piece.dport)) return NO;
  if (row.side !== 'either' && piece.side !== (row.side === 'c2s' ? 0 : 1)) return NO;
  const begins = row.begins?.map((text) => matchPattern(readPattern(text), piece)) ?? [
    YES as Verdict,
  ];
  if (!begins.includes(YES)) return begins.includes(MORE) ? MORE : NO;
  return row.check?.(piece) ?? YES;
}

/** Tests all rows of a table. */
export function testTable(rows: readonly Signature[], facts: TableFacts = {}): void {
  const portOf = (row: Signature) => row.ports?.[0] ?? facts.ports?.[row.application] ?? NO_PORT;
  /** The best that a row says of bytes, from either side, sent as the example's owner would. */
  const say = (row: Signature, owner: Signature, bytes: Uint8Array, length = bytes.length) => {
    const verdicts = SIDES.map((side) => {
      const piece = { ...pieceOf(owner, bytes, portOf(owner), side), length };
      return verdictOf(row, piece);
    });
    return Math.max(...verdicts);
  };

  describe.each(rows.map((row, index) => ({ row, name: `${row.application} (${index})` })))(
    '$name',
    ({ row }) => {
      const example = exactBytes(row.example);
      const others = rows.filter((other) => other.application !== row.application);

      test('says yes to its example', () => {
        expect(say(row, row, example)).toBe(YES);
      });

      test('does not say yes to what is nearly alike', () => {
        expect(say(row, row, exactBytes(row.unlike))).not.toBe(YES);
      });

      test('has its example to itself', () => {
        const claims = others
          .filter((other) => say(other, row, example) === YES)
          .map((other) => `${other.application} says yes to ${row.application}'s example`);
        expect(claims.filter((claim) => facts.overlaps?.[claim] === undefined)).toEqual([]);
      });

      test('can be told from no beginning of its example by another', () => {
        for (let length = 0; length < example.length; length++) {
          const cut = example.subarray(0, length);
          const wrong = others.filter(
            (other) => say(other, row, cut) === YES || say(other, row, cut, example.length) === YES,
          );
          const claims = wrong.map(
            (o) => `${o.application} says yes to ${row.application}'s example`,
          );
          expect(claims.filter((claim) => facts.overlaps?.[claim] === undefined)).toEqual([]);
        }
      });

      if (isSaved(row)) {
        test('has patterns that let through all that its check says yes to', () => {
          expect(forgottenBytes(row, rows, portOf(row))).toEqual([]);
        });
      }

      test('waits where the capture or the stream ends before it is convinced', () => {
        for (let length = 0; length < example.length; length++) {
          const verdict = say(row, row, example.subarray(0, length), example.length);
          expect([MORE, YES], `${length} of ${example.length} bytes`).toContain(verdict);
        }
      });
    },
  );

  test('no row throws, or takes long, whatever the bytes', { timeout: 1 << 30 }, () => {
    const rounds = Number(process.env.SLOWPATH_FUZZ ?? 20_000);
    const next = randomFrom(20_261);
    const examples = rows.map((row) => ({ row, bytes: exactBytes(row.example) }));
    const began = performance.now();
    for (let round = 0; round < rounds; round++) {
      const { row, bytes } = examples[round % examples.length]!;
      const mutated = mutate(bytes, next);
      const piece = pieceOf(row, mutated, portOf(row), round & 1);
      piece.length = mutated.length + (next(5) === 0 ? next(100) : 0);
      if (next(2) === 0) piece.before = mutate(bytes, next);
      if (next(2) === 0) piece.other = mutate(bytes, next);
      for (const one of rows) {
        if (one.ports === undefined || next(10) === 0) piece.dport = portOf(one);
        if (![NO, MORE, YES].includes(verdictOf(one, piece))) expect.fail(one.application);
      }
    }
    // Some 40 rows a round: far below a millisecond, also on a busy machine.
    expect((performance.now() - began) / rounds).toBeLessThan(2);
  });
}

/** Whether a row's patterns say no more than the first byte, and its check the rest. */
function isSaved({ begins = [], check }: Signature): boolean {
  const sizes = begins.map((text) => readPattern(text).positions.length);
  return check !== undefined && sizes.length > 0 && sizes.every((size) => size === 1);
}

/**
 * Payloads, the rows' examples with any first byte, that a row's check says yes to and its patterns keep
 * from it: they would lose the application.
 */
function forgottenBytes(row: Signature, rows: readonly Signature[], dport: number): string[] {
  const starts = row.begins!.map((text) => readPattern(text).allowed[0]!);
  const own = rows.filter((one) => one.application === row.application);
  const answers = [null, ...own.map((one) => exactBytes(one.example))];
  const sides = SIDES.filter((side) => row.side === 'either' || row.side === SIDE_NAMES[side]);
  const forgotten: string[] = [];
  for (const owner of rows) {
    const bytes = exactBytes(owner.example);
    for (let first = 0; first < 256; first++) {
      if (starts.some((allowed) => allowed[first] === 1)) continue;
      bytes[0] = first;
      const isMet = sides.some((side) =>
        answers.some((other) => {
          return row.check!({ ...pieceOf(owner, bytes, dport, side), other }) === YES;
        }),
      );
      if (isMet) forgotten.push(`${first} in ${owner.example}`);
    }
  }
  return forgotten;
}

/** Bits flipped, bytes put in, taken out or repeated, the end cut. */
export function mutate(bytes: Uint8Array, next: (below: number) => number): Uint8Array {
  const changed = [...bytes];
  const at = () => next(changed.length + 1);
  for (let left = 1 + next(4); left > 0; left--) {
    const kind = next(5);
    if (kind === 0 && changed.length > 0) {
      const position = next(changed.length);
      changed[position] = changed[position]! ^ (1 << next(8));
    } else if (kind === 1) changed.splice(at(), 0, next(256));
    else if (kind === 2) changed.splice(at(), 1 + next(4));
    else if (kind === 3) changed.length = next(changed.length + 1);
    else changed.push(...changed.slice(at(), at() + 64));
  }
  return Uint8Array.from(changed);
}
