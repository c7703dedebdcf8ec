/** This file writes counters as `show counter global` prints them (panos.md §4.4). */

import { COUNTERS } from '../events/counters.ts';
import { placeAt } from './show-columns.ts';

// Measured columns, from 0; numbers end before theirs (panos.md §4.4).
const VALUE_END = 44;
const RATE_END = 53;
const SEVERITY = 54;
const CATEGORY = 64;
const ASPECT = 74;
const DESCRIPTION = 84;
const RULER = '-'.repeat(80);
const HEADER =
  'name                                   value     rate severity  category  aspect    description';

/**
 * The counters that are not zero, in the order of their definitions; ends in a newline.
 *
 * @param counters value by name
 * @param elapsedNs from the first packet to the end of the clock: what PAN-OS calls the time since
 *   the last sampling, because a replay begins with every counter at zero
 */
export function showCounters(
  counters: Readonly<Record<string, number>>,
  elapsedNs: number,
): string {
  const elapsedSeconds = elapsedNs / 1e9;
  const rows = COUNTERS.flatMap(({ name, severity, category, aspect, description }) => {
    const value = counters[name] ?? 0;
    if (value === 0) return [];
    // A rate over no time says nothing.
    const rate = elapsedSeconds > 0 ? Math.floor(value / elapsedSeconds) : 0;
    const numbers = rightTo(name, VALUE_END, value);
    return placeAt([
      [0, rightTo(numbers, RATE_END, rate)],
      [SEVERITY, severity],
      [CATEGORY, category],
      [ASPECT, aspect],
      [DESCRIPTION, description],
    ]);
  });
  const lines = [
    'Global counters:',
    `Elapsed time since last sampling: ${elapsedSeconds.toFixed(3)} seconds`,
    '',
    HEADER,
    RULER,
    ...rows,
    RULER,
    `Total counters shown: ${rows.length}`,
    RULER,
  ];
  return `${lines.join('\n')}\n`;
}

/** `line` with a number behind it that ends before column `end`. */
function rightTo(line: string, end: number, value: number): string {
  return `${line} ${String(value).padStart(end - line.length - 1)}`;
}
