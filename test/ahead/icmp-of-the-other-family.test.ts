/**
 * This file sends ICMP's protocol number over the other version of IP, where it has no type: which echoes
 * came before it, and who decoded them, must not tell its application.
 */

import { expect, test } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { interfacesNamed, type PlayOptions, playFrames } from '../support/play.ts';

const config = parseFirewallConfig(
  'zones: {a: {networks: [10.0.0.0/8]}, b: {networks: [0.0.0.0/0]}}\n',
  'families.yaml',
);

function ipv4(protocol: number, last: number, fragment: number, payload: readonly number[]) {
  const length = 20 + payload.length;
  const addresses = [10, 0, 0, last, 198, 51, 100, 1];
  return [0x45, 0, 0, length, 0, last, fragment, 0, 64, protocol, 0, 0, ...addresses, ...payload];
}

const frame = (packet: readonly number[]) =>
  Uint8Array.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 8, 0, ...packet]);

/** As an echo request of ICMPv6 would begin, in ICMPv4. */
const TYPE_128 = [128, 0, 0, 0, 0, 1, 0, 1];
const DATAGRAM = [4, 0, 0, 53, 0, 16, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8];
const MORE_FRAGMENTS = 0x20;
const ICMP6 = 58;

const CASES: readonly [string, readonly Uint8Array[], Partial<PlayOptions>][] = [
  [
    'behind ICMPv4 of that type and a datagram, a first fragment',
    [
      frame(ipv4(1, 1, 0, TYPE_128)),
      frame(ipv4(17, 2, 0, DATAGRAM)),
      frame(ipv4(ICMP6, 3, MORE_FRAGMENTS, EIGHT)),
    ],
    {},
  ],
  [
    'behind the same, whole',
    [
      frame(ipv4(1, 1, 0, TYPE_128)),
      frame(ipv4(17, 2, 0, DATAGRAM)),
      frame(ipv4(ICMP6, 3, 0, EIGHT)),
    ],
    {},
  ],
  [
    'behind ICMPv4 of that type in a tunnel',
    [frame(ipv4(4, 1, 0, ipv4(1, 9, 0, TYPE_128))), frame(ipv4(ICMP6, 3, 0, EIGHT))],
    { decapsulate: ['ipip'] },
  ],
];

test.each(CASES)('protocol 58 over IPv4 is ipv6-icmp, no echo: %s', (_name, frames, options) => {
  const interfaces = interfacesNamed(['x'], 1, false);
  const played = frames.map((bytes, i) => ({ second: 1_700_000_000 + i, nanosecond: 0, bytes }));
  for (const decodesAhead of [false, true]) {
    const { sessions } = playFrames(played, interfaces, { config, decodesAhead, ...options });
    const found = sessions.filter(({ protocol }) => protocol === ICMP6);
    expect(found.map(({ application }) => application)).toEqual(['ipv6-icmp']);
  }
});
