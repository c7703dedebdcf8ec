/**
 * This file packs what decoding found of a packet into one row of words, so that one thread can decode
 * and another go on from there. A packet with its transport header and short headers before it has a row:
 * nearly all. Fragments and what could not be decoded have none; the row says so, and they are attached anew.
 *
 * ```
 * 0  1: plain | 2: IPv6 | tags << 2 | direction << 6 | source MAC + 1 << 8 | TTL << 16 | protocol << 24
 * 1  offsets: of the network header in the frame, of the transport header in that, of the payload in
 *    that, of the first tag in the frame; 8 bits each
 * 2  IP length      3  IP end in the frame   4  payload length
 * 5  source         6  destination           7  source port << 16 | destination port
 * 8  TCP: sequence  9  acknowledgment       10  window << 16 | flags
 * 8  others: ICMP type | code << 8 | kind << 16 | SCTP kind << 24
 * 11 hash of the flow's key  12 fingerprint  13, 14 hashes of the addresses, of IPv6
 * 15 window scale, of a SYN
 * ```
 * The last five are the caller's: this file only carries them.
 */

import { PROTO_TCP } from '../net/protocol.ts';
import { OK } from './decode-status.ts';
import { IPV4_LENGTH_MIN } from './ipv4.ts';
import type { PacketView } from './packet-view.ts';

/** Words of a row: a cache line. */
export const ROW_WORDS = 16;
export const ROW_OFFSETS = 1;
export const ROW_IP_LENGTH = 2;
export const ROW_IP_END = 3;
export const ROW_PAYLOAD_LENGTH = 4;
export const ROW_SOURCE = 5;
export const ROW_DESTINATION = 6;
export const ROW_PORTS = 7;
export const ROW_SEQUENCE = 8;
export const ROW_KINDS = 8;
export const ROW_ACKNOWLEDGMENT = 9;
export const ROW_WINDOW_AND_FLAGS = 10;
export const ROW_KEY_HASH = 11;
export const ROW_FINGERPRINT = 12;
export const ROW_SOURCE_HASH = 13;
export const ROW_DESTINATION_HASH = 14;
export const ROW_WINDOW_SCALE = 15;

const PLAIN = 1;
const IPV6 = 2;
const TAGS_SHIFT = 2;
const DIRECTION_SHIFT = 6;
const MAC_SHIFT = 8;
const TTL_SHIFT = 16;
const PROTOCOL_SHIFT = 24;
const CODE_SHIFT = 8;
const ICMP_KIND_SHIFT = 16;
const SCTP_KIND_SHIFT = 24;
const BYTE = 0xff;
/** VLAN tags that a row can say. */
export const ROW_TAGS_MAX = 15;

/** Words of an IPv6 header: source behind eight bytes, destination behind the source. */
const IPV6_SOURCE = 8;
const IPV6_DESTINATION = 24;

/** Whether the row at `at` has all of the packet. */
export const isPlainRow = (rows: Int32Array, at: number): boolean => (rows[at]! & PLAIN) !== 0;

/** Whether a row's first two words are of a plain IPv4 packet without options. */
export const isBareIpv4 = (head: number, offsets: number): boolean =>
  (head & (PLAIN | IPV6)) === PLAIN && ((offsets >>> 8) & BYTE) === IPV4_LENGTH_MIN;

/** What the first word of a plain row says. */
export const tagCountOf = (head: number): number => (head >>> TAGS_SHIFT) & ROW_TAGS_MAX;
export const ttlOf = (head: number): number => (head >>> TTL_SHIFT) & BYTE;
export const protocolOf = (head: number): number => head >>> PROTOCOL_SHIFT;

/** The first word of a plain row; `mac` is the offset of the source MAC in the frame plus 1, or 0. */
export const rowHead = (
  family: number,
  tagCount: number,
  direction: number,
  mac: number,
  ttl: number,
  protocol: number,
): number =>
  PLAIN |
  (family === 6 ? IPV6 : 0) |
  (tagCount << TAGS_SHIFT) |
  (direction << DIRECTION_SHIFT) |
  (mac << MAC_SHIFT) |
  (ttl << TTL_SHIFT) |
  (protocol << PROTOCOL_SHIFT);

/** The second word; each offset is 255 at most, and counts as the table above says. */
export const rowOffsets = (
  network: number,
  transport: number,
  payload: number,
  tag: number,
): number => network | (transport << 8) | (payload << 16) | (tag << 24);

/**
 * Packs the attached packet into the row at `at`; false where it is none of the plain ones.
 *
 * @param status what attaching it returned
 */
