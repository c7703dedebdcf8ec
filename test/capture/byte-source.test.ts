/**
 * This file tests what stands between an input and its reader: recognition by content, gzip, hashes,
 * pipes and inputs that cannot be read.
 */

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { pcap, replay, replayBytes, writeCapture } from './build-capture.ts';

/** 3000 records of random bytes: 24 + 3000 × (16 + 100) bytes that do not compress. */
const BIG = pcap({ records: Array.from({ length: 3000 }, () => ({ data: randomBytes(100) })) });
const SMALL = pcap({ records: [{}, {}, {}] });

describe('gzip', () => {
  test('one member', async () => {
    const { frames, report } = await replayBytes(gzipSync(BIG));
    expect(frames).toHaveLength(3000);
    expect(report.files[0]).toMatchObject({ compression: 'gzip', format: 'pcap', damage: null });
    expect(frames.map((f) => f.data).join('')).toBe(
      Array.from({ length: 3000 }, (_, i) =>
        BIG.subarray(24 + i * 116 + 16, 24 + i * 116 + 116).toString('hex'),
      ).join(''),
    );
  });

  test('members joined at any byte, with zeros behind', async () => {
    const parts = [BIG.subarray(0, 7), BIG.subarray(7, 100_000), BIG.subarray(100_000)];
    const bytes = Buffer.concat([...parts.map((part) => gzipSync(part)), Buffer.alloc(512)]);
    const { frames, report } = await replayBytes(bytes);
    expect(frames).toHaveLength(3000);
    expect(report.files[0]?.damage).toBeNull();
  });

  test('a header with all that is optional', async () => {
    const head = Buffer.from([0x1f, 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 3]);
    const extra = Buffer.from([3, 0, 9, 9, 9]);
    const names = Buffer.from('name\0comment\0');
    const trailer = gzipSync(SMALL).subarray(-8);
    const bytes = Buffer.concat([
      head,
      extra,
      names,
      Buffer.alloc(2),
      deflateRawSync(SMALL),
      trailer,
    ]);
    const { frames, report } = await replayBytes(bytes);
    expect(frames).toHaveLength(3);
    expect(report.files[0]?.damage).toBeNull();
  });

  test('cut: the frames that can be decompressed are there, and the damage is named', async () => {
    const whole = gzipSync(BIG, { level: 0 });
    const { frames, report } = await replayBytes(whole.subarray(0, whole.length / 2));
    // Stored blocks: what is at hand is half the file less headers of 5 bytes a block of 64 KiB.
    expect(frames.length).toBeGreaterThanOrEqual(1498);
    expect(report.files[0]?.damage).toMatchObject({ code: 'CAPTURE_COMPRESSION' });
  });

  test.each([
    ['checksum', -8],
    ['length', -4],
  ])('wrong %s: all frames, then the damage', async (_what, at) => {
    const bytes = gzipSync(BIG);
    const index = bytes.length + at;
    bytes[index] = (bytes[index] ?? 0) ^ 1;
    const { frames, report } = await replayBytes(bytes);
    expect(frames).toHaveLength(3000);
    expect(report.files[0]?.damage).toMatchObject({
      code: 'CAPTURE_COMPRESSION',
      byteOffset: BIG.length,
    });
  });

  test('broken deflate data: at most 64 KiB before them are lost', async () => {
    // RFC 1951: stored blocks (type 0), then a block of type 3, which there is not.
    const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    const stored = [];
    for (let at = 0; at < BIG.length; at += 10_000) {
      const part = BIG.subarray(at, at + 10_000);
      const sizes = Buffer.alloc(5);
      sizes.writeUInt16LE(part.length, 1);
      sizes.writeUInt16LE(part.length ^ 0xffff, 3);
      stored.push(sizes, part);
    }
    const bytes = Buffer.concat([head, ...stored, Buffer.from([7, 1, 2, 3])]);
    const { frames, report } = await replayBytes(bytes);
    expect(report.files[0]?.damage?.code).toBe('CAPTURE_COMPRESSION');
    expect(frames.length).toBeGreaterThanOrEqual(3000 - Math.ceil(65_536 / 116) - 1);
  });

  test('other data behind: everything is delivered, and that they are not read is said', async () => {
    const bytes = Buffer.concat([gzipSync(BIG), Buffer.from('garbage')]);
    const { frames, report } = await replayBytes(bytes);
    expect(frames).toHaveLength(3000);
    expect(report.files[0]?.damage?.message).toContain('other data follow');
  });

  test('three times over is read, four times is not', async () => {
    const thrice = gzipSync(gzipSync(gzipSync(SMALL)));
    const { frames } = await replayBytes(thrice);
    expect(frames).toHaveLength(3);
    const { report } = await replayBytes(gzipSync(thrice));
    expect(report.files[0]?.damage?.code).toBe('CAPTURE_NESTING');
  });

  test('a bomb is never held whole', async () => {
    // 64 MiB of zeros: records of zero length one after the other, 16 bytes each, all of time 0.
    const zeros = Buffer.alloc(4 * 1024 * 1024);
    const members = [gzipSync(pcap())];
    for (let i = 0; i < 16; i += 1) members.push(gzipSync(zeros));
    const captures = openCaptures([{ path: writeCapture(Buffer.concat(members)) }]);
    const before = process.memoryUsage().rss;
    let most = 0;
    for await (const { batch } of captures.ranges()) {
      if (batch.count > 0) most = Math.max(most, process.memoryUsage().rss - before);
    }
    expect(captures.report.files[0]?.frames).toBe((64 * 1024 * 1024) / 16);
    expect(most).toBeLessThan(120e6);
  }, 60_000);
});

