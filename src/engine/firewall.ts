/**
 * This file holds the replayed firewall: frames in, sessions, events and counters out.
 *
 * `replay` is the loop that every packet goes through: time first (what is due fires before the
 * packet is seen), then decoding, copies, zone, flow look-up, and fastpath or slowpath. It allocates
 * nothing per packet. Indexes are bounded by `FrameBatch.count` and by the table's slots.
 */

import type { CaptureInterface, FrameBatch } from '../capture/frame-batch.ts';
import type { FirewallConfig } from '../config/firewall-config.ts';
import { COUNT_EGRESS_COPY, COUNT_PKT_RECV, newCounters } from '../events/counters.ts';
import { EVENT_KINDS, EVENT_TCP_REUSE } from '../events/event-kinds.ts';
import { EventLog, type EventView } from '../events/event-log.ts';
import { Position } from '../events/position.ts';
import { IngressZones, macNumber } from '../ingress/ingress-zones.ts';
import { Ager } from '../session/ager.ts';
import { IN_SYN_NEW_ISN, IN_TIMER } from '../session/inputs.ts';
import {
  DEADLINE_F64,
  EGRESS_COPIES,
  HOT_F64,
  HOT_WORDS,
  LAST_F64,
  SERIAL,
  TAIL_WORDS,
} from '../session/layout.ts';
import { SessionMachine } from '../session/session-machine.ts';
import type { SessionRow } from '../session/session-row.ts';
import { SessionTable } from '../session/session-table.ts';
import { labelsOf } from '../session/state-table.ts';
import { TcpTracker } from '../session/tcp-tracker.ts';
import { Transitions } from '../session/transitions.ts';
import { Egress } from '../slowpath/egress.ts';
import { DECODE_STATUSES, OK } from '../wire/decode-status.ts';
import { ICMP_ERROR } from '../wire/icmp.ts';
import { PacketView } from '../wire/packet-view.ts';
import { EgressCopies } from './egress-copies.ts';
import { Fastpath } from './fastpath.ts';
import { findFlow, findFlowInAnyZone } from './flow-lookup.ts';
import { IcmpErrors } from './icmp-errors.ts';
import { NoisyEvents } from './noisy-events.ts';
import { Occupancy } from './occupancy.ts';
import type { EngineParts, Observations } from './parts.ts';
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
  readonly counters = newCounters();
  readonly occupancy = new Occupancy();
  readonly table: SessionTable;
  readonly zones: IngressZones;
  readonly log: EventLog;
  readonly observations: Observations = {
    duplicates: 0,
    eventsSuppressed: 0,
    oneSidedSessions: 0,
    undecoded: new Float64Array(DECODE_STATUSES.length),
  };

  private readonly interfaces: readonly CaptureInterface[];
  private readonly isMerged: boolean;
  private readonly view = new PacketView();
  private readonly position = new Position();
  private readonly ager: Ager;
  private readonly icmpErrors: IcmpErrors;
  private readonly fastpath: Fastpath;
  private readonly slowpath: Slowpath;
  private readonly sessionEnd: SessionEnd;
  private readonly copies: EgressCopies;
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
    this.interfaces = interfaces;
    this.isMerged = options.isMerged;
    this.table = new SessionTable(options.seed);
    this.ager = new Ager(this.table);
    this.log = new EventLog(EVENT_KINDS.length, options.onEvent ?? null);
    this.zones = new IngressZones(config, interfaces);
    const { table, ager, log, position, zones } = this;
    const transitions = new Transitions();
    const withTransitions = options.onSession !== undefined && options.withTransitions !== false;
    const parts: EngineParts = {
      config,
      view: this.view,
      position,
      table,
      ager,
      machine: new SessionMachine(config, {
        table,
        ager,
        transitions,
        log,
        position,
        keepsTransitions: withTransitions,
      }),
      tracker: new TcpTracker(table, config.session.asymmetricPath === 'drop'),
      transitions,
      zones,
      egress: new Egress(config, zones),
      log,
      counters: this.counters,
      observations: this.observations,
      occupancy: this.occupancy,
    };
    const labels = labelsOf(config.session.stateModel);
    // Rules are not matched yet: without any, CONTRACT says which one allowed a session.
    const ruleNames = config.rules === null ? ['allow-all'] : [];
    const shown = { labels, ruleNames, withTransitions };
    const snapshot = new Snapshot({ table, transitions, zones, position, ...shown });
    const noisy = new NoisyEvents(parts);
    this.fastpath = new Fastpath(parts, noisy);
    this.slowpath = new Slowpath(parts, this.fastpath, noisy);
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
    const { position, ager, view, table, zones, copies, linkTypes, isMerged } = this;
    const { clock } = position;
    const mayHaveCopies = copies.isPossible;
    let received = 0;
    for (let i = from; i < to; i++) {
      const now = time[i]!;
      if (now >= ager.nextNs) this.fireDue(now);
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
        else {
          const flow = findFlow(table, view, zone);
          if (flow < 0) this.slowpath.take(zone);
          else if (!this.fastpath.take(flow)) this.reuse(flow, zone);
        }
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
    const seconds = Math.floor(timeNs / 1e9);
    return { second: this.epochSeconds + seconds, nanosecond: timeNs - seconds * 1e9 };
  }

  /** Reports the sessions that are still live, by serial; the table stays as it is. */
  reportLive(): void {
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
    const { table, ager } = this;
    ager.clear();
    for (const slot of this.sessionEnd.liveSlots()) {
      const at = slot * HOT_F64;
      table.hotF64[at + DEADLINE_F64]! += deltaNs;
      table.hotF64[at + LAST_F64]! += deltaNs;
      ager.add(slot);
    }
    this.lastNs += deltaNs;
    this.sessionEnd.lastNs += deltaNs;
    this.occupancy.rebase(deltaNs);
    this.copies.rebase(deltaNs);
  }

  private fireDue(now: number): void {
    const { position, table, ager } = this;
    position.clearPacket();
    for (let slot = ager.takeDue(now); slot >= 0; slot = ager.takeDue(now)) {
      position.clock[0] = table.hotF64[slot * HOT_F64 + DEADLINE_F64]!;
      this.sessionEnd.end(slot, IN_TIMER);
    }
  }

  /** Interfaces appear while captures are read. */
  private learnLinkTypes(): void {
    for (let i = this.linkTypes.length; i < this.interfaces.length; i++) {
      this.linkTypes.push(this.interfaces[i]!.linkType);
    }
  }

  /** A SYN on a session whose end is near: that session ends, and the SYN is judged anew. */
  private reuse(flow: number, zone: number): void {
    const slot = flow >>> 1;
    const serial = this.table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    this.log.append(EVENT_TCP_REUSE, this.position, serial, 0, 0);
    this.sessionEnd.end(slot, IN_SYN_NEW_ISN);
    const next = findFlow(this.table, this.view, zone);
    if (next < 0) this.slowpath.take(zone);
    else if (!this.fastpath.take(next)) this.reuse(next, zone);
  }

  private noteEgressCopy(isDecoded: boolean): void {
    this.counters[COUNT_EGRESS_COPY]!++;
    if (!isDecoded) return;
    const flow = findFlowInAnyZone(this.table, this.view);
    if (flow >= 0) this.table.tail[(flow >>> 1) * TAIL_WORDS + EGRESS_COPIES]!++;
  }
}
