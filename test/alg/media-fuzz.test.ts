/**
 * This file feeds mutated messages to the ALGs of SIP and RTSP: nothing may throw, what is asked for
 * makes sense, and time grows with the bytes alone. `SLOWPATH_FUZZ` says how many rounds.
 */

import { describe, expect, it } from 'vitest';
import type { Alg, AlgKind, AlgOutput } from '../../src/alg/alg.ts';
import { ALGS } from '../../src/alg/algs.ts';
import { tsharkControls } from '../support/alg-frames.ts';
import { algSession } from '../support/alg-log.ts';
import { HAS_TSHARK } from '../support/frame-fields.ts';
import { randomFrom } from '../support/random.ts';
import { mutate } from '../support/signature-table.ts';
import { sdp, sip } from '../support/sip-text.ts';
import { HAS_CAPTURES, publicPath } from '../support/truth-files.ts';

const ROUNDS = Number(process.env.SLOWPATH_FUZZ ?? 20_000);

/** As the engine finds them. */
const algOf = (application: string): AlgKind => {
  const kind = ALGS.find((one) => one.application === application);
  if (kind === undefined) throw new Error(`no ALG for ${application}`);
  return kind;
};
const SIP = algOf('sip');
const RTSP = algOf('rtsp');

const MEDIA = [
  'c=IN IP4 192.0.2.101',
  'a=sendrecv',
  'm=audio 49170/2 RTP/AVP 0',
  'a=rtcp:53020 IN IP6 2001:db8::7',
  'a=rtcp-mux',
  'm=image 4000 udptl t38',
  'c=IN IP6 2001:db8::1',
  'm=message 2855 TCP/MSRP *',
  'a=setup:passive',
];
const HEADERS = [
  'Via: SIP/2.0/UDP 192.0.2.1:5080;branch=z9hG4bK1;received=192.0.2.1',
  'v: SIP / 2.0 / TCP [2001:db8::1]:5060 ;\r\n branch = z9hG4bK2',
  'Contact: "A, \\"B\\"" <sip:alice;x=1@192.0.2.9:5070;transport=tcp>;expires=60, sip:192.0.2.8',
  'Expires: 3600',
];
const MULTIPART = [
  '--u',
  'Content-Type: multipart/alternative;boundary=v',
  '',
  '--v',
  `Content-Type: application/sdp\r\n\r\n${sdp(...MEDIA)}`,
  '--v--',
  '--u--',
].join('\r\n');
const TAGGED = { toTag: 'b', headers: HEADERS };

const SIP_EXAMPLES = [
  sip('INVITE', 1, { headers: HEADERS, body: sdp(...MEDIA) }),
  sip('183 INVITE', 1, { ...TAGGED, body: sdp(...MEDIA) }),
  sip('200 INVITE', 1, { ...TAGGED, body: MULTIPART, contentType: 'multipart/mixed;boundary="u"' }),
  sip('PRACK', 2, { ...TAGGED, headers: ['RAck: 1 1 INVITE'], body: sdp(...MEDIA) }),
  sip('UPDATE', 3, { ...TAGGED, body: sdp(...MEDIA) }),
  sip('486 INVITE', 1, TAGGED),
  sip('CANCEL', 1),
  sip('BYE', 4, TAGGED),
  sip('REGISTER', 5, TAGGED),
];

const RTSP_EXAMPLES = [
  'SETUP rtsp://192.0.2.5/a RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP;unicast;client_port=3056-3057, x-real-rdt/udp;client_port=6970\r\n\r\n',
  'RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: 12345678;timeout=60\r\nTransport: RTP/AVP;unicast;destination="192.0.2.7";client_port=3056-3057;server_port=5000-5001\r\n\r\n',
  'RTSP/2.0 200 OK\r\nCSeq: 1\r\nSession: 1\r\nTransport: RTP/AVP;dest_addr="192.0.2.53:4588"/"192.0.2.53:4589";src_addr=":6256"/":6257"\r\n\r\n',
  'RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 5\r\n\r\nv=0\r\n$\0\0\x04abcd$\x01\0\0',
  'TEARDOWN rtsp://192.0.2.5/a RTSP/1.0\r\nCSeq: 3\r\nSession: 12345678\r\n\r\n',
];

