/** This file makes a small number of a packet's headers, to know the same packet captured twice. */

import { PROTO_ICMP, PROTO_ICMPV6, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { ipv4Identification } from '../wire/ipv4.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { TCP_CHECKSUM_OFFSET } from '../wire/tcp.ts';

/** UDP length and checksum. */
const UDP_LENGTH_OFFSET = 4;
const PRIME = 0x9e3779b1 | 0;

/**
 * Hash of the IP length, TTL, identification and the transport header's changing words, the
 * checksum among them; 0 where a repeat proves nothing: an acknowledgement without data and without
 * an IPv4 identification may rightly be sent twice.
 */
export function fingerprintOf(view: PacketView): number {
  const { data, transportOffset } = view;
  const identification = view.family === 4 ? ipv4Identification(view) : 0;
  let words = (view.ipLength << 8) ^ view.ipTtl ^ (identification << 16);
  switch (view.protocol) {
    case PROTO_TCP:
      if (identification === 0 && view.payloadLength === 0) return 0;
      words = (words + (view.tcpSequence ^ (view.tcpAcknowledgment << 5))) | 0;
      words = (words + data.getInt32(transportOffset + TCP_CHECKSUM_OFFSET)) | 0;
      break;
    case PROTO_UDP:
      words = (words + data.getInt32(transportOffset + UDP_LENGTH_OFFSET)) | 0;
      break;
    case PROTO_ICMP:
    case PROTO_ICMPV6:
      if (view.icmpKind === 0) return 0;
      words = (words + data.getInt32(transportOffset)) | 0;
      break;
    default:
      return 0;
  }
  return Math.imul(words, PRIME);
}
