/**
 * This file reads text in payload: lines, words and characters, byte by byte. Letters are compared
 * without their case, which ASCII words of protocols do not care for; words are given in lower case.
 */

import { MORE, NO, type Verdict, YES } from './piece.ts';

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Where the line's line feed lies, or -1 where the line goes on. */
export function lineFeed(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === LINE_FEED) return at;
  return -1;
}

/** Where the line ends that ends with the line feed: before it, and before a CR before that. */
export function lineEnd(bytes: Uint8Array, from: number, feed: number): number {
  return feed > from && bytes[feed - 1] === CARRIAGE_RETURN ? feed - 1 : feed;
}

/** Whether the bytes are text of one line: no control character but tabs; beyond ASCII all goes. */
export function isText(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if ((byte < 32 && byte !== TAB) || byte === 127) return false;
  }
  return true;
}

/** Whether the bytes are visible characters of ASCII: no blanks. */
export function isVisible(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte <= 32 || byte >= 127) return false;
  }
  return true;
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

function lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}

/** Whether the bytes begin with a word; MORE where they end within it. */
export function beginsWith(bytes: Uint8Array, from: number, to: number, word: string): Verdict {
  for (let i = 0; i < word.length; i++) {
    if (from + i >= to) return MORE;
    if (lower(bytes[from + i] ?? 0) !== word.charCodeAt(i)) return NO;
  }
  return YES;
}

/** What the best of several words says. */
export function beginsWithOne(
  bytes: Uint8Array,
  from: number,
  to: number,
  words: readonly string[],
): Verdict {
  let best: Verdict = NO;
  for (const word of words) {
    const verdict = beginsWith(bytes, from, to, word);
    if (verdict > best) best = verdict;
  }
  return best;
}

/** Whether a word occurs anywhere in the bytes. */
export function holds(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  for (let at = from; at + word.length <= to; at++) {
    if (beginsWith(bytes, at, to, word) === YES) return true;
  }
  return false;
}
