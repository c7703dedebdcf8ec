/** This file says which end reason and tracker stage a session shows (panos.md §3.2, §4.1). */

import { type EndReason, TRACKER_STAGES } from '../session/end-reason.ts';
import type { SessionRow } from '../session/session-row.ts';

type Ending = Pick<SessionRow, 'endReason' | 'action'>;

/** The end reason as far as it is known; a denied session has its own while it is in the table. */
export function endReasonSoFar({ endReason, action }: Ending): EndReason | null {
  return endReason ?? (action === 'allow' ? null : 'policy-deny');
}

/** `tracker stage firewall`, or null. */
export function trackerStage(row: Ending): string | null {
  const reason = endReasonSoFar(row);
  return reason === null ? null : (TRACKER_STAGES[reason] ?? null);
}
