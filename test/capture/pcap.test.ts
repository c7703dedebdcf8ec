/**
 * This file tests the reader of classic pcap on files that are written by hand.
 */

import { describe, expect, test } from 'vitest';
import { Pcapng, pcap, replayBytes } from './build-capture.ts';

const DATA = Buffer.from('00112233445566778899aabb', 'hex');

describe('variants of pcap', () => {
  test.each([
    // magic      order     record extra  fraction     nanoseconds  format
    [0xa1b2c3d4, 'little', 0, 123_456, 123_456_000, 'pcap'],
    [0xa1b2c3d4, 'big', 0, 123_456, 123_456_000, 'pcap'],
    [0xa1b23c4d, 'little', 0, 123_456_789, 123_456_789, 'pcap'],
    [0xa1b23c4d, 'big', 0, 123_456_789, 123_456_789, 'pcap'],
    [0xa1b2cd34, 'little', 8, 999_999, 999_999_000, 'pcap-modified'],
    [0xa1b2cd34, 'big', 8, 0, 0, 'pcap-modified'],
  ] as const)('%s, %s endian', async (magic, order, recordExtra, fraction, nanoseconds, format) => {
    const little = order === 'little';
    const record = { second: 1_700_000_000, fraction, data: DATA, original: 1514 };
    const bytes = pcap({ magic, little, recordExtra, records: [record, record] });
    const { frames, report } = await replayBytes(bytes);
    expect(frames).toHaveLength(2);
    expect(frames[1]).toMatchObject({
      frame: 2,
      second: 1_700_000_000,
      nanosecond: nanoseconds,
      captured: 12,
      original: 1514,
      data: DATA.toString('hex'),
      ns: 1_700_000_000_000_000_000n + BigInt(nanoseconds),
    });
    expect(report.files[0]).toMatchObject({
      format,
      byteOrder: order,
      compression: 'none',
      bytes: bytes.length,
      frames: 2,
      capturedBytes: 24,
      originalBytes: 3028,
      snappedFrames: 2,
      damage: null,
    });
  });

  test('FCS length and flag are not part of the link type', async () => {
    const { report } = await replayBytes(pcap({ network: 0x44000001 }));
    expect(report.files[0]?.interfaces[0]).toMatchObject({ linkType: 1, snapLength: 65_535 });
  });

  test('before version 2.3 the original length comes first', async () => {
    const header = pcap({ minor: 2 });
    const record = Buffer.alloc(16 + 4);
    record.writeUInt32LE(60, 8);
    record.writeUInt32LE(4, 12);
    const { frames } = await replayBytes(Buffer.concat([header, record]));
    expect(frames).toMatchObject([{ captured: 4, original: 60 }]);
  });

  test('a fraction above a second is added to the seconds', async () => {
    const records = [{ second: 100, fraction: 4_000_000_007 }];
    const { frames } = await replayBytes(pcap({ records }));
    expect(frames).toMatchObject([{ second: 4100, nanosecond: 7000 }]);
  });

  test('seconds are unsigned', async () => {
    const { frames } = await replayBytes(pcap({ records: [{ second: 4_294_967_295 }] }));
    expect(frames[0]?.second).toBe(4_294_967_295);
  });

  test('a captured length above the original one is taken as it is', async () => {
    const { frames, report } = await replayBytes(pcap({ records: [{ data: DATA, original: 3 }] }));
    expect(frames).toMatchObject([{ captured: 12, original: 3 }]);
    expect(report.files[0]).toMatchObject({ snappedFrames: 0, damage: null });
  });

  test('a frame of no bytes is a frame', async () => {
    const { frames } = await replayBytes(
      pcap({ records: [{ data: Buffer.alloc(0), original: 60 }] }),
    );
    expect(frames).toMatchObject([{ captured: 0, original: 60, data: '' }]);
  });
});

describe('damage in pcap', () => {
  const good = pcap({ records: [{ data: DATA }, { data: DATA }] });
  const second = 24 + 16 + 12;

  test.each([
    ['file header', 20, 0, 0],
    ['record header', second + 7, 1, second],
    ['record header without bytes', second + 16, 1, second],
    ['packet', second + 16 + 11, 1, second],
  ])('cut in the %s', async (_where, length, frames, byteOffset) => {
    const result = await replayBytes(good.subarray(0, length));
    expect(result.frames).toHaveLength(frames);
    expect(result.report.files[0]?.damage).toMatchObject({ code: 'CAPTURE_TRUNCATED', byteOffset });
  });

  test.each([
    // snap length, claimed length, code
    [65_535, 262_145, 'CAPTURE_RECORD_LENGTH'],
    [65_535, 262_144, 'CAPTURE_TRUNCATED'],
    [300_000, 300_001, 'CAPTURE_RECORD_LENGTH'],
    [300_000, 300_000, 'CAPTURE_TRUNCATED'],
    [16_777_217, 262_145, 'CAPTURE_RECORD_LENGTH'],
    [0xffffffff, 0xffffffff, 'CAPTURE_RECORD_LENGTH'],
  ])('snap length %i, record of %i bytes: %s', async (snapLength, captured, code) => {
    const records = [{ data: DATA }, { data: DATA, captured }];
    const { frames, report } = await replayBytes(pcap({ snapLength, records }));
    expect(frames).toHaveLength(1);
    expect(report.files[0]?.damage).toMatchObject({ code, byteOffset: second });
  });

  test('a record as long as the snap length allows, longer than a block, is read', async () => {
    const data = Buffer.alloc(300_000, 7);
    const bytes = pcap({ snapLength: 300_000, records: [{ data }, { data: DATA }] });
    const { frames } = await replayBytes(bytes, { blockBytes: 1024 });
    expect(frames.map((f) => f.captured)).toEqual([300_000, 12]);
    expect(frames[0]?.data).toBe(data.toString('hex'));
  });

  test.each([
    ['pcap', pcap({ records: [{}] }), 'second pcap file'],
    ['pcapng', new Pcapng().section(), 'pcapng file'],
  ])('a %s file glued behind', async (_name, glued, words) => {
    const { frames, report } = await replayBytes(Buffer.concat([good, glued]));
    expect(frames).toHaveLength(2);
    expect(report.files[0]?.damage).toMatchObject({ byteOffset: good.length });
    expect(report.files[0]?.damage?.message).toContain(words);
  });

  test('another major version is not read', async () => {
    const { report } = await replayBytes(pcap({ major: 1 }));
    expect(report.files[0]?.damage?.code).toBe('CAPTURE_UNSUPPORTED_FORMAT');
  });
});
