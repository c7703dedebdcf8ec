/**
 * This file tests what must hold for any capture: sizes of blocks and batches change nothing, the
 * order is the one that a plain sort gives, and no bytes do harm.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureError } from '../../src/errors.ts';
import {
  lz4Stored,
  Pcapng,
  pcap,
  type Record,
  replay,
  replayBytes,
  type Seen,
  writeCapture,
  zstdStored,
} from './build-capture.ts';

const SHARED = fileURLToPath(new URL('../../../shared/captures/', import.meta.url));

const record = fc.record({
  second: fc.integer({ min: 0, max: 40 }),
  fraction: fc.integer({ min: 0, max: 3_000_000 }),
  data: fc.uint8Array({ maxLength: 90 }),
});
const records = fc.array(record, { maxLength: 80 });

function pcapngOf(list: readonly Record[], kinds: readonly number[]): Buffer {
  const ng = new Pcapng(list.length % 2 === 0);
  const blocks = list.map(({ second = 0, fraction = 0, data = Buffer.alloc(0) }, i) => {
    const stamp = BigInt(second) * 1_000_000n + BigInt(fraction);
    const kind = kinds[i % kinds.length];
    if (kind === 0) return ng.simplePacket(data.length, data);
    if (kind === 1) return ng.block(0x99, data);
    if (kind === 2)
      return Buffer.concat([ng.section(), ng.interface(), ng.packet(stamp, { data })]);
    if (kind === 3) return ng.packet(stamp, { data, options: [ng.option(2, ng.w.u32(1))] });
    return ng.packet(stamp, { data });
  });
  return Buffer.concat([ng.section(), ng.interface(), ...blocks]);
}

/** All that a reader of the result sees, without what may depend on sizes. */
async function everything(inputs: readonly string[], options: object): Promise<unknown> {
  const { frames, report } = await replay(inputs, options);
  const files = report.files.map(({ damage, interfaces, ...rest }) => ({
    ...rest,
    damage: damage === null ? null : { ...damage, message: damage.message },
    interfaces: interfaces.map(({ index: _, ...face }) => face),
  }));
  return { frames, report: { ...report, files } };
}

describe('sizes of blocks and batches', () => {
  const sizes = fc.record({
    blockBytes: fc.integer({ min: 1, max: 400 }),
    batchFrames: fc.integer({ min: 1, max: 20 }),
  });

  test('do not change what is read', async () => {
    await fc.assert(
      fc.asyncProperty(
        records,
        records,
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 }),
        sizes,
        fc.nat(3000),
        async (first, second, kinds, options, cut) => {
          const paths = [
            writeCapture(pcap({ records: first })),
            writeCapture(pcapngOf(second, kinds)),
            writeCapture(gzipSync(pcapngOf(first, kinds)).subarray(0, cut)),
            writeCapture(pcap({ records: second, recordExtra: 8, magic: 0xa1b2cd34 })),
            writeCapture(pcap({ records: first, recordExtra: 8 })),
            writeCapture(zstdStored(pcapngOf(second, kinds), 97).subarray(0, cut)),
            writeCapture(lz4Stored(pcap({ records: second, recordExtra: 4 }), 61).subarray(0, cut)),
          ];
          const expected = await everything(paths, {});
          expect(await everything(paths, options)).toEqual(expected);
        },
      ),
      { numRuns: 60, seed: 20_260_525 },
    );
  }, 60_000);
});

