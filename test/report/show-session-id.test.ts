/** This file checks `show session id` against the texts of panos.md §4.1. */

import { describe, expect, test } from 'vitest';
import { showSessionId } from '../../src/report/show-session-id.ts';
import { finishedPing, identifiedBy, rowOf, untold } from './rows.ts';

/** panos.md §4.1, its NAT taken out: the address of the s2c flow is the client's own. */
const PING = `Session              25

        c2s flow:
                source:      192.168.1.20 [Inside]
                dst:         1.1.1.1
                proto:       1
                sport:       1               dport:      31
                state:       INIT            type:       FLOW
                src user:    unknown
                dst user:    unknown

        s2c flow:
                source:      1.1.1.1 [Outside]
                dst:         192.168.1.20
                proto:       1
                sport:       31              dport:      1
                state:       INIT            type:       FLOW
                src user:    unknown
                dst user:    unknown

        start time                           : Sat May  6 09:58:41 2023
        timeout                              : 6 sec
        total byte count(c2s)                : 74
        total byte count(s2c)                : 0
        layer7 packet count(c2s)             : 1
        layer7 packet count(s2c)             : 0
        vsys                                 : vsys1
        application                          : ping
        rule                                 : Allow ping
        service timeout override(index)      : False
        session to be logged at end          : True
        session in session ager              : False
        session updated by HA peer           : False
        layer7 processing                    : enabled
        URL filtering enabled                : False
        session via syn-cookies              : False
        session terminated on host           : False
        session traverses tunnel             : False
        session terminate tunnel             : False
        captive portal session               : False
        ingress interface                    : ethernet1/1
        egress interface                     : ethernet1/3
        session QoS rule                     : N/A (class 4)
        tracker stage firewall               : Aged out
        end-reason                           : aged-out
`;

const linesOf = (row: Parameters<typeof showSessionId>[0]) => showSessionId(row).split('\n');

/** The value of a detail row; undefined where there is no such row. */
function detail(lines: readonly string[], label: string): string | undefined {
  return lines.find((line) => line.startsWith(`        ${label} `))?.slice(47);
}

test('a finished session is the text of the vendor', () => {
  expect(showSessionId(finishedPing())).toBe(PING);
});

test('values stand at their measured columns', () => {
  const lines = linesOf(finishedPing());
  expect(lines[0]).toHaveLength(23);
  expect(lines[2]?.search(/\S/)).toBe(8);
  expect(lines[3]?.search(/\S/)).toBe(16);
  expect(lines[3]?.indexOf('192.168.1.20')).toBe(29);
  expect(lines[6]?.indexOf('dport:')).toBe(45);
  expect(lines[6]?.indexOf('31')).toBe(57);
  const details = lines.slice(
    lines.findIndex((line) => line.includes('start time')),
    -1,
  );
  expect(details).toHaveLength(25);
  for (const line of details) {
    expect(line.search(/\S/)).toBe(8);
    expect(line.slice(43, 47).trimEnd()).toBe('  :');
  }
});

describe('a live session', () => {
  const live = () => Object.assign(finishedPing(), { end: null, endReason: null, timeToLive: 4 });

  test('has its time to live below its timeout, its state, and no reason yet', () => {
    const lines = linesOf(Object.assign(live(), { state: 'ACTIVE' }));
    const timeout = lines.findIndex((line) => line.includes(' timeout '));
    expect(lines[timeout + 1]).toBe('        time to live                         : 4 sec');
    expect(lines[7]).toBe('                state:       ACTIVE          type:       FLOW');
    expect(lines[16]).toBe('                state:       ACTIVE          type:       FLOW');
    expect(detail(lines, 'session in session ager')).toBe('True');
    expect(detail(lines, 'tracker stage firewall')).toBeUndefined();
    expect(detail(lines, 'end-reason')).toBe('unknown');
  });

  test('that was denied shows why already (panos.md §4.1, DISCARD)', () => {
    const lines = linesOf(Object.assign(live(), { state: 'DISCARD', action: 'deny', timeout: 90 }));
    expect(lines[7]).toBe('                state:       DISCARD         type:       FLOW');
    expect(detail(lines, 'timeout')).toBe('90 sec');
    expect(detail(lines, 'time to live')).toBe('4 sec');
    expect(detail(lines, 'tracker stage firewall')).toBe('appid policy lookup deny');
    expect(detail(lines, 'end-reason')).toBe('policy-deny');
  });
});

