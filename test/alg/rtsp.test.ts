/**
 * This file tests the ALG of RTSP on conversations. Ports and headers are those of the RFCs' examples;
 * the expected lines follow panos.md §6.2 by hand.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RTSP, SETUPS_MAX } from '../../src/alg/rtsp.ts';
import { AlgLog, algSession } from '../support/alg-log.ts';
import { inPieces } from '../support/pieces.ts';

const URL = 'rtsp://203.0.113.50/twister';

function rtspLog(protocol = 6): AlgLog {
  return new AlgLog(RTSP, algSession('192.0.2.1', 40000, '203.0.113.50', 554, protocol));
}

function message(start: string, cseq: number, ...headers: readonly string[]): string {
  return [start, `CSeq: ${cseq}`, ...headers, '', ''].join('\r\n');
}

const setup = (cseq: number, transport: string, url = `${URL}/audio.en`) =>
  message(`SETUP ${url} RTSP/1.0`, cseq, `Transport: ${transport}`);
const reply = (cseq: number, transport: string, status = '200 OK') =>
  message(`RTSP/1.0 ${status}`, cseq, 'Session: 12345678;timeout=60', `Transport: ${transport}`);
const teardown = (cseq: number, url: string, session = '12345678') =>
  message(`TEARDOWN ${url} RTSP/1.0`, cseq, `Session: ${session}`);

/** What is said of messages, without groups. */
function play(messages: readonly (readonly [side: 0 | 1, text: string])[], log = rtspLog()) {
  return messages.map(([side, text]) => {
    const before = log.said.length;
    log.read(side, text);
    return log.said
      .slice(before)
      .map((line) => line.replace(/^12345678 \S*?:? (?=rtp|rtcp|rtsp)/, ''));
  });
}

/** The streams of RTP both ways, as a pair of ports on either side makes them. */
function streams(client: number, server: number, clientHost = '', serverHost = '') {
  const [c, s] = [`client${clientHost}`, `server${serverHost}`];
  const by = "by server's 200 SETUP";
  return [
    `rtp-base/17 ${s}:${server} -> ${c}:${client} ${by}`,
    `rtp-base/17 ${c}:${client} -> ${s}:${server} ${by}`,
    `rtcp/17 ${s}:${server + 1} -> ${c}:${client + 1} ${by}`,
    `rtcp/17 ${c}:${client + 1} -> ${s}:${server + 1} ${by}`,
  ];
}

