/**
 * This file tests zstd and LZ4: frames written by hand after RFC 8878 and the LZ4 frame format, and
 * whatever the programs zstd and lz4 write, where they are installed.
 */

import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { lz4Stored, pcap, replay, replayBytes, writeCapture, zstdStored } from './build-capture.ts';

const HAS_ZSTD = spawnSync('zstd', ['--version']).status === 0;
const HAS_LZ4 = spawnSync('lz4', ['--version']).status === 0;

const SMALL = pcap({ records: [{}, {}, {}] });
/** Half random, half repeated: stored and compressed blocks, and matches far back. */
const MIXED = pcap({
  records: Array.from({ length: 6000 }, (_, i) => ({
    second: i,
    data: i % 3 === 0 ? randomBytes(150) : Buffer.alloc(150, `${i % 7}abcdefgh${i % 13}`),
  })),
});
const MIXED_DATA = createHash('sha256').update(MIXED).digest('hex');

/** What is read of a file, as the bytes of the capture that it stands for. */
async function unpacked(bytes: Uint8Array): Promise<{ hash: string; damage: string | null }> {
  const { frames, report } = await replayBytes(bytes, { hash: true });
  const again = pcap({
    records: frames.map((f) => ({ second: f.second, data: Buffer.from(f.data, 'hex') })),
  });
  const file = report.files[0];
  expect(file?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(file?.bytes).toBe(bytes.length);
  return {
    hash: createHash('sha256').update(again).digest('hex'),
    damage: file?.damage?.message ?? null,
  };
}

function packed(program: string, args: readonly string[], input: Uint8Array): Buffer {
  const { status, stdout } = spawnSync(program, [...args, '-c'], { input, maxBuffer: 1 << 28 });
  expect(status).toBe(0);
  return stdout;
}

const skippable = (length: number, nibble = 0): Buffer => {
  const frame = Buffer.alloc(8 + length, 0x77);
  frame.writeUInt32LE(0x184d2a50 + nibble, 0);
  frame.writeUInt32LE(length, 4);
  return frame;
};

/** A block of zstd: type 0 is stored, type 1 one byte many times. */
const block = (last: boolean, type: number, size: number, content: Uint8Array): Buffer => {
  const head = Buffer.alloc(3);
  head.writeUIntLE((size << 3) | (type << 1) | (last ? 1 : 0), 0, 3);
  return Buffer.concat([head, content]);
};
/** Descriptor 0: no checksum, no size; window descriptor 0x38: 128 KiB. */
const ZSTD_HEAD = Buffer.from('28b52ffd0038', 'hex');
/** FLG 0x60: version 1, independent blocks; BD 0x40: 64 KiB; header checksum as lz4 writes it. */
const LZ4_HEAD = Buffer.from('04224d18604082', 'hex');
const word = (value: number): Buffer => {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value >>> 0);
  return out;
};
describe('frames by hand', () => {
  test.each([
    ['zstd, stored', zstdStored(SMALL), 'zstd'],
    ['zstd behind a skippable frame', Buffer.concat([skippable(9, 7), zstdStored(SMALL)]), 'zstd'],
    [
      'zstd, two frames and what may stand between and behind',
      Buffer.concat([
        zstdStored(SMALL.subarray(0, 30)),
        skippable(0),
        skippable(100_000, 15),
        zstdStored(SMALL.subarray(30)),
        skippable(3),
      ]),
      'zstd',
    ],
    ['lz4, stored', lz4Stored(SMALL), 'lz4'],
    [
      'lz4 behind a skippable frame, two frames',
      Buffer.concat([
        skippable(4),
        lz4Stored(SMALL.subarray(0, 50)),
        lz4Stored(SMALL.subarray(50)),
      ]),
      'lz4',
    ],
    ['zstd in gzip', gzipSync(zstdStored(SMALL)), 'gzip'],
    ['gzip in lz4', lz4Stored(gzipSync(SMALL)), 'lz4'],
  ])('%s', async (_name, bytes, compression) => {
    const { frames, report } = await replayBytes(bytes);
    expect(frames.map((f) => f.data)).toEqual(['01020304', '01020304', '01020304']);
    expect(report.files[0]).toMatchObject({ compression, format: 'pcap', damage: null });
  });

  test('zstd: one byte many times', async () => {
    const zeros = Buffer.concat([
      ZSTD_HEAD,
      block(false, 0, 24, pcap()),
      block(true, 1, 16 * 50, Buffer.alloc(1)),
    ]);
    const { frames, report } = await replayBytes(zeros);
    expect(frames).toHaveLength(50);
    expect(report.files[0]?.damage).toBeNull();
  });

  test('lz4: literals, and a match that overlaps with what it makes', async () => {
    // The file header and one zero as literals (15 + 10 = 25), then a match of 4 + 15 + 12 = 31
    // bytes at offset 1: 32 zeros, two records of no length. The last sequence has no literals.
    const sequence = Buffer.concat([
      Buffer.from([0xff, 10]),
      pcap(),
      Buffer.from([0, 1, 0, 12, 0x00]),
    ]);
    const bytes = Buffer.concat([LZ4_HEAD, word(sequence.length), sequence, word(0)]);
    const { frames, report } = await replayBytes(bytes);
    expect(frames).toHaveLength(2);
    expect(report.files[0]?.damage).toBeNull();
  });

  test.each([
    ['nothing but skippable frames', skippable(10), 'CAPTURE_EMPTY', 'the file is empty'],
    [
      'other data behind',
      Buffer.concat([zstdStored(SMALL), Buffer.from('garbage')]),
      'CAPTURE_COMPRESSION',
      'other data follow the compressed stream; they are not read',
    ],
    [
      'a skippable frame longer than the file',
      Buffer.concat([zstdStored(SMALL), word(0x184d2a50), word(0xffff_fff0), Buffer.alloc(10)]),
      'CAPTURE_COMPRESSION',
      'the compressed stream is cut short',
    ],
    [
      'a window of 2 GiB',
      Buffer.concat([Buffer.from('28b52ffd00a8', 'hex'), block(true, 0, 4, SMALL.subarray(0, 4))]),
      'CAPTURE_COMPRESSION',
      'the zstd data need a window of 2048 MiB; 128 MiB are read at most',
    ],
    [
      'a zstd dictionary',
      Buffer.from('28b52ffd013807', 'hex'),
      'CAPTURE_COMPRESSION',
      'compressed with a dictionary, which is not at hand',
    ],
    [
      'a reserved block type',
      Buffer.concat([ZSTD_HEAD, block(true, 3, 4, SMALL)]),
      'CAPTURE_COMPRESSION',
      'broken compressed data',
    ],
    [
      'a wrong LZ4 header',
      Buffer.from('04224d18604083', 'hex'),
      'CAPTURE_COMPRESSION',
      'the checksum of an LZ4 header is wrong',
    ],
    [
      'an LZ4 block longer than its header allows',
      Buffer.concat([LZ4_HEAD, word(0x0001_0001), Buffer.alloc(70_000)]),
      'CAPTURE_COMPRESSION',
      'broken compressed data',
    ],
    [
      'an LZ4 match before the beginning',
      Buffer.concat([LZ4_HEAD, word(4), Buffer.from([0x10, 1, 9, 0]), word(0)]),
      'CAPTURE_COMPRESSION',
      'broken compressed data',
    ],
  ])('%s', async (_name, bytes, code, message) => {
    const { report } = await replayBytes(bytes);
    expect(report.files[0]?.damage).toMatchObject({ code, message });
  });

  test('legacy LZ4 is named', async () => {
    const { report } = await replayBytes(Buffer.from('02214c1810000000', 'hex'));
    expect(report.files[0]?.damage?.hint).toMatch(/^unpack it: lz4 -dc '/);
  });

  test('a claim of a great window costs no time, and a bomb no memory', async () => {
    // 64 MiB of zeros in blocks of 4 bytes: records without bytes, one after the other.
    const bomb = [ZSTD_HEAD, block(false, 0, 24, pcap())];
    for (let i = 0; i < 512; i += 1) bomb.push(block(i === 511, 1, 131_072, Buffer.alloc(1)));
    const captures = openCaptures([{ path: writeCapture(Buffer.concat(bomb)) }]);
    const before = process.memoryUsage().rss;
    let most = 0;
    for await (const { batch } of captures.ranges()) {
      if (batch.count > 0) most = Math.max(most, process.memoryUsage().rss - before);
    }
    expect(captures.report.files[0]).toMatchObject({ frames: 4 * 1024 * 1024, damage: null });
    expect(most).toBeLessThan(120e6);
  }, 60_000);
});

describe.each([
  ['zstd', HAS_ZSTD, ['-1', '-3', '-19', '--fast=5', '--no-check', '--long=27', '-3 -B65536']],
  ['lz4', HAS_LZ4, ['-1', '-9', '-B4', '-B7', '-BD', '-BX', '--content-size', '--no-frame-crc']],
] as const)('%s as the program writes it (skipped without it)', (program, isInstalled, options) => {
  test.skipIf(!isInstalled).each(options)('%s', async (option) => {
    const bytes = packed(program, option.split(' '), MIXED);
    expect(bytes.length).toBeLessThan(MIXED.length);
    expect(await unpacked(bytes)).toEqual({ hash: MIXED_DATA, damage: null });
  });

  test.skipIf(!isInstalled)('frames joined, as pigz-like programs do', async () => {
    const parts = [MIXED.subarray(0, 1), MIXED.subarray(1, 300_000), MIXED.subarray(300_000)];
    const bytes = Buffer.concat(parts.map((part) => packed(program, [], part)));
    expect(await unpacked(bytes)).toEqual({ hash: MIXED_DATA, damage: null });
  });

  test.skipIf(!isInstalled)(
    'cut: every frame of the whole blocks before it, then damage',
    async () => {
      const bytes = packed(program, [], MIXED);
      let last = 0;
      for (const part of [0.02, 0.3, 0.6, 0.9, 0.999]) {
        const { frames, report } = await replayBytes(bytes.subarray(0, bytes.length * part));
        expect(report.files[0]?.damage).toMatchObject({ code: 'CAPTURE_COMPRESSION' });
        // Blocks are 128 KiB of the 1 MB (zstd) or 4 MiB (lz4); records 166 bytes.
        if (program === 'zstd') {
          expect(frames.length).toBeGreaterThanOrEqual(6000 * part - 2 * (131_072 / 166));
        }
        expect(frames.length).toBeGreaterThanOrEqual(last);
        last = frames.length;
        frames.forEach((f, i) => {
          const from = 24 + i * 166 + 16;
          expect(f.data).toBe(MIXED.toString('hex', from, from + 150));
        });
      }
    },
  );

  test.skipIf(!isInstalled)('a wrong checksum: all frames, then the damage', async () => {
    const bytes = packed(program, [], MIXED);
    const at = bytes.length - 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const { frames, report } = await replayBytes(bytes);
    expect(frames).toHaveLength(6000);
    expect(report.files[0]?.damage?.message).toContain('checksum');
  });

  test.skipIf(!isInstalled)(
    'changed bytes never do harm',
    async () => {
      const small = packed(program, [], MIXED.subarray(0, 24 + 166 * 400));
      for (let round = 0; round < 400; round += 1) {
        const copy = Buffer.from(small);
        // Primes far apart: every region of the file is met, the same on every run.
        for (let i = 0; i <= round % 3; i += 1) {
          copy[(round * 7919 + i * 104_729) % copy.length] = (round * 31 + i * 17) % 256;
        }
        const { frames, report } = await replayBytes(copy);
        const damage = report.files[0]?.damage ?? null;
        expect(frames.length <= 400 || damage !== null).toBe(true);
        if (damage !== null) expect(damage.name).toBe('CaptureError');
      }
    },
    120_000,
  );
});

test.skipIf(!HAS_ZSTD || !HAS_LZ4)(
  'sizes of blocks and batches change nothing',
  async () => {
    const paths = [
      writeCapture(packed('zstd', [], MIXED)),
      writeCapture(packed('lz4', [], MIXED).subarray(0, 200_000)),
    ];
    const expected = await replay(paths);
    for (const [blockBytes, batchFrames] of [
      [1, 1],
      [170, 3],
      [5000, 20],
      [300_000, 65_536],
    ] as const) {
      const { frames, report } = await replay(paths, { blockBytes, batchFrames });
      expect(frames).toEqual(expected.frames);
      expect(report).toEqual(expected.report);
    }
  },
  60_000,
);
