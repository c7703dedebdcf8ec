/**
 * This file checks Community IDs against the specification's published vectors, a plain rendering
 * of the specification on node:crypto, and tshark where it and the shared captures are there.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseIpv4, parseIpv6 } from '../../src/net/address.ts';
import { type CommunityFlow, communityId } from '../../src/report/community-id.ts';
import { publicPath } from '../support/truth-files.ts';

const HAS_TSHARK = spawnSync('tshark', ['-v']).status === 0;

/** A flow whose ports are taken as they are: of ICMP type and code. */
function flow(protocol: number, from: string, to: string, ports = [0, 0], icmpKind = 0) {
  const family = from.includes(':') ? 6 : 4;
  const [sport = 0, dport = 0] = ports;
  const [sourceWords, destinationWords] = [wordsOf(from), wordsOf(to)];
  return { family, protocol, sourceWords, destinationWords, sport, dport, icmpKind } as const;
}

function wordsOf(address: string): Int32Array {
  return Int32Array.from(parseIpv6(address) ?? [parseIpv4(address) ?? Number.NaN]);
}

/** Baseline of corelight/community-id-spec, baseline/baseline_deflt.json: seed 0, base64. */
const BASELINE: readonly (readonly [number, string, string, number[], string])[] = [
  [
    58,
    'fe80::200:86ff:fe05:80da',
    'fe80::260:97ff:fe07:69ea',
    [135, 0],
    'dGHyGvjMfljg6Bppwm3bg0LO8TY=',
  ],
  [
    58,
    'fe80::260:97ff:fe07:69ea',
    'fe80::200:86ff:fe05:80da',
    [136, 0],
    'dGHyGvjMfljg6Bppwm3bg0LO8TY=',
  ],
  [
    58,
    'fe80::260:97ff:fe07:69ea',
    'fe80::200:86ff:fe05:80da',
    [135, 0],
    'zavyT/cezQr1fmImYCwYnMXbgck=',
  ],
  [
    58,
    '3ffe:501:1800:2345::2',
    '3ffe:507:0:1:200:86ff:fe05:80da',
    [3, 0],
    '2ObVBgIn28oZvibYZhZMBgh7WdQ=',
  ],
  [
    58,
    '3ffe:501:410:0:2c0:dfff:fe47:33e',
    '3ffe:507:0:1:200:86ff:fe05:80da',
    [1, 4],
    'hLZd0XGWojozrvxqE0dWB1iM6R0=',
  ],
  [
    58,
    '3ffe:507:0:1:200:86ff:fe05:80da',
    '3ffe:501:0:1001::2',
    [128, 0],
    '+TW+HtLHvV1xnGhV1lv7XoJrqQg=',
  ],
  [
    58,
    '3ffe:501:0:1001::2',
    '3ffe:507:0:1:200:86ff:fe05:80da',
    [129, 0],
    '+TW+HtLHvV1xnGhV1lv7XoJrqQg=',
  ],
  [58, 'fe80::200:86ff:fe05:80da', 'ff02::2', [133, 0], 'hO+sN4H+MG5MY/8hIrXPqc4ZQz0='],
  [58, 'fe80::260:97ff:fe07:69ea', 'ff02::1', [134, 0], 'pkvHqCL88/tg1k4cPigmZXUtL00='],
  [1, '192.168.0.89', '192.168.0.1', [8, 0], 'X0snYXpgwiv9TZtqg64sgzUn6Dk='],
  [1, '192.168.0.1', '192.168.0.89', [0, 0], 'X0snYXpgwiv9TZtqg64sgzUn6Dk='],
  [1, '10.0.0.1', '10.0.0.2', [11, 0], 'YHxtAirCG//0OzkcVAukqKQN9xM='],
  [
    6,
    '2001:470:e5bf:dead:4957:2174:e82c:4887',
    '2607:f8b0:400c:c03::1a',
    [63943, 25],
    '/qFaeAR+gFe1KYjMzVDsMv+wgU4=',
  ],
  [
    6,
    '2607:f8b0:400c:c03::1a',
    '2001:470:e5bf:dead:4957:2174:e82c:4887',
    [25, 63943],
    '/qFaeAR+gFe1KYjMzVDsMv+wgU4=',
  ],
  [132, '192.168.170.8', '192.168.170.56', [7, 7], 'MP2EtRCAUIZvTw6MxJHLV7N7JDs='],
  [132, '192.168.170.56', '192.168.170.8', [7, 7], 'MP2EtRCAUIZvTw6MxJHLV7N7JDs='],
  [6, '128.232.110.120', '66.35.250.204', [34855, 80], 'LQU9qZlK+B5F3KDmev6m5PMibrg='],
  [6, '66.35.250.204', '128.232.110.120', [80, 34855], 'LQU9qZlK+B5F3KDmev6m5PMibrg='],
  [17, '192.168.1.52', '8.8.8.8', [54585, 53], 'd/FP5EW3wiY1vCndhwleRRKHowQ='],
  [17, '8.8.8.8', '192.168.1.52', [53, 54585], 'd/FP5EW3wiY1vCndhwleRRKHowQ='],
  [46, '10.1.12.1', '10.1.12.2', [0, 0], 'KHlLkgoJW7ifUTyTSgyVfkFHzKw='],
  [46, '10.1.12.2', '10.1.12.1', [9, 9], 'KHlLkgoJW7ifUTyTSgyVfkFHzKw='],
];

