/**
 * This file checks what is said of NAT rules that translate to nothing, or to too much.
 */

import { describe, expect, it } from 'vitest';
import { afterZones, problemLines } from './problem-lines.ts';

const SHAPES = afterZones([
  [
    'nat: [{source-translation: {static-ip: 10.0.0.1}}]',
    'nat: [{source-translation: {}}]',
    '28: nat[0].source-translation: expected one of `dynamic-ip-and-port`, `dynamic-ip` or `static-ip`',
  ],
  [
    'nat: [{source-translation: {static-ip: 10.0.0.1}}]',
    'nat: [{source-translation: {static-ip: 10.0.0.1, dynamic-ip: 10.0.0.1}}]',
    '28: nat[0].source-translation: expected one of `dynamic-ip-and-port`, `dynamic-ip` or `static-ip`',
  ],
  [
    'nat: [{source-translation: {dynamic-ip: [10.0.0.1]}}]',
    'nat: [{source-translation: {dynamic-ip: [10.0.0.1, any]}}]',
    '52: nat[0].source-translation.dynamic-ip[1]: expected an address, a prefix, a range 10.0.0.1-10.0.0.9 or a name from `addresses`, found `any`',
  ],
  [
    'nat: [{source-translation: {dynamic-ip: [10.0.0.1]}}]',
    'nat: [{source-translation: {dynamic-ip: []}}]',
    '41: nat[0].source-translation.dynamic-ip: expected at least one entry',
  ],
  [
    'nat: [{source-translation: {dynamic-ip-and-port: [10.0.0.1]}}]',
    'nat: [{source-translation: {dynamic-ip-and-port: {translated-address: []}}}]',
    '71: nat[0].source-translation.dynamic-ip-and-port.translated-address: expected at least one entry',
  ],
  [
    'nat: [{source-translation: {dynamic-ip-and-port: 10.0.0.1}}]',
    'nat: [{source-translation: {dynamic-ip-and-port: {}}}]',
    '50: nat[0].source-translation.dynamic-ip-and-port: expected one of `translated-address` or `interface-address`',
  ],
  [
    'nat: [{source-translation: {dynamic-ip: {translated-address: 10.0.0.1, fallback: {translated-address: 10.0.0.2}}}}]',
    'nat: [{source-translation: {dynamic-ip: {translated-address: 10.0.0.1, fallback: {}}}}]',
    '82: nat[0].source-translation.dynamic-ip.fallback: expected one of `translated-address` or `interface-address`',
  ],
  [
    'nat: [{to-interface: e1}]',
    'nat: [{to-interface: e9}]',
    '22: nat[0].to-interface: interface `e9` is in no zone; did you mean `e1`?',
  ],
  [
    'nat: [{destination-translation: 10.0.0.1}]',
    'nat: [{destination-translation: {translated-port: 80}}]',
    '33: nat[0].destination-translation.translated-address: missing; expected an address, a prefix, a range 10.0.0.1-10.0.0.9 or a name from `addresses`',
  ],
  [
    'nat: [{destination-translation: 10.0.0.1}]',
    'nat: [{destination-translation: 10.0.0.1, dynamic-destination-translation: 10.0.0.1}]',
    '76: nat[0].dynamic-destination-translation: a rule has one destination translation',
  ],
  [
    'nat: [{service: service-http}]',
    'nat: [{service: application-default}]',
    '17: nat[0].service: only security rules know `application-default`; name ports, or leave the key out for any',
  ],
]);

