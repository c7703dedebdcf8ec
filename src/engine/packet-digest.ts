/**
 * This file digests a packet so that its copies have the same digest: all bytes from the IP header
 * on but TTL and checksums, which a firewall changes (CONTRACT: Copies).
 */

import { checksumMask, checksumWord, lifeWord } from '../wire/forwarding.ts';
import type { PacketView } from '../wire/packet-view.ts';

const FNV_PRIME = 0x01000193;
const MIX_PRIME = 0x85ebca6b;

/** What a link header takes at most: a copy with other tags, cut at one length, has less of IP. */
const LINK_BYTES_MAX = 24;
/** Above any length of a packet. */
export const TWIN_SHIFT = 20;
/** Bytes of a transport header that a decoded packet has at most. */
const HEADER_BYTES = 20;

/** One past the last byte of the attached packet that a copy of it has as well. */
export function comparableEnd(view: PacketView): number {
  const { frameEnd, ipEnd } = view;
  if (frameEnd >= ipEnd) return ipEnd;
  const sure = view.networkOffset + frameEnd - view.frameOffset - LINK_BYTES_MAX;
  return Math.min(frameEnd, Math.max(sure, view.transportOffset + HEADER_BYTES));
}

/** A 64-bit digest, in two halves. */
export class PacketDigest {
  low = 0;
  high = 0;

  /**
   * Digests the attached packet, with the number of its twin: no twin's copy is another's.
   *
   * @param hasTransportHeader false for a fragment behind the first, which has no checksum
   */
  of(view: PacketView, hasTransportHeader = true): void {
    const { bytes, data } = view;
    const start = view.networkOffset;
    const end = comparableEnd(view);
    const { offset, mask: lifeMask } = lifeWord(view.family);
    const lifeAt = start + offset;
    const sumAt = hasTransportHeader ? view.transportOffset + checksumWord(view.protocol) : -1;
    const sumMask = checksumMask(view.protocol);
    let low = (end - start) ^ (view.twin << TWIN_SHIFT);
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
