/**
 * This file compares how many frames meet a filter with what tcpdump counts (tcpdump-counts.tsv), and
 * that table with tcpdump itself where it is installed.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
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
function tcpdumpCount(path: string, expression: string): number {
  const args = ['-n', '--count', '-r', path, expression];
  const { stdout, stderr } = spawnSync('tcpdump', args, { encoding: 'utf8' });
  // Its optimiser may find out that nothing can meet the expression.
  if (stderr.includes('expression rejects all packets')) return 0;
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
    const counts = its.map(({ toTcpdump }) => tcpdumpCount(pathOf(capture), toTcpdump));
    expect(its.map(({ expression }, i) => [expression, counts[i]])).toEqual(wanted);
  });
});

describe.skipIf(!HAS_TCPDUMP || !HAS_CAPTURES)('random expressions', () => {
  const side = fc.constantFrom('', 'src ', 'dst ', 'src or dst ', 'src and dst ');
  const valued = fc.oneof(
    fc.tuple(side, fc.constantFrom('host 192.168.5.16', 'net 192.168', 'net 224.0.0.0/4')),
    fc.tuple(side, fc.constantFrom('port 53', 'port 80', 'portrange 1024-5000', 'port 5355')),
    fc.tuple(fc.constantFrom('tcp ', 'udp '), fc.constantFrom('port 80', 'dst port 53')),
    fc.tuple(fc.constantFrom('ip ', 'ip6 ', ''), fc.constantFrom('proto 17', 'proto 2')),
  );
  const words = ['tcp', 'udp', 'ip', 'ip6', 'arp', 'icmp6', 'igmp', 'less 90', 'greater 200'];
  const oneTest = fc.oneof(
    valued.map(([before, rest]) => before + rest),
    fc.constantFrom(...words),
    fc.constantFrom('port (80 or 443)', 'udp port 53 or 67', 'src net 192.168 and not 10'),
  );
  const { expression } = fc.letrec<{ expression: string; term: string }>((tie) => ({
    term: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      oneTest,
      tie('term').map((term) => `not ${term}`),
      tie('expression').map((inner) => `(${inner})`),
    ),
    expression: fc
      .tuple(
        tie('term'),
        fc.array(fc.tuple(fc.constantFrom('and', 'or'), tie('term')), { maxLength: 3 }),
      )
      .map(([first, more]) =>
        more.reduce((text, [word, term]) => `${text} ${word} ${term}`, first),
      ),
  }));

  test('are met by as many frames as tcpdump counts', async () => {
    // Whatever a frame of this capture is tested for, it has the bytes.
    const path = publicPath('ndpi__1kxun.pcap');
    const expressions = fc.sample(expression, { seed: 51, numRuns: 150 });
    const counts = await countFrames(path, expressions);
    const differing = expressions.flatMap((text, i) => {
      const wanted = tcpdumpCount(path, text);
      return wanted === counts[i] ? [] : [[text, wanted, counts[i]]];
    });
    expect(differing).toEqual([]);
    expect(new Set(counts).size).toBeGreaterThan(30);
  });
});
