/**
 * This file tests the order of frames and the repair of clocks against CONTRACT "Order" and "Clock".
 */

import { describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import {
  at,
  file,
  Pcapng,
  pcap,
  type Record,
  replayBytes,
  shown,
  T0,
  writeCapture,
} from './build-capture.ts';

const DAY = 86_400;

async function order(times: readonly (string | number)[], options = {}): Promise<string[]> {
  return shown((await replayBytes(file(times), options)).frames);
}

describe('reordering within a second', () => {
  test.each([
    ['in order', [0, 0.1, 5, 5], ['1@0', '2@0.1', '3@5', '4@5']],
    ['a frame too late by a nanosecond', ['1.000000001', 1, 2], ['2@1', '1@1.000000001', '3@2']],
    ['exactly a second', [0, 1, 0, 2], ['1@0', '3@0', '2@1', '4@2']],
    [
      'a nanosecond more than a second',
      [0, '1.000000001', 0, 2],
      ['1@0', '2@1.000000001', '3@1.000000001', '4@2'],
    ],
    ['before the first', [0.5, '0.1', 1], ['2@0.1', '1@0.5', '3@1']],
    ['across a second before the first', [0.5, '-0.25', 1], ['2@-0.25', '1@0.5', '3@1']],
    [
      'two interfaces',
      [0, 0.5, 0.1, 0.6, 0.2, 0.7],
      ['1@0', '3@0.1', '5@0.2', '2@0.5', '4@0.6', '6@0.7'],
    ],
  ])('%s', async (_name, times, expected) => {
    for (const batchFrames of [1, 2, 3, 1000]) {
      expect(await order(times, { batchFrames })).toEqual(expected);
    }
  });

  test('what is counted', async () => {
    const { report } = await replayBytes(file([0, 0.9, 0.3, 3, 0.5, 4]));
    expect(report.files[0]).toMatchObject({
      reorderedFrames: 1,
      lateFrames: 1,
      largestStepBackNs: 2.5e9,
      firstTime: { second: T0, nanosecond: 0 },
      lastTime: { second: T0 + 4, nanosecond: 0 },
    });
    expect(report).toMatchObject({ firstTime: { second: T0 }, lastTime: { second: T0 + 4 } });
  });

  test('a frame moves over 65,535 others, not over 65,536', async () => {
    const body = (count: number): Record[] => [
      at(0),
      ...Array.from({ length: count }, (_, i) => at('0.5', Buffer.from([i & 255]))),
      at(0.25),
      at(0.75),
    ];
    for (const [count, isLate] of [
      [65_535, false],
      [65_536, true],
    ] as const) {
      const { frames, report } = await replayBytes(
        pcap({ magic: 0xa1b23c4d, records: body(count) }),
      );
      expect(report.files[0]).toMatchObject({ lateFrames: isLate ? 1 : 0, reorderWindowCut: 0 });
      expect(frames.findIndex((f) => f.frame === count + 2)).toBe(isLate ? count + 1 : 1);
      expect(frames).toHaveLength(count + 3);
    }
  });

  test('a bound in bytes cuts the window, and says so', async () => {
    const data = Buffer.alloc(984);
    const records = [0, 0.1, 0.2, 0.3, '0.05', 0.4].map((time) => at(time, data));
    const bytes = pcap({ magic: 0xa1b23c4d, records });
    const wide = await replayBytes(bytes, { windowBytes: 4000 });
    expect(shown(wide.frames).slice(0, 2)).toEqual(['1@0', '5@0.05']);
    // 3 × 1000 bytes back stands frame 2, of time 0.1: frame 5 would have to go before it.
    const narrow = await replayBytes(bytes, { windowBytes: 2999 });
    expect(shown(narrow.frames)).toEqual(['1@0', '2@0.1', '3@0.2', '4@0.3', '5@0.3', '6@0.4']);
    expect(narrow.report.files[0]).toMatchObject({ lateFrames: 1, reorderWindowCut: 1 });
  });

  test("a capture in order is handed over in the reader's own batches", async () => {
    const times = Array.from({ length: 5000 }, (_, i) => (i / 100).toFixed(2));
    const captures = openCaptures([{ path: writeCapture(file(times)) }], { batchFrames: 1000 });
    const batches = new Set();
    let frames = 0;
    for await (const { batch, from, to } of captures.ranges()) {
      batches.add(batch);
      // The block is the file's own, not a copy: frame i lies at 24 + 20 i + 16.
      expect(batch.offset[from]).toBe(24 + 20 * frames + 16);
      frames += to - from;
    }
    expect(frames).toBe(5000);
    expect(batches.size).toBeLessThanOrEqual(6);
  });

  test('many times the same, none held back for ever', async () => {
    const records = Array.from({ length: 200_000 }, () => ({ data: Buffer.alloc(0) }));
    const captures = openCaptures([{ path: writeCapture(pcap({ records })) }]);
    let seen = 0;
    let held = 0;
    for await (const { from, to } of captures.ranges()) {
      seen += to - from;
      held = Math.max(held, (captures.report.files[0]?.frames ?? 0) - seen);
    }
    expect(seen).toBe(200_000);
    expect(held).toBeLessThanOrEqual(65_536 + 2 * 16_384);
  });
});

describe('late frames and clocks set back', () => {
  const late = (count: number): number[] => Array.from({ length: count }, (_, i) => 10 + i / 10);

  test('fifteen late frames are taken at the newest time', async () => {
    const { frames, report } = await replayBytes(file([0, 100, ...late(15), 101]));
    expect(shown(frames)).toEqual([
      '1@0',
      ...Array.from({ length: 16 }, (_, i) => `${i + 2}@100`),
      '18@101',
    ]);
    expect(report.files[0]).toMatchObject({ lateFrames: 15, clockShifts: [] });
  });

  test('sixteen prove that the clock was set back: distances stay true from the first on', async () => {
    for (const batchFrames of [1, 5, 1000]) {
      const bytes = file([0, '100.000000007', ...late(16), 12, 200]);
      const { frames, report } = await replayBytes(bytes, { batchFrames });
      const shift = '000000007';
      expect(shown(frames)).toEqual([
        '1@0',
        `2@100.${shift}`,
        `3@100.${shift}`,
        ...Array.from(
          { length: 15 },
          (_, i) => `${i + 4}@${100 + Math.floor((i + 1) / 10)}.${(i + 1) % 10}0${shift.slice(2)}`,
        ),
        `19@102.${shift}`,
        `20@290.${shift}`,
      ]);
      expect(report.files[0]).toMatchObject({
        lateFrames: 0,
        clockShifts: [{ frame: 3, seconds: 90.000000007 }],
      });
    }
  });

  test('the end of the file does not make a clock shift of fewer than sixteen', async () => {
    const { report } = await replayBytes(file([100, ...late(15)]));
    expect(report.files[0]).toMatchObject({ lateFrames: 15, clockShifts: [] });
  });

  test('by decades, without losing a nanosecond', async () => {
    const times = Array.from({ length: 16 }, (_, i) => ({ second: 5, fraction: 3 + i }));
    const { frames, report } = await replayBytes(file(['0.000000001'], times));
    expect(shown(frames).slice(0, 3)).toEqual(['1@0.000000001', '2@0.000000001', '3@0.000000002']);
    expect(shown(frames).at(-1)).toBe('17@0.000000016');
    expect(report.files[0]?.clockShifts).toHaveLength(1);
  });

  test('a file that runs backwards is shifted again and again, in bounded memory', async () => {
    const times = Array.from({ length: 400 }, (_, i) => 2000 - 2 * i);
    const { frames, report } = await replayBytes(file(times));
    expect(frames).toHaveLength(400);
    const { clockShifts, clockShiftsNotListed, lateFrames } = report.files[0]!;
    // Frame 2 and all up to the 16th from the end begin a shift; the last 15 are late.
    expect(clockShifts).toHaveLength(100);
    expect(clockShiftsNotListed).toBe(400 - 1 - 15 - 100);
    expect(lateFrames).toBe(15);
    expect(new Set(frames.map((f) => f.ns)).size).toBe(1);
  });

  test('a time of 0 in the middle is a late frame', async () => {
    const { frames } = await replayBytes(file([0, 1], [{ second: 0 }, at(2)]));
    expect(shown(frames)).toEqual(['1@0', '2@1', '3@1', '4@2']);
  });
});

describe('outliers', () => {
  test.each([
    ['back by more than a second', [0, 1, DAY + 2, 2], ['1@0', '2@1', '3@1', '4@2'], 1],
    ['not more than a day ahead', [0, 1, DAY + 1, 86_401], ['1@0', '2@1', '3@86401', '4@86401'], 0],
    [
      'the next is newer: time really went on',
      [0, DAY + 1, DAY + 2],
      ['1@0', '2@86401', '3@86402'],
      0,
    ],
    ['the next is older by a second', [0, DAY + 1, DAY], ['1@0', '3@86400', '2@86401'], 0],
    ['at the end there is no next', [0, DAY + 1], ['1@0', '2@86401'], 0],
    [
      'two ahead are no outliers',
      [0, 2 * DAY, 2 * DAY, 1],
      ['1@0', '2@172800', '3@172800', '4@172800'],
      0,
    ],
  ])('%s', async (_name, times, expected, outliers) => {
    for (const batchFrames of [1, 1000]) {
      const { frames, report } = await replayBytes(file(times), { batchFrames });
      expect(shown(frames)).toEqual(expected);
      expect(report.files[0]?.outliers).toBe(outliers);
    }
  });

  test('outside the years 1970 to 9999', async () => {
    const ng = new Pcapng();
    const seconds = (offset: bigint): Buffer[] => [
      ng.option(9, Buffer.from([0])),
      ng.option(14, ng.w.u64(offset)),
    ];
    const bytes = Buffer.concat([
      ng.section(),
      ng.interface({ options: seconds(0n) }),
      ng.interface({ options: seconds(-2_000_000_000n) }),
      ng.packet(BigInt(T0)),
      ng.packet(253_402_300_800n),
      ng.packet(BigInt(T0), { id: 1 }),
      ng.packet(0xffff_ffff_ffff_ffffn),
      ng.packet(BigInt(T0 + 1)),
      ng.packet(253_402_300_799n),
    ]);
    const { frames, report } = await replayBytes(bytes);
    expect(frames.map((f) => f.ns / 1_000_000_000n - BigInt(T0))).toEqual([
      0n,
      0n,
      0n,
      0n,
      1n,
      253_402_300_799n - BigInt(T0),
    ]);
    expect(report.files[0]?.outliers).toBe(3);
  });
});
