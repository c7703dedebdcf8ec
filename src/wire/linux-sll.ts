/**
 * This file reads Linux cooked headers, version 1 (LINKTYPE_LINUX_SLL) and 2 (LINKTYPE_LINUX_SLL2).
 */

import { readTags, walkTags } from './ethernet.ts';
import { IEEE_LENGTH_MAX, NEXT_LLC, NEXT_NOT_IP } from './next-layer.ts';
import type { PacketView } from './packet-view.ts';

/** v1: packet type, ARPHRD type, address length (2 each), address (8), protocol (2). */
const V1 = { packetType: 0, addressLength: 4, address: 6, protocol: 14, length: 16 } as const;
/** v2: protocol (2), reserved (2), interface (4), ARPHRD (2), packet type, address length, address. */
const V2 = { protocol: 0, packetType: 10, addressLength: 11, address: 12, length: 20 } as const;

const PACKET_OUTGOING = 4; // "a packet that was sent by us"
const PACKET_OTHER_HOST = 3; // seen by a promiscuous interface: neither received nor sent
const PROTOCOL_802_2 = 4; // LINUX_SLL_P_802_2
const MAC_LENGTH = 6;

const INBOUND = 1;
const OUTBOUND = 2;

/** As `readEthernet`: the EtherType, or -1 when the frame ends inside the header. */
export function readLinuxSll(view: PacketView): number {
  const start = view.frameOffset;
  if (view.frameEnd - start < V1.length) return -1;
  noteDirection(view, view.data.getUint16(start + V1.packetType));
  if (view.data.getUint16(start + V1.addressLength) === MAC_LENGTH) {
    view.sourceMacOffset = start + V1.address;
  }
  return cookedNext(readTags(view, start + V1.protocol));
}

/** As `readEthernet`. A tag, if any, follows the 20 bytes of the header. */
export function readLinuxSll2(view: PacketView): number {
  const start = view.frameOffset;
  if (view.frameEnd - start < V2.length) return -1;
  noteDirection(view, view.data.getUint8(start + V2.packetType));
  if (view.data.getUint8(start + V2.addressLength) === MAC_LENGTH) {
    view.sourceMacOffset = start + V2.address;
  }
  const protocol = view.data.getUint16(start + V2.protocol);
  return cookedNext(walkTags(view, protocol, start + V2.length));
}

/** Below the EtherTypes Linux has numbers of its own: no lengths, as they would be in Ethernet. */
function cookedNext(protocol: number): number {
  if (protocol > IEEE_LENGTH_MAX || protocol < 0) return protocol;
  return protocol === PROTOCOL_802_2 ? NEXT_LLC : NEXT_NOT_IP;
}

function noteDirection(view: PacketView, packetType: number): void {
  if (view.direction !== 0 || packetType === PACKET_OTHER_HOST) return;
  view.direction = packetType === PACKET_OUTGOING ? OUTBOUND : INBOUND;
}
