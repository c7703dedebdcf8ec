/** This file checks the reordering of texts by serial against a plain sorted array. */

import { closeSync, mkdtempSync, openSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SerialOrderedLimits } from '../../src/report/serial-batch-reader.ts';
import type { SpillFile } from '../../src/report/serial-index.ts';
import { SerialOrderedFile } from '../../src/report/serial-ordered-file.ts';

/** A maker of unlinked files that counts those opened and those still open. */
function spills(): { open: () => SpillFile; opened: number; left: number } {
  const counts = {
    opened: 0,
    left: 0,
    open(): SpillFile {
      const folder = mkdtempSync(join(tmpdir(), 'slowpath-test-'));
      const path = join(folder, 'spill');
      const fd = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
      rmSync(folder, { recursive: true });
      counts.opened++;
      counts.left++;
      return {
        fd,
        close: () => {
          closeSync(fd);
          counts.left--;
        },
      };
    },
  };
  return counts;
}

/** All chunks as one text; each is copied, because its memory is used again. */
async function allOf(file: SerialOrderedFile, isAsync = false): Promise<string> {
  const chunks: Buffer[] = [];
  await file.writeTo((chunk) => {
    chunks.push(Buffer.from(chunk));
    return isAsync ? new Promise<void>((resolve) => setImmediate(resolve)) : undefined;
  });
  return Buffer.concat(chunks).toString();
}

const TINY: Partial<SerialOrderedLimits> = {
  memoryBytes: 64,
  blockBytes: 32,
  pageEntries: 4,
  pagesMax: 2,
  batchBytes: 48,
  windowBytes: 40,
  gapBytes: 8,
};

const limits: fc.Arbitrary<SerialOrderedLimits> = fc.record({
  memoryBytes: fc.integer({ min: 1, max: 200 }),
  blockBytes: fc.integer({ min: 1, max: 64 }),
  pageEntries: fc.integer({ min: 1, max: 9 }),
  pagesMax: fc.integer({ min: 1, max: 4 }),
  batchBytes: fc.integer({ min: 1, max: 100 }),
  windowBytes: fc.integer({ min: 1, max: 80 }),
  gapBytes: fc.nat(40),
});

/** Texts of any length and script; some are far longer than a block. */
const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.nat(150).map((length) => 'x€'.repeat(length)),
);

test('any order and any limits give the texts by serial', async () => {
  const entry = fc.tuple(fc.integer({ min: 1, max: 80 }), text);
  const entries = fc.uniqueArray(entry, { selector: ([serial]) => serial, maxLength: 70 });
  const property = fc.asyncProperty(entries, limits, fc.boolean(), async (rows, sizes, isAsync) => {
    const spill = spills();
    const file = new SerialOrderedFile(spill.open, sizes);
    for (const [serial, words] of rows) file.append(serial, (to) => to.text(words));
    const expected = rows.toSorted(([a], [b]) => a - b).map(([, words]) => words);
    expect(await allOf(file, isAsync)).toBe(expected.join(''));
    expect(spill.left).toBe(0);
    expect(spill.opened).toBeLessThanOrEqual(2);
  });
  await fc.assert(property, { numRuns: 300 });
});

test('tiny limits spill both texts and index', async () => {
  const spill = spills();
  const file = new SerialOrderedFile(spill.open, TINY);
  const serials = Array.from({ length: 500 }, (_, i) => ((i * 263) % 500) + 1);
  for (const serial of serials) file.append(serial, (to) => to.text(`line ${serial}\n`));
  expect(spill.opened).toBe(2);
  const expected = Array.from({ length: 500 }, (_, i) => `line ${i + 1}\n`).join('');
  expect(await allOf(file)).toBe(expected);
  expect(spill.left).toBe(0);
});

test('what fits memory opens no file', async () => {
  const spill = spills();
  const file = new SerialOrderedFile(spill.open);
  for (let serial = 10_000; serial >= 1; serial--)
    file.append(serial, (to) => to.text(`${serial}\n`));
  expect(await allOf(file)).toBe(Array.from({ length: 10_000 }, (_, i) => `${i + 1}\n`).join(''));
  expect(spill.opened).toBe(0);
});

test('texts of any length around a word and a block stay whole where blocks are large', async () => {
  const file = new SerialOrderedFile(spills().open, { memoryBytes: 1 << 14, blockBytes: 1 << 12 });
  const lengths = Array.from({ length: 1500 }, (_, i) => (i * 7919) % 1100);
  const texts = lengths.map((length, i) => `${i}:`.repeat(400).slice(0, length));
  for (let i = texts.length - 1; i >= 0; i--) file.append(i + 1, (to) => to.text(texts[i] ?? ''));
  expect(await allOf(file)).toBe(texts.join(''));
});

test('nothing given, nothing written', async () => {
  let calls = 0;
  const file = new SerialOrderedFile(spills().open);
  await file.writeTo(() => void calls++);
  expect(calls).toBe(0);
});

test('chunks stay below the size of a batch unless one text is longer', async () => {
  const file = new SerialOrderedFile(spills().open, TINY);
  for (let serial = 1; serial <= 20; serial++) file.append(serial, (to) => to.text('x'.repeat(20)));
  file.append(21, (to) => to.text('y'.repeat(100)));
  const sizes: number[] = [];
  await file.writeTo((chunk) => void sizes.push(chunk.length));
  expect(sizes).toEqual([...Array(10).fill(40), 100]);
});

test.each([0, -1, 1.5, Number.NaN, 2 ** 53])('serial %d is refused', (serial) => {
  expect(() => new SerialOrderedFile(spills().open).append(serial, (to) => to.text('x'))).toThrow(
    RangeError,
  );
});

test('a serial that comes twice is refused', () => {
  const file = new SerialOrderedFile(spills().open);
  file.append(7, (to) => to.text('x'));
  expect(() => file.append(7, (to) => to.text('y'))).toThrow('serial 7 came twice');
});

test('a failing writer closes the files, and the file takes no more', async () => {
  const spill = spills();
  const file = new SerialOrderedFile(spill.open, TINY);
  for (let serial = 1; serial <= 100; serial++)
    file.append(serial, (to) => to.text(`line ${serial}\n`));
  await expect(file.writeTo(() => Promise.reject(new Error('disk full')))).rejects.toThrow('disk');
  expect(spill.left).toBe(0);
  expect(() => file.append(101, (to) => to.text('x'))).toThrow('given out');
  await expect(file.writeTo(() => {})).rejects.toThrow('given out');
});

test('close frees the files of a run that is given up', () => {
  const spill = spills();
  const file = new SerialOrderedFile(spill.open, TINY);
  for (let serial = 1; serial <= 100; serial++)
    file.append(serial, (to) => to.text(`line ${serial}\n`));
  file.close();
  file.close();
  expect(spill.opened).toBe(2);
  expect(spill.left).toBe(0);
});
