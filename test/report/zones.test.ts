/** This file checks the zone chart's SVG: well-formed, bounded, readable, the same every time. */

import { expect, test } from 'vitest';
import { zonesSvg } from '../../src/report/charts/zones.ts';
import type { ZonePair } from '../../src/report/zone-pairs.ts';
import { texts } from './svg.ts';

const pair = (from: string, to: string, sessions: number, dropped = 0): ZonePair => ({
  from,
  to,
  sessions,
  packets: 10 * sessions,
  bytes: 1000 * sessions,
  dropped,
});

/** Every zone to every zone. */
function square(zones: readonly string[], sessions: number): ZonePair[] {
  return zones.flatMap((from) => zones.map((to) => pair(from, to, sessions, 12)));
}

test('three zones: names, numbers, sums, a word for each cell', async () => {
  const pairs = [pair('trust', 'untrust', 1200, 1), pair('dmz', 'dmz', 3)];
  const svg = await zonesSvg(pairs, 'first-look.pcap');
  expect(texts(svg)).toEqual([
    'first-look.pcap',
    'Sessions between zones: 1,203 sessions, 1.2 MB, 1 packet dropped. A row for each zone from, a column for each zone to.',
    'first-look.pcap',
    'Sessions between zones: 1,203 sessions, 1.2 MB, 1 packet dropped',
    'from ↓, to →',
    ...['trust', 'untrust', 'dmz', '(all)', '(all)', 'trust', 'untrust', 'dmz'],
    'trust → untrust: 1,200 sessions, 12,000 packets, 1.2 MB, 1 packet dropped',
    ...['1,200', '1.2 MB', '1 dropped'],
    'dmz → dmz: 3 sessions, 30 packets, 3.0 kB, no packets dropped',
    ...['3', '3.0 kB'],
    ...['1,200', '1.2 MB', '1 dropped', '3', '3.0 kB'],
    ...['1,200', '1.2 MB', '1 dropped', '3', '3.0 kB', '1,203', '1.2 MB', '1 dropped'],
    '1 session',
    '1,200 sessions',
    'Each cell: sessions, bytes, and in red packets dropped; outlined: within one zone',
  ]);
  expect(await zonesSvg(pairs, 'first-look.pcap')).toBe(svg);
  expect(svg).not.toMatch(/font-face|href|style=/);
});

test.each([0, 1, 2, 6, 12, 20, 60])('%i zones stay within the picture', async (count) => {
  const zones = Array.from({ length: count }, (_, i) => `zone ${i} of a long and winding name`);
  const svg = await zonesSvg(square(zones, 1_234_567), 'x'.repeat(500));
  texts(svg);
  const [, width = 0, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []).map(Number);
  expect(width).toBeLessThanOrEqual(1300);
  for (const [, x, y] of svg.matchAll(/ x="([^"]*)" y="([^"]*)"/g)) {
    expect(x).toMatch(/^\d+(\.\d{1,2})?$/);
    expect(y).toMatch(/^\d+(\.\d{1,2})?$/);
    expect(Number(x)).toBeLessThan(width);
    expect(Number(y)).toBeLessThan(height);
  }
  const drawn = Math.min(count, 20);
  expect(svg.match(/<g>/g)?.length ?? 0).toBe(drawn * drawn);
  expect(svg.length).toBeLessThan(250_000);
});

test('one zone needs no word on what is outlined; the darkest fill is that of most', async () => {
  const svg = await zonesSvg([pair('a', 'a', 1)], 't');
  expect(texts(svg)).toContain('Each cell: sessions, bytes, and in red packets dropped');
  expect(svg).toContain('fill="#86bae3" stroke="#7a838e"');
});

test('names from outside stay text, and are cut to their room', async () => {
  const names = ['</text><script>&nbsp;\u0000\u202e', '管理'.repeat(20), '😀'.repeat(40)];
  const svg = await zonesSvg(square(names, 1), 't');
  const found = texts(svg);
  // Columns have room for 17 narrow characters, rows for 19; a wide one takes two.
  expect(found).toContain('&lt;/text&gt;&lt;script&gt;&amp;…');
  expect(found).toContain('&lt;/text&gt;&lt;script&gt;&amp;nb…');
  expect(found).toContain(`${'管理'.repeat(3)}管…`);
  expect(found).toContain(`${'管理'.repeat(4)}…`);
  expect(svg).not.toContain('<script');
});
