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

/** Gives clients twins: more frames between those that come. */
export interface Twins {
  /** A range's frames, with those of twins that are due. */
  take(range: FrameRange): Iterable<FrameRange>;
  /** What is still to come behind the last range. */
  rest(): Iterable<FrameRange>;
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
  twins: Twins | null = null,
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
