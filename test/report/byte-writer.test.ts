/** This file checks the byte writer against the plain functions that write the same texts. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatIpv6 } from '../../src/net/address.ts';
import { formatTime } from '../../src/net/time.ts';
import { ByteWriter } from '../../src/report/byte-writer.ts';
import { formatSeconds } from '../../src/report/duration.ts';

/** What a writer holds after `write`, behind a text that shifts everything by one byte. */
function written(write: (to: ByteWriter) => void): string {
  const writer = new ByteWriter();
  writer.text('>');
  write(writer);
  return writer.toString().slice(1);
}

describe('the byte writer', () => {
  it('writes whole numbers as String does', () => {
    const edges = [0, 9, 10, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 999_999_999, 1e9, 1e15, 2 ** 53 - 1];
    const number = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(...edges));
    fc.assert(
      fc.property(number, (n) => {
        expect(written((to) => to.integer(n))).toBe(String(n));
      }),
      { numRuns: 2000 },
    );
  });

  it('writes times as formatTime does', () => {
    const second = fc.oneof(fc.integer({ min: -1e11, max: 3e11 }), fc.nat(2 ** 31));
    fc.assert(
      fc.property(second, fc.nat(999_999_999), (s, ns) => {
        expect(written((to) => to.time(s, ns))).toBe(formatTime(s, ns));
      }),
      { numRuns: 2000 },
    );
  });

  it('writes durations as formatSeconds does', () => {
    const ns = fc.oneof(
      fc.maxSafeInteger(),
      fc.nat(2e9),
      fc.nat(1000).map((n) => n * 1e6),
    );
    fc.assert(
      fc.property(ns, (n) => {
        expect(written((to) => to.seconds(n))).toBe(formatSeconds(n));
      }),
      { numRuns: 2000 },
    );
  });

  it('writes addresses as RFC 5952 has them', () => {
    const words = fc.array(fc.oneof(fc.integer(), fc.constant(0)), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(words, ([w0 = 0, w1 = 0, w2 = 0, w3 = 0]) => {
        const address = Int32Array.of(w0, w1, w2, w3);
        expect(written((to) => to.address(4, address))).toBe(formatIpv4(w0));
        expect(written((to) => to.address(6, address))).toBe(formatIpv6(w0, w1, w2, w3));
      }),
    );
  });

  it('takes any text, and grows for it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 3000 })), (texts) => {
        const writer = new ByteWriter();
        for (const text of texts) writer.text(text);
        expect(writer.toString()).toBe(texts.join(''));
        writer.clear();
        expect(writer.toString()).toBe('');
      }),
    );
  });
});
