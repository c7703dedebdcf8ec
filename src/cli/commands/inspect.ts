/** This file is `slowpath inspect`: what is in captures, and how good they are. */

import { basename } from 'node:path';
import { type CaptureReplay, openCaptures } from '../../capture/open-captures.ts';
import { type SecondOpinion, secondOpinion } from '../../capture/second-opinion.ts';
import { type CaptureError, EXIT, UsageError } from '../../errors.ts';
import { Inspector } from '../../inspect/inspector.ts';
import { terminalSafe } from '../../report/escape.ts';
import { type Inspection, inspection } from '../../report/inspection.ts';
import { damageText } from '../../report/quality-notes.ts';
import { gaveNothing } from '../../report/run-report.ts';
import { showInspection } from '../../report/show-inspection.ts';
import { packageVersion } from '../../version.ts';
import { captureInputs, commandCaptures } from '../capture-options.ts';
import { Interrupts } from '../interrupt.ts';
import { paintFor } from '../paint.ts';
import { Progress } from '../progress.ts';
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
  warn(found, skipped);
  const writer = new TextWriter(STDOUT, 'standard output');
  if (options.print === 'json') writer.write(`${JSON.stringify(found)}\n`);
  else if (!gaveNothing(found)) writer.write(showInspection(found, paintFor(options.color)));
  writer.flush();
  return exitCodeOf(found);
}

async function inspectAll(captures: CaptureReplay, options: InspectOptions): Promise<Inspector> {
  const inspector = new Inspector(captures.interfaces);
  const progress = new Progress(options.quiet === true);
  const interrupts = new Interrupts(() => captures.stop(), null);
  for await (const { batch, from, to } of interrupts.hearing(captures.ranges())) {
    inspector.take(batch, from, to);
    progress.update(() => ({ ...captures.progress(), frames: inspector.frames }));
  }
  interrupts.readingEnded();
  progress.done();
  interrupts.release();
  return inspector;
}

/** Damage is always said on standard error, too. */
function warn(found: Inspection, skipped: readonly CaptureError[]): void {
  const say = (line: string) => process.stderr.write(`slowpath: ${terminalSafe(line)}\n`);
  for (const { path, message } of skipped) say(`${basename(path)} is skipped: ${message}`);
  for (const damage of found.damage) {
    const hint = damage.hint === null ? '' : ` (${damage.hint})`;
    say(`${damageText(damage, damage.file === '-' ? 'standard input' : damage.file)}${hint}`);
  }
  if (!found.complete && found.damage.length === 0) {
    say('stopped early: the report covers what was read');
  }
}

function exitCodeOf(found: Inspection): number {
  if (gaveNothing(found)) return EXIT.nothing;
  if (found.damage.length > 0) return EXIT.damaged;
  const isOther = found.inputs.some((input) => input.second_opinion?.verdict === 'different');
  return isOther ? EXIT.difference : EXIT.done;
}