describe('recognition by content', () => {
  const magic = (...bytes: number[]): Buffer =>
    Buffer.concat([Buffer.from(bytes), Buffer.alloc(40)]);

  test.each([
    ['nothing', Buffer.alloc(0), 'CAPTURE_EMPTY', ''],
    ['gzip of nothing', gzipSync(Buffer.alloc(0)), 'CAPTURE_EMPTY', ''],
    ['text', Buffer.from('No.,Time,Source\n'), 'CAPTURE_UNSUPPORTED_FORMAT', 'text2pcap'],
    ['snoop', Buffer.from('snoop\0\0\0\0\0\0\x02'), 'CAPTURE_UNSUPPORTED_FORMAT', 'editcap'],
    [
      'netmon in gzip',
      gzipSync(magic(0x47, 0x4d, 0x42, 0x55)),
      'CAPTURE_UNSUPPORTED_FORMAT',
      'editcap',
    ],
    ['only the magic', SMALL.subarray(0, 4), 'CAPTURE_TRUNCATED', ''],
    ['a section header cut', Buffer.from([0x0a, 0x0d, 0x0d, 0x0a, 0]), 'CAPTURE_TRUNCATED', ''],
  ])('%s', async (_name, bytes, code, hint) => {
    const { frames, report } = await replayBytes(bytes);
    expect(frames).toEqual([]);
    const damage = report.files[0]?.damage;
    expect(damage?.code).toBe(code);
    expect(`${damage?.hint}${damage?.message}`).toContain(hint);
  });

  test.each([
    ['a name without a file', '/nowhere/at.all'],
    ['a folder', fileURLToPath(new URL('.', import.meta.url))],
  ])('%s cannot be read; the other inputs are', async (_name, path) => {
    const { frames, report } = await replay([path, writeCapture(SMALL)]);
    expect(frames).toHaveLength(3);
    expect(report.files[0]).toMatchObject({ frames: 0, format: null });
    expect(report.files[0]?.damage?.code).toBe('CAPTURE_UNREADABLE');
    expect(report.files[1]?.damage).toBeNull();
  });
});

describe('bytes as given', () => {
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

  test.each([
    ['plain', SMALL],
    ['compressed', gzipSync(BIG)],
    ['damaged at the front', Buffer.concat([SMALL.subarray(0, 44), Buffer.alloc(9e6, 0xff)])],
    ['not recognised', Buffer.alloc(3e6, 1)],
  ])('hash and count are of the whole input: %s', async (_name, bytes) => {
    const { report } = await replayBytes(bytes, { hash: true });
    expect(report.files[0]).toMatchObject({ sha256: sha256(bytes), bytes: bytes.length });
  });

  test('nothing is hashed unasked', async () => {
    const { report } = await replayBytes(SMALL);
    expect(report.files[0]?.sha256).toBeNull();
  });

  test('progress', async () => {
    const captures = openCaptures([{ path: writeCapture(SMALL) }, { path: writeCapture(BIG) }]);
    const bytesTotal = SMALL.length + BIG.length;
    expect(captures.progress()).toEqual({ bytesRead: 0, bytesTotal, frames: 0 });
    let frames = 0;
    for await (const { from, to } of captures.ranges()) frames += to - from;
    expect(frames).toBeGreaterThan(0);
    expect(captures.progress()).toEqual({ bytesRead: bytesTotal, bytesTotal, frames });
    expect(openCaptures([{ path: '-' }]).progress().bytesTotal).toBeNull();
  });
});

describe('standard input', () => {
  const program = `
    import { openCaptures } from ${JSON.stringify(new URL('../../src/capture/open-captures.ts', import.meta.url).href)};
    const captures = openCaptures([{ path: '-' }], { hash: true });
    MORE
    for await (const { batch } of captures.ranges()) batch.count;
    const [{ frames, bytes, sha256, name, damage }] = captures.report.files;
    console.log(JSON.stringify({ frames, bytes, sha256, name, damage }));`;
  const expected = {
    frames: 3000,
    bytes: BIG.length,
    sha256: createHash('sha256').update(BIG).digest('hex'),
    name: '-',
    damage: null,
  };
  const run = (
    stdin: 'pipe' | number,
    more = '',
  ): { child: ReturnType<typeof spawn>; done: Promise<unknown> } => {
    const args = ['--import', 'tsx', '--input-type=module', '-e', program.replace('MORE', more)];
    const child = spawn(process.execPath, args, { stdio: [stdin, 'pipe', 'inherit'] });
    const done = new Promise((resolve) => {
      let out = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
      child.on('close', () => resolve(JSON.parse(out)));
    });
    return { child, done };
  };

  test('a pipe that is written to in pieces, with pauses', async () => {
    const { child, done } = run('pipe');
    for (const end of [3, 24, 30, 100_001, BIG.length]) {
      const from = end === 3 ? 0 : ({ 24: 3, 30: 24, 100001: 30 }[end] ?? 100_001);
      child.stdin?.write(BIG.subarray(from, end));
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    child.stdin?.end();
    expect(await done).toEqual(expected);
  }, 30_000);

  test('a file', async () => {
    const fd = openSync(writeCapture(BIG), 'r');
    const { done } = run(fd);
    expect(await done).toEqual(expected);
    closeSync(fd);
  }, 30_000);

  test('a pipe that falls silent: stop() hands over what came', async () => {
    const { child, done } = run('pipe', 'setTimeout(() => captures.stop(), 700);');
    child.stdin?.write(BIG.subarray(0, 24 + 116 * 10 + 50));
    const rest = setTimeout(() => child.stdin?.end(BIG.subarray(24 + 116 * 10 + 50)), 20_000);
    expect(await done).toMatchObject({ frames: 10, damage: null, sha256: null });
    clearTimeout(rest);
    child.stdin?.destroy();
  }, 30_000);
});
