/** This file is the loop: ranges of frames in the replay's order, through one firewall or several. */

import type { FrameBatch } from '../capture/frame-batch.ts';
import type { Firewall } from './firewall.ts';
import type { FrameFilter } from './frame-filter.ts';

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
 * @param filter leaves frames out; null for none
 */
export async function replayRanges(
  ranges: AsyncIterable<FrameRange>,
  firewall: Pick<Firewall, 'replay'>,
  afterRange: () => void,
  filter: FrameFilter | null = null,
): Promise<void> {
  let isFirst = true;
  for await (const range of ranges) {
    // The clock starts at the capture's first frame, even if nobody is to see that one.
    if (isFirst && filter !== null) firewall.replay(range.batch, range.from, range.from);
    isFirst = false;
    const { batch, from, to } = filter === null ? range : filter.select(range);
    if (from < to) firewall.replay(batch, from, to);
    afterRange();
  }
}
