/**
 * This file finds the packet inside a tunnel's packet: GRE (RFC 2784, 2890, PPTP's RFC 2637), IP in IP
 * (RFC 2003, 4213), VXLAN (RFC 7348), GENEVE (RFC 8926), GTP-U (3GPP TS 29.281), Teredo (RFC 4380) and
 * ERSPAN (draft-foschiano-erspan).
 *
 * UDP tunnels are known by their port and by what their headers must say; no byte is read outside the
 * captured frame, whatever lengths the headers claim.
 */

import { PROTO_GRE, PROTO_IPIP, PROTO_IPV6, PROTO_UDP } from '../net/protocol.ts';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from './next-layer.ts';
import type { PacketView } from './packet-view.ts';

/** Kinds by the names that `--decapsulate` takes; a kind's bit is 1 << its index. */
export const TUNNEL_KINDS = [
  'gre',
  'ipip',
  '6in4',
  'vxlan',
  'geneve',
  'gtp-u',
  'teredo',
  'erspan',
] as const;
export type TunnelKind = (typeof TUNNEL_KINDS)[number];

const GRE = 1 << 0;
const IPIP = 1 << 1;
const SIX_IN_FOUR = 1 << 2;
const VXLAN = 1 << 3;
const GENEVE = 1 << 4;
const GTP_U = 1 << 5;
const TEREDO = 1 << 6;
const ERSPAN = 1 << 7;

const PORT_GTP_U = 2152;
const PORT_TEREDO = 3544;
const PORT_VXLAN = 4789; // IANA
const PORT_VXLAN_OLD = 8472; // Linux before it was assigned
const PORT_GENEVE = 6081;

const ETHERTYPE_TEB = 0x6558; // transparent Ethernet bridging
const ETHERTYPE_ERSPAN_II = 0x88be;
const ETHERTYPE_ERSPAN_III = 0x22eb;
const ETHERTYPE_PPP = 0x880b;

const GRE_CHECKSUM = 0x8000;
const GRE_ROUTING = 0x4000;
const GRE_KEY = 0x2000;
const GRE_SEQUENCE = 0x1000;
const GRE_ACKNOWLEDGMENT = 0x0080; // version 1 only

const PPP_IPV4 = 0x21;
const PPP_IPV6 = 0x57;
const PPP_ADDRESS_CONTROL = 0xff03;

/** Extension headers of one GTP-U packet that are walked. */
const GTP_EXTENSIONS_MAX = 8;

/** Where the inner packet begins; reused. */
export interface InnerPacket {
  /** In the view's bytes. */
  offset: number;
  /** It begins with an Ethernet header, else with an IP header. */
  isEthernet: boolean;
}

/** The bits of some kinds. */
export function tunnelBits(kinds: readonly TunnelKind[]): number {
  return kinds.reduce((bits, kind) => bits | (1 << TUNNEL_KINDS.indexOf(kind)), 0);
}

/** Whether the attached packet carries another one in a tunnel of these kinds, and where. */
export function findInner(view: PacketView, kinds: number, inner: InnerPacket): boolean {
  inner.isEthernet = false;
  switch (view.protocol) {
    case PROTO_IPIP:
      return (kinds & IPIP) !== 0 && isIpAt(view, view.transportOffset, inner);
    case PROTO_IPV6:
      return (kinds & SIX_IN_FOUR) !== 0 && isIpAt(view, view.transportOffset, inner);
    case PROTO_GRE:
      return findInGre(view, kinds, inner);
    case PROTO_UDP:
      return findInUdp(view, kinds, inner);
    default:
      return false;
  }
}

/** Bytes of the attached packet that were captured from `at` on. */
function left(view: PacketView, at: number): number {
  return Math.min(view.frameEnd, view.ipEnd) - at;
}

function isIpAt(view: PacketView, at: number, inner: InnerPacket): boolean {
  if (left(view, at) < 1) return false;
  const version = view.data.getUint8(at) >>> 4;
  inner.offset = at;
  return version === 4 || version === 6;
}

function isFrameAt(at: number, inner: InnerPacket): boolean {
  inner.offset = at;
  inner.isEthernet = true;
  return true;
}

/** What an EtherType says is at `at`: an IP packet, an Ethernet frame, or neither. */
function isTypeAt(view: PacketView, type: number, at: number, inner: InnerPacket): boolean {
  if (type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6) return isIpAt(view, at, inner);
  return type === ETHERTYPE_TEB && left(view, at) > 0 && isFrameAt(at, inner);
}

function findInGre(view: PacketView, kinds: number, inner: InnerPacket): boolean {
  const { data } = view;
  const start = view.transportOffset;
  if (left(view, start) < 4) return false;
  const flags = data.getUint16(start);
  const type = data.getUint16(start + 2);
  const version = flags & 7;
  // RFC 2784 §2.3: routing is no more, and a packet that has it is discarded.
  if (version > 1 || (flags & GRE_ROUTING) !== 0) return false;
  let at = start + 4;
  if ((flags & GRE_CHECKSUM) !== 0) at += 4;
  if ((flags & GRE_KEY) !== 0) at += 4;
  if ((flags & GRE_SEQUENCE) !== 0) at += 4;
  if (version === 1 && (flags & GRE_ACKNOWLEDGMENT) !== 0) at += 4;
  if (type === ETHERTYPE_ERSPAN_II || type === ETHERTYPE_ERSPAN_III) {
    return (kinds & ERSPAN) !== 0 && isErspanAt(view, type, at, flags, inner);
  }
  if ((kinds & GRE) === 0) return false;
  if (type === ETHERTYPE_PPP) return isPppAt(view, at, inner);
  return version === 0 && isTypeAt(view, type, at, inner);
}

