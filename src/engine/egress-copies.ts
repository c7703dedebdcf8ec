/**
 * This file tells a frame that left the firewall from one that it received, and brings each to the
 * received packet that it is a copy of (CONTRACT: Copies).
 *
 * Three marks make a frame an egress copy: a source MAC of the firewall, a capture of stage
 * `transmit`, or "outbound" together with a partner: the same packet, all bytes from the IP header but
 * TTL and checksums, received within the second before on another interface or with a higher TTL.
 * Every copy belongs to one received packet, or is counted as unmatched. Only captures that can have
 * marks pay for digests. Frames of a drop stage are matched by drop-stage.ts.
 */

import {
  type CaptureInterface,
  DIRECTION_OUTBOUND,
  type FrameBatch,
  STAGE_DROP,
  STAGE_FIREWALL,
  STAGE_TRANSMIT,
} from '../capture/frame-batch.ts';
import { COUNT_EGRESS_COPY, COUNT_EGRESS_UNMATCHED } from '../events/counters.ts';
import { macNumber, readMac } from '../ingress/ingress-zones.ts';
import { EGRESS_COPIES, HOT_WORDS, SERIAL, TAIL_WORDS } from '../session/layout.ts';
import { OK } from '../wire/decode-status.ts';
import { isLinkScoped } from '../wire/forwarding.ts';
import { ICMP_ERROR } from '../wire/icmp.ts';
import { marksDirections } from '../wire/link-type.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { CopySessions } from './copy-sessions.ts';
import { DropStage } from './drop-stage.ts';
import { EarlyCopies } from './early-copies.ts';
import { findFlowOfSent } from './flow-lookup.ts';
import { isFragmentOnly } from './fragments.ts';
import { HeldFragments } from './held-fragments.ts';
import { InvariantDigest } from './invariant-digest.ts';
import type { NoisyEvents } from './noisy-events.ts';
import { PacketDigest } from './packet-digest.ts';
import type { EngineParts } from './parts.ts';
import { COPY_INSIDE, COPY_SENT, ReceivedPackets } from './received-packets.ts';

/** Packets that are looked at for a second sight of them with a lower TTL. */
const EARLY_PACKETS = 8192;
const NO_INTERFACE = -1;
/** Marks beside the COPY_ kinds: no mark; a copy that is not matched here. */
const NOT_MARKED = 0;
const UNMATCHABLE = 4;

export class EgressCopies {
  /** Matches frames of a drop stage; null where no such capture is given. */
  readonly drops: DropStage | null;

  /** Fragments that wait for their first one. */
  readonly held = new HeldFragments();

  private readonly parts: EngineParts;
  private readonly firewallMacs: ReadonlySet<number>;
  /** IPv4 addresses of the firewall's interfaces. */
  private readonly ownAddresses: ReadonlySet<number>;
  private readonly hasReceiveStage: boolean;
  /** Of the first packets, those seen before on another interface with a higher TTL, unmarked. */
  seenOnBothSides = 0;
  private hasDirections = false;
  private hasOtherMarks: boolean;
  private interfacesSeen = 0;
  private readonly exact = new PacketDigest();
  private readonly print = new InvariantDigest();
  /** Received packets; null until a capture can have copies. */
  private received: ReceivedPackets | null = null;
  /** As null as `received`. */
  private sessions: CopySessions | null = null;
  private readonly early = new EarlyCopies();
  /** The packet that the copy in hand is of, or -1. */
  private original = -1;
  /** Entry of the copy in hand among the early ones, or -1. */
  private earlyEntry = -1;
  /** The received packet in hand, or -1, and copies of it that came before and no session counted. */
  private inHand = -1;
  private uncounted = 0;
  /** The one of them that left the firewall, or -1. */
  private earlySent = -1;
  /** The copy in hand left the firewall. */
  private isSent = false;

  /** @param given stages that captures are given of */
  constructor(
    parts: EngineParts,
    noisy: NoisyEvents,
    given: {
      readonly hasReceiveStage: boolean;
      readonly hasDropStage?: boolean;
      readonly hasCopyStage?: boolean;
    },
  ) {
    this.parts = parts;
    this.firewallMacs = new Set(parts.config.firewallMacs.map(macNumber));
    const addresses = parts.config.interfaces.flatMap((entry) => entry.addresses);
    this.ownAddresses = new Set(
      addresses.flatMap(({ family, words }) => (family === 4 ? [words[0]!] : [])),
    );
    this.hasReceiveStage = given.hasReceiveStage;
    this.drops =
      given.hasDropStage === true ? new DropStage(parts, noisy, given.hasReceiveStage) : null;
    this.hasOtherMarks = this.firewallMacs.size > 0;
    if (this.hasOtherMarks || given.hasCopyStage === true) this.remember();
  }