describe('a SETUP', () => {
  it.each<[string, string, string, string[]]>([
    [
      'with two pairs of ports (RFC 2326 §14.1)',
      'RTP/AVP/UDP;unicast;client_port=3056-3057',
      'RTP/AVP/UDP;unicast;client_port=3056-3057;server_port=5000-5001',
      streams(3056, 5000),
    ],
    [
      'of several transports: the reply decides (RFC 2326 §12.39)',
      'RTP/AVP;multicast;ttl=127;mode="PLAY", RTP/AVP;unicast;client_port=3456-3457;mode="PLAY"',
      'RTP/AVP;unicast;client_port=3456-3457;server_port=6256-6257;mode="PLAY, RECORD"',
      streams(3456, 6256),
    ],
    [
      'within the connection (RFC 2326 §10.12)',
      'RTP/AVP;unicast;client_port=1-2',
      'RTP/AVP/TCP;interleaved=0-1',
      [],
    ],
    [
      'within the connection, by its channels',
      'RTP/AVP',
      'RTP/AVP;interleaved=0-1;client_port=1-2',
      [],
    ],
    [
      'to a group (RFC 2326 §14.2)',
      'RTP/AVP',
      'RTP/AVP;multicast;destination=224.2.0.1;port=3456-3457;ttl=16',
      [],
    ],
    [
      'to a group that is not called one',
      'RTP/AVP',
      'RTP/AVP;destination=224.2.0.1;client_port=2-3',
      [],
    ],
    [
      'to and from other hosts',
      'RTP/AVP;unicast;client_port=2000-2001',
      'RTP/AVP;unicast;destination=192.0.2.77;source=198.51.100.5;client_port=2000-2001;server_port=3000-3001',
      streams(2000, 3000, ' 192.0.2.77', ' 198.51.100.5'),
    ],
    [
      'from a host by its name',
      'RTP/AVP',
      'RTP/AVP;source=media.example.com;client_port=2000-2001;server_port=3000-3001',
      streams(2000, 3000),
    ],
    [
      'without ports of the server: from any (assumed)',
      'RTP/AVP;client_port=2000-2001',
      'RTP/AVP;unicast;client_port=2000-2001',
      [
        "rtp-base/17 server * -> client:2000 by server's 200 SETUP",
        "rtcp/17 server * -> client:2001 by server's 200 SETUP",
      ],
    ],
    [
      'whose reply does not repeat the client’s ports',
      'RTP/AVP;unicast;client_port=2000-2001',
      'RTP/AVP;unicast;server_port=3000-3001',
      streams(2000, 3000),
    ],
    ['without any ports of the client', 'RTP/AVP', 'RTP/AVP;unicast;server_port=3000-3001', []],
    [
      'of one port: RFC 2326 §12.39 lets it stand alone',
      'RTP/AVP;unicast;client_port=2000',
      'RTP/AVP;unicast;client_port=2000;server_port=3000',
      streams(2000, 3000).slice(0, 2),
    ],
    ['of ports that are none', 'RTP/AVP', 'RTP/AVP;client_port=0-1', []],
    ['of ports too high', 'RTP/AVP', 'RTP/AVP;client_port=65536-65537', []],
    [
      'of RealNetworks',
      'x-real-rdt/mcast;client_port=6970;mode=play,x-real-rdt/udp;client_port=6970;mode=play',
      'x-real-rdt/udp;client_port=6970;server_port=21954;mode=play',
      [
        "rtsp/17 server:21954 -> client:6970 by server's 200 SETUP",
        "rtsp/17 client:6970 -> server:21954 by server's 200 SETUP",
      ],
    ],
    ['of RealNetworks over TCP', 'x-pn-tng/tcp', 'x-pn-tng/tcp;client_port=6970', []],
    [
      'of MPEG-TS',
      'MP2T/H2221/UDP;unicast;client_port=1234',
      'MP2T/H2221/UDP;unicast;client_port=1234',
      ["rtsp/17 server * -> client:1234 by server's 200 SETUP"],
    ],
    [
      'of RTSP 2.0 (RFC 7826 §18.54)',
      'RTP/AVP;unicast;dest_addr=":4588"/":4589"',
      'RTP/AVP;unicast;dest_addr="192.0.2.53:4588"/"192.0.2.53:4589";src_addr="198.51.100.241:6256"/"198.51.100.241:6257"',
      streams(4588, 6256, ' 192.0.2.53', ' 198.51.100.241'),
    ],
    [
      'of RTSP 2.0 with IPv6 and one port for all',
      'RTP/AVP',
      'RTP/AVP;unicast;RTCP-mux;dest_addr=":4588";src_addr="[2001:db8::1]:6256"',
      streams(4588, 6256, '', ' 2001:db8::1').slice(0, 2),
    ],
    ['of nothing', '', '', []],
    ['of something else', 'x', 'x;client_port=1-2', []],
  ])('%s', (_, offer, answer, wanted) => {
    expect(
      play([
        [0, setup(1, offer)],
        [1, reply(1, answer)],
      ]),
    ).toEqual([[], wanted]);
  });

  const ports = 'RTP/AVP;unicast;client_port=3056-3057;server_port=5000-5001';

  it.each(['100 Continue', '301 Moved', '404 Not Found', '461 Unsupported transport', '500 x'])(
    'that is answered %s opens nothing',
    (status) => {
      expect(
        play([
          [0, setup(1, ports)],
          [1, reply(1, ports, status)],
        ]),
      ).toEqual([[], []]);
    },
  );

  it('that was not seen is answered all the same', () => {
    expect(play([[1, reply(7, ports)]])).toEqual([streams(3056, 5000)]);
  });

  it('is told from others by its number', () => {
    const offer = (port: number) => `RTP/AVP;client_port=${port}-${port + 1}`;
    const said = play([
      [0, setup(1, offer(2000)) + setup(2, offer(2002), `${URL}/video`)],
      [1, reply(2, 'RTP/AVP;server_port=3002-3003') + reply(1, 'RTP/AVP;server_port=3000-3001')],
    ]);
    expect(said[1]).toEqual([...streams(2002, 3002), ...streams(2000, 3000)]);
  });

  it('may come by datagrams', () => {
    expect(play([[1, reply(1, ports)]], rtspLog(17))).toEqual([streams(3056, 5000)]);
  });
});

