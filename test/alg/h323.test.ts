/**
 * This file tests the ALG of H.323. The messages were laid out by hand as X.691 says of H.225.0's and H.245's
 * ASN.1, and tshark's dissector reads the same out of each; calls of the lab, which the Linux kernel's
 * helper reads as well, are compared with it in `h323-algs.test.ts`.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { H225, H245, H323_CHANNELS_MAX, H323_MESSAGE_BYTES_MAX } from '../../src/alg/h323.ts';
import { AlgLog, algSession } from '../support/alg-log.ts';
import { inPieces } from '../support/pieces.ts';
import { randomFrom } from '../support/random.ts';
import { mutate } from '../support/signature-table.ts';

const PHONE = '10.10.10.5';
const SESSION = algSession(PHONE, 40000, '203.0.113.50', 1720);

const MEDIA = (host: string, port: number) => `rtp-base/17 server any * -> client ${host}:${port}`;
const RTCP = (host: string, port: number) => `rtcp/17 server any * -> client ${host}:${port}`;
const CONTROL = (host: string) => `h.245/6 server * -> client ${host}:5555`;
const BOTH = [MEDIA(PHONE, 6000), RTCP(PHONE, 6001)];

/** OpenLogicalChannel 7, by what it is of. */
// biome-ignore format: a table
const CHANNELS: readonly (readonly [what: string, hex: string, said: readonly string[]])[] = [
  ['G.723.1', '0300001f030000060d0000c00011140001000a0a0a051770000a0a0a051771', BOTH],
  ['a port number of its own', '03000021030000064000633080138011140001000a0a0a051770000a0a0a051771', BOTH],
  ['a data type of nobody’s standard', '030000240300000600032a03040378797a8011140001000a0a0a051770000a0a0a051771', BOTH],
  ['audio of a manufacturer’s', '03000025030000060c10b500534c0378797a8011140001000a0a0a051770000a0a0a051771', BOTH],
  ['H.263', '030000250300000608ccc0140eff006400408011140001000a0a0a051770000a0a0a051771', BOTH],
  ['H.263 with additions', '030000260300000608e802800eff00504001808011140001000a0a0a051770000a0a0a051771', BOTH],
  ['H.264, an addition itself', '03000029030000060a000b00000800088171000100008011140001000a0a0a051770000a0a0a051771', BOTH],
  ['T.120', '030000230300000610183001004002808011140001000a0a0a051770000a0a0a051771', BOTH],
  ['all that may stand before the addresses', '03000027030000060c2013801a7c000100032a030401780101000a0a0a051770000a0a0a051771', BOTH],
  ['media by multicast', '0300001e030000060c2013801114000140ef0101011770000a0a0a051771', []],
  ['IPv6', '03000036030000060c201380291400010820010db800000000000000000000000517700820010db80000000000000000000000051771', [
      MEDIA('2001:db8::5', 6000),
      RTCP('2001:db8::5', 6001),
    ]],
  ['both directions at once', '0300002d034000060c2013800a040001000a0a0a0517714c20138011140001000a0a0a051772000a0a0a051773', [RTCP(PHONE, 6001), MEDIA(PHONE, 6002), RTCP(PHONE, 6003)]],
];
const ACK = '0300001e22a000062000088011140001000a0a0a051770000a0a0a051771';
const REJECT = '030000092300000600';
const CLOSE = '030000090400000600';
const END = '030000064a80';

/** Messages of H.225.0 that have an address of H.245's, or channels, by their names. */
// biome-ignore format: a table
const SIGNALS: readonly (readonly [what: string, hex: string, said: readonly string[]])[] = [
  ['SETUP', '0300005308020001057e004705006f060008914a0004000a0a0a0515b301020045678280b500534c4002286000cb00713206b801400100610062020005000600000102030405060708090a0b0c0d0e0f000000', [`h245: ${CONTROL(PHONE)} by client's SETUP`]],
  ['ALERTING', '0300001e08020001017e0012050340060008914a000402000a0a0a0515b3', [`h245: ${CONTROL(PHONE)} by client's ALERTING`]],
  ['CALL PROCEEDING', '0300001e08020001027e0012050140060008914a000402000a0a0a0515b3', [`h245: ${CONTROL(PHONE)} by client's CALL PROCEEDING`]],
  ['CONNECT, IPv6', '0300003b08020001077e002f050240060008914a00043020010db800000000000000000000000515b30200000102030405060708090a0b0c0d0e0f', [`h245: ${CONTROL('2001:db8::5')} by client's CONNECT`]],
  ['FACILITY', '0300004308020001627e00370506e0060008914a000400c000020706b8014001006100628101000d041100000102030405060708090a0b0c0d0e0f07000a0a0a0515b3', [`h245: ${CONTROL(PHONE)} by client's FACILITY`]],
  ['PROGRESS', '0300003108020001037e00250508002140060008914a000402000a0a0a0515b300000102030405060708090a0b0c0d0e0f', [`h245: ${CONTROL(PHONE)} by client's PROGRESS`]],
  ['SETUP with fast connect', '0300007008020001057e00640500ef060008914a0004000a0a0a0515b301020045678280b500534c4002286000cb00713206b801400100610062020005000600000102030405060708090a0b0c0d0e0f000006021b01190000000c20138011140001000a0a0a051770000a0a0a051771', [`h245: ${CONTROL(PHONE)} by client's SETUP`, ...BOTH.map((end) => `fastStart: ${end} by client's SETUP fastStart`)]],
  ['PROGRESS with fast connect', '0300004508020001037e00390508003504060008914a00040200000102030405060708090a0b0c0d0e0f01190000000c20138011140001000a0a0a051770000a0a0a051771', BOTH.map((end) => `fastStart: ${end} by client's PROGRESS fastStart`)],
  ['INFORMATION that carries H.245', '0300004b080200017b7e003f053480060008914a0004011100000102030405060708090a0b0c0d0e0f40b500534c027a7a04c00180150113030000020c2013800a040001000a0a0a05177b', [`channel 0 3: ${RTCP(PHONE, 6011)} by client's OpenLogicalChannel`]],
];
const RELEASE = '03000016080200015a7e000a050500060008914a0004';

