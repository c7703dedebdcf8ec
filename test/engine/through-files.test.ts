/** This file plays scenarios through capture files, as the command does: the same must come out. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { buildCapture } from '../../samples/script/index.ts';
import { replayFiles } from '../support/replay-file.ts';
import { configOf, runScenario, sessionLine } from '../support/scenario.ts';
import { SCENARIOS } from '../support/scenario-md-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'slowpath-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Without those that need the capture's other readings: a clock that jumps, batches that matter. */
const chosen = SCENARIOS.filter((scenario) => scenario.defect === undefined).filter(
  (_, i) => i % 4 === 0,
);

it.each(chosen.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
  const direct = runScenario(scenario);
  const path = join(folder, 'scenario.pcapng');
  writeFileSync(path, buildCapture(direct.script));
  const config = configOf(scenario);
  const drain = scenario.drain === true;
  const replayed = await replayFiles([path], { config, drain, blockBytes: 4096, batchFrames: 2 });
  const { start } = direct.script;
  expect(replayed.sessions.map((row) => sessionLine(row, start))).toEqual(scenario.sessions);
  expect(replayed.events).toHaveLength(direct.events.length);
});
