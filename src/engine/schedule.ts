/**
 * This file runs what the configuration sets for a time: routes that come and go, configurations that
 * take over. Like a timer it falls due between packets, at its own time.
 */

import { compareTimes, type TimeBound, type TimePoint, timeOf } from '../net/time-span.ts';

interface Entry {
  readonly bound: TimeBound;
  at: TimePoint;
  readonly act: () => void;
}

export class Schedule {
  /** When the next entry is due, ns since the epoch; infinite where none is left. */
  nextNs = Number.POSITIVE_INFINITY;

  private readonly entries: Entry[] = [];
  private readonly afterwards: (() => void)[] = [];
  private next = 0;
  private epochSeconds = 0;

  /** Enters something to be done; of one time the first entered comes first. Before `begin` only. */
  add(bound: TimeBound, act: () => void): void {
    this.entries.push({ bound, at: bound, act });
  }

  /** Enters something to be done whenever all that is due at one time was done. */
  addAfterwards(act: () => void): void {
    this.afterwards.push(act);
  }

  /** Tells the time of the first packet, which relative times count from. */
  begin(first: TimePoint, epochSeconds: number): void {
    for (const entry of this.entries) entry.at = timeOf(entry.bound, first);
    this.entries.sort((a, b) => compareTimes(a.at, b.at));
    // What was set for a time before the capture has happened by its first packet.
    for (const entry of this.entries) if (compareTimes(entry.at, first) < 0) entry.at = first;
    this.setEpoch(epochSeconds);
  }

  /** From here on times count from another second. */
  setEpoch(epochSeconds: number): void {
    this.epochSeconds = epochSeconds;
    const entry = this.entries[this.next];
    this.nextNs =
      entry === undefined
        ? Number.POSITIVE_INFINITY
        : (entry.at.second - epochSeconds) * 1e9 + entry.at.nanosecond;
  }

  /** Does what is due by `untilNs`; the clock stands at that time. */
  run(untilNs: number): void {
    if (this.nextNs > untilNs) return;
    while (this.nextNs <= untilNs) {
      const entry = this.entries[this.next++]!;
      this.setEpoch(this.epochSeconds);
      entry.act();
    }
    for (const act of this.afterwards) act();
  }
}
