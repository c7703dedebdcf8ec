/** This file makes random first packets of a few hosts, which meet the rules of random-nat.ts. */

import fc from 'fast-check';
import type { PlayFrame } from '../support/play.ts';
import type { Packet } from './nat-model-input.ts';
import { ip } from './plain-addresses.ts';
import { INTERFACES, ZONE_OF } from './random-nat.ts';

const HOSTS: Readonly<Record<string, readonly string[]>> = {
  t0: ['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3'],
  d0: ['10.9.0.1', '10.9.0.2'],
  u0: ['198.51.100.1', '198.51.100.2'],
};
const PUBLIC = ['203.0.113.8', '203.0.113.9', '203.0.113.10', '203.0.113.5', '203.0.113.20'];
const TARGETS = [...Object.values(HOSTS).flat(), ...PUBLIC, '198.51.100.1', '198.51.100.1'];

/** A packet with the interface that it comes in by. */
export interface NatPacket extends Packet {
  readonly ingress: number;
}

const START_SECOND = 1_700_000_000;

/** Up to 60 packets of clients in the order of their times: first ones, and ones of sessions that are there. */
export const randomFirsts: fc.Arbitrary<NatPacket[]> = fc
  .array(
    fc.record({
      ingress: fc.constantFrom(0, 0, 0, 1, 2),
      protocol: fc.constantFrom(17, 17, 17, 6, 1),
      source: fc.nat(3),
      destination: fc.nat(TARGETS.length - 1),
      sport: fc.constantFrom(1000, 2000, 2000, 2000, 2001, 65_535),
      dport: fc.constantFrom(53, 53, 80, 8080),
      wait: fc.constantFrom(0, 0, 0, 0, 1e9, 1e9, 5e9, 20e9),
    }),
    { minLength: 1, maxLength: 60, size: 'max' },
  )
  .map((parts) => {
    let ns = 0;
    const packets = parts.map(({ wait, ingress, source, destination, ...rest }) => {
      ns += wait;
      const name = INTERFACES[ingress]!;
      const hosts = HOSTS[name]!;
      return {
        ...rest,
        ns,
        ingress,
        zone: ZONE_OF[name]!,
        source: ip(hosts[source % hosts.length]!),
        destination: ip(TARGETS[destination]!),
      };
    });
    return withoutRepeats(packets);
  });

/** TCP has rules of its own for a second SYN: each such flow has one packet here. */
function withoutRepeats(packets: readonly NatPacket[]): NatPacket[] {
  const seen = new Set<string>();
  return packets.filter(({ protocol, source, sport, destination, dport, zone }) => {
    if (protocol !== 6) return true;
    const key = [zone, source, sport, destination, dport].join();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255];
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];

/** The frame of a packet; checksums are 0. */
export function frameOf(packet: NatPacket): PlayFrame {
  const transport = transportOf(packet);
  const bytes = Uint8Array.from([
    ...[2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0],
    ...[0x45, 0, ...u16(20 + transport.length), 0, 0, 0, 0, 64, packet.protocol, 0, 0],
    ...u32(packet.source),
    ...u32(packet.destination),
    ...transport,
  ]);
  return {
    second: START_SECOND + Math.floor(packet.ns / 1e9),
    nanosecond: packet.ns % 1e9,
    interfaceIndex: packet.ingress,
    bytes,
  };
}

function transportOf({ protocol, sport, dport }: NatPacket): number[] {
  const ports = [...u16(sport), ...u16(dport)];
  if (protocol === 17) return [...ports, 0, 8, 0, 0];
  if (protocol === 1) return [8, 0, 0, 0, ...ports];
  return [...ports, ...u32(1), ...u32(0), 0x50, 2, ...u16(1000), 0, 0, 0, 0];
}
