/** This file checks the occupancy chart's SVG: well-formed, bounded, the same every time. */

import { describe, expect, test } from 'vitest';
import { type OccupancyPointLike, occupancySvg } from '../../src/report/charts/occupancy.ts';
import { texts } from './svg.ts';

const START = '2026-05-25T11:47:22.000000000Z';
const DAY = 86_400;

/** Draws with the peak that the points have. */
function draw(points: readonly OccupancyPointLike[], title = 'first-look.pcap'): Promise<string> {
  const peak = Math.max(0, ...points.map((point) => point.peak));
  return occupancySvg(points, { title, peak, start: START });
}

/** `count` steps over `span` seconds, rising to `peak` in the middle. */
function hill(count: number, span: number, peak: number): OccupancyPointLike[] {
  return Array.from({ length: count }, (_, i) => ({
    seconds: (i * span) / count,
    peak: Math.round(peak * (1 - Math.abs((2 * i) / count - 1))),
  }));
}

const CASES: readonly [string, readonly OccupancyPointLike[], readonly string[]][] = [
  ['no points', [], ['no packets', 'Sessions in the table: no packets', 'time']],
  ['one point', [{ seconds: 0, peak: 1 }], ['peak: 1 session at 0 ms']],
  [
    'no session',
    [0, 0.001].map((seconds) => ({ seconds, peak: 0 })),
    ['no session was in the table'],
  ],
  ['no span', [0, 0].map((seconds) => ({ seconds, peak: 3 })), ['peak: 3 sessions at 0 ms']],
  ['12 ms', hill(12, 0.012, 2), ['10', 'peak: 2 sessions at 5 ms']],
  ['a minute and a half', hill(1000, 90, 1234), ['1,200', '80', 'peak: 1,234 sessions at 45 s']],
  ['half an hour', hill(900, 1800, 4500), ['25', 'peak: 4,500 sessions at 15 min']],
  ['three days', hill(1024, 3 * DAY, 400_000), ['400,000', '72', 'peak: 400,000 sessions at 36 h']],
  ['a hundred days', hill(1000, 100 * DAY, 900), ['100', 'peak: 900 sessions at 50 d']],
];

describe.each(CASES)('%s', (_, points, expected) => {
  test('is well-formed, says what it shows, and is the same twice', async () => {
    const svg = await draw(points);
    expect(texts(svg)).toEqual(expect.arrayContaining([...expected, 'first-look.pcap']));
    expect(await draw(points)).toBe(svg);
  });

  test('has numbers of at most two decimals, inside the picture', async () => {
    const svg = await draw(points);
    const numbers = [...svg.matchAll(/ (?:d|x|y|x1|x2|y1|y2|cx|cy)="([^"]*)"/g)].flatMap(
      ([, value = '']) => value.match(/-?[\d.]+(e-?\d+)?|NaN|Infinity/g) ?? [],
    );
    expect(numbers.length).toBeGreaterThan(0);
    for (const number of numbers) {
      expect(number).toMatch(/^\d+(\.\d{1,2})?$/);
      expect(Number(number)).toBeLessThanOrEqual(960);
    }
  });
});

test('is an image with a title and a description on a ground of its own', async () => {
  const svg = await draw(hill(10, 10, 5), 'a.pcap');
  expect(svg).toContain('role="img" aria-labelledby="occupancy-title occupancy-desc"');
  expect(svg).toContain('<title id="occupancy-title">a.pcap</title>');
  expect(svg).toMatch(/<desc id="occupancy-desc">Sessions in the table over time: at most 5 /);
  expect(svg).toContain('<rect width="960" height="360" fill="#ffffff">');
  expect(svg).toContain('first packet, 2026-05-25T11:47:22Z (s)');
});

test('a title from outside stays text', async () => {
  const title =
    '</title><script>alert("1")</script>&nbsp;\u00a0]]>\u0000\u001b[31m\ud800\u202e\ufffe\n😀';
  const svg = await draw([{ seconds: 0, peak: 1 }], title);
  expect(texts(svg)).toContain(
    '&lt;/title&gt;&lt;script&gt;alert("1")&lt;/script&gt;&amp;nbsp; ]]&gt; [31m 😀',
  );
  expect(svg).not.toContain('<script');
});

test('a long title is cut between characters', async () => {
  const svg = await draw([], '😀'.repeat(200));
  expect(texts(svg)).toContain(`${'😀'.repeat(95)}…`);
});

test('flat stretches take no room: 1,024 points stay below 40 KB', async () => {
  expect((await draw(hill(1024, 3 * DAY, 400_000))).length).toBeLessThan(40_000);
  const flat = Array.from({ length: 1024 }, (_, seconds) => ({ seconds, peak: 5 }));
  expect((await draw(flat)).length).toBeLessThan(6_000);
});

test('a peak higher than all points still fits', async () => {
  const info = { title: 't', peak: 50, start: '2026-05-25T11:47:22.120000000Z' };
  const svg = await occupancySvg([{ seconds: 0, peak: 3 }], info);
  expect(texts(svg)).toEqual(
    expect.arrayContaining(['peak: 3 sessions at 0 ms', '50', expect.stringContaining('22.12Z')]),
  );
});
