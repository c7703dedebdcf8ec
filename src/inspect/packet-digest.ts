/**
 * This file makes numbers of a packet by which the same packet is known elsewhere: on another interface,
 * behind a router, behind address translation.
 *
 * All captured bytes from the IP header on count, but those that a forwarding device changes: TTL, and
 * checksums. Addresses and ports are mixed in last, so that the number before is that of the packet
 * whatever its addresses were translated to.
 */

import { PROTO_ICMP, PROTO_ICMPV6, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { ICMP_CHECKSUM_OFFSET } from '../wire/icmp.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { TCP_CHECKSUM_OFFSET } from '../wire/tcp.ts';
import { UDP_CHECKSUM_OFFSET } from '../wire/udp.ts';

const PRIME_LOW = 0x01000193;
const PRIME_HIGH = 0x85ebca6b | 0;
/** IPv4: TTL, protocol and checksum make a word, of which the protocol stays (RFC 791 §3.1). */
const IPV4_LIFE = { at: 8, mask: 0x00ff_0000, addresses: 12, end: 20 } as const;
/** IPv6: payload length, next header, hop limit; the last goes (RFC 8200 §3). */
const IPV6_LIFE = { at: 4, mask: ~0xff, addresses: 8, end: 40 } as const;
const LOW_HALF = 0xffff;
const HIGH_HALF = ~0xffff;

export class PacketDigest {
  /** 64 bits of the whole packet. */
  low = 0;
  high = 0;
  /** 64 bits of what address and port translation leave as it is. */
  plainLow = 0;
  plainHigh = 0;

  /** Sets the numbers of the attached packet. `attach` must have said OK. */
  take(view: PacketView): void {
    this.#takePlain(view);
    const { data, networkOffset } = view;
    const { addresses, end } = view.family === 4 ? IPV4_LIFE : IPV6_LIFE;
    let low = this.plainLow;
    let high = this.plainHigh;
    for (let at = networkOffset + addresses; at < networkOffset + end; at += 4) {
      const word = data.getInt32(at);
      low = Math.imul(low ^ word, PRIME_LOW) ^ (low >>> 15);
      high = Math.imul((high + word) ^ (high >>> 13), PRIME_HIGH);
    }
    const ports = hasPorts(view.protocol) ? (view.sport << 16) | view.dport : 0;
    this.low = Math.imul(low ^ ports, PRIME_LOW) ^ (low >>> 15);
    this.high = Math.imul((high + ports) ^ (high >>> 13), PRIME_HIGH);
  }

  /** Header lengths are multiples of four, so every changing field lies inside one known word. */
  #takePlain(view: PacketView): void {
    const { bytes, data, networkOffset: start } = view;
    const end = Math.min(view.ipEnd, view.frameEnd);
    const life = view.family === 4 ? IPV4_LIFE : IPV6_LIFE;
    const lifeAt = start + life.at;
    const addressesAt = start + life.addresses;
    const addressesEnd = start + life.end;
    const portsAt = hasPorts(view.protocol) ? view.transportOffset : -1;
    const sumAt = view.transportOffset + sumWord(view.protocol);
    const sumMask = view.protocol === PROTO_TCP ? LOW_HALF : HIGH_HALF;
    let low = end - start;
    let high = low ^ 0x5bd1e995;
    let at = start;
    for (; at + 4 <= end; at += 4) {
      if (at === portsAt || (at >= addressesAt && at < addressesEnd)) continue;
      let word = data.getInt32(at);
      if (at === lifeAt) word &= life.mask;
      else if (at === sumAt) word &= sumMask;
      low = Math.imul(low ^ word, PRIME_LOW) ^ (low >>> 15);
      high = Math.imul((high + word) ^ (high >>> 13), PRIME_HIGH);
    }
    for (; at < end; at += 1) {
      low = Math.imul(low ^ bytes[at]!, PRIME_LOW);
      high = Math.imul((high + bytes[at]!) ^ (high >>> 13), PRIME_HIGH);
    }
    this.plainLow = low;
    this.plainHigh = high;
  }
}

function hasPorts(protocol: number): boolean {
  return protocol === PROTO_TCP || protocol === PROTO_UDP;
}

/** Offset in the transport header of the word with the checksum; before the header where none is known. */
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
      return Number.NEGATIVE_INFINITY;
  }
}
