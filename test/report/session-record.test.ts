/** This file checks what a session record says of protocols whose ports are none, and of SCTP. */

import { expect, test } from 'vitest';
import { sessionRecord } from '../../src/report/session-record.ts';
import { ipv4, rowOf } from './rows.ts';

interface Flow {
  readonly sport: number;
  readonly dport: number;
}

function recordOf(protocol: number): { c2s: Flow; s2c: Flow; community_id: string } {
  const row = rowOf({
    protocol,
    sourceWords: ipv4(192, 168, 170, 8),
    destinationWords: ipv4(192, 168, 170, 56),
    sport: 7,
    dport: 8,
  });
  return JSON.parse(sessionRecord(row, { fileNames: null }));
}

test.each([47, 50, 51])('protocol %i: both flows have the number in the same order', (protocol) => {
  const { c2s, s2c } = recordOf(protocol);
  expect([c2s.sport, c2s.dport, s2c.sport, s2c.dport]).toEqual([7, 8, 7, 8]);
});

test.each([6, 17, 132])('protocol %i: the answer has the ports the other way round', (protocol) => {
  const { c2s, s2c } = recordOf(protocol);
  expect([c2s.sport, c2s.dport, s2c.sport, s2c.dport]).toEqual([7, 8, 8, 7]);
});

test('SCTP has a Community ID', () => {
  // Of seed 0, the two addresses, protocol 132 and ports 7 and 8: hashed by Python's hashlib.
  expect(recordOf(132).community_id).toBe('1:EWtSmnD2Yb8mlXKgb6nycZAoIcY=');
});
