/**
 * This file tests the pcap files that some systems write: longer record headers under known magics,
 * odd versions, IXIA and AIX. They are written by hand here, and by editcap where that is installed;
 * tshark then says what is in them.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { type PcapParts, pcap, type Record, replay, replayBytes, Writer } from './build-capture.ts';

const HAS_EDITCAP = spawnSync('editcap', ['-h']).status === 0;
const SECOND = 1_700_000_000;
const folder = mkdtempSync(join(tmpdir(), 'slowpath-variants-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Records of different lengths, in order of time, with bytes that are no record headers. */
function records(count: number): Record[] {
  return Array.from({ length: count }, (_, i) => ({
    second: SECOND + i,
    fraction: 100_000 + i,
    data: Buffer.alloc(60 + 7 * i, 0xc0 + i),
    original: 1514,
  }));
}

/** File header and records apart, so that something can come between them. */
function withFileExtra(parts: PcapParts, extra: Uint8Array): Buffer {
  const whole = pcap(parts);
  return Buffer.concat([whole.subarray(0, 24), extra, whole.subarray(24)]);
}

describe('longer record headers', () => {
  test.each([
    // magic      extra  format
    [0xa1b2c3d4, 0, 'pcap'],
    [0xa1b2c3d4, 8, 'pcap-redhat'],
    [0xa1b2c3d4, 4, 'pcap-nokia'],
    [0xa1b2cd34, 8, 'pcap-modified'],
    [0xa1b2cd34, 12, 'pcap-suse'],
  ] as const)('%i with %i bytes more: %s', async (magic, recordExtra, format) => {
    for (const little of [true, false]) {
      for (const count of [1, 2, 5]) {
        const list = records(count);
        const bytes = pcap({ magic, little, recordExtra, records: list });
        const { frames, report } = await replayBytes(bytes);
        expect(frames.map((f) => [f.second, f.nanosecond, f.original, f.data])).toEqual(
          list.map((r) => [
            r.second,
            (r.fraction ?? 0) * 1000,
            1514,
            Buffer.from(r.data ?? []).toString('hex'),
          ]),
        );
        expect(report.files[0]).toMatchObject({ format, damage: null });
      }
    }
  });

  test('a file without records is what its magic says', async () => {
    const { report } = await replayBytes(pcap({ magic: 0xa1b2cd34 }));
    expect(report.files[0]).toMatchObject({ format: 'pcap-modified', damage: null, frames: 0 });
  });

  test('damage makes no variant: the file is what its magic says', async () => {
    const bytes = pcap({ records: [...records(1), { captured: 0x7fff_ffff }] });
    const { frames, report } = await replayBytes(bytes);
    expect(frames).toHaveLength(1);
    expect(report.files[0]).toMatchObject({
      format: 'pcap',
      damage: { code: 'CAPTURE_RECORD_LENGTH', byteOffset: 24 + 16 + 60 },
    });
  });

  test('a record longer than the first look decides as well', async () => {
    const long = { second: SECOND, fraction: 1, data: Buffer.alloc(200_000, 0xee) };
    const bytes = pcap({ recordExtra: 8, snapLength: 262_144, records: [long, long, long, long] });
    const { frames, report } = await replayBytes(bytes);
    expect(report.files[0]).toMatchObject({ format: 'pcap-redhat', damage: null });
    expect(frames.map((f) => f.captured)).toEqual([200_000, 200_000, 200_000, 200_000]);
  });
});

