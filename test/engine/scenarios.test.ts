/** This file runs every scenario, and its invariants, whatever the batches and the hash's seed. */

import { describe, expect, it } from 'vitest';
import { outcomeOf, runScenario, type Scenario } from '../support/scenario.ts';
import { expectSound } from '../support/soundness.ts';
import { SCENARIOS } from './scenarios/index.ts';

describe.each(Object.entries(SCENARIOS))('%s', (_, scenarios) => {
  for (const scenario of scenarios) {
    const test = scenario.defect === undefined ? it : it.fails;
    const mark = scenario.defect === undefined ? '' : `DEFECT (${scenario.defect}): `;
    test(`${mark}${scenario.name}`, () => {
      expectScenario(scenario);
    });
  }
});

function expectScenario(scenario: Scenario): void {
  const played = runScenario(scenario);
  const outcome = outcomeOf(played);
  expect(outcome).toEqual({ sessions: scenario.sessions, events: scenario.events ?? [] });
  for (const [name, value] of Object.entries(scenario.counters ?? {})) {
    expect({ name, value: played.counter(name) }).toEqual({ name, value });
  }
  expectSound(played, played.script.lines.length);
  const cut = runScenario(scenario, { seed: 99, batchFrames: 1 });
  expect(outcomeOf(cut)).toEqual(outcome);
  expect(JSON.stringify(cut.sessions)).toBe(JSON.stringify(played.sessions));
  expect(JSON.stringify(cut.events)).toBe(JSON.stringify(played.events));
}
