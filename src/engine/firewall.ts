/**
 * This file holds the replayed firewall: frames in, sessions, events and counters out.
 *
 * `replay` is the loop that every packet goes through: time first (what is due fires before the
 * packet is seen), then decoding, copies, zone, flow look-up, and fastpath or slowpath. It allocates
 * nothing per packet. Indexes are bounded by `FrameBatch.count`, by the table's slots and by the
 * constant tables of the machine.
 */

import type { CaptureInterface, FrameBatch } from '../capture/frame-batch.ts';
import type { FirewallConfig } from '../config/firewall-config.ts';
import * as C from '../events/counters.ts';
import {
  EVENT_DROP,
  EVENT_ICMP_ERROR,
  EVENT_KINDS,
  EVENT_S2C_COLLISION,
  EVENT_SESSION_CREATED,
  EVENT_TCP_REUSE,
  EVENT_ZONECHANGE,
} from '../events/event-kinds.ts';
import { EventLog, type EventView, type Position } from '../events/event-log.ts';
import { IngressZones, macNumber } from '../ingress/ingress-zones.ts';
import { PROTO_TCP } from '../net/protocol.ts';
import { Ager } from '../session/ager.ts';
import {
  DEADLINE_F64,
  DROPPED,
  EGRESS_COPIES,
  FINGERPRINT,
  FLAG_NON_SYN,
  HOT_F64,
  HOT_WORDS,
  INTERFACES,
  IP_BYTES_F64,
  KEY_META,
  KEY_WORDS,
  LAST_F64,
  NOISY_EVENTS,
  PACKETS,
  PAYLOAD_PACKETS,
  SERIAL,
  START_FILE,
  START_FRAME,
  START_NANOSECOND,
  START_PACKET,
  START_SECOND_F64,
  STATE,
  TAGS,
  TAIL_F64,
  TAIL_WORDS,
  TRANSITIONS,
} from '../session/layout.ts';
import { PHASE_CLOSED, SessionMachine } from '../session/session-machine.ts';
import type { SessionRow } from '../session/session-row.ts';
import { SessionTable, ZONE_ANY } from '../session/session-table.ts';
import { labelsOf } from '../session/state-table.ts';
import {
  IN_FIRST,
  IN_OUT_OF_WINDOW,
  IN_PACKET,
  IN_RST_OUT_OF_WINDOW,
  IN_SYN_NEW_ISN,
  IN_TIMER,
  TcpTracker,
} from '../session/tcp-window.ts';
import { Transitions } from '../session/transitions.ts';
import { Egress } from '../slowpath/egress.ts';
import { installSession, metaSansZone, uninstallSession } from '../slowpath/install.ts';
import {
  FRAGMENT_NOT_FIRST,
  LINK_TYPE_UNSUPPORTED,
  NOT_IP,
  OK,
  TRUNCATED,
} from '../wire/decode-status.ts';
import { ICMP_ERROR, ICMP_NEIGHBOUR, isIcmpReply } from '../wire/icmp.ts';
import { PacketView } from '../wire/packet-view.ts';
import { TCP_ACK, TCP_RST, TCP_SYN } from '../wire/tcp.ts';
import { EgressCopies } from './egress-copies.ts';
import { fingerprintOf } from './fingerprint.ts';
import { Occupancy } from './occupancy.ts';
import { Snapshot } from './snapshot.ts';

/** Noisy events written per session; the rest is only counted (CONTRACT: event). */
const NOISY_EVENTS_MAX = 32;
/** Drop events of packets that belong to no session, written in all. */
const STRAY_EVENTS_MAX = 65_536;
/** Two packets with the same headers this close are one packet captured twice. */
const DUPLICATE_WINDOW_NS = 1e8;

/** Who hears of what happens. A missing listener costs nothing. */
export interface Listeners {
  /** A session that ended, or one that is live at the end; the row is reused. */
  readonly onSession?: (row: SessionRow) => void;
  /** Events in the order of making; the view is reused. */
  readonly onEvent?: (event: EventView) => void;
}

