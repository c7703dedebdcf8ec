/**
 * This file reads the first line of a request as HTTP, RTSP and SIP write it: method, target and
 * version with a blank between (RFC 9112 §3, RFC 7826 §7.1, RFC 3261 §7.1).
 */

import { latin1, u8 } from './octets.ts';
import { MORE, NO } from './piece.ts';
import { isText, lineEnd, lineFeed } from './text.ts';

export interface RequestLine {
  readonly method: string;
  /** Where the target lies; what there is of it, where the line has not ended yet. */
  readonly targetFrom: number;
  readonly targetTo: number;
  /** null where the line has not ended yet; empty where it has none (RFC 1945 §5, HTTP/0.9). */
  readonly version: string | null;
  /** Behind the line. */
  readonly end: number;
}

const BLANK = 32;
const CR = 13;
const METHOD_BYTES_MAX = 20;

/** Reads a request line with one of the methods; MORE where no method is complete yet. */
export function readRequestLine(
  bytes: Uint8Array,
  from: number,
  to: number,
  methods: readonly string[],
): RequestLine | typeof MORE | typeof NO {
  const limit = Math.min(to, from + METHOD_BYTES_MAX);
  let blank = from;
  // Methods are capitals, with a low line in some.
  while (blank < limit && isCapital(u8(bytes, blank))) blank++;
  if (blank === to) {
    const begun = latin1(bytes, from, blank);
    return methods.some((known) => known.startsWith(begun)) ? MORE : NO;
  }
  const method = u8(bytes, blank) === BLANK ? wordAt(bytes, from, blank, methods) : null;
  if (method === null) return NO;
  const targetFrom = blank + 1;
  const feed = lineFeed(bytes, targetFrom, to);
  const end = feed < 0 ? to : lineEnd(bytes, targetFrom, feed);
  // A CR at the very end belongs to a line feed that is still to come.
  const textEnd = feed < 0 && end > targetFrom && u8(bytes, end - 1) === CR ? end - 1 : end;
  if (!isText(bytes, targetFrom, textEnd)) return NO;
  if (feed < 0) {
    let next = targetFrom;
    while (next < end && bytes[next] !== BLANK) next++;
    return { method, targetFrom, targetTo: next, version: null, end };
  }
  // A target holds no blank; some clients leave them in.
  let last = end - 1;
  while (last >= targetFrom && bytes[last] !== BLANK) last--;
  if (last < targetFrom) return { method, targetFrom, targetTo: end, version: '', end: feed + 1 };
  const version = latin1(bytes, last + 1, Math.min(end, last + 1 + METHOD_BYTES_MAX));
  return { method, targetFrom, targetTo: last, version, end: feed + 1 };
}

/** Which of the words a range holds; null for none. */
function wordAt(
  bytes: Uint8Array,
  from: number,
  to: number,
  words: readonly string[],
): string | null {
  for (const word of words) {
    if (word.length !== to - from) continue;
    let i = 0;
    while (i < word.length && bytes[from + i] === word.charCodeAt(i)) i++;
    if (i === word.length) return word;
  }
  return null;
}

function isCapital(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || byte === 95;
}
