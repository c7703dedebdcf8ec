/** This file says which application a session shows before App-ID comes (panos.md §9). */

import { STATE_DISCARD } from '../events/event-kinds.ts';
import { PROTO_TCP } from '../net/protocol.ts';
import {
  FLAG_MIDSTREAM,
  FLAG_NON_SYN,
  FLAG_OPENED,
  FLAG_OVERRIDDEN,
  firstLabel,
} from '../session/layout.ts';
import { PHASES } from '../session/phases.ts';
import type { SessionRow } from '../session/session-row.ts';

const PHASES_OPENING = new Set(
  (['syn-sent', 'handshake', 'reset-opening'] as const).map((phase) => PHASES.indexOf(phase)),
);

/**
 * `not-applicable`, `incomplete`, `non-syn-tcp`, else what the ports tell; null where they tell
 * nothing.
 *
 * @param row filled but for its application
 * @param state the session's STATE word
 * @param told the application that its port or protocol tells, that was identified, or given by a rule
 */
export function applicationShown(
  row: SessionRow,
  state: number,
  told: string | null,
): string | null {
  // Known before its rule was met, whatever data follows. Inferred from the stages of panos.md §9.
  if ((state & FLAG_OVERRIDDEN) !== 0) return told;
  // CONTRACT: a child keeps the application that was predicted.
  if (row.parent !== null) return told;
  // Denied later on, it keeps what was told of it until then.
  if (firstLabel(state) === STATE_DISCARD) return 'not-applicable';
  if (row.protocol === PROTO_TCP) {
    if ((state & FLAG_NON_SYN) !== 0) return 'non-syn-tcp';
    const hasBegun = (state & (FLAG_MIDSTREAM | FLAG_OPENED)) !== 0;
    const isOpening = !hasBegun || PHASES_OPENING.has(state & 255);
    const hasData = row.c2s.layer7Packets + row.s2c.layer7Packets > 0;
    return isOpening || !hasData ? 'incomplete' : told;
  }
  return told;
}
