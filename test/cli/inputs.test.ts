/** This file checks what the command line reads: files, pipes, damage, several captures. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { workshop } from '../support/cli.ts';

const { run, shell, path } = workshop();
const PCAP_HEADER = 24;

/** Where the records of a little-endian pcap file begin, and its end. */
function recordOffsets(bytes: Buffer): number[] {
  const offsets = [PCAP_HEADER];
  for (let at = PCAP_HEADER; at < bytes.length; ) {
    at += 16 + bytes.readUInt32LE(at + 8);
    offsets.push(at);
  }
  return offsets;
}

const ping = readFileSync(path('ping.pcap'));
const offsets = recordOffsets(ping);

describe('what gives nothing is exit 3, with one line that says why', () => {
  writeFileSync(path('empty.pcap'), '');
  writeFileSync(path('notes.txt'), 'These are notes, not packets.\n');
  writeFileSync(path('header.pcap'), ping.subarray(0, PCAP_HEADER - 4));
  writeFileSync(path('old.snoop'), Buffer.from('snoop\0\0\0\0\0\0\x02\0\0\0\x04'));
  mkdirSync(path('folder'));

  test.each([
    [
      'missing.pcap',
      'missing.pcap: cannot be read: no such file or directory (check the name and the permissions)',
    ],
    ['folder', 'folder: cannot be read: it is a folder (name its files: folder/*.pcap*)'],
    ['empty.pcap', 'empty.pcap at byte 0: the file is empty'],
    [
      'notes.txt',
      'notes.txt at byte 0: the file is in the format text, which is not read (it holds no packets; of a hex dump text2pcap makes a capture)',
    ],
    [
      'header.pcap',
      'header.pcap at byte 0: the file ends in the middle of a record (what stands before is complete; the capture was probably stopped hard or copied short)',
    ],
    [
      'old.snoop',
      "old.snoop at byte 0: the file is in the format snoop, which is not read (convert it: editcap -F pcapng 'old.snoop' out.pcapng)",
    ],
  ])('%s', (name, line) => {
    expect(run(['replay', name])).toMatchObject({
      status: 3,
      stdout: '',
      stderr: `slowpath: ${line}\n`,
    });
  });

  test('of several inputs, one that can be read is enough: exit 4', () => {
    const { status, stdout, stderr } = run(['replay', 'missing.pcap', 'ping.pcap']);
    expect(status).toBe(4);
    expect(stderr).toBe(
      'slowpath: missing.pcap: cannot be read: no such file or directory (check the name and the permissions)\n',
    );
    expect(stdout).toContain('missing.pcap: not read\n');
    expect(stdout).toContain('5 sessions');
  });
});