export interface FirewallOptions extends Listeners {
  /** Any number; spreads the hash, changes no result. */
  readonly seed: number;
  /** Whether several inputs are merged: then packets are numbered through. */
  readonly isMerged: boolean;
  /** Whether an input of stage `receive` is given. */
  readonly hasReceiveStage: boolean;
}

/** What a capture shows of its own quality, as far as the engine sees it. */
export interface Observations {
  /** Packets of sessions that repeat the direction's last packet, headers and all, at once. */
  duplicates: number;
  /** Drop events that were counted but not written. */
  eventsSuppressed: number;
  /** TCP sessions with more than a SYN from one side and nothing from the other. */
  oneSidedSessions: number;
  /** Frames decoded, by DECODE status. */
  readonly decoded: Float64Array;
  /** Packets whose ingress zone is unknown. */
  unknownZonePackets: number;
}

export class Firewall {
  readonly counters = C.newCounters();
  readonly occupancy = new Occupancy();
  readonly zones: IngressZones;
  readonly observations: Observations = {
    duplicates: 0,
    eventsSuppressed: 0,
    oneSidedSessions: 0,
    decoded: new Float64Array(16),
    unknownZonePackets: 0,
  };
  /** Sessions ever created. */
  sessionsCreated = 0;
  readonly table: SessionTable;
  readonly log: EventLog;
  /** Seconds since 1970 that times count from. */
  epochSeconds = 0;
  /** Time of the last packet, ns since the epoch. */
  nowNs = 0;

  private readonly config: FirewallConfig;
  private readonly interfaces: readonly CaptureInterface[];
  private readonly isMerged: boolean;
  private readonly onSession: ((row: SessionRow) => void) | null;
  private readonly view = new PacketView();
  private readonly quoted = new PacketView();
  private readonly position: Position = { packet: 0, file: 0, frame: 0 };
  private readonly ager: Ager;
  private readonly machine: SessionMachine;
  private readonly tracker: TcpTracker;
  private readonly transitions = new Transitions();
  private readonly snapshot: Snapshot;
  private readonly egress: Egress;
  private readonly copies: EgressCopies;
  private packets = 0;
  private strayEvents = 0;
  private hasStarted = false;
  private lastEndNs = Number.NEGATIVE_INFINITY;

  /** @param interfaces the replay's capture interfaces; may grow while it runs */
  constructor(
    config: FirewallConfig,
    interfaces: readonly CaptureInterface[],
    options: FirewallOptions,
  ) {
    this.config = config;
    this.interfaces = interfaces;
    this.isMerged = options.isMerged;
    this.onSession = options.onSession ?? null;
    this.table = new SessionTable(options.seed);
    this.ager = new Ager(this.table);
    this.log = new EventLog(EVENT_KINDS.length, options.onEvent ?? null);
    this.zones = new IngressZones(config, interfaces);
    this.egress = new Egress(config, this.zones);
    const { table, ager, transitions, log, position } = this;
    this.machine = new SessionMachine(config, { table, ager, transitions, log, position });
    this.tracker = new TcpTracker(config.session.asymmetricPath === 'drop');
    this.snapshot = new Snapshot({
      table,
      transitions,
      zones: this.zones,
      labels: labelsOf(config.session.stateModel),
      ruleNames: ['allow-all'],
    });
    this.copies = new EgressCopies(
      new Set(config.firewallMacs.map(macNumber)),
      options.hasReceiveStage,
    );
  }

  /** Replays frames `from` to `to` (exclusive) of a batch whose times are filled. */
  replay(batch: FrameBatch, from: number, to: number): void {
    if (batch.epochSeconds !== this.epochSeconds || !this.hasStarted) this.startEpoch(batch);
    this.copies.lookAhead(batch, (i) => this.interfaces[i]?.linkType ?? -1);
    const { time, file, frameNumber } = batch;
    const { position, ager } = this;
    for (let i = from; i < to; i++) {
      const now = time[i]!;
      if (now >= ager.nextNs) this.fireDue(now);
      const frame = frameNumber[i]!;
      position.packet = this.isMerged ? ++this.packets : frame;
      position.file = file[i]!;
      position.frame = frame;
      this.receive(batch, i, now);
    }
    if (to > from) this.nowNs = time[to - 1]!;
  }

