/**
 * This file lays zone pairs out as a matrix, rows from and columns to: as many zones as there is room
 * for, those with the most sessions first, all others in one row and one column.
 */

import { OTHERS, order, type ZonePair } from './zone-pairs.ts';

/** What stands in a cell, or in the sum of several. */
export type ZoneSums = Readonly<Pick<ZonePair, 'sessions' | 'packets' | 'bytes' | 'dropped'>>;

/** Names in the order of their rows and columns; `OTHERS` is last where it is there. */
export interface ZoneMatrix {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** By row and column, from 0; without sessions where nothing went from the one to the other. */
  readonly cells: readonly (readonly ZoneSums[])[];
}

/** Zones that stand on their own at most; with more, the last place is that of the others. */
export interface MatrixRoom {
  readonly rows: number;
  readonly columns: number;
}

/** Rows of zones that sessions came from, columns of zones that they went to. */
export function zoneMatrix(pairs: readonly ZonePair[], room: MatrixRoom): ZoneMatrix {
  return fill(
    pairs,
    busiest(pairs, ({ from }) => [from], room.rows),
    busiest(pairs, ({ to }) => [to], room.columns),
  );
}

/** The same zones as rows and columns, so that what stays within a zone is on the diagonal. */
export function squareMatrix(pairs: readonly ZonePair[], zonesMax: number): ZoneMatrix {
  const names = busiest(pairs, ({ from, to }) => (from === to ? [from] : [from, to]), zonesMax);
  return fill(pairs, names, names);
}

/** The sum of some cells. */
export function sumOf(cells: readonly ZoneSums[]): ZoneSums {
  const sum = { sessions: 0, packets: 0, bytes: 0, dropped: 0 };
  for (const cell of cells) add(sum, cell);
  return sum;
}

function fill(
  pairs: readonly ZonePair[],
  rows: readonly string[],
  columns: readonly string[],
): ZoneMatrix {
  const cells = rows.map(() => columns.map(() => ({ ...sumOf([]) })));
  const place = (names: readonly string[], name: string) => {
    const known = names.indexOf(name);
    return known === -1 ? names.length - 1 : known;
  };
  for (const pair of pairs) {
    const cell = cells[place(rows, pair.from)]?.[place(columns, pair.to)];
    if (cell !== undefined) add(cell, pair);
  }
  return { rows, columns, cells };
}

function add(sum: { -readonly [K in keyof ZoneSums]: number }, more: ZoneSums): void {
  sum.sessions += more.sessions;
  sum.packets += more.packets;
  sum.bytes += more.bytes;
  sum.dropped += more.dropped;
}

/** Names of pairs' ends by their sessions, at most `max`. */
function busiest(
  pairs: readonly ZonePair[],
  ends: (pair: ZonePair) => readonly string[],
  max: number,
): string[] {
  const sessions = new Map<string, number>();
  for (const pair of pairs) {
    for (const name of ends(pair)) {
      sessions.set(name, (sessions.get(name) ?? 0) + pair.sessions);
    }
  }
  const isOthers = sessions.delete(OTHERS);
  const names = [...sessions].sort(([a, m], [b, n]) => n - m || order(a, b)).map(([name]) => name);
  if (names.length + Number(isOthers) <= max) return isOthers ? [...names, OTHERS] : names;
  return [...names.slice(0, max - 1), OTHERS];
}
