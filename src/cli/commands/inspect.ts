/** This file is `slowpath inspect`: what is in captures, and how good they are. */

import { openCaptures } from '../../capture/open-captures.ts';
import { type SecondOpinion, secondOpinion } from '../../capture/second-opinion.ts';
import { EXIT, UsageError } from '../../errors.ts';
import { type Inspection, inspection } from '../../report/inspection.ts';
import { gaveNothing } from '../../report/run-report.ts';
import { showInspection } from '../../report/show-inspection.ts';
import { packageVersion } from '../../version.ts';
import { captureInputs, commandCaptures } from '../capture-options.ts';
import { inspectAll, warnOf } from '../inspecting.ts';
import { paintFor } from '../paint.ts';
import { TextWriter } from '../text-writer.ts';

export interface InspectOptions {
  readonly print: 'text' | 'json';
  readonly secondOpinion?: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly quiet?: boolean;
}

const STDOUT = 1;

/** @returns the exit code @throws UsageError, ClosedOutput */
export async function inspectCaptures(
  names: readonly string[],
  options: InspectOptions,
): Promise<number> {
  if (options.secondOpinion === true && names.includes('-')) {
    throw new UsageError('--second-opinion needs a file: standard input can be read only once');
  }
  const { captures: chosen, skipped } = await commandCaptures(names, []);
  const captures = openCaptures(captureInputs(chosen, []));
  const inspector = await inspectAll(captures, options);
  const opinions: (SecondOpinion | null)[] = [];
  for (const { path } of captures.report.files) {
    const isWanted = options.secondOpinion === true && !captures.report.stopped;
    opinions.push(isWanted ? await secondOpinion(path) : null);
  }
  const { report, interfaces } = captures;
  const found = inspection({
    version: packageVersion(),
    captures: report,
    interfaces,
    facts: inspector.facts(),
    opinions,
  });
  warnOf(found, skipped);
  const writer = new TextWriter(STDOUT, 'standard output');
  if (options.print === 'json') writer.write(`${JSON.stringify(found)}\n`);
  else if (!gaveNothing(found)) writer.write(showInspection(found, paintFor(options.color)));
  writer.flush();
  return exitCodeOf(found);
}

function exitCodeOf(found: Inspection): number {
  if (gaveNothing(found)) return EXIT.nothing;
  if (found.damage.length > 0) return EXIT.damaged;
  const isOther = found.inputs.some((input) => input.second_opinion?.verdict === 'different');
  return isOther ? EXIT.difference : EXIT.done;
}
