/** This file checks the offload chart's SVG: well-formed, bounded, within its edges, the same every time. */

import { describe, expect, test } from 'vitest';
import type { RatePoint } from '../../src/engine/offload-rates.ts';
import { type OffloadChart, offloadSvg } from '../../src/report/charts/offload.ts';
import { texts } from './svg.ts';

const chart = (changes: Partial<OffloadChart>): OffloadChart => ({
  ...{ title: 'a & b.pcap', about: '1 of 2 sessions', start: '2026-05-25T11:47:22.000000000Z' },
  ...{ span: 100, rates: { step: 1, points: [] }, switches: [] },
  ...changes,
});

/** A tenth on the dataplane. */
const points = (count: number, step: number, packets: (i: number) => number): RatePoint[] =>
  Array.from({ length: count }, (_, i) => {
    const all = packets(i);
    return { seconds: i * step, packets: all, hardware: Math.floor(all * 0.9) };
  });

const CASES: readonly [string, Partial<OffloadChart>, readonly string[]][] = [
  ['nothing', { span: null }, ['no packets']],
  ['one step', { span: 0.2, rates: { step: 1, points: points(1, 1, () => 7) } }, ['8', '200']],
  [
    'fine steps',
    { span: 9.5, rates: { step: 0.001, points: points(9500, 0.001, () => 3) } },
    ['3,000', '9'],
  ],
  [
    'a day',
    { span: 86_400, rates: { step: 100, points: points(864, 100, (i) => 100 * i) } },
    ['800', '24'],
  ],
  [
    'many switches, markup in every text',
    {
      ...{ title: '<script>\u0007'.repeat(40), about: '"><x>', start: '<'.repeat(500) },
      rates: { step: 1, points: points(100, 1, (i) => i) },
      switches: Array.from({ length: 500 }, (_, i) => ({
        seconds: i - 3,
        command: `set session offload ${i % 3 === 0 ? 'yes' : 'no'}`,
      })),
    },
    ['offload no', 'offload yes'],
  ],
];

describe.each(CASES)('%s', (_, changes, expected) => {
  test('is well-formed, bounded, and the same twice', async () => {
    const svg = await offloadSvg(chart(changes));
    const found = texts(svg);
    expect(found).toEqual(expect.arrayContaining([...expected]));
    expect(found.filter((words) => words.endsWith(': offload estimate')).length).toBeGreaterThan(1);
    expect(svg.length).toBeLessThan(60_000);
    expect(await offloadSvg(chart(changes))).toBe(svg);
    const numbers = [...svg.matchAll(/ (?:d|x|y|x1|x2|y1|y2)="([^"]*)"/g)].flatMap(
      ([, value = '']) => value.match(/-?[\d.]+(e-?\d+)?|NaN|Infinity/g) ?? [],
    );
    for (const number of numbers) {
      expect(number).toMatch(/^\d+(\.\d{1,2})?$/);
      expect(Number(number)).toBeLessThanOrEqual(960);
    }
  });
});

test('the area is the dataplane, the line above it all that was received', async () => {
  const rates = {
    step: 1,
    points: [
      { seconds: 0, packets: 100, hardware: 0 },
      { seconds: 1, packets: 100, hardware: 50 },
    ],
  };
  const switches = [{ seconds: 1, command: 'set session offload no' }];
  const svg = await offloadSvg(chart({ span: 2, rates, switches }));
  const paths = [...svg.matchAll(/<path d="([^"]*)"/g)].map(([, d]) => d);
  // 212 pixels are 118 packets/s above y = 318; 848 pixels are 2 s from x = 84 on.
  const height = (packets: number) => Math.round((318 - (212 * packets) / 118) * 100) / 100;
  const dataplane = `M84,318H84V${height(100)}H508V${height(50)}H932`;
  expect(paths.slice(1)).toEqual([
    `${dataplane}V318Z`,
    `M84,318H84V${height(100)}H932`,
    dataplane,
    'M508,106V318',
  ]);
  // In 4 s as many steps take half the width: behind them nothing was received.
  const longer = await offloadSvg(chart({ span: 4, rates }));
  expect(longer).toContain(`"M84,318H84V${height(100)}H508V318H932"`);
});