test.each(BASELINE)(
  'baseline: protocol %i, %s to %s, ports %j',
  (protocol, from, to, ports, id) => {
    expect(communityId(flow(protocol, from, to, ports))).toBe(`1:${id}`);
  },
);

describe('ICMP sessions keyed by identifier and sequence number', () => {
  const sample = { from: '192.0.2.9', to: '192.0.2.1', from6: '2001:db8::9', to6: '2001:db8::1' };

  test.each([
    [1, 8],
    [2, 0],
    [3, 13],
    [4, 14],
    [5, 15],
    [6, 16],
    [7, 17],
    [8, 18],
  ])('kind %i is hashed as type %i and its counterpart', (kind, type) => {
    const keyed = flow(1, sample.from, sample.to, [4660, 7], kind);
    expect(communityId(keyed)).toBe(communityId(flow(1, sample.from, sample.to, [type, 0])));
  });

  test('an echo of ICMPv6 is type 128', () => {
    const keyed = flow(58, sample.from6, sample.to6, [4660, 7], 1);
    expect(communityId(keyed)).toBe(communityId(flow(58, sample.from6, sample.to6, [128, 0])));
  });

  test('errors and neighbour discovery keep type and code', () => {
    for (const kind of [9, 10]) {
      const error = flow(1, sample.from, sample.to, [3, 1], kind);
      expect(communityId(error)).toBe(communityId({ ...error, icmpKind: 0 }));
    }
  });

  test('a type without a counterpart has a direction, one with it has none', () => {
    const back = (f: CommunityFlow) => ({
      ...f,
      sourceWords: f.destinationWords,
      destinationWords: f.sourceWords,
    });
    const oneWay = flow(1, sample.from, sample.to, [3, 1]);
    expect(communityId(back(oneWay))).not.toBe(communityId(oneWay));
    const solicit = flow(1, sample.from, sample.to, [10, 0]);
    expect(communityId(back({ ...solicit, sport: 9 }))).toBe(communityId(solicit));
  });
});

/** The specification's pseudo code for protocols other than ICMP. */
function plainId(family: 4 | 6, ends: [number[], number][], protocol: number, hasPorts: boolean) {
  const rows = ends.map(([words, port]) => {
    const address = Buffer.alloc(family === 4 ? 4 : 16);
    for (let at = 0; at < address.length; at += 4) address.writeInt32BE(words[at / 4]!, at);
    return { address, port: Buffer.from([port >>> 8, port & 255]) };
  });
  rows.sort((x, y) => x.address.compare(y.address) || x.port.compare(y.port));
  const sha1 = createHash('sha1').update(Buffer.alloc(2));
  for (const row of rows) sha1.update(row.address);
  sha1.update(Buffer.from([protocol, 0]));
  if (hasPorts) for (const row of rows) sha1.update(row.port);
  return `1:${sha1.digest('base64')}`;
}

