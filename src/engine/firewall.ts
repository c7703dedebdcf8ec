/**
 * This file holds the replayed firewall: frames in, sessions, events and counters out.
 *
 * `replay` is the loop that every packet goes through: time first (what is due fires before the
 * packet is seen), then decoding, copies, zone, flow look-up, and fastpath or slowpath. It allocates
 * nothing per packet. Indexes are bounded by `FrameBatch.count` and by the table's slots.
 */

import type { CaptureInterface, FrameBatch } from '../capture/frame-batch.ts';
import type { FirewallConfig } from '../config/firewall-config.ts';
import { COUNT_AGED_ACCELERATED, COUNT_EGRESS_COPY, COUNT_PKT_RECV } from '../events/counters.ts';
import { EVENT_TCP_REUSE } from '../events/event-kinds.ts';
import type { EventLog, EventView } from '../events/event-log.ts';
import type { Position } from '../events/position.ts';
import { type IngressZones, macNumber } from '../ingress/ingress-zones.ts';
import { secondAndNanosecond } from '../net/time.ts';
import type { Ageing } from '../session/ageing.ts';
import { IN_SCTP_NEW_INIT, IN_SYN_NEW_ISN, IN_TEARDOWN, IN_TIMER } from '../session/inputs.ts';
import {
  DEADLINE_F64,
  EGRESS_COPIES,
  HOT_F64,
  HOT_WORDS,
  LAST_F64,
  SERIAL,
  TAIL_WORDS,
} from '../session/layout.ts';
import type { Row } from '../session/phases.ts';
import type { SessionRow } from '../session/session-row.ts';
import type { SessionTable } from '../session/session-table.ts';
import { labelsOf } from '../session/state-table.ts';
import type { RuleFacts } from '../slowpath/policy.ts';
import { OK } from '../wire/decode-status.ts';
import { ICMP_ERROR } from '../wire/icmp.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { buildParts } from './build-parts.ts';
import { EgressCopies } from './egress-copies.ts';
import { Fastpath, RENEWED, TAKEN, TORN_DOWN } from './fastpath.ts';
import { findFlow, findFlowInAnyZone } from './flow-lookup.ts';
import { IcmpErrors } from './icmp-errors.ts';
import { NoisyEvents } from './noisy-events.ts';
import type { Occupancy } from './occupancy.ts';
import type { Observations } from './parts.ts';
import { SessionEnd } from './session-end.ts';
import { Slowpath } from './slowpath.ts';
import { Snapshot } from './snapshot.ts';
import { countUndecoded } from './undecoded.ts';

export interface FirewallOptions {
  /** Any number; spreads the hash, changes no result. */
  readonly seed: number;
  /** Whether several inputs are merged: then packets are numbered through. */
  readonly isMerged: boolean;
  /** Whether an input of stage `receive` is given. */
  readonly hasReceiveStage: boolean;
  /** Take a segment without session for one of a connection that was there before (`--midstream`). */
  readonly midstream?: boolean;
  /** The machine's rows; for tests that change them. */
  readonly rows?: readonly Row[];
  /** A session that ended, or one that is live at the end; the row is reused. */
  readonly onSession?: (row: SessionRow) => void;
  /** False leaves the rows' transitions out, which saves their keeping. Default true. */
  readonly withTransitions?: boolean;
  /** Events in the order of making; the view is reused. Without a listener they are not kept. */
  readonly onEvent?: (event: EventView) => void;
}

/** More than a time years away from its epoch can be rounded by. */
const EPOCH_ROUNDING_NS = 4096;

export class Firewall {
  readonly counters: Float64Array;
  readonly occupancy: Occupancy;
  readonly table: SessionTable;
  readonly zones: IngressZones;
  readonly log: EventLog;
  readonly observations: Observations;
  /** Tells egress copies; counts the received packets that it had to forget. */
  readonly copies: EgressCopies;
  /** Rules by the number that events name. */
  readonly rules: readonly RuleFacts[];

