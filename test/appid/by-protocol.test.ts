/** This file tests what is told without payload. */

import { expect, it } from 'vitest';
import {
  type FirstPacket,
  PROTOCOL_SIGNATURES,
  rowByProtocol,
} from '../../src/appid/by-protocol.ts';

const UDP: FirstPacket = { protocol: 17, family: 4, icmpType: 0, dport: 33_434, ipTtl: 1 };
const ICMP: FirstPacket = { protocol: 1, family: 4, icmpType: 8, dport: 0, ipTtl: 64 };
const ICMPV6: FirstPacket = { protocol: 58, family: 6, icmpType: 128, dport: 0, ipTtl: 64 };

it.each([
  ['a probe to the first port', UDP, 'traceroute'],
  ['a probe to the last port', { ...UDP, dport: 33_534 }, 'traceroute'],
  ['a datagram one port before', { ...UDP, dport: 33_433 }, null],
  ['a datagram one port behind', { ...UDP, dport: 33_535 }, null],
  ['a probe at the threshold', { ...UDP, ipTtl: 30 }, 'traceroute'],
  ['a datagram above the threshold', { ...UDP, ipTtl: 31 }, null],
  ['a probe of IPv6', { ...UDP, family: 6 }, null],
  ['a segment to such a port', { ...UDP, protocol: 6 }, null],
  ['an echo request', ICMP, 'ping'],
  ['an echo request that dies soon', { ...ICMP, ipTtl: 3 }, 'traceroute'],
  ['an echo reply that dies soon', { ...ICMP, icmpType: 0, ipTtl: 3 }, 'ping'],
  ['a timestamp request', { ...ICMP, icmpType: 13 }, 'icmp'],
  ['an echo request of ICMPv6', ICMPV6, 'ping6'],
  ['an echo request of ICMPv6 that dies soon', { ...ICMPV6, ipTtl: 3 }, 'ping6'],
  ['a neighbour solicitation', { ...ICMPV6, icmpType: 135 }, 'ipv6-icmp'],
  ['GRE', { ...ICMP, protocol: 47 }, 'gre'],
  ['ESP', { ...ICMP, protocol: 50 }, 'ipsec-esp'],
  ['AH', { ...ICMP, protocol: 51 }, 'ipsec-ah'],
  ['OSPF', { ...ICMP, protocol: 89 }, 'ospf'],
  ['a protocol without a row', { ...ICMP, protocol: 253 }, null],
] as const)('%s', (_, packet, application) => {
  expect(PROTOCOL_SIGNATURES[rowByProtocol(packet)]?.application ?? null).toBe(application);
});
