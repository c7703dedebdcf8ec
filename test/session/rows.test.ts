/**
 * This file checks the state machine's rows as a structure, and says which rows no scenario exercises.
 */

import { describe, expect, it } from 'vitest';
import { STATES } from '../../src/events/event-kinds.ts';
import { CAUSES } from '../../src/session/causes.ts';
import { END_REASONS } from '../../src/session/end-reason.ts';
import { INPUTS, LABELS, PHASES, type Row, TIMERS } from '../../src/session/phases.ts';
import { compileRows, labelsOf, NO_ROW, ROWS } from '../../src/session/state-table.ts';
import { runScenario } from '../support/scenario.ts';
import { SCENARIOS } from '../support/scenario-md-files.ts';
import { rowsExercised } from '../support/scenario-rows.ts';

const compiled = compileRows(ROWS);
const cellOf = (phase: number, input: number) => phase * INPUTS.length + input;

describe('rows', () => {
  it('use known words only', () => {
    for (const [from, on, to, timer, reason, source] of ROWS) {
      expect(from === '*' || PHASES.includes(from)).toBe(true);
      expect(INPUTS).toContain(on);
      expect(PHASES).toContain(to);
      expect(TIMERS).toContain(timer);
      expect(reason === '-' || END_REASONS.includes(reason)).toBe(true);
      expect(source).toMatch(/^(panos §\d|CONTRACT|RFC \d+ §\d)/);
    }
  });

  it('reach every phase from init', () => {
    const reached = new Set(['init']);
    for (let grew = true; grew; ) {
      const before = reached.size;
      for (const [from, , to] of ROWS) if (from === '*' || reached.has(from)) reached.add(to);
      grew = reached.size > before;
    }
    expect([...reached].sort()).toEqual([...PHASES].sort());
  });

  it('never lead back to init or out of closed', () => {
    const closed = PHASES.indexOf('closed');
    for (let input = 0; input < INPUTS.length; input++) {
      expect(compiled.next[cellOf(closed, input)]).toBe(NO_ROW);
    }
    expect(ROWS.filter(([, , to]) => to === 'init')).toEqual([]);
  });

  it('start a timer whenever a live phase is entered from init, and never stop it', () => {
    for (const [from, , to, timer] of ROWS) {
      if (to === 'closed') expect(timer).toBe('none');
      else expect(timer).not.toBe('none');
      if (from === 'init') expect(timer).not.toBe('keep');
    }
  });

  it('keep the running timer only for a RST or ABORT in the handshake, and on a phase’s own rows', () => {
    const keeping = ROWS.filter(([from, , to, timer]) => timer === 'keep' && from !== to);
    expect([...new Set(keeping.map(([from, , to]) => `${from} ${to}`))].sort()).toEqual([
      'handshake reset-opening',
      'sctp-cookie sctp-shutdown',
      'sctp-init sctp-shutdown',
      'syn-sent reset-opening',
    ]);
  });

  it('end every live phase by its timer, aged-out', () => {
    const timer = INPUTS.indexOf('timer');
    for (const phase of PHASES) {
      if (phase === 'closed') continue;
      const cell = cellOf(PHASES.indexOf(phase), timer);
      expect(PHASES[compiled.next[cell]!]).toBe('closed');
      expect(END_REASONS[compiled.endReason[cell]!]).toBe('aged-out');
    }
  });

  it('have no two for one cell, which the compiler refuses', () => {
    const cells = ROWS.map(([from, on]) => `${from} ${on}`);
    expect(new Set(cells).size).toBe(cells.length);
    expect(() => compileRows([...ROWS, ROWS[0]!])).toThrow('two rows for init on c2s:syn');
  });

  it('let a row of its own win over `*`, in any order', () => {
    const own: Row = ['active', 'timer', 'active', 'idle', '-', 'test'];
    const any: Row = ['*', 'timer', 'closed', 'none', 'aged-out', 'test'];
    for (const rows of [
      [own, any],
      [any, own],
    ]) {
      const { next } = compileRows(rows);
      const cell = (phase: 'active' | 'init') =>
        cellOf(PHASES.indexOf(phase), INPUTS.indexOf('timer'));
      expect(PHASES[next[cell('active')]!]).toBe('active');
      expect(PHASES[next[cell('init')]!]).toBe('closed');
    }
  });
});

describe('labels', () => {
  it('exist for every phase in both models', () => {
    expect(Object.keys(LABELS).sort()).toEqual([...PHASES].sort());
    for (const model of ['connection', 'table'] as const) {
      const labels = labelsOf(model);
      expect(labels).toHaveLength(PHASES.length);
      for (const label of labels) expect(STATES[label]).toBeDefined();
    }
  });

  it('only move forward in the connection model', () => {
    const order = ['INIT', 'OPENING', 'ACTIVE', 'DISCARD', 'CLOSING', 'CLOSED'];
    for (const [from, , to] of ROWS) {
      if (from === '*') continue;
      const step = order.indexOf(LABELS[to][0]) - order.indexOf(LABELS[from][0]);
      expect(step).toBeGreaterThanOrEqual(0);
    }
  });

  it('are ACTIVE in the table model for all that lives, but DISCARD', () => {
    const others = { init: 'INIT', discard: 'DISCARD', closed: 'CLOSED' };
    for (const phase of PHASES) {
      const expected = Object.entries(others).find(([name]) => name === phase)?.[1] ?? 'ACTIVE';
      expect(LABELS[phase][1]).toBe(expected);
    }
  });

  it('every input has a cause in words', () => {
    expect(CAUSES).toHaveLength(INPUTS.length + 3);
    for (const cause of CAUSES) expect(cause).toMatch(/^[a-z0-9-]+$/);
  });
});

/** Rows that no packets can reach, with the reason. */
const UNREACHABLE: Readonly<Record<string, string>> = {};

describe('coverage', () => {
  it('every row is exercised by a scenario, or said to be unreachable', () => {
    const seen = rowsExercised(() => {
      for (const scenario of SCENARIOS) runScenario(scenario);
    });
    const missing = ROWS.filter((_, i) => !seen.has(i)).map(([from, on]) => `${from} on ${on}`);
    process.stderr.write(`rows that scenarios exercise: ${seen.size} of ${ROWS.length}\n`);
    for (const row of missing) {
      process.stderr.write(`row that no scenario exercises: ${row}; ${UNREACHABLE[row] ?? '?'}\n`);
    }
    expect(missing).toEqual(Object.keys(UNREACHABLE));
  });
});
