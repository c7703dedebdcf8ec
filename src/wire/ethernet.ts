/**
 * This file reads Ethernet II headers with any stack of 802.1Q and 802.1ad tags.
 *
 * ```
 *  0            6           12        12+4n
 *  | destination | source    | n tags  | EtherType | …
 * ```
 */

import type { PacketView } from './packet-view.ts';

export const ETHERNET_LENGTH = 14;
export const VLAN_TAG_LENGTH = 4;

export const ETHERNET_SOURCE_OFFSET = 6;
export const ETHERNET_TYPE_OFFSET = 12;

const ETHERTYPE_DOT1Q = 0x8100; // IEEE 802.1Q
const ETHERTYPE_DOT1AD = 0x88a8; // IEEE 802.1ad
const ETHERTYPE_QINQ_OLD = 0x9100; // before 802.1ad, still sent

/**
 * Walks the Ethernet header from `view.frameOffset`; returns the EtherType, or -1 when the frame
 * ends inside the header. Sets where the network layer starts and the tags.
 */
export function readEthernet(view: PacketView): number {
  if (view.frameEnd - view.frameOffset < ETHERNET_LENGTH) return -1;
  view.sourceMacOffset = view.frameOffset + ETHERNET_SOURCE_OFFSET;
  return readTags(view, view.frameOffset + ETHERNET_TYPE_OFFSET);
}

/**
 * As `readEthernet`, of an Ethernet frame inside another one, from `view.networkOffset`.
 *
 * The inner frame is the customer's, so its MAC and tags are those that tell a zone, and its tags
 * alone are counted in `tagCount`: PAN-OS counts 4 bytes a tag of the frame that it is given
 * (panos.md §5.2), and no provider's backbone hands its own tags to a customer's firewall.
 */
export function readEthernetInside(view: PacketView): number {
  const at = view.networkOffset;
  if (view.frameEnd - at < ETHERNET_LENGTH) return -1;
  view.sourceMacOffset = at + ETHERNET_SOURCE_OFFSET;
  view.tagCount = 0;
  return readTags(view, at + ETHERNET_TYPE_OFFSET);
}

/** Walks tags from the EtherType at `at`; shared with Linux cooked headers. */
export function readTags(view: PacketView, at: number): number {
  return walkTags(view, view.data.getUint16(at), at + 2);
}

/**
 * Walks tags that begin at `first`, behind an EtherType that stood elsewhere; returns the EtherType
 * behind the last one, or -1 when the frame ends inside a tag.
 */
export function walkTags(view: PacketView, etherTypeBefore: number, first: number): number {
  const data = view.data;
  let etherType = etherTypeBefore;
  let next = first;
  view.tagOffset = next;
  while (isVlanTag(etherType)) {
    if (view.frameEnd - next < VLAN_TAG_LENGTH) return -1;
    view.tagCount++;
    etherType = data.getUint16(next + 2);
    next += VLAN_TAG_LENGTH;
  }
  view.networkOffset = next;
  return etherType;
}

/** Whether an EtherType is a VLAN tag's. */
export function isVlanTag(etherType: number): boolean {
  return (
    etherType === ETHERTYPE_DOT1Q ||
    etherType === ETHERTYPE_DOT1AD ||
    etherType === ETHERTYPE_QINQ_OLD
  );
}

/** VLAN id (0–4095) of tag `i` of the attached frame, the outermost first. `i` < `tagCount`. */
export function vlanId(view: PacketView, i: number): number {
  return view.data.getUint16(view.tagOffset + VLAN_TAG_LENGTH * i) & 0x0fff;
}