const NAMES = afterZones([
  [
    'nat: [{source-translation: {dynamic-ip-and-port: pool}}]\naddresses: {pool: 203.0.113.0/28}',
    'nat: [{source-translation: {dynamic-ip-and-port: pol}}]\naddresses: {pool: 203.0.113.0/28}',
    '50: nat[0].source-translation.dynamic-ip-and-port: address `pol` is not defined; did you mean `pool`?',
  ],
  [
    'nat: [{source-translation: {dynamic-ip-and-port: pool}}]\naddresses: {pool: 203.0.113.0/28}',
    'nat: [{source-translation: {dynamic-ip-and-port: pool}}]\naddresses: {pool: "2001:db8::1"}',
    '50: nat[0].source-translation.dynamic-ip-and-port: expected IPv4 addresses in a rule of `nat-type: ipv4`, found `pool`',
  ],
  [
    'nat: [{nat-type: nptv6, source-translation: {static-ip: "2001:db8::/64"}}]',
    'nat: [{source-translation: {static-ip: "2001:db8::/64"}}]',
    '40: nat[0].source-translation.static-ip: expected IPv4 addresses in a rule of `nat-type: ipv4`, found `2001:db8::/64`',
  ],
  [
    'nat: [{dynamic-destination-translation: web}]\naddresses: {s: 10.0.0.1}\naddress-groups: {web: [s, 10.0.0.2]}',
    'nat: [{dynamic-destination-translation: web}]\naddresses: {s: "::1"}\naddress-groups: {web: [s, 10.0.0.2]}',
    '41: nat[0].dynamic-destination-translation: expected IPv4 addresses in a rule of `nat-type: ipv4`, found `web`',
  ],
]);

const SIZES = afterZones([
  [
    'nat: [{source: 10.0.0.0/24, source-translation: {static-ip: 192.0.2.0/24}}]',
    'nat: [{source: 10.0.0.0/24, source-translation: {static-ip: 192.0.2.0/25}}]',
    '61: nat[0].source-translation.static-ip: one address stands for one: `source` has 256, this 128; name as many in both',
  ],
  [
    'nat: [{source: 10.0.0.1-10.0.0.10, source-translation: {static-ip: 192.0.2.1-192.0.2.10}}]',
    'nat: [{source: 10.0.0.1-10.0.0.10, source-translation: {static-ip: 192.0.2.1}}]',
    '68: nat[0].source-translation.static-ip: one address stands for one: `source` has 10, this 1; name as many in both',
  ],
  [
    'nat: [{source-translation: {static-ip: 192.0.2.1}}]',
    'nat: [{source-translation: {static-ip: 192.0.2.0/31}}]',
    '40: nat[0].source-translation.static-ip: one address stands for one: `source` has any, this 2; name as many in both',
  ],
  [
    'nat: [{source: h, source-translation: {static-ip: {translated-address: 192.0.2.1, bi-directional: yes}}}]\naddresses: {h: 10.0.0.1}',
    'nat: [{source: any, source-translation: {static-ip: {translated-address: 192.0.2.1, bi-directional: yes}}}]\naddresses: {h: 10.0.0.1}',
    '101: nat[0].source-translation.static-ip.bi-directional: the way back has no end; name in `source` the addresses that it leads back to',
  ],
  [
    'nat: [{destination: 192.0.2.0/30, destination-translation: 10.0.0.0/30}]',
    'nat: [{destination: 192.0.2.0/30, destination-translation: 10.0.0.0/31}]',
    '60: nat[0].destination-translation: one address stands for one: `destination` has 4, this 2; name as many in both',
  ],
  [
    'nat: [{destination: [192.0.2.1, 192.0.2.9], destination-translation: 10.0.0.7}]',
    'nat: [{destination-translation: 10.0.0.0/31}]',
    '33: nat[0].destination-translation: one address stands for one: `destination` has any, this 2; name as many in both',
  ],
  [
    'nat: [{source-translation: {dynamic-ip: 10.0.0.0-10.0.124.255}}]',
    'nat: [{source-translation: {dynamic-ip: 10.0.0.0-10.0.125.0}}]',
    '41: nat[0].source-translation.dynamic-ip: expected at most 32000 addresses in a pool of `dynamic-ip`, found 32001',
  ],
  [
    'nat: [{source-translation: {dynamic-ip-and-port: 10.0.0.0/8}}]',
    'nat: [{source-translation: {dynamic-ip: 10.0.0.0/8}}]',
    '41: nat[0].source-translation.dynamic-ip: expected at most 32000 addresses in a pool of `dynamic-ip`, found 16777216',
  ],
  [
    'nat: [{source-translation: {dynamic-ip: [10.0.0.0/30, 10.0.0.4]}}]',
    'nat: [{source-translation: {dynamic-ip: [10.0.0.0/30, 10.0.0.3]}}]',
    '41: nat[0].source-translation.dynamic-ip: `10.0.0.3/32` is in the pool twice',
  ],
  [
    'nat: [{source-translation: {dynamic-ip: {translated-address: 10.0.0.0/30, fallback: {translated-address: 10.0.0.4}}}}]',
    'nat: [{source-translation: {dynamic-ip: {translated-address: 10.0.0.0/30, fallback: {translated-address: 10.0.0.3}}}}]',
    '106: nat[0].source-translation.dynamic-ip.fallback.translated-address: `10.0.0.3/32` is in the pool itself; name others',
  ],
]);

