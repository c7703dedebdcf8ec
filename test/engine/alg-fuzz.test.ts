/**
 * This file sends mutated control messages through the whole engine: every ALG, in sessions that begin and
 * end, over NAT, with data flows that try what was announced. Nothing may throw, what is kept stays
 * bounded, and everything is given back at the end. `SLOWPATH_FUZZ` says how many messages.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ALGS } from '../../src/alg/algs.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { Firewall } from '../../src/engine/firewall.ts';
import { PROTO_TCP, PROTO_UDP } from '../../src/net/protocol.ts';
import type { PredictRow } from '../../src/session/predict-row.ts';
import { type ControlPacket, Feed } from '../support/control-frames.ts';
import { interfacesNamed } from '../support/play.ts';
import { randomFrom } from '../support/random.ts';
import { mutate } from '../support/signature-table.ts';
import { sdp, sip } from '../support/sip-text.ts';

const MESSAGES = Number(process.env.SLOWPATH_FUZZ ?? 20_000);
const CLIENT = 0x0a00_0001;
const SERVER = 0xcb00_7109;
/** Behind which clients are seen where there is NAT. */
const POOL = 0xcb00_7105;

const CONFIG = `zones: {trust: {networks: [10.0.0.0/8]}, untrust: {networks: [0.0.0.0/0]}}
rules: [{name: out, from: trust, to: untrust}]
timeouts: {udp: 20, tcp: 40, tcp-handshake: 5, predict: 4}
applications: {rtp-base: {predict-timeout: 5}, rtcp: {predict-timeout: 5}}
`;
const NAT = `nat:
  - name: snat
    from: trust
    to: untrust
    source-translation: {dynamic-ip-and-port: {translated-address: 203.0.113.5}}
`;
const CONFIGS = {
  'applications by payload': CONFIG,
  'with NAT': `${CONFIG}${NAT}`,
  'with NAT and few sessions, by ports': `${CONFIG}${NAT}platform: {sessions: 200}
session: {app-id: ports, nat-oversubscription: '1', pin-ftp-source-port: yes}
`,
};

const OFFER = sdp(
  'c=IN IP4 10.0.0.1',
  'm=audio 5000 RTP/AVP 0',
  'a=rtcp:5003',
  'm=image 5008 udptl t38',
);
const ANSWER = sdp('c=IN IP4 203.0.113.9', 'm=audio 6000 RTP/AVP 0', 'a=rtcp-mux');
const CONTACT = { headers: ['Via: SIP/2.0/UDP 10.0.0.1:5062', 'Contact: <sip:a@10.0.0.1:5064>'] };

/** What a client and a server say, by the port of the server. */
const CONTROL: readonly { protocol: number; port: number; says: readonly [string[], string[]] }[] =
  [
    {
      protocol: PROTO_TCP,
      port: 21,
      says: [
        [
          'PORT 10,0,0,1,19,136\r\n',
          'EPRT |1|10.0.0.1|5001|\r\n',
          'PASV\r\n',
          'EPSV\r\n',
          'USER a\r\n',
        ],
        [
          '220 FTP\r\n',
          '200 OK\r\n',
          '227 (203,0,113,9,23,112)\r\n',
          '229 (|||6001|)\r\n',
          '425 no\r\n',
        ],
      ],
    },
    ...[PROTO_TCP, PROTO_UDP].map((protocol) => ({
      ...{ protocol, port: 5060 },
      says: [
        [
          sip('INVITE', 1, { ...CONTACT, body: OFFER }),
          sip('CANCEL', 1),
          sip('BYE', 2, { toTag: 'b' }),
        ],
        [sip('200 INVITE', 1, { toTag: 'b', body: ANSWER }), sip('486 INVITE', 1, { toTag: 'b' })],
      ] as const,
    })),
    {
      protocol: PROTO_TCP,
      port: 554,
      says: [
        [
          'SETUP rtsp://203.0.113.9/a RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP;unicast;client_port=5000-5001\r\n\r\n',
          'TEARDOWN rtsp://203.0.113.9/a RTSP/1.0\r\nCSeq: 2\r\nSession: 7\r\n\r\n',
        ],
        [
          'RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: 7\r\nTransport: RTP/AVP;unicast;client_port=5000-5001;server_port=6000-6001\r\n\r\n',
        ],
      ],
    },
    {
      protocol: PROTO_UDP,
      port: 69,
      says: [['\0\x01a\0octet\0', '\0\x02a\0octet\0'], ['\0\x05\0\x01no\0']],
    },
  ].map(({ says: [client, server], ...rest }) => ({ ...rest, says: [[...client], [...server]] }));

/** Bytes in use once everything else is collected. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Conversations that come and go, and data flows between them. */
class Talk {
  now = 0;
  private readonly next: (below: number) => number;
  private readonly feed: Feed;
  private readonly outside: number | null;
  /** By conversation: the numbers of the next bytes; those of TCP alone. */
  private readonly numbers = new Map<string, [number, number]>();

  constructor(feed: Feed, seed: number, outside: number | null) {
    this.feed = feed;
    this.next = randomFrom(seed);
    this.outside = outside;
  }

