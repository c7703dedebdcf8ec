/**
 * This file keeps the frames of a file whose time the next frames decide.
 */

import type { PooledBatch } from './batch-pool.ts';

/** A frame that is looked at alone. */
export interface LoneFrame {
  readonly batch: PooledBatch;
  readonly index: number;
  /** Offset in the file, decompressed. */
  readonly offset: number;
  /** True where the file has a time for it, in the years 1970 to 9999. */
  readonly isUsable: boolean;
  /** True where the file has a time for it. */
  readonly isTimed: boolean;
}

/** What waiting frames wait for. */
export type WaitReason = 'nothing' | 'start' | 'ahead' | 'late';

/** The frames that wait, in the file's order, with their batches pinned. */
export class WaitingFrames {
  reason: WaitReason = 'nothing';
  #frames: LoneFrame[] = [];
  /** How many of them have a usable time. */
  usable = 0;

  get length(): number {
    return this.#frames.length;
  }

  /** The frame that waits longest; there must be one. */
  get first(): LoneFrame {
    const first = this.#frames[0];
    if (first === undefined) throw new Error('invariant: no frame waits');
    return first;
  }

  add(reason: WaitReason, frame: LoneFrame): void {
    frame.batch.pin();
    this.reason = reason;
    this.#frames.push(frame);
    if (frame.isUsable) this.usable += 1;
  }

  /** Ends the waiting. Batches stay pinned until `decide` has placed the frames, or they wait again. */
  settle(decide: (frames: readonly LoneFrame[]) => void): void {
    const frames = this.#frames;
    this.#frames = [];
    this.reason = 'nothing';
    this.usable = 0;
    decide(frames);
    for (const frame of frames) frame.batch.unpin();
  }
}
