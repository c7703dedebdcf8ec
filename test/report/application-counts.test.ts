/** This file checks what the first screen and `run.json` tell of applications. */

import { expect, test } from 'vitest';
import { ApplicationCounts } from '../../src/report/application-counts.ts';
import { applicationLines, identificationSummary } from '../../src/report/application-text.ts';
import { identifiedBy, rowOf, untold } from './rows.ts';

test('sessions, packets and bytes of both directions by application; the most sessions first', () => {
  const counts = new ApplicationCounts();
  const c2s = { packets: 3, bytes: 900 };
  const s2c = { packets: 2, bytes: 1100 };
  counts.add(rowOf({ application: 'ssl', c2s, s2c }));
  counts.add(rowOf({ application: 'ssl', c2s }));
  counts.add(rowOf({ application: 'ssh', s2c }));
  counts.add(rowOf({ application: 'dns', c2s, s2c }));
  counts.add(rowOf({}));
  expect(counts.list()).toEqual([
    { application: 'ssl', sessions: 2, packets: 8, bytes: 2900 },
    { application: '(not identified)', sessions: 1, packets: 0, bytes: 0 },
    { application: 'dns', sessions: 1, packets: 5, bytes: 2000 },
    { application: 'ssh', sessions: 1, packets: 2, bytes: 1100 },
  ]);
  expect(applicationLines(counts.list())).toEqual([
    'Application       Sessions  Packets  Bytes',
    'ssl                      2        8  2,900',
    '(not identified)         1        0      0',
    'dns                      1        5  2,000',
    'ssh                      1        2  1,100',
  ]);
});

test('how they were identified', () => {
  const counts = new ApplicationCounts();
  const all = [
    identifiedBy('RFC 9112'),
    identifiedBy('RFC 6455', { before: 'web-browsing' }),
    identifiedBy('RFC 4253', { isDenied: true }),
    identifiedBy(null),
    untold(),
    untold({ isCut: true }),
    null,
  ];
  for (const identification of all) counts.add(rowOf({ identification }));
  expect(counts.payloadCut).toBe(1);
  expect(counts.report()).toEqual({
    inspected: 6,
    identified: 3,
    unknown: 1,
    shifted: 1,
    denied: 1,
    payload_cut: 1,
  });
  expect(identificationSummary({ ...counts.report(), details_not_kept: 2 }, 7)).toBe(
    '3 of 7 sessions identified by payload, 1 unknown, 1 shifted, 1 denied once identified, 1 cut by the capture, 2 with names that found no room',
  );
  expect(
    identificationSummary({ ...new ApplicationCounts().report(), details_not_kept: 0 }, 1),
  ).toBe('0 of 1 session identified by payload');
});

test('both are bounded, and nothing reaches the terminal', () => {
  const counts = new ApplicationCounts();
  for (let i = 0; i < 1005; i++) counts.add(rowOf({ application: `app-${i}` }));
  counts.add(rowOf({ application: 'app-7' }));
  const list = counts.list();
  expect(list).toHaveLength(1001);
  expect(list.slice(0, 2)).toMatchObject([
    { application: '(others)', sessions: 5 },
    { application: 'app-7', sessions: 2 },
  ]);
  const lines = applicationLines(list);
  expect(lines).toHaveLength(14);
  expect(lines[13]).toBe('… 989 more applications in run.json');
  const odd = [{ application: 'a\u001b', sessions: 1, packets: 1, bytes: 1 }];
  expect(applicationLines(odd)[1]).toMatch(/^a\\u\{1b\} /);
});
