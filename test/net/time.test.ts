/** This file compares time text with Date, and checks cases by hand. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTime, LAST_SECOND } from '../../src/net/time.ts';

describe('formatTime', () => {
  it.each([
    [0, 0, '1970-01-01T00:00:00.000000000Z'],
    [-1, 999_999_999, '1969-12-31T23:59:59.999999999Z'],
    [951_782_400, 1, '2000-02-29T00:00:00.000000001Z'], // a century that is a leap year
    [951_868_800, 0, '2000-03-01T00:00:00.000000000Z'],
    [4_107_542_399, 0, '2100-02-28T23:59:59.000000000Z'], // one that is none
    [4_107_542_400, 0, '2100-03-01T00:00:00.000000000Z'],
    [1_709_164_800, 123_456_789, '2024-02-29T00:00:00.123456789Z'],
    [4_294_967_295, 0, '2106-02-07T06:28:15.000000000Z'], // the end of pcap's 32 bits
    [4_294_967_296, 0, '2106-02-07T06:28:16.000000000Z'],
    [-2_208_988_800, 10, '1900-01-01T00:00:00.000000010Z'],
    [-62_167_219_200, 0, '0000-01-01T00:00:00.000000000Z'],
    [253_402_300_799, 999_999_999, '9999-12-31T23:59:59.999999999Z'],
  ])('%d s %d ns', (second, nanosecond, text) => {
    expect(formatTime(second, nanosecond)).toBe(text);
  });

  it('shows the nearest writable second beyond the years', () => {
    expect(formatTime(LAST_SECOND + 1, 0)).toBe('9999-12-31T23:59:59.000000000Z');
    expect(formatTime(-62_167_219_201, 0)).toBe('0000-01-01T00:00:00.000000000Z');
  });

  it('is what Date says, with the nanoseconds behind', () => {
    const second = fc.oneof(
      fc.integer({ min: -62_167_219_200, max: LAST_SECOND }),
      fc.integer({ min: 0, max: 2 ** 32 }),
    );
    fc.assert(
      fc.property(second, fc.nat(999_999_999), fc.boolean(), (s, ns, isAgain) => {
        const date = new Date(s * 1000).toISOString().slice(0, 19);
        const text = `${date}.${String(ns).padStart(9, '0')}Z`;
        if (isAgain) formatTime(s, 0); // the second may be remembered
        expect(formatTime(s, ns)).toBe(text);
      }),
      { numRuns: 2000, seed: 2 },
    );
  });
});