  /** One message of some conversation, and now and then a data flow. */
  step(): void {
    const { next } = this;
    this.now += next(200) === 0 ? 30e9 : next(40e6);
    const { protocol, port, says } = CONTROL[next(CONTROL.length)]!;
    const client = CLIENT + next(4);
    const sport = 40_000 + next(4);
    const side = next(2) as 0 | 1;
    const said = says[side]!;
    const example = Buffer.from(said[next(said.length)]!, 'latin1');
    const payload = next(3) === 0 ? mutate(example, next) : example;
    if (protocol === PROTO_UDP) this.send(side, { protocol, sport, dport: port, payload }, client);
    else this.sayByTcp(side, client, sport, port, payload);
    if (next(3) === 0) this.flow(client);
  }

  private sayByTcp(
    side: 0 | 1,
    client: number,
    sport: number,
    dport: number,
    all: Uint8Array,
  ): void {
    const { next } = this;
    const key = `${client} ${sport} ${dport}`;
    const ends = { protocol: PROTO_TCP, sport, dport };
    let known = this.numbers.get(key);
    if (known === undefined || next(60) === 0) {
      const [c, s] = [next(1 << 30), next(1 << 30)];
      this.send(0, { ...ends, flags: 0x02, sequence: c }, client);
      this.send(1, { ...ends, flags: 0x12, sequence: s, acknowledgment: c + 1 }, client);
      this.send(0, { ...ends, flags: 0x10, sequence: c + 1, acknowledgment: s + 1 }, client);
      known = [c + 1, s + 1];
      this.numbers.set(key, known);
    }
    const cut = next(all.length + 1);
    const first = known[side];
    const pieces = [
      { sequence: first, payload: all.subarray(0, cut) },
      { sequence: first + cut, payload: all.subarray(cut) },
    ];
    // In order, the wrong way round, the first twice, or the first is lost.
    const orders = [[0, 1], [0, 1], [1, 0], [0, 0, 1], [1]];
    for (const index of orders[next(orders.length)]!) {
      const acknowledgment = known[side === 0 ? 1 : 0];
      this.send(side, { ...ends, flags: 0x18, acknowledgment, ...pieces[index]! }, client);
    }
    known[side] += all.length;
  }

  /** Somebody uses what may have been announced. */
  private flow(client: number): void {
    const { next } = this;
    const isIn = next(2) === 0;
    const protocol = next(2) === 0 ? PROTO_TCP : PROTO_UDP;
    const ends = isIn
      ? { sport: next(3) === 0 ? 20 : 7000 + next(4), dport: 5000 + next(12) }
      : { sport: 7000 + next(4), dport: 6000 + next(3) };
    const [sport, dport] = isIn ? [ends.dport, ends.sport] : [ends.sport, ends.dport];
    this.send(
      isIn ? 1 : 0,
      { protocol, sport, dport, flags: 0x02, payload: Buffer.from('data') },
      client,
    );
  }

  /** @param packet with the ports of the client and the server */
  private send(
    side: 0 | 1,
    packet: Pick<ControlPacket, 'protocol' | 'sport' | 'dport'> & Partial<ControlPacket>,
    client: number,
  ): void {
    const { next, outside } = this;
    const seen = outside !== null && next(2) === 0 ? outside : client;
    const ends =
      side === 0
        ? { source: client, destination: SERVER }
        : { source: SERVER, destination: seen, sport: packet.dport, dport: packet.sport };
    this.now += 1000;
    this.feed.send({ ...packet, ...ends }, this.now);
  }
}

describe.each(Object.entries(CONFIGS))('control messages at random, %s', (name, text) => {
  it('leave nothing behind', { timeout: 1 << 30 }, () => {
    const outcomes: Partial<Record<PredictRow['outcome'], number>> = {};
    let rows = 0;
    let children = 0;
    const config = parseFirewallConfig(text, 'f.yaml');
    const firewall = new Firewall(config, interfacesNamed(['a0']), {
      ...{ seed: 1, isMerged: false, hasReceiveStage: false, algs: ALGS },
      onSession: ({ predict }) => {
        if (predict !== null) children++;
      },
      onPredict: ({ outcome, sessions }) => {
        rows++;
        children -= sessions;
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      },
    });
    const feed = new Feed(firewall);
    const talk = new Talk(feed, name.length, text.includes('snat') ? POOL : null);
    let before = 0;
    const began = process.cpuUsage().user;
    for (let message = 0; message < MESSAGES; message++) {
      if (message === MESSAGES >> 1) before = memoryInUse();
      talk.step();
    }
    feed.flush();
    // Some packets each.
    expect((process.cpuUsage().user - began) / 1000 / MESSAGES).toBeLessThan(1);
    expect(memoryInUse() - before).toBeLessThan(40e6);
    firewall.drain();
    expect(rows).toBe(firewall.predictsCreated);
    expect(children).toBe(0);
    expect(firewall.table.live).toBe(0);
    for (const { inUse } of firewall.natPools) expect(inUse).toBe(0);
    for (const outcome of ['converted', 'expired', 'withdrawn', 'superseded'] as const) {
      expect([outcome, (outcomes[outcome] ?? 0) > MESSAGES / 2000]).toEqual([outcome, true]);
    }
  });
});