describe('any flow', () => {
  const word = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 0xffff, 1 << 16, -(2 ** 31)));
  const end = fc.tuple(fc.array(word, { minLength: 4, maxLength: 4 }), fc.nat(65535));
  const protocol = fc
    .oneof(fc.constantFrom(6, 17, 132), fc.nat(255))
    .filter((p) => p !== 1 && p !== 58);

  test('equals the pseudo code, in both directions', () => {
    fc.assert(
      fc.property(fc.constantFrom<4 | 6>(4, 6), end, end, protocol, (family, a, b, number) => {
        const id = plainId(family, [a, b], number, [6, 17, 132].includes(number));
        const [sourceWords, destinationWords] = [Int32Array.from(a[0]), Int32Array.from(b[0])];
        const there = { family, protocol: number, sport: a[1], dport: b[1], icmpKind: 0 };
        expect(communityId({ ...there, sourceWords, destinationWords })).toBe(id);
        const back = { ...there, sourceWords: destinationWords, destinationWords: sourceWords };
        expect(communityId({ ...back, sport: b[1], dport: a[1] })).toBe(id);
      }),
      { numRuns: 500 },
    );
  });

  test('equal addresses are ordered by port', () => {
    const there = flow(17, '::1', '::1', [53, 40000]);
    expect(communityId(there)).toBe(communityId({ ...there, sport: 40000, dport: 53 }));
  });
});

/** Captures without tunnels, chosen for breadth: TCP, UDP, SCTP, ICMP, ICMPv6, IPv6, portless. */
const ORACLE = [
  'arkime__v6.pcap',
  'ndpi__1kxun.pcap',
  'pcpp__many-protocols.pcap',
  'zeek__communityid__sctp.pcap',
  'zeek__icmp__5-pings.pcap',
  'zeek__icmp__icmp6-ping.pcap',
];
const FIELDS = [
  ...[
    'ip.src',
    'ip.dst',
    'ip.proto',
    'ipv6.src',
    'ipv6.dst',
    'ipv6.nxt',
    'tcp.srcport',
    'tcp.dstport',
  ],
  ...['udp.srcport', 'udp.dstport', 'sctp.srcport', 'sctp.dstport', 'icmp.type', 'icmp.code'],
  ...['icmpv6.type', 'icmpv6.code', 'communityid'],
];

/** What tshark says of each frame without a second header of any kind. */
function tsharkRows(path: string): string[][] {
  const columns = ['-T', 'fields', ...FIELDS.flatMap((field) => ['-e', field])];
  const command = ['-n', '-r', path, '--enable-protocol', 'communityid', ...columns];
  const run = spawnSync('tshark', command, { encoding: 'utf8', maxBuffer: 1 << 28 });
  expect(run.status, run.stderr).toBe(0);
  const rows = run.stdout.split('\n').map((line) => line.split('\t'));
  return rows.filter((row) => row[16] && !row.slice(0, 6).some((field) => field.includes(',')));
}

/** The flow of one frame as tshark decoded it; null where an IPv6 extension header hides it. */
function frameFlow(row: string[]): CommunityFlow | null {
  const isV4 = row[0] !== '';
  const [from = '', to = '', protocol = ''] = isV4 ? row.slice(0, 3) : row.slice(3, 6);
  const column = { 6: 6, 17: 8, 132: 10, 1: 12, 58: 14 }[Number(protocol)];
  if (column === undefined) return flow(Number(protocol), from, to);
  if (row[column] === '') return null;
  return flow(Number(protocol), from, to, [Number(row[column]), Number(row[column + 1])]);
}

describe.each(ORACLE)('tshark on %s', (name) => {
  const path = publicPath(name);
  const missing = !HAS_TSHARK
    ? 'tshark is not installed'
    : !existsSync(path)
      ? 'no such capture'
      : '';

  test(`gives the same IDs${missing && ` (skipped: ${missing})`}`, {
    timeout: 60_000,
  }, (context) => {
    if (missing) return context.skip(missing);
    let compared = 0;
    for (const row of tsharkRows(path)) {
      const frame = frameFlow(row);
      if (frame === null) continue;
      expect(communityId(frame), JSON.stringify(row)).toBe(row[16]);
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });
});