describe('order', () => {
  test('is the stable sort by time where no frame is a second late', async () => {
    const steps = fc.array(fc.tuple(fc.nat(400_000), fc.nat(999_999)), { maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 50 }), async (list, batchFrames) => {
        let clock = 5_000_000;
        const times = list.map(([step, back]) => {
          clock += step;
          return clock - back;
        });
        // Frames may be behind the newest time by just under a second, never more.
        const bytes = pcap({
          records: times.map((us) => ({ second: Math.floor(us / 1e6), fraction: us % 1e6 })),
        });
        const { frames, report } = await replayBytes(bytes, { batchFrames });
        const sorted = times.map((us, i) => [us, i + 1] as const).sort((a, b) => a[0] - b[0]);
        expect(frames.map((f) => [Number(f.ns / 1000n), f.frame])).toEqual(sorted);
        expect(report.files[0]?.lateFrames).toBe(0);
      }),
      { numRuns: 100, seed: 7 },
    );
  }, 60_000);

  test('of thousands of short runs', async () => {
    const times = Array.from({ length: 30_000 }, (_, i) => 1_000_000 + i * 20 - (i % 2) * 300_000);
    const bytes = pcap({
      records: times.map((us) => ({ second: Math.floor(us / 1e6), fraction: us % 1e6 })),
    });
    const { frames } = await replayBytes(bytes);
    const sorted = times.map((us, i) => [us, i + 1] as const).sort((a, b) => a[0] - b[0]);
    expect(frames.map((f) => [Number(f.ns / 1000n), f.frame])).toEqual(sorted);
    expect(frames.every((f) => f.data === '01020304')).toBe(true);
  });
});

/** A small generator of our own (mulberry32): the same mutations on every run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('hostile bytes', () => {
  const own = [
    pcap({
      records: Array.from({ length: 20 }, (_, i) => ({ second: i, data: Buffer.alloc(40) })),
    }),
    pcapngOf(
      Array.from({ length: 20 }, (_, i) => ({ second: i, data: Buffer.alloc(40) })),
      [0, 1, 2, 3, 4],
    ),
  ];
  const shared = ['lab/icmp_echo.pcapng', 'public/arkime__v6.pcap', 'public/scapy__macos.pcapng.gz']
    .map((name) => join(SHARED, name))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path));

  test.each(
    [
      ...own,
      ...own.map((bytes) => gzipSync(bytes)),
      ...own.map((bytes) => zstdStored(bytes, 200)),
      ...own.map((bytes) => lz4Stored(bytes, 200)),
      ...shared,
    ].map((bytes, i) => [i, bytes] as const),
  )(
    'mutations of capture %i give frames or a CaptureError',
    async (index, bytes) => {
      const random = randomOf(index + 1);
      for (let round = 0; round < 150; round += 1) {
        const copy = Buffer.from(bytes);
        const changes = 1 + Math.floor(random() * 4);
        for (let i = 0; i < changes; i += 1) {
          const at = Math.floor(random() * copy.length);
          const value = [0, 0xff, Math.floor(random() * 256)][Math.floor(random() * 3)] ?? 0;
          copy[at] = value;
        }
        const length = random() < 0.2 ? Math.floor(random() * copy.length) : copy.length;
        const options = { blockBytes: 1 + Math.floor(random() * 300), batchFrames: 1 + round };
        // `replay` itself throws where a frame lies outside its block.
        const { frames, report } = await replayBytes(copy.subarray(0, length), options);
        expect(report.files[0]?.frames).toBe(frames.length);
        expect(frames.every(isSound)).toBe(true);
        const damage = report.files[0]?.damage ?? null;
        expect(damage === null || damage instanceof CaptureError).toBe(true);
      }
    },
    60_000,
  );

  test('a claim of 16 MiB in a small file costs no such memory', async () => {
    const captured = 16 * 1024 * 1024;
    const bytes = pcap({ snapLength: captured, records: [{ captured }] });
    const before = process.memoryUsage().arrayBuffers;
    const { report } = await replayBytes(bytes, { blockBytes: 1024, batchFrames: 16 });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4e6);
    expect(report.files[0]?.damage?.code).toBe('CAPTURE_TRUNCATED');
  });
});

function isSound({ nanosecond, ns, captured }: Seen): boolean {
  return nanosecond >= 0 && nanosecond <= 999_999_999 && ns >= 0n && captured >= 0;
}