const OWN =
  'interfaces: {e1: {addresses: [203.0.113.5/24, 203.0.113.6/24, "2001:db8::5/64"]}, e4: {}}';
const own = (text: string): string =>
  `nat: [{source-translation: {dynamic-ip-and-port: {interface-address: ${text}}}}]\n${OWN}\naddresses: {x: 203.0.113.6, y: 203.0.113.0/24}`;
const AT = 'nat[0].source-translation.dynamic-ip-and-port.interface-address';
const INTERFACES = afterZones([
  [own('{interface: e1}'), own('e1'), `70: ${AT}: expected a map, found \`e1\``],
  [
    own('{interface: e1}'),
    own('{interface: e2}'),
    `82: ${AT}.interface: interface \`e2\` has no IPv4 address; did you mean \`e1\`?`,
  ],
  [
    own('{interface: e1}'),
    own('{interface: other}'),
    `82: ${AT}.interface: interface \`other\` has no IPv4 address; give it one in \`interfaces\``,
  ],
  [
    own('{interface: e1, ip: 203.0.113.6}'),
    own('{interface: e1, ip: 203.0.113.7}'),
    `90: ${AT}.ip: \`203.0.113.7\` is no address of \`e1\`, which has \`203.0.113.5\`, \`203.0.113.6\``,
  ],
  [
    own('{interface: e1, ip: 203.0.113.6/24}'),
    own('{interface: e1, ip: 203.0.113.0/24}'),
    `90: ${AT}.ip: \`203.0.113.0/24\` is no address of \`e1\`, which has \`203.0.113.5\`, \`203.0.113.6\``,
  ],
  [
    own('{interface: e1, ip: x}'),
    own('{interface: e1, ip: y}'),
    `90: ${AT}.ip: \`y\` is no address of \`e1\`, which has \`203.0.113.5\`, \`203.0.113.6\``,
  ],
  [
    own('{interface: e1, ip: x}'),
    own('{interface: e1, ip: z}'),
    `90: ${AT}.ip: address \`z\` is not defined; did you mean \`x\`?`,
  ],
]);

describe.each([
  ['shapes', SHAPES],
  ['names and families', NAMES],
  ['sizes', SIZES],
  ['addresses of interfaces', INTERFACES],
])('%s', (_, pairs) => {
  it.each(pairs)('$name', ({ good, bad, line }) => {
    expect(problemLines(good)).toEqual([]);
    expect(problemLines(bad)).toEqual([line]);
  });
});

describe('a large file', () => {
  it('is not checked for ever', () => {
    const group = Array.from({ length: 20_000 }, (_, i) => `1.${i >> 8}.${i & 255}.1`).join(', ');
    const rule = '- {source: g, source-translation: {static-ip: g}}\n';
    const text = (count: number): string =>
      `zones: {a: {}}\naddresses: {g: [${group}]}\nnat:\n${rule.repeat(count)}`;
    expect(problemLines(text(200))).toEqual([]);
    expect(problemLines(text(300))).toEqual(['4:1: nat: too many addresses to check them']);
  });
});
