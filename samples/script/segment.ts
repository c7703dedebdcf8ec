/**
 * This file builds what an IP packet carries: TCP, UDP, ICMP and ICMPv6, with their checksums.
 */

import { ByteWriter, internetChecksum, patchU16 } from './byte-writer.ts';
import type { IcmpPart, TcpPart, UdpPart } from './script.ts';
import type { SegmentNumbers } from './tcp-tracker.ts';
import { TCP_FLAGS } from './values.ts';

/** The two addresses in network order, which the pseudo header needs. */
export interface AddressPair {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

const TCP_CHECKSUM_OFFSET = 16;
const UDP_CHECKSUM_OFFSET = 6;
const ICMP_CHECKSUM_OFFSET = 2;

/** Window of a segment whose line names none, as Linux offers first; an RST has 0. */
const WINDOW_DEFAULT = 64_240;

/** RFC 1812 §4.3.2.3: at least the IP header and 8 bytes; ICMPv6 as much as fits (RFC 4443). */
const QUOTE_BYTES_V4 = 8;
const QUOTE_PACKET_BYTES_V6 = 1280 - 48;

/** A TCP segment with its checksum. */
export function buildTcp(part: TcpPart, numbers: SegmentNumbers, pair: AddressPair): Uint8Array {
  const options = tcpOptions(part);
  const isRst = (part.flags & TCP_FLAGS.R) !== 0;
  const segment = new ByteWriter()
    .u16(part.sourcePort)
    .u16(part.destinationPort)
    .u32(numbers.seq)
    .u32(numbers.ack)
    .u8(((20 + options.length) / 4) << 4)
    .u8(part.flags)
    .u16(part.window ?? (isRst ? 0 : WINDOW_DEFAULT))
    .u32(0) // checksum and urgent pointer
    .raw(options)
    .raw(part.payload)
    .bytes();
  patchU16(segment, TCP_CHECKSUM_OFFSET, transportChecksum(6, segment, pair));
  return segment;
}

/** Options in Linux's order, each padded with no-operations to whole words. */
function tcpOptions(part: TcpPart): Uint8Array {
  const options = new ByteWriter();
  if (part.mss !== null) options.u8(2).u8(4).u16(part.mss);
  if (part.timestamps !== null) {
    // RFC 7323, appendix A: two bytes stand before the option, so that its numbers are aligned.
    if (part.sackPermitted) options.u8(4).u8(2);
    else options.u8(1).u8(1);
    options.u8(8).u8(10).u32(part.timestamps.value).u32(part.timestamps.echo);
  } else if (part.sackPermitted) {
    options.u8(1).u8(1).u8(4).u8(2);
  }
  if (part.windowScale !== null) options.u8(1).u8(3).u8(3).u8(part.windowScale);
  return options.bytes();
}

/** A UDP datagram with its checksum. */
export function buildUdp(part: UdpPart, pair: AddressPair): Uint8Array {
  const datagram = new ByteWriter()
    .u16(part.sourcePort)
    .u16(part.destinationPort)
    .u16(8 + part.payload.length)
    .u16(0)
    .raw(part.payload)
    .bytes();
  // RFC 768: "If the computed checksum is zero, it is transmitted as all ones."
  patchU16(datagram, UDP_CHECKSUM_OFFSET, transportChecksum(17, datagram, pair) || 0xffff);
  return datagram;
}

/** What an ICMP message takes from its frame and from the script's earlier packets. */
export interface IcmpContext extends AddressPair {
  readonly sourceMac: Uint8Array;
  /** The IP packet that `quote=` names, whole; null without one. */
  readonly quoted: Uint8Array | null;
}

/** An ICMP or ICMPv6 message with its checksum. */
export function buildIcmp(part: IcmpPart, context: IcmpContext): Uint8Array {
  const writer = new ByteWriter().u8(part.type).u8(part.code).u16(0).u32(part.rest);
  if (part.target !== null) writer.raw(part.target);
  // RFC 4861 §4.6.1: option 1 or 2, length in units of 8 bytes, the MAC.
  if (part.linkLayerOption !== null) writer.u8(part.linkLayerOption).u8(1).raw(context.sourceMac);
  if (context.quoted !== null) writer.raw(quotedBytes(part.kind, context.quoted));
  const message = writer.raw(part.payload).bytes();
  const sum =
    part.kind === 'icmp' ? internetChecksum(message) : transportChecksum(58, message, context);
  patchU16(message, ICMP_CHECKSUM_OFFSET, sum);
  return message;
}

function quotedBytes(kind: IcmpPart['kind'], packet: Uint8Array): Uint8Array {
  if (kind === 'icmp6') return packet.subarray(0, QUOTE_PACKET_BYTES_V6);
  return packet.subarray(0, 4 * ((packet[0] ?? 0) & 0x0f) + QUOTE_BYTES_V4);
}

/** Makes a transport checksum wrong in a way that no correct packet has. */
export function spoilChecksum(protocol: number, segment: Uint8Array): void {
  const offsets: Readonly<Record<number, number>> = {
    1: ICMP_CHECKSUM_OFFSET,
    6: TCP_CHECKSUM_OFFSET,
    17: UDP_CHECKSUM_OFFSET,
    58: ICMP_CHECKSUM_OFFSET,
  };
  const offset = offsets[protocol];
  if (offset === undefined) return;
  const value = ((segment[offset] ?? 0) << 8) | (segment[offset + 1] ?? 0);
  patchU16(segment, offset, value ^ 0x5555 || 0x5555);
}

/** The checksum over the pseudo header (RFC 9293 §3.1, RFC 8200 §8.1) and the segment. */
function transportChecksum(protocol: number, segment: Uint8Array, pair: AddressPair): number {
  const pseudo = new ByteWriter().raw(pair.source).raw(pair.destination);
  pseudo.u32(segment.length).u32(protocol);
  return internetChecksum(pseudo.bytes(), segment);
}
