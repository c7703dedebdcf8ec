/** This file tests the language of byte patterns. */

import { describe, expect, it } from 'vitest';
import { matchPattern } from '../../src/appid/pattern.ts';
import { MORE, NO, newPiece, YES } from '../../src/appid/piece.ts';
import { parseBytePattern } from '../../src/net/byte-pattern.ts';

/** What a pattern says of characters. */
function match(pattern: string, text: string) {
  const read = parseBytePattern(pattern);
  if (typeof read === 'string') return read;
  const bytes = Uint8Array.from(`..${text}`, (character) => character.charCodeAt(0));
  return matchPattern(read, { ...newPiece(), bytes, from: 2, to: bytes.length });
}

describe('a pattern', () => {
  it.each([
    ['"SSH-"', 'SSH-2.0', YES],
    ['"SSH-"', 'SSH', MORE],
    ['"SSH-"', 'SSL-2.0', NO],
    ['"SSH-"', 'SX', NO],
    ['"SSH-"', '', MORE],
    ['i"ehlo "', 'EhLo there', YES],
    ['i"ehlo["', 'ehlo{', NO],
    ['16 03 [00-04]', '\x16\x03\x04', YES],
    ['16 03 [00-04]', '\x16\x03\x05', NO],
    ['[16,18] ..  7f', '\x18x\x7f', YES],
    ['[16,18] ..  7f', '\x17x\x7f', NO],
    ['@2 "x"', '12x', YES],
    ['@2 "x"', '12', MORE],
    [String.raw`"\r\n\x00\""`, '\r\n\0"', YES],
  ])('%s says of %j: %i', (pattern, text, verdict) => {
    expect(match(pattern, text)).toBe(verdict);
  });

  it.each([
    ['', 'names no byte'],
    ['..', 'names no byte'],
    ['xy', 'cannot be read from "xy" on'],
    ['"a', String.raw`cannot be read from "\"a" on`],
    ['"ab" @1 "c"', '@1 goes back: it stands behind byte 2'],
    ['[04-00]', '[04-00] is no range or list of bytes, such as [00-04] or [16,18]'],
    ['[]', '[] is no range or list of bytes, such as [00-04] or [16,18]'],
    [String.raw`"\q"`, String.raw`\q stands for nothing`],
    ['"€"', '€ is more than one byte'],
    ['@1024 "x"', 'looks at more than 1024 bytes'],
  ])('%j is refused: %s', (pattern, message) => {
    expect(match(pattern, '')).toBe(message);
  });
});
