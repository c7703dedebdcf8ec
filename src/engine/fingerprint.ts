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
  const network = networkPrint(view.ipLength, view.ipTtl, identification);
  if (view.protocol !== PROTO_TCP) return fingerprintOther(view, network);
  return segmentPrint(
    network,
    identification,
    view.payloadLength,
    view.tcpSequence,
    view.tcpAcknowledgment,
    view.data.getInt32(view.transportOffset + TCP_CHECKSUM_OFFSET),
  );
}

/** What an IP header gives to the fingerprint; `identification` is 0 over IPv6. */
export function networkPrint(ipLength: number, ttl: number, identification: number): number {
  return mix((ipLength << 8) ^ ttl, identification);
}

/**
 * The fingerprint of a segment, whose IP header gives `network`; 0 where its repeat proves nothing.
 *
 * @param checksum with the urgent pointer
 */
export function segmentPrint(
  network: number,
  identification: number,
  payloadLength: number,
  sequence: number,
  acknowledgment: number,
  checksum: number,
): number {
  if (identification === 0 && payloadLength === 0) return 0;
  return mix(mix(mix(network, sequence), acknowledgment), checksum);
}

/**
 * The fingerprint of a datagram, whose IP header gives `network`.
 *
 * @param data of the block that it lies in: its header at `transport`, its payload at `payload`
 * @param frameEnd one past the last byte that was captured
 */
export function datagramPrint(
  network: number,
  data: DataView,
  transport: number,
  payload: number,
  payloadLength: number,
  frameEnd: number,
): number {
  const lengthAndChecksum = data.getInt32(transport + UDP_LENGTH_OFFSET);
  const end = Math.min(payload + payloadLength, frameEnd);
  return mix(mix(network, lengthAndChecksum), payloadWord(data, payload, end));
}

function fingerprintOther(view: PacketView, network: number): number {
  const { data, transportOffset } = view;
  switch (view.protocol) {
    case PROTO_UDP:
      return datagramPrint(
        network,
        data,
        transportOffset,
        view.payloadOffset,
        view.payloadLength,
        view.frameEnd,
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
function payloadWord(data: DataView, payload: number, end: number): number {
  if (payload + 16 <= end) return mix(data.getInt32(payload + 4), data.getInt32(payload + 12));
  return payload + 4 <= end ? data.getInt32(payload) : 0;
}
