/** This file tells when what a session under inspection waits for will never come. */

import { UNDECIDED } from '../appid/found.ts';
import type { Inspected } from '../appid/inspected.ts';
import { ACKNOWLEDGED, HOT_WORDS } from '../session/layout.ts';
import type { SessionTable } from '../session/session-table.ts';
import { ACK_SEEN, ahead, sideBits } from '../session/tcp-sides.ts';

/**
 * Gives up what segments wait for where the other side has acknowledged it, or was not seen at all: then
 * the firewall has seen more, and it is the capture that lacks it.
 *
 * @returns CUT where the budget is used up thereby, else UNDECIDED
 */
export function loseGaps(table: SessionTable, slot: number, session: Inspected): number {
  let found = UNDECIDED;
  for (let side = 0; side < 2; side++) {
    if (!session.isWaiting(side)) continue;
    const acknowledged = table.hot[slot * HOT_WORDS + ACKNOWLEDGED + 1 - side]!;
    const isSeen = (sideBits(table, slot, 1 - side) & ACK_SEEN) !== 0;
    const isOpen = isSeen && ahead(acknowledged, session.expectedOf(side, acknowledged)) <= 0;
    if (!isOpen) found = session.lose(side);
  }
  return found;
}
