/**
 * This file compares what we read of real captures and of the pcapng conformance files with what
 * their makers and tshark say of them (the project's shared captures; skipped where absent).
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { replay } from './build-capture.ts';

const SHARED = fileURLToPath(new URL('../../../shared/captures/', import.meta.url));

interface Blocks {
  readonly file: string;
  readonly blocks: { EPB?: number; SPB?: number; PB?: number; OPB?: number; IDB?: number };
}

interface Frames {
  readonly file: string;
  readonly frames: number;
  readonly bytes: number;
  readonly frames_cut_by_snaplen: number;
  readonly first_time: string | null;
}

/** Link types by the names that capinfos has for them, as in MANIFEST.tsv. */
const LINK_TYPES: Readonly<Record<string, readonly number[]>> = {
  ether: [1],
  'ieee-802-11-radiotap': [127],
  'linux-sll': [113],
  'linux-sll2': [276],
  netlink: [253],
  null: [0, 108],
  ppp: [9, 50],
  rawip: [101],
  rawip4: [101, 228],
};

/** File and link type of every public capture with one link type, from MANIFEST.tsv. */
function linkTypes(): [file: string, linkType: string][] {
  const path = join(SHARED, 'MANIFEST.tsv');
  if (!existsSync(path)) return [];
  const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  return rows
    .map((row) => row.split('\t'))
    .filter(
      ([file = '', , , , , , , link = '']) => !file.startsWith('malformed') && link in LINK_TYPES,
    )
    .map(([file = '', , , , , , , link = '']) => [file, link]);
}

function truths<T>(suffix: string, folder = ''): T[] {
  const path = join(SHARED, 'truth', folder);
  if (!existsSync(path)) return [];
  const names = readdirSync(path).filter((name) => name.endsWith(suffix));
  return names.map((name) => JSON.parse(readFileSync(join(path, name), 'utf8')) as T);
}

describe.skipIf(!existsSync(SHARED))('captures of ../shared (skipped without it)', () => {
  const conformance = truths<Blocks>('.pcapngblocks.json', 'pcapng');
  const real = truths<Frames>('.conv.json').filter(({ file }) =>
    existsSync(join(SHARED, 'public', file)),
  );

  test('there are some', () => {
    expect(conformance.length).toBeGreaterThan(15);
    expect(real.length).toBeGreaterThan(50);
  });

  test.each(conformance)('$file: its packet and interface blocks', async ({ file, blocks }) => {
    const { frames, report } = await replay([join(SHARED, 'public', file)]);
    const { EPB = 0, SPB = 0, PB = 0, OPB = 0, IDB = 0 } = blocks;
    expect(frames).toHaveLength(EPB + SPB + PB + OPB);
    expect(report.files[0]?.interfaces).toHaveLength(IDB);
    expect(report.files[0]).toMatchObject({ damage: null, framesWithoutTime: SPB });
  });

  test.each(linkTypes())('%s: link type %s', async (file, link) => {
    const { report } = await replay([join(SHARED, 'public', file)]);
    const found = new Set(report.files[0]?.interfaces.map(({ linkType }) => linkType));
    expect(found.size).toBe(1);
    expect(LINK_TYPES[link]).toContain([...found][0]);
  });

  test.each(real)('$file', async (truth) => {
    const { frames, report } = await replay([join(SHARED, 'public', truth.file)]);
    expect(frames).toHaveLength(truth.frames);
    const times = frames
      .map(({ second, nanosecond }) => [second, nanosecond] as const)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const [second, nanosecond] = times[0] ?? [];
    expect(`${second}.${String(nanosecond).padStart(9, '0')}`).toBe(
      truth.first_time ?? 'undefined.undefined',
    );
    expect(report.files[0]).toMatchObject({
      bytes: truth.bytes,
      snappedFrames: truth.frames_cut_by_snaplen,
      damage: null,
    });
    expect(frames.every((frame, i) => i === 0 || frame.ns >= (frames[i - 1]?.ns ?? 0n))).toBe(true);
  });
});
