/** This file checks `whatif --scale` from the outside; the numbers are those of samples/scale/scenario.md. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { WhatIfReport } from '../../src/analysis/what-if.ts';
import { workshop } from '../support/cli.ts';

const { run, path } = workshop();
const SAMPLE = fileURLToPath(new URL('../../samples/scale/', import.meta.url));
const GIVEN = ['whatif', `${SAMPLE}capture.pcapng`, '-c', `${SAMPLE}firewall.yaml`, '--quiet'];
const ROOM = ['--set', 'platform.sessions=30'];

function valuesOf(answer: WhatIfReport): Record<string, unknown> {
  return Object.fromEntries(answer.table.map(({ key, values }) => [key, values]));
}

test('numbers of the base, at three times the load, and with more room', () => {
  const { status, stdout, stderr } = run([...GIVEN, '--scale', '3', ...ROOM, '--print', 'json']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const answer = JSON.parse(stdout) as WhatIfReport;
  const values = valuesOf(answer);
  expect(values.peak_sessions).toEqual([10, 20, 30]);
  expect(values.full_since).toEqual([
    null,
    '2026-06-01T08:00:03.001000000Z',
    '2026-06-01T08:00:04.502000000Z',
  ]);
  expect(values.full_seconds).toEqual([0, 27.499, 25.998]);
  expect(values.alloc_failures).toEqual([0, 10, 0]);
  expect(values.sessions).toEqual([10, 20, 30]);
  expect(values.sessions_live).toEqual([5, 11, 15]);
  expect(answer.extrapolation).toMatchObject({
    scale: 3,
    shift_seconds: 0.001,
    frames_before_their_time: 0,
  });
  expect(answer.variants.map(({ name, scale }) => [name, scale])).toEqual([
    ['base', undefined],
    ['base at 3x', 3],
    ['platform.sessions=30 at 3x', 3],
  ]);
  // Of the capture's own ten sessions: two questions and a connection find no slot.
  expect(
    answer.differences.map((one) => [one.same, one.only_in_base, one.only_in_variant]),
  ).toEqual([
    [7, 3, 0],
    [10, 0, 0],
  ]);
});

test('the text says that it extrapolates, and under which assumptions', () => {
  const { stdout } = run([...GIVEN, '--scale', '3']);
  expect(stdout).toContain('\nEXTRAPOLATION to 3 times the load: every client has 2 twins.');
  expect(stdout).toContain('\nExtrapolated, under these assumptions');
});

test('records say whose twin a session is of; those of the base do not', () => {
  const { status } = run([...GIVEN, '--scale', '3', '--print', 'none', '-o', 'answer']);
  expect(status).toBe(0);
  const twinsOf = (variant: string) =>
    readFileSync(path(`answer/variants/${variant}/sessions.ndjson`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { twin?: number }).twin);
  expect(twinsOf('base')).toEqual(new Array(10).fill(undefined));
  expect(twinsOf('base-x3').slice(0, 6)).toEqual([0, 1, 2, 0, 1, 2]);
  const report = readFileSync(path('answer/variants/base-x3/run.json'), 'utf8');
  expect(JSON.parse(report)).toMatchObject({
    extrapolation: { scale: 3 },
    counts: { frames: 60, sessions: 20, frames_by_place: { without_session: 18 } },
  });
  expect(readFileSync(path('answer/variants/base/run.json'), 'utf8')).not.toContain(
    'extrapolation',
  );
});

test('at the load itself nothing is another', () => {
  const answer = (...more: string[]) => run([...GIVEN, ...ROOM, '--print', 'json', ...more]).stdout;
  expect(answer()).toContain('"schema_version"');
  expect(answer('--scale', '1')).toBe(answer());
});

test.each([
  ['0', 'at least 1'],
  ['33', 'at most 32'],
  ['many', 'a whole number'],
])('--scale %s is a mistake', (scale, why) => {
  const { status, stderr } = run([...GIVEN, '--scale', scale]);
  expect(status).toBe(2);
  expect(stderr).toContain(why);
});

test('--scale 1 alone asks nothing', () => {
  const { status, stderr } = run([...GIVEN, '--scale', '1']);
  expect(status).toBe(2);
  expect(stderr).toContain('--scale N');
});

test("the charts of a run with twins say that they extrapolate, and those of the capture's own run do not", () => {
  const where = path('charted');
  const args = ['--scale', '3', '--print', 'none', '-o', where, '--format', 'charts'];
  expect(run([...GIVEN, ...args]).status).toBe(0);
  for (const chart of ['occupancy', 'offload', 'predicts', 'zones']) {
    const titleOf = (variant: string) => {
      const svg = readFileSync(`${where}/variants/${variant}/charts/${chart}.svg`, 'utf8');
      return /<title[^>]*>([^<]*)/.exec(svg)?.[1] ?? '';
    };
    expect(titleOf('base-x3')).toMatch(/^Extrapolated to 3 times the load: capture\.pcapng/);
    expect(titleOf('base')).toMatch(/^capture\.pcapng/);
  }
});
