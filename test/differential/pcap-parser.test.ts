/**
 * This file compares our own pcap reader with the npm package pcap-parser, which shares no code with
 * it: on random captures, on public ones, and on broken ones, where a guard stands before the package.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secondOpinion } from '../../src/capture/second-opinion.ts';
import {
  Pcapng,
  type PcapParts,
  pcap,
  type Record,
  replay,
  replayBytes,
  writeCapture,
} from '../capture/build-capture.ts';
import { HAS_CAPTURES, noteSkipped, publicPath } from '../support/truth-files.ts';

if (!HAS_CAPTURES) noteSkipped('differential/pcap-parser.test.ts');

const record = fc.record({
  second: fc.integer({ min: 0, max: 0xffff_ffff }),
  // Above a million, too: fuzzed files have such fractions.
  fraction: fc.oneof(
    fc.integer({ min: 0, max: 999_999 }),
    fc.integer({ min: 0, max: 0xffff_ffff }),
  ),
  data: fc.uint8Array({ maxLength: 120 }),
  original: fc.integer({ min: 0, max: 0xffff_ffff }),
});
const parts = fc.record({
  little: fc.boolean(),
  snapLength: fc.constantFrom(0, 96, 65_535, 262_144),
  network: fc.constantFrom(0, 1, 101, 113, 0xf000_0001),
  records: fc.array(record, { maxLength: 60 }),
});

/** All that a reader of the result sees. */
async function everything(path: string, options: object): Promise<unknown> {
  const { frames, report } = await replay([path], options);
  return { frames, files: report.files, times: [report.firstTime, report.lastTime] };
}