describe('a TEARDOWN', () => {
  const begun = (log: AlgLog) => {
    for (const [i, track] of ['audio.en', 'video'].entries()) {
      log.read(0, setup(i, 'RTP/AVP;client_port=2000-2001', `${URL}/${track}`));
      log.read(1, reply(i, `RTP/AVP;server_port=${3000 + 10 * i}-${3001 + 10 * i}`));
    }
    return log.said.length;
  };

  it.each<[string, string, string, string[]]>([
    ['of all', URL, '12345678', ['audio.en', 'video']],
    ['of one stream', `${URL}/video`, '12345678', ['video']],
    ['of another session', URL, '87654321', []],
  ])('%s', (_, url, session, tracks) => {
    const log = rtspLog();
    const before = begun(log);
    log.read(0, teardown(9, url, session));
    const wanted = tracks.map((track) => `12345678 ${URL}/${track} withdrawn by TEARDOWN`);
    expect(log.said.slice(before)).toEqual(wanted);
  });
});

describe('a connection', () => {
  const ports = 'RTP/AVP;unicast;client_port=3056-3057;server_port=5000-5001';
  const frame = (channel: number, payload: string) =>
    `$${String.fromCharCode(channel, payload.length >> 8, payload.length & 255)}${payload}`;
  const body = `v=0\r\nm=audio 0 RTP/AVP 0\r\n`;
  const described = `RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const stream = [
    described,
    frame(0, 'x'.repeat(700)),
    // What a frame holds is not read.
    frame(1, reply(1, ports)),
    frame(0, ''),
    reply(2, ports),
    '\r\n',
    frame(2, '\n$$\r\n'),
    reply(3, 'RTP/AVP;client_port=10-11;server_port=12-13'),
  ].join('');
  const read = (pieces: readonly string[]) =>
    play(pieces.map((piece) => [1, piece] as const)).flat();

  it('has frames between messages, which are passed over by their length', () => {
    expect(read([stream])).toEqual([...streams(3056, 5000), ...streams(10, 12)]);
  });

  it('says the same however it is cut', () => {
    const whole = read([stream]);
    expect(read([...stream])).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 200 })), (lengths) => {
        expect(read(inPieces(stream, lengths))).toEqual(whole);
      }),
    );
  });

  it('is read on after a gap within a frame', () => {
    const log = rtspLog();
    log.read(1, frame(0, 'x'.repeat(700)).slice(0, 300));
    log.gap(1);
    log.read(1, `$xx\n${'$'.repeat(500)}\r\n${reply(2, ports)}${frame(0, reply(1, ports))}`);
    expect(log.said).toHaveLength(4);
  });

  it('with too many requests that wait forgets the oldest', () => {
    const log = rtspLog();
    for (let i = 0; i <= SETUPS_MAX; i++) log.read(0, setup(i, 'RTP/AVP;client_port=2000-2001'));
    expect(log.said).toEqual(['exceeded calls']);
    for (const i of [0, 1]) log.read(1, reply(i, 'RTP/AVP;server_port=3000-3001'));
    expect(log.said).toHaveLength(1 + 4);
  });
});
