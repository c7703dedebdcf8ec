/** This file is `slowpath init`: a starter configuration for captures, on standard output. */

import { openCaptures } from '../../capture/open-captures.ts';
import { writeStarter } from '../../config/starter-yaml.ts';
import { EXIT } from '../../errors.ts';
import { inspection } from '../../report/inspection.ts';
import { gaveNothing } from '../../report/run-report.ts';
import { starterInput } from '../../starter/input.ts';
import { proposeConfig } from '../../starter/propose.ts';
import { packageVersion } from '../../version.ts';
import { captureInputs, commandCaptures } from '../capture-options.ts';
import { inspectAll, warnOf } from '../inspecting.ts';
import { TextWriter } from '../text-writer.ts';

export interface InitOptions {
  readonly quiet?: boolean;
}

const STDOUT = 1;

/** @returns the exit code @throws UsageError, ClosedOutput */
export async function initConfig(names: readonly string[], options: InitOptions): Promise<number> {
  const { captures: chosen, skipped } = await commandCaptures(names, []);
  const captures = openCaptures(captureInputs(chosen, []));
  const facts = (await inspectAll(captures, options)).facts();
  const { report, interfaces } = captures;
  const version = packageVersion();
  const found = inspection({ version, captures: report, interfaces, facts, opinions: [] });
  warnOf(found, skipped);
  if (gaveNothing(found)) return EXIT.nothing;
  const writer = new TextWriter(STDOUT, 'standard output');
  writer.write(writeStarter(proposeConfig(starterInput(report, interfaces, facts))));
  writer.flush();
  return found.damage.length > 0 ? EXIT.damaged : EXIT.done;
}
