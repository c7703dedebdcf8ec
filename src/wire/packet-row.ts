/**
 * This file packs what decoding found of a packet into one row of words, so that one thread can decode
 * and another go on from there. Only plain packets have a row, whole TCP segments and UDP datagrams with
 * short headers: nearly all. Of the others the row says so, and they are attached anew.
 *
 * ```
 * 0  1: plain | 2: IPv6 | tags << 2 | direction << 6 | source MAC + 1 << 8 | TTL << 16 | protocol << 24
 * 1  offsets: of the network header in the frame, of the transport header in that, of the payload in
 *    that, of the first tag in the frame; 8 bits each
 * 2  IP length      3  IP end in the frame   4  payload length
 * 5  source         6  destination           7  source port << 16 | destination port
 * 8  sequence       9  acknowledgment       10  window << 16 | flags
 * 11 hash of the flow's key  12 fingerprint  13, 14 hashes of the addresses, of IPv6
 * ```
 * The last four are the caller's: this file only carries them.
 */

import { PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { OK } from './decode-status.ts';
import type { PacketView } from './packet-view.ts';

/** Words of a row: a cache line. */
export const ROW_WORDS = 16;
export const ROW_KEY_HASH = 11;
export const ROW_FINGERPRINT = 12;
export const ROW_SOURCE_HASH = 13;
export const ROW_DESTINATION_HASH = 14;

const PLAIN = 1;
const IPV6 = 2;
const TAGS_SHIFT = 2;
const DIRECTION_SHIFT = 6;
const MAC_SHIFT = 8;
const TTL_SHIFT = 16;
const PROTOCOL_SHIFT = 24;
const BYTE = 0xff;

/** Words of an IPv6 header: source behind eight bytes, destination behind the source. */
const IPV6_SOURCE = 8;
const IPV6_DESTINATION = 24;

/** Whether the row at `at` has all of the packet. */
export const isPlainRow = (rows: Int32Array, at: number): boolean => (rows[at]! & PLAIN) !== 0;

/**
 * Packs the attached packet into the row at `at`; false where it is none of the plain ones.
 *
 * @param status what attaching it returned
 */
export function packRow(view: PacketView, status: number, rows: Int32Array, at: number): boolean {
  rows[at] = 0;
  const { protocol, frameOffset, networkOffset, transportOffset, payloadOffset } = view;
  if (status !== OK || view.isFragment || (protocol !== PROTO_TCP && protocol !== PROTO_UDP)) {
    return false;
  }
  const network = networkOffset - frameOffset;
  const transport = transportOffset - networkOffset;
  const payload = payloadOffset - transportOffset;
  const tag = view.tagCount === 0 ? 0 : view.tagOffset - frameOffset;
  const mac = view.sourceMacOffset < 0 ? 0 : view.sourceMacOffset - frameOffset + 1;
  if ((network | transport | payload | tag | mac) > BYTE || view.tagCount > 15) return false;
  rows[at] =
    PLAIN |
    (view.family === 6 ? IPV6 : 0) |
    (view.tagCount << TAGS_SHIFT) |
    (view.direction << DIRECTION_SHIFT) |
    (mac << MAC_SHIFT) |
    (view.ipTtl << TTL_SHIFT) |
    (protocol << PROTOCOL_SHIFT);
  rows[at + 1] = network | (transport << 8) | (payload << 16) | (tag << 24);
  rows[at + 2] = view.ipLength;
  rows[at + 3] = view.ipEnd - frameOffset;
  rows[at + 4] = view.payloadLength;
  rows[at + 5] = view.source;
  rows[at + 6] = view.destination;
  rows[at + 7] = (view.sport << 16) | view.dport;
  rows[at + 8] = view.tcpSequence;
  rows[at + 9] = view.tcpAcknowledgment;
  rows[at + 10] = (view.tcpWindow << 16) | view.tcpFlags;
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
  view.tagCount = (head >>> TAGS_SHIFT) & 15;
  view.direction = (head >>> DIRECTION_SHIFT) & 3;
  view.ipTtl = (head >>> TTL_SHIFT) & BYTE;
  view.protocol = head >>> PROTOCOL_SHIFT;
  const offsets = rows[at + 1]!;
  const networkOffset = frameOffset + (offsets & BYTE);
  const transportOffset = networkOffset + ((offsets >>> 8) & BYTE);
  view.networkOffset = networkOffset;
  view.transportOffset = transportOffset;
  view.payloadOffset = transportOffset + ((offsets >>> 16) & BYTE);
  view.tagOffset = frameOffset + (offsets >>> 24);
  view.isFragment = false;
  view.ipLength = rows[at + 2]!;
  view.ipEnd = frameOffset + rows[at + 3]!;
  view.payloadLength = rows[at + 4]!;
  view.source = rows[at + 5]!;
  view.destination = rows[at + 6]!;
  const ports = rows[at + 7]!;
  view.sport = ports >>> 16;
  view.dport = ports & 0xffff;
  view.tcpSequence = rows[at + 8]!;
  view.tcpAcknowledgment = rows[at + 9]!;
  const rest = rows[at + 10]!;
  view.tcpFlags = rest & BYTE;
  view.tcpWindow = rest >>> 16;
  view.icmpKind = 0;
  view.isHashed = true;
  view.keyHash = rows[at + ROW_KEY_HASH]!;
  view.fingerprint = rows[at + ROW_FINGERPRINT]!;
  view.sourceHash = rows[at + ROW_SOURCE_HASH]!;
  view.destinationHash = rows[at + ROW_DESTINATION_HASH]!;
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
