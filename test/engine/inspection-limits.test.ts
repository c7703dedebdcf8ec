/**
 * This file checks what becomes of packets when all sessions together keep more for inspection than they
 * may, and of segments that wait on both sides of one session.
 */

import { expect, it } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';
import { playBuilt } from '../support/play.ts';
import { configOf, expandScript, outcomeOf } from '../support/scenario.ts';

const HANDSHAKE = `
0.000 C S isn=1000
0.010 S SA isn=5000
0.020 C A
`;

function play(script: string, session: string, inspectionBytesMax: number, more = '') {
  const parsed = parseScript(expandScript(script));
  const config = configOf({ config: `session: { app-id: payload${session} }${more}` });
  const options = { config, drain: true, inspectionBytesMax };
  const played = playBuilt(parsed, buildPackets(parsed), options);
  const { sessions, events } = outcomeOf(played);
  const applications = played.sessions.map(({ application }) => application);
  return { sessions, events, applications, counter: played.counter };
}

/** Two sessions; the budget is four bytes: the first one's four are kept, the second one's are not. */
const TWO_UDP = `
0.0 trust 10.0.0.5:40000 > 203.0.113.9:9999 udp data="zzzz"
0.1 trust 10.0.0.5:40001 > 203.0.113.9:9999 udp data="zzzz"
`;

it('datagrams that cannot be kept are forwarded without inspection', () => {
  const { sessions, events, applications, counter } = play(TWO_UDP, '', 4);
  expect(sessions).toEqual(['1 1+0 ACTIVE@0 | aged-out 30', '2 1+0 ACTIVE@0.1 | aged-out 30.1']);
  expect(events).toEqual([
    '0.1 #2 inspection-bypassed s2 content-queue',
    '0.1 #2 appid s2 unknown-udp',
  ]);
  expect(applications).toEqual(['insufficient-data', 'unknown-udp']);
  expect(counter('ctd_exceed_queue_limit')).toBe(1);
});

it('or dropped, without udp-bypass-exceed-queue', () => {
  const { sessions, events, counter } = play(TWO_UDP, ', udp-bypass-exceed-queue: no', 4);
  expect(sessions).toEqual([
    '1 1+0 ACTIVE@0 | aged-out 30',
    '2 1+0(1+0) ACTIVE@0.1 | resources-unavailable 30.1',
  ]);
  expect(events).toEqual(['0.1 #2 drop s2 ctd_exceed_queue_limit_drop']);
  expect(counter('ctd_exceed_queue_limit_drop')).toBe(1);
});

it('what tells its application at once needs no room', () => {
  const dns = '123401000001000000000000076578616d706c6503636f6d0000010001';
  const script = `${TWO_UDP}0.2 trust 10.0.0.5:40002 > 203.0.113.9:53 udp hex=${dns}`;
  const { applications } = play(script, ', udp-bypass-exceed-queue: no', 4);
  expect(applications).toEqual(['insufficient-data', 'insufficient-data', 'dns']);
});

it('TCP goes by tcp-bypass-exceed-queue; what was dropped is inspected when it comes again', () => {
  const script = `
0.000 trust 10.0.0.5:40000 > 203.0.113.9:9999 udp data="zzzz"
1.000 trust 10.0.0.5:40001 > 203.0.113.9:443 tcp S isn=1000
1.010 untrust 203.0.113.9:443 > 10.0.0.5:40001 tcp SA
1.020 trust 10.0.0.5:40001 > 203.0.113.9:443 tcp A
1.030 trust 10.0.0.5:40001 > 203.0.113.9:443 tcp PA seq=1001 data="SSH-"
40.00 trust 10.0.0.5:40001 > 203.0.113.9:443 tcp PA seq=1001 data="SSH-"
40.10 trust 10.0.0.5:40001 > 203.0.113.9:443 tcp PA seq=1005 data="2.0-x\\r\\n"
41.00 untrust 203.0.113.9:443 > 10.0.0.5:40001 tcp FA
41.10 trust 10.0.0.5:40001 > 203.0.113.9:443 tcp FA
`;
  // The datagram's session ends at 30 s, and gives its four bytes back.
  const strict = play(script, ', tcp-bypass-exceed-queue: no', 11);
  expect(strict.events).toEqual(['40.1 #7 appid s2 ssh']);
  const tight = play(script, ', tcp-bypass-exceed-queue: no', 7);
  expect(tight.sessions[1]).toMatch(/^2 6\+2\(\d\+0\) .* \| resources-unavailable 56\.1$/);
  expect(tight.events[0]).toBe('1.03 #5 drop s2 ctd_exceed_queue_limit_drop');
  const open = play(script, '', 7);
  expect(open.events).toEqual([
    '1.03 #5 inspection-bypassed s2 content-queue',
    '1.03 #5 appid s2 unknown-tcp',
  ]);
});

