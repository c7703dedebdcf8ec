/**
 * This file reads GRE headers: the key of RFC 2890, and the call id of PPTP (RFC 2637 §4.1).
 *
 * ```
 *  C R K S … version 3 bits | protocol 2 | [checksum 2, offset 2] | [key 4] | …     version 0
 *                                        | payload length 2 | call id 2 | …         version 1
 * ```
 */

import { OK, TRANSPORT_SHORT } from './decode-status.ts';
import type { PacketView } from './packet-view.ts';

const GRE_LENGTH = 4;
const KEY_LENGTH = 4;
/** Checksum or routing present: RFC 1701 has one word for both. */
const HAS_CHECKSUM_WORD = 0xc000;
const HAS_KEY = 0x2000;
const VERSION = 0x0007;
const VERSION_PPTP = 1;

/**
 * Reads the header at `view.transportOffset`. The ports are the key's halves: "used for identifying
 * an individual traffic flow within a tunnel" (RFC 2890 §2), by both ends alike.
 *
 * PPTP's call id is the one that the receiver gave out (RFC 2637 §4.1), as a port is: it stands as
 * the destination's, and the sender's own is not in the packet. The two directions of a call are two
 * sessions until somebody reads the control connection, which names both.
 */
export function readGre(view: PacketView): number {
  const at = view.transportOffset;
  const { data } = view;
  view.sport = 0;
  view.dport = 0;
  view.payloadOffset = at;
  view.payloadLength = view.ipEnd - at;
  if (!view.hasBytes(at, GRE_LENGTH)) return view.cutOr(at + GRE_LENGTH, TRANSPORT_SHORT);
  const flags = data.getUint16(at);
  const version = flags & VERSION;
  if ((flags & HAS_KEY) === 0 || version > VERSION_PPTP) return OK;
  const hasWord = version === 0 && (flags & HAS_CHECKSUM_WORD) !== 0;
  const keyAt = at + GRE_LENGTH + (hasWord ? KEY_LENGTH : 0);
  if (!view.hasBytes(keyAt, KEY_LENGTH)) return view.cutOr(keyAt + KEY_LENGTH, TRANSPORT_SHORT);
  if (version === 0) view.sport = data.getUint16(keyAt);
  view.dport = data.getUint16(keyAt + 2);
  return OK;
}