test('a header without packets is a capture: exit 0', () => {
  writeFileSync(path('none.pcap'), ping.subarray(0, PCAP_HEADER));
  const { status, stdout, stderr } = run(['replay', 'none.pcap']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('none.pcap: pcap, 24 bytes, 0 frames');
  expect(stdout).toContain('No packets.');
});

test('a cut capture: what stood before is reported, exit 4, said once on stderr and in run.json', () => {
  const cutIn = offsets[5] ?? 0;
  writeFileSync(path('cut.pcap'), ping.subarray(0, cutIn + 20));
  const args = ['replay', 'cut.pcap', '-c', 'ping.yaml', '-o', 'cut', '--print', 'csv', '--quiet'];
  const { status, stdout, stderr } = run(args);
  expect(status).toBe(4);
  const reason = 'the file ends in the middle of a record';
  const hint =
    'what stands before is complete; the capture was probably stopped hard or copied short';
  expect(stderr).toBe(`slowpath: cut.pcap at byte ${cutIn}: ${reason} (${hint})\n`);
  const manifest = JSON.parse(readFileSync(path('cut/run.json'), 'utf8'));
  expect(manifest.complete).toBe(false);
  expect(manifest.damage).toEqual([
    {
      file: 'cut.pcap',
      code: 'CAPTURE_TRUNCATED',
      byte_offset: cutIn,
      reason,
      hint,
      nothing_read: false,
    },
  ]);
  expect(manifest.counts).toMatchObject({ frames: 5, sessions: 3 });
  // The three pings, as in the whole capture, but for the clock that stops earlier.
  expect(stdout.trimEnd().split('\r\n')).toHaveLength(1 + 3);
});

describe('standard input', () => {
  const args = ['-c', 'ping.yaml', '--print', 'csv', '--quiet'];
  const fromFile = run(['replay', 'ping.pcap', ...args]);

  test('of a pipe gives what the file gives', () => {
    expect(fromFile.status).toBe(0);
    expect(run(['replay', '-', ...args], { input: ping })).toMatchObject({
      status: 0,
      stdout: fromFile.stdout,
      stderr: '',
    });
    expect(shell('cat ping.pcap | slowpath replay - -c ping.yaml --print csv -q')).toMatchObject({
      status: 0,
      stdout: fromFile.stdout,
    });
  });

  test('that is a file gives the same', () => {
    const line = 'slowpath replay - -c ping.yaml --print csv -q < ping.pcap';
    expect(shell(line)).toMatchObject({ status: 0, stdout: fromFile.stdout, stderr: '' });
  });

  test('in gzip gives the same, and the screen says so', () => {
    const input = gzipSync(ping);
    expect(run(['replay', '-', ...args], { input }).stdout).toBe(fromFile.stdout);
    const { stdout } = run(['replay', '-', '-c', 'ping.yaml'], { input });
    expect(stdout).toContain(`standard input: pcap (gzip), ${input.length} bytes, 11 frames\n`);
  });

  test('that is empty is exit 3', () => {
    expect(run(['replay', '-'])).toMatchObject({
      status: 3,
      stderr: 'slowpath: standard input at byte 0: the file is empty\n',
    });
  });
});

describe('several captures', () => {
  const frames = offsets.slice(0, -1).map((from, i) => ping.subarray(from, offsets[i + 1]));
  const half = (rest: number) =>
    Buffer.concat([ping.subarray(0, PCAP_HEADER), ...frames.filter((_, i) => i % 2 === rest)]);
  writeFileSync(path('odd.pcap'), half(0));
  writeFileSync(path('even.pcap'), half(1));
  const args = ['-c', 'ping.yaml', '--quiet', '--print', 'ndjson'];
  const whole = run(['replay', 'ping.pcap', ...args]);
  const merged = run(['replay', 'odd.pcap', 'even.pcap', ...args]);
  const withoutFrames = (text: string) => text.replaceAll(/"frame":\{[^}]*\},/g, '');

  test('are merged by time: the same records as of the whole', () => {
    expect(merged).toMatchObject({ status: 0, stderr: '' });
    expect(withoutFrames(merged.stdout)).toBe(whole.stdout);
    expect(whole.stdout).not.toContain('"frame"');
  });

  test('number the packets through, and name file and frame beside', () => {
    const events = merged.stdout.split('\n').filter((line) => line.startsWith('{"record":"event"'));
    const created = events
      .map((line) => JSON.parse(line))
      .filter((e) => e.event === 'session-created');
    // Sessions begin at packets 1, 3, 4, 6 and 11 (scenario.md): odd ones lie in the first file.
    expect(created.map(({ packet, frame }) => ({ packet, frame }))).toEqual([
      { packet: 1, frame: { file: 'odd.pcap', number: 1 } },
      { packet: 3, frame: { file: 'odd.pcap', number: 2 } },
      { packet: 4, frame: { file: 'even.pcap', number: 2 } },
      { packet: 6, frame: { file: 'even.pcap', number: 3 } },
      { packet: 11, frame: { file: 'odd.pcap', number: 6 } },
    ]);
  });
});
