/** This file turns a session's records into the plain row that reports read. */

import { STATES } from '../events/event-kinds.ts';
import type { Position } from '../events/position.ts';
import type { IngressZones } from '../ingress/ingress-zones.ts';
import type { Ageing } from '../session/ageing.ts';
import type { Answers } from '../session/answers.ts';
import { isAsymmetricSuspect } from '../session/asymmetric.ts';
import type { Carriers } from '../session/carriers.ts';
import { END_NONE, END_REASONS } from '../session/end-reason.ts';
import {
  C2S_KEY,
  DROPPED,
  EGRESS_COPIES,
  endReasonOf,
  FLAG_MIDSTREAM,
  FLAG_SERVICE_TIMERS,
  HOT_F64,
  HOT_WORDS,
  INTERFACES,
  IP_BYTES_F64,
  KEY_DESTINATION,
  KEY_META,
  KEY_PORTS,
  KEY_SOURCE,
  LAST_F64,
  META_ICMP_SHIFT,
  META_IPV6,
  META_ZONE_SHIFT,
  NOISY_EVENTS,
  PACKETS,
  PAYLOAD_PACKETS,
  RULE,
  S2C_KEY,
  SERIAL,
  SESSION_ID,
  START_FILE,
  START_FRAME,
  START_NANOSECOND,
  START_PACKET,
  START_SECOND_F64,
  STATE,
  TAIL_F64,
  TAIL_WORDS,
  TIMEOUT,
  twinOf,
  ZONE_MISMATCHES,
} from '../session/layout.ts';
import { type DirectionRow, SessionRow } from '../session/session-row.ts';
import { type SessionTable, ZONE_ANY } from '../session/session-table.ts';
import { shownBytes } from '../session/shown-bytes.ts';
import type { Transitions } from '../session/transitions.ts';
import type { Nat } from '../slowpath/nat.ts';
import type { RuleFacts } from '../slowpath/policy.ts';
import { type ApplicationParts, ApplicationSnapshot } from './application-snapshot.ts';
import { NatSnapshot } from './nat-snapshot.ts';
import { SESSION_EVENTS_MAX } from './noisy-events.ts';
import { OffloadSnapshot } from './offload-snapshot.ts';
import type { Offloads } from './offloads.ts';
import { TransitionSnapshot } from './transition-snapshot.ts';

/** Fills one row over and over. */
export class Snapshot {
  private readonly table: SessionTable;
  private readonly ageing: Ageing;
  private readonly carriers: Carriers;
  private readonly answers: Answers;
  private readonly nat: NatSnapshot;
  private readonly zones: IngressZones;
  private readonly position: Position;
  /** State label by phase. */
  private readonly labels: Uint8Array;
  private readonly rules: readonly RuleFacts[];
  private readonly application: ApplicationSnapshot;
  private readonly offload: OffloadSnapshot | null;
  /** null where nobody reads them. */
  private readonly transitions: TransitionSnapshot | null;
  private readonly isScaled: boolean;
  private readonly ending = { second: 0, nanosecond: 0, lifetimeNs: 0 };
  private readonly row = new SessionRow();

  constructor(
    parts: ApplicationParts & {
      readonly ageing: Ageing;
      readonly carriers: Carriers;
      readonly answers: Answers;
      readonly nat: Nat;
      readonly transitions: Transitions;
      readonly zones: IngressZones;
      readonly position: Position;
      readonly labels: Uint8Array;
      readonly offloads: Offloads | null;
      readonly withTransitions: boolean;
      readonly scale: number;
    },
  ) {
    this.table = parts.table;
    this.ageing = parts.ageing;
    this.carriers = parts.carriers;
    this.answers = parts.answers;
    this.nat = new NatSnapshot(parts.table, parts.nat);
    this.zones = parts.zones;
    this.position = parts.position;
    this.labels = parts.labels;
    this.rules = parts.rules;
    this.application = new ApplicationSnapshot(parts);
    const { offloads, table, rules } = parts;
    this.offload = offloads === null ? null : new OffloadSnapshot(offloads, table, rules);
    this.transitions = parts.withTransitions
      ? new TransitionSnapshot(parts.table, parts.transitions)
      : null;
    this.isScaled = parts.scale > 1;
  }