  /** Received packets that were forgotten before their second was over. */
  get forgotten(): number {
    return (this.received?.forgotten ?? 0) + (this.drops?.forgotten ?? 0);
  }

  /** Whether any mark is there at all: most captures have none. */
  get isPossible(): boolean {
    return this.received !== null || this.hasOtherMarks;
  }

  /**
   * Takes note of interfaces and stages that can have copies, before any frame of the batch is
   * judged. Received packets are remembered from the first frame on wherever a mark may come later:
   * what is a copy must not depend on how a file was cut into batches.
   */
  prepare(batch: FrameBatch, interfaces: readonly CaptureInterface[]): void {
    const { count, stage } = batch;
    let stages = 0;
    for (let i = 0; i < count; i++) stages |= 1 << stage[i]!;
    if (stages > 1) this.hasOtherMarks = true;
    const inside = this.hasReceiveStage ? 1 << STAGE_FIREWALL : 0;
    const hasCopies = (stages & ((1 << STAGE_TRANSMIT) | inside)) !== 0;
    for (; this.interfacesSeen < interfaces.length; this.interfacesSeen++) {
      const { linkType, canMarkDirections } = interfaces[this.interfacesSeen]!;
      if (canMarkDirections || marksDirections(linkType)) this.hasDirections = true;
    }
    if (hasCopies || this.hasDirections) this.remember();
  }

  /**
   * Whether the attached frame is an egress copy; a received one is remembered.
   *
   * @param status of decoding: of a frame that has no IP packet only MAC and stage can tell
   */
  isCopy(view: PacketView, status: number, stage: number, interfaceIndex: number): boolean {
    this.original = -1;
    this.isSent = false;
    this.earlyEntry = -1;
    this.inHand = -1;
    this.uncounted = 0;
    this.earlySent = -1;
    if (stage === STAGE_DROP && this.drops !== null) return this.drops.isCopy(status === OK);
    const mark = this.markOf(view, stage);
    const { received } = this;
    const isPacket = status === OK || isFragmentOnly(status, view);
    if (received === null || !isPacket || mark === UNMATCHABLE) return mark !== NOT_MARKED;
    this.print.of(view, status === OK);
    if (mark !== NOT_MARKED) {
      this.match(
        received.find(mark, (candidate) => this.sessions!.rankOf(candidate)),
        mark,
      );
      return true;
    }
    let exact = 0;
    if (this.hasDirections) {
      this.exact.of(view, status === OK);
      exact = this.exact.low;
      const isOutbound = view.direction === DIRECTION_OUTBOUND;
      const partner = isOutbound ? received.findPartner(exact, interfaceIndex) : -1;
      if (partner >= 0) {
        this.match(received.has(partner, COPY_SENT) ? -1 : partner, COPY_SENT);
        return true;
      }
      if (isOutbound && this.isTranslated(received, status === OK, interfaceIndex)) return true;
      if (!isOutbound) this.noteBothSides(received, exact);
    }
    this.inHand = received.add(exact, interfaceIndex);
    this.held.inHand = received.written;
    if (this.early.isPossible(this.parts.position.clock[0]!)) this.takeEarly(received);
    return false;
  }

  /** Counts a copy, and on its session; returns the flow, or -1 for a copy without session. */
  note(isDecoded: boolean): number {
    const { table, view, counters, nat, learning, algs } = this.parts;
    counters[COUNT_EGRESS_COPY]!++;
    const isMatched = this.received !== null && this.original >= 0;
    let flow = isMatched ? this.sessions!.flowOf(this.original) : -1;
    if (!isMatched && isDecoded) flow = findFlowOfSent(table, nat.translations, view);
    if (flow < 0) return flow;
    if (!isMatched && this.earlyEntry >= 0) this.early.noteCounted(this.earlyEntry);
    const shows = isDecoded && this.isSent && view.family === 4;
    if (shows && isMatched) learning.seeSent(flow, view);
    // What an ALG rewrote is another packet to the digest.
    if (shows) algs.sent.take(flow);
    table.tail[(flow >>> 1) * TAIL_WORDS + EGRESS_COPIES]!++;
    return flow;
  }

