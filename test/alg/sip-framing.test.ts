/**
 * This file tests how SIP messages are cut out of streams and datagrams: folded lines, compact names,
 * bodies in parts, bounds, and messages of RFC 4475 that are meant to be hard.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARTS_MAX } from '../../src/alg/descriptions.ts';
import { HEADERS_MAX, LINE_BYTES_MAX } from '../../src/alg/header-lines.ts';
import { CALLS_MAX, ENDS_MAX } from '../../src/alg/sip-calls.ts';
import { CONTACTS_MAX } from '../../src/alg/sip-message.ts';
import { BODY_BYTES_MAX } from '../../src/alg/text-message.ts';
import { inPieces } from '../support/pieces.ts';
import { sdp, sip, sipLog, withoutGroups } from '../support/sip-text.ts';

const TCP = 6;
const UDP = 17;

/** RFC 4475 §3.1.1.1, line ends as the RFC's file has them; its body has 150 bytes. */
const TORTUOUS = [
  'INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0',
  'TO :',
  ' sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n',
  'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
  '  ;',
  '  tag = 98asjd8',
  'MaX-fOrWaRdS: 0068',
  'Call-ID: wsinv.ndaksdj@192.0.2.1',
  'Content-Length   : 150',
  'cseq: 0009',
  '  INVITE',
  'Via  : SIP  /   2.0',
  ' /UDP',
  '    192.0.2.2;branch=390skdjuw',
  's :',
  'NewFangledHeader:   newfangled value',
  ' continued newfangled value',
  'UnknownHeaderWithUnusualValue: ;;,,;;,;',
  'Content-Type: application/sdp',
  'Route:',
  ' <sip:services.example.com;lr;unknownwith=value;unknown-no-value>',
  'v:  SIP  / 2.0  / TCP     spindle.example.com   ;',
  '  branch  =   z9hG4bK9ikj8  ,',
  ' SIP  /    2.0   / UDP  192.168.255.111   ; branch=',
  ' z9hG4bK30239',
  'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =',
  '      newvalue ;',
  '  secondparam ; q = 0.33',
  '',
  'v=0',
  'o=mhandley 29739 7272939 IN IP4 192.0.2.3',
  's=-',
  'c=IN IP4 192.0.2.4',
  't=0 0',
  'm=audio 49217 RTP/AVP 0 12',
  'm=video 3227 RTP/AVP 31',
  'a=rtpmap:31 LPC',
  '',
].join('\r\n');

/** What is opened: application, address and port. */
function opened(said: readonly string[]): string[] {
  return withoutGroups(said).map((line) =>
    line.replace(/^(\S+)\/\d+ .* -> \w+ (\S+) by .*$/, '$1 $2'),
  );
}

function read(text: string | readonly string[], protocol = TCP): string[] {
  const log = sipLog(protocol);
  for (const piece of typeof text === 'string' ? [text] : text) log.read(0, piece);
  return opened(log.said);
}

const one = (port: number, more: Parameters<typeof sip>[2] = {}) =>
  sip('INVITE', 1, { body: sdp('c=IN IP4 192.0.2.101', `m=image ${port} udptl t38`), ...more });
const port = (n: number) => `sip 192.0.2.101:${n}`;

