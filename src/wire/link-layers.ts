/**
 * This file walks the layers between a link header and IP that most frames do not have: MPLS, PPPoE,
 * LLC, provider backbone bridging, and the tags that switches put in front of a frame.
 *
 * Each reader starts at `view.networkOffset`, moves it behind its header and says what follows
 * (next-layer.ts). Every one of them goes at least a byte on, so a frame cannot hold the walk.
 */

import { isVlanTag, readEthernetInside, walkTags } from './ethernet.ts';
import { readLlc } from './llc.ts';
import { readMpls } from './mpls.ts';
import {
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_MULTICAST,
  ETHERTYPE_PPPOE_SESSION,
  IEEE_LENGTH_MAX,
  NEXT_ETHERNET,
  NEXT_IP,
  NEXT_LLC,
  NEXT_NOT_IP,
  NEXT_PPP,
  NEXT_SHORT,
} from './next-layer.ts';
import type { PacketView } from './packet-view.ts';
import { readPpp, readPppoe } from './ppp.ts';

const ETHERTYPE_BACKBONE = 0x88e7; // IEEE 802.1ah, the I-TAG
const BACKBONE_TAG_LENGTH = 4;

/** Tags that are passed over, with the bytes between their EtherType and the next one. */
const ETHERTYPE_VN_TAG = 0x8926; // Cisco VN-Tag, as drafted for IEEE 802.1Qbh
const VN_TAG_LENGTH = 4;
const ETHERTYPE_E_TAG = 0x893f; // IEEE 802.1BR
const E_TAG_LENGTH = 6;
const ETHERTYPE_CISCO_METADATA = 0x8909; // TrustSec's security group tag
const CISCO_METADATA_LENGTH = 6;
const ETHERTYPE_R_TAG = 0xf1c1; // IEEE 802.1CB
const R_TAG_LENGTH = 4;

const ETHERTYPE_MACSEC = 0x88e5; // IEEE 802.1AE §9
const MACSEC_LENGTH = 6;
const MACSEC_CHANNEL_LENGTH = 8;
const MACSEC_HAS_CHANNEL = 0x20;
/** "Encrypted" and "changed": with either the user data is not what was sent. */
const MACSEC_IS_SECRET = 0x0c;

/**
 * Goes on from `first` until IP is reached or cannot be: an IP EtherType, NEXT_IP, or one of the
 * negative numbers of next-layer.ts.
 */
export function walkLayers(view: PacketView, first: number): number {
  let next = first;
  while (next >= 0 && next !== ETHERTYPE_IPV4 && next !== ETHERTYPE_IPV6 && next !== NEXT_IP) {
    next = readLayer(view, next);
  }
  return next;
}

function readLayer(view: PacketView, type: number): number {
  switch (type) {
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_MULTICAST:
      return readMpls(view);
    case ETHERTYPE_PPPOE_SESSION:
      return readPppoe(view);
    case ETHERTYPE_BACKBONE:
      view.networkOffset += BACKBONE_TAG_LENGTH;
      return readEthernetInside(view);
    case ETHERTYPE_VN_TAG:
      return passTag(view, VN_TAG_LENGTH);
    case ETHERTYPE_E_TAG:
      return passTag(view, E_TAG_LENGTH);
    case ETHERTYPE_CISCO_METADATA:
      return passTag(view, CISCO_METADATA_LENGTH);
    case ETHERTYPE_R_TAG:
      return passTag(view, R_TAG_LENGTH);
    case ETHERTYPE_MACSEC:
      return readMacsec(view);
    case NEXT_ETHERNET:
      return readEthernetInside(view);
    case NEXT_PPP:
      return readPpp(view);
    case NEXT_LLC:
      return readLlc(view);
    default:
      return type <= IEEE_LENGTH_MAX ? readLlc(view) : NEXT_NOT_IP;
  }
}

/**
 * Passes over a tag of `length` bytes. A view has one run of VLAN tags: where more of them follow
 * behind a tag of another kind, they are the frame's own and those in front are not counted.
 */
function passTag(view: PacketView, length: number): number {
  const at = view.networkOffset + length;
  if (view.frameEnd - at < 2) return NEXT_SHORT;
  const etherType = view.data.getUint16(at);
  view.networkOffset = at + 2;
  if (!isVlanTag(etherType)) return etherType;
  view.tagCount = 0;
  return walkTags(view, etherType, at + 2);
}

/** A frame that is only authenticated can be read; its check value at the end is no part of IP. */
function readMacsec(view: PacketView): number {
  const at = view.networkOffset;
  if (view.frameEnd - at < MACSEC_LENGTH) return NEXT_SHORT;
  const control = view.data.getUint8(at);
  if ((control & MACSEC_IS_SECRET) !== 0) return NEXT_NOT_IP;
  const hasChannel = (control & MACSEC_HAS_CHANNEL) !== 0;
  return passTag(view, MACSEC_LENGTH + (hasChannel ? MACSEC_CHANNEL_LENGTH : 0));
}
