/** This file tests the rate over time, the busiest second and the pauses, by sums worked out by hand. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Timeline } from '../../src/inspect/timeline.ts';

const EPOCH = 1_800_000_000;

/** Frames of 100 bytes at these seconds after the epoch. */
function timelineOf(...seconds: readonly number[]): ReturnType<Timeline['facts']> {
  const timeline = new Timeline();
  const [first] = seconds;
  if (first !== undefined) timeline.begin(EPOCH, first * 1e9);
  for (const second of seconds) timeline.add(second * 1e9, 100);
  return timeline.facts();
}

describe('bins', () => {
  test('without a frame there are none', () => {
    expect(timelineOf()).toMatchObject({ first: null, last: null, seconds: 0, frames: [] });
  });

  test('are 1 ms wide while they suffice', () => {
    const facts = timelineOf(0.5, 0.5009, 0.501, 0.503);
    expect(facts).toMatchObject({ binSeconds: 0.001, frames: [2, 1, 0, 1] });
    expect(facts.bytes).toEqual([200, 100, 0, 100]);
    expect(facts).toMatchObject({ seconds: 0.003, first: { second: EPOCH, nanosecond: 5e8 } });
  });

  test('of 600 ms are 10 ms wide: the sums stay', () => {
    const facts = timelineOf(0, 0.009, 0.01, 0.6);
    expect(facts.binSeconds).toBe(0.01);
    expect(facts.frames).toEqual([2, 1, ...new Array(58).fill(0), 1]);
  });

  test.each([
    [599, 1],
    [600, 10],
    [6000, 60],
    [35_999, 60],
    [36_000, 600],
    [360_000, 3600],
    [3600 * 600, 6 * 3600],
    [86_400 * 599, 86_400],
    [86_400 * 36_500, 100 * 86_400],
  ])('that cover %d s are %d s wide', (last, width) => {
    expect(timelineOf(0, last).binSeconds).toBe(width);
  });

  test('never lose a frame', () => {
    const gaps = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 300 });
    fc.assert(
      fc.property(gaps, (list) => {
        let now = 0;
        const facts = timelineOf(...list.map((gap) => (now += Math.round(gap * 1e9) / 1e9)));
        expect(facts.frames.reduce((a, b) => a + b, 0)).toBe(list.length);
        expect(facts.bytes.reduce((a, b) => a + b, 0)).toBe(100 * list.length);
        expect(facts.frames.length).toBeLessThanOrEqual(600);
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});

test('the busiest second is a whole one; of equal ones the first', () => {
  expect(timelineOf(0.9, 1, 1.99, 2, 3, 3.5).busiest).toEqual({
    second: EPOCH + 1,
    frames: 2,
    bytes: 200,
  });
});

test('pauses of a second and more, the five longest first', () => {
  const facts = timelineOf(0, 0.999, 2, 12, 13, 15, 18, 22);
  expect(facts.gaps.map(({ from, seconds }) => [from.second - EPOCH, seconds])).toEqual([
    [2, 10],
    [18, 4],
    [15, 3],
    [13, 2],
    [0, 1.001],
  ]);
});
