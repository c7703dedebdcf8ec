/** This file reads what stands in front of IP over ATM (RFC 2684), and SunATM's own header. */

import { NEXT_ETHERNET, NEXT_IP, NEXT_LLC, NEXT_NOT_IP, NEXT_SHORT } from './next-layer.ts';
import type { PacketView } from './packet-view.ts';

/** LLC in front of IP over ATM: two SNAP access points (RFC 2684 §5.1). */
const LLC_SNAP = 0xaaaa;
const LLC_ISO = 0xfefe;

/** Flags, virtual path, virtual channel 2 (LINKTYPE_SUNATM). */
const SUNATM_LENGTH = 4;
const SUNATM_SENT = 0x80;
const SUNATM_KIND_MASK = 0x0f;
const SUNATM_LANE = 1;
const SUNATM_LLC = 2;
/** The emulated LAN client's number stands before the Ethernet frame. */
const LANE_LENGTH = 2;

const INBOUND = 1;
const OUTBOUND = 2;

/** RFC 2684: LLC, or IP alone where the circuit carries nothing else. */
export function readAtm(view: PacketView, at: number): number {
  if (view.frameEnd - at < 2) return NEXT_SHORT;
  const points = view.data.getUint16(at);
  return points === LLC_SNAP || points === LLC_ISO ? NEXT_LLC : NEXT_IP;
}

/** SunATM: its flags say which way the frame went, and what follows. */
export function readSunAtm(view: PacketView, at: number): number {
  if (view.frameEnd - at < SUNATM_LENGTH) return NEXT_SHORT;
  const flags = view.data.getUint8(at);
  // What the container says wins.
  if (view.direction === 0) view.direction = (flags & SUNATM_SENT) !== 0 ? OUTBOUND : INBOUND;
  switch (flags & SUNATM_KIND_MASK) {
    case SUNATM_LLC:
      view.networkOffset = at + SUNATM_LENGTH;
      return NEXT_LLC;
    case SUNATM_LANE:
      if (view.frameEnd - at < SUNATM_LENGTH + LANE_LENGTH) return NEXT_SHORT;
      view.networkOffset = at + SUNATM_LENGTH + LANE_LENGTH;
      return NEXT_ETHERNET;
    default:
      return NEXT_NOT_IP;
  }
}