describe('App-ID', () => {
  test('is completed once it knows, or denied; the stage stands below that of the firewall', () => {
    const how = identifiedBy('RFC 4253', { isDenied: true });
    const row = Object.assign(finishedPing(), { endReason: 'policy-deny', identification: how });
    const lines = linesOf(row);
    expect(detail(lines, 'layer7 processing')).toBe('completed');
    expect(lines.slice(-4)).toEqual([
      '        tracker stage firewall               : appid policy lookup deny',
      '        tracker stage l7proc                 : appid policy lookup deny',
      '        end-reason                           : policy-deny',
      '',
    ]);
  });

  test.each([
    ['aged out with payload', 'aged-out', untold(), 1, 'enabled', 'l7-processing-aged-out'],
    ['aged out without', 'aged-out', untold(), 0, 'enabled', undefined],
    ['ended otherwise', 'tcp-fin', untold(), 1, 'enabled', undefined],
    ['told', 'aged-out', identifiedBy('RFC 9112', { isDone: false }), 1, 'enabled', undefined],
    ['the budget used up', 'aged-out', identifiedBy(null), 1, 'completed', undefined],
    ['cut by the capture', 'aged-out', untold({ isCut: true }), 1, '-', undefined],
  ] as const)('%s', (_, endReason, identification, layer7Packets, processing, stage) => {
    const row = Object.assign(finishedPing(), { endReason, identification });
    row.c2s.layer7Packets = layer7Packets;
    const lines = linesOf(row);
    expect(detail(lines, 'layer7 processing')).toBe(processing);
    expect(detail(lines, 'tracker stage l7proc')).toBe(stage);
  });
});

test('what is unknown is said to be, and nothing reaches the terminal', () => {
  const row = Object.assign(rowOf({ sourceZone: 'a\u001b[2J', isLogged: false }), {
    startSecond: 0,
  });
  const lines = linesOf(row);
  expect(lines[3]).toBe('                source:      0.0.0.0 [a\\u{1b}[2J]');
  expect(lines[12]).toBe('                source:      0.0.0.0 [unknown]');
  expect(detail(lines, 'start time')).toBe('Thu Jan  1 00:00:00 1970');
  expect(detail(lines, 'session to be logged at end')).toBe('False');
  expect(detail(lines, 'ingress interface')).toBe('unknown');
});

test('IPv6 addresses are whole', () => {
  const lines = linesOf(
    rowOf({
      family: 6,
      protocol: 6,
      // 2001:db8:10::21 and 2001:db8:f::80
      sourceWords: Int32Array.of(0x20010db8, 0x00100000, 0, 0x21),
      destinationWords: Int32Array.of(0x20010db8, 0x000f0000, 0, 0x80),
      sport: 65_535,
      dport: 80,
      sourceZone: 'trust',
    }),
  );
  expect(lines.slice(3, 7)).toEqual([
    '                source:      2001:db8:10::21 [trust]',
    '                dst:         2001:db8:f::80',
    '                proto:       6',
    '                sport:       65535           dport:      80',
  ]);
});

test('the halves of a key or SPI stand the same way in both flows, ports do not', () => {
  const ports = (protocol: number) => {
    const lines = linesOf(rowOf({ protocol, sport: 0xc0de, dport: 1 }));
    return [lines[6]?.trim(), lines[15]?.trim()].map((line) => line?.split(/\s+/).join(' '));
  };
  const same = 'sport: 49374 dport: 1';
  for (const protocol of [47, 50, 51]) expect(ports(protocol)).toEqual([same, same]);
  for (const protocol of [6, 17, 132])
    expect(ports(protocol)).toEqual([same, 'sport: 1 dport: 49374']);
});
