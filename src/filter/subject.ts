/**
 * This file holds what a compiled filter looks at: an attached frame, how far it was decoded, and the
 * session that it begins. One object is used for all frames.
 *
 * Contract: `family` of the view is 0, `transportOffset` and `tagOffset` are negative where the frame
 * has no such header. `attach` sees to that; a view whose status is OK has the first two anyway, and
 * its EtherType follows from its family.
 */

import { FRAGMENT_NOT_FIRST, OK } from '../wire/decode-status.ts';
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2 } from '../wire/link-type.ts';
import type { PacketView } from '../wire/packet-view.ts';

const UNKNOWN = -1;
/** The destination address stands first in an Ethernet header (IEEE 802.3 §3.2). */
const SOURCE_MAC = 6;

export class Subject {
  readonly view: PacketView;
  /** DecodeStatus of the view. */
  status = OK;
  /** LINKTYPE_ value of the frame's interface. */
  linkType = LINKTYPE_ETHERNET;

  /** Of the session, when there is one. */
  serial = 0;
  /** Zone numbers, client and server. */
  clientZone = 0;
  serverZone = 0;
  /** Number of its rule, and index of its application or -1. */
  rule = UNKNOWN;
  application = UNKNOWN;

  constructor(view: PacketView) {
    this.view = view;
  }

  /** Attaches the view to a frame, whatever it is. */
  attach(
    bytes: Uint8Array,
    offset: number,
    capturedLength: number,
    originalLength: number,
    linkType: number,
  ): void {
    const { view } = this;
    view.family = 0;
    view.transportOffset = UNKNOWN;
    view.tagOffset = UNKNOWN;
    this.linkType = linkType;
    this.status = view.attach(bytes, offset, capturedLength, originalLength, linkType, 0);
  }
}

/** Bytes of the frame on the wire. */
export function wireLength({ view }: Subject): number {
  return view.originalEnd - view.frameOffset;
}

/** EtherType behind the VLAN tags, or -1 where the frame has none. */
export function etherType({ view, linkType }: Subject): number {
  if (view.family !== 0) return view.family === 4 ? 0x0800 : 0x86dd;
  if (view.tagOffset < 0) return UNKNOWN;
  switch (linkType) {
    case LINKTYPE_ETHERNET:
    case LINKTYPE_LINUX_SLL:
      return view.data.getUint16(view.tagOffset + 4 * view.tagCount - 2);
    case LINKTYPE_LINUX_SLL2:
      // The header begins with it, unless tags follow.
      return view.tagCount === 0
        ? view.data.getUint16(view.frameOffset)
        : view.data.getUint16(view.tagOffset + 4 * view.tagCount - 2);
    default:
      return UNKNOWN;
  }
}

/** Where the frame's destination MAC address stands, or -1. */
export function destinationMacOffset({ view, linkType }: Subject): number {
  if (linkType !== LINKTYPE_ETHERNET || view.sourceMacOffset < 0) return UNKNOWN;
  return view.sourceMacOffset - SOURCE_MAC;
}

/**
 * Where the ports stand, or -1: a fragment after the first has none, whatever its bytes look like
 * (RFC 791 §3.1), nor has a packet that ends before them.
 */
export function portsOffset({ view, status }: Subject): number {
  const at = view.transportOffset;
  if (view.family === 0 || at < 0 || status === FRAGMENT_NOT_FIRST) return UNKNOWN;
  return at + 4 <= view.frameEnd && at + 4 <= view.ipEnd ? at : UNKNOWN;
}
