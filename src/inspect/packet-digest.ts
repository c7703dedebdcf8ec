/**
 * This file makes numbers of a packet by which the same packet is known elsewhere: on another interface,
 * behind a router, behind address translation.
 *
 * All captured bytes from the IP header on count, but those that a forwarding device changes: TTL, and
 * checksums. Addresses and ports are mixed in last, so that the number before is that of the packet
 * whatever its addresses were translated to.
 */

import { PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { checksumMask, checksumWord, lifeWord } from '../wire/forwarding.ts';
import type { PacketView } from '../wire/packet-view.ts';

const PRIME_LOW = 0x01000193;
const PRIME_HIGH = 0x85ebca6b | 0;
/** Where both addresses stand in the IP header. */
const IPV4_ADDRESSES = { from: 12, end: 20 } as const;
const IPV6_ADDRESSES = { from: 8, end: 40 } as const;

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
    const { from, end } = addressesOf(view);
    let low = this.plainLow;
    let high = this.plainHigh;
    for (let at = networkOffset + from; at < networkOffset + end; at += 4) {
      const word = data.getInt32(at);
      low = Math.imul(low ^ word, PRIME_LOW) ^ (low >>> 15);
      high = Math.imul((high + word) ^ (high >>> 13), PRIME_HIGH);
    }
    const ports = hasPorts(view.protocol) ? (view.sport << 16) | view.dport : 0;
    this.low = Math.imul(low ^ ports, PRIME_LOW) ^ (low >>> 15);
    this.high = Math.imul((high + ports) ^ (high >>> 13), PRIME_HIGH);
  }

  #takePlain(view: PacketView): void {
    const { bytes, data, networkOffset: start } = view;
    const end = Math.min(view.ipEnd, view.frameEnd);
    const { offset, mask: lifeMask } = lifeWord(view.family);
    const lifeAt = start + offset;
    const addresses = addressesOf(view);
    const addressesAt = start + addresses.from;
    const addressesEnd = start + addresses.end;
    const portsAt = hasPorts(view.protocol) ? view.transportOffset : -1;
    const sumAt = view.transportOffset + checksumWord(view.protocol);
    const sumMask = checksumMask(view.protocol);
    let low = end - start;
    let high = low ^ 0x5bd1e995;
    let at = start;
    for (; at + 4 <= end; at += 4) {
      if (at === portsAt || (at >= addressesAt && at < addressesEnd)) continue;
      let word = data.getInt32(at);
      if (at === lifeAt) word &= lifeMask;
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

function addressesOf(view: PacketView): { readonly from: number; readonly end: number } {
  return view.family === 4 ? IPV4_ADDRESSES : IPV6_ADDRESSES;
}
