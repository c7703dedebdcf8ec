/**
 * This file reads the link headers that are seldom captured; Ethernet, Linux cooked, raw and loopback
 * frames have their place in packet-view.ts. Layouts: the link-layer header types of the tcpdump
 * group, and the RFC or standard that each names.
 */

import { readAtm, readSunAtm } from './atm.ts';
import {
  LINKTYPE_APPLE_IP_OVER_IEEE1394,
  LINKTYPE_ATM_CLIP,
  LINKTYPE_ATM_RFC1483,
  LINKTYPE_C_HDLC,
  LINKTYPE_C_HDLC_WITH_DIR,
  LINKTYPE_ENC,
  LINKTYPE_ETHERNET,
  LINKTYPE_FDDI,
  LINKTYPE_FRELAY,
  LINKTYPE_FRELAY_WITH_DIR,
  LINKTYPE_IEEE802_5,
  LINKTYPE_IEEE802_11,
  LINKTYPE_IEEE802_11_AVS,
  LINKTYPE_IEEE802_11_PRISM,
  LINKTYPE_IEEE802_11_RADIOTAP,
  LINKTYPE_IP_OVER_FC,
  LINKTYPE_IPOIB,
  LINKTYPE_MPLS,
  LINKTYPE_NFLOG,
  LINKTYPE_NULL,
  LINKTYPE_PFLOG,
  LINKTYPE_PKTAP,
  LINKTYPE_PPI,
  LINKTYPE_PPP,
  LINKTYPE_PPP_ETHER,
  LINKTYPE_PPP_HDLC,
  LINKTYPE_PPP_PPPD,
  LINKTYPE_PPP_WITH_DIR,
  LINKTYPE_RAW,
  LINKTYPE_RAW_12,
  LINKTYPE_SLIP,
  LINKTYPE_SUNATM,
} from './link-type.ts';
import { readFrameRelay } from './llc.ts';
import {
  ETHERTYPE_MPLS,
  NEXT_ETHERNET,
  NEXT_IP,
  NEXT_LLC,
  NEXT_NOT_IP,
  NEXT_PPP,
  NEXT_SHORT,
  NEXT_UNKNOWN_LINK,
} from './next-layer.ts';
import { readNflog } from './nflog.ts';
import type { PacketView } from './packet-view.ts';
import { readCiscoHdlc, readHdlc, readPppd, readPppoe } from './ppp.ts';
import { readPrismOrAvs, readRadiotap, readWlan } from './wlan.ts';

const MAC_LENGTH = 6;

const TOKEN_RING_LENGTH = 14;
const TOKEN_RING_SOURCE = 8;
/** IEEE 802.5: the source's first bit says that routing information follows; its length is 5 bits. */
const HAS_ROUTE = 0x80;
const ROUTE_LENGTH_MASK = 0x1f;
const FRAME_TYPE_MASK = 0xc0;
const FRAME_TYPE_LLC = 0x40;

const FDDI_LENGTH = 13;
const FDDI_SOURCE = 7;
const FDDI_CONTROL_MASK = 0xf0;
const FDDI_ASYNCHRONOUS_LLC = 0x50;

/** RFC 2625 §3.2: network destination and source, each two bytes and a MAC. */
const FIBRE_CHANNEL_LENGTH = 16;
const FIBRE_CHANNEL_SOURCE = 10;
/** Two EUI-64, then an EtherType. */
const FIREWIRE_LENGTH = 18;
/** A global routing header, then EtherType 2 and reserved 2 (RFC 4391 §6). */
const IPOIB_LENGTH = 44;
/** OpenBSD's enc: address family, SPI, flags. */
const ENC_LENGTH = 12;
const NULL_LENGTH = 4;

/** SLIP: the direction, then 15 bytes of what header compression did. */
const SLIP_LENGTH = 16;

const PPI_LENGTH = 8;
const PPI_LINK_TYPE = 4;
const PKTAP_LENGTH_MIN = 40;
const PKTAP_LINK_TYPE = 8;
const PKTAP_FLAGS = 36;

const INBOUND = 1;
const OUTBOUND = 2;

