/** This file adds up the lengths of a file's frames. */

import type { PooledBatch } from './batch-pool.ts';

/** Places in the totals: bytes in the file, bytes on the wire, frames that the file cuts. */
export const CAPTURED = 0;
export const ORIGINAL = 1;
export const SNAPPED = 2;

/**
 * Adds a batch's lengths to the totals. A function of its own, on typed arrays: once the sums outgrow
 * small integers the report's shape changes, and a loop beside it would never be fast again.
 */
export function addLengths(batch: PooledBatch, totals: Float64Array): void {
  const { capturedLength, originalLength, count } = batch;
  let captured = 0;
  let original = 0;
  let snapped = 0;
  for (let i = 0; i < count; i += 1) {
    const length = capturedLength[i]!;
    const onWire = originalLength[i]!;
    captured += length;
    original += onWire;
    if (length < onWire) snapped += 1;
  }
  totals[CAPTURED]! += captured;
  totals[ORIGINAL]! += original;
  totals[SNAPPED]! += snapped;
}