  /** Runs the clock to `endNs`: what is due by then ends. */
  advanceTo(endNs: number): void {
    this.fireDue(endNs);
    this.nowNs = Math.max(this.nowNs, endNs);
  }

  /** Runs the clock on until the table is empty (`--drain`). */
  drain(): void {
    this.fireDue(Number.POSITIVE_INFINITY);
    this.nowNs = Math.max(this.nowNs, this.lastEndNs);
  }

  /** A time of this replay as seconds since 1970 and nanoseconds. */
  timeAt(timeNs: number): { second: number; nanosecond: number } {
    const seconds = Math.floor(timeNs / 1e9);
    return { second: this.epochSeconds + seconds, nanosecond: timeNs - seconds * 1e9 };
  }

  /** Reports the sessions that are still live, by slot; the table stays as it is. */
  reportLive(): void {
    this.log.drain();
    if (this.onSession === null) return;
    for (const slot of this.liveSlots()) {
      this.countOneSided(slot);
      this.onSession(this.snapshot.take(slot, this.nowNs, this.epochSeconds, false));
    }
  }

  /** Slots in use, by serial. */
  private liveSlots(): Int32Array {
    const { hot, used } = this.table;
    const slots = new Int32Array(this.table.live);
    let count = 0;
    for (let slot = 0; slot < used; slot++) {
      if (hot[slot * HOT_WORDS + SERIAL] !== 0) slots[count++] = slot;
    }
    const serial = (slot: number) => hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    return slots.sort((a, b) => serial(a) - serial(b));
  }

  private startEpoch(batch: FrameBatch): void {
    const deltaNs = (this.epochSeconds - batch.epochSeconds) * 1e9;
    const wasEmpty = !this.hasStarted;
    this.hasStarted = true;
    this.epochSeconds = batch.epochSeconds;
    this.machine.epochSeconds = batch.epochSeconds;
    if (wasEmpty) return;
    this.log.drain();
    this.rebase(deltaNs);
  }

  /** Moves every stored time, exact as long as it lies within 104 days of the new epoch. */
  private rebase(deltaNs: number): void {
    const { table, ager } = this;
    ager.clear();
    for (const slot of this.liveSlots()) {
      const at = slot * HOT_F64;
      table.hotF64[at + DEADLINE_F64]! += deltaNs;
      table.hotF64[at + LAST_F64]! += deltaNs;
      ager.add(slot);
    }
    this.nowNs += deltaNs;
    this.occupancy.rebase(deltaNs);
    this.copies.rebase(deltaNs);
  }

  private fireDue(now: number): void {
    const { position } = this;
    position.packet = 0;
    position.file = 0;
    position.frame = 0;
    for (let slot = this.ager.takeDue(now); slot >= 0; slot = this.ager.takeDue(now)) {
      this.end(slot, IN_TIMER, this.table.hotF64[slot * HOT_F64 + DEADLINE_F64]!);
    }
  }

  private receive(batch: FrameBatch, i: number, now: number): void {
    const view = this.view;
    const index = batch.interfaceIndex[i]!;
    const status = view.attach(
      batch.blocks[batch.block[i]!]!,
      batch.offset[i]!,
      batch.capturedLength[i]!,
      batch.originalLength[i]!,
      this.interfaces[index]!.linkType,
      batch.direction[i]!,
    );
    this.observations.decoded[status]!++;
    if (status !== OK) {
      this.countUndecoded(status);
      return;
    }
    if (this.copies.isCopy(view, batch.stage[i]!, index, now)) {
      this.noteEgressCopy();
      return;
    }
    this.counters[C.COUNT_PKT_RECV]!++;
    const zone = this.zones.zoneOf(view, index);
    if (zone === 0) this.observations.unknownZonePackets++;
    if (view.icmpKind >= ICMP_ERROR) {
      this.receiveIcmpError(now);
      return;
    }
    const flow = this.find(zone);
    if (flow < 0) this.slowpath(zone, now);
    else this.fastpath(flow, zone, now);
  }

