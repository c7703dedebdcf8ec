/**
 * This file keeps a bounded log of the packets of chosen sessions (CONTRACT: packet; DESIGN: Explain,
 * don't log).
 *
 * A session is chosen when it is created, by its first packet and what was found out about it. A
 * packet is looked at before and after it is judged: what was done to it shows in its session's state
 * and on the counters, so that the paths which judge know nothing of a log. A session's packets are
 * handed over when it ends, or at the end of the replay.
 */

import { STAGE_DROP } from '../capture/frame-batch.ts';
import { COUNT_FWD_ZONECHANGE, COUNT_IPFRAG_ERROR } from '../events/counters.ts';
import { STATE_FREE } from '../events/event-kinds.ts';
import type { SessionNames } from '../filter/session-names.ts';
import type { FilterTree } from '../filter/tree.ts';
import type { TimeSpan } from '../net/time-span.ts';
import { DROPPED, HOT_WORDS, SERIAL, STATE, TAIL_WORDS } from '../session/layout.ts';
import type { SessionRow } from '../session/session-row.ts';
import { labelsOf } from '../session/state-table.ts';
import { DROP_COUNTERS } from './drop-counters.ts';
import { findFlow } from './flow-lookup.ts';
import { FragmentVerdicts } from './fragment-verdicts.ts';
import type { Judge } from './judge.ts';
import { changeVerdict, type PacketFate, readPacketNode, writePacketNode } from './packet-node.ts';
import { newPacketRow, PATHS, type PacketRow, VERDICTS } from './packet-row.ts';
import { KeptPackets, PacketStore } from './packet-store.ts';
import type { EngineParts } from './parts.ts';
import { SessionChoice } from './session-choice.ts';

/** What to log, and who hears it. */
export interface PacketLogOptions {
  /** The filter as it was written, for reports. */
  readonly expression: string;
  /** Reads the filter, once the names in it have a meaning. @throws FilterError */
  readonly filter: (names: SessionNames) => FilterTree;
  /** Packets of a session, at least 1: half of them its first, half its last. */
  readonly perSession: number;
  /** Packets outside are not logged; null for none. */
  readonly span: TimeSpan | null;
  /** Packets held at once, of all sessions; for tests. */
  readonly heldMax?: number;
  /** The packets of a chosen session that ended, or lives at the end; at least one. */
  readonly onPackets: (packets: LoggedPackets) => void;
}

/** The packets of one session; valid during the call that hands them over. */
export interface LoggedPackets {
  readonly serial: number;
  /** Calls with each packet in their order; the row is reused. */
  visit(visitor: (row: PacketRow) => void): void;
}

const FORWARD = VERDICTS.indexOf('forward');
const DROP = VERDICTS.indexOf('drop');
const EGRESS_COPY = VERDICTS.indexOf('egress-copy');
const FASTPATH = PATHS.indexOf('fastpath');
const SLOWPATH = PATHS.indexOf('slowpath');

export class PacketLog {
  /** Sessions that were chosen. */
  sessions = 0;
  /** Packets that were handed over. */
  logged = 0;
  readonly expression: string;
  readonly perSession: number;
  readonly store: PacketStore;

  private readonly parts: EngineParts;
  private readonly options: PacketLogOptions;
  private readonly choice: SessionChoice;
  private readonly labels: Uint8Array;
  private judgeOf: Judge | null = null;
  private linkType = 0;
  /** Of live chosen sessions, by serial. */
  private readonly kept = new Map<number, KeptPackets>();
  private readonly counted = new Float64Array(DROP_COUNTERS.length);
  private readonly row = newPacketRow();
  private readonly fate: PacketFate = {
    stateBefore: 0,
    stateAfter: 0,
    verdict: 0,
    side: 0,
    path: 0,
    stage: 0,
    counter: -1,
    hasTransport: true,
  };
  /** Where the packet in hand was logged; 0 where it was not. */
  lastNode = 0;
  private isInHand = false;
  /** Serial of the session that the packet in hand ended; 0 for none. */
  private ended = 0;

  constructor(parts: EngineParts, options: PacketLogOptions) {
    this.parts = parts;
    this.options = options;
    this.expression = options.expression;
    this.perSession = options.perSession;
    this.store = new PacketStore(options.perSession, options.heldMax);
    this.choice = new SessionChoice(parts, options.filter);
    this.labels = labelsOf(parts.config.session.stateModel);
  }

  /** The listener for sessions that tells the log of them, too. */
  hearing(onSession: ((row: SessionRow) => void) | null): (row: SessionRow) => void {
    return (row) => {
      onSession?.(row);
      // A packet that ends its session is still to be logged.
      if (this.isInHand) this.ended = row.serial;
      else this.handOver(row.serial);
    };
  }

  /** From here on the log looks on while `judge` judges. */
  lookOn(judge: Judge): void {
    this.judgeOf = judge;
    judge.fragments.listeners.push(new FragmentVerdicts(this));
  }

  /**
   * Tells of the frame in hand what its packets do not say.
   *
   * @param stage of the frame's batch
   * @param linkType of the frame's interface
   */
  expect(stage: number, linkType: number): void {
    this.fate.stage = stage;
    this.linkType = linkType;
  }