/** Reads the link header at `view.frameOffset`, and says what follows (next-layer.ts). */
export function readOtherLink(view: PacketView, linkType: number): number {
  const at = view.frameOffset;
  if (linkType === LINKTYPE_PPI) return readPpi(view, at);
  if (linkType === LINKTYPE_PKTAP) return readPktap(view, at);
  return readLink(view, linkType, at);
}

function readLink(view: PacketView, linkType: number, at: number): number {
  view.networkOffset = at;
  switch (linkType) {
    case LINKTYPE_ETHERNET:
      return NEXT_ETHERNET;
    case LINKTYPE_RAW:
    case LINKTYPE_RAW_12:
      return NEXT_IP;
    case LINKTYPE_NULL:
      return pass(view, at, NULL_LENGTH, NEXT_IP);
    case LINKTYPE_ENC:
      return pass(view, at, ENC_LENGTH, NEXT_IP);
    case LINKTYPE_MPLS:
      return ETHERTYPE_MPLS;
    case LINKTYPE_NFLOG:
      return readNflog(view, at);
    case LINKTYPE_PFLOG:
      return readPflog(view, at);
    case LINKTYPE_IEEE802_11:
      return readWlan(view, at, false);
    case LINKTYPE_IEEE802_11_RADIOTAP:
      return readRadiotap(view, at);
    case LINKTYPE_IEEE802_11_PRISM:
    case LINKTYPE_IEEE802_11_AVS:
      return readPrismOrAvs(view, at);
    default:
      return readSerialLink(view, linkType, at);
  }
}

/** Lines from one point to another. */
function readSerialLink(view: PacketView, linkType: number, at: number): number {
  switch (linkType) {
    case LINKTYPE_PPP:
      return NEXT_PPP;
    case LINKTYPE_PPP_HDLC:
      return readHdlc(view, at);
    case LINKTYPE_PPP_ETHER:
      return readPppoe(view);
    case LINKTYPE_PPP_PPPD:
      return takeDirection(view, at) ? readPppd(view, at) : NEXT_SHORT;
    case LINKTYPE_PPP_WITH_DIR:
      return takeDirection(view, at) ? readHdlc(view, at + 1) : NEXT_SHORT;
    case LINKTYPE_C_HDLC:
      return readCiscoHdlc(view, at);
    case LINKTYPE_C_HDLC_WITH_DIR:
      return takeDirection(view, at) ? readCiscoHdlc(view, at + 1) : NEXT_SHORT;
    case LINKTYPE_FRELAY:
      return readFrameRelay(view, at);
    case LINKTYPE_FRELAY_WITH_DIR:
      return takeDirection(view, at) ? readFrameRelay(view, at + 1) : NEXT_SHORT;
    default:
      return readOlderLan(view, linkType, at);
  }
}

function readOlderLan(view: PacketView, linkType: number, at: number): number {
  switch (linkType) {
    case LINKTYPE_IEEE802_5:
      return readTokenRing(view, at);
    case LINKTYPE_FDDI:
      return readFddi(view, at);
    case LINKTYPE_SLIP:
      return takeDirection(view, at) ? pass(view, at, SLIP_LENGTH, NEXT_IP) : NEXT_SHORT;
    case LINKTYPE_SUNATM:
      return readSunAtm(view, at);
    case LINKTYPE_ATM_RFC1483:
    case LINKTYPE_ATM_CLIP:
      return readAtm(view, at);
    case LINKTYPE_IP_OVER_FC:
      noteMac(view, at + FIBRE_CHANNEL_SOURCE);
      return pass(view, at, FIBRE_CHANNEL_LENGTH, NEXT_LLC);
    case LINKTYPE_APPLE_IP_OVER_IEEE1394:
      return readTypeAt(view, at + FIREWIRE_LENGTH - 2, at + FIREWIRE_LENGTH);
    case LINKTYPE_IPOIB:
      return readTypeAt(view, at + IPOIB_LENGTH - 4, at + IPOIB_LENGTH);
    default:
      return NEXT_UNKNOWN_LINK;
  }
}

/** Passes over `length` bytes. */
function pass(view: PacketView, at: number, length: number, next: number): number {
  if (view.frameEnd - at < length) return NEXT_SHORT;
  view.networkOffset = at + length;
  return next;
}