describe('a message', () => {
  it('is read however tortuous (RFC 4475 §3.1.1.1)', () => {
    // The topmost Via has no port: answers go to 5060, where the request came from.
    const ends = ['rtp-base 192.0.2.4:49217', 'rtcp 192.0.2.4:49218'];
    const video = ['rtp-base 192.0.2.4:3227', 'rtcp 192.0.2.4:3228'];
    expect(read(TORTUOUS, UDP)).toEqual([...ends, ...video]);
    expect(read(TORTUOUS, TCP)).toEqual([...ends, ...video]);
  });

  it('ends where its length says, and the datagram’s rest is thrown away (RFC 3261 §18.3)', () => {
    // As RFC 4475 §3.1.1.8 has a REGISTER with an INVITE behind it.
    const first = sip('REGISTER', 8, { callId: 'dblreq.0ha0isndaksdj99sdfafnl3lk233412' });
    expect(read(first + one(49200), UDP)).toEqual([]);
    expect(read(first + one(49200), TCP)).toEqual([port(49200)]);
  });

  it('without a length takes all of the datagram, and no body in a stream (RFC 3261 §20.14)', () => {
    const text = one(4000).replace(/Content-Length: \d+\r\n/, '');
    expect(read(text, UDP)).toEqual([port(4000)]);
    // The lines of the body are passed over.
    expect(read(text + one(4002), TCP)).toEqual([port(4002)]);
  });

  it.each(['-999', '+1', '1x', '', '99999999999'])('has a length that is none: %s', (length) => {
    // RFC 4475 §3.1.2.3 has the first.
    const text = one(4000).replace(/(Content-Length: )\d+/, `$1${length}`);
    expect(read(text, UDP)).toEqual([port(4000)]);
    expect(read(text + one(4002), TCP)).toEqual([port(4002)]);
  });

  it('that is shorter than its length is not described (RFC 3261 §18.3, RFC 4475 §3.1.2.2)', () => {
    const text = one(4000).replace(/(Content-Length: )\d+/, '$19999');
    expect(read(text, UDP)).toEqual([]);
  });

  it('has compact names (RFC 3261 §7.3.3)', () => {
    const text = one(4000)
      .replace('Call-ID:', 'i:')
      .replace('Content-Type: ', 'c:')
      .replace('Content-Length:', 'L :')
      .replace('From:', 'f:')
      .replace('To:', 't:');
    expect(read(text)).toEqual([port(4000)]);
  });

  it('may have line feeds alone', () => {
    const text = one(4000).replaceAll('\r\n', '\n');
    const length = text.length - text.indexOf('\n\n') - 2;
    expect(read(text.replace(/(Content-Length: )\d+/, `$1${length}`))).toEqual([port(4000)]);
  });

  it('stands behind what keeps the path alive', () => {
    expect(read(`\r\n\r\n${one(4000)}\r\n\r\n\r\n${one(4002)}`)).toEqual([port(4000), port(4002)]);
    expect(read(`\r\n\r\n${one(4000)}`, UDP)).toEqual([port(4000)]);
  });

  it.each([
    'INVITE sip:bob@example.com SIP/7.0',
    'INVITE sip:bob@example.com',
    'SIP/2.0 2000 OK',
    'SIP/2.0 99 OK',
    'INVITE',
    ' ',
    '\0\0\0\0',
  ])('does not begin with %j', (line) => {
    const text = one(4000).replace(/^.*/, line);
    expect(read(text, UDP)).toEqual([]);
    expect(read(text + one(4002), TCP)).toEqual([port(4002)]);
  });

  it.each([
    ['Call-ID', /Call-ID: .*\r\n/],
    ['CSeq', /CSeq: .*\r\n/],
  ])('without %s is none', (_, header) => {
    expect(read(one(4000).replace(header, ''))).toEqual([]);
  });

  it('is read on after a gap from the next start line', () => {
    const log = sipLog(TCP);
    log.read(0, one(4000).slice(0, -10));
    log.gap(0);
    log.read(0, `dptl t38\r\n${one(4002)}`);
    // The other side is not touched by it.
    log.read(1, sip('200 INVITE', 1, { body: sdp('c=IN IP4 192.0.2.1', 'm=image 5 udptl t38') }));
    expect(opened(log.said)).toEqual([port(4002), 'sip 192.0.2.1:5']);
  });
});

