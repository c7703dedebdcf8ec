/**
 * This file reads MPLS label stacks (RFC 3032 §2.1) and tells what lies below them: IP, or the
 * Ethernet frame of a pseudowire (RFC 4448).
 *
 * ```
 *  0                   20  23 24      32
 *  | label             | TC |S| TTL   |    S marks the bottom of the stack
 * ```
 */

import { isVlanTag } from './ethernet.ts';
import {
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  ETHERTYPE_PPPOE_SESSION,
  NEXT_ETHERNET,
  NEXT_IP,
  NEXT_NOT_IP,
  NEXT_SHORT,
} from './next-layer.ts';
import type { PacketView } from './packet-view.ts';

const ENTRY_LENGTH = 4;
/** Low byte of an entry's third byte. */
const BOTTOM_OF_STACK = 0x01;
/** RFC 4385 §3: the first four bits are 0. */
const CONTROL_WORD_LENGTH = 4;
const MACS_LENGTH = 12;

/** Walks the label stack from `view.networkOffset`; what follows is told by its bytes alone. */
export function readMpls(view: PacketView): number {
  const { data, frameEnd } = view;
  let at = view.networkOffset;
  for (;;) {
    if (frameEnd - at < ENTRY_LENGTH) return NEXT_SHORT;
    const isBottom = (data.getUint8(at + 2) & BOTTOM_OF_STACK) !== 0;
    at += ENTRY_LENGTH;
    if (isBottom) break;
  }
  view.networkOffset = at;
  if (frameEnd - at < 1) return NEXT_SHORT;
  // No field says what follows: RFC 3032 §3.5 has it known to whoever gave the label out. The first
  // four bits are IP's version, 0 a control word (RFC 4385 §3), 1 an associated channel (§5).
  const first = data.getUint8(at);
  if (first >= 0x45 && first <= 0x4f) return NEXT_IP;
  if (first >>> 4 === 6 && !isPseudowire(view, at)) return NEXT_IP;
  if (first >>> 4 === 0 && isPseudowire(view, at + CONTROL_WORD_LENGTH)) {
    view.networkOffset = at + CONTROL_WORD_LENGTH;
    return NEXT_ETHERNET;
  }
  return isPseudowire(view, at) ? NEXT_ETHERNET : NEXT_NOT_IP;
}

/** Whether an Ethernet frame that leads to IP begins at `at`: its EtherType must fit what follows. */
function isPseudowire(view: PacketView, at: number): boolean {
  const { data, frameEnd } = view;
  const next = at + MACS_LENGTH + 2;
  if (frameEnd - next < 1) return false;
  const etherType = data.getUint16(at + MACS_LENGTH);
  if (etherType === ETHERTYPE_IPV4) return data.getUint8(next) >>> 4 === 4;
  if (etherType === ETHERTYPE_IPV6) return data.getUint8(next) >>> 4 === 6;
  return (
    isVlanTag(etherType) || etherType === ETHERTYPE_MPLS || etherType === ETHERTYPE_PPPOE_SESSION
  );
}
