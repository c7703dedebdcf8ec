/** This file has captures inspected, with progress, and says on standard error what was wrong with them. */

import { basename } from 'node:path';
import type { CaptureReplay } from '../capture/open-captures.ts';
import type { CaptureError } from '../errors.ts';
import { Inspector } from '../inspect/inspector.ts';
import { terminalSafe } from '../report/escape.ts';
import type { Inspection } from '../report/inspection.ts';
import { damageText } from '../report/quality-notes.ts';
import { Interrupts } from './interrupt.ts';
import { Progress } from './progress.ts';

/** Looks at every frame; Ctrl-C ends it early. */
export async function inspectAll(
  captures: CaptureReplay,
  options: { readonly quiet?: boolean },
): Promise<Inspector> {
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
export function warnOf(
  found: Pick<Inspection, 'damage' | 'complete'>,
  skipped: readonly CaptureError[],
): void {
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
