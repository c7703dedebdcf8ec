/**
 * This file turns the replay's time (seconds since 1970 plus nanoseconds) into RFC 3339 text.
 *
 * A record has a dozen times, so the text is put together from tables; `Date` is asked only when the
 * day changes.
 */

/** The last second that RFC 3339 can write: 9999-12-31T23:59:59Z. */
export const LAST_SECOND = 253_402_300_799;
/** The first one: 0000-01-01T00:00:00Z. */
const FIRST_SECOND = -62_167_219_200;
export const SECONDS_A_DAY = 86_400;

const TWO = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
const THREE = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));

let cachedDay = Number.NaN;
let cachedDate = '';

/** The second that is written for one outside the years 0–9999: the nearest. */
export function writableSecond(second: number): number {
  return Math.min(Math.max(second, FIRST_SECOND), LAST_SECOND);
}

/** A time in ns since an epoch, as seconds since 1970 and nanoseconds; exact below 2^53 ns. */
export function secondAndNanosecond(
  epochSeconds: number,
  ns: number,
): { second: number; nanosecond: number } {
  const seconds = Math.floor(ns / 1e9);
  return { second: epochSeconds + seconds, nanosecond: ns - seconds * 1e9 };
}

/** `2026-05-25T` for a day since 1970. */
export function dateText(day: number): string {
  return new Date(day * SECONDS_A_DAY * 1000).toISOString().slice(0, 11);
}

/**
 * RFC 3339 in UTC with nine decimals. Outside years 0–9999 the nearest writable second is shown.
 *
 * @param second whole seconds since 1970
 * @param nanosecond 0 to 999,999,999
 */
export function formatTime(second: number, nanosecond: number): string {
  const writable = writableSecond(second);
  const day = Math.floor(writable / SECONDS_A_DAY);
  if (day !== cachedDay) {
    cachedDate = dateText(day);
    cachedDay = day;
  }
  const ofDay = writable - day * SECONDS_A_DAY;
  const hour = TWO[(ofDay / 3600) | 0] ?? '';
  const minute = TWO[((ofDay / 60) | 0) % 60] ?? '';
  const milli = (nanosecond / 1e6) | 0;
  const micro = ((nanosecond / 1e3) | 0) % 1000;
  const clock = `${cachedDate}${hour}:${minute}:${TWO[ofDay % 60]}`;
  return `${clock}.${THREE[milli]}${THREE[micro]}${THREE[nanosecond % 1000]}Z`;
}

/** A time as `formatTime` writes it, or null. */
export function timeText(time: { second: number; nanosecond: number } | null): string | null {
  return time === null ? null : formatTime(time.second, time.nanosecond);
}
