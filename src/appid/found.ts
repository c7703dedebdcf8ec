/** This file names what a packet brings to the inspection of its session: a signature's index, or one of these. */

/**
 * What a packet brought: nothing yet; the budget is used up; the capture lacks what would tell; the
 * application was known already, and nothing more is to be read.
 */
export const UNDECIDED = -1;
export const EXHAUSTED = -2;
export const CUT = -3;
export const READ = -4;
/**
 * A limit is exceeded, and the packet was not taken: segments that wait for others in one session; what
 * waits in all of them; what is kept of payload in all of them.
 */
export const OVER_SEGMENTS = -5;
export const OVER_WAITING = -6;
export const OVER_KEPT = -7;
