/**
 * This file reads PPP frames (RFC 1661 §2, RFC 1662 §3.1), PPPoE sessions (RFC 2516 §4) and Cisco's
 * HDLC, as far as IP or MPLS may be inside.
 *
 * ```
 *  HDLC-like framing   | 0xff | 0x03 | protocol 2 (or 1) | …
 *  PPPoE               | version, type | code | session 2 | length 2 | protocol 2 | …
 *  Cisco HDLC          | address | control | EtherType 2 | …
 * ```
 */

import {
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  NEXT_NOT_IP,
  NEXT_PPP,
  NEXT_SHORT,
} from './next-layer.ts';
import type { PacketView } from './packet-view.ts';

const ALL_STATIONS = 0xff; // RFC 1662 §3.1
const UNNUMBERED = 0x03;
/** RFC 1661 §2: the low bit of a protocol's last byte is set, of its first one clear. */
const LAST_BYTE = 0x01;

const PPP_IPV4 = 0x0021; // RFC 1332 §2
const PPP_IPV6 = 0x0057; // RFC 5072 §2
const PPP_MPLS = 0x0281; // RFC 3032 §4.3
const PPP_MPLS_MULTICAST = 0x0283;

const PPPOE_LENGTH = 6;
const PPPOE_SESSION_CODE = 0; // RFC 2516 §6: of the session stage

const CISCO_UNICAST = 0x0f;
const CISCO_BROADCAST = 0x8f;
const CISCO_LENGTH = 4;

/** Reads a PPP frame from `view.networkOffset`, with or without address and control (RFC 1661 §6.6). */
export function readPpp(view: PacketView): number {
  const { data, frameEnd } = view;
  let at = view.networkOffset;
  if (frameEnd - at < 2) return NEXT_SHORT;
  if (data.getUint8(at) === ALL_STATIONS && data.getUint8(at + 1) === UNNUMBERED) at += 2;
  if (frameEnd - at < 1) return NEXT_SHORT;
  // The protocol's leading zero byte may be left out (RFC 1661 §6.5).
  const isCompressed = (data.getUint8(at) & LAST_BYTE) !== 0;
  if (!isCompressed && frameEnd - at < 2) return NEXT_SHORT;
  const protocol = isCompressed ? data.getUint8(at) : data.getUint16(at);
  view.networkOffset = at + (isCompressed ? 1 : 2);
  switch (protocol) {
    case PPP_IPV4:
      return ETHERTYPE_IPV4;
    case PPP_IPV6:
      return ETHERTYPE_IPV6;
    case PPP_MPLS:
    case PPP_MPLS_MULTICAST:
      return ETHERTYPE_MPLS;
    default:
      // Control protocols, multilink fragments, compressed headers and compressed or secret data.
      return NEXT_NOT_IP;
  }
}

/** Reads a PPPoE header; discovery has an EtherType of its own and never comes here. */
export function readPppoe(view: PacketView): number {
  const at = view.networkOffset;
  if (view.frameEnd - at < PPPOE_LENGTH) return NEXT_SHORT;
  if (view.data.getUint8(at + 1) !== PPPOE_SESSION_CODE) return NEXT_NOT_IP;
  view.networkOffset = at + PPPOE_LENGTH;
  return NEXT_PPP;
}

/** Reads Cisco's HDLC header from `at`. */
export function readCiscoHdlc(view: PacketView, at: number): number {
  if (view.frameEnd - at < CISCO_LENGTH) return NEXT_SHORT;
  view.networkOffset = at + CISCO_LENGTH;
  return view.data.getUint16(at + 2);
}

/** Reads HDLC framing from `at`: PPP's, or Cisco's where the address says so. */
export function readHdlc(view: PacketView, at: number): number {
  if (view.frameEnd - at < 1) return NEXT_SHORT;
  const address = view.data.getUint8(at);
  if (address === CISCO_UNICAST || address === CISCO_BROADCAST) return readCiscoHdlc(view, at);
  view.networkOffset = at;
  return NEXT_PPP;
}

/** Reads what pppd captured from `at`: the direction stands in the place of the address. */
export function readPppd(view: PacketView, at: number): number {
  if (view.frameEnd - at < 2) return NEXT_SHORT;
  view.networkOffset = at + (view.data.getUint8(at + 1) === UNNUMBERED ? 2 : 1);
  return NEXT_PPP;
}
