/** This file copies the engine's reused row, its addresses as text beside their words. */

import type { SessionRow } from '../../src/session/session-row.ts';

export function copyRow(row: SessionRow): SessionRow {
  const { source, destination, translatedSource, translatedDestination } = row;
  const copy = structuredClone({ ...row });
  return { ...copy, source, destination, translatedSource, translatedDestination };
}
