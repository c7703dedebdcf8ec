/** This file plays packets inside tunnels: which session carries which, and what is not looked into. */

import { describe, expect, it } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { TUNNEL_DEPTH_MAX } from '../../src/engine/tunnels.ts';
import { TUNNEL_KINDS } from '../../src/wire/tunnel.ts';
import { interfacesNamed, type PlayFrame, playFrames } from '../support/play.ts';

const BY_INTERFACE = `zones:
  a: {interfaces: [a]}
  b: {interfaces: [b]}`;
const BY_NETWORK = `zones:
  inside: {networks: [10.0.0.0/8]}
  outside: {networks: [0.0.0.0/0]}`;
const ETHERNET = 14;
const IPIP = 4;

const config = (text: string): FirewallConfig => parseFirewallConfig(`${text}\n`, 'tunnels.yaml');

/** The script's frames, each IP packet `depth` times inside IP-in-IP from 192.0.2.1 to 192.0.2.2. */
function inIpip(script: string, depth = 1): PlayFrame[] {
  return buildPackets(parseScript(script)).map((frame) => {
    let packet: Uint8Array = frame.bytes.slice(ETHERNET);
    for (let i = 0; i < depth; i++) packet = wrap(packet);
    const bytes = new Uint8Array(ETHERNET + packet.length);
    bytes.set(frame.bytes.subarray(0, ETHERNET));
    bytes.set(packet, ETHERNET);
    return { ...frame, bytes, originalLength: bytes.length };
  });
}

/** RFC 2003: an IPv4 header in front of the packet. */
function wrap(packet: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(20 + packet.length);
  bytes.set([0x45, 0, (bytes.length >> 8) & 255, bytes.length & 255, 0, 1, 0, 0, 64, IPIP]);
  bytes.set([192, 0, 2, 1, 192, 0, 2, 2], 12);
  bytes.set(packet, 20);
  return bytes;
}

function play(frames: readonly PlayFrame[], text = BY_INTERFACE) {
  const played = playFrames(frames, interfacesNamed(['a', 'b']), {
    config: config(text),
    decapsulate: TUNNEL_KINDS,
  });
  const told = played.sessions.map((row) => ({
    serial: row.serial,
    protocol: row.protocol,
    zone: row.sourceZone,
    packets: row.c2s.packets + row.s2c.packets,
    tunnel: row.tunnel,
  }));
  return { told, played };
}

const TWO = `@interface a
@interface b
0 a 10.0.0.5:4000 > 203.0.113.9:7 udp len=20
1 a 10.0.0.5:4000 > 203.0.113.9:7 udp len=20`;

describe('packets inside tunnels', () => {
  it('make sessions of their own, which name the one that carries them', () => {
    const { told, played } = play(inIpip(TWO));
    expect(told).toEqual([
      { serial: 1, protocol: IPIP, zone: 'a', packets: 2, tunnel: null },
      { serial: 2, protocol: 17, zone: 'a', packets: 2, tunnel: 1 },
    ]);
    expect(played.counter('pkt_recv')).toBe(2);
    expect(played.counter('replay_inner')).toBe(2);
    expect(played.counter('replay_inner_in_session')).toBe(2);
    // The inner IP packet: 20 + 8 + 20 bytes.
    expect(played.sessions[1]!.c2s.ipBytes).toBe(96);
  });

  it('have a TTL that does not matter: the packet around them is forwarded', () => {
    const frames = inIpip(TWO.replaceAll('udp', 'udp ttl=1'));
    const text = `${BY_INTERFACE}\nroutes: [{destination: 0.0.0.0/0, interface: b}]`;
    const { told, played } = play(frames, text);
    expect(told.map(({ packets }) => packets)).toEqual([2, 2]);
    expect(played.counter('flow_fwd_l3_ttl_zero')).toBe(0);
  });

  it('are left alone without the option', () => {
    const played = playFrames(inIpip(TWO), interfacesNamed(['a', 'b']), {
      config: config(BY_INTERFACE),
    });
    expect(played.sessions.map((row) => row.protocol)).toEqual([IPIP]);
  });

  it('come from the zone of their own source where addresses tell zones', () => {
    expect(play(inIpip(TWO), BY_NETWORK).told.map(({ zone }) => zone)).toEqual([
      'outside',
      'inside',
    ]);
  });

  it('of a denied session are not looked at', () => {
    const rules = `${BY_INTERFACE}\nrules: [{name: no, action: deny}]`;
    const { told, played } = play(inIpip(TWO), rules);
    expect(told.map(({ protocol }) => protocol)).toEqual([IPIP]);
    expect(played.counter('replay_inner')).toBe(0);
  });

  it('are followed to a depth', () => {
    // Every level has the same outer addresses, so the tunnels are one session.
    const deepest = play(inIpip(TWO, TUNNEL_DEPTH_MAX));
    expect(deepest.told.map(({ protocol }) => protocol)).toEqual([IPIP, 17]);
    expect(deepest.played.counter('replay_tunnel_depth')).toBe(0);
    const deeper = play(inIpip(TWO, TUNNEL_DEPTH_MAX + 1));
    expect(deeper.told.map(({ protocol }) => protocol)).toEqual([IPIP]);
    expect(deeper.played.counter('replay_tunnel_depth')).toBe(2);
  });

  it('a SYN inside is judged like any other, and ends as one', () => {
    const { told, played } = play(
      inIpip(`@interface a
@interface b
0 a 10.0.0.5:4000 > 203.0.113.9:80 tcp S
9 a 10.0.0.5:4000 > 203.0.113.9:80 tcp A`),
    );
    expect(told.map(({ packets }) => packets)).toEqual([2, 1]);
    expect(played.sessions[1]!.endReason).toBe('aged-out');
    expect(played.counter('flow_tcp_non_syn_drop')).toBe(1);
    expect(played.counter('replay_inner_in_session')).toBe(1);
  });

  it('in a fragmented packet are judged when it is whole, and not at all if it never is', () => {
    const payload = Buffer.from(wrapped(200)).toString('hex');
    const lines = (id: number, second: number, parts: readonly string[]) =>
      parts.map(
        (part, i) =>
          `${second + i} a 192.0.2.1 > 192.0.2.2 proto=4 hex=${payload} id=${id} fragment=${part}`,
      );
    const script = [
      '@interface a',
      '@interface b',
      ...lines(1, 0, ['0-120', '120-228']),
      ...lines(2, 5, ['120-228', '0-120']),
      ...lines(3, 8, ['0-120']),
    ].join('\n');
    const { told, played } = play(buildPackets(parseScript(script)));
    expect(told).toEqual([
      { serial: 1, protocol: IPIP, zone: 'a', packets: 5, tunnel: null },
      { serial: 2, protocol: 17, zone: 'a', packets: 2, tunnel: 1 },
    ]);
    const [carrier, inner] = played.sessions;
    expect(carrier!.c2s.dropped).toBe(1);
    // With the fragment that completes each datagram: the second at 1 s, the fourth at 6 s.
    expect(inner!.startPacket).toBe(2);
    expect(inner!.elapsedNs).toBe(5e9);
    expect(inner!.c2s.ipBytes).toBe(2 * 228);
  });
});

/** An IP packet with UDP and `length` bytes of payload. */
function wrapped(length: number): Uint8Array {
  const script = `0 a 10.0.0.5:4000 > 203.0.113.9:7 udp len=${length}`;
  return buildPackets(parseScript(script))[0]!.bytes.slice(ETHERNET);
}