  private readonly interfaces: readonly CaptureInterface[];
  private readonly isMerged: boolean;
  private readonly view: PacketView;
  private readonly position: Position;
  private readonly ageing: Ageing;
  private readonly icmpErrors: IcmpErrors;
  private readonly fastpath: Fastpath;
  private readonly slowpath: Slowpath;
  private readonly sessionEnd: SessionEnd;
  /** By interface index. */
  private readonly linkTypes: number[] = [];
  private packets = 0;
  private hasStarted = false;
  /** Time of the last packet, or where the clock was run to; ns since the epoch. */
  private lastNs = 0;

  /** @param interfaces the replay's capture interfaces; may grow while it runs */
  constructor(
    config: FirewallConfig,
    interfaces: readonly CaptureInterface[],
    options: FirewallOptions,
  ) {
    const parts = buildParts(config, interfaces, options);
    this.counters = parts.counters;
    this.occupancy = parts.occupancy;
    this.table = parts.table;
    this.zones = parts.zones;
    this.log = parts.log;
    this.observations = parts.observations;
    this.rules = parts.policy.rules;
    this.interfaces = interfaces;
    this.isMerged = options.isMerged;
    this.view = parts.view;
    this.position = parts.position;
    this.ageing = parts.ageing;
    const snapshot = new Snapshot({
      ...parts,
      labels: labelsOf(config.session.stateModel),
      rules: parts.policy.rules,
      applications: config.applications,
      withTransitions: options.withTransitions !== false,
    });
    const noisy = new NoisyEvents(parts);
    this.fastpath = new Fastpath(parts, noisy);
    this.slowpath = new Slowpath(parts, this.fastpath, noisy, options.midstream === true);
    this.icmpErrors = new IcmpErrors(parts, noisy);
    this.sessionEnd = new SessionEnd(parts, snapshot, options.onSession ?? null);
    const firewallMacs = new Set(config.firewallMacs.map(macNumber));
    this.copies = new EgressCopies(firewallMacs, options.hasReceiveStage);
  }

  /** Sessions ever created. */
  get sessionsCreated(): number {
    return this.slowpath.created;
  }

  /** Seconds since 1970 that times count from. */
  get epochSeconds(): number {
    return this.position.epochSeconds;
  }

  /** Time of the last packet, or where the clock was run to; ns since the epoch. */
  get nowNs(): number {
    return this.lastNs;
  }

  /** Replays frames `from` to `to` (exclusive) of a batch whose times are filled. */
  replay(batch: FrameBatch, from: number, to: number): void {
    if (batch.epochSeconds !== this.epochSeconds || !this.hasStarted) {
      this.startEpoch(batch, batch.time[from] ?? 0);
    }
    this.copies.prepare(batch, this.interfaces);
    this.learnLinkTypes();
    const { time, file, frameNumber, interfaceIndex, stage } = batch;
    const { blocks, block, offset, capturedLength, originalLength, direction } = batch;
    const { position, ageing, view, zones, copies, linkTypes, isMerged } = this;
    const { clock } = position;
    const { usual } = ageing;
    const mayHaveCopies = copies.isPossible;
    let received = 0;
    for (let i = from; i < to; i++) {
      const now = time[i]!;
      if (now >= usual.nextNs || (ageing.isAccelerated && now >= ageing.nextNs)) this.fireDue(now);
      clock[0] = now;
      position.frame = frameNumber[i]!;
      position.file = file[i]!;
      position.packet = isMerged ? ++this.packets : position.frame;
      const index = interfaceIndex[i]!;
      const status = view.attach(
        blocks[block[i]!]!,
        offset[i]!,
        capturedLength[i]!,
        originalLength[i]!,
        linkTypes[index]!,
        direction[i]!,
      );
      if (mayHaveCopies && copies.isCopy(view, status === OK, stage[i]!, index, position)) {
        this.noteEgressCopy(status === OK);
      } else if (status !== OK) countUndecoded(status, this.counters, this.observations);
      else {
        received++;
        const zone = zones.zoneOf(view, index);
        if (view.icmpKind >= ICMP_ERROR) this.icmpErrors.take();
        else this.judge(zone);
      }
    }
    this.counters[COUNT_PKT_RECV]! += received;
    if (to > from) this.lastNs = time[to - 1]!;
  }

  /** Runs the clock to `endNs`, unless it is there already: what is due by then ends. */
  advanceTo(endNs: number): void {
    if (endNs > this.lastNs) this.lastNs = endNs;
    this.fireDue(this.lastNs);
    this.position.clock[0] = this.lastNs;
  }

