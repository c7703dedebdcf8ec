/** This file fills what a session's row says of its changes of state. */

import { STATE_FREE, STATE_INIT, STATES } from '../events/event-kinds.ts';
import { CAUSE_CREATED, CAUSES } from '../session/causes.ts';
import { firstLabel, HOT_WORDS, STATE, TAIL_WORDS, TRANSITIONS } from '../session/layout.ts';
import type { SessionRow, TransitionRow } from '../session/session-row.ts';
import type { SessionTable } from '../session/session-table.ts';
import { emptyTransition, type Transitions } from '../session/transitions.ts';
import { firstCause } from './first-cause.ts';

const newTransition = (): TransitionRow => ({
  second: 0,
  nanosecond: 0,
  packet: 0,
  file: 0,
  frame: 0,
  from: 'FREE',
  to: 'FREE',
  cause: '',
});

/** Fills one row's list over and over, with objects that an earlier row has used. */
export class TransitionSnapshot {
  private readonly table: SessionTable;
  private readonly transitions: Transitions;
  private readonly pool: TransitionRow[] = [];
  private readonly change = emptyTransition();

  constructor(table: SessionTable, transitions: Transitions) {
    this.table = table;
    this.transitions = transitions;
  }

  /** @param row filled with its start */
  take(row: SessionRow, slot: number): void {
    const { table, change, transitions } = this;
    const list = row.transitions;
    const head = table.tail[slot * TAIL_WORDS + TRANSITIONS]!;
    const count = 2 + transitions.count(head);
    this.setCount(list, count);
    change.second = row.startSecond;
    change.nanosecond = row.startNanosecond;
    change.packet = row.startPacket;
    change.file = row.startFile;
    change.frame = row.startFrame;
    const first = firstLabel(table.hot[slot * HOT_WORDS + STATE]!);
    change.codes = STATE_FREE | (STATE_INIT << 8) | (CAUSE_CREATED << 16);
    this.put(list[0]!);
    change.codes = STATE_INIT | (first << 8) | (firstCause(table, slot) << 16);
    this.put(list[1]!);
    let node = head;
    for (let i = count - 1; i > 1; i--) {
      node = transitions.read(node, change);
      this.put(list[i]!);
    }
  }

  /** The list holds objects of the pool in their order; emptied, it would get new memory for each session. */
  private setCount(list: TransitionRow[], count: number): void {
    const { pool } = this;
    while (list.length > count) list.pop();
    while (list.length < count) {
      if (pool.length === list.length) pool.push(newTransition());
      list.push(pool[list.length]!);
    }
  }

  private put(into: TransitionRow): void {
    const { change } = this;
    into.second = change.second;
    into.nanosecond = change.nanosecond;
    into.packet = change.packet;
    into.file = change.file;
    into.frame = change.frame;
    into.from = STATES[change.codes & 255]!;
    into.to = STATES[(change.codes >>> 8) & 255]!;
    into.cause = CAUSES[change.codes >>> 16]!;
  }
}
