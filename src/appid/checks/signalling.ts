/**
 * This file tells SIP over TCP (RFC 3261 §7, §18.3) and RTSP (RFC 7826 §7, §8; RFC 2326 §6) by the first line
 * of a request or a response.
 */

import { MORE, NO, type Piece, type Verdict, YES } from '../piece.ts';
import { readRequestLine } from '../request-line.ts';
import { beginsWithOne, isDigit } from '../text.ts';

/** What a protocol of this kind writes into its first lines; all but methods in lower case. */
interface Signalling {
  readonly methods: readonly string[];
  readonly targets: readonly string[];
  readonly versions: readonly string[];
}

/** RFC 3261 §7.1 and its extensions: RFC 3262, 3265, 3311, 3428, 3515, 3903, 6086. */
const SIP: Signalling = {
  methods: [
    ...['INVITE', 'ACK', 'BYE', 'CANCEL', 'REGISTER', 'OPTIONS', 'PRACK', 'SUBSCRIBE', 'NOTIFY'],
    ...['PUBLISH', 'INFO', 'REFER', 'MESSAGE', 'UPDATE'],
  ],
  targets: ['sip:', 'sips:', 'tel:', 'urn:'],
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

export function judgeSip(piece: Piece): Verdict {
  return judge(piece, SIP);
}

export function judgeRtsp(piece: Piece): Verdict {
  return judge(piece, RTSP);
}

function judge(piece: Piece, protocol: Signalling): Verdict {
  const { bytes, to } = piece;
  // RFC 3261 §7.5: line ends in front of the first line are to be skipped (a keep-alive, RFC 5626).
  let { from } = piece;
  while (from < to && (bytes[from] === 13 || bytes[from] === 10)) from++;
  if (from === to) return MORE;
  const response = judgeResponse(bytes, from, to, protocol);
  return response === NO ? judgeRequest(bytes, from, to, protocol) : response;
}

/** `SIP/2.0 180 Ringing`. */
function judgeResponse(
  bytes: Uint8Array,
  from: number,
  to: number,
  { versions }: Signalling,
): Verdict {
  const begins = beginsWithOne(bytes, from, to, versions);
  if (begins !== YES) return begins;
  const at = from + (versions[0]?.length ?? 0);
  if (at < to && bytes[at] !== 32) return NO;
  for (let i = 1; i <= 3; i++) {
    if (at + i >= to) return MORE;
    if (!isDigit(bytes[at + i])) return NO;
  }
  return YES;
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
