/**
 * This file looks at the places in memory that the next packets of a batch will need: index entries and
 * records of their flows. The processor waits for many of them at once then, and not for one after the
 * other: with 100,000 live sessions a replay takes a third less time. Tables that fit into the cache gain
 * nothing by it.
 */

import { ROW_KEY_HASH, ROW_WORDS } from '../wire/packet-row.ts';
import { HOT_WORDS } from './layout.ts';
import type { SessionTable } from './session-table.ts';

/** From so many live sessions on, records and index of a table are larger than a processor's own cache. */
const TOUCH_FROM_SESSIONS = 32_768;

/** Half a record: the other of its two cache lines. */
const NEXT_LINE = HOT_WORDS / 2;

/**
 * Touches what packets `from` to before `to` will need, where that helps.
 *
 * @param rows of decoded packets (wire/packet-row)
 * @returns a number that says nothing: without one, the loads would be optimised away
 */
export function touchFlows(
  { index, hot, live }: SessionTable,
  rows: Int32Array,
  from: number,
  to: number,
): number {
  if (live < TOUCH_FROM_SESSIONS) return 0;
  const mask = index.length / 2 - 1;
  const start = from * ROW_WORDS + ROW_KEY_HASH;
  const end = Math.min(to * ROW_WORDS, rows.length);
  let touched = 0;
  // Loops that do nothing else: only so do the loads of one turn overlap with those of the next.
  for (let at = start; at < end; at += ROW_WORDS) touched |= index[2 * (rows[at]! & mask)]!;
  for (let at = start; at < end; at += ROW_WORDS) {
    const entry = index[2 * (rows[at]! & mask) + 1]!;
    const record = entry > 0 ? ((entry - 1) >> 1) * HOT_WORDS : 0;
    touched |= hot[record]! | hot[record + NEXT_LINE]!;
  }
  return touched;
}
