/** This file reads captures to their end, through one firewall or several, and shows how far it is. */

import type { TwinFrames } from '../capture/twin-frames.ts';
import type { Firewall } from '../engine/firewall.ts';
import { replayRanges } from '../engine/replay.ts';
import type { Interrupts } from './interrupt.ts';
import { Progress } from './progress.ts';
import type { Reading } from './replay-run.ts';

/** What the progress line is made from, beside the captures. */
export interface Driven {
  /** Takes the frames. */
  readonly target: Pick<Firewall, 'replay'>;
  /** The firewall whose sessions are counted. */
  readonly shown: Firewall;
  readonly isQuiet: boolean;
  /** Gives every client twins; absent for none. */
  readonly twins?: TwinFrames | null;
}

/** Hands all frames to the target. @throws UsageError for a span that begins too late */
export async function drive(
  { captures, selection, filter }: Reading,
  { target, shown, isQuiet, twins = null }: Driven,
  interrupts: Interrupts,
): Promise<void> {
  const progress = new Progress(isQuiet);
  const ranges = selection.hearing(interrupts.hearing(captures.ranges()));
  const showProgress = () =>
    progress.update(() => ({
      ...captures.progress(),
      liveSessions: shown.table.live,
    }));
  await replayRanges(ranges, target, showProgress, filter, twins);
  interrupts.readingEnded();
  progress.done();
}
