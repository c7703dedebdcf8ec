/** This file notes that a session came or went, and what that does to ageing. */

import { EVENT_AGING_ACCELERATED } from '../events/event-kinds.ts';
import type { EngineParts } from './parts.ts';

/** Notes how many sessions are live now; crossing the ageing threshold is an event (panos.md §2.2). */
export function noteOccupancy({ ageing, occupancy, position, table, log }: EngineParts): void {
  const now = position.clock[0]!;
  occupancy.note(now, table.live);
  if (ageing.noteOccupancy(now)) {
    log.append(EVENT_AGING_ACCELERATED, position, 0, ageing.isAccelerated ? 1 : 0, table.live);
  }
}
