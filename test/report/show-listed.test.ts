/** This file checks which sessions the first screen lists, in which order, and their third line. */

import { describe, expect, test } from 'vitest';
import { ListedSessions } from '../../src/report/show-listed.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { finishedPing, rowOf } from './rows.ts';

/** Serials of the list, from the third line of each session. */
function serials(listed: ListedSessions): number[] {
  const { body } = listed.table(true);
  return body.flatMap((line, i) => (i % 3 === 2 ? [Number(line.slice(13, 19))] : []));
}

const END = { second: 9, nanosecond: 0, lifetimeNs: 9e9 };

describe('the order', () => {
  test('is by what went wrong, then by serial', () => {
    const rows: Parameters<typeof rowOf>[0][] = [
      { endReason: 'tcp-fin' },
      { endReason: 'aged-out', application: 'incomplete' },
      { endReason: 'aged-out', isAsymmetricSuspect: true },
      { endReason: 'tcp-fin', s2c: { dropped: 1 } },
      { endReason: 'tcp-rst-from-server' },
      { endReason: 'tcp-rst-from-client' },
      { endReason: 'tcp-reuse' },
      { endReason: 'policy-deny', action: 'deny' },
      { state: 'DISCARD', action: 'drop', end: null },
      { state: 'ACTIVE', end: null },
    ];
    const listed = new ListedSessions(100);
    rows.forEach((row, i) => {
      listed.add(rowOf({ serial: i + 1, end: END, ...row }));
    });
    expect(serials(listed)).toEqual([8, 9, 7, 5, 6, 4, 3, 2, 1, 10]);
  });

  test('of the first few is the same, however many came, in whatever order', () => {
    // Every seventh session is reset; of 1000 these are 7, 14, …, 994.
    const rows = Array.from({ length: 1000 }, (_, i) =>
      rowOf({
        serial: i + 1,
        end: END,
        endReason: i % 7 === 6 ? 'tcp-rst-from-client' : 'tcp-fin',
      }),
    );
    for (const order of [rows, [...rows].reverse(), shuffled(rows)]) {
      const few = new ListedSessions(3);
      const many = new ListedSessions(144);
      for (const row of order) {
        few.add(row);
        many.add(row);
      }
      expect(few.count).toBe(3);
      expect(serials(few)).toEqual([7, 14, 21]);
      // 142 are reset: the two behind them are the first ordinary ones.
      expect(serials(many).slice(-3)).toEqual([994, 1, 2]);
    }
  });
});

/** Always the same disorder: 387 and 1000 have no common divisor. */
function shuffled(rows: readonly SessionRow[]): SessionRow[] {
  return rows.flatMap((_, i) => rows[(i * 387) % rows.length] ?? []);
}

test('nothing is listed with a limit of 0, or without sessions', () => {
  const none = new ListedSessions(0);
  none.add(finishedPing());
  expect(none.count).toBe(0);
  expect(none.table(true)).toEqual({ head: [], body: [] });
  expect(new ListedSessions(5).table(true)).toEqual({ head: [], body: [] });
});

test('the third line has what the vendor’s two lack, under a header of its own', () => {
  const listed = new ListedSessions(5);
  listed.add(finishedPing());
  listed.add(
    Object.assign(finishedPing(), {
      serial: 32,
      startNanosecond: 1_999_999,
      elapsedNs: 1.2345e9,
      end: null,
      endReason: null,
      timeToLive: 4,
      isMidstream: true,
      isAsymmetricSuspect: true,
    }),
  );
  listed.add(rowOf({ serial: 33, end: END, endReason: 'tcp-fin', c2s: { dropped: 2 } }));
  const denied = { action: 'deny', state: 'DISCARD', rule: 'no-ssh', timeToLive: 30 } as const;
  listed.add(rowOf({ serial: 34, ...denied }));
  const { head, body } = listed.table(false);
  expect(head).toHaveLength(5);
  expect(head[3]).toBe(
    '            Serial                    Start  Elapsed  Packets  Bytes  Rule        End reason',
  );
  expect([2, 5, 8, 11].map((i) => body[i])).toEqual([
    '             34      1970-01-01 00:00:00.000    0.000      0/0    0/0  no-ssh      denied, live, 30 s left',
    '             33      1970-01-01 00:00:00.000    0.000      0/0    0/0  -           tcp-fin, 2 packets dropped',
    '             32      2023-05-06 09:58:41.001    1.234      1/0   74/0  Allow ping  live, 4 s left, asymmetric suspect, began before the capture',
    '             31      2023-05-06 09:58:41.000    0.000      1/0   74/0  Allow ping  aged-out',
  ]);
});
