/**
 * This file joins the runs of all files to the replay's order: by time; at equal times by stage, file
 * and the file's own order (CONTRACT "Order").
 *
 * Runs stand in a heap by their next frame. The one on top is followed as long as no other run's
 * next frame comes before its own. A long stretch is handed over as it lies in the reader's batch;
 * short ones are copied, columns only, into one batch that refers to all their blocks. A single
 * file in order is one long stretch after the other, so nothing of it is copied.
 */

import type { BlockPool } from './block-pool.ts';
import { FrameBatch } from './frame-batch.ts';
import { EPOCH_AHEAD_SECONDS, EPOCH_SPAN_NS, type EpochTime, type Run, sinceEpoch } from './run.ts';

/**
 * Frames `from` to before `to` of `batch`, in replay order, with `time` and `epochSeconds` set for
 * just these frames. Valid until the next range is asked for: batch and blocks are used again then.
 */
export interface FrameRange {
  readonly batch: FrameBatch;
  readonly from: number;
  readonly to: number;
}

/** From this length on a stretch is worth a range of its own; shorter ones are copied. */
const STRETCH_FRAMES_MIN = 128;
/** Copied frames are handed over when their blocks have so many bytes: long records have one each. */
const MERGED_BYTES_MAX = 16 * 1024 * 1024;

/**
 * The place in the order that no frame to come is before: a time, and at that time the stage and
 * the file. Frames of that file at that time may come, but behind those that wait.
 */
export interface MergeLimit extends EpochTime {
  readonly stage: number;
  readonly file: number;
}

/** Behind all frames. */
export const END_OF_TIME: MergeLimit = {
  epochSeconds: 0,
  ns: Number.POSITIVE_INFINITY,
  stage: 0,
  file: 0,
};

/** The runs that wait for their turn. */
export class Merger {
  readonly #blocks: BlockPool;
  readonly #heap: Run[] = [];
  readonly #merged: FrameBatch;
  /** Index of each block in the merged batch. */
  readonly #blockIndex = new Map<Uint8Array, number>();
  /** Bytes in all blocks of the merged batch. */
  #mergedBytes = 0;
  #epochSeconds: number | null = null;

  constructor(blocks: BlockPool, batchFrames: number) {
    this.#blocks = blocks;
    this.#merged = new FrameBatch(batchFrames);
  }

