/** This file checks the operational texts of `replay`: the list, `--session`, `--counters`. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { workshop } from '../support/cli.ts';

const { run, path } = workshop();
const FIRST = ['replay', 'first.pcapng', '-c', 'first.yaml'];

describe('the list of the first screen', () => {
  const lines = run(FIRST).stdout.split('\n');

  test('has reset sessions first, then the unanswered one, then the others by serial', () => {
    const from = lines.findIndex((line) => line.startsWith('ID          Application'));
    const ids = lines.slice(from + 4).flatMap((line) => /^\d+/.exec(line) ?? []);
    expect(ids.map(Number)).toEqual([7, 9, 8, 1, 2, 3, 4, 5, 6, 10, 11, 12]);
  });

  test('has the lines of show session all, and a third with start, elapsed, packets, bytes, end', () => {
    const at = lines.indexOf(
      '7            incomplete     FREE    FLOW       192.168.10.21[51240]/trust/6  (192.168.10.21[51240])',
    );
    expect(lines[at + 1]).toBe(
      'vsys1                                          203.0.113.80[8443]/untrust  (203.0.113.80[8443])',
    );
    expect(lines[at + 2]).toMatch(
      /^ {13}7 {7}11:47:29\.000 +0\.010 +1\/1 +66\/54 {2}\S+ +tcp-rst-from-server$/,
    );
  });

  test('ends with how to see more, and the screen says when the table was fullest', () => {
    expect(lines.at(-2)).toBe(
      '--session SERIAL shows one of them with its transitions and events.',
    );
    expect(lines.join('\n')).toContain('; at most 8 at once (at 2026-05-25T11:47:30.000000000Z)\n');
  });
});

describe('--session', () => {
  test('is show session id, then transitions and events, and no screen', () => {
    // samples/first-look/scenario.md: packets 13–31, FINs at 28 and 30.
    const { status, stdout } = run([...FIRST, '--session', '3']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Session {15}3\n\n {8}c2s flow:\n {16}source: {6}192\.168\.10\.21 /);
    expect(stdout).toContain(
      '\n        end-reason                           : tcp-fin\n\nReplay\n',
    );
    expect(stdout).toMatch(/\n\nTransitions\n {8}time .*\n.* 13 {2}FREE -> INIT {2}/);
    expect(stdout).toMatch(/ 28 {2}ACTIVE -> CLOSING +fin\n.* - {2}CLOSING -> CLOSED +timer\n/);
    // Its first payload, the ClientHello, is the fourth packet.
    expect(stdout).toMatch(
      /\n\nEvents\n {8}time .*\n.* 13 {2}session-created\n.* 16 {2}appid +application ssl\n.* 16 {2}offload-start .*\n.* 28 {2}offload-stop +state, first packet 17\n$/,
    );
    expect(stdout).not.toContain('12 sessions');
  });

  test('of a live session has its time to live', () => {
    // 3600 s after 0.0562 s; the clock ends at 60 s.
    const { stdout } = run([...FIRST, '--session', '1']);
    expect(stdout).toContain('\n        time to live                         : 3540 sec\n');
    expect(stdout).toContain('\n        end-reason                           : unknown\n');
  });

  test('that does not exist is exit 2, naming how many there are; a run directory stands', () => {
    const args = [...FIRST, '--quiet', '--session', '13', '-o', 'kept'];
    expect(run(args)).toEqual(
      expect.objectContaining({
        status: 2,
        stdout: '',
        stderr:
          'slowpath: --session: no session has the serial 13; there are 12, with serials 1 to 12\n',
      }),
    );
    expect(existsSync(path('kept/run.json'))).toBe(true);
  });

  test('of a capture that cannot be read is its error alone', () => {
    const { status, stdout, stderr } = run(['replay', 'missing.pcap', '--session', '1']);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).not.toContain('--session');
  });
});

describe('--counters', () => {
  test('adds show counter global; the clock runs for 60 s', () => {
    const { stdout } = run([...FIRST, '--counters']);
    expect(stdout).toContain(
      'Global counters:\nElapsed time since last sampling: 60.000 seconds\n\nname  ',
    );
    expect(stdout).toContain(
      '\npkt_recv                                  65        1 info      packet    pktproc   Packets received\n',
    );
    expect(stdout).toContain('12 sessions');
    expect(run(FIRST).stdout).not.toContain('Global counters');
  });

  test('goes with --session, and into report.txt', () => {
    const { stdout } = run([...FIRST, '--session', '3', '--counters']);
    expect(stdout).toMatch(/offload-stop .*\n\nGlobal counters:\n/);
    const args = ['--print', 'none', '--counters', '--format', 'txt', '-o', 'counted', '-q'];
    expect(run([...FIRST, ...args])).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(path('counted/report.txt'), 'utf8')).toContain('\nGlobal counters:\n');
  });
});

test('--decapsulate takes all kinds, or some, and names a wrong one', () => {
  const inJson = (...more: string[]) =>
    JSON.parse(run([...FIRST, '--print', 'json', ...more]).stdout).run.time.decapsulate;
  expect(inJson()).toEqual([]);
  expect(inJson('--decapsulate')).toHaveLength(8);
  expect(inJson('--decapsulate=vxlan,gre')).toEqual(['gre', 'vxlan']);
  const wrong = run([...FIRST, '--decapsulate', 'ipsec']);
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('"ipsec" is no kind of tunnel: use gre, ipip,');
});

test('--midstream is taken', () => {
  expect(run([...FIRST, '--midstream']).status).toBe(0);
  expect(run(['replay', '--help']).stdout).toContain('--midstream');
});
