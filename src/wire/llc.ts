/**
 * This file reads IEEE 802.2 LLC headers with SNAP (RFC 1042), and frame relay (RFC 2427), which
 * uses the same protocol numbers.
 *
 * ```
 *  LLC and SNAP   | DSAP 0xaa | SSAP 0xaa | control 3 | OUI 3 | protocol 2 | …
 *  frame relay    | address 2 to 4 | control 3 | NLPID (or a pad, then NLPID) | …
 * ```
 */

import {
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  NEXT_ETHERNET,
  NEXT_NOT_IP,
  NEXT_SHORT,
} from './next-layer.ts';
import type { PacketView } from './packet-view.ts';

const LLC_LENGTH = 3;
const SNAP_LENGTH = 5;
const SAP_SNAP = 0xaa;
const SAP_IP = 0x06; // RFC 1042
const SAP_ISO = 0xfe; // RFC 2684 §5.1: an NLPID follows
const UNNUMBERED = 0x03;

const OUI_ETHERNET = 0x00_0000; // RFC 1042
const OUI_BRIDGE_TUNNEL = 0x00_00f8; // IEEE 802.1H
const OUI_BRIDGED = 0x00_80c2; // RFC 2427 §4.2, RFC 2684 §5.2
/** Protocol identifiers of OUI_BRIDGED: Ethernet with its check sequence, and without. */
const BRIDGED_ETHERNET = 0x0001;
const BRIDGED_ETHERNET_BARE = 0x0007;
/** RFC 2684 §5.2: ATM pads in front of a bridged frame; frame relay does not. */
const ATM_PAD = 2;

const NLPID_SNAP = 0x80;
const NLPID_IPV6 = 0x8e;
const NLPID_IPV4 = 0xcc;
/** RFC 2427 §2: set in the address's last byte. */
const ADDRESS_ENDS = 0x01;
const ADDRESS_LENGTH_MAX = 4;

/** Reads an LLC header from `view.networkOffset`. */
export function readLlc(view: PacketView): number {
  const { data, frameEnd } = view;
  const at = view.networkOffset;
  if (frameEnd - at < LLC_LENGTH) return NEXT_SHORT;
  const sap = data.getUint8(at);
  if (data.getUint8(at + 1) !== sap || data.getUint8(at + 2) !== UNNUMBERED) return NEXT_NOT_IP;
  view.networkOffset = at + LLC_LENGTH;
  if (sap === SAP_SNAP) return readSnap(view, ATM_PAD);
  if (sap === SAP_IP) return ETHERTYPE_IPV4;
  return sap === SAP_ISO ? readNlpid(view) : NEXT_NOT_IP;
}

/** Reads OUI and protocol; `pad` bytes stand in front of a bridged frame. */
function readSnap(view: PacketView, pad: number): number {
  const { data, frameEnd } = view;
  const at = view.networkOffset;
  if (frameEnd - at < SNAP_LENGTH) return NEXT_SHORT;
  const oui = (data.getUint8(at) << 16) | data.getUint16(at + 1);
  const protocol = data.getUint16(at + 3);
  view.networkOffset = at + SNAP_LENGTH;
  if (oui === OUI_ETHERNET || oui === OUI_BRIDGE_TUNNEL) return protocol;
  if (oui !== OUI_BRIDGED) return NEXT_NOT_IP;
  view.networkOffset += pad;
  const isEthernet = protocol === BRIDGED_ETHERNET || protocol === BRIDGED_ETHERNET_BARE;
  return isEthernet ? NEXT_ETHERNET : NEXT_NOT_IP;
}

/** Reads a network layer protocol identifier (ISO/IEC TR 9577); SNAP may follow it. */
function readNlpid(view: PacketView): number {
  const at = view.networkOffset;
  if (view.frameEnd - at < 1) return NEXT_SHORT;
  view.networkOffset = at + 1;
  switch (view.data.getUint8(at)) {
    case NLPID_IPV4:
      return ETHERTYPE_IPV4;
    case NLPID_IPV6:
      return ETHERTYPE_IPV6;
    case NLPID_SNAP:
      return readSnap(view, 0);
    default:
      return NEXT_NOT_IP;
  }
}

/** Reads a frame relay header from `at`: RFC 2427's, or Cisco's with an EtherType. */
export function readFrameRelay(view: PacketView, at: number): number {
  const { data, frameEnd } = view;
  let length = 0;
  do {
    if (length === ADDRESS_LENGTH_MAX) return NEXT_NOT_IP;
    if (frameEnd - at <= length) return NEXT_SHORT;
  } while ((data.getUint8(at + length++) & ADDRESS_ENDS) === 0);
  const control = at + length;
  if (length < 2) return NEXT_NOT_IP;
  if (frameEnd - control < 2) return NEXT_SHORT;
  if (data.getUint8(control) !== UNNUMBERED) {
    view.networkOffset = control + 2;
    return data.getUint16(control);
  }
  // RFC 2427 §3: a pad of zero may bring what follows to an even place.
  view.networkOffset = control + (data.getUint8(control + 1) === 0 ? 2 : 1);
  return readNlpid(view);
}