  /** Adds a run. */
  add(run: Run): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(run);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (compareHeads(heap[parent]!, run) <= 0) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = run;
  }

  /** Hands over what comes before `limit`, or stands there already. */
  *ranges(limit: MergeLimit): Generator<FrameRange, void, undefined> {
    const heap = this.#heap;
    const merged = this.#merged;
    for (;;) {
      const run = heap[0];
      if (run === undefined) break;
      const to = this.#stretchEnd(run, limit);
      if (to === run.at) break;
      const isAlone = heap.length === 1 && merged.count === 0;
      if (isAlone || to - run.at >= STRETCH_FRAMES_MIN) {
        yield* this.flush();
        const from = run.at;
        this.#setEpoch(run, to);
        yield { batch: run.batch, from, to };
        this.#advance(run, to);
        continue;
      }
      const isFull = merged.count === merged.capacity || this.#mergedBytes >= MERGED_BYTES_MAX;
      if (isFull || !this.#fitsEpoch(run, to)) yield* this.flush();
      if (merged.count === 0) this.#chooseEpoch(run, to);
      this.#advance(run, this.#copy(run, to));
    }
  }

  /** Hands over what was copied. */
  *flush(): Generator<FrameRange, void, undefined> {
    const merged = this.#merged;
    if (merged.count === 0) return;
    merged.epochSeconds = this.#epochSeconds ?? 0;
    yield { batch: merged, from: 0, to: merged.count };
    for (const block of merged.blocks) this.#blocks.release(block);
    merged.blocks.length = 0;
    merged.count = 0;
    this.#blockIndex.clear();
    this.#mergedBytes = 0;
  }

  /** How far `run`, the top of the heap, can be followed. */
  #stretchEnd(run: Run, limit: MergeLimit): number {
    const heap = this.#heap;
    const { time } = run.batch;
    const stage = run.batch.stage[run.at]!;
    const isFirst = (stage - limit.stage || run.batch.file[run.at]! - limit.file) <= 0;
    const limitNs = sinceEpoch(limit.ns, limit.epochSeconds, run.epochSeconds);
    const bound = isFirst ? nextAbove(limitNs) : limitNs;
    const to = firstNotBelow(time, { from: run.at, to: run.to, bound });
    const left = heap[1];
    const right = heap[2];
    if (left === undefined || to === run.at) return to;
    const other = right !== undefined && compareHeads(right, left) < 0 ? right : left;
    const otherTime = sinceEpoch(other.batch.time[other.at]!, other.epochSeconds, run.epochSeconds);
    const end = firstNotBelow(time, { from: run.at, to, bound: otherTime });
    if (end === to || time[end]! > otherTime || compareTies(run, other) > 0) return end;
    // At the same time this run's frames come first: go on behind the last of them.
    return firstNotBelow(time, { from: end, to, bound: nextAbove(otherTime) });
  }

  /** Moves a run on; the batch is given back with its last frame. */
  #advance(run: Run, to: number): void {
    const heap = this.#heap;
    run.at = to;
    let last = run;
    if (run.at === run.to) {
      run.batch.unpin();
      last = heap.pop()!;
      if (heap.length === 0 || last === run) return;
    }
    const count = heap.length;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= count) break;
      if (child + 1 < count && compareHeads(heap[child + 1]!, heap[child]!) < 0) child += 1;
      if (compareHeads(last, heap[child]!) <= 0) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }

  /** Copies the columns of a stretch as far as there is room; says up to where. */
  #copy(run: Run, to: number): number {
    const from = run.batch;
    const into = this.#merged;
    const end = Math.min(to, run.at + into.capacity - into.count);
    const block = this.#indexOf(from.blocks[0]!);
    const delta = sinceEpoch(0, run.epochSeconds, this.#epochSeconds ?? 0);
    let k = into.count;
    for (let i = run.at; i < end; i += 1) {
      into.block[k] = block;
      into.offset[k] = from.offset[i]!;
      into.capturedLength[k] = from.capturedLength[i]!;
      into.originalLength[k] = from.originalLength[i]!;
      into.second[k] = from.second[i]!;
      into.nanosecond[k] = from.nanosecond[i]!;
      into.time[k] = from.time[i]! + delta;
      into.interfaceIndex[k] = from.interfaceIndex[i]!;
      into.file[k] = from.file[i]!;
      into.frameNumber[k] = from.frameNumber[i]!;
      into.direction[k] = from.direction[i]!;
      into.stage[k] = from.stage[i]!;
      k += 1;
    }
    into.count = k;
    return end;
  }

  #indexOf(block: Uint8Array): number {
    const known = this.#blockIndex.get(block);
    if (known !== undefined) return known;
    const index = this.#merged.blocks.length;
    this.#blocks.retain(block);
    this.#mergedBytes += block.length;
    this.#merged.blocks.push(block);
    this.#blockIndex.set(block, index);
    return index;
  }

  #fitsEpoch(run: Run, to: number): boolean {
    if (this.#epochSeconds === null) return false;
    const last = sinceEpoch(run.batch.time[to - 1]!, run.epochSeconds, this.#epochSeconds);
    return last <= EPOCH_SPAN_NS;
  }

  /** Keeps the epoch of the ranges before, if these frames are near enough for exact times. */
  #chooseEpoch(run: Run, to: number): number {
    if (this.#epochSeconds === null || !this.#fitsEpoch(run, to)) {
      const ahead = this.#epochSeconds === null ? EPOCH_AHEAD_SECONDS : 0;
      const first = run.epochSeconds + Math.floor(run.batch.time[run.at]! / 1e9);
      this.#epochSeconds = first + ahead;
    }
    return this.#epochSeconds;
  }

  /** Makes a stretch count from the epoch of the ranges before. */
  #setEpoch(run: Run, to: number): void {
    const epochSeconds = this.#chooseEpoch(run, to);
    const { time } = run.batch;
    const delta = sinceEpoch(0, run.epochSeconds, epochSeconds);
    if (delta !== 0) for (let i = run.at; i < to; i += 1) time[i]! += delta;
    run.batch.epochSeconds = epochSeconds;
  }
}

/** Negative where `a` is before `b`. */
export function compareLimits(a: MergeLimit, b: MergeLimit): number {
  const ns = sinceEpoch(a.ns, a.epochSeconds, b.epochSeconds);
  if (ns !== b.ns) return ns < b.ns ? -1 : 1;
  return a.stage - b.stage || a.file - b.file;
}

/** Index of the first time that is not below `bound`, or `to`; times do not fall. */
function firstNotBelow(
  time: Float64Array,
  { from, to, bound }: { from: number; to: number; bound: number },
): number {
  if (from === to || time[to - 1]! < bound) return to;
  // Steps that double, then halves: the end is mostly near the beginning.
  let low = from;
  let step = 1;
  while (low + step < to && time[low + step - 1]! < bound) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, to) - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The next time above: times are whole nanoseconds. */
function nextAbove(ns: number): number {
  return ns + 1;
}

function compareHeads(a: Run, b: Run): number {
  const timeA = a.batch.time[a.at]!;
  const timeB = sinceEpoch(b.batch.time[b.at]!, b.epochSeconds, a.epochSeconds);
  return timeA === timeB ? compareTies(a, b) : timeA - timeB;
}

function compareTies(a: Run, b: Run): number {
  return (
    a.batch.stage[a.at]! - b.batch.stage[b.at]! ||
    a.batch.file[a.at]! - b.batch.file[b.at]! ||
    a.batch.frameNumber[a.at]! - b.batch.frameNumber[b.at]!
  );
}
