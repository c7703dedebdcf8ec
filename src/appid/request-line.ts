/**
 * This file reads the first line of a request as HTTP, RTSP and SIP write it: method, target and
 * version with a blank between (RFC 9112 §3, RFC 7826 §7.1, RFC 3261 §7.1).
 */

import { latin1 } from './octets.ts';
import { MORE, NO } from './piece.ts';
import { isText, lineEnd, lineFeed } from './text.ts';

export interface RequestLine {
  readonly method: string;
  /** What there is of it, where the version has not begun. */
  readonly target: string;
  /** null where the line has not ended yet; empty where it has none (RFC 1945 §5, HTTP/0.9). */
  readonly version: string | null;
  /** Behind the line. */
  readonly end: number;
}

const BLANK = 32;
const METHOD_BYTES_MAX = 20;

/** Reads a request line with one of the methods; MORE where no method is complete yet. */
export function readRequestLine(
  bytes: Uint8Array,
  from: number,
  to: number,
  methods: readonly string[],
): RequestLine | typeof MORE | typeof NO {
  const within = bytes.subarray(0, Math.min(to, from + METHOD_BYTES_MAX));
  const blank = within.indexOf(BLANK, from);
  if (blank < 0) {
    const begun = latin1(bytes, from, within.length);
    return methods.some((method) => method.startsWith(begun)) ? MORE : NO;
  }
  const method = latin1(bytes, from, blank);
  if (!methods.includes(method)) return NO;
  const feed = lineFeed(bytes, blank, to);
  const end = feed < 0 ? to : lineEnd(bytes, blank, feed);
  // A CR at the very end belongs to a line feed that is still to come.
  if (!isText(bytes, blank, feed < 0 && bytes[end - 1] === 13 ? end - 1 : end)) return NO;
  const rest = latin1(bytes, blank + 1, end);
  const second = rest.lastIndexOf(' ');
  if (feed < 0) {
    const target = rest.includes(' ') ? rest.slice(0, rest.indexOf(' ')) : rest;
    return { method, target, version: null, end };
  }
  if (second < 0) return { method, target: rest, version: '', end: feed + 1 };
  // A target holds no blank; some clients leave them in.
  return {
    method,
    target: rest.slice(0, second),
    version: rest.slice(second + 1),
    end: feed + 1,
  };
}
