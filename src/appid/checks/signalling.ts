/**
 * This file tells SIP (RFC 3261 §7, over TCP §18.3) and RTSP (RFC 7826 §7, §8; RFC 2326 §6) by the first line of
 * a request or a response, in a stream or in a datagram.
 *
 * Methods are told by their case, schemes and versions are not (RFC 3261 §7.1, RFC 3986 §3.1).
 */

import { PROTO_TCP } from '../../net/protocol.ts';
import { u8 } from '../octets.ts';
import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import { readRequestLine } from '../request-line.ts';
import { beginsWithOne, isDigit } from '../text.ts';

/** What a protocol of this kind writes into its first lines; all but methods in lower case. */
interface Signalling {
  readonly methods: readonly string[];
  readonly targets: readonly string[];
  readonly versions: readonly string[];
}

/**
 * RFC 3261 §7.1 and its extensions: RFC 3262, 3265, 3311, 3428, 3515, 3903, 6086. Addresses of presence and
 * of messages are asked for by URIs of their own (RFC 3859, RFC 3860).
 */
const SIP: Signalling = {
  methods: [
    ...['INVITE', 'ACK', 'BYE', 'CANCEL', 'REGISTER', 'OPTIONS', 'PRACK', 'SUBSCRIBE', 'NOTIFY'],
    ...['PUBLISH', 'INFO', 'REFER', 'MESSAGE', 'UPDATE'],
  ],
  targets: ['sip:', 'sips:', 'tel:', 'urn:', 'im:', 'pres:'],
  versions: ['sip/2.0'],
};

/** RFC 7826 §13 and, of RTSP 1.0, RFC 2326 §10; a server may request as well. */
const RTSP: Signalling = {
  methods: [
    ...['OPTIONS', 'DESCRIBE', 'ANNOUNCE', 'SETUP', 'PLAY', 'PAUSE', 'TEARDOWN', 'RECORD'],
    ...['GET_PARAMETER', 'SET_PARAMETER', 'REDIRECT', 'PLAY_NOTIFY'],
  ],
  targets: ['rtsp://', 'rtspu://', 'rtsps://', '*'],
  versions: ['rtsp/1.0', 'rtsp/2.0'],
};

const LF = 10;
const CR = 13;
const BLANK = 32;
/** A first line that does not end within so many bytes is none. */
const LINE_BYTES_MAX = 1024;
/** Status codes begin with 1 to 6 in SIP, to 5 in RTSP (RFC 3261 §7.2, RFC 7826 §8.1.1). */
const CLASS_MIN = 0x31;
const CLASS_MAX = 0x36;

export function judgeSip(piece: Piece): Verdict {
  return judge(piece, SIP);
}

export function judgeRtsp(piece: Piece): Verdict {
  return judge(piece, RTSP);
}

function judge(piece: Piece, protocol: Signalling): Verdict {
  const { bytes, to } = piece;
  const isDatagram = piece.protocol !== PROTO_TCP;
  let { from } = piece;
  while (from < to && isKeepAlive(u8(bytes, from), isDatagram)) from++;
  // Nothing but line ends: what they keep alive is still to come.
  if (from === to) return MORE;
  const limit = Math.min(to, from + LINE_BYTES_MAX);
  const response = judgeResponse(bytes, from, limit, protocol);
  const verdict = response === NO ? judgeRequest(bytes, from, limit, protocol) : response;
  if (verdict !== MORE || limit < to) return verdict === MORE ? NO : verdict;
  // A datagram that is here whole has no more to come.
  return isDatagram && to - piece.from >= piece.length ? NO : MORE;
}

/**
 * Line ends in front of the first line are to be skipped (RFC 3261 §7.5; keep-alives, RFC 5626 §3.5.1). In
 * datagrams devices send blanks or zeros to the same end.
 */
function isKeepAlive(byte: number, isDatagram: boolean): boolean {
  return byte === CR || byte === LF || (isDatagram && (byte === BLANK || byte === 0));
}

/** `SIP/2.0 180 Ringing`; the reason may be empty (RFC 3261 §7.2). */
function judgeResponse(
  bytes: Uint8Array,
  from: number,
  to: number,
  { versions }: Signalling,
): Verdict {
  const begins = beginsWithOne(bytes, from, to, versions);
  if (begins !== YES) return begins;
  const at = from + (versions[0]?.length ?? 0);
  if (at < to && bytes[at] !== BLANK) return NO;
  for (let i = 1; i <= 3; i++) {
    if (at + i >= to) return MORE;
    if (!isDigit(bytes[at + i])) return NO;
  }
  const first = u8(bytes, at + 1);
  if (first < CLASS_MIN || first > CLASS_MAX) return NO;
  if (at + 4 >= to) return MORE;
  return [BLANK, CR, LF].includes(u8(bytes, at + 4)) ? YES : NO;
}

function judgeRequest(
  bytes: Uint8Array,
  from: number,
  to: number,
  { methods, targets, versions }: Signalling,
): Verdict {
  const line = readRequestLine(bytes, from, to, methods);
  if (line === MORE || line === NO) return line;
  const target = beginsWithOne(bytes, line.targetFrom, to, targets);
  if (target !== YES || line.version === null) return target === NO ? NO : MORE;
  return versions.includes(line.version.toLowerCase()) ? YES : NO;
}
