/**
 * This file plays floods against ALGs and predicts: control sessions without number, announcements without
 * number, calls without end, fragments of a message. What they make grow is bounded, and time follows the
 * packets. Bounds are wide: two cores may be shared.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ALGS } from '../../src/alg/algs.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { Firewall } from '../../src/engine/firewall.ts';
import { PROTO_TCP, PROTO_UDP } from '../../src/net/protocol.ts';
import { PREDICTS_MAX, PREDICTS_PER_SESSION_MAX } from '../../src/session/predict.ts';
import { type ControlPacket, Feed } from '../support/control-frames.ts';
import { counterOf, interfacesNamed } from '../support/play.ts';
import { sdp, sip } from '../support/sip-text.ts';
import { TEST_ALG } from '../support/test-alg.ts';

const CONFIG = `zones: {trust: {networks: [10.0.0.0/8]}, untrust: {networks: [0.0.0.0/0]}}
custom-applications: {control: {ports: [udp/9000]}}
rules: [{name: out, from: trust, to: untrust}]
`;
const SERVER = 0xcb00_7109;
const CLIENT = 0x0a00_0000;

function firewallOf(more = ''): { firewall: Firewall; feed: Feed } {
  const config = parseFirewallConfig(`${CONFIG}${more}`, 'f.yaml');
  const firewall = new Firewall(config, interfacesNamed(['a0']), {
    ...{ seed: 1, isMerged: false, hasReceiveStage: false, algs: [...ALGS, TEST_ALG] },
  });
  return { firewall, feed: new Feed(firewall) };
}

const text = (lines: string) => Buffer.from(lines, 'latin1');

function datagram(client: number, dport: number, payload: string, sport = 40_000): ControlPacket {
  const ends = { source: CLIENT + client, sport, destination: SERVER, dport };
  return { protocol: PROTO_UDP, ...ends, payload: text(payload) };
}

/** Bytes in use once everything else is collected. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function secondsOf(run: () => void): number {
  const began = process.cpuUsage().user;
  run();
  return (process.cpuUsage().user - began) / 1e6;
}

const INVITE = 'INVITE sip:b@example.com SIP/2.0\r\n';

describe('floods of control channels', () => {
  const timers = `timeouts: {udp: 3600, predict: 3600}\nsession: {app-id: ports}\n`;

  it('a session gets 4,096 predicts, whatever it announces', { timeout: 60_000 }, () => {
    const { firewall, feed } = firewallOf(timers);
    for (let port = 1; port <= 20_000; port++) {
      feed.send(datagram(1, 9000, `PRED rtp-base udp s/*:* c/own:${port} g\n`), port * 1000);
    }
    feed.flush();
    expect(firewall.predictsCreated).toBe(PREDICTS_PER_SESSION_MAX);
    expect(counterOf(firewall, 'replay_predict_limit')).toBe(20_000 - PREDICTS_PER_SESSION_MAX);
    firewall.drain();
  });

  it('the table gets 65,536 predicts from all sessions', { timeout: 60_000 }, () => {
    const { firewall, feed } = firewallOf(timers);
    const lines = Array.from({ length: 20 }, (_, i) => `PRED rtp-base udp s/*:* c/own:${i + 1} g`);
    const payload = `${lines.join('\n')}\n`;
    const before = memoryInUse();
    const seconds = secondsOf(() => {
      for (let n = 0; n < 10_000; n++) feed.send(datagram(n, 9000, payload), n * 1000);
      feed.flush();
    });
    expect(firewall.predictsCreated).toBe(PREDICTS_MAX);
    expect(counterOf(firewall, 'replay_predict_limit')).toBe(200_000 - PREDICTS_MAX);
    // Some 2 KB a predict, and 5 KB a control session.
    expect(memoryInUse() - before).toBeLessThan(300e6);
    expect(seconds).toBeLessThan(20);
    // Every one is there once: the last one that was let in is found, the next is not.
    firewall.drain();
    expect(counterOf(firewall, 'replay_predict_unused')).toBe(PREDICTS_MAX);
  });

  it('what a translated session announced is forgotten once no copy of it can come', {
    timeout: 60_000,
  }, () => {
    const { firewall, feed } = firewallOf(`${timers}nat:
  - {name: snat, from: [trust], to: [untrust], source: [10.0.0.0/24], source-translation: {dynamic-ip-and-port: {translated-address: 203.0.113.5}}}
`);
    const [clients, rounds, ends] = [250, 14, 60];
    const lines = Array.from(
      { length: ends },
      (_, i) => `PRED rtp-base udp s/*:* c/own:${i + 1} g`,
    );
    const send = (round: number) => {
      for (let n = 0; n < clients; n++) {
        feed.send(datagram(n, 9000, `${lines.join('\n')}\n`), (round * clients + n) * 10e6);
      }
      feed.flush();
    };
    send(0);
    const before = memoryInUse();
    for (let round = 1; round < rounds; round++) send(round);
    // The same is announced again and again: what was superseded, 13 times as much, is gone.
    expect(firewall.predictsCreated).toBe(clients * rounds * ends);
    expect(memoryInUse() - before).toBeLessThan(40e6);
    firewall.drain();
  });

  it('calls of many sessions are remembered up to a bound of all', { timeout: 60_000 }, () => {
    const { firewall, feed } = firewallOf(`timeouts: {udp: 3600, predict: 2}\n`);
    const [clients, calls] = [100, 900];
    for (let n = 0; n < clients * calls; n++) {
      const body = sdp('c=IN IP4 10.0.0.1', `m=audio ${2 * (5 + (n % 20_000))} RTP/AVP 0`);
      const invite = sip('INVITE', 1, { callId: `call ${n}`, body });
      feed.send(datagram(n % clients, 5060, invite, 5060), n * 1e6);
    }
    feed.flush();
    // A call, its INVITE, the ports of RTP and RTCP: four of 262,144. No session has 1,024 calls.
    expect(counterOf(firewall, 'replay_alg_kept')).toBe(clients * calls - 262_144 / 4);
    expect(counterOf(firewall, 'replay_alg_calls')).toBe(0);
    expect(firewall.predictsCreated).toBe(2 * clients * calls);
    firewall.drain();
  });

  it('a client of 100,000 INVITEs and no answer', { timeout: 60_000 }, () => {
    const { firewall, feed } = firewallOf(`timeouts: {udp: 3600, predict: 2}\n`);
    const invite = (n: number) => {
      const body = sdp('c=IN IP4 10.0.0.1', `m=audio ${2 * (5 + (n % 20_000))} RTP/AVP 0`);
      return datagram(1, 5060, sip('INVITE', 1, { callId: `call ${n}`, body }), 5060);
    };
    const send = (from: number, to: number) => {
      for (let n = from; n < to; n++) feed.send(invite(n), n * 1e6);
      feed.flush();
    };
    send(0, 10_000);
    const before = memoryInUse();
    const seconds = secondsOf(() => send(10_000, 100_000));
    expect(memoryInUse() - before).toBeLessThan(30e6);
    expect(seconds).toBeLessThan(40);
    // Predicts of RTP and RTCP have a timer of their own, longer than the flood.
    const refused = counterOf(firewall, 'replay_predict_limit');
    expect(firewall.predictsCreated + refused).toBe(200_000);
    expect(firewall.predictsCreated).toBeGreaterThanOrEqual(PREDICTS_PER_SESSION_MAX);
  });

  it('70,000 control sessions of FTP with half a line each', { timeout: 90_000 }, () => {
    const { firewall, feed } = firewallOf('timeouts: {tcp: 3600}\n');
    const before = memoryInUse();
    const seconds = secondsOf(() => {
      for (let n = 0; n < 70_000; n++) {
        const there = { source: CLIENT + n, sport: 40_000, destination: SERVER, dport: 21 };
        const back = { source: SERVER, sport: 21, destination: CLIENT + n, dport: 40_000 };
        const tcp = (ends: typeof there, flags: number, at: number, ack: number, say = '') => {
          const numbers = { flags, sequence: at, acknowledgment: ack, payload: text(say) };
          feed.send({ protocol: PROTO_TCP, ...ends, ...numbers }, n * 1000);
        };
        tcp(there, 0x02, 1, 0);
        tcp(back, 0x12, 1, 2);
        tcp(there, 0x10, 2, 2);
        tcp(back, 0x18, 2, 2, '220 FTP server ready\r\n');
        tcp(there, 0x18, 2, 24, 'USER anonymous\r\n');
        tcp(back, 0x18, 24, 18, '331 password\r\n');
        tcp(there, 0x18, 18, 38, `${'PORT '.padEnd(1000, '1')}`);
      }
      feed.flush();
    });
    expect(firewall.sessionsCreated).toBe(70_000);
    expect(counterOf(firewall, 'replay_alg_sessions_limit')).toBe(70_000 - 65_536);
    // Some kilobytes each.
    expect(memoryInUse() - before).toBeLessThan(500e6);
    expect(seconds).toBeLessThan(60);
    firewall.drain();
  });

  it.each([
    ['an FTP line', 21, `${`NOOP ${'x'.repeat(900)}\r\n`.repeat(33)}USER`],
    [
      'a SIP body',
      5060,
      `${INVITE}c: application/sdp\r\nl: 60000\r\n\r\n${'a=x\r\n'.repeat(6000)}`,
    ],
    ['a SIP head', 5060, `${INVITE}Via: SIP/2.0/TCP a${'b'.repeat(2000)}\r\n`.repeat(15)],
  ])('6,000 sessions with half of %s each', { timeout: 90_000 }, (_, port, said) => {
    const { firewall, feed } = firewallOf('timeouts: {tcp: 3600}\nsession: {app-id: ports}\n');
    const payload = text(said);
    const before = memoryInUse();
    for (let n = 0; n < 6000; n++) {
      const there = { source: CLIENT + n, sport: 40_000, destination: SERVER, dport: port };
      const back = { source: SERVER, sport: port, destination: CLIENT + n, dport: 40_000 };
      const tcp = { protocol: PROTO_TCP, sequence: 2, acknowledgment: 2 };
      feed.send({ ...tcp, ...there, flags: 0x02, sequence: 1, acknowledgment: 0 }, n * 1000);
      feed.send({ ...tcp, ...back, flags: 0x12, sequence: 1 }, n * 1000);
      feed.send({ ...tcp, ...there, flags: 0x18, payload }, n * 1000);
      feed.flush();
    }
    // 30 KB each, kept for all, were 180 MB: sixteen may wait, and a session has some kilobytes.
    expect(memoryInUse() - before).toBeLessThan(100e6);
    const isLong = counterOf(firewall, 'replay_alg_message') > 5000;
    expect(isLong).toBe(port === 5060);
    firewall.drain();
  });

  it.each([
    ['eight bytes', 'abcdefgh'],
    ['none', ''],
  ])('a datagram of 500,000 fragments of %s', { timeout: 60_000 }, (_, bytes) => {
    const { firewall, feed } = firewallOf();
    feed.send(datagram(1, 5060, sip('OPTIONS', 1), 5060), 0);
    const ends = { source: CLIENT + 1, sport: 5060, destination: SERVER, dport: 5060 };
    const first = { protocol: PROTO_UDP, ...ends, id: 7, fragment: 0x2000 };
    feed.send({ ...first, payload: text(sip('INVITE', 2).slice(0, 24)) }, 1000);
    feed.flush();
    const before = memoryInUse();
    for (let n = 0; n < 500_000; n++) {
      const fragment = 0x2000 | (100 + (n % 4));
      feed.send({ ...first, fragment, payload: text(bytes) }, 2000 + n);
    }
    feed.flush();
    expect(memoryInUse() - before).toBeLessThan(20e6);
    firewall.drain();
  });
});
