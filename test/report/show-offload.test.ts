/** This file checks what `--session` tells of a session's way to hardware. */

import { expect, test } from 'vitest';
import { offloadPathLines } from '../../src/report/offload/show-offload.ts';
import { showSessionId } from '../../src/report/show-session-id.ts';
import { offloadOf } from './offload-rows.ts';
import { finishedPing, rowOf } from './rows.ts';

/** The lines with two spaces between columns, whatever their width. */
const told = (...offload: Parameters<typeof offloadPathLines>) =>
  offloadPathLines(...offload).map((line) => line.trim().replaceAll(/ {2,}/g, '  '));

test('the way of a decrypted session ends at decryption', () => {
  const offload = offloadOf('decrypt', {
    causes: { 'no-hardware': 'PA-3220', 'appid-pending': 'ssl', decrypt: 'decrypt\u001b-out' },
    ...{ packets: { handshake: 3, 'appid-pending': 5 } },
    ...{ c2s: { dataplane: [10, 900] }, s2c: { dataplane: [20, 24_000] } },
    blockers: [{ check: 'decrypt', cause: 'decrypt\u001b-out' }],
    potential: { packets: 22, bytes: 20_000 },
  });
  expect(told(offload)).toEqual([
    'Offload (estimate)',
    '✓ the platform has offload hardware  no-hardware  PA-3220',
    '✓ offload is switched on for it  disabled',
    '✓ it is a FLOW, ACTIVE and not denied  state',
    '✓ no tunnel ends on the firewall  tunnel',
    '✓ it is TCP or UDP  protocol',
    '✓ it is not with the firewall itself  host-session',
    '✓ both directions are seen, TCP is set up  handshake  since packet 3',
    '✓ the application is identified  appid-pending  ssl  since packet 5',
    '✗ it is not decrypted  decrypt  decrypt\\u{1b}-out',
    '└ on the dataplane: decrypt',
    '· no ALG reads it  alg-control',
    '· its content is not inspected any more  content-inspection',
    '· no feature needs the dataplane  feature',
    'in hardware(c2s)  : 0 of 10 packets, 0 of 900 bytes',
    'in hardware(s2c)  : 0 of 20 packets, 0 of 24000 bytes',
    'in the way  : decrypt (decrypt\\u{1b}-out)',
    'without that in hardware  : 22 packets more',
  ]);
});

test('the way of an offloaded session ends in hardware; stretches, and what came back', () => {
  const offload = offloadOf(null, {
    ...{ fromPacket: 12, punted: { fin: 2, options: 1 } },
    lateRefresh: { unreported: 16, earlyNs: 3599.99e9 },
    ...{ c2s: { hardware: [5, 500], dataplane: [9, 700] }, s2c: { hardware: [6, 9000] } },
    stretches: [
      { fromPacket: 12, toPacket: null, endedBy: 'disabled' },
      { fromPacket: 31, toPacket: 40, endedBy: 'state' },
    ],
  });
  const lines = told(offload);
  expect(lines.slice(12)).toEqual([
    '✓ no feature needs the dataplane  feature',
    '└ in hardware',
    'in hardware from packet  : 12',
    'in hardware(c2s)  : 5 of 14 packets, 500 of 1200 bytes',
    'in hardware(s2c)  : 6 of 6 packets, 9000 of 9000 bytes',
    'punted back  : fin 2, options 1',
    'stretch in hardware  : from packet 12, ended by disabled',
    'stretch in hardware  : from packet 31 until packet 40, ended by state',
    'aged out early  : by 3599.99 s: hardware had not reported 16 packets',
  ]);
  expect(lines.filter((line) => line.startsWith('✓'))).toHaveLength(12);
});

test('show session id says Yes of what is in hardware, or was when it ended', () => {
  const shown = (changes: Parameters<typeof rowOf>[0]) =>
    showSessionId(rowOf(changes))
      .split('\n')
      .find((line) => line.startsWith('        offload '));
  const end = { second: 9, nanosecond: 0, lifetimeNs: 1e9 };
  const [yes, no] = ['Yes', 'No'].map(
    (word) => `        offload                              : ${word}`,
  );
  const stretches = [{ fromPacket: 4, toPacket: null, endedBy: 'disabled' }] as const;
  const pulledBack = offloadOf(null, { stretches });
  expect(shown({ offload: offloadOf(null) })).toBe(yes);
  expect(shown({ offload: offloadOf(null), end })).toBe(yes);
  expect(shown({ offload: offloadOf('decrypt'), end })).toBe(no);
  expect(shown({ offload: pulledBack })).toBe(no);
  expect(shown({ offload: pulledBack, end })).toBe(yes);
  expect(showSessionId(finishedPing())).not.toContain('offload');
});
