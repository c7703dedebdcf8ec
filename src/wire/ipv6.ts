/** This file reads IPv6 headers and their extension headers (RFC 8200 §3, §4). */

import { FRAGMENT_NOT_FIRST, IP_SHORT, IPV6_EXTENSION, OK } from './decode-status.ts';
import type { PacketView } from './packet-view.ts';

const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;
const HOP_LIMIT = 7;
const SOURCE = 8;
const DESTINATION = 24;
export const IPV6_LENGTH = 40;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION_OPTIONS = 60;
const FRAGMENT_LENGTH = 8;

/** As `readIpv4`, for version 6. Extension headers up to the transport header are walked. */
export function readIpv6(view: PacketView): number {
  const at = view.networkOffset;
  const data = view.data;
  if (view.frameEnd - at < IPV6_LENGTH) return view.cutOr(at + IPV6_LENGTH, IP_SHORT);
  const payloadLength = data.getUint16(at + PAYLOAD_LENGTH);
  view.family = 6;
  // 0 is a jumbogram (RFC 2675) or segmentation offload: the frame's own length counts.
  view.ipLength = payloadLength === 0 ? view.originalEnd - at : IPV6_LENGTH + payloadLength;
  if (view.ipLength < IPV6_LENGTH) view.ipLength = IPV6_LENGTH;
  view.ipEnd = at + view.ipLength;
  view.ipTtl = data.getUint8(at + HOP_LIMIT);
  view.source = data.getInt32(at + SOURCE);
  view.source1 = data.getInt32(at + SOURCE + 4);
  view.source2 = data.getInt32(at + SOURCE + 8);
  view.source3 = data.getInt32(at + SOURCE + 12);
  view.destination = data.getInt32(at + DESTINATION);
  view.destination1 = data.getInt32(at + DESTINATION + 4);
  view.destination2 = data.getInt32(at + DESTINATION + 8);
  view.destination3 = data.getInt32(at + DESTINATION + 12);
  return walkExtensions(view, data.getUint8(at + NEXT_HEADER), at + IPV6_LENGTH);
}

function walkExtensions(view: PacketView, first: number, from: number): number {
  const data = view.data;
  let next = first;
  let at = from;
  while (
    next === HOP_BY_HOP ||
    next === ROUTING ||
    next === DESTINATION_OPTIONS ||
    next === FRAGMENT
  ) {
    view.protocol = next;
    if (view.frameEnd - at < FRAGMENT_LENGTH) {
      return view.cutOr(at + FRAGMENT_LENGTH, IPV6_EXTENSION);
    }
    const length = next === FRAGMENT ? FRAGMENT_LENGTH : (data.getUint8(at + 1) + 1) << 3;
    const isFragment = next === FRAGMENT;
    next = data.getUint8(at);
    if (isFragment) {
      const offsetAndFlags = data.getUint16(at + 2);
      // An "atomic" fragment (offset 0, no more) is a whole packet (RFC 6946).
      if ((offsetAndFlags & 0xfff9) !== 0) {
        view.isFragment = true;
        view.fragmentId = data.getInt32(at + 4);
        view.fragmentOffset = offsetAndFlags & 0xfff8;
        view.hasMoreFragments = (offsetAndFlags & 1) !== 0;
        view.fragmentDataOffset = at + FRAGMENT_LENGTH;
      }
      if ((offsetAndFlags & 0xfff8) !== 0) {
        view.protocol = next;
        view.transportOffset = at + FRAGMENT_LENGTH;
        return FRAGMENT_NOT_FIRST;
      }
    }
    at += length;
    if (at > view.ipEnd) return IPV6_EXTENSION;
  }
  view.protocol = next;
  view.transportOffset = at;
  return OK;
}
