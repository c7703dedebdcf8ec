/** This file says which rows of the state machine are looked up while something runs. */

import { HOT_WORDS, STATE } from '../../src/session/layout.ts';
import { INPUTS, PHASES } from '../../src/session/phases.ts';
import { SessionMachine } from '../../src/session/session-machine.ts';
import type { SessionTable } from '../../src/session/session-table.ts';
import { compileRows, ROWS } from '../../src/session/state-table.ts';

const compiled = compileRows(ROWS);

/** Indices into ROWS of the rows that machines look up while `run` runs. */
export function rowsExercised(run: () => void): Set<number> {
  const seen = new Set<number>();
  const machine = SessionMachine.prototype;
  const { start, apply, finish } = machine;
  const note = (phase: number, input: number) => {
    const row = compiled.row[phase * INPUTS.length + input]!;
    if (row >= 0) seen.add(row);
  };
  const phaseOf = (of: SessionMachine, slot: number) => {
    const { table } = of as unknown as { table: SessionTable };
    return table.hot[slot * HOT_WORDS + STATE]! & 255;
  };
  // Not vi.spyOn: it would keep every call's firewall in memory.
  machine.start = function (slot, input) {
    note(PHASES.indexOf('init'), input);
    start.call(this, slot, input);
  };
  machine.apply = function (slot, input) {
    note(phaseOf(this, slot), input);
    apply.call(this, slot, input);
  };
  machine.finish = function (slot, input) {
    note(phaseOf(this, slot), input);
    finish.call(this, slot, input);
  };
  try {
    run();
  } finally {
    Object.assign(machine, { start, apply, finish });
  }
  return seen;
}