it('segments that wait are bounded in all sessions, too', () => {
  const script = `${HANDSHAKE}
0.030 C PA seq=1005 data="zzzz"
0.040 C PA seq=1011 data="zzzz"
`;
  const { sessions, events } = play(script, '', 6);
  expect(events).toEqual(['0.04 #5 drop s1 tcp_exceed_seg_limit']);
  expect(sessions).toEqual(['1 4+1(1+0) OPENING@0 ACTIVE@0.02 | resources-unavailable 3600.04']);
  expect(play(script, ', bypass-exceed-oo-queue: yes', 6).events).toEqual([
    '0.04 #5 inspection-bypassed s1 tcp-out-of-order-global',
    '0.04 #5 appid s1 unknown-tcp',
  ]);
});

it('the 64 that may wait are of both sides together', () => {
  const early = Array.from({ length: 32 }, (_, i) => {
    const time = (0.1 + i / 1000).toFixed(3);
    const later = (0.2 + i / 1000).toFixed(3);
    return `${time} C PA seq=${1002 + i} ack=5001 data="z"\n${later} S PA seq=${5002 + i} ack=1001 data="z"`;
  });
  const sorted = early.join('\n').split('\n').sort().join('\n');
  const full = `${HANDSHAKE}${sorted}\n0.3 C PA seq=1100 ack=5001 data="z"\n`;
  expect(play(full, '', 1000).events).toEqual(['0.3 #68 drop s1 tcp_exceed_flow_seg_limit']);
});

it('a segment that is dropped for want of room leaves its session what it announced, and its ALG', () => {
  const script = `${HANDSHAKE}
0.100 C PA seq=1001 data="PRED ftp-data tcp s/own:* c/own:5099 a\\n"
0.200 C PA seq=1200 data="zzzzzzzzzzzzzzzzzzzz"
0.300 untrust 203.0.113.9:20 > 10.0.0.5:5099 tcp S
`;
  const more = `
custom-applications:
  control: { signature: { transport: tcp, side: c2s, begins: '"PRED"' } }
  narrow: { parent: control, signature: { transport: tcp, side: c2s, begins: '"PRED narrow"' } }
rules: [{ name: out, from: trust, application: [control, narrow], action: allow }]`;
  expect(play(script, '', 50, more).events).toEqual([
    '0.1 #4 appid s1 control',
    '0.1 #4 predict-installed s1 p1',
    '0.2 #5 drop s1 tcp_exceed_seg_limit',
    '0.3 #6 predict-converted s2 p1',
  ]);
});

it('what a commit denies gives back what was kept of it at once', () => {
  const script = `
0.0 trust 10.0.0.5:40000 > 203.0.113.9:9999 udp data="zzzz"
2.0 trust 10.0.0.5:40001 > 203.0.113.8:9999 udp data="zzzz"
`;
  const parsed = parseScript(script);
  const config = configOf({
    config:
      'session: { app-id: payload }\nconfiguration: [{ at: +1, file: less.yaml, rematch: yes }]',
    files: {
      'less.yaml':
        'session: { app-id: payload }\nrules: [{ name: less, destination: 203.0.113.8, action: allow }]',
    },
  });
  const played = playBuilt(parsed, buildPackets(parsed), { config, inspectionBytesMax: 4 });
  expect(played.sessions.map(({ application }) => application)).toEqual([
    'insufficient-data',
    'insufficient-data',
  ]);
  expect(played.counter('ctd_exceed_queue_limit')).toBe(0);
});

it('a temporary match is over with the commit that denies its session', () => {
  const script = parseScript(
    expandScript(`${HANDSHAKE}0.030 C PA data="GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"\n@end 2`),
  );
  const rules = 'rules: [{ name: ws, application: [websocket], action: allow }]';
  const config = configOf({
    config: `${rules}\nconfiguration: [{ at: +1, file: none.yaml, rematch: yes }]`,
    files: { 'none.yaml': 'rules: [{ name: none, action: deny }]' },
  });
  const { sessions } = playBuilt(script, buildPackets(script), { config });
  expect(sessions[0]?.identification?.implicitUse).toEqual({
    application: 'web-browsing',
    child: 'websocket',
    rule: 'ws',
    isTemporary: false,
  });
});