describe('a body', () => {
  const inner = sdp('c=IN IP4 192.0.2.101', 'm=image 4000 udptl t38');
  const parts = (boundary: string, ...texts: string[]) =>
    [...texts.map((text) => `--${boundary}\r\n${text}\r\n`), `--${boundary}--\r\nepilogue`].join(
      '',
    );
  const sdpPart = `Content-Type: application/sdp\r\nContent-Disposition: session\r\n\r\n${inner}`;
  const isup = 'Content-Type: application/ISUP; version=itu-t92+\r\n\r\n\x01\x11\0--u\r\n\n\xff';

  it.each<[string, string, string, string[]]>([
    ['of one kind', 'application/sdp', inner, [port(4000)]],
    ['with parameters', 'Application/SDP ;charset=utf-8', inner, [port(4000)]],
    ['of another kind', 'application/sdpx', inner, []],
    [
      'in parts (RFC 3372: SIP-T)',
      'multipart/mixed; boundary=u1',
      parts('u1', isup, sdpPart),
      [port(4000)],
    ],
    [
      'in parts, quoted',
      'multipart/mixed;charset=x;boundary="u 1"',
      parts('u 1', sdpPart),
      [port(4000)],
    ],
    [
      'in parts, behind text',
      'multipart/mixed;boundary=u',
      `hi\r\n${parts('u', sdpPart)}`,
      [port(4000)],
    ],
    [
      'in parts within parts',
      'multipart/mixed;boundary=u',
      parts('u', `Content-Type: multipart/alternative;boundary=v\r\n\r\n${parts('v', sdpPart)}`),
      [port(4000)],
    ],
    [
      'in parts, the last without end',
      'multipart/mixed;boundary=u',
      `--u\r\n${sdpPart}`,
      [port(4000)],
    ],
    ['in parts of no kind', 'multipart/mixed;boundary=u', parts('u', `\r\n${inner}`), []],
    ['in parts without mark', 'multipart/mixed', parts('u', sdpPart), []],
    [
      'in more parts than may be',
      'multipart/mixed;boundary=u',
      parts('u', ...Array.from({ length: PARTS_MAX + 1 }, () => 'X: y\r\n')),
      ['exceeded media-lines'],
    ],
  ])('%s', (_, contentType, body, wanted) => {
    expect(read(sip('INVITE', 1, { contentType, body }))).toEqual(wanted);
  });

  it('that is coded is not read', () => {
    expect(read(one(4000, { headers: ['Content-Encoding: gzip'] }))).toEqual([]);
    expect(read(one(4000, { headers: ['e: identity'] }))).toEqual([port(4000)]);
  });
});