  /**
   * The row of a session as it is now.
   *
   * @param hasEnded false for a session that is still live when the replay ends
   */
  take(slot: number, hasEnded: boolean): SessionRow {
    const timeNs = this.position.clock[0]!;
    const { epochSeconds } = this.position;
    const { hot, tail } = this.table;
    const { row } = this;
    const at = slot * HOT_WORDS;
    const rest = slot * TAIL_WORDS;
    const state = hot[at + STATE]!;
    // Most of the session is no longer in the cache. What lies in lines of its own is asked for first, so
    // that the memory answers all at once, not one after the other.
    row.c2s.layer7Packets = hot[at + PAYLOAD_PACKETS]! >>> 0;
    row.c2s.dropped = tail[rest + DROPPED]! >>> 0;
    row.sessionId = tail[rest + SESSION_ID]!;
    row.startPacket = tail[rest + START_PACKET]! >>> 0;
    row.serial = hot[at + SERIAL]! >>> 0;
    this.takeKey(slot);
    this.nat.take(row, slot);
    this.takeDirection(row.c2s, slot, 0);
    this.takeDirection(row.s2c, slot, 1);
    const rule = this.rules[tail[rest + RULE]!]!;
    row.rule = rule.name;
    row.action = rule.action;
    row.isLogged = rule.logEnd;
    row.tunnel = this.carriers.of(slot);
    row.answer = this.answers.of(slot);
    row.zoneMismatches = tail[rest + ZONE_MISMATCHES]! + tail[rest + ZONE_MISMATCHES + 1]!;
    row.eventsLeftOut = Math.max(0, tail[rest + NOISY_EVENTS]! - SESSION_EVENTS_MAX);
    row.hasServiceTimers = (state & FLAG_SERVICE_TIMERS) !== 0;
    row.isMidstream = (state & FLAG_MIDSTREAM) !== 0;
    row.isAsymmetricSuspect = isAsymmetricSuspect(this.table, slot);
    const interfaces = tail[rest + INTERFACES]!;
    row.ingressInterface = this.interfaceName(interfaces >>> 16);
    row.egressInterface = this.interfaceName(interfaces & 0xffff);
    row.egressCopies = tail[rest + EGRESS_COPIES]!;
    this.takeTimes(slot, epochSeconds);
    row.timeout = hot[at + TIMEOUT]!;
    const reason = endReasonOf(state);
    row.endReason = hasEnded && reason !== END_NONE ? END_REASONS[reason]! : null;
    row.state = hasEnded ? 'FREE' : STATES[this.labels[state & 255]!]!;
    row.end = hasEnded ? this.endAt(timeNs, epochSeconds) : null;
    row.timeToLive = hasEnded
      ? 0
      : Math.max(0, Math.floor((this.ageing.deadlineOf(slot) - timeNs) / 1e9));
    this.transitions?.take(row, slot);
    this.application.take(row, slot, state);
    row.offload = this.offload?.take(row, slot) ?? null;
    return row;
  }

  /** @param number of the interface plus 1. An array asked for its element -1 looks for 0.2 µs. */
  private interfaceName(number: number): string | null {
    return number === 0 ? null : (this.zones.names[number - 1] ?? null);
  }

  private takeKey(slot: number): void {
    const { hot } = this.table;
    const at = slot * HOT_WORDS;
    const { row, zones } = this;
    const meta = hot[at + C2S_KEY + KEY_META]!;
    row.protocol = meta & 255;
    row.twin = this.isScaled ? twinOf(meta) : null;
    row.family = (meta & META_IPV6) === 0 ? 4 : 6;
    row.icmpKind = (meta >>> META_ICMP_SHIFT) & 15;
    this.takeAddresses(slot);
    const ports = hot[at + C2S_KEY + KEY_PORTS]!;
    row.sport = ports >>> 16;
    row.dport = ports & 0xffff;
    const ingress = meta >>> META_ZONE_SHIFT;
    row.sourceZone = ingress === ZONE_ANY ? 'unknown' : zones.zoneNames[ingress]!;
    const egress = hot[at + S2C_KEY + KEY_META]! >>> META_ZONE_SHIFT;
    row.destinationZone = egress === ZONE_ANY ? null : zones.zoneNames[egress]!;
  }

  private takeDirection(into: DirectionRow, slot: number, side: number): void {
    const { hot, tail } = this.table;
    const at = slot * HOT_WORDS + side;
    const rest = slot * TAIL_WORDS + side;
    into.packets = hot[at + PACKETS]! >>> 0;
    into.ipBytes = this.table.hotF64[slot * HOT_F64 + IP_BYTES_F64 + side]!;
    into.bytes = shownBytes(this.table, slot, side);
    into.layer7Packets = hot[at + PAYLOAD_PACKETS]! >>> 0;
    into.dropped = tail[rest + DROPPED]! >>> 0;
  }

  private takeTimes(slot: number, epochSeconds: number): void {
    const { tail, tailF64, hotF64 } = this.table;
    const { row } = this;
    const rest = slot * TAIL_WORDS;
    row.startSecond = tailF64[slot * TAIL_F64 + START_SECOND_F64]!;
    row.startNanosecond = tail[rest + START_NANOSECOND]!;
    row.startPacket = tail[rest + START_PACKET]! >>> 0;
    row.startFile = tail[rest + START_FILE]!;
    row.startFrame = tail[rest + START_FRAME]! >>> 0;
    const lastNs = hotF64[slot * HOT_F64 + LAST_F64]!;
    const seconds = Math.floor(lastNs / 1e9);
    row.lastSecond = epochSeconds + seconds;
    row.lastNanosecond = lastNs - seconds * 1e9;
    row.elapsedNs =
      (row.lastSecond - row.startSecond) * 1e9 + (row.lastNanosecond - row.startNanosecond);
  }

  private endAt(timeNs: number, epochSeconds: number): SessionRow['end'] {
    const { row, ending } = this;
    const seconds = Math.floor(timeNs / 1e9);
    ending.second = epochSeconds + seconds;
    ending.nanosecond = timeNs - seconds * 1e9;
    ending.lifetimeNs =
      (ending.second - row.startSecond) * 1e9 + (ending.nanosecond - row.startNanosecond);
    return ending;
  }

  private takeAddresses(slot: number): void {
    const { row, table } = this;
    const at = slot * HOT_WORDS + C2S_KEY;
    if (row.family === 4) {
      row.sourceWords[0] = table.hot[at + KEY_SOURCE]!;
      row.destinationWords[0] = table.hot[at + KEY_DESTINATION]!;
      return;
    }
    for (let i = 0; i < 4; i++) {
      row.sourceWords[i] = table.wide.word(slot, i);
      row.destinationWords[i] = table.wide.word(slot, i + 4);
    }
  }
}
