/** This file checks the byte writer against the plain functions that write the same texts. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatIpv6 } from '../../src/net/address.ts';
import { formatTime } from '../../src/net/time.ts';
import { Literal, literal, NameLiterals } from '../../src/report/byte-literal.ts';
import { ByteWriter } from '../../src/report/byte-writer.ts';
import { formatSeconds } from '../../src/report/duration.ts';

/** What a writer holds after `write`, behind a text that shifts everything by one byte. */
function written(write: (to: ByteWriter) => void): string {
  const writer = new ByteWriter();
  writer.text('>');
  write(writer);
  return writer.toString().slice(1);
}

const EMPTY = literal('');
const grapheme = fc.string({ unit: 'grapheme', maxLength: 40 });

describe('the byte writer', () => {
  it('writes whole numbers as String does', () => {
    const edges = [
      0,
      9,
      10,
      999,
      1000,
      999_999,
      1e6,
      999_000,
      1_000_999,
      2 ** 31 - 1,
      2 ** 31,
      2 ** 32,
      999_999_999,
      1e9,
      1e15,
      2 ** 53 - 1,
    ];
    const digits = fc.nat(15).chain((power) => fc.nat(10 ** power));
    const number = fc.oneof(fc.maxSafeInteger(), digits, fc.constantFrom(...edges));
    fc.assert(
      fc.property(number, (n) => {
        expect(written((to) => to.integer(n))).toBe(String(n));
      }),
      { numRuns: 2000 },
    );
  });

  it('writes times as formatTime does', () => {
    const second = fc.oneof(
      fc.integer({ min: -1e11, max: 3e11 }),
      fc.nat(2 ** 31),
      // The same seconds again, and others that are kept in the same place.
      fc.nat(3).map((n) => 1_767_603_600 + 256 * n),
    );
    fc.assert(
      fc.property(second, fc.nat(999_999_999), (s, ns) => {
        expect(written((to) => to.time(EMPTY, s, ns))).toBe(formatTime(s, ns));
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
        expect(written((to) => to.seconds(EMPTY, n))).toBe(formatSeconds(n));
      }),
      { numRuns: 2000 },
    );
  });

  it('writes addresses as RFC 5952 has them', () => {
    const words = fc.array(
      fc.oneof(fc.integer(), fc.nat(0xffff), fc.constantFrom(0, 0xffff, 1 << 16)),
      {
        minLength: 4,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(words, ([w0 = 0, w1 = 0, w2 = 0, w3 = 0]) => {
        const address = Int32Array.of(w0, w1, w2, w3);
        expect(written((to) => to.address(EMPTY, 4, address))).toBe(formatIpv4(w0));
        expect(written((to) => to.address(EMPTY, 6, address))).toBe(formatIpv6(w0, w1, w2, w3));
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

  it('writes literals of every length, each before a number, and nothing behind', () => {
    for (let length = 0; length <= 40; length++) {
      const text = 'abcdefghijklmnopqrstuvwxyz0123456789ABCD'.slice(0, length);
      const writer = new ByteWriter();
      for (let i = 0; i < 500; i++) writer.number(literal(text), i);
      const expected = Array.from({ length: 500 }, (_, i) => `${text}${i}`).join('');
      expect(writer.toString()).toBe(expected);
    }
  });

  it('writes UTF-8 as it is: no word of it is a NaN', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(text, (t) => {
        const made = new Literal(t);
        expect([...made.words].some(Number.isNaN)).toBe(false);
        expect(written((to) => to.literal(made))).toBe(Buffer.from(t).toString());
      }),
      { numRuns: 1000 },
    );
  });

  it('grows at any place for anything, and keeps what is before', () => {
    const piece = fc.oneof(
      grapheme.map((t) => ({ text: t, write: (to: ByteWriter) => to.literal(literal(t)) })),
      grapheme.map((t) => ({ text: t, write: (to: ByteWriter) => to.text(t) })),
      fc.maxSafeInteger().map((n) => ({
        text: `:${n}`,
        write: (to: ByteWriter) => to.number(literal(':'), n),
      })),
      fc.nat(2 ** 31).map((n) => ({
        text: `"${formatTime(n, n % 1e9)}`,
        write: (to: ByteWriter) => to.time(literal('"'), n, n % 1e9),
      })),
      fc.maxSafeInteger().map((n) => ({
        text: `-${formatSeconds(n)}`,
        write: (to: ByteWriter) => to.seconds(literal('-'), n),
      })),
      fc.constant({ text: '}', write: (to: ByteWriter) => to.character(125) }),
      fc.integer().map((w) => ({
        text: `@${formatIpv6(w, w, 0, w)}`,
        write: (to: ByteWriter) => to.address(literal('@'), 6, Int32Array.of(w, w, 0, w)),
      })),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }),
        fc.nat(300),
        fc.nat(30),
        (pieces, size, at) => {
          const writer = new ByteWriter();
          // Memory of any size that is a part of a larger one, filled with what must not show.
          const memory = new Uint8Array(size + 60).fill(35).subarray(17, 17 + Math.max(size, at));
          writer.use(memory, at);
          for (const { write } of pieces) write(writer);
          const text = '#'.repeat(at) + pieces.map((each) => each.text).join('');
          expect(writer.toString()).toBe(text);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives a name the same text at every asking', () => {
    const names = new NameLiterals((name) => `,"key":${JSON.stringify(name)}`);
    const asked = fc.array(fc.option(fc.oneof(grapheme, fc.constantFrom('trust', 'untrust'))));
    fc.assert(
      fc.property(asked, (list) => {
        for (const name of list) {
          const text = `,"key":${JSON.stringify(name)}`;
          expect(written((to) => to.literal(names.of(name)))).toBe(text);
        }
      }),
    );
  });
});
