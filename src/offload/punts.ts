/**
 * This file tells which packets of an offloaded session come back to the dataplane.
 *
 * @source panos.md §7: SYN, FIN and RST are documented (the vendor's guide "Disable Hardware Offload");
 *   fragments, options and a TTL that ends here are not confirmed. ICMP errors are no packets of a
 *   session; what exceeds the MTU of an interface cannot be told
 */

import { PROTO_TCP } from '../net/protocol.ts';
import { PUNT_REASONS } from '../session/offload-row.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { TCP_CONTROL_FLAGS, TCP_FIN, TCP_RST, TCP_SYN } from '../wire/tcp.ts';

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const TTL_LAST = 1;

const [SYN, FIN, RST, FRAGMENT, OPTIONS, TTL] = PUNT_REASONS.map((_, index) => index) as [
  ...[number, number, number, number, number, number],
];
/** The reason of a fragment (index of PUNT_REASONS). */
export const PUNT_FRAGMENT = FRAGMENT;
/** Hardware can take the packet. */
export const NOT_PUNTED = -1;

/** Whether the attached packet comes back: asked of every packet of an offloaded session. */
export function isPunted(view: PacketView): boolean {
  return (
    (view.protocol === PROTO_TCP && (view.tcpFlags & TCP_CONTROL_FLAGS) !== 0) ||
    view.ipTtl <= TTL_LAST ||
    view.isFragment ||
    hasOptions(view)
  );
}

/** Why it does: index of PUNT_REASONS, or NOT_PUNTED. */
export function puntReason(view: PacketView): number {
  const flags = view.protocol === PROTO_TCP ? view.tcpFlags : 0;
  if ((flags & TCP_SYN) !== 0) return SYN;
  if ((flags & TCP_FIN) !== 0) return FIN;
  if ((flags & TCP_RST) !== 0) return RST;
  if (view.isFragment) return FRAGMENT;
  if (hasOptions(view)) return OPTIONS;
  return view.ipTtl <= TTL_LAST ? TTL : NOT_PUNTED;
}

/** IPv4 options, or extension headers of IPv6. */
function hasOptions(view: PacketView): boolean {
  const length = view.family === 4 ? IPV4_HEADER : IPV6_HEADER;
  return view.transportOffset - view.networkOffset !== length;
}
