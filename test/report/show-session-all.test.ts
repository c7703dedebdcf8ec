/** This file checks `show session all` against the texts of panos.md §4.2. */

import { expect, test } from 'vitest';
import { sessionAllHead, sessionAllLines } from '../../src/report/show-session-all.ts';
import { finishedPing, rowOf } from './rows.ts';

test('the head is the vendor’s', () => {
  expect(sessionAllHead()).toEqual([
    '--------------------------------------------------------------------------------',
    'ID          Application    State   Type Flag  Src[Sport]/Zone/Proto (translated IP[Port])',
    'Vsys                                          Dst[Dport]/Zone (translated IP[Port])',
    '--------------------------------------------------------------------------------',
  ]);
});

test('a session is two lines; without NAT no flag, and the address again in brackets', () => {
  const row = Object.assign(finishedPing(), { sessionId: 20, state: 'ACTIVE' });
  expect(sessionAllLines(row)).toEqual([
    '20           ping           ACTIVE  FLOW       192.168.1.20[1]/Inside/1  (192.168.1.20[1])',
    'vsys1                                          1.1.1.1[31]/Outside  (1.1.1.1[31])',
  ]);
});

test('what is in the lines stands at the measured columns', () => {
  const [first, second] = sessionAllLines(Object.assign(finishedPing(), { state: 'DISCARD' }));
  expect(first.indexOf('25')).toBe(0);
  expect(first.indexOf('ping')).toBe(13);
  expect(first.indexOf('DISCARD')).toBe(28);
  expect(first.indexOf('FLOW')).toBe(36);
  expect(first.slice(40, 47)).toBe('       ');
  expect(first.indexOf('192.168.1.20')).toBe(47);
  expect(second.indexOf('vsys1')).toBe(0);
  expect(second.indexOf('1.1.1.1')).toBe(47);
});

test('what is not known, too long, or no text for a terminal', () => {
  const row = rowOf({ application: 'an-application-with-a-long-name', sourceZone: 'a\nb' });
  expect(sessionAllLines(row)).toEqual([
    '0            an-application-with-a-long-name FREE FLOW 0.0.0.0[0]/a\\u{a}b/0  (0.0.0.0[0])',
    'vsys1                                          0.0.0.0[0]/unknown  (0.0.0.0[0])',
  ]);
  expect(sessionAllLines(rowOf({}))[0].slice(13, 16)).toBe('-  ');
});
