/** This file knows the addresses of groups: multicast (RFC 5771, RFC 4291 §2.7) and limited broadcast. */

import type { PacketView } from './packet-view.ts';

/** Whether the attached packet's destination is a group, which is not routed like a host. */
export function isToGroup(view: PacketView): boolean {
  const { destination } = view;
  return view.family === 4 ? isGroup4(destination) : destination >>> 24 === 0xff;
}

/** Whether an IPv4 address is a group's. */
export function isGroup4(word: number): boolean {
  return word >>> 28 === 14 || word === -1;
}