/** The EtherType at `typeAt`, of a header that ends at `end`. */
function readTypeAt(view: PacketView, typeAt: number, end: number): number {
  if (view.frameEnd < end) return NEXT_SHORT;
  view.networkOffset = end;
  return view.data.getUint16(typeAt);
}

function noteMac(view: PacketView, at: number): void {
  if (view.frameEnd - at >= MAC_LENGTH) view.sourceMacOffset = at;
}

/** The first byte says who sent: 0 is the other side. False where it is not there. */
function takeDirection(view: PacketView, at: number): boolean {
  if (view.frameEnd - at < 1) return false;
  noteDirection(view, view.data.getUint8(at) === 0 ? INBOUND : OUTBOUND);
  return true;
}

/** What the capture file says of a frame's direction wins. */
function noteDirection(view: PacketView, direction: number): void {
  if (view.direction === 0) view.direction = direction;
}

function readTokenRing(view: PacketView, at: number): number {
  const { data, frameEnd } = view;
  if (frameEnd - at < TOKEN_RING_LENGTH) return NEXT_SHORT;
  if ((data.getUint8(at + 1) & FRAME_TYPE_MASK) !== FRAME_TYPE_LLC) return NEXT_NOT_IP;
  noteMac(view, at + TOKEN_RING_SOURCE);
  let end = at + TOKEN_RING_LENGTH;
  if ((data.getUint8(at + TOKEN_RING_SOURCE) & HAS_ROUTE) !== 0) {
    if (frameEnd - end < 1) return NEXT_SHORT;
    end += Math.max(2, data.getUint8(end) & ROUTE_LENGTH_MASK);
  }
  view.networkOffset = end;
  return NEXT_LLC;
}

function readFddi(view: PacketView, at: number): number {
  if (view.frameEnd - at < FDDI_LENGTH) return NEXT_SHORT;
  const control = view.data.getUint8(at);
  if ((control & FDDI_CONTROL_MASK) !== FDDI_ASYNCHRONOUS_LLC) return NEXT_NOT_IP;
  noteMac(view, at + FDDI_SOURCE);
  view.networkOffset = at + FDDI_LENGTH;
  return NEXT_LLC;
}

/** OpenBSD's pf log: the first byte is the header's length, filled up to four bytes. */
function readPflog(view: PacketView, at: number): number {
  if (view.frameEnd - at < 1) return NEXT_SHORT;
  const length = (view.data.getUint8(at) + 3) & ~3;
  return length < NULL_LENGTH ? NEXT_NOT_IP : pass(view, at, length, NEXT_IP);
}

/** Per-Packet Information: little-endian, with the link type of the frame behind it. */
function readPpi(view: PacketView, at: number): number {
  if (view.frameEnd - at < PPI_LENGTH) return NEXT_SHORT;
  const length = view.data.getUint16(at + 2, true);
  if (length < PPI_LENGTH) return NEXT_NOT_IP;
  if (view.frameEnd - at < length) return NEXT_SHORT;
  return knownLink(readLink(view, view.data.getUint32(at + PPI_LINK_TYPE, true), at + length));
}

/** Apple's packet tap, little-endian as its computers are. */
function readPktap(view: PacketView, at: number): number {
  const { data, frameEnd } = view;
  if (frameEnd - at < PKTAP_LENGTH_MIN) return NEXT_SHORT;
  const length = data.getUint32(at, true);
  if (length < PKTAP_LENGTH_MIN) return NEXT_NOT_IP;
  if (frameEnd - at < length) return NEXT_SHORT;
  const ways = data.getUint32(at + PKTAP_FLAGS, true) & 3;
  if (ways === INBOUND || ways === OUTBOUND) noteDirection(view, ways);
  return knownLink(readLink(view, data.getUint32(at + PKTAP_LINK_TYPE, true), at + length));
}

/** A link type inside a frame is the frame's own matter: the capture's is known. */
function knownLink(next: number): number {
  return next === NEXT_UNKNOWN_LINK ? NEXT_NOT_IP : next;
}
