/** This file writes SIP messages and session descriptions for tests. */

import { SIP } from '../../src/alg/sip.ts';
import { AlgLog, algSession } from './alg-log.ts';

export interface SipText {
  readonly callId?: string;
  readonly from?: string;
  readonly to?: string;
  /** Tag of the answering party; empty before there is one. */
  readonly toTag?: string;
  readonly fromTag?: string;
  /** More header lines. */
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly contentType?: string;
}

/** A description with its lines; `v=` and what follows it are put in front. */
export function sdp(...lines: readonly string[]): string {
  return ['v=0', 'o=- 1 1 IN IP4 192.0.2.9', 's=-', ...lines, ''].join('\r\n');
}

/** A message. `start` is `INVITE`, or `200 INVITE` for an answer; `sequence` its CSeq. */
export function sip(start: string, sequence: number, text: SipText = {}): string {
  const [first = '', second] = start.split(' ');
  const method = second ?? first;
  const line =
    second === undefined ? `${method} sip:bob@example.com SIP/2.0` : `SIP/2.0 ${first} x`;
  const { callId = 'a84b4c76e66710', fromTag = '1928301774', toTag = '', body = '' } = text;
  const { contentType = 'application/sdp' } = text;
  return [
    line,
    `From: "Alice" <sip:alice@example.com>;tag=${fromTag}`,
    `To: Bob <sip:bob@example.com>${toTag === '' ? '' : `;tag=${toTag}`}`,
    `Call-ID: ${callId}`,
    `CSeq: ${sequence} ${method}`,
    ...(text.headers ?? []),
    ...(body === '' ? [] : [`Content-Type: ${contentType}`]),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

/** A session of SIP between 192.0.2.1:5060 and 198.51.100.2:5060. */
export function sipLog(protocol = 17, sport = 5060): AlgLog {
  return new AlgLog(SIP, algSession('192.0.2.1', sport, '198.51.100.2', 5060, protocol));
}

/** What a log has said, without the names of groups. */
export function withoutGroups(said: readonly string[]): string[] {
  return said.map((line) =>
    line.replace(/^.*\/\d+: /, '').replace(/^\S+ (\S+) withdrawn/, '$1 withdrawn'),
  );
}
