/** This file makes a small number of a packet's headers, to know the same packet captured twice. */

import { PROTO_ICMP, PROTO_ICMPV6, PROTO_SCTP, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { ipv4Identification } from '../wire/ipv4.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { SCTP_CHECKSUM_OFFSET } from '../wire/sctp.ts';
import { TCP_CHECKSUM_OFFSET } from '../wire/tcp.ts';

/** UDP length and checksum. */
const UDP_LENGTH_OFFSET = 4;
const PRIME = 0x9e3779b1 | 0;

/**
 * Hash of the IP length, TTL, identification and the transport header's changing words, the
 * checksum among them; 0 where a repeat proves nothing: an acknowledgement without data and without
 * an IPv4 identification may rightly be sent twice.
 *
 * The words are mixed one after the other: in a sum, an identification that is one higher and a
 * checksum that is one lower (an acknowledgement, then the FIN) would cancel out.
 */
export function fingerprintOf(view: PacketView): number {
  const identification = view.family === 4 ? ipv4Identification(view) : 0;
  const network = mix((view.ipLength << 8) ^ view.ipTtl, identification);
  if (view.protocol !== PROTO_TCP) return fingerprintOther(view, network);
  if (identification === 0 && view.payloadLength === 0) return 0;
  const checksum = view.data.getInt32(view.transportOffset + TCP_CHECKSUM_OFFSET);
  return mix(mix(mix(network, view.tcpSequence), view.tcpAcknowledgment), checksum);
}

function fingerprintOther(view: PacketView, network: number): number {
  const { data, transportOffset } = view;
  switch (view.protocol) {
    case PROTO_UDP:
      return mix(
        mix(network, data.getInt32(transportOffset + UDP_LENGTH_OFFSET)),
        payloadWord(view),
      );
    case PROTO_ICMP:
    case PROTO_ICMPV6:
      return view.icmpKind === 0 ? 0 : mix(network, data.getInt32(transportOffset));
    case PROTO_SCTP:
      // A checksum of all chunks; a HEARTBEAT that is sent again has another time in it.
      return mix(network, data.getInt32(transportOffset + SCTP_CHECKSUM_OFFSET));
    default:
      return 0;
  }
}

function mix(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, PRIME);
  return product ^ (product >>> 15);
}

/**
 * Words of a datagram's payload, as far as they are there: a checksum that the sender's card fills in
 * is the same for all datagrams of one length.
 */
function payloadWord(view: PacketView): number {
  const { data, payloadOffset, payloadLength, frameEnd } = view;
  const end = Math.min(payloadOffset + payloadLength, frameEnd);
  if (payloadOffset + 16 <= end) {
    return mix(data.getInt32(payloadOffset + 4), data.getInt32(payloadOffset + 12));
  }
  return payloadOffset + 4 <= end ? data.getInt32(payloadOffset) : 0;
}
