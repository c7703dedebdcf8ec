/**
 * This file is the arithmetic of the ager's wheel: three levels of 256 buckets, of 1 s, 256 s and
 * 65,536 s (see ager).
 */

/** Nanoseconds in a second. */
const NS = 1e9;
/** Buckets of a level; bucket numbers go on through the levels. */
export const BUCKETS = 256;
/** Keeps seconds positive: a replay begins 9,000,000 s before its epoch (capture/run). */
export const SECOND_BIAS = 1 << 24;

/** The biased second that a deadline, ns since the epoch, lies in. */
export function secondOf(deadline: number): number {
  return Math.floor(deadline / NS) + SECOND_BIAS;
}

/** The highest level on which two biased seconds lie in different buckets. */
export function levelOf(second: number, cursor: number): number {
  const differs = second ^ cursor;
  return differs < 256 ? 0 : differs < 65_536 ? 1 : 2;
}

/** The biased second that an occupied bucket begins with, seen from the cursor's second. */
export function startOf(bucket: number, cursor: number): number {
  const shift = 8 * (bucket >>> 8);
  const around = shift + 8;
  const start = ((cursor >>> around) << around) | ((bucket & 255) << shift);
  // Level 2 wraps.
  return start > cursor ? start : start + (1 << around);
}
