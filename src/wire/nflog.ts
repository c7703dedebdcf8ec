/**
 * This file reads Linux NFLOG records (LINKTYPE_NFLOG): a header of four bytes, then attributes, of
 * which one is the packet from its IP header on.
 *
 * ```
 *  family | version | resource id 2 | { length 2 | type 2 | value, filled up to four bytes } …
 * ```
 */

import { NEXT_IP, NEXT_NOT_IP, NEXT_SHORT } from './next-layer.ts';
import type { PacketView } from './packet-view.ts';

const HEADER_LENGTH = 4;
const ATTRIBUTE_LENGTH = 4;
/** Of linux/netfilter/nfnetlink_log.h: nfulnl_attr_type. */
const ATTRIBUTE_HARDWARE_ADDRESS = 8;
const ATTRIBUTE_PAYLOAD = 9;
/** Far above the last of them; an attribute's type below it tells the byte order. */
const ATTRIBUTE_TYPE_MAX = 255;
/** Length 2, padding 2, address 8. */
const MAC_LENGTH = 6;
const MAC_OFFSET = 4;

/** Finds the packet in the record that begins at `start`. Attributes end with the frame. */
export function readNflog(view: PacketView, start: number): number {
  const { data, frameEnd } = view;
  let at = start + HEADER_LENGTH;
  if (frameEnd - at < ATTRIBUTE_LENGTH) return NEXT_SHORT;
  // Length and type have the byte order of the computer that captured: types are small.
  const little = data.getUint16(at + 2, true) <= ATTRIBUTE_TYPE_MAX;
  while (frameEnd - at >= ATTRIBUTE_LENGTH) {
    const length = data.getUint16(at, little);
    const type = data.getUint16(at + 2, little);
    if (length < ATTRIBUTE_LENGTH) return NEXT_NOT_IP;
    if (type === ATTRIBUTE_PAYLOAD) {
      view.networkOffset = at + ATTRIBUTE_LENGTH;
      return NEXT_IP;
    }
    if (type === ATTRIBUTE_HARDWARE_ADDRESS) noteMac(view, at + ATTRIBUTE_LENGTH);
    at += (length + 3) & ~3;
  }
  return view.originalEnd > frameEnd ? NEXT_SHORT : NEXT_NOT_IP;
}

/** The address of the host that sent the frame. */
function noteMac(view: PacketView, at: number): void {
  if (view.frameEnd - at < MAC_OFFSET + MAC_LENGTH) return;
  if (view.data.getUint16(at) === MAC_LENGTH) view.sourceMacOffset = at + MAC_OFFSET;
}
