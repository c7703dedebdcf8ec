/**
 * This file tells a frame that left the firewall from one that it received (CONTRACT: Copies).
 *
 * Three marks make a frame an egress copy: a source MAC of the firewall, a capture of stage
 * `transmit`, or "outbound" together with a twin: the same packet, all bytes from the IP header but
 * TTL and checksums, received within the second before on another interface or with a higher TTL.
 * Twins are known by a 64-bit digest, kept in a ring for a second. Only captures that can mark
 * directions pay for digests. Frames of a drop stage are matched by drop-stage.ts.
 */

import {
  type CaptureInterface,
  DIRECTION_OUTBOUND,
  type FrameBatch,
  STAGE_DROP,
  STAGE_FIREWALL,
  STAGE_TRANSMIT,
} from '../capture/frame-batch.ts';
import { COUNT_EGRESS_COPY } from '../events/counters.ts';
import { macNumber, readMac } from '../ingress/ingress-zones.ts';
import { EGRESS_COPIES, TAIL_WORDS } from '../session/layout.ts';
import { FRAGMENT_NOT_FIRST, OK } from '../wire/decode-status.ts';
import { marksDirections } from '../wire/link-type.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { DropStage } from './drop-stage.ts';
import { findFlowInAnyZone } from './flow-lookup.ts';
import type { NoisyEvents } from './noisy-events.ts';
import { PacketDigest } from './packet-digest.ts';
import type { EngineParts } from './parts.ts';
import { RECENT_PACKETS_MAX, RecentPackets } from './recent-packets.ts';

/** Packets that are looked at for a second sight of them with a lower TTL. */
const EARLY_PACKETS = 8192;
const NO_INTERFACE = -1;
export class EgressCopies {
  /** Matches frames of a drop stage; null where no such capture is given. */
  readonly drops: DropStage | null;

  private readonly parts: EngineParts;
  private readonly firewallMacs: ReadonlySet<number>;
  private readonly hasReceiveStage: boolean;
  /** Of the first packets, those seen before on another interface with a higher TTL, unmarked. */
  seenOnBothSides = 0;
  private hasOtherMarks: boolean;
  private interfacesSeen = 0;
  private readonly print = new PacketDigest();
  /** Received packets; null until a capture can mark directions. */
  private recent: RecentPackets | null = null;
  /** By entry of `recent`: interface << 8 | TTL. */
  private origins = new Int32Array(0);

  /** @param given stages that captures are given of */
  constructor(
    parts: EngineParts,
    noisy: NoisyEvents,
    given: { readonly hasReceiveStage: boolean; readonly hasDropStage?: boolean },
  ) {
    this.parts = parts;
    this.firewallMacs = new Set(parts.config.firewallMacs.map(macNumber));
    this.hasReceiveStage = given.hasReceiveStage;
    this.drops =
      given.hasDropStage === true ? new DropStage(parts, noisy, given.hasReceiveStage) : null;
    this.hasOtherMarks = this.firewallMacs.size > 0;
  }

  /** Received packets that were forgotten before their second was over. */
  get forgotten(): number {
    return (this.recent?.forgotten ?? 0) + (this.drops?.forgotten ?? 0);
  }

  /** Whether any mark is there at all: most captures have none. */
  get isPossible(): boolean {
    return this.recent !== null || this.hasOtherMarks;
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
    if (marks === 0 || this.recent !== null) return;
    this.recent = new RecentPackets();
    this.origins = new Int32Array(RECENT_PACKETS_MAX);
  }

  /**
   * Whether the attached frame is an egress copy; a received one is remembered.
   *
   * @param status of decoding: of a frame that has no IP packet only MAC and stage can tell
   */
  isCopy(view: PacketView, status: number, stage: number, interfaceIndex: number): boolean {
    if (stage === STAGE_TRANSMIT) return true;
    if (stage === STAGE_DROP && this.drops !== null) return this.drops.isCopy(status === OK);
    if (this.hasReceiveStage && (stage === STAGE_FIREWALL || stage === STAGE_DROP)) return true;
    if (this.firewallMacs.size > 0 && view.sourceMacOffset >= 0) {
      if (this.firewallMacs.has(readMac(view.bytes, view.sourceMacOffset))) return true;
    }
    const isPacket = status === OK || status === FRAGMENT_NOT_FIRST;
    const { recent } = this;
    if (recent === null || !isPacket) return false;
    this.print.of(view, status === OK);
    const isOutbound = view.direction === DIRECTION_OUTBOUND;
    if (isOutbound && this.hasTwin(recent, view, interfaceIndex)) return true;
    if (!isOutbound) {
      // A hint needs no more than the first packets; every look-up costs.
      const isEarly = recent.written < EARLY_PACKETS;
      if (isEarly && this.hasTwin(recent, view, NO_INTERFACE)) this.seenOnBothSides++;
      this.remember(recent, view, interfaceIndex);
    }
    return false;
  }

  /** Counts a copy, and on its session; returns the flow, or -1 for a copy without session. */
  note(isDecoded: boolean): number {
    const { table, view, counters } = this.parts;
    counters[COUNT_EGRESS_COPY]!++;
    const flow = isDecoded ? findFlowInAnyZone(table, view) : -1;
    if (flow >= 0) table.tail[(flow >>> 1) * TAIL_WORDS + EGRESS_COPIES]!++;
    return flow;
  }

  /** Moves remembered times by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    this.drops?.rebase(deltaNs);
    this.recent?.rebase(deltaNs);
  }

  private remember(recent: RecentPackets, view: PacketView, interfaceIndex: number): void {
    const { low, high } = this.print;
    const entry = recent.add(low, high, this.parts.position.clock[0]!);
    this.origins[entry] = (interfaceIndex << 8) | view.ipTtl;
  }

  /**
   * Whether the packet was received within the second before on another interface or with a higher
   * TTL; with NO_INTERFACE only the TTL counts.
   */
  private hasTwin(recent: RecentPackets, view: PacketView, interfaceIndex: number): boolean {
    const { low, high } = this.print;
    const timeNs = this.parts.position.clock[0]!;
    let entry = recent.find(low, high, timeNs);
    for (; entry >= 0; entry = recent.findOlder(timeNs)) {
      const origin = this.origins[entry]!;
      const isElsewhere = interfaceIndex !== NO_INTERFACE && origin >>> 8 !== interfaceIndex;
      if (isElsewhere || (origin & 255) > view.ipTtl) return true;
    }
    return false;
  }
}
