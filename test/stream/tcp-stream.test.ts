/** This file tests how a TCP stream is put in order, against an obvious model on random segments. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamBudget, TcpStream, WAITING_SEGMENTS_MAX } from '../../src/stream/tcp-stream.ts';

interface Segment {
  /** Place of its first byte in the stream. */
  readonly at: number;
  readonly bytes: readonly number[];
  /** Bytes on the wire that the capture lacks. */
  readonly missing?: number;
}

function play(
  segments: readonly Segment[],
  { first = 1000, budget = new StreamBudget(1e6), wanted = Number.POSITIVE_INFINITY } = {},
) {
  const seen: number[] = [];
  const read = (bytes: Uint8Array, from: number, to: number) => {
    seen.push(...bytes.subarray(from, to));
    return seen.length < wanted;
  };
  const stream = new TcpStream(first, { read }, budget);
  for (const { at, bytes, missing = 0 } of segments) {
    // The payload lies somewhere in a block.
    const block = Uint8Array.from([0xee, 0xee, ...bytes, 0xee]);
    stream.take((first + at) | 0, block, 2, 2 + bytes.length, bytes.length + missing);
  }
  return { seen, stream, budget };
}

/** The first copy of every byte, from the first byte on without a gap. */
function inOrder(segments: readonly Segment[]): number[] {
  const known = new Map<number, number>();
  for (const { at, bytes } of segments) {
    bytes.forEach((byte, i) => {
      if (!known.has(at + i)) known.set(at + i, byte);
    });
  }
  const seen: number[] = [];
  for (let i = 0; known.has(i); i++) seen.push(known.get(i)!);
  return seen;
}

describe('a stream', () => {
  it.each<[string, Segment[], number[]]>([
    [
      'in order',
      [
        { at: 0, bytes: [1, 2] },
        { at: 2, bytes: [3] },
      ],
      [1, 2, 3],
    ],
    [
      'out of order',
      [
        { at: 2, bytes: [3] },
        { at: 0, bytes: [1, 2] },
      ],
      [1, 2, 3],
    ],
    [
      'a gap that stays',
      [
        { at: 0, bytes: [1] },
        { at: 2, bytes: [3] },
      ],
      [1],
    ],
    [
      'sent again',
      [
        { at: 0, bytes: [1, 2] },
        { at: 0, bytes: [9, 9, 3] },
      ],
      [1, 2, 3],
    ],
    [
      'a keepalive',
      [
        { at: 0, bytes: [1] },
        { at: 0, bytes: [0] },
        { at: 1, bytes: [2] },
      ],
      [1, 2],
    ],
    [
      'over others that wait',
      [
        { at: 3, bytes: [4] },
        { at: 1, bytes: [2, 3, 9, 5] },
        { at: 0, bytes: [1] },
      ],
      [1, 2, 3, 4, 5],
    ],
  ])('%s', (_, segments, expected) => {
    const { seen, stream, budget } = play(segments);
    expect(seen).toEqual(expected);
    expect(stream.delivered).toBe(expected.length);
    stream.close('enough');
    expect(budget.bytes).toBe(0);
  });

  it('goes on where sequence numbers begin anew at 0', () => {
    const segments = [
      { at: 2, bytes: [3, 4] },
      { at: 0, bytes: [1, 2] },
    ];
    expect(play(segments, { first: 0xffff_ffff }).seen).toEqual([1, 2, 3, 4]);
    expect(play(segments, { first: 0x7fff_ffff }).seen).toEqual([1, 2, 3, 4]);
  });

  it('ends when its reader has enough', () => {
    const { seen, stream } = play(
      [
        { at: 0, bytes: [1, 2] },
        { at: 2, bytes: [3] },
      ],
      { wanted: 2 },
    );
    expect([seen, stream.state]).toEqual([[1, 2], 'enough']);
  });

  it('ends where the capture cut a segment, and hands over what was captured', () => {
    const { seen, stream } = play([
      { at: 0, bytes: [1, 2], missing: 3 },
      { at: 5, bytes: [6] },
    ]);
    expect([seen, stream.state]).toEqual([[1, 2], 'cut']);
  });

  it('ends at a cut segment that came early', () => {
    const { seen, stream } = play([
      { at: 2, bytes: [], missing: 3 },
      { at: 0, bytes: [1, 2] },
    ]);
    expect([seen, stream.state]).toEqual([[1, 2], 'cut']);
  });

  it('goes on where another copy of what was cut is there', () => {
    const { seen, stream } = play([
      { at: 2, bytes: [3], missing: 1 },
      { at: 2, bytes: [3, 4] },
      { at: 0, bytes: [1, 2] },
    ]);
    expect([seen, stream.state]).toEqual([[1, 2, 3, 4], 'open']);
  });

  it('overflows behind 64 segments that wait, and gives its bytes back', () => {
    const waiting = Array.from({ length: WAITING_SEGMENTS_MAX }, (_, i) => {
      return { at: 1 + 2 * i, bytes: [i] };
    });
    expect(play(waiting).stream.state).toBe('open');
    const { stream, budget } = play([...waiting, { at: 500, bytes: [0] }]);
    expect([stream.state, budget.bytes]).toEqual(['overflow', 0]);
  });

  it('overflows when all streams together hold what they may', () => {
    const budget = new StreamBudget(3);
    const first = play([{ at: 1, bytes: [1, 2] }], { budget });
    expect(play([{ at: 1, bytes: [1, 2] }], { budget }).stream.state).toBe('overflow');
    expect(play([{ at: 1, bytes: [1] }], { budget }).stream.state).toBe('open');
    expect(first.stream.state).toBe('open');
  });

  it('hands over the first copy of every byte, whatever the order', () => {
    const segment = fc.record({
      at: fc.integer({ min: -5, max: 60 }),
      bytes: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 20 }),
    });
    const segments = fc.array(segment, { maxLength: 40 });
    fc.assert(
      fc.property(segments, fc.integer(), (given, first) => {
        const { seen, stream, budget } = play(given, { first });
        expect(seen).toEqual(inOrder(given.map(beginAtZero)));
        expect(stream.state).toBe('open');
        stream.close('enough');
        expect(budget.bytes).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Bytes before the first one are none of the stream's. */
function beginAtZero({ at, bytes }: Segment): Segment {
  return at >= 0 ? { at, bytes } : { at: 0, bytes: bytes.slice(-at) };
}