  /** Runs the clock on until the table is empty (`--drain`). */
  drain(): void {
    this.fireDue(Number.POSITIVE_INFINITY);
    this.advanceTo(this.sessionEnd.lastNs);
  }

  /** A time of this replay as seconds since 1970 and nanoseconds. */
  timeAt(timeNs: number): { second: number; nanosecond: number } {
    return secondAndNanosecond(this.epochSeconds, timeNs);
  }

  /** Reports the sessions that are still live, by serial; the table stays as it is. */
  reportLive(): void {
    // What crossing the ageing threshold left due at once.
    this.fireDue(this.lastNs);
    this.position.clock[0] = this.lastNs;
    this.sessionEnd.reportLive();
  }

  /** @param firstNs time of the first frame, ns since the new epoch */
  private startEpoch(batch: FrameBatch, firstNs: number): void {
    const { position } = this;
    const deltaNs = (position.epochSeconds - batch.epochSeconds) * 1e9;
    // What is due before the jump must end under the old epoch: seen from the new one its times may
    // be too far away to be exact.
    if (this.hasStarted) this.fireDue(firstNs - deltaNs - EPOCH_ROUNDING_NS);
    this.log.drain();
    position.epochSeconds = batch.epochSeconds;
    if (this.hasStarted) this.rebase(deltaNs);
    else this.occupancy.note(firstNs, 0);
    this.hasStarted = true;
  }

  /** Moves every stored time, exact as long as it lies within 104 days of the new epoch. */
  private rebase(deltaNs: number): void {
    const { table, ageing } = this;
    ageing.clear(deltaNs);
    for (const slot of this.sessionEnd.liveSlots()) {
      const at = slot * HOT_F64;
      table.hotF64[at + DEADLINE_F64]! += deltaNs;
      table.hotF64[at + LAST_F64]! += deltaNs;
      ageing.add(slot);
    }
    this.lastNs += deltaNs;
    this.sessionEnd.lastNs += deltaNs;
    this.occupancy.rebase(deltaNs);
    this.copies.rebase(deltaNs);
  }

  private fireDue(now: number): void {
    const { position, ageing } = this;
    position.clearPacket();
    for (let slot = ageing.takeDue(now); slot >= 0; slot = ageing.takeDue(now)) {
      position.clock[0] = ageing.dueNs;
      if (ageing.isEarly) this.counters[COUNT_AGED_ACCELERATED]!++;
      this.sessionEnd.end(slot, IN_TIMER);
    }
  }

  /** Interfaces appear while captures are read. */
  private learnLinkTypes(): void {
    for (let i = this.linkTypes.length; i < this.interfaces.length; i++) {
      this.linkTypes.push(this.interfaces[i]!.linkType);
    }
  }

  /** Takes the attached packet, which came in through `zone`, the fastpath or the slowpath. */
  private judge(zone: number): void {
    const flow = findFlow(this.table, this.view, zone);
    if (flow < 0) {
      this.slowpath.take(zone);
      return;
    }
    const then = this.fastpath.take(flow);
    if (then !== TAKEN) this.endAndGoOn(then, flow, zone);
  }

  /** A packet that ends its session: torn down with it, or a SYN or INIT that is judged anew. */
  private endAndGoOn(then: number, flow: number, zone: number): void {
    const slot = flow >>> 1;
    if (then === TORN_DOWN) {
      this.sessionEnd.end(slot, IN_TEARDOWN);
      return;
    }
    if (then === RENEWED) this.sessionEnd.end(slot, IN_SCTP_NEW_INIT);
    else {
      const serial = this.table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
      this.log.append(EVENT_TCP_REUSE, this.position, serial, 0, 0);
      this.sessionEnd.end(slot, IN_SYN_NEW_ISN);
    }
    this.judge(zone);
  }

  private noteEgressCopy(isDecoded: boolean): void {
    this.counters[COUNT_EGRESS_COPY]!++;
    if (!isDecoded) return;
    const flow = findFlowInAnyZone(this.table, this.view);
    if (flow >= 0) this.table.tail[(flow >>> 1) * TAIL_WORDS + EGRESS_COPIES]!++;
  }
}
