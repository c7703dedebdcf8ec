/**
 * This file runs every scenario of the pages beside it, and checks its invariants, whatever the
 * batches and the hash's seed. `UPDATE_SCENARIOS=1` writes what comes out into the pages instead.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { offloadLines } from '../support/offload-lines.ts';
import { familyLines, predictLine } from '../support/predict-lines.ts';
import {
  applicationLines,
  configOf,
  layer7Lines,
  natLines,
  outcomeOf,
  runScenario,
  type Scenario,
} from '../support/scenario.ts';
import { withOutcomes } from '../support/scenario-md.ts';
import { SCENARIO_FOLDER, SCENARIO_PAGES } from '../support/scenario-md-files.ts';
import { expectSound } from '../support/soundness.ts';

const { UPDATE_SCENARIOS } = process.env;
/** After so long hardware reports a packet at the latest (panos.md §7). */
const SCAN_SECONDS = 8;
const isUpdate = UPDATE_SCENARIOS === '1';

describe.each(SCENARIO_PAGES.map((page) => [page.title, page] as const))('%s', (_, page) => {
  if (isUpdate) {
    it(`${page.name} is written anew`, () => {
      const path = `${SCENARIO_FOLDER}${page.name}`;
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, withOutcomes(page.name, text, outcomeToWrite));
    });
    return;
  }
  for (const scenario of page.scenarios) {
    const test = scenario.defect === undefined ? it : it.fails;
    const mark = scenario.defect === undefined ? '' : `DEFECT (${scenario.defect}): `;
    test(`${mark}${scenario.name} (${page.name}:${scenario.line})`, () => {
      expectScenario(scenario);
    });
  }
});

/** What to write for a scenario; one whose expectation is known to fail keeps it. */
function outcomeToWrite(scenario: Scenario): ReturnType<typeof outcomeOf> {
  if (scenario.defect === undefined) {
    return outcomeOf(runScenario(scenario), scenario.offload !== undefined);
  }
  return { sessions: scenario.sessions, events: scenario.events ?? [] };
}

function expectScenario(scenario: Scenario): void {
  const played = runScenario(scenario);
  const isAboutOffload = scenario.offload !== undefined;
  const outcome = outcomeOf(played, isAboutOffload);
  expect(outcome).toEqual({ sessions: scenario.sessions, events: scenario.events ?? [] });
  for (const [name, value] of Object.entries(scenario.counters ?? {})) {
    expect({ name, value: played.counter(name) }).toEqual({ name, value });
  }
  if (scenario.nat !== undefined) expect(natLines(played.sessions)).toEqual(scenario.nat);
  if (scenario.applications !== undefined) {
    expect(applicationLines(played.sessions)).toEqual(scenario.applications);
  }
  if (scenario.layer7 !== undefined) expect(layer7Lines(played.sessions)).toEqual(scenario.layer7);
  if (isAboutOffload) expect(offloadLines(played.sessions)).toEqual(scenario.offload);
  const { start } = played.script;
  if (scenario.predicts !== undefined) {
    expect(played.predicts.map((row) => predictLine(row, start))).toEqual(scenario.predicts);
  }
  if (scenario.families !== undefined) {
    expect(familyLines(played.sessions)).toEqual(scenario.families);
  }
  const isLate = configOf(scenario).offload.refresh === 'packets-64';
  expectSound(played, played.script.lines.length, isLate ? SCAN_SECONDS : 0);
  const cut = runScenario(scenario, { seed: 99, batchFrames: 1 });
  expect(outcomeOf(cut, isAboutOffload)).toEqual(outcome);
  expect(JSON.stringify(cut.sessions)).toBe(JSON.stringify(played.sessions));
  expect(JSON.stringify(cut.predicts)).toBe(JSON.stringify(played.predicts));
  expect(JSON.stringify(cut.events)).toBe(JSON.stringify(played.events));
}
