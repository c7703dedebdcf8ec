/** This file checks what the first screen and `run.json` tell of NAT. */

import { expect, test } from 'vitest';
import { NatCounts } from '../../src/report/nat-counts.ts';
import { natSummary, poolLines } from '../../src/report/nat-text.ts';
import { PoolUse } from '../../src/session/pool-use.ts';
import type { NatRow } from '../../src/session/session-row.ts';
import { rowOf } from './rows.ts';

const nat = (flags: NatRow['flags'], known: Partial<NatRow> = {}): NatRow => ({
  rule: 'r',
  flags,
  isObserved: false,
  isInferred: false,
  isUnexplained: false,
  model: null,
  ...known,
});

/** A pool with so many in use, after so many more. */
function poolOf(
  kind: PoolUse['kind'],
  [addresses, rules]: readonly [string[], string[]],
  counts: { capacity: number; peak: number; inUse: number; failures?: number },
): PoolUse {
  const pool = new PoolUse(kind, addresses, counts.capacity);
  pool.rules.push(...rules);
  for (let i = 0; i < counts.peak; i++) pool.take();
  for (let i = counts.peak; i > counts.inUse; i--) pool.give();
  pool.failures = counts.failures ?? 0;
  return pool;
}

test('sessions are counted by rule and by what is translated; a rule that exempts counts too', () => {
  const counts = new NatCounts();
  counts.add(rowOf({ natRule: 'out', nat: nat('NS', { isObserved: true }) }));
  counts.add(rowOf({ natRule: 'out', nat: nat('NS', { isObserved: true, isInferred: true }) }));
  counts.add(rowOf({ natRule: 'in', nat: nat('ND') }));
  counts.add(
    rowOf({ natRule: 'u-turn', nat: nat('NB', { isObserved: true, isUnexplained: true }) }),
  );
  counts.add(rowOf({ natRule: 'exempt' }));
  counts.add(rowOf({}));
  const report = counts.report([]);
  expect(report).toEqual({
    translated: 4,
    source: 2,
    destination: 1,
    both: 1,
    observed: 3,
    inferred: 1,
    unexplained: 1,
    rules: { out: 2, exempt: 1, in: 1, 'u-turn': 1 },
    pools: [],
  });
  expect(natSummary(report, 6)).toBe(
    '4 of 6 sessions translated: source 2, destination 1, both 1; 3 as the capture shows, 1 of them inferred, 1 unlike any rule',
  );
});

test('without a translation there is nothing more to say', () => {
  const report = new NatCounts().report([]);
  expect(natSummary(report, 1)).toBe('0 of 1 session translated');
  expect(poolLines(report)).toEqual([]);
});

test('pools that failed stand first, then the fullest; the most at once is kept', () => {
  const pools = [
    poolOf('dynamic-ip-and-port', [['203.0.113.5'], ['out']], {
      capacity: 129_024,
      peak: 9,
      inUse: 3,
    }),
    poolOf('dynamic-ip', [['203.0.113.64/26'], ['labs']], { capacity: 64, peak: 32, inUse: 32 }),
    poolOf('dynamic-ip', [['203.0.113.10/31'], ['two', 'guests\u001b', 'c']], {
      capacity: 2,
      peak: 2,
      inUse: 0,
      failures: 1234,
    }),
    poolOf('dynamic-ip-and-port', [[], ['no-address']], { capacity: 0, peak: 0, inUse: 0 }),
  ];
  expect(poolLines(new NatCounts().report(pools))).toEqual([
    'Pool             Kind                 In use  At most       Of  Failures  Rules',
    '203.0.113.10/31  dynamic-ip                0        2        2     1,234  two, guests\\u{1b}, … 1 more',
    '203.0.113.64/26  dynamic-ip               32       32       64         .  labs',
    '203.0.113.5      dynamic-ip-and-port       3        9  129,024         .  out',
    '(no address)     dynamic-ip-and-port       0        0        0         .  no-address',
  ]);
});

test('the list of pools is bounded', () => {
  const pools = Array.from({ length: 100 }, (_, i) =>
    poolOf('dynamic-ip', [[`203.0.113.${i}`], ['r']], { capacity: 1, peak: 0, inUse: 0 }),
  );
  const lines = poolLines(new NatCounts().report(pools));
  expect(lines).toHaveLength(10);
  expect(lines[9]).toBe('… 92 more pools in run.json');
});
