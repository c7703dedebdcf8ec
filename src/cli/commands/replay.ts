/** This file is `slowpath replay`: captures through the firewall, reports out. */

import { openAhead } from '../../ahead/read-ahead.ts';
import { startReader } from '../../ahead/reader-thread.ts';
import type { ReaderName } from '../../capture/open-captures.ts';
import { builtInConfig } from '../../config/built-in.ts';
import type { FirewallConfig } from '../../config/firewall-config.ts';
import { FrameFilter } from '../../engine/frame-filter.ts';
import { type CaptureError, EXIT, UsageError } from '../../errors.ts';
import { gaveNothing, type RunReport } from '../../report/run-report.ts';
import type { RecordContext } from '../../report/session-record.ts';
import { captureInputs, commandCaptures, type StagedCapture } from '../capture-options.ts';
import { drive } from '../drive.ts';
import { Interrupts } from '../interrupt.ts';
import { csvOutput } from '../ordered-outputs.ts';
import {
  jsonOutput,
  ndjsonOutput,
  type Output,
  predictOutput,
  type RecordChoice,
  sessionOutput,
  textOutput,
} from '../outputs.ts';
import { recordChoice } from '../record-choice.ts';
import { anySeed, ReplayRun, type RunOptions } from '../replay-run.ts';
import { openRunOutputs, type RunOutputs, wantsReportText } from '../run-outputs.ts';
import { Selection } from '../selection.ts';
import { TextWriter } from '../text-writer.ts';
import { warn } from '../warnings.ts';

export interface ReplayOptions extends RunOptions {
  readonly stage?: readonly StagedCapture[];
  readonly config?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly format?: readonly string[];
  readonly print: 'text' | 'json' | 'ndjson' | 'csv' | 'none';
  readonly records?: readonly string[];
  readonly limit: number;
  /** Serial of the session that is shown instead of the screen. */
  readonly session?: number;
  /** Serial of the predict that is shown instead. */
  readonly predict?: number;
  readonly counters?: boolean;
  readonly reader: ReaderName;
  readonly threads?: '1' | '2';
  readonly color: 'auto' | 'always' | 'never';
  readonly quiet?: boolean;
}

const STDOUT = 1;

/** @returns the exit code @throws ConfigError, UsageError, ClosedOutput */
export async function replayCaptures(
  names: readonly string[],
  options: ReplayOptions,
): Promise<number> {
  const choice = recordChoice(options);
  checkTextOptions(options);
  const selection = new Selection(options);
  const { stage = [], threads } = options;
  const given = [...names, ...stage.map(({ name }) => name)];
  const reader = startReader(given, threads === undefined ? null : Number(threads));
  const configFiles: string[] = [];
  const config = await loadConfig(options.config, configFiles);
  const { captures, skipped } = await commandCaptures(names, stage);
  const inputs = captureInputs(captures, config.captures);
  const context = { fileNames: null as string[] | null };
  const run = openRunOutputs(options, [...inputs.map(({ path }) => path), ...configFiles], context);
  let report: RunReport;
  try {
    const outputs = [
      ...run.outputs,
      ...(await printOutput(options, choice, context, run.isWanted)),
    ];
    report = await replayInto(outputs, {
      config,
      inputs,
      skipped,
      options,
      context,
      run,
      selection,
      reader,
    });
    if (gaveNothing(report)) run.abandon();
    else await run.commit();
  } catch (error) {
    run.abandon();
    throw error;
  }
  // The run directory stands by then: a wrong serial is no reason to replay again for it.
  if (!gaveNothing(report)) {
    const { counts, selection: chosen } = report;
    selection.checkShown(counts.sessions + (chosen.span?.sessions_outside ?? 0));
    selection.checkPredict(counts.predicts);
  }
  return exitCodeOf(report);
}

/** Options of a text that nobody asked for are a mistake, not a wish. */
function checkTextOptions({ session, predict, counters, print, format }: ReplayOptions): void {
  if (session !== undefined && predict !== undefined) {
    throw new UsageError('--session and --predict: one of them can be shown');
  }
  if (print === 'text') return;
  if (session !== undefined) throw new UsageError('--session needs --print text');
  if (predict !== undefined) throw new UsageError('--predict needs --print text');
  if (counters === true && !wantsReportText(format)) {
    throw new UsageError('--counters needs --print text, or -o DIR with --format txt');
  }
}

/** @param files takes the paths of the files that are read */
async function loadConfig(path: string | undefined, files: string[]): Promise<FirewallConfig> {
  if (path === undefined) return builtInConfig();
  const { readFirewallConfig } = await import('../../config/read-file.ts');
  return readFirewallConfig(path, (file) => files.push(file));
}

interface Job {
  readonly config: FirewallConfig;
  readonly inputs: ReturnType<typeof captureInputs>;
  readonly skipped: readonly CaptureError[];
  readonly options: ReplayOptions;
  readonly context: { fileNames: string[] | null };
  readonly run: RunOutputs;
  readonly selection: Selection;
  readonly reader: ReturnType<typeof startReader>;
}

async function replayInto(outputs: readonly Output[], job: Job): Promise<RunReport> {
  const { config, inputs, skipped, options, context, run, selection, reader } = job;
  const seed = anySeed();
  const how = { hash: run.isWanted, reader: options.reader };
  const captures = openAhead({ inputs, options: how, seed }, reader);
  if (inputs.length > 1) context.fileNames = captures.report.files.map((file) => file.name);
  const filter =
    selection.filter === null ? null : new FrameFilter(selection.filter, captures.interfaces);
  const reading = { inputs, skipped, captures, seed, selection, filter, options };
  const replay = new ReplayRun(config, reading, {
    outputs,
    wantsSessions: options.print !== 'none' || run.isWanted,
    // Lines of CSV have no room for it.
    wantsOffload: run.isWanted || options.print !== 'csv',
    wantsRates: run.isWanted || options.print === 'text' || options.print === 'json',
  });
  const interrupts = new Interrupts(
    () => captures.stop(),
    run.isWanted ? () => run.abandon() : null,
  );
  const { firewall } = replay;
  const driven = { target: firewall, shown: firewall, isQuiet: options.quiet === true };
  await drive(reading, driven, interrupts);
  const facts = replay.end();
  warn(facts.run, options);
  selection.checkEnd(facts.clockEnd);
  run.charts(facts);
  for (const output of outputs) await output.finish(facts.run);
  interrupts.release();
  return facts.run;
}

/** With a run directory, a reader that leaves early (`| head`) doesn't end the run. */
async function printOutput(
  options: ReplayOptions,
  choice: RecordChoice,
  context: RecordContext,
  isRunWanted: boolean,
): Promise<Output[]> {
  if (options.print === 'none') return [];
  const writer = new TextWriter(STDOUT, 'standard output', isRunWanted);
  switch (options.print) {
    case 'text': {
      const { session: serial, predict, counters = false } = options;
      if (predict !== undefined) return [predictOutput(writer, predict)];
      // Its library looks at standard output, which makes a stream of it: 1 ms.
      const { paintFor } = await import('../paint.ts');
      return serial === undefined
        ? [textOutput(writer, options, paintFor(options.color))]
        : [sessionOutput(writer, { serial, counters }, context)];
    }
    case 'json':
      return [jsonOutput(writer, choice, context)];
    case 'ndjson':
      return [ndjsonOutput(writer, choice, context)];
    case 'csv':
      return [csvOutput(writer, null)];
  }
}

function exitCodeOf(report: RunReport): number {
  if (gaveNothing(report)) return EXIT.nothing;
  return report.damage.length > 0 ? EXIT.damaged : EXIT.done;
}
