/** This file writes what the sessions' applications are for the first screen. */

import type { ApplicationCounts, ApplicationSums } from './application-counts.ts';
import { formatCount, formatCountOf } from './duration.ts';
import { terminalSafe } from './escape.ts';
import { alignColumns } from './show-columns.ts';

const APPLICATIONS_MAX = 12;
const HEAD = ['Application', 'Sessions', 'Packets', 'Bytes'] as const;
const RIGHT = new Set([1, 2, 3]);

/** How many sessions payload told: `2 of 3 sessions identified by payload, 1 unknown`. */
export function identificationSummary(
  app: ReturnType<ApplicationCounts['report']> & { readonly details_not_kept: number },
  sessions: number,
): string {
  const others = [
    [app.unknown, 'unknown'],
    [app.shifted, 'shifted'],
    [app.denied, 'denied once identified'],
    [app.payload_cut, 'cut by the capture'],
    [app.details_not_kept, 'with names that found no room'],
  ] as const;
  const list = others.flatMap(([n, what]) => (n > 0 ? [`, ${formatCount(n)} ${what}`] : []));
  const all = `${formatCount(app.identified)} of ${formatCountOf(sessions, 'session')}`;
  return `${all} identified by payload${list.join('')}`;
}

/** A table of the applications, as they come. */
export function applicationLines(sums: readonly ApplicationSums[]): string[] {
  const rows = sums
    .slice(0, APPLICATIONS_MAX)
    .map(({ application, sessions, packets, bytes }) => [
      terminalSafe(application),
      formatCount(sessions),
      formatCount(packets),
      formatCount(bytes),
    ]);
  const lines = alignColumns([HEAD, ...rows], RIGHT);
  const hidden = sums.length - rows.length;
  if (hidden > 0) lines.push(`… ${formatCountOf(hidden, 'more application')} in run.json`);
  return lines;
}
