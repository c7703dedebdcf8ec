/** This file checks how the ends of a span are read and what lies in it. */

import { describe, expect, test } from 'vitest';
import { readTimeBound, TimeSpan } from '../../src/net/time-span.ts';

/** Seconds since 1970 of 2026-05-25T11:47:22Z, by `date -u -d … +%s`. */
const SECOND = 1_779_709_642;

describe('readTimeBound', () => {
  test.each([
    ['2026-05-25T11:47:22Z', SECOND, 0],
    ['2026-05-25t11:47:22.5z', SECOND, 500_000_000],
    ['2026-05-25 13:47:22.000000001+02:00', SECOND, 1],
    ['2026-05-25T06:17:22-05:30', SECOND, 0],
    ['1970-01-01T00:00:00Z', 0, 0],
    ['2016-12-31T23:59:60Z', 1_483_228_800, 0], // a leap second is the next day's first
    ['2024-02-29T00:00:00Z', 1_709_164_800, 0],
  ])('%s', (text, second, nanosecond) => {
    expect(readTimeBound(text)).toEqual({ isRelative: false, second, nanosecond });
  });

  test.each([
    ['+0', 0, 0],
    ['+12.5', 12, 500_000_000],
    ['+3600.000000001', 3600, 1],
  ])('%s', (text, second, nanosecond) => {
    expect(readTimeBound(text)).toEqual({ isRelative: true, second, nanosecond });
  });

  test.each([
    ['2026-05-25T11:47:22', /^2026-05-25T11:47:22 has no zone: write 2026-05-25T11:47:22Z for UTC/],
    ['2026-02-30T00:00:00Z', /is no time: expected RFC 3339, as in/],
    ['2026-13-01T00:00:00Z', /is no time/],
    ['2026-05-25T24:00:00Z', /is no time/],
    ['2026-05-25', /is no time/],
    ['12.5', /or seconds after the first packet, as in \+12\.5$/],
    ['+1.0000000001', /is no time/],
    ['+-1', /is no time/],
    ['', /is no time/],
  ])('refuses %j', (text, message) => {
    expect(readTimeBound(text)).toMatch(message);
  });
});

describe('TimeSpan', () => {
  const first = { second: 1000, nanosecond: 900_000_000 };
  const bound = (second: number, nanosecond: number) => ({ isRelative: true, second, nanosecond });

  test('counts relative ends from the first packet, to the nanosecond', () => {
    const span = new TimeSpan(bound(1, 200_000_000), bound(2, 0));
    span.begin(first);
    expect([span.from, span.until]).toEqual([
      { second: 1002, nanosecond: 100_000_000 },
      { second: 1002, nanosecond: 900_000_000 },
    ]);
  });

  test('has both of its ends, whatever epoch a time counts from', () => {
    const span = new TimeSpan(bound(0, 100_000_000), bound(1, 100_000_000));
    span.begin(first); // 1001.0 to 1002.0
    const inside = [1e9 - 1, 1e9, 1.5e9, 2e9, 2e9 + 1].map((ns) => span.has(1000, ns));
    expect(inside).toEqual([false, true, true, true, false]);
    expect([span.has(1003, -1e9), span.has(1003, -1e9 + 1), span.has(0, 1001e9)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('is overlapped by what began before its end and ended behind its start, or not yet', () => {
    const at = (second: number) => ({ second, nanosecond: 0 });
    const span = new TimeSpan({ isRelative: false, ...at(10) }, { isRelative: false, ...at(20) });
    span.begin(first);
    expect(span.overlaps(at(1), at(9))).toBe(false);
    expect(span.overlaps(at(1), at(10))).toBe(true);
    expect(span.overlaps(at(1), null)).toBe(true);
    expect(span.overlaps(at(20), null)).toBe(true);
    expect(span.overlaps(at(21), null)).toBe(false);
  });

  test('without an end goes on', () => {
    const span = new TimeSpan(null, { isRelative: false, second: 20, nanosecond: 0 });
    span.begin(first);
    expect([span.has(0, -1e9), span.has(0, 20e9), span.has(0, 21e9)]).toEqual([true, true, false]);
  });
});
