/** This file holds the order of twins' frames against a plain sort, with blocks that are used again. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameBatch } from '../../src/capture/frame-batch.ts';
import { TWIN_SHIFT_NS, TwinFrames } from '../../src/capture/twin-frames.ts';

/** Lends blocks like the readers' pool; what nobody uses is written over at once when it is lent again. */
class Blocks {
  readonly users = new Map<Uint8Array, number>();
  readonly free: Uint8Array[] = [];

  take(): Uint8Array {
    const block = this.free.pop() ?? new Uint8Array(16);
    block.fill(0xff);
    this.users.set(block, 1);
    return block;
  }

  retain(block: Uint8Array): void {
    expect(this.users.has(block)).toBe(true);
    this.users.set(block, this.users.get(block)! + 1);
  }

  release(block: Uint8Array): boolean {
    const left = this.users.get(block)! - 1;
    if (left > 0) this.users.set(block, left);
    else {
      this.users.delete(block);
      this.free.push(block);
    }
    return true;
  }
}

const EPOCH_SECONDS = 1_000_000;

interface Seen {
  readonly epochSeconds: number;
  readonly time: number;
  readonly twin: number;
  readonly number: number;
  readonly byte: number;
}

/** Frames as they come out; `gaps` before each frame, in ns. */
function run(
  gaps: readonly number[],
  perBatch: number,
  scale: number,
  limits?: { frames: number; bytes: number },
) {
  const blocks = new Blocks();
  const twins = new TwinFrames(scale, blocks, limits);
  const seen: Seen[] = [];
  const take = (ranges: Iterable<{ batch: FrameBatch; from: number; to: number }>) => {
    for (const { batch, from, to } of ranges) {
      for (let i = from; i < to; i++) {
        seen.push({
          epochSeconds: batch.epochSeconds,
          time: batch.time[i]!,
          twin: batch.twin![i]!,
          number: batch.packetNumber![i]!,
          byte: batch.blocks[batch.block[i]!]![batch.offset[i]!]!,
        });
      }
    }
  };
  let now = 0;
  for (let at = 0; at < gaps.length; at += perBatch) {
    const some = gaps.slice(at, at + perBatch);
    const batch = new FrameBatch(perBatch);
    const block = blocks.take();
    batch.blocks = [block];
    // A batch counts from another second now and then, as the merger's do after long gaps.
    batch.epochSeconds = at % (2 * perBatch) === 0 ? 0 : EPOCH_SECONDS;
    some.forEach((gap, i) => {
      now += gap;
      batch.time[i] = now - batch.epochSeconds * 1e9;
      batch.offset[i] = i % 16;
      block[i % 16] = (at + i) % 251;
      batch.count = i + 1;
    });
    take(twins.take({ batch, from: 0, to: some.length }));
    blocks.release(block);
  }
  take(twins.rest());
  expect(blocks.users.size).toBe(0);
  return { seen, hurried: twins.hurried };
}

const gaps = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 3 }).map((n) => n * TWIN_SHIFT_NS),
    fc.integer({ min: 0, max: 5e6 }),
    fc.constant(3e9),
  ),
  { minLength: 1, maxLength: 60 },
);
const scales = fc.integer({ min: 2, max: 9 });

describe('frames of twins', () => {
  it('come in the order of their times, the original first, then twins by number', () => {
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 16 }), scales, (some, perBatch, scale) => {
        const { seen, hurried } = run(some, perBatch, scale);
        let now = 0;
        const expected = some
          .flatMap((gap, i) => {
            now += gap;
            const time = now;
            return Array.from({ length: scale }, (_, twin) => {
              return { time: time + twin * TWIN_SHIFT_NS, twin, number: i + 1, byte: i % 251 };
            });
          })
          .sort((a, b) => a.time - b.time || a.twin - b.twin || a.number - b.number);
        const plain = seen.map(({ epochSeconds, time, ...rest }) => {
          return { ...rest, time: time + epochSeconds * 1e9 };
        });
        expect(plain).toEqual(expected);
        expect(hurried).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  it('come earlier where more would have to wait than may, and never out of order', () => {
    fc.assert(
      fc.property(gaps, scales, fc.constantFrom(1, 2, 4, 8), (some, scale, frames) => {
        const { seen, hurried } = run(some, 8, scale, { frames, bytes: 64 });
        expect(seen).toHaveLength(scale * some.length);
        let now = 0;
        const due = some.map((gap) => {
          now += gap;
          return now;
        });
        let last = Number.NEGATIVE_INFINITY;
        let early = 0;
        const next = new Array<number>(scale).fill(1);
        for (const { epochSeconds, time, twin, number } of seen) {
          const at = time + epochSeconds * 1e9;
          expect(at).toBeGreaterThanOrEqual(last);
          last = at;
          expect(number).toBe(next[twin]);
          next[twin] = number + 1;
          const planned = due[number - 1]! + twin * TWIN_SHIFT_NS;
          expect(at).toBeLessThanOrEqual(planned);
          expect(at).toBeGreaterThanOrEqual(due[number - 1]!);
          if (at < planned) early++;
        }
        // One that was due at that very moment is hurried without being early.
        expect(early).toBeLessThanOrEqual(hurried);
      }),
      { numRuns: 400 },
    );
  });
});
