/**
 * This file tests folders, patterns and ring buffers: which files they stand for, in which order, and
 * that thousands of files need neither descriptors nor memory at once.
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { findCaptures } from '../../src/capture/find-captures.ts';
import { OPEN_FILES_MAX } from '../../src/capture/open-files.ts';
import { file, Pcapng, pcap, replay, shown, T0 } from './build-capture.ts';

const root = mkdtempSync(join(tmpdir(), 'slowpath-find-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder with files of these contents. */
function folderOf(name: string, files: Record<string, Uint8Array | string>): string {
  const path = join(root, name);
  mkdirSync(path);
  for (const [entry, bytes] of Object.entries(files)) writeFileSync(join(path, entry), bytes);
  return path;
}

async function namesOf(words: readonly string[]): Promise<string[]> {
  const { captures } = await findCaptures(words);
  return captures.map(({ path, refusal }) => basename(path) + (refusal ? ': refused' : ''));
}

describe('a folder', () => {
  const path = folderOf('mixed', {
    'a.pcap': file([30]),
    'b.dat': gzipSync(file([10])),
    c: file([20]),
    'no-packets.pcap': pcap(),
    'cut.pcap': file([15, 16]).subarray(0, -3),
    'notes.txt': 'These are notes.\n',
    'old.cap': Buffer.from('GMBU\0\x02\0\0\0\0\0\0'),
    'empty.pcap': '',
    'noise.bin': Buffer.from('8899aabbccddeeff', 'hex'),
    '.hidden.pcap': file([1]),
  });
  mkdirSync(join(path, 'sub.pcap'));
  writeFileSync(join(path, 'sub.pcap', 'deep.pcap'), file([2]));
  symlinkSync('a.pcap', join(path, 'link.pcap'));

  test('stands for the captures in it, told by content, by their first packets', async () => {
    expect(await namesOf([path])).toEqual([
      'b.dat',
      'cut.pcap',
      'c',
      'a.pcap',
      'link.pcap',
      'no-packets.pcap',
    ]);
  });

  test('sets aside what is no capture, with the reason', async () => {
    const { skipped } = await findCaptures([path]);
    expect(skipped.map(({ path: name, message }) => [basename(name), message])).toEqual([
      ['empty.pcap', 'the file is empty'],
      ['noise.bin', 'this is no capture in a format known here'],
      ['notes.txt', 'the file is in the format text, which is not read'],
      ['old.cap', 'the file is in the format Network Monitor 2, which is not read'],
    ]);
  });

  test('without any capture is refused, as is an empty one', async () => {
    const text = folderOf('text', { 'a.txt': 'just some text', 'b.txt': 'more of such text' });
    const { captures } = await findCaptures([text, folderOf('nothing', {})]);
    expect(captures.map(({ refusal }) => refusal?.message)).toEqual([
      'none of its 2 files is a capture',
      'the folder has no files',
    ]);
  });
});

describe('a pattern', () => {
  const path = folderOf('patterns', {
    'ring_1.pcap': file([20]),
    'ring_2.pcap': file([10]),
    'other.pcap': file([0]),
    'ring_3.txt': 'this is text, not packets',
    'odd[1].pcap': file([5]),
  });
  for (const name of ['one', 'two']) {
    mkdirSync(join(path, name));
    writeFileSync(join(path, name, 'x.pcap'), file([name === 'one' ? 9 : 8]));
  }

  test.each([
    ['ring_*.pcap', ['ring_2.pcap', 'ring_1.pcap']],
    ['ring_?.*', ['ring_2.pcap', 'ring_1.pcap']],
    ['ring_[!1].pcap', ['ring_2.pcap']],
    ['odd[1].pcap', ['odd[1].pcap']],
    ['*/x.pcap', ['x.pcap', 'x.pcap']],
    ['none*.pcap', ['none*.pcap: refused']],
    ['no[thing/*.pcap', ['*.pcap: refused']],
    ['missing.pcap', ['missing.pcap']],
  ])('%s', async (pattern, names) => {
    expect(await namesOf([join(path, pattern)])).toEqual(names);
  });

  test('and a name that stand for the same file give it once; names keep their order', async () => {
    const named = ['ring_1.pcap', 'ring_2.pcap'].map((name) => join(path, name));
    expect(await namesOf([...named, join(path, 'r*.pcap')])).toEqual([
      'ring_1.pcap',
      'ring_2.pcap',
    ]);
    expect(await namesOf([join(path, 'o*.pcap'), path])).toEqual([
      'other.pcap',
      'odd[1].pcap',
      'ring_2.pcap',
      'ring_1.pcap',
    ]);
  });
});

