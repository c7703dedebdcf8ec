/**
 * This file tells a frame that left the firewall from one that it received (CONTRACT: Copies).
 *
 * Three marks make a frame an egress copy: a source MAC of the firewall, a capture of stage
 * `transmit`, or "outbound" together with a twin: the same packet, all bytes from the IP header but
 * TTL and checksums, received within the second before on another interface or with a higher TTL.
 * Twins are known by a 64-bit digest, kept in a ring for a second. Only captures that can mark
 * directions pay for digests.
 */

import {
  type CaptureInterface,
  DIRECTION_OUTBOUND,
  type FrameBatch,
  STAGE_DROP,
  STAGE_FIREWALL,
  STAGE_TRANSMIT,
} from '../capture/frame-batch.ts';
import type { Position } from '../events/position.ts';
import { readMac } from '../ingress/ingress-zones.ts';
import { PROTO_ICMP, PROTO_ICMPV6, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import { ICMP_CHECKSUM_OFFSET } from '../wire/icmp.ts';
import { marksDirections } from '../wire/link-type.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { TCP_CHECKSUM_OFFSET } from '../wire/tcp.ts';
import { UDP_CHECKSUM_OFFSET } from '../wire/udp.ts';

const TWIN_WINDOW_NS = 1e9;
/** Received packets remembered at most; beyond it the oldest are forgotten, and that is counted. */
const RING = 1 << 18;
/** Entries looked at for one packet: identical packets must not make a search quadratic. */
const CHAIN_MAX = 64;
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

export class EgressCopies {
  /** Received packets that fell out of the ring before their second was over. */
  forgotten = 0;

  private readonly firewallMacs: ReadonlySet<number>;
  private readonly hasReceiveStage: boolean;
  private marksDirections = false;
  private hasOtherMarks: boolean;
  private interfacesSeen = 0;
  private digestLow = 0;
  private digestHigh = 0;
  private times = new Float64Array(0);
  private lows = new Int32Array(0);
  private highs = new Int32Array(0);
  private origins = new Int32Array(0); // interface << 8 | TTL
  private nexts = new Int32Array(0);
  /** Which write filled the entry: along a chain it only falls, else the entry was overwritten. */
  private writes = new Float64Array(0);
  private heads = new Int32Array(0);
  private written = 0;

  constructor(firewallMacs: ReadonlySet<number>, hasReceiveStage: boolean) {
    this.firewallMacs = firewallMacs;
    this.hasReceiveStage = hasReceiveStage;
    this.hasOtherMarks = firewallMacs.size > 0;
  }

  /** Whether any mark is there at all: most captures have none. */
  get isPossible(): boolean {
    return this.marksDirections || this.hasOtherMarks;
  }

  /**
   * Takes note of interfaces and stages that can have copies, before any frame of the batch is
   * judged. Received packets are remembered from the first frame on wherever a mark may come later:
   * what is a copy must not depend on how a file was cut into batches.
   */
  prepare(batch: FrameBatch, interfaces: readonly CaptureInterface[]): void {
    const { count, stage } = batch;
    let stages = 0;
    for (let i = 0; i < count; i++) stages |= stage[i]!;
    if (stages !== 0) this.hasOtherMarks = true;
    let marks = 0;
    for (; this.interfacesSeen < interfaces.length; this.interfacesSeen++) {
      const { linkType, canMarkDirections } = interfaces[this.interfacesSeen]!;
      if (canMarkDirections || marksDirections(linkType)) marks = 1;
    }
    if (marks === 0 || this.marksDirections) return;
    this.marksDirections = true;
    this.times = new Float64Array(RING);
    this.lows = new Int32Array(RING);
    this.highs = new Int32Array(RING);
    this.origins = new Int32Array(RING);
    this.nexts = new Int32Array(RING).fill(-1);
    this.writes = new Float64Array(RING);
    this.heads = new Int32Array(RING).fill(-1);
  }

  /**
   * Whether the attached frame is an egress copy; a received one is remembered.
   *
   * @param isDecoded false for a frame that has no flow: then only its MAC and stage can tell
   */
  isCopy(
    view: PacketView,
    isDecoded: boolean,
    stage: number,
    interfaceIndex: number,
    position: Position,
  ): boolean {
    if (stage === STAGE_TRANSMIT) return true;
    if (this.hasReceiveStage && (stage === STAGE_FIREWALL || stage === STAGE_DROP)) return true;
    if (this.firewallMacs.size > 0 && view.sourceMacOffset >= 0) {
      if (this.firewallMacs.has(readMac(view.bytes, view.sourceMacOffset))) return true;
    }
    if (!this.marksDirections || !isDecoded) return false;
    const timeNs = position.clock[0]!;
    this.digest(view);
    const isOutbound = view.direction === DIRECTION_OUTBOUND;
    if (isOutbound && this.hasTwin(view, interfaceIndex, timeNs)) return true;
    if (!isOutbound) this.remember(view, interfaceIndex, timeNs);
    return false;
  }

  /** Moves remembered times by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    for (let i = 0; i < this.times.length; i++) this.times[i]! += deltaNs;
  }

  private remember(view: PacketView, interfaceIndex: number, timeNs: number): void {
    const entry = this.written++ & (RING - 1);
    if (this.written > RING && timeNs - this.times[entry]! <= TWIN_WINDOW_NS) this.forgotten++;
    const bucket = this.digestLow & (RING - 1);
    this.times[entry] = timeNs;
    this.writes[entry] = this.written;
    this.lows[entry] = this.digestLow;
    this.highs[entry] = this.digestHigh;
    this.origins[entry] = (interfaceIndex << 8) | view.ipTtl;
    this.nexts[entry] = this.heads[bucket]!;
    this.heads[bucket] = entry;
  }

  /** A chain ends where its entries are too old, or overwritten since. */
  private hasTwin(view: PacketView, interfaceIndex: number, timeNs: number): boolean {
    const bucket = this.digestLow & (RING - 1);
    let entry = this.heads[bucket]!;
    let newer = Number.POSITIVE_INFINITY;
    for (let steps = 0; entry >= 0 && steps < CHAIN_MAX; steps++) {
      const write = this.writes[entry]!;
      const isStale = write >= newer || (this.lows[entry]! & (RING - 1)) !== bucket;
      if (isStale || timeNs - this.times[entry]! > TWIN_WINDOW_NS) return false;
      newer = write;
      if (this.lows[entry] === this.digestLow && this.highs[entry] === this.digestHigh) {
        const origin = this.origins[entry]!;
        if (origin >>> 8 !== interfaceIndex || (origin & 255) > view.ipTtl) return true;
      }
      entry = this.nexts[entry]!;
    }
    return false;
  }

  /** Header lengths are multiples of four, so every mutable field lies inside one known word. */
  private digest(view: PacketView): void {
    const { bytes, data } = view;
    const start = view.networkOffset;
    const end = Math.min(view.ipEnd, view.frameEnd);
    const lifeAt = start + (view.family === 4 ? IPV4_LIFE_WORD : IPV6_LIFE_WORD);
    const lifeMask = view.family === 4 ? IPV4_LIFE_MASK : IPV6_LIFE_MASK;
    const sumAt = view.transportOffset + sumWord(view.protocol);
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
    this.digestLow = low;
    this.digestHigh = high;
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
