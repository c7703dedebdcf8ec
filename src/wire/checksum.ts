/**
 * This file checks the Internet checksums (RFC 1071) of the attached packet: the IPv4 header's, and
 * those of TCP, UDP, ICMP and ICMPv6.
 *
 * A checksum that its sender's network card was to fill in is not a wrong one: the capture saw the
 * packet before the card. The system leaves the sum of the pseudo header in the field then, or 0.
 */

import { PROTO_ICMP, PROTO_ICMPV6, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { ICMP_CHECKSUM_OFFSET } from './icmp.ts';
import type { PacketView } from './packet-view.ts';
import { TCP_CHECKSUM_OFFSET } from './tcp.ts';
import { UDP_CHECKSUM_OFFSET, UDP_LENGTH } from './udp.ts';

/** There is nothing to check: no checksum, a fragment, or bytes that the capture lacks. */
export const CHECKSUM_UNCHECKED = 0;
export const CHECKSUM_GOOD = 1;
export const CHECKSUM_BAD = 2;
/** Left to the network card. */
export const CHECKSUM_LEFT_OUT = 3;

const IPV4_TOTAL_LENGTH = 2;
const IPV4_CHECKSUM = 10;
const IPV4_ADDRESSES = 12;
const IPV4_ADDRESSES_LENGTH = 8;
const IPV6_PAYLOAD_LENGTH = 4;
const IPV6_NEXT_HEADER = 6;
const IPV6_ADDRESSES = 8;
const IPV6_ADDRESSES_LENGTH = 32;
const IPV6_LENGTH = 40;
const UDP_LENGTH_OFFSET = 4;
const ROUTING_HEADER = 43;
const ALL_ONES = 0xffff;

/** CHECKSUM_ of the attached packet's IPv4 header (RFC 791 §3.1); unchecked for IPv6. */
export function ipv4HeaderChecksum(view: PacketView): number {
  const { data, networkOffset: at } = view;
  if (view.family !== 4) return CHECKSUM_UNCHECKED;
  const end = at + ((data.getUint8(at) & 15) << 2);
  if (end > view.frameEnd) return CHECKSUM_UNCHECKED;
  if (fold(sumOf(data, at, end)) === ALL_ONES) return CHECKSUM_GOOD;
  return data.getUint16(at + IPV4_CHECKSUM) === 0 ? CHECKSUM_LEFT_OUT : CHECKSUM_BAD;
}

/** CHECKSUM_ of the attached packet's transport header and payload. `attach` must have said OK. */
export function transportChecksum(view: PacketView): number {
  if (view.isFragment || view.ipEnd > view.frameEnd) return CHECKSUM_UNCHECKED;
  if (hasNoLength(view)) return CHECKSUM_UNCHECKED;
  switch (view.protocol) {
    case PROTO_TCP:
      return check(view, TCP_CHECKSUM_OFFSET, view.ipEnd - view.transportOffset);
    case PROTO_UDP:
      return checkUdp(view);
    case PROTO_ICMP:
      return view.family === 4 ? checkIcmp(view) : CHECKSUM_UNCHECKED;
    case PROTO_ICMPV6:
      return view.family === 6
        ? check(view, ICMP_CHECKSUM_OFFSET, view.ipEnd - view.transportOffset)
        : CHECKSUM_UNCHECKED;
    default:
      return CHECKSUM_UNCHECKED;
  }
}

/** A length of 0 is segmentation offload's, or a jumbogram's: what is covered is not known. */
function hasNoLength(view: PacketView): boolean {
  const at = view.networkOffset + (view.family === 4 ? IPV4_TOTAL_LENGTH : IPV6_PAYLOAD_LENGTH);
  return view.data.getUint16(at) === 0;
}

function checkUdp(view: PacketView): number {
  const { data, transportOffset: at } = view;
  const length = data.getUint16(at + UDP_LENGTH_OFFSET);
  if (length < UDP_LENGTH || at + length > view.ipEnd) return CHECKSUM_UNCHECKED;
  // RFC 768: all zero means that the sender made none.
  if (data.getUint16(at + UDP_CHECKSUM_OFFSET) === 0) return CHECKSUM_UNCHECKED;
  return check(view, UDP_CHECKSUM_OFFSET, length);
}

function checkIcmp(view: PacketView): number {
  const sum = fold(sumOf(view.data, view.transportOffset, view.ipEnd));
  return sum === ALL_ONES ? CHECKSUM_GOOD : CHECKSUM_BAD;
}

/** A checksum over pseudo header and `length` bytes from the transport header on. */
function check(view: PacketView, checksumOffset: number, length: number): number {
  if (view.family === 6 && hasRoutingHeader(view)) return CHECKSUM_UNCHECKED;
  const { data, transportOffset: at } = view;
  const addresses = addressSum(view) + view.protocol;
  const sum = addresses + length + sumOf(data, at, at + length);
  if (fold(sum) === ALL_ONES) return CHECKSUM_GOOD;
  const field = data.getUint16(at + checksumOffset);
  const isLeftOut = field === fold(addresses + length) || field === fold(addresses);
  return isLeftOut ? CHECKSUM_LEFT_OUT : CHECKSUM_BAD;
}

function addressSum(view: PacketView): number {
  if (view.family === 4) {
    const from = view.networkOffset + IPV4_ADDRESSES;
    return sumOf(view.data, from, from + IPV4_ADDRESSES_LENGTH);
  }
  const from = view.networkOffset + IPV6_ADDRESSES;
  return sumOf(view.data, from, from + IPV6_ADDRESSES_LENGTH);
}

/** With one, the pseudo header has the last hop's address, not the header's (RFC 8200 §8.1). */
function hasRoutingHeader(view: PacketView): boolean {
  const { data, networkOffset, transportOffset } = view;
  let next = data.getUint8(networkOffset + IPV6_NEXT_HEADER);
  let at = networkOffset + IPV6_LENGTH;
  while (at < transportOffset) {
    if (next === ROUTING_HEADER) return true;
    next = data.getUint8(at);
    at += (data.getUint8(at + 1) + 1) << 3;
  }
  return false;
}

/** Sum of the bytes as 16-bit words in both halves of 32-bit ones; an odd byte is padded with 0. */
function sumOf(data: DataView, from: number, end: number): number {
  let sum = 0;
  let at = from;
  for (; at + 4 <= end; at += 4) sum += data.getUint32(at);
  if (at + 2 <= end) {
    sum += data.getUint16(at);
    at += 2;
  }
  return at < end ? sum + data.getUint8(at) * 256 : sum;
}

/** Adds the carries: a sum of any 16- and 32-bit words as one of 16 bits. */
function fold(sum: number): number {
  let rest = sum;
  while (rest > ALL_ONES) rest = (rest % 0x1_0000) + Math.floor(rest / 0x1_0000);
  return rest;
}
