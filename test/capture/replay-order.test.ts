/**
 * This file tests the order of frames over several files, epochs, the end of a capture and stopping,
 * against CONTRACT "Order" and "Clock".
 */

import { describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import {
  file,
  Pcapng,
  pcap,
  replay,
  replayBytes,
  type Seen,
  shown,
  T0,
  writeCapture,
} from './build-capture.ts';

const DAY = 86_400;
/** EPOCH_AHEAD_SECONDS. */
const AHEAD = 9_000_000;

describe('epochs', () => {
  test('times count from a second 104 days behind the first frame', async () => {
    const { epochs } = await replayBytes(file([0.9, 1000]));
    expect(epochs).toEqual([T0 + AHEAD]);
  });

  test('far jumps begin a new epoch and keep their nanoseconds', async () => {
    // 2^52 ns are 4,503,599.6 s, the first epoch is 9,000,000; the second jump is from 1970 to 2106.
    const bytes = pcap({
      magic: 0xa1b23c4d,
      records: [
        { second: 0, fraction: 1 },
        { second: 13_503_599, fraction: 3 },
        { second: 13_503_600, fraction: 5 },
        { second: 4_294_967_295, fraction: 999_999_999 },
      ],
    });
    const { frames, epochs } = await replayBytes(bytes);
    expect(frames.map((f) => f.ns)).toEqual([
      1n,
      13_503_599_000_000_003n,
      13_503_600_000_000_005n,
      4_294_967_295_999_999_999n,
    ]);
    expect(epochs).toEqual([AHEAD, 13_503_600, 4_294_967_295]);
  });

  test('reordering goes on across a new epoch', async () => {
    const seconds = [13_503_599, 13_503_600, 13_503_599, 13_503_601];
    const records = [
      { second: 0 },
      ...seconds.map((second, i) => ({ second, fraction: 600_000_000 + i })),
    ];
    const { frames } = await replayBytes(pcap({ magic: 0xa1b23c4d, records }));
    expect(frames.map((f) => [f.frame, f.ns])).toEqual([
      [1, 0n],
      [2, 13_503_599_600_000_000n],
      [4, 13_503_599_600_000_002n],
      [3, 13_503_600_600_000_001n],
      [5, 13_503_601_600_000_003n],
    ]);
  });
});

describe('frames without a time', () => {
  const ng = new Pcapng();
  const us = (seconds: number): bigint => BigInt(T0 + seconds) * 1_000_000n;

  test('take the newest time of their section', async () => {
    const bytes = Buffer.concat([
      ng.section(),
      ng.interface(),
      ng.simplePacket(4, Buffer.alloc(4)),
      ng.packet(us(1)),
      ng.simplePacket(4, Buffer.alloc(4)),
      ng.packet(us(2)),
      ng.packet(us(1)),
      ng.simplePacket(4, Buffer.alloc(4)),
    ]);
    for (const batchFrames of [1, 100]) {
      const { frames, report } = await replayBytes(bytes, { batchFrames });
      expect(shown(frames)).toEqual(['1@1', '2@1', '3@1', '5@1', '4@2', '6@2']);
      expect(report.files[0]).toMatchObject({ framesWithoutTime: 3, reorderedFrames: 1 });
    }
  });

  test('do not keep an outlier from being seen', async () => {
    const bytes = Buffer.concat([
      ng.section(),
      ng.interface(),
      ng.packet(us(0)),
      ng.packet(us(2 * DAY)),
      ng.simplePacket(4, Buffer.alloc(4)),
      ng.packet(us(1)),
    ]);
    const { frames, report } = await replayBytes(bytes);
    expect(shown(frames)).toEqual(['1@0', '2@0', '3@0', '4@1']);
    expect(report.files[0]?.outliers).toBe(1);
  });

  test('a capture of nothing else begins in 1970', async () => {
    const bytes = Buffer.concat([
      ng.section(),
      ng.interface(),
      ng.simplePacket(4, Buffer.alloc(4)),
    ]);
    const { frames } = await replayBytes(bytes);
    expect(frames).toMatchObject([{ ns: 0n, second: Number.NaN }]);
  });
});

describe('several files', () => {
  const path = (times: readonly (string | number)[]): string => writeCapture(file(times));
  const places = (frames: readonly Seen[]): string[] => frames.map((f) => `${f.file}.${f.frame}`);

  test('are merged by time', async () => {
    const inputs = [path([1, 4, 5]), path([2, 3, 6]), path([])];
    const { frames, epochs } = await replay(inputs);
    expect(places(frames)).toEqual(['0.1', '1.1', '1.2', '0.2', '0.3', '1.3']);
    expect(epochs).toEqual([T0 + 1 + AHEAD]);
  });

  test("equal times: stage, then file, then the file's own order", async () => {
    const same = path([1, 1]);
    const stages = ['drop', 'transmit', 'receive', 'firewall', 'receive'] as const;
    const { frames, report } = await replay(stages.map((stage) => ({ path: same, stage })));
    expect(places(frames)).toEqual([
      '2.1',
      '2.2',
      '4.1',
      '4.2',
      '3.1',
      '3.2',
      '1.1',
      '1.2',
      '0.1',
      '0.2',
    ]);
    expect(frames.map((f) => f.stage)).toEqual([1, 1, 1, 1, 2, 2, 3, 3, 4, 4]);
    expect(report.files.map((f) => f.stage)).toEqual(stages);
  });

  test('equal times over many batches', async () => {
    const zeros = path(Array.from({ length: 300 }, () => 0));
    const inputs = [
      { path: zeros, stage: 'drop' as const },
      { path: zeros, stage: 'receive' as const },
    ];
    const { frames } = await replay(inputs, { batchFrames: 7 });
    const expected = [1, 0].flatMap((f) => Array.from({ length: 300 }, (_, i) => `${f}.${i + 1}`));
    expect(places(frames)).toEqual(expected);
  });

  test('each file has its own clock, name and shift', async () => {
    const inputs = [
      { path: path([0, 1, 2]) },
      { path: path([10, 11, 8]), timeShift: -9.75, interfaceName: 'trust0' },
    ];
    const { frames, report } = await replay(inputs);
    expect(frames.map((f) => f.file)).toEqual([0, 1, 0, 1, 1, 0]);
    expect(shown(frames.filter((f) => f.file === 1))).toEqual(['1@0.25', '2@1.25', '3@1.25']);
    expect(report.files.map((f) => f.interfaces[0]?.name)).toEqual([null, 'trust0']);
    expect(report.files.map((f) => f.lateFrames)).toEqual([0, 1]);
    expect(report.files[0]?.interfaces[0]?.index).not.toBe(report.files[1]?.interfaces[0]?.index);
  });

  test('decades apart', async () => {
    const old = writeCapture(pcap({ magic: 0xa1b23c4d, records: [{ second: 1, fraction: 7 }] }));
    const { frames, epochs } = await replay([path(['0.000000009', 1]), old]);
    expect(frames.map((f) => f.ns)).toEqual([
      1_000_000_007n,
      1_700_000_000_000_000_009n,
      1_700_000_001_000_000_000n,
    ]);
    expect(epochs).toEqual([1 + AHEAD, T0]);
  });

  test('damage ends its file, not the others', async () => {
    const damaged = writeCapture(file([0, 1, 2]).subarray(0, -3));
    const { frames, report } = await replay([damaged, path([0.5, 1.5, 2.5])]);
    expect(places(frames)).toEqual(['0.1', '1.1', '0.2', '1.2', '1.3']);
    expect(report.files.map((f) => f.damage?.code)).toEqual(['CAPTURE_TRUNCATED', undefined]);
  });

  test('that follow one another are not open together', async () => {
    const inputs = Array.from({ length: 1500 }, (_, i) => ({ path: path([i * 10, i * 10 + 1]) }));
    const { frames } = await replay(inputs.toReversed());
    expect(frames.map((f) => f.file)).toEqual(
      Array.from({ length: 3000 }, (_, i) => 1499 - Math.floor(i / 2)),
    );
  }, 30_000);
});

describe('the end of a capture', () => {
  const ng = new Pcapng();
  const ending = (end: number): Buffer => {
    const stamp = BigInt(T0 + end) * 1_000_000n;
    return Buffer.concat([
      ng.section(),
      ng.interface(),
      ng.packet(BigInt(T0) * 1_000_000n),
      ng.statistics(0, [ng.option(3, ng.stamp(stamp))]),
    ]);
  };

  test('is the largest that is at most a day behind the last packet', async () => {
    const inputs = [60, DAY, DAY + 1].map((end) => writeCapture(ending(end)));
    const { report } = await replay(inputs);
    expect(report.captureEnd).toEqual({ second: T0 + DAY, nanosecond: 0 });
    expect(report.incredibleEnds).toBe(1);
  });

  test('is shifted with its file', async () => {
    const { report } = await replay([{ path: writeCapture(ending(60)), timeShift: 0.5 }]);
    expect(report.captureEnd).toEqual({ second: T0 + 60, nanosecond: 500_000_000 });
  });
});

describe('stopping', () => {
  test('leaving the loop closes the files', async () => {
    const captures = openCaptures([{ path: writeCapture(file([0, 1, 2])) }], { batchFrames: 1 });
    for await (const range of captures.ranges()) {
      expect(range.to - range.from).toBe(1);
      break;
    }
    expect(captures.report.files[0]?.frames).toBeLessThan(4);
  });

  test('stop() hands over what was read and says so', async () => {
    const captures = openCaptures([{ path: writeCapture(file([0, 10, 20, 30])) }], {
      batchFrames: 1,
    });
    let frames = 0;
    for await (const { from, to } of captures.ranges()) {
      frames += to - from;
      captures.stop();
    }
    expect(frames).toBe(captures.report.files[0]?.frames);
    expect(frames).toBeLessThan(4);
    expect(captures.report.stopped).toBe(true);
  });
});
