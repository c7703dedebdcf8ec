/** This file checks what a run says of applications that payload tells, from the outside. */

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildCapture, parseScript } from '../../samples/script/index.ts';
import { workshop } from '../support/cli.ts';

const { run, path } = workshop();
const C = 'trust 10.0.0.5:40000 > 203.0.113.9:22 tcp';
const S = 'untrust 203.0.113.9:22 > 10.0.0.5:40000 tcp';
const SCRIPT = `@start 2026-06-01T08:00:00Z
0.00 ${C} S
0.01 ${S} SA
0.02 ${C} A
0.03 ${S} PA data="SSH-2.0-a\\r\\n"
1.00 trust 10.0.0.5:40001 > 203.0.113.9:53 udp len=30 snap=42
`;
writeFileSync(path('ssh.pcapng'), buildCapture(parseScript(SCRIPT)));
writeFileSync(
  path('ssh.yaml'),
  `zones:
  trust: {interfaces: [trust]}
  untrust: {interfaces: [untrust], networks: [0.0.0.0/0]}
rules:
  - {name: no-ssh, application: [ssh], action: deny}
  - {name: rest}
`,
);
const REPLAY = ['replay', 'ssh.pcapng', '-c', 'ssh.yaml'];

// Ethernet, IPv4 and TCP: three packets of 54 bytes, one with 11 more; UDP: 42 and 30.
test('the screen has a table, and says what the capture cut and what to do about it', () => {
  const { status, stdout } = run(REPLAY);
  expect(status).toBe(0);
  expect(stdout).toContain(`
Applications (1 of 2 sessions identified by payload, 1 denied once identified, 1 cut by the capture)
  Application       Sessions  Packets  Bytes
  (not identified)         1        1     72
  ssh                      1        4    227
`);
  expect(stdout).not.toContain('by application');
  expect(stdout).toContain(
    '\n  1 session has no application, for the capture lacks the payload that would tell it: with a larger snap length (tcpdump -s 0) it is there\n',
  );
});

test('run.json has the sums', () => {
  expect(run([...REPLAY, '-o', 'out', '--print', 'none', '--quiet']).status).toBe(0);
  const { counts, capture_quality } = JSON.parse(readFileSync(path('out/run.json'), 'utf8'));
  expect(counts.applications).toEqual({ '(not identified)': 1, ssh: 1 });
  expect(counts.application_table).toEqual([
    { application: '(not identified)', sessions: 1, packets: 1, bytes: 72 },
    { application: 'ssh', sessions: 1, packets: 4, bytes: 227 },
  ]);
  expect(counts.app_id).toMatchObject({ inspected: 2, identified: 1, denied: 1, payload_cut: 1 });
  expect(capture_quality.payload_cut_sessions).toBe(1);
});

test('--session tells the story of one', () => {
  const { stdout } = run([...REPLAY, '--session', '1']);
  for (const row of [
    'layer7 processing                    : completed',
    'tracker stage l7proc                 : appid policy lookup deny',
    'application since packet             : 4',
    'rule at setup                        : rest',
  ]) {
    expect(stdout).toContain(`\n        ${row}\n`);
  }
  expect(stdout).toMatch(/ 4 {2}appid +application ssh\n.* 4 {2}policy-deny +rule no-ssh, /);
});

test('where ports tell them there is a line, and no more', () => {
  writeFileSync(
    path('ports.yaml'),
    `${readFileSync(path('first.yaml'), 'utf8')}\nsession: {app-id: ports}\n`,
  );
  const { stdout } = run(['replay', 'first.pcapng', '-c', 'ports.yaml']);
  expect(stdout).toContain('\n  by application  ');
  expect(stdout).not.toContain('\nApplications');
});
