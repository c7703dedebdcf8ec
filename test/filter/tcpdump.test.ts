/**
 * This file compares how many frames meet a filter with what tcpdump counts (tcpdump-counts.tsv), and
 * that table with tcpdump itself where it is installed.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { countFrames } from '../support/filter-counts.ts';
import { HAS_CAPTURES, noteSkipped, publicPath } from '../support/truth-files.ts';

const TEST_FILE = 'tcpdump.test.ts';
const HAS_TCPDUMP = spawnSync('tcpdump', ['--version']).status === 0;
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);
if (!HAS_TCPDUMP) noteSkipped(TEST_FILE, 'no tcpdump: its counts as recorded are compared');

interface Row {
  readonly capture: string;
  readonly expression: string;
  readonly toTcpdump: string;
  readonly frames: number;
}

const rows: Row[] = readFileSync(new URL('tcpdump-counts.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [capture = '', expression = '', other = '', frames = ''] = line.split('\t');
    const toTcpdump = other === '' ? expression : other;
    return { capture, expression, toTcpdump, frames: Number(frames) };
  });

const byCapture = new Map<string, Row[]>();
for (const row of rows) byCapture.set(row.capture, [...(byCapture.get(row.capture) ?? []), row]);

const isHere = (capture: string) => HAS_CAPTURES || capture.startsWith('samples/');
const pathOf = (capture: string) =>
  capture.startsWith('samples/')
    ? fileURLToPath(new URL(`../../${capture}`, import.meta.url))
    : publicPath(capture);

/** `12 packets`, as tcpdump says it. */
function tcpdumpCount({ capture, toTcpdump }: Row): number {
  const args = ['-n', '--count', '-r', pathOf(capture), toTcpdump];
  const { stdout } = spawnSync('tcpdump', args, { encoding: 'utf8' });
  return Number(/^(\d+) packets?$/m.exec(stdout)?.[1] ?? Number.NaN);
}

test('the table has something for every kind of test', () => {
  expect(rows.length).toBeGreaterThan(200);
  const all = rows.map(({ expression }) => expression).join(' ');
  for (const word of ['host', 'net', 'port', 'portrange', 'vlan', 'ether', 'sctp', 'less', 'not']) {
    expect(all).toContain(word);
  }
});

describe.each([...byCapture].filter(([capture]) => isHere(capture)))('%s', (capture, its) => {
  const wanted = its.map((row) => [row.expression, row.frames]);

  test('as many frames meet each expression as tcpdump counts', async () => {
    const expressions = its.map(({ expression }) => expression);
    const counts = await countFrames(pathOf(capture), expressions);
    expect(expressions.map((expression, i) => [expression, counts[i]])).toEqual(wanted);
  });

  test.skipIf(!HAS_TCPDUMP)('tcpdump counts what the table says', () => {
    expect(its.map((row) => [row.expression, tcpdumpCount(row)])).toEqual(wanted);
  });
});
