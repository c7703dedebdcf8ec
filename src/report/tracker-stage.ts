/** This file says which tracker stage a session shows (panos.md §3.2, §4.1). */

import { TRACKER_STAGES } from '../session/end-reason.ts';
import type { SessionRow } from '../session/session-row.ts';

/** `tracker stage firewall`, or null; a denied session shows its own while it is in the table. */
export function trackerStage({ endReason, action }: SessionRow): string | null {
  const reason = endReason ?? (action === 'allow' ? null : 'policy-deny');
  return reason === null ? null : (TRACKER_STAGES[reason] ?? null);
}