/** Datagrams of real calls, where there are captures. */
const REAL =
  HAS_CAPTURES && HAS_TSHARK
    ? ['sngrep__aaa.pcap', 'sngrep__ipv6frag.pcap', 'heplify__sip_tcp_websocket.pcap']
        .flatMap((file) => tsharkControls(publicPath(file)))
        .filter(({ payload }) => payload !== '')
        .map(({ payload }) => Buffer.from(payload, 'hex').toString('latin1'))
    : [];

/** Processor time of this process, milliseconds: others that run do not count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** An output that judges what it is given. */
function judging(seen: Record<string, number>): AlgOutput {
  const count = (what: string) => {
    seen[what] = (seen[what] ?? 0) + 1;
  };
  return {
    predict: ({ application, protocol, from, to, cause, group }) => {
      count('predict');
      const isMeant = ['sip', 'rtsp', 'rtp-base', 'rtcp'].includes(application);
      const isPort = to.port > 0 && to.port <= 0xffff && from.port >= 0 && from.port <= 0xffff;
      const hasSides = from.side !== null && to.side !== null && from.side !== to.side;
      const isWhere = to.address !== null;
      const words = [to.address, from.address].flatMap((a) => (a === 'own' || a === null ? [] : a));
      const areWords = words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32);
      const isShort = cause.length <= 40 && group.length <= 1100;
      const isSane = [
        isMeant,
        isPort,
        hasSides,
        isWhere,
        areWords,
        isShort,
        [6, 17].includes(protocol),
      ];
      if (isSane.includes(false)) expect.fail(`${application} ${cause} ${isSane}`);
    },
    withdraw: () => count('withdraw'),
    blind: () => expect.fail('blind'),
    exceeded: (limit) => count(limit),
    room: () => true,
    keep: () => true,
  };
}

describe.each([
  ['SIP', SIP, SIP_EXAMPLES, 17],
  ['SIP', SIP, SIP_EXAMPLES, 6],
  ...(REAL.length > 0 ? [['SIP of real calls', SIP, REAL, 17] as const] : []),
  ['RTSP', RTSP, RTSP_EXAMPLES, 17],
  ['RTSP', RTSP, RTSP_EXAMPLES, 6],
] as const)('%s', (_, kind, texts, protocol) => {
  it(`by protocol ${protocol} survives whatever comes`, { timeout: 1 << 30 }, () => {
    const next = randomFrom(4_475 + protocol);
    const examples = texts.map((text) => Buffer.from(text, 'latin1'));
    const seen: Record<string, number> = {};
    const session = algSession('192.0.2.1', 5060, '198.51.100.2', 5060, protocol);
    let alg: Alg = kind.begin(session, judging(seen));
    const began = processorTime();
    for (let round = 0; round < ROUNDS; round++) {
      const example = examples[next(examples.length)]!;
      const bytes = next(4) === 0 ? example : mutate(example, next);
      const side = next(2) as 0 | 1;
      if (next(20) === 0) alg.gap(side);
      if (next(500) === 0) alg = kind.begin(session, judging(seen));
      const cut = next(bytes.length + 1);
      alg.read(side, bytes, 0, cut);
      if (protocol === 6) alg.read(side, bytes, cut, bytes.length);
      else alg.read(side, bytes, 0, bytes.length);
    }
    // Some thousand bytes a round.
    expect((processorTime() - began) / ROUNDS).toBeLessThan(1);
    expect(seen.predict).toBeGreaterThan(ROUNDS / 20);
    expect(seen.withdraw).toBeGreaterThan(0);
  });
});

