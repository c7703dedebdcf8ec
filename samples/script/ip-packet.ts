/**
 * This file builds IPv4 and IPv6 headers, and lowers the TTL of a packet that is shown again.
 */

import { ByteWriter, internetChecksum, patchU16 } from './byte-writer.ts';
import type { Address, FragmentRange } from './script.ts';

/** What an IP header says, apart from what is always the same. */
export interface IpHeader {
  readonly source: Address;
  readonly destination: Address;
  readonly protocol: number;
  readonly ttl: number;
  /** IPv4 only. */
  readonly id: number;
  readonly dontFragment: boolean;
}

const IPV4_HEADER_BYTES = 20;
const IPV4_FRAGMENT_OFFSET = 6;
const IPV4_TTL_OFFSET = 8;
const IPV4_CHECKSUM_OFFSET = 10;
const IPV6_HOP_LIMIT_OFFSET = 7;
const IPV6_FRAGMENT = 44;

/** The largest payload that fits one packet of this family, in bytes. */
export function ipPayloadBytesMax(family: 4 | 6): number {
  return family === 4 ? 65_535 - IPV4_HEADER_BYTES : 65_535;
}

/**
 * One fragment of an IP packet with this payload; "more fragments" is set unless it holds the end.
 * RFC 791 §3.1; RFC 8200 §4.5.
 */
export function buildFragment(
  header: IpHeader,
  payload: Uint8Array,
  { from, to }: FragmentRange,
): Uint8Array {
  const part = payload.subarray(from, to);
  const hasMore = to < payload.length;
  if (header.source.family === 6) {
    const writer = new ByteWriter();
    writer.u8(header.protocol).u8(0);
    writer.u16(from | (hasMore ? 1 : 0)).u32(header.id);
    const data = writer.raw(part).bytes();
    return buildIpPacket({ ...header, protocol: IPV6_FRAGMENT }, data);
  }
  const packet = buildIpPacket(header, part);
  patchU16(packet, IPV4_FRAGMENT_OFFSET, (from >>> 3) | (hasMore ? 0x2000 : 0));
  fillHeaderChecksum(packet);
  return packet;
}

/** A whole IP packet. The payload is at most `ipPayloadBytesMax` long. */
export function buildIpPacket(header: IpHeader, payload: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  if (header.source.family === 6) {
    writer.u32(0x6000_0000).u16(payload.length).u8(header.protocol).u8(header.ttl);
    writer.raw(header.source.bytes).raw(header.destination.bytes);
    return writer.raw(payload).bytes();
  }
  writer
    .u8(0x45)
    .u8(0)
    .u16(IPV4_HEADER_BYTES + payload.length);
  writer.u16(header.id).u16(header.dontFragment ? 0x4000 : 0);
  writer.u8(header.ttl).u8(header.protocol).u16(0);
  writer.raw(header.source.bytes).raw(header.destination.bytes).raw(payload);
  const packet = writer.bytes();
  fillHeaderChecksum(packet);
  return packet;
}

/** The same packet with another TTL (IPv6: hop limit); null takes one off. */
export function withTtl(packet: Uint8Array, ttl: number | null): Uint8Array {
  const copy = packet.slice();
  const isV4 = (packet[0] ?? 0) >>> 4 === 4;
  const offset = isV4 ? IPV4_TTL_OFFSET : IPV6_HOP_LIMIT_OFFSET;
  copy[offset] = ttl ?? Math.max((packet[offset] ?? 0) - 1, 0);
  if (isV4) fillHeaderChecksum(copy);
  return copy;
}

function fillHeaderChecksum(packet: Uint8Array): void {
  patchU16(packet, IPV4_CHECKSUM_OFFSET, 0);
  const sum = internetChecksum(packet.subarray(0, IPV4_HEADER_BYTES));
  patchU16(packet, IPV4_CHECKSUM_OFFSET, sum);
}