export function packRow(view: PacketView, status: number, rows: Int32Array, at: number): boolean {
  rows[at] = 0;
  const { protocol, frameOffset, networkOffset, transportOffset, payloadOffset } = view;
  if (status !== OK || view.isFragment) return false;
  const network = networkOffset - frameOffset;
  const transport = transportOffset - networkOffset;
  const payload = payloadOffset - transportOffset;
  const tag = view.tagCount === 0 ? 0 : view.tagOffset - frameOffset;
  const mac = view.sourceMacOffset < 0 ? 0 : view.sourceMacOffset - frameOffset + 1;
  if ((network | transport | payload | tag | mac) > BYTE || view.tagCount > ROW_TAGS_MAX)
    return false;
  rows[at] = rowHead(view.family, view.tagCount, view.direction, mac, view.ipTtl, protocol);
  rows[at + ROW_OFFSETS] = rowOffsets(network, transport, payload, tag);
  rows[at + ROW_IP_LENGTH] = view.ipLength;
  rows[at + ROW_IP_END] = view.ipEnd - frameOffset;
  rows[at + ROW_PAYLOAD_LENGTH] = view.payloadLength;
  rows[at + ROW_SOURCE] = view.source;
  rows[at + ROW_DESTINATION] = view.destination;
  rows[at + ROW_PORTS] = (view.sport << 16) | view.dport;
  if (protocol !== PROTO_TCP) {
    rows[at + ROW_KINDS] =
      view.icmpType |
      (view.icmpCode << CODE_SHIFT) |
      (view.icmpKind << ICMP_KIND_SHIFT) |
      (view.sctpKind << SCTP_KIND_SHIFT);
    return true;
  }
  rows[at + ROW_SEQUENCE] = view.tcpSequence;
  rows[at + ROW_ACKNOWLEDGMENT] = view.tcpAcknowledgment;
  rows[at + ROW_WINDOW_AND_FLAGS] = (view.tcpWindow << 16) | view.tcpFlags;
  return true;
}

/**
 * Reads the row at `at`, which is plain, into a view that was placed on its frame (`PacketView.place`):
 * then it is as if it had been attached to it.
 */
export function readRow(view: PacketView, rows: Int32Array, at: number): void {
  const { frameOffset } = view;
  const head = rows[at]!;
  const mac = (head >>> MAC_SHIFT) & BYTE;
  view.sourceMacOffset = mac === 0 ? -1 : frameOffset + mac - 1;
  view.tagCount = tagCountOf(head);
  view.direction = (head >>> DIRECTION_SHIFT) & 3;
  view.ipTtl = ttlOf(head);
  view.protocol = protocolOf(head);
  const offsets = rows[at + ROW_OFFSETS]!;
  const networkOffset = frameOffset + (offsets & BYTE);
  const transportOffset = networkOffset + ((offsets >>> 8) & BYTE);
  view.networkOffset = networkOffset;
  view.transportOffset = transportOffset;
  view.payloadOffset = transportOffset + ((offsets >>> 16) & BYTE);
  view.tagOffset = frameOffset + (offsets >>> 24);
  view.isFragment = false;
  view.ipLength = rows[at + ROW_IP_LENGTH]!;
  view.ipEnd = frameOffset + rows[at + ROW_IP_END]!;
  view.payloadLength = rows[at + ROW_PAYLOAD_LENGTH]!;
  view.source = rows[at + ROW_SOURCE]!;
  view.destination = rows[at + ROW_DESTINATION]!;
  const ports = rows[at + ROW_PORTS]!;
  view.sport = ports >>> 16;
  view.dport = ports & 0xffff;
  if (view.protocol === PROTO_TCP) {
    view.tcpSequence = rows[at + ROW_SEQUENCE]!;
    view.tcpAcknowledgment = rows[at + ROW_ACKNOWLEDGMENT]!;
    const rest = rows[at + ROW_WINDOW_AND_FLAGS]!;
    view.tcpFlags = rest & BYTE;
    view.tcpWindow = rest >>> 16;
    view.icmpKind = 0;
  } else {
    const kinds = rows[at + ROW_KINDS]!;
    view.icmpType = kinds & BYTE;
    view.icmpCode = (kinds >>> CODE_SHIFT) & BYTE;
    view.icmpKind = (kinds >>> ICMP_KIND_SHIFT) & BYTE;
    view.sctpKind = kinds >>> SCTP_KIND_SHIFT;
  }
  view.isHashed = true;
  view.keyHash = rows[at + ROW_KEY_HASH]!;
  view.fingerprint = rows[at + ROW_FINGERPRINT]!;
  view.sourceHash = rows[at + ROW_SOURCE_HASH]!;
  view.destinationHash = rows[at + ROW_DESTINATION_HASH]!;
  view.windowScale = rows[at + ROW_WINDOW_SCALE]!;
  if ((head & IPV6) === 0) view.family = 4;
  else readWideAddresses(view);
}

function readWideAddresses(view: PacketView): void {
  const { data, networkOffset } = view;
  view.family = 6;
  view.source1 = data.getInt32(networkOffset + IPV6_SOURCE + 4);
  view.source2 = data.getInt32(networkOffset + IPV6_SOURCE + 8);
  view.source3 = data.getInt32(networkOffset + IPV6_SOURCE + 12);
  view.destination1 = data.getInt32(networkOffset + IPV6_DESTINATION + 4);
  view.destination2 = data.getInt32(networkOffset + IPV6_DESTINATION + 8);
  view.destination3 = data.getInt32(networkOffset + IPV6_DESTINATION + 12);
}
