/**
 * This file digests a packet so that its copies have the same digest: all bytes from the IP header
 * on but TTL and checksums, which a firewall changes (CONTRACT: Copies).
 */

import { PROTO_ICMP, PROTO_ICMPV6, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { ICMP_CHECKSUM_OFFSET } from '../wire/icmp.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { TCP_CHECKSUM_OFFSET } from '../wire/tcp.ts';
import { UDP_CHECKSUM_OFFSET } from '../wire/udp.ts';

const FNV_PRIME = 0x01000193;
const MIX_PRIME = 0x85ebca6b;
/** IPv4: TTL, protocol, header checksum make a word, of which the protocol stays (RFC 791 §3.1). */
const IPV4_LIFE_WORD = 8;
const IPV4_LIFE_MASK = 0x00ff_0000;
/** IPv6: payload length, next header, hop limit; the last goes (RFC 8200 §3). */
const IPV6_LIFE_WORD = 4;
const IPV6_LIFE_MASK = ~0xff;
/** TCP's checksum is the upper half of its word, UDP's and ICMP's the lower. */
const LOW_HALF = 0xffff;
const HIGH_HALF = ~0xffff;

/** A 64-bit digest, in two halves. */
export class PacketDigest {
  low = 0;
  high = 0;

  /**
   * Digests the attached packet. Header lengths are multiples of four, so every mutable field lies
   * inside one known word.
   *
   * @param hasTransportHeader false for a fragment behind the first, which has no checksum
   */
  of(view: PacketView, hasTransportHeader = true): void {
    const { bytes, data } = view;
    const start = view.networkOffset;
    const end = Math.min(view.ipEnd, view.frameEnd);
    const lifeAt = start + (view.family === 4 ? IPV4_LIFE_WORD : IPV6_LIFE_WORD);
    const lifeMask = view.family === 4 ? IPV4_LIFE_MASK : IPV6_LIFE_MASK;
    const sumOffset = hasTransportHeader ? sumWord(view.protocol) : -1;
    const sumAt = sumOffset < 0 ? -1 : view.transportOffset + sumOffset;
    const sumMask = view.protocol === PROTO_TCP ? LOW_HALF : HIGH_HALF;
    let low = end - start;
    let high = low ^ 0x5bd1e995;
    let i = start;
    for (; i + 4 <= end; i += 4) {
      let word = data.getInt32(i);
      if (i === lifeAt) word &= lifeMask;
      else if (i === sumAt) word &= sumMask;
      low = Math.imul(low ^ word, FNV_PRIME) ^ (low >>> 15);
      high = Math.imul((high + word) ^ (high >>> 13), MIX_PRIME);
    }
    for (; i < end; i++) {
      low = Math.imul(low ^ bytes[i]!, FNV_PRIME);
      high = Math.imul((high + bytes[i]!) ^ (high >>> 13), MIX_PRIME);
    }
    this.low = low;
    this.high = high;
  }
}

/** Offset in the transport header of the word with the checksum; -1 where none is known. */
function sumWord(protocol: number): number {
  switch (protocol) {
    case PROTO_TCP:
      return TCP_CHECKSUM_OFFSET;
    case PROTO_UDP:
      return UDP_CHECKSUM_OFFSET - 2;
    case PROTO_ICMP:
    case PROTO_ICMPV6:
      return ICMP_CHECKSUM_OFFSET - 2;
    default:
      return -1;
  }
}