describe('versions', () => {
  const lengths = (first: number, second: number, data: number): Buffer =>
    Buffer.concat([new Writer().u32(SECOND, 1234, first, second), Buffer.alloc(data)]);

  test('543.0 of DG/UX has the original length first', async () => {
    const bytes = Buffer.concat([pcap({ major: 543, minor: 0 }), lengths(90, 60, 60)]);
    const { frames } = await replayBytes(bytes);
    expect(frames).toMatchObject([{ captured: 60, original: 90 }]);
  });

  test('2.3 has either order: the captured length is the smaller one', async () => {
    const all = [lengths(90, 60, 60), lengths(60, 90, 60), lengths(60, 60, 60)];
    const { frames } = await replayBytes(Buffer.concat([pcap({ minor: 3 }), ...all]));
    expect(frames.map((f) => [f.captured, f.original])).toEqual([
      [60, 90],
      [60, 90],
      [60, 60],
    ]);
  });

  test.each([
    [6, 1],
    [9, 6],
    [15, 10],
    [24, 0],
  ])('2.2 of AIX: nanoseconds, interface type %i is link type %i', async (network, linkType) => {
    const data = Buffer.alloc(60);
    const list = [{ second: SECOND, fraction: 987_654_321, data }];
    const { frames, report } = await replayBytes(
      pcap({ little: false, minor: 2, network, records: list }),
    );
    expect(frames).toMatchObject([{ second: SECOND, nanosecond: 987_654_321 }]);
    expect(report.files[0]).toMatchObject({ format: 'pcap-aix', interfaces: [{ linkType }] });
  });
});

describe('IXIA', () => {
  test.each([
    [0x1c0001ab, 999_999, 999_999_000],
    [0x1c0001ac, 999_999, 999_999_000],
    [0x1c0001ac, 123_456_789, 123_456_789],
  ])('%i, fraction %i: %i ns', async (magic, fraction, nanosecond) => {
    for (const little of [true, false]) {
      const list = [{ second: SECOND, fraction, data: Buffer.alloc(60) }];
      const length = new Writer(little).u32(76);
      const { frames, report } = await replayBytes(
        withFileExtra({ magic, little, records: list }, length),
      );
      expect(frames).toMatchObject([{ second: SECOND, nanosecond, captured: 60 }]);
      expect(report.files[0]).toMatchObject({ format: 'pcap-ixia', damage: null });
    }
  });
});

test('of a pipe nothing is read ahead', async () => {
  const { mkfifo } = { mkfifo: (path: string) => spawnSync('mkfifo', [path]) };
  const path = join(folder, 'fifo');
  mkfifo(path);
  const file = join(folder, 'one.pcap');
  writeFileSync(file, pcap({ magic: 0xa1b2cd34, recordExtra: 8, records: records(1) }));
  // The writer keeps the pipe open behind its one packet.
  const writer = spawnSync('bash', ['-c', `(cat '${file}'; sleep 3) > '${path}' &`], {
    stdio: 'ignore',
  });
  expect(writer.status).toBe(0);
  const captures = openCaptures([{ path }]);
  const began = Date.now();
  setTimeout(() => captures.stop(), 1000);
  let frames = 0;
  for await (const { from, to } of captures.ranges()) frames += to - from;
  expect(frames).toBe(1);
  expect(Date.now() - began).toBeLessThan(2800);
});

describe.skipIf(!HAS_EDITCAP)('as editcap writes them and tshark reads them', () => {
  const source = join(folder, 'source.pcap');
  const types = ['modpcap', 'nokiapcap', 'rh6_1pcap', 'suse6_3pcap', 'nsecpcap', 'pcapng'];

  test.each(types)('%s', async (type) => {
    writeFileSync(source, pcap({ records: records(20) }));
    const path = join(folder, `capture.${type}`);
    expect(spawnSync('editcap', ['-F', type, source, path]).status).toBe(0);
    const fields = ['frame.time_epoch', 'frame.cap_len', 'frame.len'].flatMap((f) => ['-e', f]);
    const said = spawnSync('tshark', ['-r', path, '-T', 'fields', ...fields], { encoding: 'utf8' });
    const { frames, report } = await replay([path]);
    const ours = frames.map(
      (f) => `${f.second}.${String(f.nanosecond).padStart(9, '0')}\t${f.captured}\t${f.original}`,
    );
    expect(ours).toHaveLength(20);
    expect(ours).toEqual(said.stdout.trim().split('\n'));
    expect(report.files[0]?.damage).toBeNull();
  });
});
