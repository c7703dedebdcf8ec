/** This file tests the lending of byte blocks, and that long records do not pile up in them. */

import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BlockPool } from '../../src/capture/block-pool.ts';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { workshop } from '../support/cli.ts';

const { path } = workshop();
const KIB = 1024;

describe('a pool of blocks', () => {
  test('lends an ordinary block again when its last user gave it back', () => {
    const pool = new BlockPool(KIB);
    const block = pool.take(1);
    pool.retain(block);
    pool.release(block);
    expect(pool.take(1)).not.toBe(block);
    pool.release(block);
    expect(pool.take(1)).toBe(block);
  });

  test('forgets the block of a long record, which would keep the memory', () => {
    const pool = new BlockPool(KIB);
    const block = pool.take(5 * KIB);
    expect(block.length).toBe(5 * KIB);
    pool.release(block);
    expect(pool.take(5 * KIB)).not.toBe(block);
  });

  test('keeps it where it is shared, for every record of about that length', () => {
    const pool = new BlockPool(KIB, true);
    const block = pool.take(5 * KIB);
    expect(block.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(block.length).toBe(8 * KIB);
    expect(pool.take(6 * KIB)).not.toBe(block);
    pool.release(block);
    expect(pool.take(KIB).length).toBe(KIB);
    expect(pool.take(7 * KIB)).toBe(block);
  });

  test('a release too many is a bug', () => {
    const pool = new BlockPool(KIB);
    const block = pool.take(1);
    pool.release(block);
    expect(() => pool.release(block)).toThrow('invariant');
  });
});

test('of long records only so many are kept at once, beside those that wait for their order', async () => {
  const length = 300_000;
  const count = 600;
  const header = Buffer.from('d4c3b2a1020004000000000000000000e093040001000000', 'hex');
  const records = Array.from({ length: count }, (_, i) => {
    const record = Buffer.alloc(16 + length);
    record.writeUInt32LE(1_000_000 + i, 0);
    record.writeUInt32LE(length, 8);
    record.writeUInt32LE(length, 12);
    return record;
  });
  writeFileSync(path('long.pcap'), Buffer.concat([header, ...records]));
  const captures = openCaptures([{ path: path('long.pcap') }], {
    windowBytes: 4 * KIB * KIB,
  });
  let most = 0;
  let frames = 0;
  for await (const { from, to } of captures.ranges()) {
    frames += to - from;
    most = Math.max(most, (captures.blocks as BlockPool).bytesInUse());
  }
  expect(frames).toBe(count);
  expect(most).toBeLessThan(40 * KIB * KIB);
});
