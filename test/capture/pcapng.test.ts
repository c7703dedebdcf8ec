/**
 * This file tests the reader of pcapng on blocks that are written by hand.
 */

import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Pcapng, pcap, replay, replayBytes, Writer, writeCapture } from './build-capture.ts';

const DATA = Buffer.from('0011223344556677', 'hex');
const text = (value: string): Buffer => Buffer.from(value, 'utf8');

describe.each([
  ['little', true],
  ['big', false],
] as const)('pcapng, %s endian', (order, little) => {
  const ng = new Pcapng(little);

  test('an interface with all it can say', async () => {
    const options = [
      ng.option(1, text('hello')),
      ng.option(2, text('ethernet1/2')),
      ng.option(3, text('to the left')),
      ng.option(9, Buffer.from([9])),
      ng.option(11, Buffer.concat([Buffer.from([0]), text('tcp port 80')])),
      ng.option(0, Buffer.alloc(0)),
      ng.option(2, text('not read: behind the end')),
    ];
    const about = [
      ng.option(2, text('Intel(R) Xeon(R)')),
      ng.option(3, text('Linux 6.1')),
      ng.option(4, text('Dumpcap 4.0.17')),
    ];
    const section = ng.section({ options: about });
    const bytes = Buffer.concat([section, ng.interface({ link: 113, snap: 96, options })]);
    const { report } = await replayBytes(bytes);
    expect(report.files[0]).toMatchObject({ format: 'pcapng', byteOrder: order, damage: null });
    expect(report.files[0]).toMatchObject({
      sectionCount: 1,
      sections: [{ hardware: 'Intel(R) Xeon(R)', os: 'Linux 6.1', application: 'Dumpcap 4.0.17' }],
    });
    expect(report.files[0]?.interfaces).toEqual([
      {
        index: 0,
        file: 0,
        section: 1,
        idInSection: 0,
        name: 'ethernet1/2',
        description: 'to the left',
        filter: 'tcp port 80',
        timeResolution: 9,
        linkType: 113,
        canMarkDirections: true,
        snapLength: 96,
        statistics: null,
      },
    ]);
    expect(report.files[0]?.comments).toEqual([{ file: 0, frame: null, text: 'hello' }]);
  });

  test('packets of every kind', async () => {
    const flags = (bits: number): Buffer => ng.option(2, ng.w.u32(bits));
    const bytes = Buffer.concat([
      ng.section({ options: [ng.option(1, text('a section'))] }),
      ng.interface(),
      ng.interface({ snap: 4 }),
      ng.packet(1_700_000_000_000_001n, { id: 1, data: DATA, original: 99, options: [flags(1)] }),
      ng.packet(1_700_000_000_000_002n, { options: [ng.option(1, text('seen')), flags(0xfffe)] }),
      ng.packet(1_700_000_000_000_003n, { options: [flags(3)] }),
      ng.simplePacket(8, DATA),
      ng.oldPacket(1_700_000_000_000_004n, { id: 1, drops: 0xffff, data: DATA }),
    ]);
    const { frames, report } = await replayBytes(bytes);
    const at = (us: number, more: object): object => ({
      second: 1_700_000_000,
      nanosecond: us * 1000,
      ...more,
    });
    expect(frames).toMatchObject([
      at(1, {
        direction: 1,
        interfaceId: 1,
        captured: 8,
        original: 99,
        data: DATA.toString('hex'),
      }),
      at(2, { direction: 2, interfaceId: 0, captured: 4 }),
      at(3, { direction: 0 }),
      at(3, { direction: 0, interfaceId: 0, captured: 8, data: DATA.toString('hex') }),
      at(4, { direction: 0, interfaceId: 1, captured: 8, data: DATA.toString('hex') }),
    ]);
    expect(report.files[0]).toMatchObject({ framesWithoutTime: 1, damage: null });
    expect(report.files[0]?.comments.map(({ frame, text: words }) => [frame, words])).toEqual([
      [null, 'a section'],
      [2, 'seen'],
    ]);
  });

  test('a simple packet is cut by the snap length of the first interface', async () => {
    const bytes = Buffer.concat([
      ng.section(),
      ng.interface({ snap: 5 }),
      ng.simplePacket(99, DATA),
    ]);
    const { frames } = await replayBytes(bytes);
    expect(frames).toMatchObject([{ captured: 5, original: 99, data: '0011223344' }]);
  });

  test('statistics', async () => {
    const words = (high: number, low: number): Buffer => ng.w.u32(high, low);
    const bytes = Buffer.concat([
      ng.section(),
      ng.interface({ options: [ng.option(9, Buffer.from([9]))] }),
      ng.packet(5_000_000_000n),
      ng.statistics(7, []),
      ng.statistics(0, [
        ng.option(3, words(2, 500_000_000)),
        ng.option(4, ng.w.u64(12n)),
        ng.option(5, ng.w.u64(0n)),
        ng.option(7, ng.w.u64(3n)),
      ]),
    ]);
    const { report } = await replayBytes(bytes);
    // 2 × 2^32 + 500,000,000 ns = 9,089,934,592 ns
    expect(report.files[0]?.interfaces[0]?.statistics).toEqual({
      received: 12,
      droppedByInterface: 0,
      droppedByOs: 3,
      endTime: { seconds: 9, nanoseconds: 89_934_592 },
    });
    expect(report.captureEnd).toEqual({ second: 9, nanosecond: 89_934_592 });
  });

  test.each([
    // if_tsresol, stamp, second, nanosecond
    [6, 1_700_000_000_123_456n, 1_700_000_000, 123_456_000],
    [9, 1_700_000_000_123_456_789n, 1_700_000_000, 123_456_789],
    [9, 0xffff_ffff_ffff_ffffn, 18_446_744_073, 709_551_615],
    [9, 4_294_967_296_000_000_000n, 4_294_967_296, 0],
    [0, 1_700_000_000n, 1_700_000_000, 0],
    [3, 1_700_000_000_999n, 1_700_000_000, 999_000_000],
    [7, 17_000_000_001_234_567n, 1_700_000_000, 123_456_700],
    [12, 1_700_000_123_456_789_012n, 1_700_000, 123_456_789],
    [19, 0xffff_ffff_ffff_ffffn, 1, 844_674_407],
    [127, 0xffff_ffff_ffff_ffffn, 0, 0],
    [0x80 + 10, 1_740_800_000_513n, 1_700_000_000, 500_976_562],
    [0x80 + 32, 0x6553f100_80000000n, 0x6553f100, 500_000_000],
    [0x80 + 63, 0xc000_0000_0000_0000n, 1, 500_000_000],
    [0x80, 1_700_000_000n, 1_700_000_000, 0],
  ])('resolution %i: stamp %i', async (resolution, stamp, second, nanosecond) => {
    const options = [ng.option(9, Buffer.from([resolution]))];
    const bytes = Buffer.concat([ng.section(), ng.interface({ options }), ng.packet(stamp)]);
    const { frames } = await replayBytes(bytes);
    expect(frames).toMatchObject([{ second, nanosecond }]);
  });

  test.each([
    [1_000_000n, 2_700_000],
    [-1_600_000n, 100_000],
  ])('if_tsoffset %i is added, with its sign', async (offset, second) => {
    const options = [ng.option(14, ng.w.u64(offset))];
    const stamp = 1_700_000_000_042n;
    const bytes = Buffer.concat([ng.section(), ng.interface({ options }), ng.packet(stamp)]);
    const { frames } = await replayBytes(bytes);
    expect(frames).toMatchObject([{ second, nanosecond: 42_000 }]);
  });

  test('blocks that are not needed are passed over, also if they fill many blocks of ours', async () => {
    const bytes = Buffer.concat([
      ng.section(),
      ng.block(4, Buffer.alloc(40)),
      ng.interface(),
      ng.block(0x0bad, Buffer.alloc(5000)),
      ng.packet(1n, { data: DATA }),
      ng.block(0x7777, Buffer.alloc(0)),
      ng.packet(2n),
      ng.block(0x80001234, Buffer.alloc(333)),
    ]);
    const { frames, report } = await replayBytes(bytes, { blockBytes: 128 });
    expect(frames.map((f) => f.frame)).toEqual([1, 2]);
    expect(report.files[0]?.damage).toBeNull();
  });

  test('damage', async () => {
    const start = Buffer.concat([ng.section(), ng.interface(), ng.packet(1n)]);
    const packet = ng.packet(2n, { data: DATA });
    const change = (bytes: Buffer, at: number, value: number): Buffer => {
      const copy = Buffer.from(bytes);
      ng.w.u32(value).copy(copy, at);
      return copy;
    };
    const bare = (type: number, length: number): Buffer =>
      Buffer.concat([ng.w.u32(type, length), Buffer.alloc(64)]);
    const cases: [string, Buffer, string][] = [
      ['length 0', bare(6, 0), 'CAPTURE_BLOCK_LENGTH'],
      ['length 8', bare(99, 8), 'CAPTURE_BLOCK_LENGTH'],
      ['length odd', bare(99, 41), 'CAPTURE_BLOCK_LENGTH'],
      ['length too short for its type', bare(6, 28), 'CAPTURE_BLOCK_LENGTH'],
      ['packet of 4 GB', bare(6, 0xfffffff0), 'CAPTURE_BLOCK_LENGTH'],
      ['unknown block of 4 GB', bare(99, 0xfffffff0), 'CAPTURE_TRUNCATED'],
      ['second length differs', change(packet, packet.length - 4, 44), 'CAPTURE_BLOCK_LENGTH'],
      ['captured over block', change(packet, 20, 9), 'CAPTURE_BLOCK_CONTENT'],
      ['unknown interface', change(packet, 8, 1), 'CAPTURE_INTERFACE_UNKNOWN'],
      ['unknown interface of 4G', change(packet, 8, 0xffffffff), 'CAPTURE_INTERFACE_UNKNOWN'],
      ['longer than any', ng.packet(2n, { data: Buffer.alloc(262_145) }), 'CAPTURE_RECORD_LENGTH'],
      ['cut', packet.subarray(0, packet.length - 1), 'CAPTURE_TRUNCATED'],
      ['cut in the header', packet.subarray(0, 5), 'CAPTURE_TRUNCATED'],
      ['section of version 2', ng.section({ major: 2 }), 'CAPTURE_UNSUPPORTED_FORMAT'],
      ['section without order', change(ng.section(), 8, 0), 'CAPTURE_BLOCK_CONTENT'],
      ['pcap glued behind', pcap({ records: [{}] }), 'CAPTURE_BLOCK_CONTENT'],
      ['big-endian pcap behind', pcap({ little: false }), 'CAPTURE_BLOCK_CONTENT'],
    ];
    const results = [];
    for (const [name, bytes] of cases) {
      const { frames, report } = await replayBytes(Buffer.concat([start, bytes]));
      const damage = report.files[0]?.damage;
      results.push([name, frames.length, damage?.code, damage?.byteOffset]);
    }
    expect(results).toEqual(
      cases.map(([name, , code]) => {
        const inSkip = name === 'unknown block of 4 GB';
        return [name, 1, code, inSkip ? start.length + 8 + 64 : start.length];
      }),
    );
  });
});

