/** This file checks the log of packets: which are in it, and what is said of each. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import type { PacketRow } from '../../src/engine/packet-row.ts';
import { FilterError } from '../../src/errors.ts';
import {
  interfacesNamed,
  type PlayedScript,
  type PlayOptions,
  playBuilt,
  playFrames,
} from '../support/play.ts';
import { buildRandom, randomPackets } from '../support/random-packets.ts';
import { expandScript } from '../support/scenario.ts';

const ZONES = `zones:
  trust: {interfaces: [trust], networks: [10.0.0.0/8]}
  untrust: {interfaces: [untrust], networks: [0.0.0.0/0]}
`;

function play(text: string, options: Partial<PlayOptions> & { yaml?: string } = {}): PlayedScript {
  const { yaml = '', ...rest } = options;
  const zones = /^zones:/m.test(yaml) ? '' : ZONES;
  const config = parseFirewallConfig(`${zones}${yaml}\n`, 'packets.yaml');
  const script = parseScript(expandScript(text));
  return playBuilt(script, buildPackets(script), { config, packets: '', ...rest });
}

/** `#7 s1 c2s ACTIVE>CLOSING drop counter fastpath`. */
function lineOf(row: PacketRow): string {
  const counter = row.counter === null ? '' : ` ${row.counter}`;
  const direction = row.isReply ? 's2c' : 'c2s';
  const states = `${row.stateBefore}>${row.stateAfter}`;
  return `#${row.packet} s${row.serial} ${direction} ${states} ${row.verdict}${counter} ${row.path}`;
}

const linesOf = (played: PlayedScript) =>
  [...played.packets].sort((a, b) => a.packet - b.packet).map(lineOf);

