/**
 * This file turns the rows of the protocol files into arrays that one lookup can step through.
 */

import { STATES } from '../events/event-kinds.ts';
import { COMMON_ROWS } from './common-rows.ts';
import { DATAGRAM_ROWS } from './datagram-rows.ts';
import { END_NONE, END_REASONS } from './end-reason.ts';
import { INPUTS, LABELS, PHASES, type Row, TIMERS } from './phases.ts';
import { SCTP_ROWS } from './sctp-rows.ts';
import { TCP_ROWS } from './tcp-rows.ts';

const CELLS = PHASES.length * INPUTS.length;
/** In `next`: the cell has no row. */
export const NO_ROW = 255;

/** The machine as arrays; a cell is phase * INPUTS.length + input. */
export interface CompiledRows {
  readonly next: Uint8Array;
  readonly timer: Uint8Array;
  /** END_REASONS index, or END_NONE. */
  readonly endReason: Uint8Array;
  /** Index into the rows, or -1: which row moved a session. */
  readonly row: Int16Array;
}

/**
 * Compiles rows. `*` fills the cells of every phase that have no row of their own.
 *
 * @throws Error when two rows claim one cell: a bug of the tables
 */
export function compileRows(rows: readonly Row[]): CompiledRows {
  const compiled: CompiledRows = {
    next: new Uint8Array(CELLS).fill(NO_ROW),
    timer: new Uint8Array(CELLS),
    endReason: new Uint8Array(CELLS).fill(END_NONE),
    row: new Int16Array(CELLS).fill(-1),
  };
  const set = (cell: number, index: number, [, , to, timer, endReason]: Row) => {
    compiled.next[cell] = PHASES.indexOf(to);
    compiled.timer[cell] = TIMERS.indexOf(timer);
    compiled.endReason[cell] = endReason === '-' ? END_NONE : END_REASONS.indexOf(endReason);
    compiled.row[cell] = index;
  };
  rows.forEach((row, index) => {
    if (row[0] === '*') return;
    const cell = PHASES.indexOf(row[0]) * INPUTS.length + INPUTS.indexOf(row[1]);
    if (compiled.row[cell] !== -1) throw new Error(`two rows for ${row[0]} on ${row[1]}`);
    set(cell, index, row);
  });
  rows.forEach((row, index) => {
    if (row[0] !== '*') return;
    for (let phase = 0; phase < PHASES.length; phase++) {
      const cell = phase * INPUTS.length + INPUTS.indexOf(row[1]);
      if (PHASES[phase] !== 'closed' && compiled.row[cell] === -1) set(cell, index, row);
    }
  });
  return compiled;
}

/** Every row of the machine, TCP's first. */
export const ROWS: readonly Row[] = [...TCP_ROWS, ...DATAGRAM_ROWS, ...SCTP_ROWS, ...COMMON_ROWS];

/** STATES index of each phase under a state model. */
export function labelsOf(model: 'connection' | 'table'): Uint8Array {
  const column = model === 'connection' ? 0 : 1;
  return Uint8Array.from(PHASES, (phase) => STATES.indexOf(LABELS[phase][column]));
}
