/** This file compares replays whose captures another thread reads and decodes ahead with those of one. */

import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { workshop } from '../support/cli.ts';
import { differencesBetween } from '../support/folders.ts';

const { path, run } = workshop();

const PCAP_HEADER = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');
/** More than the two threads have places for at once, three times over. */
const MANY = 26_000;
/** More than a place has frames. */
const FILES = 1100;

/** A pcap of UDP datagrams a millisecond apart, frame `i` of `lengthOf(i)` bytes. */
function capture(
  name: string,
  count: number,
  lengthOf: (i: number) => number,
  startSecond = 1_000_000,
): void {
  const records = [PCAP_HEADER];
  for (let i = 0; i < count; i++) {
    const length = lengthOf(i);
    const record = Buffer.alloc(16 + length);
    record.writeUInt32LE(startSecond + Math.floor(i / 1000), 0);
    record.writeUInt32LE((i % 1000) * 1000, 4);
    record.writeUInt32LE(length, 8);
    record.writeUInt32LE(length, 12);
    record.writeUInt16BE(0x0800, 16 + 12);
    const ip = 16 + 14;
    record[ip] = 0x45;
    record.writeUInt16BE(Math.min(length - 14, 65_535), ip + 2);
    record[ip + 8] = 64;
    record[ip + 9] = 17;
    record.writeUInt32BE(0x0a000001 + (i % 200), ip + 12);
    record.writeUInt32BE(0xc6336401, ip + 16);
    record.writeUInt16BE(1024 + (i % 5000), ip + 20);
    record.writeUInt16BE(53, ip + 22);
    record.writeUInt16BE(8, ip + 24);
    records.push(record);
  }
  writeFileSync(path(name), Buffer.concat(records));
}

capture('many.pcap', MANY, (i) => 60 + (i % 400));
// A record of more than a block's 256 KiB has a block of its own, which is given up behind it.
capture('long.pcap', 120, (i) => (i % 3 === 0 ? 300_000 + i : 80));
writeFileSync(path('many.pcap.gz'), gzipSync(readFileSync(path('many.pcap'))));
writeFileSync(path('cut.pcap'), readFileSync(path('many.pcap')));
truncateSync(path('cut.pcap'), 2_000_001);
writeFileSync(path('empty.pcap'), '');
mkdirSync(path('files'));
// The first fills a part of a place; then each frame is in another file's block than the one before.
capture('files/first.pcap', 200, () => 60);
for (let i = 0; i < FILES; i++) capture(`files/${i}.pcap`, 2, () => 60, 1_000_001);

const NDJSON = ['--print', 'ndjson'];

describe('replay --threads 2', () => {
  test.each([
    ['many frames', ['many.pcap', ...NDJSON]],
    ['many frames, a screen', ['many.pcap', '--counters']],
    ['frames that are longer than a block', ['long.pcap', ...NDJSON]],
    ['a packed capture', ['many.pcap.gz', ...NDJSON]],
    ['a capture that ends too soon', ['cut.pcap', ...NDJSON]],
    ['an empty file', ['empty.pcap', ...NDJSON]],
    ['a file that is not there, and one that is', ['none.pcap', 'ping.pcap', ...NDJSON]],
    ['captures that are merged', ['many.pcap', 'first.pcapng', 'vlan.pcapng', ...NDJSON]],
    ['a folder of more files than a place has frames', ['files', ...NDJSON]],
    ['captures with stages', ['--stage', 'receive=first.pcapng', 'many.pcap', ...NDJSON]],
    ['a configuration', ['vlan.pcapng', '-c', 'vlan.yaml', ...NDJSON]],
    ['a filter', ['many.pcap', '--filter', 'host 10.0.0.7', ...NDJSON]],
    ['a packet log', ['many.pcap', '--packets', 'host 10.0.0.7', ...NDJSON]],
    ['a second reader', ['many.pcap', '--reader', 'pcap-parser', ...NDJSON]],
  ])('%s: the same output, messages and exit code', (_name, args) => {
    const [one, two] = ['1', '2'].map((threads) => run(['replay', ...args, '--threads', threads]));
    expect(one!.stdout.length + one!.stderr.length).toBeGreaterThan(0);
    expect([two!.status, two!.stderr]).toEqual([one!.status, one!.stderr]);
    // Not by toBe: nobody can read the difference of two such texts.
    expect(two!.stdout === one!.stdout).toBe(true);
  });

  test('sees every frame', () => {
    const { stdout } = run(['replay', 'many.pcap', '--print', 'json', '--threads', '2']);
    expect(JSON.parse(stdout).run.inputs[0].frames).toBe(MANY);
  });

  test('writes the same run directory, hashes of the inputs among it', () => {
    for (const threads of ['1', '2']) {
      const args = ['-o', `run-${threads}`, '--threads', threads, '--print', 'none'];
      expect(run(['replay', 'many.pcap', 'first.pcapng', ...args]).status).toBe(0);
    }
    expect(differencesBetween(path('run-1'), path('run-2'))).toEqual([]);
  });

  test('reads standard input all the same', () => {
    const input = readFileSync(path('many.pcap'));
    const { stdout } = run(['replay', 'many.pcap', ...NDJSON]);
    const piped = run(['replay', '-', ...NDJSON, '--threads', '2'], { input });
    expect(piped.stdout === stdout).toBe(true);
  });

  test('a file that is called as standard input is does not stand for it', () => {
    writeFileSync(path('-'), 'no capture');
    const input = readFileSync(path('ping.pcap'));
    const [alone, two] = ['1', '2'].map((threads) =>
      run(['replay', '-', ...NDJSON, '--threads', threads], { input }),
    );
    rmSync(path('-'));
    expect([two!.status, two!.stderr]).toEqual([0, '']);
    expect(two!.stdout === alone!.stdout).toBe(true);
  });

  test('a name that no file can have is what cannot be read', () => {
    const name = 'a'.repeat(300);
    const alone = run(['replay', name, '--threads', '1']);
    expect(alone.stderr).toContain('cannot be read');
    const { status, stderr } = run(['replay', name]);
    expect([status, stderr]).toEqual([alone.status, alone.stderr]);
  });

  test('is one or two', () => {
    expect(run(['replay', 'ping.pcap', '--threads', '3'])).toMatchObject({ status: 2, stdout: '' });
  });
});
