/**
 * This file defines the run: neighbouring frames of one batch whose times do not fall. Clocks cut
 * batches into runs, the merger joins runs to the replay's order.
 */

import type { PooledBatch } from './batch-pool.ts';

/** Frames `at` to before `to` of a batch; pins that batch until all of them are handed over. */
export interface Run {
  readonly batch: PooledBatch;
  at: number;
  to: number;
  /** Seconds since 1970 that `batch.time` counts from in this run. */
  readonly epochSeconds: number;
}

/** A time that cannot be compared without its epoch: `ns` nanoseconds after `epochSeconds`. */
export interface EpochTime {
  readonly epochSeconds: number;
  readonly ns: number;
}

/**
 * The farthest from its epoch that a time may be; ns. Sums and differences of two such times are
 * still exact in a double.
 */
export const EPOCH_SPAN_NS = 2 ** 52;

/**
 * How far behind a replay's first frame its first epoch lies; seconds. Nothing happens before that frame
 * and timers run for up to 15,999,999 s behind it (panos.md §2.1): half of a double's exact
 * nanoseconds (2^53 either way, 104 days) would lie idle if the frame were the epoch.
 */
export const EPOCH_AHEAD_SECONDS = 9_000_000;

/**
 * A time as nanoseconds since another epoch: exact where the result is below 2^53, and else of the
 * right sign and size.
 */
export function sinceEpoch(ns: number, from: number, to: number): number {
  return from === to ? ns : (from - to) * 1e9 + ns;
}

/** Cuts one file's frames, in the file's order and with their times, into runs. */
export class RunCutter {
  /** Finished runs, in the file's order; the caller takes them away. */
  readonly runs: Run[] = [];
  #open: Run | null = null;
  #lastNs = 0;

  /** Appends frames `from` to before `to`, whose times do not fall. */
  append(batch: PooledBatch, from: number, to: number, epochSeconds: number): void {
    const open = this.#open;
    const goesOn =
      open !== null &&
      open.batch === batch &&
      open.to === from &&
      open.epochSeconds === epochSeconds &&
      batch.time[from]! >= this.#lastNs;
    this.#lastNs = batch.time[to - 1]!;
    if (goesOn) {
      open.to = to;
      return;
    }
    this.close();
    batch.pin();
    this.#open = { batch, at: from, to, epochSeconds };
  }

  /** Finishes the run that is open. */
  close(): void {
    if (this.#open !== null) this.runs.push(this.#open);
    this.#open = null;
  }
}
