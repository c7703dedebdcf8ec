/** This file writes what NAT did for the first screen: sessions by rule, and how full the pools are. */

import { formatCount, formatCountOf } from './duration.ts';
import { terminalSafe } from './escape.ts';
import type { NatCounts } from './nat-counts.ts';
import { alignColumns } from './show-columns.ts';

/** What `run.json` has of NAT. */
export type NatReport = ReturnType<NatCounts['report']>;
type Pool = NatReport['pools'][number];

const POOLS_MAX = 8;
const NAMES_MAX = 2;
const HEAD = ['Pool', 'Kind', 'In use', 'At most', 'Of', 'Failures', 'Rules'] as const;
const RIGHT = new Set([2, 3, 4, 5]);

/** How many sessions are translated, and how that is known: `2 of 3 sessions translated: source 2`. */
export function natSummary(nat: NatReport, sessions: number): string {
  const ways = [
    [nat.source, 'source'],
    [nat.destination, 'destination'],
    [nat.both, 'both'],
  ] as const;
  const list = ways.flatMap(([n, name]) => (n > 0 ? [`${name} ${formatCount(n)}`] : []));
  const seen = [
    ...(nat.observed > 0 ? [`${formatCount(nat.observed)} as the capture shows`] : []),
    ...(nat.inferred > 0 ? [`${formatCount(nat.inferred)} of them inferred`] : []),
    ...(nat.unexplained > 0 ? [`${formatCount(nat.unexplained)} unlike any rule`] : []),
  ];
  const all = `${formatCount(nat.translated)} of ${formatCountOf(sessions, 'session')} translated`;
  const known = seen.length === 0 ? '' : `; ${seen.join(', ')}`;
  return list.length === 0 ? all : `${all}: ${list.join(', ')}${known}`;
}

/** A table of the pools, those that failed and the fullest first; nothing without pools. */
export function poolLines({ pools }: NatReport): string[] {
  if (pools.length === 0) return [];
  const sorted = [...pools].sort(
    (a, b) => b.failures - a.failures || fullness(b) - fullness(a) || b.peak - a.peak,
  );
  const rows = sorted
    .slice(0, POOLS_MAX)
    .map((pool) => [
      shortened(pool.addresses),
      pool.kind,
      formatCount(pool.in_use),
      formatCount(pool.peak),
      formatCount(pool.capacity),
      pool.failures === 0 ? '.' : formatCount(pool.failures),
      shortened(pool.rules),
    ]);
  const lines = alignColumns([HEAD, ...rows], RIGHT);
  const hidden = pools.length - rows.length;
  if (hidden > 0) lines.push(`… ${formatCountOf(hidden, 'more pool')} in run.json`);
  return lines;
}

/** Share of a pool that was in use at once. */
function fullness({ peak, capacity }: Pool): number {
  return capacity === 0 ? 0 : peak / capacity;
}

function shortened(names: readonly string[]): string {
  if (names.length === 0) return '(no address)';
  const shown = names.slice(0, NAMES_MAX).map(terminalSafe);
  if (names.length > NAMES_MAX) shown.push(`… ${formatCount(names.length - NAMES_MAX)} more`);
  return shown.join(', ');
}
