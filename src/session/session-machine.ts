/**
 * This file moves sessions through the machine: timers, labels, end reasons, and their events.
 *
 * It is the one place that carries out what a row says; it decides nothing of its own. Slots come
 * from the table, phases and inputs from `phases.ts`: every index is in bounds by construction.
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import {
  EVENT_TRANSITION,
  STATE_CLOSED,
  STATE_CLOSING,
  STATE_FREE,
  STATE_INIT,
} from '../events/event-kinds.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Position } from '../events/position.ts';
import type { Ageing } from './ageing.ts';
import { CAUSE_CREATED, CAUSE_FREED, CAUSE_REMOVED } from './causes.ts';
import { END_NONE, mergeEndReason } from './end-reason.ts';
import { IN_OPEN, IN_PACKET } from './inputs.ts';
import {
  DEADLINE_F64,
  endReasonOf,
  FLAG_OPENED,
  HOT_F64,
  HOT_WORDS,
  SERIAL,
  STATE,
  TAIL_WORDS,
  TIMEOUT,
  TRANSITIONS,
} from './layout.ts';
import { INPUTS, PHASES, type Row, TIMERS } from './phases.ts';
import type { SessionTable } from './session-table.ts';
import type { SessionTimers } from './session-timers.ts';
import { type CompiledRows, compileRows, labelsOf, NO_ROW, ROWS } from './state-table.ts';
import { emptyTransition, type Transitions } from './transitions.ts';

const INPUT_COUNT = INPUTS.length;
const PHASE_INIT = PHASES.indexOf('init');
export const PHASE_DISCARD = PHASES.indexOf('discard');
export const PHASE_CLOSED = PHASES.indexOf('closed');
const PHASE_AND_REASON = 0x1fff;
const TIMER_KEEP = TIMERS.indexOf('keep');

export class SessionMachine {
  private readonly table: SessionTable;
  private readonly ageing: Ageing;
  private readonly transitions: Transitions;
  private readonly log: EventLog;
  private readonly position: Position;
  private readonly clock: Float64Array;
  private readonly keepsTransitions: boolean;
  private readonly rows: CompiledRows;
  /** By cell: 1 where the row only starts the phase's own timer again. */
  private readonly refreshes: Uint8Array;
  /** By phase: 1 where that is all that a packet does which is nothing more than one. */
  readonly packetRefreshes: Uint8Array;
  private readonly labels: Uint8Array;
  private readonly strictReuse: boolean;
  /** Whether sessions show CLOSING on their way out (`state-model: table`). */
  private readonly passesClosing: boolean;
  private readonly timers: SessionTimers;
  private readonly change = emptyTransition();

  constructor(
    config: FirewallConfig,
    parts: {
      readonly table: SessionTable;
      readonly ageing: Ageing;
      readonly timers: SessionTimers;
      /** Another machine, for tests. */
      readonly rows?: readonly Row[] | undefined;
      readonly transitions: Transitions;
      readonly log: EventLog;
      readonly position: Position;
      /** Whether anybody will read the sessions' transitions. */
      readonly keepsTransitions: boolean;
    },
  ) {
    this.table = parts.table;
    this.ageing = parts.ageing;
    this.transitions = parts.transitions;
    this.log = parts.log;
    this.position = parts.position;
    this.clock = parts.position.clock;
    this.keepsTransitions = parts.keepsTransitions;
    this.labels = labelsOf(config.session.stateModel);
    this.strictReuse = config.session.tcpReuseStrictPriority;
    this.passesClosing = config.session.stateModel === 'table';
    this.timers = parts.timers;
    this.rows = compileRows(parts.rows ?? ROWS);
    this.refreshes = refreshingCells(this.rows);
    this.packetRefreshes = Uint8Array.from(
      PHASES,
      (_, phase) => this.refreshes[phase * INPUT_COUNT + IN_PACKET]!,
    );
    // A packet of a denied session is another input (IN_DISCARD_HIT).
    this.packetRefreshes[PHASE_DISCARD] = 0;
  }

  /** Starts a session whose record is filled; `input` is its first packet's. */
  start(slot: number, input: number): void {
    const { hot, hotF64 } = this.table;
    const at = slot * HOT_WORDS;
    const cell = PHASE_INIT * INPUT_COUNT + input;
    const phase = this.rows.next[cell]!;
    const label = this.labels[phase]!;
    const reason = this.rows.endReason[cell]!;
    hot[at + STATE] = hot[at + STATE]! | phase | (reason << 8) | (label << 16);
    const seconds = this.timers.secondsOf(slot, this.rows.timer[cell]!);
    hot[at + TIMEOUT] = seconds;
    hotF64[slot * HOT_F64 + DEADLINE_F64] = this.position.clock[0]! + seconds * 1e9;
    this.ageing.add(slot);
    const serial = hot[at + SERIAL]! >>> 0;
    this.logTransition(serial, STATE_FREE, STATE_INIT, CAUSE_CREATED);
    this.logTransition(serial, STATE_INIT, label, input);
  }

  /** The phase that `input` leads to from the session's present one; the present one without a row. */
  nextPhase(slot: number, input: number): number {
    const phase = this.table.hot[slot * HOT_WORDS + STATE]! & 255;
    const next = this.rows.next[phase * INPUT_COUNT + input]!;
    return next === NO_ROW ? phase : next;
  }

  /** Applies an input, a packet's or a commit's, to a live session. Rows that close a session go through `finish`. */
  apply(slot: number, input: number): void {
    const cell = (this.table.hot[slot * HOT_WORDS + STATE]! & 255) * INPUT_COUNT + input;
    if (this.refreshes[cell] === 0) this.applyRow(slot, cell, input);
    // The usual packet: same phase, same timer, so TIMEOUT holds already and nothing is shortened.
    else this.refresh(slot, this.clock[0]!);
  }

  /** As `apply` of a packet that just starts the timer again (`packetRefreshes`). */
  refresh(slot: number, nowNs: number): void {
    const { hot, hotF64 } = this.table;
    hotF64[slot * HOT_F64 + DEADLINE_F64] = nowNs + hot[slot * HOT_WORDS + TIMEOUT]! * 1e9;
  }

  private applyRow(slot: number, cell: number, input: number): void {
    const { hot, hotF64 } = this.table;
    const at = slot * HOT_WORDS;
    const phase = hot[at + STATE]! & 255;
    const next = this.rows.next[cell]!;
    if (next === NO_ROW) return;
    const timer = this.rows.timer[cell]!;
    if (timer !== TIMER_KEEP) {
      const seconds = this.timers.secondsOf(slot, timer);
      const deadline = this.position.clock[0]! + seconds * 1e9;
      const before = hotF64[slot * HOT_F64 + DEADLINE_F64]!;
      hot[at + TIMEOUT] = seconds;
      hotF64[slot * HOT_F64 + DEADLINE_F64] = deadline;
      if (deadline < before) this.ageing.shorten(slot);
    }
    if (input === IN_OPEN) hot[at + STATE]! |= FLAG_OPENED;
    const cause = this.rows.endReason[cell]!;
    if (next !== phase || cause !== END_NONE) this.move(slot, next, cause, input);
  }

  /** Notes a cause of the session's end, when it comes; nothing else changes. */
  noteCause(slot: number, cause: number): void {
    this.enter(slot, this.table.hot[slot * HOT_WORDS + STATE]! & 255, cause);
  }

  /** Starts the phase's usual timer anew, whose length has changed; phases that do not refresh stay. */
  retime(slot: number): void {
    const { hot, hotF64 } = this.table;
    const at = slot * HOT_WORDS;
    const cell = (hot[at + STATE]! & 255) * INPUT_COUNT + IN_PACKET;
    if (this.refreshes[cell] !== 1) return;
    const seconds = this.timers.secondsOf(slot, this.rows.timer[cell]!);
    const deadline = this.position.clock[0]! + seconds * 1e9;
    const before = hotF64[slot * HOT_F64 + DEADLINE_F64]!;
    hot[at + TIMEOUT] = seconds;
    hotF64[slot * HOT_F64 + DEADLINE_F64] = deadline;
    if (deadline < before) this.ageing.shorten(slot);
  }

  /**
   * Marks a session's end: CLOSED and FREE now, its end reason merged with the row's. The
   * caller writes the record and frees the slot.
   */
  finish(slot: number, input: number): void {
    const phase = this.table.hot[slot * HOT_WORDS + STATE]! & 255;
    const cause = this.rows.endReason[phase * INPUT_COUNT + input]!;
    const from = this.labels[phase]!;
    this.enter(slot, PHASE_CLOSED, cause);
    if (this.passesClosing) {
      // panos.md §1.1: CLOSING is expired, CLOSED is removed from the ager.
      this.changeLabel(slot, from, STATE_CLOSING, input);
      this.changeLabel(slot, STATE_CLOSING, STATE_CLOSED, CAUSE_REMOVED);
    } else this.changeLabel(slot, from, STATE_CLOSED, input);
    this.changeLabel(slot, STATE_CLOSED, STATE_FREE, CAUSE_FREED);
  }

  private move(slot: number, next: number, cause: number, input: number): void {
    const from = this.labels[this.table.hot[slot * HOT_WORDS + STATE]! & 255]!;
    this.enter(slot, next, cause);
    const to = this.labels[next]!;
    if (from !== to) this.changeLabel(slot, from, to, input);
  }

  /** Puts a session into a phase, its end reason merged with the row's. */
  private enter(slot: number, next: number, cause: number): void {
    const { hot } = this.table;
    const at = slot * HOT_WORDS;
    const state = hot[at + STATE]!;
    const reason = mergeEndReason(endReasonOf(state), cause, this.strictReuse);
    hot[at + STATE] = (state & ~PHASE_AND_REASON) | next | (reason << 8);
  }

  private changeLabel(slot: number, from: number, to: number, cause: number): void {
    const serial = this.table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    this.logTransition(serial, from, to, cause);
    if (!this.keepsTransitions) return;
    const { change, position } = this;
    const timeNs = position.clock[0]!;
    const seconds = Math.floor(timeNs / 1e9);
    change.second = position.epochSeconds + seconds;
    change.nanosecond = timeNs - seconds * 1e9;
    change.packet = position.packet;
    change.file = position.file;
    change.frame = position.frame;
    change.codes = from | (to << 8) | (cause << 16);
    const tail = this.table.tail;
    const at = slot * TAIL_WORDS + TRANSITIONS;
    tail[at] = this.transitions.push(tail[at]!, change);
  }

  private logTransition(serial: number, from: number, to: number, cause: number): void {
    this.log.append(EVENT_TRANSITION, this.position, serial, (from << 8) | to, cause);
  }
}

/**
 * Cells whose row stays in its phase, has no end reason and starts the timer that every row into the
 * phase starts.
 */
function refreshingCells(rows: CompiledRows): Uint8Array {
  const timersOf = PHASES.map(() => new Set<number>());
  rows.next.forEach((next, cell) => {
    const timer = rows.timer[cell]!;
    if (next !== NO_ROW && timer !== TIMER_KEEP) timersOf[next]!.add(timer);
  });
  return Uint8Array.from(rows.next, (next, cell) => {
    const phase = Math.floor(cell / INPUT_COUNT);
    // Completing the handshake leaves a mark beside the timer.
    const isMark = cell % INPUT_COUNT === IN_OPEN;
    const isOwnTimer = rows.timer[cell] !== TIMER_KEEP && timersOf[phase]!.size === 1;
    return next === phase && !isMark && rows.endReason[cell] === END_NONE && isOwnTimer ? 1 : 0;
  });
}
