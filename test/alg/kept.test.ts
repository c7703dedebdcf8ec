/**
 * This file checks what ALGs remember to withdraw: all of it is given back when it is over, and where there
 * is no room for it what is announced is let through all the same, and ends by its timer.
 */

import { describe, expect, it } from 'vitest';
import type { AlgKind } from '../../src/alg/alg.ts';
import { RTSP } from '../../src/alg/rtsp.ts';
import { SIP } from '../../src/alg/sip.ts';
import { AlgLog, algSession } from '../support/alg-log.ts';
import { sdp, sip } from '../support/sip-text.ts';

const BODY = sdp('c=IN IP4 192.0.2.1', 'm=audio 4000 RTP/AVP 0', 'm=video 4002 RTP/AVP 31');
const ANSWER = sdp('c=IN IP4 198.51.100.2', 'm=audio 5000 RTP/AVP 0', 'm=video 5002 RTP/AVP 31');
const TAGS = { toTag: 'b' };

type Turn = readonly [side: 0 | 1, text: string];
const CALL: readonly Turn[] = [
  [0, sip('INVITE', 1, { body: BODY })],
  [1, sip('183 INVITE', 1, { toTag: 'fork', body: ANSWER })],
  [1, sip('200 INVITE', 1, { ...TAGS, body: ANSWER })],
  [0, sip('INVITE', 2, { ...TAGS, body: BODY })],
  [1, sip('488 INVITE', 2, TAGS)],
];
const BYE: Turn = [0, sip('BYE', 3, TAGS)];

const rtsp = (start: string, cseq: number, ...headers: readonly string[]) =>
  [start, `CSeq: ${cseq}`, ...headers, '', ''].join('\r\n');
const UDP = 'RTP/AVP;unicast;client_port=3056-3057';
const STREAM: readonly Turn[] = [
  [0, rtsp('SETUP rtsp://198.51.100.2/a RTSP/1.0', 1, `Transport: ${UDP}`)],
  [1, rtsp('RTSP/1.0 200 OK', 1, 'Session: 1', `Transport: ${UDP};server_port=5000-5001`)],
];
const TEARDOWN: Turn = [0, rtsp('TEARDOWN rtsp://198.51.100.2/a RTSP/1.0', 2, 'Session: 1')];

const CASES: readonly (readonly [string, AlgKind, readonly Turn[], Turn])[] = [
  ['a SIP call', SIP, CALL, BYE],
  ['a stream of RTSP', RTSP, STREAM, TEARDOWN],
];

function play(kind: AlgKind, turns: readonly Turn[], keptMax?: number): AlgLog {
  const protocol = kind === SIP ? 17 : 6;
  const log = new AlgLog(
    kind,
    algSession('192.0.2.1', 5060, '198.51.100.2', 5060, protocol),
    keptMax,
  );
  for (const [side, text] of turns) log.read(side, text);
  return log;
}
const withdrawn = ({ said }: AlgLog) => said.filter((line) => line.includes('withdrawn'));
/** Without the groups' names. */
const announced = ({ said }: AlgLog) =>
  said
    .filter((line) => !line.includes('withdrawn'))
    .map((line) => line.replace(/^.*?: (?=rt)/, ''));

describe.each(CASES)('%s', (_, kind, turns, end) => {
  it('is forgotten when it is over', () => {
    expect(play(kind, turns).kept).toBeGreaterThan(0);
    expect(play(kind, [...turns, end]).kept).toBe(0);
    expect(play(kind, [...turns, end, ...turns, end]).kept).toBe(0);
  });

  it('is announced, and not withdrawn, where there is no room', () => {
    const log = play(kind, [...turns, end], 0);
    expect(withdrawn(log)).toEqual([]);
    expect(announced(log)).toEqual(announced(play(kind, [...turns, end])));
  });

  it.each([1, 2, 3, 4, 5])('with room for %i takes no more, and gives all back', (keptMax) => {
    const log = play(kind, turns, keptMax);
    expect(log.kept).toBeLessThanOrEqual(keptMax);
    log.read(...end);
    expect(log.kept).toBe(0);
  });
});
