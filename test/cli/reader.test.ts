/** This file runs `replay --reader pcap-parser`: the package instead of our own reader. */

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { workshop } from '../support/cli.ts';

const { path, run } = workshop();

describe('replay --reader pcap-parser', () => {
  const args = ['-c', 'ping.yaml', '--print', 'json', '--quiet'];
  const native = JSON.parse(run(['replay', 'ping.pcap', ...args]).stdout);

  test.each([
    ['a file', 'ping.pcap', undefined],
    ['standard input', '-', readFileSync(path('ping.pcap'))],
    ['standard input in gzip', '-', gzipSync(readFileSync(path('ping.pcap')))],
  ])('%s: the same records, and the run says who read', (_name, name, input) => {
    const line = ['replay', name, ...args, '--reader', 'pcap-parser'];
    const { status, stdout, stderr } = run(line, input === undefined ? {} : { input });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { events, sessions, run: manifest } = JSON.parse(stdout);
    expect({ events, sessions }).toEqual({ events: native.events, sessions: native.sessions });
    expect(manifest.counts).toEqual(native.run.counts);
    expect(manifest.assumptions).toEqual([
      ...native.run.assumptions,
      '--reader pcap-parser: the npm package of that name read the captures.',
    ]);
  });

  test('of pcapng is refused, with what to do', () => {
    expect(run(['replay', 'first.pcapng', '--reader', 'pcap-parser'])).toMatchObject({
      status: 3,
      stdout: '',
      stderr:
        'slowpath: first.pcapng at byte 0: pcap-parser cannot read pcapng, only pcap with microseconds (read it without --reader pcap-parser)\n',
    });
  });

  test('an unknown reader is a usage error', () => {
    expect(run(['replay', 'ping.pcap', '--reader', 'tshark'])).toMatchObject({ status: 2 });
  });
});
