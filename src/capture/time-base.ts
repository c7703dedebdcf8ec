/**
 * This file turns a file's own times into the replay's: it adds the shift that is in force and counts
 * from an epoch near by, so that nanoseconds stay exact in a double.
 */

import { LAST_SECOND, secondAndNanosecond } from '../net/time.ts';
import type { CaptureTime } from './capture-report.ts';
import { EPOCH_AHEAD_SECONDS, type EpochTime } from './run.ts';

/** What is added to times: seconds, or whole ones, which may be negative, and nanoseconds. */
export type Shift = number | CaptureTime;

/** Epoch and shift of one file. */
export class TimeBase {
  /** Seconds since 1970 that times count from. */
  epochSeconds = 0;
  /** What is added to the file's times: whole seconds, and 0 to 999,999,999 ns. */
  shiftSeconds: number;
  shiftNs: number;

  /** @param timeShift what to add; as seconds it is exact as far as a double is */
  constructor(timeShift: Shift) {
    if (typeof timeShift === 'number') {
      this.shiftSeconds = Math.floor(timeShift);
      this.shiftNs = Math.round((timeShift - this.shiftSeconds) * 1e9);
    } else {
      this.shiftSeconds = timeShift.second;
      this.shiftNs = timeShift.nanosecond;
    }
  }

  /** Chooses the epoch for a file whose first time is this. */
  begin(second: number, nanosecond: number): void {
    this.epochSeconds = this.stampOf(second, nanosecond).second + EPOCH_AHEAD_SECONDS;
  }

  /** Nanoseconds since the epoch; exact below 2^53, beyond of the right sign and size. */
  timeOf(second: number, nanosecond: number): number {
    return (second + this.shiftSeconds - this.epochSeconds) * 1e9 + (nanosecond + this.shiftNs);
  }

  /** The shifted time, exact wherever it lies. */
  stampOf(second: number, nanosecond: number): CaptureTime {
    const ns = nanosecond + this.shiftNs;
    const carry = Math.floor(ns / 1e9);
    return { second: second + this.shiftSeconds + carry, nanosecond: ns - carry * 1e9 };
  }

  /** Whether the shifted time lies in the years 1970 to 9999; no for NaN. */
  isInYears(second: number): boolean {
    const shifted = second + this.shiftSeconds;
    return shifted >= 0 && shifted <= LAST_SECOND;
  }

  /** Where the years end, in nanoseconds since the epoch. */
  endOfYears(): number {
    return (LAST_SECOND + 1 - this.epochSeconds) * 1e9;
  }

  /** Shifts from now on so that `from`, a shifted time, becomes `to`; tells the seconds between. */
  moveShift(from: CaptureTime, to: CaptureTime): number {
    const ns = this.shiftNs + to.nanosecond - from.nanosecond;
    const carry = Math.floor(ns / 1e9);
    this.shiftSeconds += to.second - from.second + carry;
    this.shiftNs = ns - carry * 1e9;
    return to.second - from.second + (to.nanosecond - from.nanosecond) / 1e9;
  }
}

/** Seconds and nanoseconds of a time. */
export function asCaptureTime({ epochSeconds, ns }: EpochTime): CaptureTime {
  return secondAndNanosecond(epochSeconds, ns);
}
