/** This file says on standard error what is wrong with a run's captures and configuration. */

import { terminalSafe } from '../report/escape.ts';
import { damageText, skippedLines } from '../report/quality-notes.ts';
import { gaveNothing, type RunReport } from '../report/run-report.ts';

export interface WarningOptions {
  readonly quiet?: boolean;
  readonly print: string;
  readonly session?: number;
}

/** Damage is always said; other warnings unless the user wants quiet. */
export function warn(report: RunReport, options: WarningOptions): void {
  const say = (line: string) => process.stderr.write(`slowpath: ${terminalSafe(line)}\n`);
  for (const damage of report.damage) {
    const hint = damage.hint === null ? '' : ` (${damage.hint})`;
    const file = damage.file === '-' ? 'standard input' : damage.file;
    say(`${damageText(damage, file)}${hint}`);
  }
  if (!report.complete && report.damage.length === 0) {
    say('stopped early: the report covers what was read');
  }
  if (options.quiet === true) return;
  for (const { file, number, link_type } of report.capture_quality.unsupported_interfaces) {
    say(
      `${file}: interface ${number} has ${link_type}: its frames are not decoded by this version`,
    );
  }
  // The first screen has the rest, if there is one.
  const isScreen = options.print === 'text' && options.session === undefined;
  if (isScreen && !gaveNothing(report)) return;
  for (const line of skippedLines(report)) say(line);
  if (isScreen) return;
  for (const text of [...report.warnings, ...report.not_modelled])
    say(`${report.configuration.file}: ${text}`);
}
