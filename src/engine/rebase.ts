/** This file moves the times that sessions and what belongs to them keep, when the epoch changes. */

import { DEADLINE_F64, HOT_F64, LAST_F64 } from '../session/layout.ts';
import type { EngineParts } from './parts.ts';

/** Moves them by `deltaNs`. */
export function rebaseSessions(parts: EngineParts, slots: Int32Array, deltaNs: number): void {
  const { table, ageing, occupancy, predicts, offloads } = parts;
  ageing.clear(deltaNs);
  for (const slot of slots) {
    const at = slot * HOT_F64;
    table.hotF64[at + DEADLINE_F64]! += deltaNs;
    table.hotF64[at + LAST_F64]! += deltaNs;
    ageing.add(slot);
  }
  occupancy.rebase(deltaNs);
  predicts.rebase(deltaNs);
  offloads?.records.rebase(deltaNs);
}