describe('a bound', () => {
  it('is that of a line', () => {
    const long = (length: number) => one(4000, { headers: [`Contact: ${'x'.repeat(length)}`] });
    const room = LINE_BYTES_MAX - 'Contact: \r\n'.length;
    expect(read(long(room))).toEqual([port(4000)]);
    expect(read(long(room + 1))).toEqual(['exceeded line', port(4000)]);
    const folded = Array.from({ length: 5 }, () => ` ${'x'.repeat(1000)}`).join('\r\n');
    expect(read(one(4000, { headers: [`m: x\r\n${folded}`] }))).toEqual([
      'exceeded line',
      port(4000),
    ]);
    expect(read(`${'x'.repeat(9999)}\r\n${one(4000)}`)).toEqual(['exceeded line', port(4000)]);
    expect(read('x'.repeat(9999), UDP)).toEqual(['exceeded line']);
  });

  it('is that of headers, beyond which the length is read all the same', () => {
    const many = (count: number) => ({ headers: Array.from({ length: count }, () => 'X: y') });
    // From, To, Call-ID and CSeq stand before them, type and length behind them.
    expect(read(one(4000, many(HEADERS_MAX - 6)))).toEqual([port(4000)]);
    expect(read(one(4000, many(HEADERS_MAX - 5)))).toEqual(['exceeded headers', port(4000)]);
    expect(read(one(4000, many(HEADERS_MAX - 4)) + one(4002))).toEqual([
      'exceeded headers',
      port(4002),
    ]);
  });

  it('is that of a body, which is passed over', () => {
    const body = (length: number) =>
      `${sdp('c=IN IP4 192.0.2.101', 'm=image 4000 udptl t38')}${'x'.repeat(length)}`;
    const room = BODY_BYTES_MAX - body(0).length;
    expect(read(sip('INVITE', 1, { body: body(room) }))).toEqual([port(4000)]);
    expect(read(sip('INVITE', 1, { body: body(room + 1) }) + one(4002))).toEqual([
      'exceeded message',
      port(4002),
    ]);
  });

  it('is that of headers that are kept', () => {
    const headers = Array.from({ length: 20 }, () => `m: ${'x'.repeat(4000)}`);
    // 16 of 4000 characters fit; the type and the length behind them do as well.
    const said = read(one(4000, { headers }));
    expect(said).toEqual([...Array.from({ length: 4 }, () => 'exceeded message'), port(4000)]);
  });

  it('is that of contacts', () => {
    const contact = Array.from({ length: CONTACTS_MAX + 1 }, (_, i) => `<sip:192.0.2.7:${i + 1}>`);
    expect(read(sip('INVITE', 1, { headers: [`m: ${contact.join(',')}`] }))).toHaveLength(
      CONTACTS_MAX,
    );
    expect(read(sip('INVITE', 1, { headers: contact.map((text) => `m: ${text}`) }))).toHaveLength(
      CONTACTS_MAX,
    );
  });

  it('is that of what a call announces', () => {
    const lines = Array.from({ length: 8 }, (_, i) => `m=audio ${4000 + 100 * i}/5 RTP/AVP 0`);
    const said = read(sip('INVITE', 1, { body: sdp('c=IN IP4 192.0.2.101', ...lines) }));
    const exceeded = said.filter((line) => line === 'exceeded predicts');
    expect([said.length - exceeded.length, exceeded.length]).toEqual([ENDS_MAX, 8 * 10 - ENDS_MAX]);
  });

  it('is that of exchanges of a call: the oldest is forgotten, and with it that it was answered', () => {
    const cancelled = (updates: number) => {
      const log = sipLog();
      log.read(0, one(4000));
      log.read(1, sip('200 INVITE', 1, { toTag: 'b' }));
      const body = sdp('c=IN IP4 192.0.2.101', 'm=image 4002 udptl t38');
      for (let i = 2; i < 2 + updates; i++) log.read(0, sip('UPDATE', i, { toTag: 'b', body }));
      log.read(0, sip('CANCEL', 1));
      return log.said.filter((line) => line.includes('withdrawn')).length;
    };
    expect([cancelled(15), cancelled(16)]).toEqual([0, 1]);
  });

  it('is that of calls: the oldest is forgotten', () => {
    const log = sipLog();
    for (let i = 0; i <= CALLS_MAX; i++) log.read(0, one(4000, { callId: `call${i}` }));
    log.read(0, sip('CANCEL', 1, { callId: 'call0' }));
    log.read(0, sip('CANCEL', 1, { callId: 'call1' }));
    expect(log.said.filter((line) => !line.includes('->'))).toEqual([
      'exceeded calls',
      'call1 192.0.2.101:4000/17 withdrawn by CANCEL',
    ]);
  });
});

describe('a stream', () => {
  const messages = [
    TORTUOUS,
    '\r\n\r\n',
    one(4000),
    'junk that is no message\r\n',
    sip('INVITE', 2, {
      contentType: 'multipart/mixed;boundary=u',
      body: `--u\r\nc: application/sdp\r\n\r\n${sdp('c=IN IP4 192.0.2.101', 'm=image 4001 udptl t38')}--u--`,
    }),
    sip('MESSAGE', 3, { contentType: 'text/plain', body: one(4444) }),
    one(4002, { headers: [`m: ${'x'.repeat(5000)}`, 'm: <sip:192.0.2.7>'] }),
    sip('CANCEL', 1),
  ].join('');
  const whole = read(messages);

  it('says what it has to', () => {
    const tortuous = ['rtp-base 192.0.2.4:49217', 'rtcp 192.0.2.4:49218'];
    const video = ['rtp-base 192.0.2.4:3227', 'rtcp 192.0.2.4:3228'];
    // The INVITE with sequence number 1 began the call: with it all fails.
    const ends = ['192.0.2.101:4000', '192.0.2.101:4001', '192.0.2.7:5060', '192.0.2.101:4002'];
    const last = ['exceeded line', 'sip 192.0.2.7:5060', port(4002)];
    expect(whole).toEqual([
      ...[...tortuous, ...video, port(4000), port(4001), ...last],
      ...ends.map((end) => `${end}/17 withdrawn by CANCEL`),
    ]);
  });

  it('says the same byte by byte, and however it is cut', () => {
    expect(read([...messages])).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 300 })), (lengths) => {
        expect(read(inPieces(messages, lengths))).toEqual(whole);
      }),
    );
  });
});
