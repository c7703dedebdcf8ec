/** This file finds the pages of scenarios in test/scenarios. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseScenarioPage, type ScenarioPage, type WrittenScenario } from './scenario-md.ts';

export const SCENARIO_FOLDER = fileURLToPath(new URL('../scenarios/', import.meta.url));

/** Every page, by file name; README.md says how they are written and is none. */
export const SCENARIO_PAGES: readonly ScenarioPage[] = readdirSync(SCENARIO_FOLDER)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .sort()
  .map((name) => parseScenarioPage(name, readFileSync(`${SCENARIO_FOLDER}${name}`, 'utf8')));

export const SCENARIOS: readonly WrittenScenario[] = SCENARIO_PAGES.flatMap(
  ({ scenarios }) => scenarios,
);
