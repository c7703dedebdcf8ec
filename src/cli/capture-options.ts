/**
 * This file finds the captures of a command line and says what `--stage` and the `captures:` section
 * of the configuration know of each.
 */

import { basename, resolve } from 'node:path';
import { STANDARD_INPUT } from '../capture/byte-source.ts';
import type { CaptureInput } from '../capture/capture-file.ts';
import { type FoundCapture, findCaptures } from '../capture/find-captures.ts';
import { FILES_MAX, STAGES, type Stage } from '../capture/frame-batch.ts';
import { matchesPattern } from '../capture/name-pattern.ts';
import type { CaptureRule } from '../config/firewall-config.ts';
import { type CaptureError, UsageError } from '../errors.ts';

/** A capture with its stage, as `--stage` names them. */
export interface StagedCapture {
  readonly stage: Stage;
  readonly name: string;
}

/** Captures of a command line: the files behind them, and files that are no captures. */
export interface CommandCaptures {
  readonly captures: readonly (FoundCapture & { readonly stage?: Stage })[];
  readonly skipped: readonly CaptureError[];
}

/** `receive=rx.pcap` in its parts; null for anything else. */
export function readStagedCapture(text: string): StagedCapture | null {
  const [, word, name] = /^([a-z]+)=(.+)$/s.exec(text) ?? [];
  const stage = STAGES.find((known) => known === word);
  return stage === undefined || name === undefined ? null : { stage, name };
}

/**
 * The files that the arguments and `--stage` name. A file that both name is of that stage.
 *
 * @throws UsageError for standard input twice, a file of two stages, and more files than can be told
 *   apart
 */
export async function commandCaptures(
  names: readonly string[],
  staged: readonly StagedCapture[],
): Promise<CommandCaptures> {
  const all = [...names, ...staged.map(({ name }) => name)];
  if (all.filter((name) => name === STANDARD_INPUT).length > 1) {
    throw new UsageError('- stands for standard input, which can be read only once');
  }
  const { captures, skipped } = await findCaptures(names);
  const byPath = new Map<string, FoundCapture & { stage?: Stage }>();
  const others: FoundCapture[] = [];
  for (const { stage, name } of staged) {
    const found = await findCaptures([name]);
    skipped.push(...found.skipped);
    for (const capture of found.captures) {
      const path = resolve(capture.path);
      const before = byPath.get(path)?.stage;
      if (before !== undefined && before !== stage) {
        throw new UsageError(`${capture.path} is given for two stages: ${before} and ${stage}`);
      }
      byPath.set(path, { ...capture, stage });
    }
  }
  for (const capture of captures) {
    const of = byPath.get(resolve(capture.path));
    byPath.delete(resolve(capture.path));
    others.push(of ?? capture);
  }
  const together = [...others, ...byPath.values()];
  if (together.length > FILES_MAX) {
    throw new UsageError(`more than ${FILES_MAX} captures: replay them in parts`);
  }
  return { captures: together, skipped };
}

/** What is known of each file; the first entry of `captures:` that names its base name counts. */
export function captureInputs(
  found: CommandCaptures['captures'],
  rules: readonly CaptureRule[],
): CaptureInput[] {
  return found.map((capture) => {
    const name = basename(capture.path);
    const rule = rules.find((r) => r.files.some((pattern) => matchesPattern(pattern, name)));
    return {
      ...capture,
      stage: capture.stage ?? rule?.stage ?? null,
      interfaceName: rule?.interface ?? null,
      timeShift: rule?.timeShift ?? 0,
    };
  });
}

/** A sentence for each entry of `captures:` that no input has anything of. */
export function unmatchedCaptures(
  paths: readonly string[],
  rules: readonly CaptureRule[],
): string[] {
  const isNamed = (files: readonly string[]) =>
    paths.some((path) => files.some((pattern) => matchesPattern(pattern, basename(path))));
  return rules
    .filter(({ files }) => !isNamed(files))
    .map(({ files }) => `\`captures\`: no input is named like ${files.join(', ')}`);
}
