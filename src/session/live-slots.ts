/** This file lists the sessions of a table in the order of their making. */

import { HOT_WORDS, SERIAL } from './layout.ts';
import type { SessionTable } from './session-table.ts';

/** Slots in use, by serial. */
export function slotsBySerial({ hot, used, live }: SessionTable): Int32Array {
  const slots = new Int32Array(live);
  let count = 0;
  for (let slot = 0; slot < used; slot++) {
    if (hot[slot * HOT_WORDS + SERIAL] !== 0) slots[count++] = slot;
  }
  const serial = (slot: number) => hot[slot * HOT_WORDS + SERIAL]! >>> 0;
  return slots.sort((a, b) => serial(a) - serial(b));
}