describe('what became of a packet', () => {
  test('of fragments: dropped until their datagram is whole', () => {
    const script = `
0.000 trust 10.0.0.5:4000 > 203.0.113.9:7 udp len=2000 id=7 fragment=0-800
0.010 trust 10.0.0.5:4000 > 203.0.113.9:7 udp len=2000 id=7 fragment=800-1600
0.020 trust 10.0.0.5:4000 > 203.0.113.9:7 udp len=2000 id=7 fragment=1600-2008
1.000 trust 10.0.0.5:4000 > 203.0.113.9:7 udp len=2000 id=8 fragment=0-800
1.010 trust 10.0.0.5:4000 > 203.0.113.9:7 udp len=2000 id=8 fragment=1600-2008
1.020 trust 10.0.0.5:4000 > 203.0.113.9:7 udp len=20
`;
    // CONTRACT, Records: every fragment is a packet; if the datagram does not complete, also dropped.
    const played = play(script);
    expect(linesOf(played)).toEqual([
      '#1 s1 c2s FREE>ACTIVE forward slowpath',
      '#2 s1 c2s ACTIVE>ACTIVE forward fastpath',
      '#3 s1 c2s ACTIVE>ACTIVE forward fastpath',
      '#4 s1 c2s ACTIVE>ACTIVE drop flow_ipfrag_frag_err fastpath',
      '#5 s1 c2s ACTIVE>ACTIVE drop flow_ipfrag_frag_err fastpath',
      '#6 s1 c2s ACTIVE>ACTIVE forward fastpath',
    ]);
    // 800 bytes of UDP with its header, 800 and 408 without, 800 again, 408, 20.
    expect(played.packets.map((row) => row.payloadLength)).toEqual([792, 800, 408, 792, 408, 20]);
  });

  test('of what forwarding drops: no route, another zone, the TTL', () => {
    const yaml = `zones:
  trust: {interfaces: [trust]}
  untrust: {interfaces: [untrust]}
  backup: {interfaces: [backup]}
routes:
  - {destination: 10.0.0.0/8, interface: trust}
  - {destination: 0.0.0.0/0, interface: untrust, until-time: +10}
  - {destination: 0.0.0.0/0, interface: backup, from-time: +20}
`;
    const script = `
0.0 trust 10.0.0.5:4000 > 203.0.113.9:7 udp len=20 ttl=1
1.0 untrust 203.0.113.9:7 > 10.0.0.5:4000 udp len=20 ttl=1
2.0 trust 10.0.0.5:4000 > 203.0.113.9:7 udp len=20
12.0 trust 10.0.0.5:4000 > 203.0.113.9:7 udp len=20
22.0 trust 10.0.0.5:4000 > 203.0.113.9:7 udp len=20
`;
    expect(linesOf(play(script, { yaml }))).toEqual([
      '#1 s1 c2s FREE>ACTIVE drop flow_fwd_l3_ttl_zero slowpath',
      '#2 s1 s2c ACTIVE>ACTIVE drop flow_fwd_l3_ttl_zero fastpath',
      '#3 s1 c2s ACTIVE>ACTIVE forward fastpath',
      '#4 s1 c2s ACTIVE>ACTIVE drop flow_fwd_l3_noroute fastpath',
      '#5 s1 c2s ACTIVE>ACTIVE drop flow_fwd_zonechange fastpath',
    ]);
  });

  test('of a connection from its SYN to its last ACK', () => {
    const script = `
0.000 C S
0.010 S SA
0.020 C A
1.000 C FA
1.010 S FA
1.020 C A
`;
    // CONTRACT: FREE→INIT→OPENING→ACTIVE→CLOSING; the path is the slowpath for the first alone.
    expect(linesOf(play(script))).toEqual([
      '#1 s1 c2s FREE>OPENING forward slowpath',
      '#2 s1 s2c OPENING>OPENING forward fastpath',
      '#3 s1 c2s OPENING>ACTIVE forward fastpath',
      '#4 s1 c2s ACTIVE>CLOSING forward fastpath',
      '#5 s1 s2c CLOSING>CLOSING forward fastpath',
      '#6 s1 c2s CLOSING>CLOSING forward fastpath',
    ]);
  });

  test('a SYN that reuses the five-tuple is of the new session', () => {
    const script = `
0.000 C S isn=1000
0.010 S SA isn=70000
0.020 C A
1.000 C FA
1.100 S FA
3.000 C S isn=900000
`;
    expect(linesOf(play(script)).slice(3)).toEqual([
      '#4 s1 c2s ACTIVE>CLOSING forward fastpath',
      '#5 s1 s2c CLOSING>CLOSING forward fastpath',
      '#6 s2 c2s FREE>OPENING forward slowpath',
    ]);
  });

  test('dropped ones have their counter: another SYN, out of window, no flag', () => {
    const script = `
0.000 C S isn=1000
0.010 S SA isn=70000
0.020 C A
1.000 C S isn=900000
2.000 S A seq=next+70000 len=10
3.000 C -
`;
    expect(linesOf(play(script)).slice(3)).toEqual([
      '#4 s1 c2s ACTIVE>ACTIVE drop replay_syn_diff_drop fastpath',
      '#5 s1 s2c ACTIVE>ACTIVE drop tcp_drop_out_of_wnd fastpath',
      '#6 s1 c2s ACTIVE>ACTIVE drop replay_tcp_zero_flag fastpath',
    ]);
  });

  test('a denied session: its first packet by policy, the others by its state', () => {
    const script = '0 C S\n1 C S\n';
    const yaml = 'rules: [{name: no, from: [trust], action: deny}]';
    expect(linesOf(play(script, { yaml }))).toEqual([
      '#1 s1 c2s FREE>DISCARD drop flow_policy_deny slowpath',
      '#2 s1 c2s DISCARD>DISCARD drop replay_discard_drop fastpath',
    ]);
  });

  test('a reply that would leave by another zone tears its session down, and is the last of it', () => {
    const yaml = `zones:
  trust: {interfaces: [trust], networks: [10.0.0.0/8]}
  dmz: {interfaces: [dmz]}
  untrust: {interfaces: [untrust], networks: [0.0.0.0/0]}
routes:
  - {destination: 10.0.0.0/8, interface: dmz}
  - {destination: 0.0.0.0/0, interface: untrust}
session: {teardown-upon-fwd-zonechange: yes}`;
    const played = play('0 C S\n1 S SA\n', { yaml });
    expect(linesOf(played)).toEqual([
      '#1 s1 c2s FREE>OPENING forward slowpath',
      '#2 s1 s2c OPENING>FREE drop flow_fwd_zonechange fastpath',
    ]);
    expect(played.sessions.map(({ end }) => end?.second)).toEqual([played.packets[1]?.second]);
  });

  test('an egress copy has the direction of its original, and changes nothing', () => {
    const yaml = 'firewall-macs: ["02:aa:00:00:00:01"]';
    const script = `
0.000 C S
0.001 untrust copy 1 smac=02:aa:00:00:00:01
0.010 S SA
0.011 trust copy 3 smac=02:aa:00:00:00:01
`;
    expect(linesOf(play(script, { yaml }))).toEqual([
      '#1 s1 c2s FREE>OPENING forward slowpath',
      '#2 s1 c2s OPENING>OPENING egress-copy null',
      '#3 s1 s2c OPENING>OPENING forward fastpath',
      '#4 s1 s2c OPENING>OPENING egress-copy null',
    ]);
  });

  test('packets that belong to no session are not in it', () => {
    const script = '0 C A\n1 C S\n2 untrust 10.0.0.5:40000 > 203.0.113.9:443 tcp A\n';
    expect(linesOf(play(script))).toEqual(['#2 s1 c2s FREE>OPENING forward slowpath']);
  });

  test('states have the names of the model', () => {
    const yaml = 'session: {state-model: table}';
    expect(linesOf(play('0 C S\n1 S RA\n', { yaml }))).toEqual([
      '#1 s1 c2s FREE>ACTIVE forward slowpath',
      '#2 s1 s2c ACTIVE>ACTIVE forward fastpath',
    ]);
  });
});

