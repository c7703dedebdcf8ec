/** This file is the loop: ranges of frames in the replay's order, through one firewall or several. */

import type { FrameBatch } from '../capture/frame-batch.ts';
import type { Firewall } from './firewall.ts';
import type { FrameFilter } from './frame-filter.ts';
import type { TwinFrames } from './twin-frames.ts';

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
 * @param twins gives every client twins; null for none
 */
export async function replayRanges(
  ranges: AsyncIterable<FrameRange>,
  firewall: Pick<Firewall, 'replay'>,
  afterRange: () => void,
  filter: FrameFilter | null = null,
  twins: TwinFrames | null = null,
): Promise<void> {
  let isFirst = true;
  for await (const range of ranges) {
    // The clock starts at the capture's first frame, even if nobody is to see that one.
    if (isFirst && filter !== null) firewall.replay(range.batch, range.from, range.from);
    isFirst = false;
    const chosen = filter === null ? range : filter.select(range);
    if (twins !== null) replayAll(twins.take(chosen), firewall);
    else if (chosen.from < chosen.to) firewall.replay(chosen.batch, chosen.from, chosen.to);
    afterRange();
  }
  if (twins !== null) replayAll(twins.rest(), firewall);
}

function replayAll(ranges: Iterable<FrameRange>, firewall: Pick<Firewall, 'replay'>): void {
  for (const { batch, from, to } of ranges) firewall.replay(batch, from, to);
}
