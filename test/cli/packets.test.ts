/** This file checks `--packets` from the outside: where the records go, and what tshark says of them. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { RunReport } from '../../src/report/run-report.ts';
import { workshop } from '../support/cli.ts';
import { HAS_TSHARK } from '../support/frame-fields.ts';
import { HAS_CAPTURES, noteSkipped, publicPath } from '../support/truth-files.ts';

const TEST_FILE = 'packets.test.ts';
if (!HAS_TSHARK) noteSkipped(TEST_FILE, 'no tshark');
else if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

const { run, path } = workshop();
const FIRST = ['replay', 'first.pcapng', '-c', 'first.yaml', '--quiet'];

interface PacketRecord {
  readonly record: string;
  readonly packet: number;
  readonly frame?: { readonly file: string; readonly number: number };
  readonly time: string;
  readonly session: number;
  readonly direction: string;
  readonly state_before: string;
  readonly state_after: string;
  readonly flags: string | null;
  readonly seq: number | null;
  readonly ack: number | null;
  readonly length: number;
  readonly captured_length: number;
  readonly ip_length: number;
  readonly payload_length: number;
  readonly verdict: string;
  readonly counter: string | null;
  readonly stage: string | null;
  readonly capture_stage: string | null;
}

const linesOf = (text: string): PacketRecord[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as PacketRecord);
const runOf = (of: string) => JSON.parse(readFileSync(path(`${of}/run.json`), 'utf8')) as RunReport;

describe('with -o', () => {
  const args = [...FIRST, '--print', 'none', '--packets', 'tcp port 443 or 22', '-o', 'logged'];
  expect(run(args)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  const records = linesOf(readFileSync(path('logged/packets.ndjson'), 'utf8'));

  test('packets.ndjson has the packets of each chosen session, by serial', () => {
    // samples/first-look/scenario.md: 1 is SSH, 3 HTTPS, 8 an unanswered SYN to port 443.
    const packets = (session: number) =>
      records.filter((r) => r.session === session).map((r) => r.packet);
    const range = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => from + i);
    expect(records.map((r) => r.session)).toEqual(
      records.map((r) => r.session).sort((a, b) => a - b),
    );
    expect([packets(1), packets(3), packets(8)]).toEqual([
      range(1, 10),
      range(13, 31),
      [41, 42, 43],
    ]);
    expect(records.length).toBe(10 + 19 + 3);
    expect(runOf('logged').selection.packets).toEqual({
      filter: 'tcp port 443 or 22',
      per_session: 200,
      sessions: 3,
      logged: 32,
      left_out: 0,
      not_held: 0,
    });
  });

  test('a record has these fields, in this order', () => {
    // samples/first-look/capture.script, packets 13 and 14; numbers as tshark reads them.
    expect(records[11]).toEqual({
      record: 'packet',
      packet: 14,
      time: '2026-05-25T11:47:23.060000000Z',
      session: 3,
      direction: 's2c',
      state_before: 'OPENING',
      state_after: 'OPENING',
      flags: 'SYN,ACK',
      seq: 1_631_190_738,
      ack: 432_407_405,
      length: 66,
      captured_length: 66,
      ip_length: 52,
      payload_length: 0,
      verdict: 'forward',
      counter: null,
      stage: 'fastpath',
      capture_stage: null,
    });
    expect(Object.keys(records[11] ?? {})).toEqual([
      'record',
      'packet',
      'time',
      'session',
      'direction',
      'state_before',
      'state_after',
      'flags',
      'seq',
      'ack',
      'length',
      'captured_length',
      'ip_length',
      'payload_length',
      'verdict',
      'counter',
      'stage',
      'capture_stage',
    ]);
  });

  test('the record in the README is one', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const record = /^\{"record":"packet".*\}$/m.exec(readme)?.[0] ?? '';
    expect(readFileSync(path('logged/packets.ndjson'), 'utf8').split('\n')).toContain(record);
  });

  test('without --packets there is no such file, and run.json says null', () => {
    run([...FIRST, '--print', 'none', '-o', 'bare']);
    expect(existsSync(path('bare/packets.ndjson'))).toBe(false);
    expect(runOf('bare').selection).toEqual({ filter: null, span: null, packets: null });
  });

  test('the screen counts them, and --packets-per-session bounds them', () => {
    const chosen = ['--packets', 'session 3', '--packets-per-session', '4', '-o', 'few'];
    const { stdout } = run([...FIRST, ...chosen]);
    expect(stdout).toContain(
      '\nPacket log: session 3: 4 packets of 1 session, 15 left out (first and last of 4 a session)\n',
    );
    const few = linesOf(readFileSync(path('few/packets.ndjson'), 'utf8'));
    expect(few.map((r) => r.packet)).toEqual([13, 14, 30, 31]);
  });
});

describe('on standard output', () => {
  test('ndjson: the packets of a session follow its record', () => {
    const { stdout } = run([...FIRST, '--print', 'ndjson', '--packets', 'session 7']);
    const records = linesOf(stdout);
    const at = records.findIndex((r) => r.record === 'packet');
    expect(records[at - 1]).toMatchObject({ record: 'session', serial: 7 });
    expect(records.filter((r) => r.record === 'packet').map((r) => r.packet)).toEqual([39, 40]);
    expect(records.some((r) => r.record === 'event')).toBe(true);
  });

  test('ndjson of packets alone', () => {
    const chosen = ['--packets', 'session 1 or 7', '--records', 'packet'];
    const records = linesOf(run([...FIRST, '--print', 'ndjson', ...chosen]).stdout);
    // Session 7 ends, 1 is live at the end.
    expect(records.map((r) => r.session)).toEqual([7, 7, ...new Array<number>(10).fill(1)]);
  });

  test('json: an array of its own, by session', () => {
    const { stdout } = run([...FIRST, '--print', 'json', '--packets', 'session 7 or 1 or 12']);
    const { packets } = JSON.parse(stdout) as { packets: PacketRecord[] };
    const sessions = [...new Array<number>(10).fill(1), 7, 7, 12];
    expect(packets.map((r) => r.session)).toEqual(sessions);
    const none = run([...FIRST, '--print', 'json', '--packets', 'port 1']).stdout;
    expect((JSON.parse(none) as { packets: PacketRecord[] }).packets).toEqual([]);
  });

  test('of merged captures each has its frame', () => {
    const args = ['replay', 'ping.pcap', 'first.pcapng', '--quiet', '--print', 'ndjson'];
    const chosen = ['--records', 'packet', '--packets', 'icmp and host 10.20.1.5'];
    const [record] = linesOf(run([...args, ...chosen]).stdout);
    expect(record).toMatchObject({ packet: 66, frame: { file: 'ping.pcap', number: 1 } });
    expect(record).toMatchObject({ flags: null, seq: null, ack: null });
  });

  test('with a span only its packets, and the bound is for these', () => {
    const span = ['--from', '+1.06', '--until', '+1.0751'];
    const chosen = ['--packets', 'session 3', '--packets-per-session', '2', '--records', 'packet'];
    const records = linesOf(run([...FIRST, ...span, '--print', 'ndjson', ...chosen]).stdout);
    // By capture.script: packet 14 is of 1.06, 18 of 1.075, 19 of 1.0752.
    expect(records.map((r) => r.packet)).toEqual([14, 18]);
  });
});

const FIELDS = [
  'frame.number',
  'tcp.flags',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'frame.len',
  'frame.cap_len',
  'ip.len',
  'tcp.len',
];
const NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

/** Frames of TCP as tshark reads them, by number. */
function tsharkTcp(capture: string): Map<number, object> {
  const args = ['-n', '-r', capture, '-Y', 'tcp && ip && !icmp', '-T', 'fields'];
  const { stdout } = spawnSync('tshark', [...args, ...FIELDS.flatMap((f) => ['-e', f])], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const rows = stdout.split('\n').filter((line) => line !== '');
  return new Map(
    rows.map((line) => {
      const [number, flags, seq, ack, length, captured, ip, payload] = line.split('\t').map(Number);
      const bits = flags ?? 0;
      const record = {
        flags: NAMES.filter((_, bit) => (bits & (1 << bit)) !== 0).join(','),
        seq,
        ack: (bits & 16) === 0 ? null : ack,
        length,
        captured_length: captured,
        ip_length: ip,
        payload_length: payload,
      };
      return [number ?? 0, record];
    }),
  );
}

describe.skipIf(!HAS_TSHARK || !HAS_CAPTURES)('fields against tshark', () => {
  test.each(['ndpi__ftp.pcap', 'zeek__wikipedia.pcap', 'zeek__tcp__retransmit-fast009.pcap'])(
    '%s',
    (file) => {
      const args = [
        'replay',
        publicPath(file),
        '--quiet',
        '--print',
        'ndjson',
        '--records',
        'packet',
      ];
      const all = ['--packets', 'tcp and ip', '--packets-per-session', '100000', '--midstream'];
      const records = linesOf(run([...args, ...all]).stdout);
      const expected = tsharkTcp(publicPath(file));
      expect(records.length).toBeGreaterThan(10);
      for (const record of records) expect(record).toMatchObject(expected.get(record.packet) ?? {});
      expect(new Set(records.map((r) => r.packet)).size).toBe(records.length);
      expect(records.every((r) => expected.has(r.packet))).toBe(true);
    },
  );
});

describe('what makes no sense is exit 2', () => {
  test.each<[string[], string]>([
    [
      ['--packets', 'tcp'],
      '--packets needs -o DIR, for packets.ndjson, or --print json or ndjson with packet records',
    ],
    [
      ['--packets', 'tcp', '--print', 'json', '--records', 'session'],
      '--packets needs -o DIR, for packets.ndjson, or --print json or ndjson with packet records',
    ],
    [
      ['--print', 'json', '--records', 'session,packet'],
      '--records packet needs --packets EXPRESSION, which chooses sessions',
    ],
    [['--packets-per-session', '5'], '--packets-per-session needs --packets EXPRESSION'],
    [
      ['--packets', 'tcp', '-o', 'x', '--format', 'packets.ndjson'],
      '--format: packets.ndjson comes with --packets EXPRESSION',
    ],
    [
      ['--packets', 'zone trst', '-o', 'x'],
      '--packets: no zone is named trst; did you mean `trust`?\n  zone trst\n       ^',
    ],
  ])('%j', (args, message) => {
    const stderr = `slowpath: ${message}\n`;
    expect(run([...FIRST, ...args])).toMatchObject({ status: 2, stdout: '', stderr });
    expect(existsSync(path('x'))).toBe(false);
  });

  test('--packets-per-session 0', () => {
    const { status, stderr } = run([...FIRST, '--packets-per-session', '0']);
    expect(status).toBe(2);
    expect(stderr).toContain("argument '0' is invalid. at least 1 is needed.");
  });
});