describe('random captures', () => {
  const sizes = fc.record({
    blockBytes: fc.integer({ min: 1, max: 600 }),
    batchFrames: fc.integer({ min: 1, max: 30 }),
  });

  test('give the same frames and the same report, whatever the sizes', async () => {
    await fc.assert(
      fc.asyncProperty(parts, sizes, fc.boolean(), async (capture, options, isPacked) => {
        const bytes = pcap(capture);
        const path = writeCapture(isPacked ? gzipSync(bytes) : bytes);
        const native = await everything(path, {});
        expect(await everything(path, { ...options, reader: 'pcap-parser' })).toEqual(native);
      }),
      { numRuns: 150, seed: 20_260_525 },
    );
  });

  test('have no second opinion: count, bytes, times and digest are the same', async () => {
    await fc.assert(
      fc.asyncProperty(parts, async (capture) => {
        const opinion = await secondOpinion(writeCapture(pcap(capture)));
        expect(opinion).toMatchObject({ verdict: 'same', firstDifference: null, reason: null });
        expect(opinion.package).toEqual(opinion.native);
        expect(opinion.native).toMatchObject(totalsOf(capture.records));
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test('cut anywhere, end at the same record for the same reason', async () => {
    await fc.assert(
      fc.asyncProperty(parts, fc.nat(4000), async (capture, cut) => {
        const path = writeCapture(pcap(capture).subarray(0, Math.max(4, cut)));
        const opinion = await secondOpinion(path);
        expect(opinion.verdict).toBe('same');
        expect(opinion.package).toEqual(opinion.native);
      }),
      { numRuns: 150, seed: 2 },
    );
  });
});

/** What the records say, worked out without a reader. */
function totalsOf(records: readonly Required<Pick<Record, 'data' | 'original'>>[]): object {
  const hash = createHash('sha256');
  const sum = (of: (r: (typeof records)[number]) => number) =>
    records.reduce((total, r) => total + of(r), 0);
  for (const { second, fraction, data, original } of records as Required<Record>[]) {
    const head = Buffer.alloc(20);
    head.writeBigUInt64LE(BigInt(second) + BigInt(fraction) / 1_000_000n, 0);
    head.writeUInt32LE((fraction % 1_000_000) * 1000, 8);
    head.writeUInt32LE(data.length, 12);
    head.writeUInt32LE(original, 16);
    hash.update(head).update(data);
  }
  return {
    frames: records.length,
    capturedBytes: sum((r) => r.data.length),
    originalBytes: sum((r) => r.original),
    sha256: hash.digest('hex'),
  };
}

describe('what the package does not know is said, and is no difference', () => {
  const ng = new Pcapng();
  test.each<[string, Uint8Array, string]>([
    [
      'nanoseconds',
      pcap({ magic: 0xa1b23c4d, records: [{}] }),
      'pcap-parser cannot read times in nanoseconds',
    ],
    [
      'nanoseconds, big-endian',
      pcap({ magic: 0xa1b23c4d, little: false, records: [{}] }),
      'pcap-parser cannot read times in nanoseconds',
    ],
    [
      'pcapng',
      Buffer.concat([ng.section(), ng.interface(), ng.packet(1n)]),
      'pcap-parser cannot read pcapng, only pcap with microseconds',
    ],
    [
      'the lengths of version 2.2 in the other order',
      pcap({ minor: 2, records: [{}] }),
      'pcap-parser cannot read pcap version 2.2',
    ],
  ])('%s', async (_name, bytes, reason) => {
    const opinion = await secondOpinion(writeCapture(bytes));
    expect(opinion).toMatchObject({ verdict: 'not-comparable', reason, firstDifference: null });
    expect(opinion.native).toMatchObject({ frames: 1, damage: null });
    const { frames, report } = await replayBytes(bytes, { reader: 'pcap-parser' });
    expect(frames).toEqual([]);
    expect(report.files[0]?.damage).toMatchObject({
      code: 'CAPTURE_UNSUPPORTED_FORMAT',
      message: reason,
      hint: 'read it without --reader pcap-parser',
    });
  });
});

describe('the guard before the package', () => {
  test.each<[string, PcapParts, object]>([
    [
      'a record longer than any: what stands before is read',
      { records: [{}, {}, { captured: 262_145 }, {}] },
      { code: 'CAPTURE_RECORD_LENGTH', byteOffset: 24 + 2 * 20 },
    ],
    [
      'version 3.4, which the package takes for 2.4',
      { major: 3, records: [{}] },
      { code: 'CAPTURE_UNSUPPORTED_FORMAT', byteOffset: 4 },
    ],
  ])('%s', async (_name, capture, damage) => {
    const { frames, report } = await replayBytes(pcap(capture), { reader: 'pcap-parser' });
    expect(frames).toHaveLength(capture.major === 3 ? 0 : 2);
    expect(report.files[0]?.damage).toMatchObject(damage);
  });

  test('a record of exactly the bound passes, in proportionate time', async () => {
    const data = Buffer.alloc(262_144, 7);
    const records = Array.from({ length: 40 }, (_, second) => ({ second, data }));
    const { frames, report } = await replayBytes(pcap({ snapLength: 262_144, records }), {
      reader: 'pcap-parser',
    });
    expect(frames.map((f) => f.data.length)).toEqual(records.map(() => 2 * data.length));
    expect(report.files[0]?.damage).toBeNull();
  });
});

test('where two files are glued the readers differ: the package takes the header for a record', async () => {
  const one = pcap({ records: [{ second: 5 }, { second: 6 }] });
  const opinion = await secondOpinion(writeCapture(Buffer.concat([one, one])));
  expect(opinion).toMatchObject({
    verdict: 'different',
    firstDifference: { frame: 3, what: 'missing', native: null, package: 'a frame' },
  });
  expect(opinion.native).toMatchObject({ frames: 2, damage: { code: 'CAPTURE_RECORD_LENGTH' } });
  expect(opinion.package.frames).toBeGreaterThan(2);
});

describe.skipIf(!HAS_CAPTURES)('public captures (skipped without ../shared)', () => {
  const folder = HAS_CAPTURES ? publicPath('.') : '';
  const files = HAS_CAPTURES ? readdirSync(folder).filter((file) => file.endsWith('.pcap')) : [];
  const isMicroseconds = (path: string) => {
    const magic = readFileSync(path).subarray(0, 4).toString('hex');
    return magic === 'd4c3b2a1' || magic === 'a1b2c3d4';
  };
  const classic = files.map((file) => join(folder, file)).filter(isMicroseconds);

  test('are many', () => expect(classic.length).toBeGreaterThan(80));

  test.each(classic.map((path) => [basename(path), path]))('%s', async (_name, path) => {
    const opinion = await secondOpinion(path);
    expect(opinion).toMatchObject({ verdict: 'same', reason: null, firstDifference: null });
    expect(opinion.package).toEqual(opinion.native);
  });
});