describe('a ring buffer', () => {
  const ng = new Pcapng();
  const trust = ng.interface({ options: [ng.option(2, Buffer.from('trust0'))] });
  const untrust = ng.interface({ options: [ng.option(2, Buffer.from('untrust0'))] });
  const packet = (ms: number, id = 0): Buffer =>
    ng.packet(BigInt(T0) * 1_000_000n + BigInt(ms) * 1000n, { id });
  const ring = (ms: readonly number[]): Buffer =>
    Buffer.concat([ng.section(), trust, untrust, ...ms.map((t, i) => packet(t, i % 2))]);

  test('of thousands of files is read in order, few of them open at a time', async () => {
    const count = 2000;
    const files: Record<string, Buffer> = {};
    for (let i = 0; i < count; i += 1) {
      // The numbers in the names have gone round, and mean nothing.
      files[`ring_${String((i * 7) % count).padStart(5, '0')}`] = ring([i * 10, i * 10 + 5]);
    }
    const path = folderOf('thousands', files);
    const { captures } = await findCaptures([path]);
    const { frames, report } = await replay(captures);
    expect(frames.map((f) => Number(f.ns / 1_000_000n) - T0 * 1000)).toEqual(
      Array.from({ length: 2 * count }, (_, i) => i * 5),
    );
    expect(frames.every((f, i) => f.file === i >> 1)).toBe(true);
    expect(report.files.every((f) => f.damage === null && f.interfaces.length === 2)).toBe(true);
    // One interface of the firewall each, however many files name it.
    const indexes = report.files.flatMap((f) => f.interfaces.map(({ index }) => index));
    expect(new Set(indexes)).toEqual(new Set([0, 1]));
  }, 60_000);

  test('with a damaged file in its middle goes on behind it', async () => {
    const path = folderOf('damaged', {
      a: ring([0, 1, 2]),
      b: ring([10, 11, 12]).subarray(0, -7),
      c: ring([20, 21, 22]),
    });
    const { captures } = await findCaptures([path]);
    const { frames, report } = await replay(captures);
    expect(frames.map((f) => `${f.file}.${f.frame}`)).toEqual([
      ...['0.1', '0.2', '0.3', '1.1', '1.2', '2.1', '2.2', '2.3'],
    ]);
    expect(report.files.map((f) => f.damage?.code)).toEqual([
      undefined,
      'CAPTURE_TRUNCATED',
      undefined,
    ]);
  });

  test('files that overlap are merged, with few descriptors, whatever the sizes', async () => {
    const count = OPEN_FILES_MAX * 3;
    const files: Record<string, Buffer> = {};
    for (let i = 0; i < count; i += 1) {
      files[String(i)] = ring(Array.from({ length: 40 }, (_, k) => k * 1000 + i));
    }
    const path = folderOf('overlapping', files);
    const { captures } = await findCaptures([path]);
    const { frames } = await replay(captures, { blockBytes: 300 });
    expect(frames.map((f) => Number(f.ns / 1_000_000n) - T0 * 1000)).toEqual(
      Array.from({ length: 40 * count }, (_, i) => Math.floor(i / count) * 1000 + (i % count)),
    );
    expect((await replay(captures)).frames).toEqual(frames);
  }, 60_000);

  test.skipIf(process.platform !== 'linux')(
    'open files are counted',
    async () => {
      const { openCaptures } = await import('../../src/capture/open-captures.ts');
      const { captures } = await findCaptures([join(root, 'overlapping')]);
      const before = readdirSync('/proc/self/fd').length;
      let most = 0;
      for await (const { batch } of openCaptures(captures, { blockBytes: 300 }).ranges()) {
        if (batch.count > 0) most = Math.max(most, readdirSync('/proc/self/fd').length - before);
      }
      expect(most).toBeGreaterThan(OPEN_FILES_MAX / 2);
      expect(most).toBeLessThanOrEqual(OPEN_FILES_MAX + 1);
      expect(readdirSync('/proc/self/fd').length).toBe(before);
    },
    60_000,
  );

  test('a file that is replaced while it waits is damage', async () => {
    const path = folderOf('replaced', { a: ring([0, 1]), b: ring([0, 1]) });
    const { OpenFile, OpenFiles } = await import('../../src/capture/open-files.ts');
    const { openSync, fstatSync } = await import('node:fs');
    const name = join(path, 'a');
    const fd = openSync(name, 'r');
    const open = new OpenFile(name, { fd, stat: fstatSync(fd) }, new OpenFiles());
    expect(open.read(new Uint8Array(10), 0)).toBe(10);
    open.release();
    expect(open.read(new Uint8Array(10), 0)).toBe(10);
    open.release();
    rmSync(name);
    writeFileSync(`${name}-`, 'x');
    writeFileSync(name, 'another');
    expect(() => open.read(new Uint8Array(10), 0)).toThrow('another file');
  });
});

describe('time-shift', () => {
  test.each([
    // shift                                 first time, seconds since T0
    [{ second: 0, nanosecond: 1 }, '0.000000001'],
    [{ second: -1, nanosecond: 999_999_999 }, '-0.000000001'],
    [{ second: -699_999_999, nanosecond: 123_456_789 }, '-699999998.876543211'],
    [{ second: 900_000_000, nanosecond: 123_456_789 }, '900000000.123456789'],
  ])('%j', async (timeShift, expected) => {
    const path = join(root, 'shifted.pcap');
    writeFileSync(path, file(['0.000000000', '0.000000001']));
    const { frames, report } = await replay([{ path, timeShift }]);
    expect(shown(frames)[0]).toBe(`1@${expected}`);
    expect(report.files[0]).toMatchObject({ lateFrames: 0, outliers: 0 });
    // With others beside it, where the first time is looked up before.
    const merged = await replay([{ path, timeShift }, { path }]);
    expect(shown(merged.frames.filter((f) => f.file === 0))[0]).toBe(`1@${expected}`);
    expect(merged.frames.every((f, i, all) => i === 0 || f.ns >= (all[i - 1]?.ns ?? 0n))).toBe(
      true,
    );
  });
});
