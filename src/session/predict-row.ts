/** This file holds the snapshot of one predict that reports read: plain values that last. */

import type { PredictNote } from '../events/event-log.ts';
import type { Moment, PredictOutcome } from './predict.ts';

export interface PredictRow {
  readonly serial: number;
  readonly sessionId: number;
  /** Serial, and session id of the parent when it was announced. */
  readonly parent: number;
  readonly parentId: number;
  /** What is expected, with any port that was learnt since. */
  readonly expected: PredictNote;
  /** Name of the rule that the parent met when it was announced. */
  readonly rule: string;
  readonly installed: Moment;
  /** Seconds since 1970 and nanoseconds. */
  readonly expires: { readonly second: number; readonly nanosecond: number };
  /** Seconds. */
  readonly timeout: number;
  /** Whole seconds left when the replay ended; 0 once it is over. */
  readonly timeToLive: number;
  readonly outcome: PredictOutcome;
  /** What withdrew it, in the protocol's words; null where nothing did. */
  readonly withdrawnBy: string | null;
  /** Serial of the first session that it was converted to, or null. */
  readonly session: number | null;
  /** How many sessions it was converted to. */
  readonly sessions: number;
  /** When it left the table; null while it is there. */
  readonly end: Moment | null;
  /** Its port is that of a packet that was taken for its first, since the firewall's choice is not known. */
  readonly isInferred: boolean;
  /** The message as the firewall sent it, with its own translation, is in the capture. */
  readonly isObserved: boolean;
}

/** A flow that was denied, and would have been let through but for an option. */
export interface RefusedFlow {
  /** Serial of the session, in DISCARD; null where the packet made none. */
  readonly session: number | null;
  readonly seen: Moment;
  /** What the control channel announced. */
  readonly expected: PredictNote;
  readonly announced: Moment;
  /** Serial of the control session. */
  readonly parent: number;
  /** Application whose ALG read the announcement. */
  readonly alg: string;
  /** `alg-off` or `third-host`. */
  readonly reason: string;
}
