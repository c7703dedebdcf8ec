/**
 * This file reads who says that an address is his own: ARP (RFC 826) and IPv6 neighbour discovery
 * (RFC 4861). It is what proves that an address is on the link, and not behind a router.
 */

import { readMac } from '../ingress/ingress-zones.ts';
import { formatIpv4, formatIpv6 } from '../net/address.ts';
import type { PacketView } from '../wire/packet-view.ts';
import type { MacEntry } from './mac-table.ts';
import { linkKey4, linkKey6 } from './network-set.ts';

export const ETHERTYPE_ARP = 0x0806;
const ARP_LENGTH = 28;
/** Hardware type Ethernet, protocol IPv4, address lengths 6 and 4: the first six bytes. */
const ARP_ETHERNET = 0x0001_0800;
const ARP_LENGTHS = 0x0604;
const ARP_SENDER_MAC = 8;
const ARP_SENDER_ADDRESS = 14;

const ROUTER_ADVERTISEMENT = 134;
const NEIGHBOUR_ADVERTISEMENT = 136;
const TARGET = 8;
const TARGET_END = 24;
/** Neighbour discovery that a router passed on is not valid (RFC 4861 §6.1, §7.1). */
const HOP_LIMIT = 255;

/** Takes the sender's address from an ARP packet at the view's network header. */
export function learnFromArp(view: PacketView, sender: MacEntry): void {
  const { data, networkOffset: at, frameEnd } = view;
  if (frameEnd - at < ARP_LENGTH) return;
  if (data.getUint32(at) !== ARP_ETHERNET || data.getUint16(at + 4) !== ARP_LENGTHS) return;
  // Who answers for another MAC says nothing about his own.
  if (readMac(view.bytes, at + ARP_SENDER_MAC) !== sender.mac) return;
  own4(sender, data.getInt32(at + ARP_SENDER_ADDRESS));
}

/** Takes the sender's address, and the one that it advertises, from an attached ICMPv6 message. */
export function learnFromDiscovery(view: PacketView, sender: MacEntry): void {
  if (view.ipTtl !== HOP_LIMIT) return;
  own6(sender, [view.source, view.source1, view.source2, view.source3]);
  if (view.icmpType === ROUTER_ADVERTISEMENT) sender.routerAdvertisements += 1;
  if (view.icmpType !== NEIGHBOUR_ADVERTISEMENT) return;
  const at = view.transportOffset;
  if (Math.min(view.ipEnd, view.frameEnd) - at < TARGET_END) return;
  const word = (i: number) => view.data.getInt32(at + TARGET + 4 * i);
  own6(sender, [word(0), word(1), word(2), word(3)]);
}

/** A probe (RFC 5227) has no sender's address. */
function own4(sender: MacEntry, word: number): void {
  if (word === 0) return;
  sender.own(formatIpv4(word));
  const key = linkKey4(word);
  if (key !== null) sender.segment.links4.add(key);
}

function own6(sender: MacEntry, words: readonly [number, number, number, number]): void {
  if (words.every((word) => word === 0)) return;
  sender.own(formatIpv6(...words));
  const key = linkKey6(words[0], words[1]);
  if (key !== null) sender.segment.links6.add(key);
}