describe('which sessions are chosen', () => {
  const script = `
0 C S
1 trust 10.0.0.6:40001 > 203.0.113.9:53 udp len=30
2 untrust 203.0.113.9:53 > 10.0.0.6:40001 udp len=60
3 untrust 203.0.113.7:40002 > 10.0.0.25:25 tcp S
4 trust 10.0.0.25:25 > 203.0.113.7:40002 tcp SA
`;
  const yaml = `rules:
  - {name: dns, service: [udp/53]}
  - {name: "the rest"}`;

  test.each([
    ['', [1, 2, 3]],
    ['session 2 or 3', [2, 3]],
    ['tcp', [1, 3]],
    ['src host 10.0.0.6', [2]],
    // A reply of a chosen session is in the log, though it meets the expression no more.
    ['dst port 53', [2]],
    ['src zone untrust', [3]],
    ['dst zone untrust and not port 53', [1]],
    ['zone trust', [1, 2, 3]],
    ['rule dns', [2]],
    ['rule "the rest" and dst net 10', [3]],
    ['session 9', []],
  ])('%s', (packets, serials) => {
    const played = play(script, { yaml, packets });
    const chosen = [...new Set(played.packets.map(({ serial }) => serial))];
    expect(chosen.sort()).toEqual(serials);
    // All packets of each, whoever sent them.
    const all = [1, 2, 2].filter((_, i) => serials.includes(i + 1)).reduce((a, b) => a + b, 0);
    expect(played.packets.length).toBe(all);
    expect(played.firewall.packetLog?.sessions).toBe(serials.length);
  });

  test.each([
    ['src host 10.0.0.5', 1],
    ['src port 443', 0],
    ['src zone trust and dst zone untrust', 1],
  ])('one that begins with the server (--midstream), by its client: %s', (packets, sessions) => {
    const played = play('0 S PA len=10\n1 C A\n', { packets, midstream: true });
    expect(played.sessions.map((row) => row.source)).toEqual(['10.0.0.5']);
    expect(played.firewall.packetLog?.sessions).toBe(sessions);
    const wanted = [
      '#1 s1 s2c FREE>ACTIVE forward slowpath',
      '#2 s1 c2s ACTIVE>ACTIVE forward fastpath',
    ];
    expect(linesOf(played)).toEqual(sessions === 0 ? [] : wanted);
  });

  test('names that the configuration does not have are an error', () => {
    expect(() => play(script, { packets: 'zone dmz' })).toThrow(FilterError);
  });
});

