/** This file checks the chart of a what-if: well-formed, the same every time, a line and a name a variant. */

import { expect, test } from 'vitest';
import { type OccupancyCurve, whatIfSvg } from '../../src/report/charts/what-if.ts';
import { texts } from './svg.ts';

const INFO = { title: 'capture.pcap', start: '2026-06-01T08:00:00.000000000Z', scale: 1 };

const curve = (name: string, peak: number): OccupancyCurve => ({
  ...{ name, peak, span: 60, mean: peak / 2 },
  points: [0, 20, 40].map((seconds, i) => ({ seconds, peak: i === 1 ? peak : 0 })),
});

test('each variant has a line that no other has, and its name, peak and mean', async () => {
  const curves = Array.from({ length: 17 }, (_, i) => curve(`variant ${i}`, i + 1));
  const svg = await whatIfSvg(curves, INFO);
  expect(svg).toBe(await whatIfSvg(curves, INFO));
  const words = texts(svg);
  expect(words).toContain('variant 16: peak 17, mean 8.5');
  expect(words.filter((text) => text.includes(': peak'))).toHaveLength(17);
  const lines = [...svg.matchAll(/<path d="[^"]+" fill="none" (stroke="[^>]+)>/g)];
  expect(new Set(lines.map(([, look]) => look)).size).toBe(17);
});

test('a line is at its height when it is there', async () => {
  const svg = await whatIfSvg([curve('base', 10)], INFO);
  const [, from, to, down] =
    /M84,([\d.]+)H[\d.]+V[\d.]+H[\d.]+V([\d.]+)H[\d.]+V([\d.]+)H932/.exec(svg) ?? [];
  expect(Number(from)).toBe(Number(down));
  expect(Number(to)).toBeLessThan(Number(from));
});

test('long names keep their ends, which tell them apart', async () => {
  const name = (value: number) => `applications.paloalto-updates.tcp-timeout=${value}`;
  const words = texts(await whatIfSvg([curve(name(28_800), 1), curve(name(28_801), 1)], INFO));
  expect(words).toContain('applications.pal…tcp-timeout=28800: peak 1, mean 0.5');
  expect(words).toContain('applications.pal…tcp-timeout=28801: peak 1, mean 0.5');
});

test('what is extrapolated says so', async () => {
  const told = async (scale: number) =>
    texts(await whatIfSvg([curve('base', 1)], { ...INFO, scale })).join('\n');
  expect(await told(3)).toContain('EXTRAPOLATED to 3 times the load');
  expect(await told(1)).not.toMatch(/extrapolated/i);
});

test('a line ends when its clock does, within the plot', async () => {
  const svg = await whatIfSvg([curve('base', 3), { ...curve('drained', 3), span: 120 }], INFO);
  const ends = [...svg.matchAll(/<path d="M84,[^"]*H([\d.]+)"/g)].map(([, end]) => Number(end));
  // From 84 to 932 are 120 s: 60 s are half of that.
  expect(ends).toEqual([508, 932]);
});

test('no packets, and names that are no text for XML', async () => {
  const hostile = '<script>"&\u0000\u202e\u{d800}]]>';
  const none = { name: hostile, points: [], peak: 0, span: null, mean: null };
  const svg = await whatIfSvg([none, none], { title: hostile, start: '', scale: 1 });
  expect(texts(svg)).toContain('no packets');
});