test('sections of both orders follow one another; each has its own interfaces', async () => {
  const le = new Pcapng(true);
  const be = new Pcapng(false);
  const bytes = Buffer.concat([
    le.section(),
    le.interface({ options: [le.option(2, text('one'))] }),
    le.packet(1n),
    be.section({ minor: 2 }),
    be.interface({ options: [be.option(2, text('two'))] }),
    be.packet(2n),
    le.section(),
    le.packet(3n),
  ]);
  const { frames, report } = await replayBytes(bytes);
  expect(frames).toHaveLength(2);
  expect(
    report.files[0]?.interfaces.map((i) => [i.index, i.section, i.idInSection, i.name]),
  ).toEqual([
    [0, 1, 0, 'one'],
    [1, 2, 0, 'two'],
  ]);
  expect(report.files[0]?.damage?.code).toBe('CAPTURE_INTERFACE_UNKNOWN');
});

test('comments are bounded in length and number', async () => {
  const ng = new Pcapng();
  const comment = ng.option(1, Buffer.alloc(5000, 0x61));
  const short = ng.option(1, text('x'));
  const packets = Buffer.concat(
    Array.from({ length: 10_100 }, () => ng.packet(1n, { options: [short] })),
  );
  const bytes = Buffer.concat([ng.section({ options: [comment] }), ng.interface(), packets]);
  const { report } = await replayBytes(bytes);
  const { comments, commentsDropped } = report.files[0]!;
  expect(comments[0]?.text).toBe('a'.repeat(4096));
  expect(comments).toHaveLength(10_000);
  expect(commentsDropped).toBe(101);
});

