/** This file reads IPv4 headers (RFC 791 §3.1). */

import {
  FRAGMENT_NOT_FIRST,
  IP_SHORT,
  IPV4_HEADER_LENGTH,
  IPV4_TOTAL_LENGTH,
  OK,
} from './decode-status.ts';
import type { PacketView } from './packet-view.ts';

export const IPV4_IDENTIFICATION_OFFSET = 4;
const FLAGS_FRAGMENT = 6;
/** Of the TTL, and the protocol behind it. */
export const IPV4_TTL_OFFSET = 8;
export const IPV4_SOURCE_OFFSET = 12;
export const IPV4_DESTINATION_OFFSET = 16;
export const IPV4_LENGTH_MIN = 20;

/**
 * Reads the header at `view.networkOffset`, whose version is known to be 4. On OK the transport
 * header starts at `view.transportOffset`; nothing of it is checked.
 */
export function readIpv4(view: PacketView): number {
  const at = view.networkOffset;
  const data = view.data;
  if (view.frameEnd - at < IPV4_LENGTH_MIN) return view.cutOr(at + IPV4_LENGTH_MIN, IP_SHORT);
  // Words of 32 bits, taken apart: half as many reads.
  const first = data.getInt32(at);
  const headerLength = (first >>> 22) & 0x3c;
  if (headerLength < IPV4_LENGTH_MIN) return IPV4_HEADER_LENGTH;
  let ipLength = first & 0xffff;
  // Segmentation offload leaves 0: the frame's own length counts (CONTRACT: Records).
  if (ipLength === 0) ipLength = view.originalEnd - at;
  if (ipLength < headerLength) return IPV4_TOTAL_LENGTH;
  view.family = 4;
  view.ipLength = ipLength;
  const ttlAndProtocol = data.getUint16(at + IPV4_TTL_OFFSET);
  view.ipTtl = ttlAndProtocol >>> 8;
  view.protocol = ttlAndProtocol & 0xff;
  view.source = data.getInt32(at + IPV4_SOURCE_OFFSET);
  view.destination = data.getInt32(at + IPV4_DESTINATION_OFFSET);
  view.ipEnd = at + ipLength;
  view.transportOffset = at + headerLength;
  const fragment = data.getUint16(at + FLAGS_FRAGMENT);
  if ((fragment & 0x3fff) !== 0) {
    view.isFragment = true; // more fragments, or an offset
    view.fragmentId = data.getUint16(at + IPV4_IDENTIFICATION_OFFSET);
    view.fragmentOffset = (fragment & 0x1fff) << 3;
    view.hasMoreFragments = (fragment & 0x2000) !== 0;
    view.fragmentDataOffset = at + headerLength;
    if (view.fragmentOffset !== 0) return FRAGMENT_NOT_FIRST;
  }
  return OK;
}

/** Identification field of the attached IPv4 packet. */
export function ipv4Identification(view: PacketView): number {
  return view.data.getUint16(view.networkOffset + IPV4_IDENTIFICATION_OFFSET);
}
