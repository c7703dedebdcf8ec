/**
 * This file brings a decoded packet to where it is judged: an ICMP error to the session that it
 * quotes, a fragment to its datagram, any other packet to the fastpath or the slowpath.
 */

import { EVENT_TCP_REUSE } from '../events/event-kinds.ts';
import type { EventLog } from '../events/event-log.ts';
import { IN_SCTP_NEW_INIT, IN_SYN_NEW_ISN, IN_TEARDOWN } from '../session/inputs.ts';
import { HOT_WORDS, SERIAL } from '../session/layout.ts';
import type { SessionTable } from '../session/session-table.ts';
import { OK } from '../wire/decode-status.ts';
import { ICMP_ERROR } from '../wire/icmp.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { Fastpath, GUESSED, isGuessed, RENEWED, TAKEN, TORN_DOWN } from './fastpath.ts';
import { findFlow } from './flow-lookup.ts';
import { Forwarding } from './forwarding.ts';
import { Fragments } from './fragments.ts';
import { IcmpErrors } from './icmp-errors.ts';
import type { NoisyEvents } from './noisy-events.ts';
import type { PacketLog } from './packet-log.ts';
import type { EngineParts } from './parts.ts';
import type { ReplyMatching } from './reply-matching.ts';
import { scheduleRoutes } from './route-changes.ts';
import type { SessionEnd } from './session-end.ts';
import { Slowpath } from './slowpath.ts';

export class Judge {
  readonly fastpath: Fastpath;
  readonly fragments: Fragments;
  readonly forwarding: Forwarding;

  private readonly slowpath: Slowpath;
  private readonly icmpErrors: IcmpErrors;
  private readonly sessionEnd: SessionEnd;
  private readonly packetLog: PacketLog | null;
  private readonly view: PacketView;
  private readonly table: SessionTable;
  private readonly log: EventLog;
  private readonly replies: ReplyMatching;
  private readonly learning: EngineParts['learning'];
  private readonly offloads: EngineParts['offloads'];
  /** Whether replies may be of other sessions than their keys say: a pool is there, now or later. */
  private readonly mayLearn: boolean;
  private readonly position: EngineParts['position'];

  /**
   * @param options `midstream`: whether segments may continue sessions from before the capture;
   *   `packetLog` looks on while packets are judged, null for none
   */
  constructor(
    parts: EngineParts,
    noisy: NoisyEvents,
    sessionEnd: SessionEnd,
    { midstream, packetLog }: { midstream: boolean; packetLog: PacketLog | null },
  ) {
    const forwarding = new Forwarding(parts, noisy);
    scheduleRoutes(parts, forwarding);
    this.forwarding = forwarding;
    const { payload, denials } = sessionEnd;
    this.fastpath = new Fastpath(parts, { noisy, forwarding, payload });
    const neighbours = { fastpath: this.fastpath, noisy, forwarding, payload, denials };
    this.slowpath = new Slowpath(parts, neighbours, midstream);
    this.icmpErrors = new IcmpErrors(parts, noisy);
    this.fragments = new Fragments(parts, this.fastpath, noisy, (zone) => this.takeWhole(zone));
    this.sessionEnd = sessionEnd;
    this.packetLog = packetLog;
    packetLog?.lookOn(this);
    this.view = parts.view;
    this.table = parts.table;
    this.log = parts.log;
    this.position = parts.position;
    this.replies = parts.replies;
    this.learning = parts.learning;
    this.offloads = parts.offloads;
    this.mayLearn = parts.nat.hasPools;
  }

  /** Sessions ever created. */
  get sessionsCreated(): number {
    return this.slowpath.created;
  }

  /**
   * Judges the attached packet, which came in through `zone`.
   *
   * @param status of decoding: OK, or what `isFragmentOnly` accepts
   */
  take(status: number, zone: number): void {
    if (status === OK && !this.view.isFragment) this.takeWhole(zone);
    else this.fragments.take(zone, status === OK);
  }

  private takeWhole(zone: number): void {
    if (this.view.icmpKind >= ICMP_ERROR) this.icmpErrors.take();
    else if (this.packetLog === null) this.judge(zone);
    else this.packetLog.judge(zone);
  }

  /** Judges the attached packet, which is no ICMP error; a first fragment like a whole packet. */
  judge(zone: number): void {
    let flow = findFlow(this.table, this.view, zone);
    if (flow < 0 && this.mayLearn) flow = this.adopt(zone);
    if (flow < 0) {
      this.slowpath.take(zone);
      return;
    }
    let then = this.fastpath.take(flow);
    if (then === GUESSED) {
      flow = this.replies.firstReply(flow, zone);
      then = this.fastpath.takeKnown(flow);
    }
    if (then === TAKEN) this.offloads?.after(flow);
    else this.endAndGoOn(then, flow, zone);
  }

  /**
   * Brings a reply to the session that it answers, before anything looks at what it is to the session
   * that its key says: where the firewall chose other ports than the model, these are two.
   */
  lookAhead(zone: number): void {
    if (!this.mayLearn) return;
    const flow = findFlow(this.table, this.view, zone);
    if (flow < 0) this.adopt(zone);
    else if (isGuessed(this.table, flow)) this.replies.firstReply(flow, zone);
  }

  /** The flow of the attached packet, which has none by its key, if it answers one; or -1. */
  private adopt(zone: number): number {
    return this.table.zoneMismatch < 0 ? this.replies.adopt(zone) : -1;
  }

  /** A packet that ends its session: torn down with it, or a SYN or INIT that is judged anew. */
  private endAndGoOn(then: number, flow: number, zone: number): void {
    const slot = flow >>> 1;
    if (then === TORN_DOWN) {
      this.offloads?.returned(flow);
      this.sessionEnd.end(slot, IN_TEARDOWN);
      return;
    }
    if (then === RENEWED) {
      // A server's INIT came to the ends that the session had outside.
      if ((flow & 1) === 1) this.learning.confirm(slot);
      this.sessionEnd.end(slot, IN_SCTP_NEW_INIT);
    } else {
      const serial = this.table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
      this.log.append(EVENT_TCP_REUSE, this.position, serial, 0, 0);
      this.sessionEnd.end(slot, IN_SYN_NEW_ISN);
    }
    this.judge(zone);
  }
}
