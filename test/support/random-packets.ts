/** This file makes random packets of few endpoints, so that they meet in sessions. */

import fc from 'fast-check';
import type { PlayFrame } from './play.ts';

export interface RandomPacket {
  readonly protocol: number;
  readonly family: 4 | 6;
  /** 0 to 3 are endpoints: even ones in zone a, odd ones in zone b. */
  readonly source: number;
  readonly destination: number;
  readonly sport: number;
  readonly dport: number;
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly window: number;
  readonly length: number;
  readonly icmpType: number;
  readonly interfaceIndex: number;
  readonly second: number;
  readonly nanosecond: number;
}

/** Numbers near each other, so that some fit: sequence numbers and acknowledgements. */
const number = fc.oneof(
  fc.nat(4).map((n) => 1000 + n),
  fc.constantFrom(0, 1000, 1001, 0xffff_ffff, 70_000),
  fc.nat(0xffff_ffff),
);
const port = fc.integer({ min: 1, max: 2 });

const packet = fc.record({
  protocol: fc.constantFrom(6, 6, 6, 6, 17, 1, 89),
  family: fc.constantFrom<4 | 6>(4, 4, 6),
  // Most are of one pair of hosts, so that they meet.
  source: fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 3),
  destination: fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 3),
  sport: port,
  dport: port,
  flags: fc.constantFrom(0x02, 0x02, 0x12, 0x10, 0x10, 0x18, 0x11, 0x01, 0x04, 0x14, 0x00, 0x3f),
  sequence: number,
  acknowledgment: number,
  window: fc.constantFrom(0, 1000, 65_535),
  length: fc.constantFrom(0, 0, 1, 100),
  icmpType: fc.constantFrom(8, 0, 3, 128, 129, 1, 135, 13, 14),
  interfaceIndex: fc.constantFrom(0, 0, 0, 1, 1, 1, 2),
  /** Since the packet before: nothing, nanoseconds, seconds, the timers, days, an epoch. */
  waitNs: fc.oneof(
    fc.constantFrom(0, 1, 1e9, 5e9, 15e9, 30e9),
    fc.nat(1_000_000_000),
    fc.constantFrom(1e8, 1e9, 1e9, 120e9, 3600e9, 86_400e9, 8_985_601e9),
  ),
});

/** Up to 60 packets in the order of their times. */
export const randomPackets: fc.Arbitrary<RandomPacket[]> = fc
  .array(packet, { minLength: 1, maxLength: 60, size: 'max' })
  .map((list) => {
    let second = 1_700_000_000;
    let nanosecond = 123_456_789;
    return list.map(({ waitNs, ...rest }) => {
      nanosecond += waitNs % 1e9;
      second += Math.floor(waitNs / 1e9) + Math.floor(nanosecond / 1e9);
      nanosecond %= 1e9;
      return { ...rest, second, nanosecond };
    });
  });

/** The same with SCTP and keyed GRE among them, which the slow model does not know. */
export const randomPacketsOfAll: fc.Arbitrary<RandomPacket[]> = fc
  .tuple(randomPackets, fc.constantFrom(89, 132, 132, 47))
  .map(([packets, protocol]) =>
    packets.map((packet) => ({
      ...packet,
      protocol: packet.protocol === 89 || packet.protocol === 17 ? protocol : packet.protocol,
    })),
  );

/** Chunk types of SCTP; the sequence number chooses. */
const CHUNKS = [0, 1, 2, 3, 6, 7, 8, 10, 11, 14];

/** The Ethernet frame of a packet; checksums are 0. */
export function buildRandom(packet: RandomPacket): PlayFrame {
  const payload = transportOf(packet);
  const ip = packet.family === 4 ? ipv4(packet, payload.length) : ipv6(packet, payload.length);
  const etherType = packet.family === 4 ? [8, 0] : [0x86, 0xdd];
  const bytes = Uint8Array.from([...MACS, ...etherType, ...ip, ...payload]);
  const { second, nanosecond, interfaceIndex } = packet;
  return { second, nanosecond, interfaceIndex, bytes };
}

const MACS = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255];
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
const zeros = (count: number): number[] => new Array<number>(count).fill(0);

function protocolOf({ protocol, family }: RandomPacket): number {
  return protocol === 1 && family === 6 ? 58 : protocol;
}

function ipv4(packet: RandomPacket, length: number): number[] {
  const address = (n: number) => (n % 2 === 0 || n > 9 ? [10, n, 0, 1] : [192, 0, 2, n]);
  return [
    ...[0x45, 0, ...u16(20 + length), 0, 0, 0, 0, 64, protocolOf(packet), 0, 0],
    ...address(packet.source),
    ...address(packet.destination),
  ];
}

function ipv6(packet: RandomPacket, length: number): number[] {
  const address = (n: number) => [0x20, 1, 0x0d, 0xb8, 0, n % 2 === 0 ? 10 : 11, ...zeros(9), n];
  return [
    ...[0x60, 0, 0, 0, ...u16(length), protocolOf(packet), 64],
    ...address(packet.source),
    ...address(packet.destination),
  ];
}

function transportOf(packet: RandomPacket): number[] {
  const { sport, dport } = packet;
  const data = zeros(packet.length);
  switch (packet.protocol) {
    case 6: {
      const { sequence, acknowledgment, flags, window } = packet;
      const numbers = [...u32(sequence), ...u32(acknowledgment)];
      return [
        ...u16(sport),
        ...u16(dport),
        ...numbers,
        0x50,
        flags,
        ...u16(window),
        0,
        0,
        0,
        0,
        ...data,
      ];
    }
    case 17:
      return [...u16(sport), ...u16(dport), ...u16(8 + data.length), 0, 0, ...data];
    case 1:
      return [packet.icmpType, 0, 0, 0, ...u16(sport), ...u16(dport), ...data];
    case 132: {
      const chunk = CHUNKS[packet.sequence % CHUNKS.length] ?? 0;
      return [
        ...u16(sport),
        ...u16(dport),
        ...zeros(8),
        chunk,
        0,
        ...u16(4 + data.length),
        ...data,
      ];
    }
    case 47:
      return [0x20, 0, 8, 0, ...u16(sport), ...u16(dport), ...data];
    default:
      return data;
  }
}