/** Text that could make a reader go over the same bytes again and again. */
const REPEATED: readonly (readonly [string, (n: number) => string])[] = [
  ['blanks behind a semicolon', (n) => `Via: SIP/2.0/UDP a${'; '.repeat(n / 2)}`],
  ['blanks', (n) => `Via: SIP/2.0/UDP${' '.repeat(n)}x`],
  ['quotes', (n) => `m: ${'"<'.repeat(n / 2)}`],
  ['brackets', (n) => `m: ${'<>,'.repeat(n / 3)}`],
  ['at signs', (n) => `m: <sip:${'@'.repeat(n)}`],
  ['colons', (n) => `m: <sip:[${':'.repeat(n)}]>`],
  ['digits', (n) => `CSeq: ${'1'.repeat(n)}`],
  ['tags', (n) => `From: ${';tag'.repeat(n / 4)}`],
  ['folded lines', (n) => `m: x${'\r\n y'.repeat(n / 4)}`],
  ['headers', (n) => 'm: x\r\n'.repeat(n / 6).trimEnd()],
  [
    'dashes of a boundary',
    (n) => `c: multipart/mixed;boundary=${'-'.repeat(70)}\r\nX: ${'-'.repeat(n)}`,
  ],
  ['boundaries', (n) => `c: multipart/mixed${';boundary'.repeat(n / 9)}`],
];
const BODIES: readonly (readonly [string, (n: number) => string])[] = [
  ['dashes', (n) => '-'.repeat(n)],
  ['lines of dashes', (n) => '--\r\n'.repeat(n / 4)],
  ['marks', (n) => '--u\r\n'.repeat(n / 5)],
  ['headers', (n) => `--u\r\n${'c:\r\n'.repeat(n / 4)}`],
  ['multiparts', (n) => '--u\r\nc: multipart/x;boundary=u\r\n\r\n'.repeat(n / 33)],
  ['media lines', (n) => 'm=audio 1/65535 RTP/AVP 0\r\n'.repeat(n / 27)],
  ['blanks', (n) => `m=${' '.repeat(n)}`],
  ['addresses', (n) => 'c=IN IP6 ::\r\n'.repeat(n / 13)],
  ['one address', (n) => `c=IN IP6 ${'1:'.repeat(n / 2)}`],
];

describe('time', () => {
  const seconds = (text: string) => {
    const bytes = Buffer.from(text, 'latin1');
    const alg = SIP.begin(algSession('192.0.2.1', 1, '198.51.100.2', 2), judging({}));
    const began = processorTime();
    for (let i = 0; i < 20; i++) alg.read(0, bytes, 0, bytes.length);
    return (processorTime() - began) / 20 / 1000;
  };

  it.each(REPEATED)('does not explode with %s in a header', (_, repeat) => {
    for (const n of [4000, 60_000]) {
      expect(seconds(sip('INVITE', 1, { headers: [repeat(n)] }))).toBeLessThan(0.02);
    }
  });

  it.each(BODIES)('does not explode with %s in a body', (_, repeat) => {
    for (const contentType of ['application/sdp', 'multipart/mixed;boundary=u']) {
      expect(seconds(sip('INVITE', 1, { contentType, body: repeat(60_000) }))).toBeLessThan(0.02);
    }
  });

  it('does not explode byte by byte', () => {
    const text = sip('INVITE', 1, {
      headers: HEADERS,
      body: `${sdp(...MEDIA)}${'a=x\r\n'.repeat(12_000)}`,
    });
    const bytes = Buffer.from(text, 'latin1');
    const alg = SIP.begin(algSession('192.0.2.1', 1, '198.51.100.2', 2), judging({}));
    const began = processorTime();
    for (let at = 0; at < bytes.length; at++) alg.read(0, bytes, at, at + 1);
    expect(processorTime() - began).toBeLessThan(500);
  });
});
