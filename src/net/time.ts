/**
 * This file turns the replay's time (seconds since 1970 plus nanoseconds) into RFC 3339 text.
 */

/** The last second that RFC 3339 can write: 9999-12-31T23:59:59Z. */
export const LAST_SECOND = 253_402_300_799;

let cachedSecond = Number.NaN;
let cachedText = '';

/**
 * RFC 3339 in UTC with nine decimals. Outside years 0–9999 the nearest writable second is shown.
 *
 * @param second whole seconds since 1970
 * @param nanosecond 0 to 999,999,999
 */
export function formatTime(second: number, nanosecond: number): string {
  if (second !== cachedSecond) {
    const writable = Math.min(Math.max(second, -62_167_219_200), LAST_SECOND);
    cachedText = `${new Date(writable * 1000).toISOString().slice(0, 19)}.`;
    cachedSecond = second;
  }
  return `${cachedText}${String(1_000_000_000 + nanosecond).slice(1)}Z`;
}
