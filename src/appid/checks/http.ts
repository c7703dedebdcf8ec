/**
 * This file tells HTTP/1.x by its first lines (RFC 9112), and apart from it what the vendor names
 * otherwise: requests to a proxy, and the change to the WebSocket protocol (RFC 6455 §4) or to HTTP/2
 * in clear (RFC 7540 §3.2). A client may ask for h2c of any server, so only the server's answer tells it.
 */

import { latin1, u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import { type RequestLine, readRequestLine } from '../request-line.ts';
import { beginsWith, beginsWithOne, isDigit, isText, lineEnd, lineFeed } from '../text.ts';

/** RFC 9110 §9, PATCH (RFC 5789), WebDAV and its kin (RFC 4918, 3253, 5323, 4791), UPnP's. */
const METHODS: readonly string[] = [
  ...['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'],
  ...['PROPFIND', 'PROPPATCH', 'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK', 'ACL', 'SEARCH'],
  ...['REPORT', 'MKACTIVITY', 'CHECKOUT', 'MERGE', 'MKCALENDAR', 'BIND', 'UNBIND', 'PURGE'],
  ...['NOTIFY', 'SUBSCRIBE', 'UNSUBSCRIBE', 'BPROPFIND', 'BPROPPATCH', 'POLL', 'RPC_IN_DATA'],
  'RPC_OUT_DATA',
];

/** A path of so many bytes says enough: the version may lie behind all that App-ID looks at. */
const LONG_PATH_BYTES = 1000;
const HEADER_LINES_MAX = 100;
const SWITCHING_PROTOCOLS = 101;
const SLASH = 0x2f;
const SCHEMES = ['http://', 'https://', 'ftp://'];

type HttpApplication = 'web-browsing' | 'http-proxy' | 'websocket' | 'http2';

/** What the head of a message says; null for what it does not. */
export interface HttpHead {
  /** Of a request. */
  readonly method: string | null;
  readonly target: string | null;
  /** Of a response. */
  readonly status: number | null;
  readonly host: string | null;
  /** `Upgrade`, in lower case. */
  readonly upgrade: string | null;
  /** The header fields have ended. */
  readonly isWhole: boolean;
}

/** What the bytes so far are; `mayChange` where an Upgrade may follow among the headers. */
interface Told {
  readonly application: HttpApplication;
  readonly mayChange: boolean;
}

/** Tells requests (c2s) and responses (s2c) of one of the applications. */
export function httpCheck(application: HttpApplication): (piece: Piece) => Verdict {
  return (piece) => {
    const told = piece.side === 0 ? judgeRequest(piece) : judgeResponse(piece);
    if (told === MORE || told === NO) return told;
    if (told.application === application) return YES;
    const isChange = application === 'websocket' || application === 'http2';
    return isChange && told.mayChange ? MORE : NO;
  };
}

/** Reads the first line of a request of HTTP/1.x as far as it is there; null for none. */
export function httpRequestLine(bytes: Uint8Array, from: number, to: number): RequestLine | null {
  const line = readRequestLine(bytes, from, to, METHODS);
  if (line === MORE || line === NO) return null;
  return line.version === null || isVersion(line.version) ? line : null;
}

/** Reads the head of a request or a response as far as it is there; null for neither. */
export function parseHttpHead(bytes: Uint8Array, from: number, to: number): HttpHead | null {
  if (beginsWith(bytes, from, to, 'http/1.') === YES) {
    const feed = lineFeed(bytes, from, to);
    const status = readStatus(bytes, from, to);
    if (status === null) return null;
    const { host, upgrade, isOpen } = readHeaders(bytes, feed < 0 ? to : feed + 1, to, true);
    return { method: null, target: null, status, host, upgrade, isWhole: !isOpen };
  }
  const line = readRequestLine(bytes, from, to, METHODS);
  if (line === MORE || line === NO) return null;
  if (line.version !== null && !isVersion(line.version) && !isSimple(line, bytes)) return null;
  const target = latin1(bytes, line.targetFrom, line.targetTo);
  const { host, upgrade, isOpen } = readHeaders(bytes, line.end, to, true);
  return { method: line.method, target, status: null, host, upgrade, isWhole: !isOpen };
}

function judgeRequest({ bytes, from, to }: Piece): Told | typeof MORE | typeof NO {
  const line = readRequestLine(bytes, from, to, METHODS);
  if (line === MORE || line === NO) return line;
  if (line.version === null) {
    const isLong = line.targetTo - line.targetFrom >= LONG_PATH_BYTES;
    return isLong && isPath(line, bytes) ? { application: 'web-browsing', mayChange: true } : MORE;
  }
  if (isSimple(line, bytes)) return { application: 'web-browsing', mayChange: false };
  if (!isVersion(line.version)) return NO;
  if (isForProxy(line, bytes)) return { application: 'http-proxy', mayChange: false };
  return tellByHeaders(bytes, line.end, to, false);
}

function judgeResponse({ bytes, from, to }: Piece): Told | typeof MORE | typeof NO {
  const begins = beginsWith(bytes, from, to, 'http/1.');
  if (begins !== YES) return begins;
  // `HTTP/1.1 200` and a blank or the line's end: 13 bytes.
  if (to - from < 13) return MORE;
  const status = readStatus(bytes, from, to);
  if (status === null) return NO;
  if (status !== SWITCHING_PROTOCOLS) return { application: 'web-browsing', mayChange: false };
  const feed = lineFeed(bytes, from, to);
  return tellByHeaders(bytes, feed < 0 ? to : feed + 1, to, true);
}

function tellByHeaders(bytes: Uint8Array, from: number, to: number, isAnswer: boolean): Told {
  const { upgrade, isOpen } = readHeaders(bytes, from, to, false);
  if (upgrade === 'websocket') return { application: 'websocket', mayChange: false };
  if (upgrade === 'h2c' && isAnswer) return { application: 'http2', mayChange: false };
  return { application: 'web-browsing', mayChange: upgrade === null && isOpen };
}

function isPath({ targetFrom }: RequestLine, bytes: Uint8Array): boolean {
  return u8(bytes, targetFrom) === SLASH;
}

/** RFC 9112 §3.2.2, §3.2.3: targets in authority and in absolute form are for proxies. */
function isForProxy({ method, targetFrom, targetTo }: RequestLine, bytes: Uint8Array): boolean {
  return method === 'CONNECT' || beginsWithOne(bytes, targetFrom, targetTo, SCHEMES) === YES;
}

/** RFC 1945 §5: a request of HTTP/0.9, `GET /` and nothing more. */
function isSimple(line: RequestLine, bytes: Uint8Array): boolean {
  return line.version === '' && line.method === 'GET' && isPath(line, bytes);
}

function isVersion(version: string): boolean {
  return version === 'HTTP/1.1' || version === 'HTTP/1.0';
}

/** RFC 9112 §4: `HTTP/1.1 200 OK`. */
function readStatus(bytes: Uint8Array, from: number, to: number): number | null {
  const at = from + 'HTTP/1.'.length;
  const next = bytes[at + 5];
  if (at + 6 > to || !isDigit(bytes[at]) || bytes[at + 1] !== 32) return null;
  if (next !== 32 && next !== 13 && next !== 10) return null;
  let status = 0;
  for (let i = at + 2; i < at + 5; i++) {
    if (!isDigit(bytes[i])) return null;
    status = 10 * status + u8(bytes, i) - 48;
  }
  return status >= 100 && status < 600 ? status : null;
}

/** The header fields that matter, of the lines that are complete; `isOpen` where more may follow. */
interface Headers {
  readonly host: string | null;
  readonly upgrade: string | null;
  readonly isOpen: boolean;
}

/** @param asksHost whether somebody wants it */
function readHeaders(bytes: Uint8Array, from: number, to: number, asksHost: boolean): Headers {
  let host: string | null = null;
  let upgrade: string | null = null;
  let at = from;
  for (let lines = 0; lines < HEADER_LINES_MAX; lines++) {
    const feed = lineFeed(bytes, at, to);
    if (feed < 0) return { host, upgrade, isOpen: true };
    const end = lineEnd(bytes, at, feed);
    if (end === at) break;
    if (asksHost) host ??= fieldOf(bytes, at, end, 'host:');
    upgrade ??= fieldOf(bytes, at, end, 'upgrade:')?.toLowerCase() ?? null;
    at = feed + 1;
  }
  return { host, upgrade, isOpen: false };
}

function fieldOf(bytes: Uint8Array, at: number, end: number, name: string): string | null {
  if (beginsWith(bytes, at, end, name) !== YES) return null;
  return isText(bytes, at, end) ? latin1(bytes, at + name.length, end).trim() : null;
}
