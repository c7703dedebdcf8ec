/**
 * This file sorts a batch that falls apart into many short runs, as a capture of several interfaces
 * does that were not written in time order. The merger's heap then holds one run of that batch
 * instead of thousands.
 */

import type { BatchPool, PooledBatch } from './batch-pool.ts';
import type { Run } from './run.ts';

/** Fewer runs of a batch than this are left to the merger. */
const RUNS_MIN = 32;
/** Runs that are longer than this on average are left to it, too: it does not copy long ones. */
const RUN_FRAMES_MAX = 64;

/** The same frames in fewer runs, where that is worth copying their columns. */
export function sortRuns(runs: Run[], batches: BatchPool): Run[] {
  if (runs.length < RUNS_MIN) return runs;
  const sorted: Run[] = [];
  let from = 0;
  while (from < runs.length) {
    const { batch, epochSeconds } = runs[from]!;
    let to = from + 1;
    while (runs[to]?.batch === batch && runs[to]?.epochSeconds === epochSeconds) to += 1;
    const group = runs.slice(from, to);
    const frames = group.reduce((sum, run) => sum + run.to - run.at, 0);
    if (group.length < RUNS_MIN || frames > group.length * RUN_FRAMES_MAX) sorted.push(...group);
    else sorted.push(sortGroup(group, frames, batches));
    from = to;
  }
  return sorted;
}

/** One run, in a batch of its own, of runs that lie in one batch and share their epoch. */
function sortGroup(group: readonly Run[], frames: number, batches: BatchPool): Run {
  const { batch, epochSeconds } = group[0]!;
  const into = batches.take();
  batches.bind(into, batch.blocks[0]!, batch.blockStart);
  permute(batch, sortedOrder(group, frames), into);
  into.pin();
  for (const run of group) run.batch.unpin();
  return { batch: into, at: 0, to: frames, epochSeconds };
}

/** Frame indexes in order of time, at equal times as they stand: a natural merge sort. */
function sortedOrder(group: readonly Run[], frames: number): Uint32Array {
  const time = group[0]!.batch.time;
  let order = new Uint32Array(frames);
  let spare = new Uint32Array(frames);
  let ends: number[] = [];
  let k = 0;
  for (const run of group) {
    for (let i = run.at; i < run.to; i += 1) {
      order[k] = i;
      k += 1;
    }
    ends.push(k);
  }
  while (ends.length > 1) {
    const merged: number[] = [];
    let from = 0;
    for (let pair = 0; pair < ends.length; pair += 2) {
      const middle = ends[pair]!;
      const to = ends[pair + 1] ?? middle;
      mergePair(time, order, spare, { from, middle, to });
      merged.push(to);
      from = to;
    }
    [order, spare] = [spare, order];
    ends = merged;
  }
  return order;
}

function mergePair(
  time: Float64Array,
  order: Uint32Array,
  into: Uint32Array,
  of: { from: number; middle: number; to: number },
): void {
  const { middle, to } = of;
  let left = of.from;
  let right = middle;
  for (let k = of.from; k < to; k += 1) {
    const takesLeft = left < middle && (right >= to || time[order[left]!]! <= time[order[right]!]!);
    if (takesLeft) {
      into[k] = order[left]!;
      left += 1;
    } else {
      into[k] = order[right]!;
      right += 1;
    }
  }
}

function permute(from: PooledBatch, order: Uint32Array, into: PooledBatch): void {
  const count = order.length;
  for (let k = 0; k < count; k += 1) {
    const i = order[k]!;
    into.offset[k] = from.offset[i]!;
    into.capturedLength[k] = from.capturedLength[i]!;
    into.originalLength[k] = from.originalLength[i]!;
    into.second[k] = from.second[i]!;
    into.nanosecond[k] = from.nanosecond[i]!;
    into.time[k] = from.time[i]!;
    into.interfaceIndex[k] = from.interfaceIndex[i]!;
    into.frameNumber[k] = from.frameNumber[i]!;
    into.direction[k] = from.direction[i]!;
  }
  into.count = count;
}