  /** The flow of the attached packet, or -1; then `table.zoneMismatch` holds. */
  private find(zone: number): number {
    const { view, table } = this;
    const meta = (zone << 16) | metaSansZone(view);
    const ports = (view.sport << 16) | view.dport;
    if (view.family === 4) return table.lookup(view.source, view.destination, ports, meta);
    const { addresses } = table;
    const source = addresses.find(view.source, view.source1, view.source2, view.source3);
    const destination = addresses.find(
      view.destination,
      view.destination1,
      view.destination2,
      view.destination3,
    );
    table.zoneMismatch = -1;
    if (source < 0 || destination < 0) return -1;
    return table.lookup(source, destination, ports, meta);
  }

  private fastpath(flow: number, zone: number, now: number): void {
    const { view, table, machine } = this;
    const slot = flow >>> 1;
    const side = flow & 1;
    const isTcp = view.protocol === PROTO_TCP;
    const input = isTcp ? this.tracker.classify(view, table.tail, slot, side) : IN_PACKET;
    if (input === IN_SYN_NEW_ISN && machine.nextPhase(slot, input) === PHASE_CLOSED) {
      const serial = table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
      this.log.append(EVENT_TCP_REUSE, now, this.position, serial, 0, 0);
      this.end(slot, input, now);
      // The old flow is gone, but its twin from another zone may still be there.
      const next = this.find(zone);
      if (next < 0) this.slowpath(zone, now);
      else this.fastpath(next, zone, now);
      return;
    }
    const also = this.tracker.also;
    this.count(slot, side, now);
    if (input === IN_SYN_NEW_ISN) this.drop(slot, side, C.COUNT_SYN_DIFF, now);
    else if (input === IN_OUT_OF_WINDOW || input === IN_RST_OUT_OF_WINDOW) {
      this.drop(slot, side, C.COUNT_OUT_OF_WINDOW, now);
    }
    machine.apply(slot, input, now);
    if (isTcp && also >= 0) machine.apply(slot, also, now);
  }

  /** Counts the attached packet on its session. */
  private count(slot: number, side: number, now: number): void {
    const { view } = this;
    const { hot, hotF64 } = this.table;
    const at = slot * HOT_WORDS + side;
    const packets = hot[at + PACKETS]!;
    hot[at + PACKETS] = packets + 1;
    hotF64[slot * HOT_F64 + IP_BYTES_F64 + side]! += view.ipLength;
    if (view.tagCount > 0) hot[at + TAGS]! += view.tagCount;
    if (view.payloadLength > 0) hot[at + PAYLOAD_PACKETS]!++;
    const print = fingerprintOf(view);
    if (
      print === hot[at + FINGERPRINT] &&
      packets > 0 &&
      print !== 0 &&
      now - hotF64[slot * HOT_F64 + LAST_F64]! <= DUPLICATE_WINDOW_NS
    ) {
      this.observations.duplicates++;
    }
    hot[at + FINGERPRINT] = print;
    hotF64[slot * HOT_F64 + LAST_F64] = now;
    if (packets === 0 && side === 1) this.noteFirstReply(slot);
  }

  /** The first reply shows through which interface the server is reached. */
  private noteFirstReply(slot: number): void {
    const at = slot * TAIL_WORDS + INTERFACES;
    const { tail } = this.table;
    if ((tail[at]! & 0xffff) === 0) tail[at]! |= this.zones.nameNumber;
  }

  /** A packet of a session that is not passed on. */
  private drop(slot: number, side: number, counter: number, now: number): void {
    const { hot, tail } = this.table;
    hot[slot * HOT_WORDS + DROPPED + side]!++;
    this.counters[counter]!++;
    const noisy = slot * TAIL_WORDS + NOISY_EVENTS;
    if (tail[noisy]!++ >= NOISY_EVENTS_MAX) {
      this.observations.eventsSuppressed++;
      return;
    }
    const serial = hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    this.log.append(EVENT_DROP, now, this.position, serial, 0, counter);
  }

