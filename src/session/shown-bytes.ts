/** This file counts bytes as PAN-OS shows them: each IP packet, its Ethernet header and VLAN tags (panos.md §5.2). */

import {
  EXTRA_TAGS,
  HOT_F64,
  HOT_WORDS,
  IP_BYTES_F64,
  PACKETS,
  SIDES,
  TAIL_WORDS,
  usualTags,
} from './layout.ts';
import type { SessionTable } from './session-table.ts';

const ETHERNET_HEADER = 14;
const VLAN_TAG = 4;

/** Of one side of a session, so far. */
export function shownBytes({ hot, hotF64, tail }: SessionTable, slot: number, side: number) {
  const at = slot * HOT_WORDS;
  const packets = hot[at + PACKETS + side]! >>> 0;
  const usual = usualTags(hot[at + SIDES]!, side);
  const tags = usual * packets + tail[slot * TAIL_WORDS + EXTRA_TAGS + side]!;
  return shownBytesOf(hotF64[slot * HOT_F64 + IP_BYTES_F64 + side]!, packets, tags);
}

/** Of packets with so many bytes of IP and so many tags, all together. */
export function shownBytesOf(ipBytes: number, packets: number, tags: number): number {
  return ipBytes + ETHERNET_HEADER * packets + VLAN_TAG * tags;
}
