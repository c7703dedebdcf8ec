/** This file reads UDP headers (RFC 768). */

import { OK, TRANSPORT_SHORT } from './decode-status.ts';
import type { PacketView } from './packet-view.ts';

export const UDP_LENGTH = 8;
export const UDP_CHECKSUM_OFFSET = 6;

/**
 * Reads the header at `view.transportOffset`. The UDP length field is not believed: offloads and
 * jumbograms leave it 0, and a session table needs only the ports.
 */
export function readUdp(view: PacketView): number {
  const at = view.transportOffset;
  if (view.ipEnd - at < UDP_LENGTH) return TRANSPORT_SHORT;
  if (view.frameEnd - at < UDP_LENGTH) return view.cutOr(at + UDP_LENGTH, TRANSPORT_SHORT);
  const ports = view.data.getInt32(at);
  view.sport = ports >>> 16;
  view.dport = ports & 0xffff;
  view.payloadOffset = at + UDP_LENGTH;
  view.payloadLength = view.ipEnd - view.payloadOffset;
  return OK;
}
