/**
 * This file holds a part of a replay's time (`--from`, `--until`): its ends are times of their own, or
 * counted from the first packet. Both ends belong to it.
 */

/** Whole seconds since 1970, and 0 to 999,999,999 nanoseconds. */
export interface TimePoint {
  readonly second: number;
  readonly nanosecond: number;
}

/** One end as it was written; relative ones count from the first packet. */
export interface TimeBound extends TimePoint {
  readonly isRelative: boolean;
}

/** RFC 3339 §5.6; a blank may stand for the T. */
const RFC3339 =
  /^(\d{4}-\d\d-\d\d)[Tt ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d{1,9}))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const RELATIVE = /^\+(\d{1,12})(?:\.(\d{1,9}))?$/;

/** Reads `2026-05-25T11:47:22.5Z`, `…+02:00`, or `+12.5`; a text says what was expected. */
export function readTimeBound(text: string): TimeBound | string {
  const relative = RELATIVE.exec(text);
  if (relative !== null) {
    return { isRelative: true, second: Number(relative[1]), nanosecond: fraction(relative[2]) };
  }
  const time = RFC3339.exec(text);
  if (time !== null) {
    const second = secondOf(time);
    if (second !== null) return { isRelative: false, second, nanosecond: fraction(time[5]) };
  }
  const hasNoZone = time === null && RFC3339.test(`${text}Z`);
  if (hasNoZone) return `${text} has no zone: write ${text}Z for UTC, or an offset as in +02:00`;
  return (
    `${text} is no time: expected RFC 3339, as in 2026-05-25T11:47:22.5Z, ` +
    'or seconds after the first packet, as in +12.5'
  );
}

/** Seconds since 1970, or null for a day that the calendar lacks. */
function secondOf(time: RegExpExecArray): number | null {
  const [, date = '', hour, minute, second, , sign, offsetHour, offsetMinute] = time;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // Date.parse takes February 30th for March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return null;
  const ofDay = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const offset = Number(offsetHour ?? 0) * 3600 + Number(offsetMinute ?? 0) * 60;
  return midnight / 1000 + ofDay + (sign === '-' ? offset : -offset);
}

/** Decimals of a second as nanoseconds. */
function fraction(digits = ''): number {
  return Number(digits.padEnd(9, '0'));
}

/** Negative where `a` is earlier. */
export function compareTimes(a: TimePoint, b: TimePoint): number {
  return a.second === b.second ? a.nanosecond - b.nanosecond : a.second - b.second;
}

/** The span; it covers everything until `begin` says when the first packet came. */
export class TimeSpan {
  /** The ends, once they are known; null for none. */
  from: TimePoint | null = null;
  until: TimePoint | null = null;
  private readonly bounds: readonly [TimeBound | null, TimeBound | null];

  constructor(from: TimeBound | null, until: TimeBound | null) {
    this.bounds = [from, until];
  }

  /** Tells the time of the first packet: from then on the ends are known. */
  begin(first: TimePoint): void {
    const [from, until] = this.bounds;
    this.from = from === null ? null : timeOf(from, first);
    this.until = until === null ? null : timeOf(until, first);
  }

  /** Whether a time lies in the span; allocates nothing. */
  has(epochSeconds: number, ns: number): boolean {
    const seconds = Math.floor(ns / 1e9);
    return this.hasPoint(epochSeconds + seconds, ns - seconds * 1e9);
  }

  /** Whether something that lasted from `start` to `end` was there in the span; null is no end yet. */
  overlaps(start: TimePoint, end: TimePoint | null): boolean {
    if (this.until !== null && compareTimes(start, this.until) > 0) return false;
    return this.from === null || end === null || compareTimes(end, this.from) >= 0;
  }

  private hasPoint(second: number, nanosecond: number): boolean {
    const { from, until } = this;
    if (from !== null) {
      if (second < from.second) return false;
      if (second === from.second && nanosecond < from.nanosecond) return false;
    }
    if (until === null || second < until.second) return true;
    return second === until.second && nanosecond <= until.nanosecond;
  }
}

/** When a bound is, in a capture whose first packet comes at `first`. */
export function timeOf(bound: TimeBound, first: TimePoint): TimePoint {
  if (!bound.isRelative) return { second: bound.second, nanosecond: bound.nanosecond };
  const ns = first.nanosecond + bound.nanosecond;
  const carry = Math.floor(ns / 1e9);
  return { second: first.second + bound.second + carry, nanosecond: ns - carry * 1e9 };
}
