/** This file runs a replay's clock to its end (CONTRACT: Clock). */

import type { CaptureReplayReport, CaptureTime } from '../capture/capture-report.ts';
import type { Firewall } from '../engine/firewall.ts';

/** Runs the clock to its end; null without a packet. */
export function endOfClock(
  report: CaptureReplayReport,
  firewall: Firewall,
  drain: boolean,
): CaptureTime | null {
  if (report.lastTime === null) return null;
  // Frames that were filtered out have their place in time: the clock does not end before the last.
  for (const end of [report.lastTime, report.captureEnd]) {
    if (end === null) continue;
    const endNs = (end.second - firewall.epochSeconds) * 1e9 + end.nanosecond;
    if (endNs > firewall.nowNs) firewall.advanceTo(endNs);
  }
  if (drain) firewall.drain();
  return firewall.timeAt(firewall.nowNs);
}

/** Seconds from the first packet to the clock's end. */
export function spanOf(first: CaptureTime | null, end: CaptureTime | null): number | null {
  if (first === null || end === null) return null;
  return end.second - first.second + (end.nanosecond - first.nanosecond) / 1e9;
}
