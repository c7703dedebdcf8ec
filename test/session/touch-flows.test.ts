/** This file asks that looking ahead changes nothing, whatever the rows hold. */

import { expect, test } from 'vitest';
import { HOT_WORDS, KEY_META, KEY_PORTS, KEY_SOURCE } from '../../src/session/layout.ts';
import { SessionTable } from '../../src/session/session-table.ts';
import { touchFlows } from '../../src/session/touch-flows.ts';
import { ROW_KEY_HASH, ROW_WORDS } from '../../src/wire/packet-row.ts';

const SESSIONS = 40_000;

test('touching flows reads the table and changes nothing of it', () => {
  const table = new SessionTable(1);
  for (let i = 0; i < SESSIONS; i++) {
    const slot = table.allocate();
    table.hot[slot * HOT_WORDS + KEY_SOURCE] = i;
    table.hot[slot * HOT_WORDS + KEY_PORTS] = i;
    table.hot[slot * HOT_WORDS + KEY_META] = 6;
    table.insertFlow(slot, 0);
  }
  const rows = new Int32Array(100 * ROW_WORDS);
  // Hashes of flows, of none, and the extremes.
  for (let i = 0; i < 100; i++) {
    const own = table.hashOfKey(i, 0, i, 6);
    const hashes = [own, ~own, 0, -1, 2 ** 31 - 1, -(2 ** 31)];
    rows[i * ROW_WORDS + ROW_KEY_HASH] = hashes[i % hashes.length]!;
  }
  const before = [table.hot.slice(), table.index.slice()];
  // Behind the last row there is nothing to read.
  for (const [from, to] of [
    [0, 100],
    [90, 200],
    [100, 100],
  ] as const) {
    expect(Number.isInteger(touchFlows(table, rows, from, to))).toBe(true);
  }
  expect(touchFlows(table, rows, 0, 100)).not.toBe(0);
  expect([table.hot, table.index]).toEqual(before);
  expect(touchFlows(new SessionTable(1), rows, 0, 100)).toBe(0);
});
