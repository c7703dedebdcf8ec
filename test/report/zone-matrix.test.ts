/** This file checks the zone matrix: what stands where, in 80 columns, whatever the zones. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { squareMatrix, sumOf, zoneMatrix } from '../../src/report/zone-matrix.ts';
import { zoneMatrixLines } from '../../src/report/zone-matrix-text.ts';
import { OTHERS, type ZonePair, ZonePairs } from '../../src/report/zone-pairs.ts';
import { rowOf } from './rows.ts';

const pair = (from: string, to: string, sessions: number, dropped = 0): ZonePair => ({
  from,
  to,
  sessions,
  packets: 10 * sessions,
  bytes: 1000 * sessions,
  dropped,
});

describe('pairs', () => {
  const session = (sourceZone: string, destinationZone: string | null) =>
    rowOf({
      sourceZone,
      destinationZone,
      c2s: { packets: 3, bytes: 300, dropped: 1 },
      s2c: { packets: 2, bytes: 50, dropped: 0 },
    });

  test('add up both directions; the largest first, then by name', () => {
    const pairs = new ZonePairs();
    for (const zone of ['dmz', 'untrust', 'untrust', null, 'a']) pairs.add(session('trust', zone));
    const one = { packets: 5, bytes: 350, dropped: 1, sessions: 1 };
    expect(pairs.list()).toEqual([
      { from: 'trust', to: 'untrust', packets: 10, bytes: 700, dropped: 2, sessions: 2 },
      { from: 'trust', to: 'a', ...one },
      { from: 'trust', to: 'dmz', ...one },
      { from: 'trust', to: 'unknown', ...one },
    ]);
  });

  test('beyond a thousand are one, and last', () => {
    const pairs = new ZonePairs();
    for (let i = 0; i < 1002; i++) pairs.add(session(`z${i}`, 'untrust'));
    pairs.add(session('z7', 'untrust'));
    const list = pairs.list();
    expect(list).toHaveLength(1001);
    expect(list[0]).toMatchObject({ from: 'z7', sessions: 2 });
    expect(list[1000]).toMatchObject({ from: OTHERS, to: OTHERS, sessions: 2, packets: 10 });
  });
});

describe('the first screen', () => {
  test('has a line for sessions, bytes and drops, and sums', () => {
    const pairs = [
      pair('trust', 'untrust', 1200, 4),
      pair('dmz', 'untrust', 30),
      pair('dmz', 'dmz', 2),
    ];
    expect(zoneMatrixLines(pairs)).toEqual([
      '  from \\ to            untrust     dmz    (all)',
      '  trust      sessions    1,200       .    1,200',
      '             bytes      1.2 MB       .   1.2 MB',
      '             dropped         4       .        4',
      '  dmz        sessions       30       2       32',
      '             bytes     30.0 kB  2.0 kB  32.0 kB',
      '  (all)      sessions    1,230       2    1,232',
      '             bytes      1.2 MB  2.0 kB   1.2 MB',
      '             dropped         4       .        4',
    ]);
  });

  test('has no sums where there is one row or column', () => {
    expect(zoneMatrixLines([pair('a', 'b', 1), pair('a', 'c', 1)])).toEqual([
      '  from \\ to                 b       c   (all)',
      '  a          sessions       1       1       2',
      '             bytes     1.0 kB  1.0 kB  2.0 kB',
    ]);
  });

  test('folds what has no room, and cuts and cleans names', () => {
    const name = (i: number) => `${String.fromCharCode(97 + i)}\u001b-zone-with-a-long-name`;
    const pairs = Array.from({ length: 20 }, (_, i) =>
      Array.from({ length: 20 }, (_, j) => pair(name(i), name(j), 1e6 * (20 - i) * (20 - j), 12)),
    ).flat();
    const lines = zoneMatrixLines(pairs);
    expect(lines.length).toBe(1 + 3 * 9);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines[1]).toMatch(/^ {2}a\\u\{1b\}-zone-… +sessions +400,000,000 +/);
    expect(lines.at(-6)).toMatch(/^ {2}\(others\) /);
    // 1e6 × (1 + 2 + … + 20)².
    expect(lines.at(-3)).toMatch(/44,100,000,000$/);
    expect(lines.join('\n')).not.toContain('\u001b');
  });
});

test('whatever the pairs, the cells add up to them, and zones stay within the room', () => {
  const zone = fc.constantFrom('a', 'b', 'c', 'd', 'e', OTHERS);
  const pairs = fc.uniqueArray(
    fc.tuple(zone, zone, fc.integer({ min: 1, max: 99 })).map(([a, b, n]) => pair(a, b, n, n % 3)),
    { selector: ({ from, to }) => `${from} ${to}`, minLength: 1 },
  );
  fc.assert(
    fc.property(pairs, fc.integer({ min: 1, max: 6 }), (list, max) => {
      for (const matrix of [zoneMatrix(list, { rows: max, columns: 6 }), squareMatrix(list, max)]) {
        expect(sumOf(matrix.cells.flat())).toEqual(sumOf(list));
        expect(matrix.rows.length).toBeLessThanOrEqual(max);
        expect(matrix.cells.every((row) => row.length === matrix.columns.length)).toBe(true);
        matrix.rows.forEach((from, i) => {
          matrix.columns.forEach((to, j) => {
            if (from === OTHERS || to === OTHERS) return;
            const known = list.filter((each) => each.from === from && each.to === to);
            expect(matrix.cells[i]?.[j]).toEqual(sumOf(known));
          });
        });
      }
    }),
  );
});