const bytes = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1');

function play(kind: typeof H225, ...turns: readonly (readonly [side: 0 | 1, hex: string])[]) {
  const log = new AlgLog(kind, SESSION);
  for (const [side, hex] of turns) log.read(side, bytes(hex));
  return log.said;
}

const opened = (said: readonly string[]) =>
  said.map((end) => `channel 0 7: ${end} by client's OpenLogicalChannel`);
const OPEN = CHANNELS[0]![1];

describe('a channel', () => {
  it.each(CHANNELS)('of %s', (_, hex, said) => {
    expect(play(H245, [0, hex])).toEqual(opened(said));
  });

  it('is acknowledged by who receives it', () => {
    expect(play(H245, [1, OPEN], [0, ACK])).toEqual([
      ...opened(BOTH).map((line) =>
        line
          .replace('channel 0', 'channel 1')
          .replace('server any *', 'client any *')
          .replace('client 10', 'server 10')
          .replace('client’s', 'server’s')
          .replace("client's", "server's"),
      ),
      ...BOTH.map((end) => `channel 1 7: ${end} by client's OpenLogicalChannelAck`),
    ]);
  });

  it.each([
    ['refused', 1, REJECT, 'channel 0 7 withdrawn by OpenLogicalChannelReject'],
    ['closed by its opener', 0, CLOSE, 'channel 0 7 withdrawn by CloseLogicalChannel'],
    ['gone with its session', 1, END, 'channel 0 7 withdrawn by EndSession'],
  ] as const)('that is %s is withdrawn, once', (_, side, hex, said) => {
    expect(play(H245, [0, OPEN], [side, hex], [side, hex])).toEqual([...opened(BOTH), said]);
  });

  it('that the other side closes under the same number is another one', () => {
    expect(play(H245, [0, OPEN], [1, CLOSE])).toEqual(opened(BOTH));
  });

  it('is forgotten after many others', () => {
    const log = new AlgLog(H245, SESSION);
    const numbered = (i: number) =>
      `${OPEN.slice(0, 12)}${(100 + i).toString(16).padStart(4, '0')}`;
    log.read(0, bytes(OPEN));
    for (let i = 0; i < H323_CHANNELS_MAX; i++) {
      expect(log.said).not.toContain('exceeded calls');
      log.read(0, bytes(numbered(i) + OPEN.slice(16)));
    }
    expect(log.said.slice(-3)).toContain('exceeded calls');
    log.said.length = 0;
    log.read(0, bytes(CLOSE));
    expect(log.said).toEqual([]);
  });
});

describe('call signalling', () => {
  it.each(SIGNALS)('%s', (_, hex, said) => {
    expect(play(H225, [0, hex])).toEqual(said);
  });

  it('that ends the call withdraws what is unused', () => {
    const [, setup] = SIGNALS.find(([what]) => what === 'SETUP with fast connect')!;
    expect(play(H225, [0, setup], [1, RELEASE]).slice(-2)).toEqual([
      'h245 withdrawn by RELEASE COMPLETE',
      'fastStart withdrawn by RELEASE COMPLETE',
    ]);
  });
});

describe('messages', () => {
  it('are the same however the bytes are cut', () => {
    const all = CHANNELS.map(([, hex]) => hex);
    const whole = play(H245, [0, all.join('')]);
    expect(whole).toEqual(CHANNELS.flatMap(([, , said]) => opened(said)));
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 40 })), (lengths) => {
        const log = new AlgLog(H245, SESSION);
        for (const piece of inPieces(bytes(all.join('')), lengths)) log.read(0, piece);
        expect(log.said).toEqual(whole);
      }),
    );
  });

  it('go on behind missing bytes', () => {
    const log = new AlgLog(H245, SESSION);
    log.read(0, bytes(OPEN.slice(0, 20)));
    log.gap(0);
    log.read(0, bytes(OPEN));
    expect(log.said).toEqual(opened(BOTH));
  });

  it('that are longer than is read are counted, and passed over', () => {
    const length = H323_MESSAGE_BYTES_MAX + 1;
    const long = `0300${length.toString(16)}${'00'.repeat(length - 4)}`;
    expect(play(H245, [0, long + OPEN])).toEqual(['exceeded message', ...opened(BOTH)]);
  });
});

it('whatever the bytes, nothing throws', { timeout: 1 << 30 }, () => {
  const next = randomFrom(20_265);
  const examples = [...CHANNELS, ...SIGNALS].map(([, hex]) => Buffer.from(hex, 'hex'));
  const logs = [H225, H245].map((kind) => new AlgLog(kind, SESSION));
  for (let left = Number(process.env.SLOWPATH_FUZZ ?? 20_000) / 10; left > 0; left--) {
    for (const log of logs) {
      log.said.length = 0;
      log.gap(0);
      log.read(0, mutate(examples[next(examples.length)]!, next));
      expect(log.said.length).toBeLessThan(300);
    }
  }
});
