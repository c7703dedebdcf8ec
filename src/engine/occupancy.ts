/**
 * This file remembers how many sessions were in the table over time, in bounded memory.
 *
 * Time is cut into equal steps; when a replay outgrows STEPS_MAX of them, neighbours are merged and
 * the step doubles. Each step keeps the highest and the last count in it, so no peak is lost.
 */

import type { Position } from '../events/position.ts';
import { secondAndNanosecond } from '../net/time.ts';

const STEPS_MAX = 1024;
const STEP_FIRST_NS = 1e6;

/** One step: its start in seconds since the first packet, the peak in it, the count at its end. */
export interface OccupancyPoint {
  readonly seconds: number;
  readonly peak: number;
  readonly last: number;
}

export class Occupancy {
  peak = 0;

  /** Sum of every session's time in the table so far, ns. */
  sessionNs = Number.NaN;
  /** How long all slots were taken so far, ns, and since when first: null for never. */
  fullNs = Number.NaN;
  fullSince: { readonly second: number; readonly nanosecond: number } | null = null;

  /** Sessions that the table can hold; infinite where only memory bounds it. */
  readonly slots: number;

  private readonly position: Position;
  /** Time of the last note. */
  private lastNs = Number.POSITIVE_INFINITY;
  private originNs = Number.NaN;
  private stepNs = Number.NaN;
  private steps = 0;
  /** Where the last step ends: one comparison a session, as a rule. */
  private stepEndNs = Number.NEGATIVE_INFINITY;
  private live = 0;
  /** Time of the peak, and the epoch of then, seconds since 1970. */
  private peakNs = Number.NaN;
  private peakEpoch = 0;
  private readonly peaks = new Float64Array(STEPS_MAX);
  private readonly lasts = new Float64Array(STEPS_MAX);

  /**
   * @param position its epoch is what times count from
   * @param slots sessions that the table can hold
   */
  constructor(position: Position, slots = Number.POSITIVE_INFINITY) {
    this.position = position;
    this.slots = slots;
    // They were no integers at first: so V8 keeps them as doubles, and throws no code away when they
    // grow beyond 31 bits.
    this.sessionNs = 0;
    this.fullNs = 0;
    this.stepNs = STEP_FIRST_NS;
  }

  /** Time of the peak, of which there must be one: seconds since 1970 and nanoseconds. */
  get peakTime(): { second: number; nanosecond: number } {
    return secondAndNanosecond(this.peakEpoch, this.peakNs);
  }

  /** Notes that `live` sessions are in the table from `timeNs` on; times must not decrease. */
  note(timeNs: number, live: number): void {
    if (timeNs >= this.stepEndNs) this.extendTo(timeNs);
    const elapsedNs = timeNs - this.lastNs;
    if (elapsedNs > 0) {
      this.sessionNs += elapsedNs * this.live;
      if (this.live >= this.slots) this.fullNs += elapsedNs;
    }
    this.lastNs = timeNs;
    this.live = live;
    if (live >= this.slots) this.fullSince ??= this.at(timeNs);
    const i = this.steps - 1;
    this.lasts[i] = live;
    if (live > this.peaks[i]!) this.peaks[i] = live;
    if (live > this.peak) {
      this.peak = live;
      this.peakNs = timeNs;
      this.peakEpoch = this.position.epochSeconds;
    }
  }

  /** Moves every remembered time by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    this.lastNs += deltaNs;
    this.originNs += deltaNs;
    this.stepEndNs += deltaNs;
  }

  /** The steps so far, in order of time. */
  points(): OccupancyPoint[] {
    return Array.from({ length: this.steps }, (_, i) => ({
      seconds: (i * this.stepNs) / 1e9,
      peak: this.peaks[i]!,
      last: this.lasts[i]!,
    }));
  }

  private at(timeNs: number): { second: number; nanosecond: number } {
    return secondAndNanosecond(this.position.epochSeconds, timeNs);
  }

  /** Steps without a change keep the count that was there. */
  private extendTo(timeNs: number): void {
    if (Number.isNaN(this.originNs)) this.originNs = timeNs;
    while (Math.floor((timeNs - this.originNs) / this.stepNs) >= STEPS_MAX) this.halve();
    const step = Math.max(0, Math.floor((timeNs - this.originNs) / this.stepNs));
    for (; this.steps <= step; this.steps++) {
      this.peaks[this.steps] = this.live;
      this.lasts[this.steps] = this.live;
    }
    this.stepEndNs = this.originNs + this.steps * this.stepNs;
  }

  private halve(): void {
    const half = (this.steps + 1) >>> 1;
    for (let i = 0; i < half; i++) {
      const second = Math.min(2 * i + 1, this.steps - 1);
      this.peaks[i] = Math.max(this.peaks[2 * i]!, this.peaks[second]!);
      this.lasts[i] = this.lasts[second]!;
    }
    this.steps = half;
    this.stepNs *= 2;
  }
}