  /** Notes which flow took the received packet in hand; -1 for none. */
  noteTaken(flow: number): void {
    const { inHand, received } = this;
    this.held.inHand = 0;
    if (inHand < 0 || flow < 0) return;
    received!.noteFlow(inHand, flow, this.serialOf(flow));
    this.learnEarly(flow);
    if (this.uncounted === 0) return;
    this.parts.table.tail[(flow >>> 1) * TAIL_WORDS + EGRESS_COPIES]! += this.uncounted;
  }

  /** Learns from a copy that came before the received packet in hand, whose flow is known now. */
  private learnEarly(flow: number): void {
    const { view, learning } = this.parts;
    if (this.earlySent < 0 || view.family !== 4 || view.isFragment) return;
    learning.seeSent(flow, this.early.endsOf(this.earlySent));
  }

  /** Moves remembered times by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    this.drops?.rebase(deltaNs);
    this.received?.rebase(deltaNs);
    this.early.rebase(deltaNs);
  }

  /** From here on received packets are remembered. */
  private remember(): void {
    if (this.received !== null) return;
    this.received = new ReceivedPackets(this.parts, this.print);
    this.sessions = new CopySessions(this.parts, this.received);
    this.held.received = this.received;
  }

  /** What MAC and stage make of the attached frame. */
  private markOf(view: PacketView, stage: number): number {
    if (stage === STAGE_TRANSMIT) return COPY_SENT;
    if (this.hasReceiveStage && stage === STAGE_FIREWALL) return COPY_INSIDE;
    if (this.hasReceiveStage && stage === STAGE_DROP) return UNMATCHABLE;
    if (this.firewallMacs.size === 0 || view.sourceMacOffset < 0) return NOT_MARKED;
    const isOwn = this.firewallMacs.has(readMac(view.bytes, view.sourceMacOffset));
    return isOwn ? COPY_SENT : NOT_MARKED;
  }

  /** Gives a copy of the kind to the received packet `entry`; -1 is a copy without one. */
  private match(entry: number, kind: number): void {
    const { counters, observations, position, view } = this.parts;
    this.isSent = kind === COPY_SENT;
    if (entry >= 0) {
      this.original = entry;
      this.received!.mark(entry, kind);
      observations.egressMatched++;
    } else if (this.isOwn(view)) {
      observations.egressOwn++;
    } else {
      counters[COUNT_EGRESS_UNMATCHED]!++;
      this.earlyEntry = this.early.add(this.print, position.clock[0]!, kind, view);
    }
  }

  /**
   * Whether the attached frame, marked outbound, is a translated copy: the session of the packet that it
   * may be of says so, or the rules if that has none. Then it is given to that packet.
   */
  private isTranslated(received: ReceivedPackets, hasPorts: boolean, index: number): boolean {
    const { nat, view } = this.parts;
    if ((!nat.hasRules && nat.translations.isEmpty) || view.family !== 4) return false;
    const rankOf = (candidate: number) =>
      this.sessions!.rankOfTranslated(candidate, hasPorts, index);
    const entry = received.find(COPY_SENT, rankOf);
    const isCopy = entry >= 0 || (hasPorts && this.sessions!.isRewritten());
    if (isCopy) this.match(entry, COPY_SENT);
    return isCopy;
  }

  /** Whether the firewall said it for itself: no router passes it on, or it is an error of its own. */
  private isOwn(view: PacketView): boolean {
    if (isLinkScoped(view)) return true;
    return view.family === 4 && view.icmpKind === ICMP_ERROR && this.ownAddresses.has(view.source);
  }

  /** Gives the received packet in hand the copies of it that came before. */
  private takeEarly(received: ReceivedPackets): void {
    const { counters, observations, position } = this.parts;
    const timeNs = position.clock[0]!;
    for (let kind = COPY_INSIDE; kind <= COPY_SENT; kind <<= 1) {
      const copy = this.early.take(this.print, timeNs, kind);
      if (copy < 0) continue;
      received.mark(this.inHand, kind);
      counters[COUNT_EGRESS_UNMATCHED]!--;
      observations.egressMatched++;
      if (!this.early.isCounted(copy)) this.uncounted++;
      if (kind === COPY_SENT) this.earlySent = copy;
    }
  }

  /** A hint needs no more than the first packets; every look-up costs. */
  private noteBothSides(received: ReceivedPackets, exact: number): void {
    if (received.written >= EARLY_PACKETS) return;
    if (received.findPartner(exact, NO_INTERFACE) >= 0) this.seenOnBothSides++;
  }

  private serialOf(flow: number): number {
    return this.parts.table.hot[(flow >>> 1) * HOT_WORDS + SERIAL]! >>> 0;
  }
}