  /** A packet that belongs to no session and gets none. */
  private stray(kind: number, session: number, a: number, b: number, now: number): void {
    if (++this.strayEvents > STRAY_EVENTS_MAX) this.observations.eventsSuppressed++;
    else this.log.append(kind, now, this.position, session, a, b);
  }

  private slowpath(zone: number, now: number): void {
    const { view } = this;
    const { zoneMismatch } = this.table;
    const isTcp = view.protocol === PROTO_TCP;
    const isOpening = !isTcp || (view.tcpFlags & (TCP_SYN | TCP_ACK | TCP_RST)) === TCP_SYN;
    if (!isOpening && !this.admitNonSyn(zoneMismatch, zone, now)) return;
    if (isIcmpReply(view.icmpKind)) {
      this.counters[C.COUNT_ICMP_NO_REQUEST]!++;
      this.stray(EVENT_DROP, 0, 0, C.COUNT_ICMP_NO_REQUEST, now);
      return;
    }
    let egressZone = this.egress.zoneFor(view);
    if (egressZone === 0) {
      if (this.egress.hasRoutes) {
        this.counters[C.COUNT_POLICY_NOFWD]!++;
        this.stray(EVENT_DROP, 0, 0, C.COUNT_POLICY_NOFWD, now);
        return;
      }
      egressZone = ZONE_ANY;
    }
    this.create(zone, egressZone, isOpening, now);
  }

  /** Judges a TCP segment without session that opens none; true lets it make one. */
  private admitNonSyn(zoneMismatch: number, zone: number, now: number): boolean {
    const reject = this.config.session.tcpRejectNonSyn;
    if (zoneMismatch >= 0) {
      const at = (zoneMismatch >>> 1) * HOT_WORDS;
      const serial = this.table.hot[at + SERIAL]! >>> 0;
      const expected = this.table.hot[at + (zoneMismatch & 1) * KEY_WORDS + KEY_META]! >>> 16;
      // b: the seen zone, and above it whether the packet was dropped.
      this.stray(EVENT_ZONECHANGE, serial, expected, zone | (reject ? 0x1_0000 : 0), now);
      if (reject) this.counters[C.COUNT_FWD_ZONECHANGE]!++;
      return !reject;
    }
    this.counters[C.COUNT_TCP_NON_SYN]!++;
    if (reject) {
      this.counters[C.COUNT_TCP_NON_SYN_DROP]!++;
      this.stray(EVENT_DROP, 0, 0, C.COUNT_TCP_NON_SYN_DROP, now);
    }
    return !reject;
  }

  private create(zone: number, egressZone: number, isOpening: boolean, now: number): void {
    const { view, table, position } = this;
    const ingressName = this.zones.nameNumber;
    const { slot, collision } = installSession(table, view, zone, egressZone);
    const { hot, hotF64, tail, tailF64 } = table;
    const serial = ++this.sessionsCreated;
    const at = slot * HOT_WORDS;
    const rest = slot * TAIL_WORDS;
    hot[at + SERIAL] = serial;
    if (!isOpening) hot[at + STATE]! |= FLAG_NON_SYN;
    const seconds = Math.floor(now / 1e9);
    tailF64[slot * TAIL_F64 + START_SECOND_F64] = this.epochSeconds + seconds;
    tail[rest + START_NANOSECOND] = now - seconds * 1e9;
    tail[rest + START_PACKET] = position.packet;
    tail[rest + START_FILE] = position.file;
    tail[rest + START_FRAME] = position.frame;
    tail[rest + INTERFACES] = (ingressName << 16) | this.egress.nameNumber;
    hotF64[slot * HOT_F64 + LAST_F64] = now;
    this.counters[C.COUNT_SESSION_ALLOCATED]!++;
    this.counters[C.COUNT_SESSION_INSTALLED]!++;
    this.occupancy.note(now, table.live);
    this.log.append(EVENT_SESSION_CREATED, now, position, serial, 0, 0);
    if (collision >= 0) {
      const holder = hot[(collision >>> 1) * HOT_WORDS + SERIAL]! >>> 0;
      this.log.append(EVENT_S2C_COLLISION, now, position, serial, holder, 0);
    }
    const isTcp = view.protocol === PROTO_TCP;
    const input = isTcp ? this.tracker.begin(view, tail, slot) : IN_FIRST;
    this.machine.start(slot, input, now);
    this.count(slot, 0, now);
    if (isTcp && this.tracker.also >= 0) this.machine.apply(slot, this.tracker.also, now);
  }

