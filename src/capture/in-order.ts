/**
 * This file holds the hot loop of the clocks: frames whose times do not fall, as nearly all do.
 */

import type { PooledBatch } from './batch-pool.ts';
import type { ReorderWindow } from './reorder-window.ts';
import { EPOCH_SPAN_NS } from './run.ts';
import type { TimeBase } from './time-base.ts';

/** A frame that is this much ahead is looked at alone: it may be an outlier (CONTRACT "Order"). */
export const AHEAD_NS = 86_400e9;

/**
 * Sets `time` and fills the window's ring for frames `from` to before `stop`, until one is older
 * than `newest`, far ahead or far from the epoch, and says which.
 */
export function placeInOrder(
  batch: PooledBatch,
  of: { from: number; stop: number; newest: number },
  base: TimeBase,
  window: ReorderWindow,
): number {
  const { second, nanosecond, time, offset, blockStart } = batch;
  window.reserve(batch.frameNumber[of.from]! + of.stop - of.from);
  const { newestAt, offsetAt } = window;
  const mask = newestAt.length - 1;
  const { from, stop } = of;
  const baseSeconds = base.shiftSeconds - base.epochSeconds;
  const shiftNs = base.shiftNs;
  const ceiling = Math.min(EPOCH_SPAN_NS, base.endOfYears());
  let newest = of.newest;
  let n = batch.frameNumber[from]! - 1;
  let i = from;
  for (; i < stop; i += 1) {
    const t = (second[i]! + baseSeconds) * 1e9 + (nanosecond[i]! + shiftNs);
    // The first frame of a file fails the second test, as minus infinity plus a day does.
    if (!(t >= newest && t <= newest + AHEAD_NS && t < ceiling)) break;
    time[i] = t;
    newestAt[n & mask] = t;
    offsetAt[n & mask] = blockStart + offset[i]!;
    n += 1;
    newest = t;
  }
  return i;
}