/** ERSPAN's type I has no header, and so no sequence number in GRE; II has 8 bytes, III 12 or 20. */
function isErspanAt(
  view: PacketView,
  type: number,
  at: number,
  greFlags: number,
  inner: InnerPacket,
): boolean {
  if (type === ETHERTYPE_ERSPAN_II) {
    const header = (greFlags & GRE_SEQUENCE) === 0 ? 0 : 8;
    return left(view, at + header) > 0 && isFrameAt(at + header, inner);
  }
  if (left(view, at) < 12) return false;
  const hasSubHeader = (view.data.getUint8(at + 11) & 1) !== 0;
  const next = at + (hasSubHeader ? 20 : 12);
  return left(view, next) > 0 && isFrameAt(next, inner);
}

/** PPP as PPTP carries it: address and control may be left out, a protocol may be one byte. */
function isPppAt(view: PacketView, start: number, inner: InnerPacket): boolean {
  const { data } = view;
  let at = start;
  if (left(view, at) >= 2 && data.getUint16(at) === PPP_ADDRESS_CONTROL) at += 2;
  if (left(view, at) < 2) return false;
  const first = data.getUint8(at);
  // RFC 1661 §2: protocols are odd; an even first byte is the upper one of two.
  const isShort = (first & 1) === 1;
  const protocol = isShort ? first : data.getUint16(at);
  if (protocol !== PPP_IPV4 && protocol !== PPP_IPV6) return false;
  return isIpAt(view, at + (isShort ? 1 : 2), inner);
}

function findInUdp(view: PacketView, kinds: number, inner: InnerPacket): boolean {
  const { sport, dport } = view;
  if (dport === PORT_VXLAN || dport === PORT_VXLAN_OLD) {
    return (kinds & VXLAN) !== 0 && isVxlan(view, inner);
  }
  if (dport === PORT_GENEVE) return (kinds & GENEVE) !== 0 && isGeneve(view, inner);
  if (sport === PORT_GTP_U || dport === PORT_GTP_U)
    return (kinds & GTP_U) !== 0 && isGtp(view, inner);
  if (sport === PORT_TEREDO || dport === PORT_TEREDO) {
    return (kinds & TEREDO) !== 0 && isTeredo(view, inner);
  }
  return false;
}

/** RFC 7348 §5: the I flag must be set; eight bytes, then the frame. */
function isVxlan(view: PacketView, inner: InnerPacket): boolean {
  const at = view.payloadOffset;
  if (left(view, at) <= 8 || (view.data.getUint8(at) & 0x08) === 0) return false;
  return isFrameAt(at + 8, inner);
}

/** RFC 8926 §3.4: version 0, options in words, the protocol as an EtherType. */
function isGeneve(view: PacketView, inner: InnerPacket): boolean {
  const at = view.payloadOffset;
  if (left(view, at) < 8) return false;
  const first = view.data.getUint8(at);
  if (first >>> 6 !== 0) return false;
  return isTypeAt(view, view.data.getUint16(at + 2), at + 8 + ((first & 0x3f) << 2), inner);
}

/** 3GPP TS 29.281 §5.1: version 1 and a G-PDU (255); with a flag set four bytes more, and extensions. */
function isGtp(view: PacketView, inner: InnerPacket): boolean {
  const { data, payloadOffset: start } = view;
  if (left(view, start) < 8) return false;
  const flags = data.getUint8(start);
  if (flags >>> 5 !== 1 || (flags & 0x10) === 0 || data.getUint8(start + 1) !== 255) return false;
  if ((flags & 7) === 0) return isIpAt(view, start + 8, inner);
  let at = start + 12;
  if (left(view, at) < 1) return false;
  let next = (flags & 4) === 0 ? 0 : data.getUint8(at - 1);
  for (let walked = 0; next !== 0; walked++) {
    const length = left(view, at) < 1 ? 0 : data.getUint8(at) << 2;
    if (length === 0 || walked === GTP_EXTENSIONS_MAX || left(view, at) <= length) return false;
    next = data.getUint8(at + length - 1);
    at += length;
  }
  return isIpAt(view, at, inner);
}

/** RFC 4380 §5.1.1: authentication and origin may come first, in this order. */
function isTeredo(view: PacketView, inner: InnerPacket): boolean {
  const { data } = view;
  let at = view.payloadOffset;
  if (left(view, at) >= 4 && data.getUint16(at) === 1) {
    // Identifier and value have their lengths here; nonce and confirmation are nine bytes.
    at += 4 + data.getUint8(at + 2) + data.getUint8(at + 3) + 9;
  }
  if (left(view, at) >= 2 && data.getUint16(at) === 0) at += 8;
  return left(view, at) > 0 && data.getUint8(at) >>> 4 === 6 && isIpAt(view, at, inner);
}
