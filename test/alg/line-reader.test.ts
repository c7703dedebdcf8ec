/** This file tests how bytes are cut into lines, wherever segments begin and end. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineReader } from '../../src/alg/line-reader.ts';
import { inPieces } from '../support/pieces.ts';

/** The lines of pieces as text; a cut one ends with `…`. */
function read(pieces: readonly string[], bytesMax = 20): string[] {
  const reader = new LineReader(bytesMax);
  const lines: string[] = [];
  for (const piece of pieces) {
    // The payload lies somewhere in a block, among other bytes.
    const block = Buffer.from(`\n#${piece}\n`, 'latin1');
    const to = block.length - 1;
    for (let at = reader.next(block, 2, to); at >= 0; at = reader.next(block, at, to)) {
      const text = Buffer.from(reader.bytes.subarray(reader.from, reader.to)).toString('latin1');
      lines.push(reader.isCut ? `${text}…` : text);
    }
    block.fill(0);
  }
  return lines;
}

describe('lines', () => {
  it.each<[string, string[], string[]]>([
    ['with CR LF', ['USER x\r\n'], ['USER x']],
    ['with LF alone', ['USER x\n'], ['USER x']],
    ['several in a piece', ['a\r\nb\n\r\n\nc\r\n'], ['a', 'b', '', '', 'c']],
    ['over pieces', ['US', 'ER', ' x\r', '\nQU', 'IT', '\r\n'], ['USER x', 'QUIT']],
    ['without their end', ['a\r\nQUIT\r'], ['a']],
    ['a carriage return that ends none', ['a\rb\r\r\n'], ['a\rb\r']],
    ['an empty piece', ['', 'a', '', '\n', ''], ['a']],
    ['exactly as long as may be', ['123456789012345678\r\n.\n'], ['123456789012345678', '.']],
    ['one byte longer', ['1234567890123456789\r\n.\n'], ['1234567890123456789\r…', '.']],
    [
      'one byte longer, over pieces',
      ['1234567890', '1234567890', '\n.\n'],
      ['12345678901234567890…', '.'],
    ],
    ['without end', ['x'.repeat(50), 'x'.repeat(50), 'x\ny\n'], [`${'x'.repeat(20)}…`, 'y']],
  ])('%s', (_, pieces, lines) => {
    expect(read(pieces)).toEqual(lines);
  });

  it('begins anew after missing bytes', () => {
    const reader = new LineReader(20);
    const bytes = Buffer.from('PO');
    expect(reader.next(bytes, 0, 2)).toBe(-1);
    reader.clear();
    expect(reader.next(Buffer.from('RT\n'), 0, 3)).toBe(3);
    expect([reader.from, reader.to]).toEqual([0, 2]);
  });

  it('are the same however the bytes are cut', () => {
    const text = fc.array(fc.constantFrom('a', 'bcd', '\r', '\n', '\r\n', 'x'.repeat(9)));
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 9 })), (parts, lengths) => {
        const whole = parts.join('');
        // The obvious model.
        const lines = whole.split('\n').slice(0, -1);
        const model = lines.map((line) =>
          line.length + 1 > 20 ? `${line.slice(0, 20)}…` : line.replace(/\r$/, ''),
        );
        const rest = whole.slice(whole.lastIndexOf('\n') + 1);
        if (rest.length >= 20) model.push(`${rest.slice(0, 20)}…`);
        expect(read(inPieces(whole, lengths))).toEqual(model);
      }),
    );
  });
});
