/**
 * This file changes the state machine's rows one word at a time, and sees whether a scenario notices.
 *
 * Each row gets every other target phase, every other timer and every other end reason. A mutant
 * that no scenario's sessions or events give away survives: either it cannot be seen at all, and
 * EQUIVALENT says why, or a scenario is missing.
 */

import { expect, it } from 'vitest';
import { END_REASONS, type EndReason } from '../../src/session/end-reason.ts';
import { PHASES, type Phase, type Row, TIMERS } from '../../src/session/phases.ts';
import { ROWS } from '../../src/session/state-table.ts';
import { outcomeOf, runScenario, type Scenario } from '../support/scenario.ts';
import { SCENARIOS } from '../support/scenario-md-files.ts';
import { rowsExercised } from '../support/scenario-rows.ts';

type Column = 'target' | 'timer' | 'end reason';

interface Mutant {
  readonly index: number;
  readonly original: Row;
  readonly column: Column;
  readonly row: Row;
}

/** What every session in a phase has as its end reason, or a higher one. */
const KEPT: Readonly<Partial<Record<Phase | '*', EndReason>>> = {
  'half-closed': 'tcp-fin',
  'time-wait': 'tcp-fin',
  'rst-wait': 'tcp-rst-from-server',
  'reset-opening': 'tcp-rst-from-server',
  discard: 'policy-deny',
};

/** Priority of an end reason, 0 the highest; none is the lowest. */
const rankOf = (reason: EndReason | '-'): number =>
  reason === '-' ? END_REASONS.length : END_REASONS.indexOf(reason);

/** Whether a reason changes nothing where `kept` or a higher one stands already. */
const isBeaten = (reason: EndReason | '-', kept: EndReason): boolean =>
  rankOf(reason) >= rankOf(kept) && (reason !== 'tcp-reuse' || kept === 'policy-deny');

const isBetween = (phases: readonly string[], one: Phase, other: Phase): boolean =>
  one !== other && phases.includes(one) && phases.includes(other);

/** Mutants that nothing can give away; a survivor counts under the first of these that fits. */
const EQUIVALENT: readonly {
  readonly why: string;
  readonly is: (mutant: Mutant) => boolean;
}[] = [
  {
    why: 'the session ends here: no timer runs after it',
    is: ({ original, column }) => original[2] === 'closed' && column === 'timer',
  },
  {
    why: 'a timer’s expiry and a teardown end a session, whatever the row’s target',
    is: ({ original: [, on], column }) =>
      (on === 'timer' || on === 'teardown') && column === 'target',
  },
  {
    why: 'aged-out or unknown: what ends the session later ranks at least as high',
    is: ({ original, column, row }) =>
      column === 'end reason' && original[4] === '-' && ['aged-out', 'unknown'].includes(row[4]),
  },
  {
    why: 'the session has a higher end reason already, from the row into this phase',
    is: ({ original, column, row }) => {
      const kept = KEPT[original[0]];
      const isEither = kept !== undefined && isBeaten(original[4], kept) && isBeaten(row[4], kept);
      return column === 'end reason' && isEither;
    },
  },
  {
    why: 'time-wait and reset-opening differ in the application alone (state-model.test.ts)',
    is: ({ original, column, row }) =>
      column === 'target' && isBetween(['time-wait', 'reset-opening'], original[2], row[2]),
  },
];

const CHECKED = SCENARIOS.filter(({ defect }) => defect === undefined);

function mutantsOf(original: Row, index: number): Mutant[] {
  const [from, on, to, timer, reason, source] = original;
  const make = (column: Column, row: Row): Mutant => ({ index, original, column, row });
  return [
    ...PHASES.filter((other) => other !== to).map((other) =>
      make('target', [from, on, other, timer, reason, source]),
    ),
    ...TIMERS.filter((other) => other !== timer).map((other) =>
      make('timer', [from, on, to, other, reason, source]),
    ),
    ...(['-', ...END_REASONS] as const)
      .filter((other) => other !== reason)
      .map((other) => make('end reason', [from, on, to, timer, other, source])),
  ];
}

/** By row: the scenarios that look it up; for all others a change of it is none. */
function scenariosByRow(): Scenario[][] {
  const byRow: Scenario[][] = ROWS.map(() => []);
  for (const scenario of CHECKED) {
    for (const row of rowsExercised(() => runScenario(scenario))) byRow[row]!.push(scenario);
  }
  return byRow;
}

function isKilledBy({ index, row }: Mutant, scenario: Scenario): boolean {
  const rows = ROWS.map((own, i) => (i === index ? row : own));
  const isAboutOffload = scenario.offload !== undefined;
  const { sessions, events } = outcomeOf(runScenario(scenario, { rows }), isAboutOffload);
  const expected = { sessions: scenario.sessions, events: scenario.events ?? [] };
  return (
    sessions.join('\n') !== expected.sessions.join('\n') ||
    events.join('\n') !== expected.events.join('\n')
  );
}

function describeMutant({ original, column, row }: Mutant): string {
  const [from, on, to, timer, reason] = original;
  const at = { target: 2, timer: 3, 'end reason': 4 }[column];
  return `${from} on ${on} (${to}, ${timer}, ${reason}): ${column} ${row[at]}`;
}

it('every wrong row is noticed by a scenario, or cannot be seen', () => {
  const byRow = scenariosByRow();
  const mutants = ROWS.flatMap(mutantsOf);
  const survivors = mutants.filter(
    (mutant) => !byRow[mutant.index]!.some((scenario) => isKilledBy(mutant, scenario)),
  );
  const killed = mutants.length - survivors.length;
  const reasons = survivors.map((mutant) => EQUIVALENT.findIndex(({ is }) => is(mutant)));
  process.stderr.write(`mutants of the rows killed: ${killed} of ${mutants.length}\n`);
  EQUIVALENT.forEach(({ why }, i) => {
    const count = reasons.filter((reason) => reason === i).length;
    process.stderr.write(`  ${count} cannot be seen: ${why}\n`);
    expect(count, why).toBeGreaterThan(0);
  });
  const unexplained = survivors.filter((_, i) => reasons[i]! < 0);
  expect(unexplained.map(describeMutant)).toEqual([]);
}, 240_000);