  /** Judges the attached packet and logs it, if it is of a chosen session. */
  judge(zone: number): void {
    const { table, view, counters } = this.parts;
    const { fate } = this;
    const judge = this.judgeOf!;
    this.lastNode = 0;
    fate.hasTransport = true;
    const flow = findFlow(table, view, zone);
    const serial = flow < 0 ? 0 : this.serialOf(flow);
    const created = judge.sessionsCreated;
    fate.stateBefore = flow < 0 ? STATE_FREE : this.stateOf(flow);
    fate.side = flow & 1;
    const dropped = flow < 0 ? 0 : this.droppedOf(flow);
    for (let i = 0; i < DROP_COUNTERS.length; i++) this.counted[i] = counters[DROP_COUNTERS[i]!]!;
    this.isInHand = true;
    judge.judge(zone);
    this.isInHand = false;
    if (judge.sessionsCreated !== created) this.logFirst(zone);
    else if (serial !== 0) this.logNext(flow, serial, dropped);
    if (this.ended !== 0) this.handOver(this.ended);
    this.ended = 0;
  }

  /** Logs a copy of a received packet (CONTRACT: Copies); later fragments have no transport. */
  logCopy(flow: number, stage: number, hasTransport: boolean): void {
    const kept = this.kept.get(this.serialOf(flow));
    if (kept === undefined) return;
    const { fate } = this;
    fate.stateBefore = this.stateOf(flow);
    fate.stateAfter = fate.stateBefore;
    fate.side = flow & 1;
    fate.stage = stage;
    fate.hasTransport = hasTransport;
    fate.path = -1;
    fate.counter = -1;
    fate.verdict = stage === STAGE_DROP ? DROP : EGRESS_COPY;
    this.log(kept);
  }

  /** Logs the attached fragment, which is not its datagram's first and is counted by now. */
  logFragment(flow: number): void {
    this.lastNode = 0;
    const kept = this.kept.get(this.serialOf(flow));
    if (kept === undefined) return;
    const { fate } = this;
    fate.stateBefore = this.stateOf(flow);
    fate.stateAfter = fate.stateBefore;
    fate.side = flow & 1;
    fate.path = FASTPATH;
    fate.counter = -1;
    fate.verdict = FORWARD;
    fate.hasTransport = false;
    this.log(kept);
  }

  /** Changes the verdict of a fragment that was logged, if it is still there. */
  setVerdict(node: number, packet: number, what: 'waiting' | 'passed' | 'refused'): void {
    if (node === 0) return;
    const verdict = what === 'passed' ? FORWARD : DROP;
    const counter = what === 'waiting' ? COUNT_IPFRAG_ERROR : -1;
    changeVerdict(this.store, node, packet, verdict, counter);
  }

  /** Number of the packet in hand. */
  get packet(): number {
    return this.parts.position.packet;
  }

  /** The packet made a session. */
  private logFirst(zone: number): void {
    const { table, view } = this.parts;
    const flow = findFlow(table, view, zone);
    if (flow < 0 || !this.choice.isChosen(flow, this.linkType)) return;
    const kept = new KeptPackets();
    this.kept.set(this.serialOf(flow), kept);
    this.sessions++;
    const { fate } = this;
    fate.stateBefore = STATE_FREE;
    fate.stateAfter = this.stateOf(flow);
    fate.side = flow & 1;
    fate.path = SLOWPATH;
    this.conclude(this.droppedOf(flow) > 0);
    this.log(kept);
  }

  /** The packet met a flow; its session may have ended by it. */
  private logNext(flow: number, serial: number, dropped: number): void {
    const kept = this.kept.get(serial);
    if (kept === undefined) return;
    const { fate } = this;
    fate.path = FASTPATH;
    if (this.serialOf(flow) === serial) {
      fate.stateAfter = this.stateOf(flow);
      this.conclude(this.droppedOf(flow) > dropped);
    } else {
      fate.stateAfter = STATE_FREE;
      this.conclude(false);
      // A SYN that ended the session to open another, which then was not admitted, is of neither.
      if (fate.counter !== COUNT_FWD_ZONECHANGE) return;
    }
    this.log(kept);
  }

  /** Verdict and counter, by what the counters did while the packet was judged. */
  private conclude(isDropped: boolean): void {
    const { counters } = this.parts;
    const { fate, counted } = this;
    const i = DROP_COUNTERS.findIndex((counter, k) => counters[counter]! > counted[k]!);
    fate.counter = DROP_COUNTERS[i] ?? -1;
    fate.verdict = isDropped || i >= 0 ? DROP : FORWARD;
  }

  private log(kept: KeptPackets): void {
    const { position } = this.parts;
    const { span } = this.options;
    if (span?.has(position.epochSeconds, position.clock[0]!) === false) return;
    const node = this.store.add(kept);
    this.lastNode = node;
    if (node !== 0) writePacketNode(this.store, node, this.fate, this.parts);
  }

  private handOver(serial: number): void {
    const kept = this.kept.get(serial);
    if (kept === undefined) return;
    this.kept.delete(serial);
    const { store, row } = this;
    this.logged += kept.count;
    row.serial = serial;
    const visit = (visitor: (row: PacketRow) => void) =>
      store.visit(kept, (node) => {
        readPacketNode(store, node, row);
        visitor(row);
      });
    if (kept.count > 0) this.options.onPackets({ serial, visit });
    store.release(kept);
  }

  private serialOf(flow: number): number {
    return this.parts.table.hot[(flow >>> 1) * HOT_WORDS + SERIAL]! >>> 0;
  }

  private stateOf(flow: number): number {
    return this.labels[this.parts.table.hot[(flow >>> 1) * HOT_WORDS + STATE]! & 255]!;
  }

  private droppedOf(flow: number): number {
    return this.parts.table.tail[(flow >>> 1) * TAIL_WORDS + DROPPED + (flow & 1)]!;
  }
}
