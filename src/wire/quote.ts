/** This file attaches a view to the packet that an ICMP error quotes (RFC 792, RFC 4443 §2.4). */

import { PROTO_ICMP, PROTO_ICMPV6, PROTO_SCTP, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { OK } from './decode-status.ts';
import { readIcmp } from './icmp.ts';
import { readIpv4 } from './ipv4.ts';
import { readIpv6 } from './ipv6.ts';
import { readOtherTransport } from './other-transports.ts';
import type { PacketView } from './packet-view.ts';

/**
 * Attaches to the packet that an ICMP error quotes, as far as it is there: addresses, protocol
 * and ports (RFC 792 promises 8 bytes of transport header). False when not even those are.
 */
export function attachQuote(view: PacketView, outer: PacketView): boolean {
  view.bytes = outer.bytes;
  view.data = outer.data;
  view.frameOffset = outer.payloadOffset;
  // The quote ends with the packet that carries it: behind it is padding or a trailer.
  view.frameEnd = Math.min(outer.frameEnd, outer.ipEnd);
  view.originalEnd = Math.min(outer.originalEnd, outer.ipEnd);
  view.tagCount = 0;
  view.twin = outer.twin;
  view.networkOffset = outer.payloadOffset;
  view.isFragment = false;
  const at = view.networkOffset;
  if (at >= view.frameEnd) return false;
  const version = view.data.getUint8(at) >>> 4;
  if (version !== (outer.family === 4 ? 4 : 6)) return false;
  const status = version === 4 ? readIpv4(view) : readIpv6(view);
  if (status !== OK) return false;
  return attachQuotedPorts(view);
}

function attachQuotedPorts(view: PacketView): boolean {
  const at = view.transportOffset;
  view.icmpKind = 0;
  view.sport = 0;
  view.dport = 0;
  const { protocol } = view;
  if (protocol === PROTO_TCP || protocol === PROTO_UDP || protocol === PROTO_SCTP) {
    if (view.frameEnd - at < 4) return false;
    const ports = view.data.getInt32(at);
    view.sport = ports >>> 16;
    view.dport = ports & 0xffff;
    return true;
  }
  if (protocol === (view.family === 4 ? PROTO_ICMP : PROTO_ICMPV6)) {
    return readIcmp(view) === OK;
  }
  return readOtherTransport(view) === OK;
}