  /** Ends a session: its last transitions, its record, its slot. */
  private end(slot: number, input: number, now: number): void {
    const { table, machine } = this;
    this.ager.remove(slot);
    machine.finish(slot, input, now);
    this.lastEndNs = now;
    this.countOneSided(slot);
    if (this.onSession !== null) {
      this.log.drain();
      this.onSession(this.snapshot.take(slot, now, this.epochSeconds, true));
    }
    this.transitions.release(table.tail[slot * TAIL_WORDS + TRANSITIONS]!);
    uninstallSession(table, slot);
    this.counters[C.COUNT_SESSION_FREED]!++;
    this.occupancy.note(now, table.live);
  }

  private countOneSided(slot: number): void {
    const { hot } = this.table;
    const at = slot * HOT_WORDS;
    if ((hot[at + KEY_META]! & 255) !== PROTO_TCP || hot[at + PACKETS + 1] !== 0) return;
    if (hot[at + PAYLOAD_PACKETS]! > 0) this.observations.oneSidedSessions++;
  }

  /** An ICMP error is an event of the session that it quotes; neighbour discovery is nothing. */
  private receiveIcmpError(now: number): void {
    const { view, quoted, table } = this;
    if (view.icmpKind === ICMP_NEIGHBOUR) {
      this.counters[C.COUNT_NEIGHBOUR]!++;
      return;
    }
    const typeAndCode = (view.icmpType << 8) | view.icmpCode;
    const flow = quoted.attachQuote(view) ? this.findAnyZone(quoted) : -1;
    if (flow < 0) {
      this.counters[C.COUNT_ICMP_ERROR_NO_SESSION]!++;
      this.stray(EVENT_ICMP_ERROR, 0, typeAndCode, 1, now);
      return;
    }
    const slot = flow >>> 1;
    if (table.tail[slot * TAIL_WORDS + NOISY_EVENTS]!++ >= NOISY_EVENTS_MAX) {
      this.observations.eventsSuppressed++;
      return;
    }
    const serial = table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    this.log.append(EVENT_ICMP_ERROR, now, this.position, serial, typeAndCode, 0);
  }

  private noteEgressCopy(): void {
    this.counters[C.COUNT_EGRESS_COPY]!++;
    const flow = this.findAnyZone(this.view);
    if (flow >= 0) this.table.tail[(flow >>> 1) * TAIL_WORDS + EGRESS_COPIES]!++;
  }

  private findAnyZone(view: PacketView): number {
    const { table } = this;
    const ports = (view.sport << 16) | view.dport;
    const meta = metaSansZone(view);
    if (view.family === 4) {
      return table.lookupAnyZone(view.source, view.destination, ports, meta);
    }
    const { addresses } = table;
    const source = addresses.find(view.source, view.source1, view.source2, view.source3);
    const destination = addresses.find(
      view.destination,
      view.destination1,
      view.destination2,
      view.destination3,
    );
    if (source < 0 || destination < 0) return -1;
    return table.lookupAnyZone(source, destination, ports, meta);
  }

  private countUndecoded(status: number): void {
    const counter =
      status === NOT_IP
        ? C.COUNT_NOT_IP
        : status === LINK_TYPE_UNSUPPORTED
          ? C.COUNT_LINK_TYPE
          : status === TRUNCATED
            ? C.COUNT_TRUNCATED
            : status === FRAGMENT_NOT_FIRST
              ? C.COUNT_FRAGMENT
              : C.COUNT_MALFORMED;
    this.counters[counter]!++;
  }
}
