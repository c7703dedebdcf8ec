/** This file checks what the command line reads: files, pipes, damage, several captures. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { buildCapture, parseScript } from '../../samples/script/index.ts';
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
    ['folder', 'folder: the folder has no files'],
    ['none*.pcap', 'none*.pcap: no file has such a name (check the name)'],
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

describe('a folder', () => {
  // The parts in the order of time have names in no order.
  const frames = offsets.slice(0, -1).map((from, i) => ping.subarray(from, offsets[i + 1]));
  const part = (from: number, to: number) =>
    Buffer.concat([ping.subarray(0, PCAP_HEADER), ...frames.slice(from, to)]);
  mkdirSync(path('ring'));
  writeFileSync(path('ring/z.pcap'), part(0, 4));
  writeFileSync(path('ring/a.pcap.zst'), part(4, 8));
  writeFileSync(path('ring/m.pcap'), part(8, 11));
  writeFileSync(path('ring/notes.txt'), 'These are notes, not packets.\n');
  const args = ['-c', 'ping.yaml', '--print', 'csv'];
  const whole = run(['replay', 'ping.pcap', ...args, '-q']);
  const note =
    'notes.txt: skipped: the file is in the format text, which is not read (it holds no packets; of a hex dump text2pcap makes a capture)';

  test.each(['ring', 'ring/*', 'r*g/*'])('%s stands for its captures in time order', (name) => {
    const { status, stdout, stderr } = run(['replay', name, ...args]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: whole.stdout });
    expect(stderr).toBe(`slowpath: ${note}\n`);
  });

  test('says on the screen and in run.json what was skipped', () => {
    const { stdout, stderr } = run(['replay', 'ring', '-c', 'ping.yaml', '-o', 'ring-run']);
    expect(stderr).toBe('');
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      expect.stringMatching(/^z.pcap: pcap, .*4 frames$/),
      expect.stringMatching(/^a.pcap.zst: pcap, .*4 frames$/),
      expect.stringMatching(/^m.pcap: pcap, .*3 frames$/),
      note,
    ]);
    const manifest = JSON.parse(readFileSync(path('ring-run/run.json'), 'utf8'));
    expect(manifest.inputs.map((input: { name: string }) => input.name)).toEqual([
      'z.pcap',
      'a.pcap.zst',
      'm.pcap',
    ]);
    expect(manifest.skipped_files).toEqual([
      {
        file: 'notes.txt',
        reason: 'the file is in the format text, which is not read',
        hint: 'it holds no packets; of a hex dump text2pcap makes a capture',
      },
    ]);
  });

  test('with a damaged file is exit 4, and what stands behind it is replayed', () => {
    mkdirSync(path('cut-ring'));
    writeFileSync(path('cut-ring/1.pcap'), part(0, 4).subarray(0, -1));
    writeFileSync(path('cut-ring/2.pcap'), part(4, 11));
    const { status, stdout, stderr } = run(['replay', 'cut-ring', '-c', 'ping.yaml']);
    expect(status).toBe(4);
    expect(stderr).toContain('1.pcap at byte ');
    expect(stdout).toContain('1.pcap: pcap');
    expect(stdout).toMatch(/2\.pcap: pcap, .*7 frames/);
  });
});

test('captures of a stage, and what makes no sense', () => {
  expect(run(['replay'])).toMatchObject({ status: 2, stdout: '' });
  expect(run(['replay', '--stage', 'rx=ping.pcap']).stderr).toContain('receive=FILE');
  const staged = run(['replay', '--stage', 'receive=ping.pcap', '--print', 'csv', '-q']);
  const plain = run(['replay', 'ping.pcap', '--print', 'csv', '-q']);
  expect(staged).toMatchObject({ status: 0, stdout: plain.stdout });
  // A file that is named twice is read once, in its stage.
  const both = ['replay', 'ping.pcap', '--stage', 'transmit=ping.pcap', '--counters'];
  expect(run(both).stdout).toMatch(/replay_egress_copy +11/);
});

test('a file of two stages is a mistake; one that is named twice is read once', () => {
  const both = run(['replay', '--stage', 'receive=ping.pcap', '--stage', 'transmit=./ping.pcap']);
  expect(both.status).toBe(2);
  expect(both.stderr).toContain('ping.pcap is given for two stages: receive and transmit');
  const once = run(['replay', 'ping.pcap', '--print', 'csv', '-q']).stdout;
  expect(run(['replay', 'ping.pcap', './ping.pcap', '--print', 'csv', '-q']).stdout).toBe(once);
});

test('a capture of both sides is told, unless the firewall’s MACs are named', () => {
  const script = `@interface trust
@interface untrust
0.000 trust 10.0.0.5:4000 > 203.0.113.9:7 udp len=20
0.001 untrust copy 1 smac=02:aa:00:00:00:02
0.500 trust 10.0.0.5:4000 > 203.0.113.9:7 udp len=20
0.501 untrust copy 3 smac=02:aa:00:00:00:02`;
  writeFileSync(path('both.pcapng'), buildCapture(parseScript(script)));
  const hint = '2 of the first packets were seen twice, the second time with a lower TTL';
  expect(run(['replay', 'both.pcapng']).stdout).toContain(hint);
  const zones = 'zones: {trust: {interfaces: [trust]}, untrust: {interfaces: [untrust]}}';
  writeFileSync(path('both.yaml'), `${zones}\nfirewall-macs: ["02:aa:00:00:00:02"]\n`);
  expect(run(['replay', 'both.pcapng', '-c', 'both.yaml']).stdout).not.toContain(hint);
});

test('a drop-stage capture marks its packet as dropped by the firewall', () => {
  const frames = offsets.slice(0, -1).map((from, i) => ping.subarray(from, offsets[i + 1]));
  const only = (i: number) =>
    Buffer.concat([ping.subarray(0, PCAP_HEADER), frames[i] ?? Buffer.alloc(0)]);
  writeFileSync(path('drop-1.pcap'), only(0));
  writeFileSync(path('drop-2.pcap'), only(3));
  const args = ['--stage', 'receive=ping.pcap', '--stage', 'drop=drop-*.pcap', '-c', 'ping.yaml'];
  const { status, stdout, stderr } = run(['replay', ...args, '--print', 'ndjson']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const drops = records.filter((r) => r.counter === 'replay_drop_stage');
  // Packets 1 and 4 of ping.pcap begin sessions 1 and 3 (scenario.md); each is followed by its copy.
  expect(drops.map(({ event, session, frame }) => [event, session, frame])).toEqual([
    ['drop', 1, { file: 'drop-1.pcap', number: 1 }],
    ['drop', 3, { file: 'drop-2.pcap', number: 1 }],
  ]);
  const dropped = records
    .filter((r) => r.record === 'session')
    .map((r) => `${r.serial}: ${r.c2s.dropped + r.s2c.dropped}`);
  expect(dropped.sort()).toEqual(['1: 1', '2: 0', '3: 1', '4: 0', '5: 0']);
});
