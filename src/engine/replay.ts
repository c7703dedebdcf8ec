/** This file is the loop: ranges of frames in the replay's order, through the firewall. */

import type { FrameBatch } from '../capture/frame-batch.ts';
import type { Firewall } from './firewall.ts';

/** Frames `from` to `to` (exclusive) of a batch. */
export interface FrameRange {
  readonly batch: FrameBatch;
  readonly from: number;
  readonly to: number;
}

/**
 * Replays every range; one asynchronous step a range, none a packet.
 *
 * @param afterRange called after each range, for progress
 */
export async function replayRanges(
  ranges: AsyncIterable<FrameRange>,
  firewall: Firewall,
  afterRange: () => void,
): Promise<void> {
  for await (const { batch, from, to } of ranges) {
    firewall.replay(batch, from, to);
    afterRange();
  }
}