describe('limits', () => {
  const pings = (count: number, port = 40_000) =>
    Array.from(
      { length: count },
      (_, i) => `${i} trust 10.0.0.5:${port} > 203.0.113.9:53 udp len=9`,
    );

  test.each([
    [200, 5, [1, 2, 3, 4, 5], 0],
    [5, 5, [1, 2, 3, 4, 5], 0],
    [4, 10, [1, 2, 9, 10], 6],
    [5, 10, [1, 2, 3, 9, 10], 5],
    [1, 10, [1], 9],
    [2, 10, [1, 10], 8],
  ])(
    '%d of a session with %d packets: its first and its last',
    (packetsPerSession, count, kept, left) => {
      const played = play(pings(count).join('\n'), { packetsPerSession });
      expect(played.packets.map(({ packet }) => packet)).toEqual(kept);
      expect(played.firewall.packetLog?.store).toMatchObject({ leftOut: left, notHeld: 0 });
      expect(played.firewall.packetLog?.logged).toBe(kept.length);
    },
  );

  test('what all live sessions may have at once: a session then keeps its newest as it can', () => {
    const of = [40_000, 40_001, 40_002].map((port) => pings(6, port));
    const script = of[0]!.flatMap((_, i) => of.map((lines) => lines[i]!)).join('\n');
    const played = play(script, { packetsPerSession: 4, packetsHeldMax: 9 });
    const kept = [1, 2, 3].map((serial) =>
      played.packets.filter((row) => row.serial === serial).map(({ packet }) => packet),
    );
    // Packets 1–9 take all there is: two first and one last of each session, which then moves on.
    expect(kept).toEqual([
      [1, 4, 16],
      [2, 5, 17],
      [3, 6, 18],
    ]);
    expect(played.firewall.packetLog?.store.notHeld).toBe(9);
  });

  test('memory of sessions that ended is used again', () => {
    // A minute apart: every UDP session has ended when the next one comes.
    const script = Array.from({ length: 50 }, (_, i) => [
      `${60 * i} trust 10.0.0.5:${1000 + i} > 203.0.113.9:53 udp len=9`,
      `${60 * i + 1} untrust 203.0.113.9:53 > 10.0.0.5:${1000 + i} udp len=9`,
    ]).flat();
    const played = play(script.join('\n'), { packetsHeldMax: 2 });
    expect(played.packets.map(({ packet }) => packet)).toEqual(script.map((_, i) => i + 1));
    expect(played.firewall.packetLog?.store.notHeld).toBe(0);
  });
});

describe('random packets', () => {
  const INTERFACES = interfacesNamed(['a0', 'b0', 'c0']);
  const configs = [
    '',
    'session: {tcp-reject-non-syn: no}',
    'rules: [{name: no-udp, service: [udp/1], action: deny}, {name: rest}]',
    'timeouts: {tcp: 3, tcp-half-closed: 2, tcp-time-wait: 1, udp: 1, icmp: 1, default: 2}',
  ].map((text) =>
    parseFirewallConfig(
      `zones:
  a: {interfaces: [a0], networks: [10.0.0.0/8, "2001:db8:a::/48"]}
  b: {interfaces: [b0], networks: [192.0.2.0/24, "2001:db8:b::/48"]}
  c: {interfaces: [c0]}
${text}\n`,
      'random.yaml',
    ),
  );

  test('a log changes nothing, and has every packet of every session', () => {
    const check = fc.property(randomPackets, fc.constantFrom(...configs), (packets, config) => {
      const frames = packets.map(buildRandom);
      const plain = playFrames(frames, INTERFACES, { config });
      const logged = playFrames(frames, INTERFACES, { config, packets: '', batchFrames: 5 });
      expect(logged.sessions).toEqual(plain.sessions);
      expect(logged.events).toEqual(plain.events);
      for (const row of logged.sessions) {
        const own = logged.packets.filter(({ serial }) => serial === row.serial);
        const count = (isReply: boolean, isDropped: boolean) =>
          own.filter((p) => p.isReply === isReply && (!isDropped || p.verdict === 'drop')).length;
        expect([count(false, false), count(true, false)]).toEqual([
          row.c2s.packets,
          row.s2c.packets,
        ]);
        expect([count(false, true), count(true, true)]).toEqual([row.c2s.dropped, row.s2c.dropped]);
        expect(own[0]).toMatchObject({ stateBefore: 'FREE', path: 'slowpath' });
        own.slice(1).forEach((p, i) => {
          expect(p.stateBefore).toBe(own[i]?.stateAfter);
          expect(p.path).toBe('fastpath');
        });
        for (const p of own) expect(p.counter === null).toBe(p.verdict === 'forward');
      }
    });
    fc.assert(check, { numRuns: 300, seed: 41 });
  });
});
