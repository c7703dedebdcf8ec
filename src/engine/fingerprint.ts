/** This file makes a small number of a packet's headers, to know the same packet captured twice. */

import { PROTO_ICMP, PROTO_ICMPV6, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { TCP_CHECKSUM_OFFSET } from '../wire/tcp.ts';

const IPV4_IDENTIFICATION = 4;
const SEQUENCE = 4;
const PRIME = 0x9e3779b1 | 0;

/**
 * Hash of the IP length, TTL, identification and the transport header's changing words, the
 * checksum among them; 0 where a repeat proves nothing: an acknowledgement without data and without
 * an IPv4 identification may rightly be sent twice.
 */
export function fingerprintOf(view: PacketView): number {
  const { data, transportOffset } = view;
  const identification =
    view.family === 4 ? data.getUint16(view.networkOffset + IPV4_IDENTIFICATION) : 0;
  let hash = Math.imul((view.ipLength << 8) ^ view.ipTtl ^ (identification << 16), PRIME);
  switch (view.protocol) {
    case PROTO_TCP: {
      if (identification === 0 && view.payloadLength === 0) return 0;
      const sums = data.getInt32(transportOffset + TCP_CHECKSUM_OFFSET);
      hash = Math.imul(hash ^ view.tcpSequence, PRIME);
      hash = Math.imul((hash ^ view.tcpAcknowledgment) + sums, PRIME);
      return hash ^ (hash >>> 15);
    }
    case PROTO_UDP:
      hash = Math.imul(hash ^ data.getInt32(transportOffset + SEQUENCE), PRIME);
      return hash ^ (hash >>> 15);
    case PROTO_ICMP:
    case PROTO_ICMPV6:
      if (view.icmpKind === 0) return 0;
      hash = Math.imul(hash ^ data.getInt32(transportOffset), PRIME);
      return hash ^ (hash >>> 15);
    default:
      return 0;
  }
}
