/** This file checks the pinhole chart's SVG: well-formed, bounded, within its edges, the same every time. */

import { expect, test } from 'vitest';
import type { PinholeChart } from '../../src/report/charts/pinhole-rows.ts';
import { predictsSvg } from '../../src/report/charts/predicts.ts';
import type { ControlReport } from '../../src/report/control-sessions.ts';
import { texts } from './svg.ts';

type ListedPredict = ControlReport['predicts'][number];

const at = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}.000000000Z`;

const predict = (serial: number, changes: Partial<ListedPredict> = {}): ListedPredict => ({
  ...{ serial, packet: 10 + serial, cause: 'PORT', application: 'ftp-data', protocol: 6 },
  ...{ source: '203.0.113.50', sport: 0, dst: '10.10.10.5', dport: 5000 + serial },
  ...{ installed: at(2), timeout: 60, outcome: 'expired', withdrawn_by: null, removed: at(62) },
  ...{ session: null, sessions: 0, flows: [] },
  ...changes,
});

const control = (session: number, predicts: readonly ListedPredict[]): ControlReport => ({
  ...{ session, alg: 'ftp', alg_on: true, gaps: 0, blind_since: null, blind_cause: null },
  ...{ source: '10.10.10.5', sport: 40_000, dst: '203.0.113.50', dport: 21 },
  ...{ start: at(0), end: null, children: 0, predicts: [...predicts] },
});

const chart = (controls: readonly ControlReport[], predicted: number): PinholeChart => ({
  ...{ title: 'a & b.pcap', about: 'as the first screen says', start: at(0), end: at(90) },
  ...{ controls, predicted },
});

/** Left and right edge of every rectangle but the ground and the legend. */
function bars(svg: string): [left: number, right: number][] {
  return [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g)]
    .filter(([, , y]) => Number(y) > 100)
    .map(([, x, , width]) => [Number(x), Number(x) + Number(width)]);
}

test('a control session, a used predict with its flow, an unused one', async () => {
  const flow = { session: 2, application: 'ftp-data', start: at(3), end: at(30) };
  const used = predict(1, { outcome: 'converted', session: 2, sessions: 1, flows: [flow] });
  const drawn = chart([control(1, [used, predict(2, { installed: at(20), removed: at(80) })])], 2);
  const svg = await predictsSvg(drawn);
  expect(texts(svg)).toEqual(
    expect.arrayContaining([
      'a &amp; b.pcap',
      '1 ftp 10.10.10.5:40000 > 203.0.113.50:21'.replace('>', '&gt;'),
      '#11 PORT: ftp-data to 10.10.10.5:5001',
      'converted to session 2',
      '#12 PORT: ftp-data to 10.10.10.5:5002',
      'expired unused',
    ]),
  );
  // 552 pixels are 90 s, from 396 on: announcements at 2 and 20 s, 60 s each, the flow from 3 to 30 s.
  const x = (seconds: number) => Math.round((396 + (552 * seconds) / 90) * 100) / 100;
  expect(bars(svg)).toEqual([
    [expect.closeTo(x(2) - 1, 1), expect.closeTo(x(2) + 1, 1)],
    [expect.closeTo(x(20) - 1, 1), expect.closeTo(x(20) + 1, 1)],
    [expect.closeTo(x(2), 1), expect.closeTo(x(62), 1)],
    [expect.closeTo(x(3), 1), expect.closeTo(x(30), 1)],
    [expect.closeTo(x(20), 1), expect.closeTo(x(80), 1)],
  ]);
  expect(await predictsSvg(drawn)).toBe(svg);
});

test.each([0, 1, 15, 100])(
  '%i control sessions with 40 predicts stay within the picture',
  async (n) => {
    const predicts = Array.from({ length: 40 }, (_, i) =>
      predict(i + 1, { cause: `<x>${'y'.repeat(90)}\u0007`, removed: null, outcome: 'open' }),
    );
    const controls = Array.from({ length: n }, (_, i) => control(i + 1, predicts));
    const svg = await predictsSvg(chart(controls, 40 * n));
    const found = texts(svg);
    const height = Number(/viewBox="0 0 1180 (\d+)"/.exec(svg)?.[1]);
    expect(height).toBeLessThan(1500);
    expect(svg.length).toBeLessThan(60_000);
    for (const [left, right] of bars(svg)) {
      expect(left).toBeGreaterThanOrEqual(394);
      expect(right).toBeLessThanOrEqual(949);
    }
    const rows = (svg.match(/<g>/g) ?? []).length;
    expect(rows).toBeLessThanOrEqual(48);
    if (n === 0) expect(found).toContain('no predict session');
    else expect(found.some((words) => words.startsWith('not drawn: '))).toBe(true);
  },
);
