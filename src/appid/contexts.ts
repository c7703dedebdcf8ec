/**
 * This file finds the part of a side's bytes that a context of one's own signatures names
 * (net/signature-contexts.ts): of HTTP/1.x the first request or response, of TLS what is in clear.
 */

import type { ContextName } from '../net/signature-contexts.ts';
import { httpRequestLine } from './checks/http.ts';
import { CLIENT_HELLO, SERVER_HELLO } from './hello.ts';
import { YES } from './piece.ts';
import { beginsWith, lineEnd, lineFeed } from './text.ts';
import { CERTIFICATE, findMessage, handshakeOf } from './tls-records.ts';

/** A part of a payload, of its own bytes where records had to be taken away. */
export interface Part {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** Finds the part in what a side has sent so far; null where it is not there, or not yet. */
export type Locate = (bytes: Uint8Array, from: number, to: number) => Part | null;

const HEADER_LINES_MAX = 100;
const QUESTION_MARK = 0x3f;
const SLASH = 0x2f;

const whole: Locate = (bytes, from, to) => ({ bytes, from, to });

/** By name of the context. */
export const LOCATE: Readonly<Record<ContextName, Locate>> = {
  'http-req-uri-path': (bytes, from, to) => uri(bytes, from, to, true),
  'http-req-params': (bytes, from, to) => uri(bytes, from, to, false),
  'http-req-headers': (bytes, from, to) => {
    const line = httpRequestLine(bytes, from, to);
    return line === null ? null : headers(bytes, line.end, to);
  },
  'http-req-host-header': (bytes, from, to) => requestField(bytes, from, to, 'host:'),
  'http-req-user-agent-header': (bytes, from, to) => requestField(bytes, from, to, 'user-agent:'),
  'http-req-cookie': (bytes, from, to) => requestField(bytes, from, to, 'cookie:'),
  'http-rsp-headers': (bytes, from, to) => {
    if (beginsWith(bytes, from, to, 'http/1.') !== YES) return null;
    const feed = lineFeed(bytes, from, to);
    return feed < 0 ? null : headers(bytes, feed + 1, to);
  },
  'ssl-req-client-hello': (bytes, from, to) => message(bytes, from, to, CLIENT_HELLO),
  'ssl-rsp-server-hello': (bytes, from, to) => message(bytes, from, to, SERVER_HELLO),
  'ssl-rsp-certificate': (bytes, from, to) => message(bytes, from, to, CERTIFICATE),
  'ssh-req-banner': banner,
  'ssh-rsp-banner': banner,
  'unknown-req-tcp-payload': whole,
  'unknown-rsp-tcp-payload': whole,
  'unknown-req-udp-payload': whole,
  'unknown-rsp-udp-payload': whole,
};

/** The path of the target, or the parameters behind its question mark. */
function uri(bytes: Uint8Array, from: number, to: number, isPath: boolean): Part | null {
  const line = httpRequestLine(bytes, from, to);
  if (line === null) return null;
  let begin = line.targetFrom;
  const end = line.targetTo;
  // RFC 9112 §3.2.2: in absolute form the path stands behind scheme and authority.
  const scheme = beginsWith(bytes, begin, end, 'http://') === YES ? 7 : 0;
  if (scheme > 0) begin = indexOf(bytes, begin + scheme, end, SLASH);
  const mark = indexOf(bytes, begin, end, QUESTION_MARK);
  if (isPath) return { bytes, from: begin, to: mark };
  return mark < end ? { bytes, from: mark + 1, to: end } : null;
}

/** Where a byte is, or the end. */
function indexOf(bytes: Uint8Array, from: number, to: number, byte: number): number {
  let at = from;
  while (at < to && bytes[at] !== byte) at++;
  return at;
}

/** The header fields, as far as they are here, without the empty line that ends them. */
function headers(bytes: Uint8Array, from: number, to: number): Part {
  let at = from;
  for (let lines = 0; lines < HEADER_LINES_MAX; lines++) {
    const feed = lineFeed(bytes, at, to);
    if (feed < 0) return { bytes, from, to };
    if (lineEnd(bytes, at, feed) === at) break;
    at = feed + 1;
  }
  return { bytes, from, to: at };
}

/** The value of the first field of a name, given with its colon, in a line that is complete. */
function requestField(bytes: Uint8Array, from: number, to: number, name: string): Part | null {
  const line = httpRequestLine(bytes, from, to);
  if (line === null) return null;
  const block = headers(bytes, line.end, to);
  let at = block.from;
  for (let feed = lineFeed(bytes, at, block.to); feed >= 0; feed = lineFeed(bytes, at, block.to)) {
    if (beginsWith(bytes, at, feed, name) === YES) {
      let begin = at + name.length;
      while (begin < feed && (bytes[begin] === 32 || bytes[begin] === 9)) begin++;
      return { bytes, from: begin, to: lineEnd(bytes, begin, feed) };
    }
    at = feed + 1;
  }
  return null;
}

/** A handshake message in clear, its header included, as far as it is here. */
function message(bytes: Uint8Array, from: number, to: number, type: number): Part | null {
  const { shake } = handshakeOf(bytes, from, to);
  const found = findMessage(shake, type);
  return found === null ? null : { bytes: shake, ...found };
}

/** RFC 4253 §4.2: the identification string. */
function banner(bytes: Uint8Array, from: number, to: number): Part | null {
  if (beginsWith(bytes, from, to, 'ssh-') !== YES) return null;
  const feed = lineFeed(bytes, from, to);
  return feed < 0 ? null : { bytes, from, to: lineEnd(bytes, from, feed) };
}
