/** This file writes the zone matrix for the first screen: within 80 columns, however many zones. */

import { formatBytes, formatCount } from './duration.ts';
import { terminalSafe } from './escape.ts';
import { alignColumns } from './show-columns.ts';
import { sumOf, type ZoneMatrix, type ZoneSums, zoneMatrix } from './zone-matrix.ts';
import type { ZonePair } from './zone-pairs.ts';

const WIDTH = 80;
const INDENT = '  ';
/** Rows and columns of zones at most, the others' among them. */
const ROWS_MAX = 8;
const COLUMNS_MAX = 8;
const NAME_CHARACTERS_MAX = 14;
const ALL = '(all)';
const NOTHING = '.';

const METRICS = [
  { name: 'sessions', of: (sums: ZoneSums) => sums.sessions, format: formatCount },
  { name: 'bytes', of: (sums: ZoneSums) => sums.bytes, format: formatBytes },
  { name: 'dropped', of: (sums: ZoneSums) => sums.dropped, format: formatCount },
] as const;

/**
 * Two or three lines for each zone that sessions came from: how many, their bytes, and their packets
 * that were dropped, if any were. The head is the first line.
 */
export function zoneMatrixLines(pairs: readonly ZonePair[]): string[] {
  for (let columns = COLUMNS_MAX; ; columns--) {
    const matrix = zoneMatrix(pairs, { rows: ROWS_MAX, columns });
    const lines = layOut(matrix);
    if (columns === 2 || lines.every((line) => line.length <= WIDTH)) return lines;
  }
}

function layOut(matrix: ZoneMatrix): string[] {
  const { rows, columns, cells } = withSums(matrix);
  const table = [['from \\ to', '', ...columns.map(shown)]];
  rows.forEach((name, i) => {
    const row = cells[i] ?? [];
    const metrics = METRICS.filter(({ name, of }) => name === 'sessions' || row.some(of));
    metrics.forEach((metric, line) => {
      const texts = row.map((sums) => {
        const value = metric.of(sums);
        return sums.sessions === 0 || value === 0 ? NOTHING : metric.format(value);
      });
      table.push([line === 0 ? shown(name) : '', metric.name, ...texts]);
    });
  });
  const right = new Set(columns.map((_, i) => i + 2));
  return alignColumns(table, right).map((line) => `${INDENT}${line}`);
}

/** With a last row and column of sums, where there is more than one to add up. */
function withSums({ rows, columns, cells }: ZoneMatrix): ZoneMatrix {
  const wide = columns.length < 2 ? cells : cells.map((row) => [...row, sumOf(row)]);
  const names = columns.length < 2 ? columns : [...columns, ALL];
  if (rows.length < 2) return { rows, columns: names, cells: wide };
  const sums = names.map((_, i) => sumOf(wide.flatMap((row) => row[i] ?? [])));
  return { rows: [...rows, ALL], columns: names, cells: [...wide, sums] };
}

/** A zone's name, cut to its room. */
function shown(name: string): string {
  const characters = Array.from(terminalSafe(name));
  if (characters.length <= NAME_CHARACTERS_MAX) return characters.join('');
  return `${characters.slice(0, NAME_CHARACTERS_MAX - 1).join('')}…`;
}