test('an option that is longer than its block ends the options, not the file', async () => {
  const ng = new Pcapng();
  const broken = new Writer(true).u16(1, 60_000);
  const bytes = Buffer.concat([ng.section({ options: [broken] }), ng.interface(), ng.packet(1n)]);
  const { frames, report } = await replayBytes(bytes);
  expect(frames).toHaveLength(1);
  expect(report.files[0]?.damage).toBeNull();
});

test('a flood of interfaces is damage and costs little', async () => {
  const ng = new Pcapng();
  const flood = Buffer.concat(Array.from({ length: 16_385 }, () => ng.interface()));
  const before = performance.now();
  const { report } = await replayBytes(Buffer.concat([ng.section(), flood, ng.packet(1n)]));
  expect(performance.now() - before).toBeLessThan(5000);
  expect(report.files[0]?.interfaces).toHaveLength(16_384);
  expect(report.files[0]?.damage?.code).toBe('CAPTURE_INTERFACE_FLOOD');
});

test('a block of half a gigabyte is passed over without being held', async () => {
  const ng = new Pcapng();
  const length = 512 * 1024 * 1024;
  const head = Buffer.concat([ng.section(), ng.interface(), ng.packet(1n), ng.w.u32(0x99, length)]);
  const tail = Buffer.concat([ng.w.u32(length), ng.packet(2n)]);
  const path = writeCapture(head);
  const fd = openSync(path, 'r+');
  // The file is sparse: its middle takes no room on the disk.
  writeSync(fd, tail, 0, tail.length, head.length - 8 + length - 4);
  closeSync(fd);
  const before = process.memoryUsage().rss;
  const { frames, report } = await replay([path]);
  expect(frames.map((f) => f.frame)).toEqual([1, 2]);
  expect(report.files[0]?.damage).toBeNull();
  expect(process.memoryUsage().rss - before).toBeLessThan(60e6);
  rmSync(path);
}, 30_000);
