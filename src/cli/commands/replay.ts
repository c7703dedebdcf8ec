/** This file is `slowpath replay`: captures through the firewall, reports out. */

import { randomBytes } from 'node:crypto';
import type { Stage } from '../../capture/frame-batch.ts';
import { type CaptureReplay, openCaptures, type ReaderName } from '../../capture/open-captures.ts';
import { builtInConfig } from '../../config/built-in.ts';
import type { FirewallConfig } from '../../config/firewall-config.ts';
import { Firewall } from '../../engine/firewall.ts';
import { FrameFilter } from '../../engine/frame-filter.ts';
import { replayRanges } from '../../engine/replay.ts';
import { type CaptureError, EXIT, UsageError } from '../../errors.ts';
import type { EventView } from '../../events/event-log.ts';
import { gaveNothing, type RunReport, runReport } from '../../report/run-report.ts';
import type { RecordContext } from '../../report/session-record.ts';
import { SessionSummary } from '../../report/summary.ts';
import type { PredictRow } from '../../session/predict-row.ts';
import type { SessionRow } from '../../session/session-row.ts';
import { packageVersion } from '../../version.ts';
import type { TunnelKind } from '../../wire/tunnel.ts';
import {
  captureInputs,
  commandCaptures,
  type StagedCapture,
  unmatchedCaptures,
} from '../capture-options.ts';
import { endOfClock, spanOf } from '../clock-end.ts';
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
import { paintFor } from '../paint.ts';
import { Progress } from '../progress.ts';
import { recordChoice } from '../record-choice.ts';
import { openRunOutputs, type RunOutputs, wantsReportText } from '../run-outputs.ts';
import { Selection, type SelectionOptions } from '../selection.ts';
import { TextWriter } from '../text-writer.ts';
import { warn } from '../warnings.ts';

export interface ReplayOptions extends SelectionOptions {
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
  readonly drain?: boolean;
  readonly midstream?: boolean;
  readonly decapsulate?: readonly TunnelKind[];
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
  const configFiles: string[] = [];
  const config = await loadConfig(options.config, configFiles);
  const { captures, skipped } = await commandCaptures(names, options.stage ?? []);
  const inputs = captureInputs(captures, config.captures);
  const context = { fileNames: null as string[] | null };
  const run = openRunOutputs(options, [...inputs.map(({ path }) => path), ...configFiles], context);
  let report: RunReport;
  try {
    const outputs = [...run.outputs, ...printOutput(options, choice, context, run.isWanted)];
    report = await replayInto(outputs, {
      config,
      inputs,
      skipped,
      options,
      context,
      run,
      selection,
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
}

async function replayInto(outputs: readonly Output[], job: Job): Promise<RunReport> {
  const { config, inputs, options, context, run, selection } = job;
  const captures = openCaptures(inputs, { hash: run.isWanted, reader: options.reader });
  if (inputs.length > 1) context.fileNames = captures.report.files.map((file) => file.name);
  const summary = new SessionSummary();
  const firewall = buildFirewall(outputs, summary, captures, job);
  const progress = new Progress(options.quiet === true);
  const interrupts = new Interrupts(
    () => captures.stop(),
    run.isWanted ? () => run.abandon() : null,
  );
  const filter =
    selection.filter === null ? null : new FrameFilter(selection.filter, captures.interfaces);
  const ranges = selection.hearing(interrupts.hearing(captures.ranges()));
  const showProgress = () =>
    progress.update(() => ({
      ...captures.progress(),
      frames: captures.report.files.reduce((n, file) => n + file.frames, 0),
      liveSessions: firewall.table.live,
    }));
  await replayRanges(ranges, firewall, showProgress, filter);
  interrupts.readingEnded();
  progress.done();
  const clockEnd = endOfClock(captures.report, firewall, options.drain === true);
  if (firewall.occupancy.peak > 0) firewall.occupancy.note(firewall.nowNs, firewall.table.live);
  firewall.reportLive();
  const report = runReport({
    version: packageVersion(),
    config,
    commits: firewall.commits,
    captures: captures.report,
    skipped: job.skipped,
    summary,
    observations: firewall.observations,
    unknownZonePackets: firewall.zones.unknownPackets,
    twinsForgotten: firewall.copies.forgotten,
    seenOnBothSides: firewall.copies.seenOnBothSides,
    unknownZoneOrigins: firewall.zones.unknownOrigins,
    counters: firewall.counters,
    rates: firewall.rates,
    natPools: firewall.natRules.length === 0 ? null : firewall.natPools,
    sessionsCreated: firewall.sessionsCreated,
    predictsCreated: firewall.predictsCreated,
    occupancyPeak: firewall.occupancy.peak,
    occupancyPeakTime: firewall.occupancy.peak === 0 ? null : firewall.occupancy.peakTime,
    clockEnd,
    warnings: unmatchedCaptures(
      inputs.map(({ path }) => path),
      config.captures,
    ),
    midstream: options.midstream === true,
    decapsulate: options.decapsulate ?? [],
    drained: options.drain === true,
    selection: {
      filter:
        filter === null
          ? null
          : { expression: options.filter ?? '', filteredOut: filter.filteredOut },
      span: selection.span,
      packets: firewall.packetLog,
    },
  });
  warn(report, options);
  selection.checkEnd(clockEnd);
  const span = spanOf(captures.report.firstTime, clockEnd);
  run.charts({ run: report, points: firewall.occupancy.points(), rates: firewall.rates, span });
  for (const output of outputs) await output.finish(report);
  interrupts.release();
  return report;
}

/** The firewall of a job, which tells the outputs just what one of them wants to hear. */
function buildFirewall(
  outputs: readonly Output[],
  summary: SessionSummary,
  captures: CaptureReplay,
  { config, inputs, options, run, selection }: Job,
): Firewall {
  const sessionOutputs = outputs.filter((o) => o.session !== undefined);
  const eventOutputs = outputs.filter((o) => o.event !== undefined);
  const wantsSessions = sessionOutputs.length > 0 || options.print !== 'none' || run.isWanted;
  const onSession = (row: SessionRow) => {
    if (!selection.isReported(row)) {
      summary.addOutside(row);
      return;
    }
    summary.add(row);
    for (const output of sessionOutputs) output.session?.(row);
  };
  const onEvent = (event: EventView) => {
    if (selection.span?.has(firewall.epochSeconds, event.time) === false) return;
    for (const output of eventOutputs) output.event?.(event, firewall);
  };
  const predictOutputs = outputs.filter((o) => o.predict !== undefined);
  const onPredict = (row: PredictRow) => {
    const { installed, end } = row;
    if (selection.span?.overlaps(installed, end) === false) return;
    summary.predicts.add(row);
    for (const output of predictOutputs) output.predict?.(row);
  };
  const packetLog = selection.packetLog((packets) => {
    for (const output of outputs) output.packets?.(packets);
  });
  const hasStage = (stage: Stage) => inputs.some((input) => input.stage === stage);
  const firewall: Firewall = new Firewall(config, captures.interfaces, {
    seed: randomBytes(4).readInt32LE(),
    isMerged: inputs.length > 1,
    hasReceiveStage: hasStage('receive'),
    hasDropStage: hasStage('drop'),
    hasCopyStage: hasStage('transmit') || (hasStage('receive') && hasStage('firewall')),
    midstream: options.midstream === true,
    decapsulate: options.decapsulate ?? [],
    ...(wantsSessions && { onSession }),
    withRates: run.isWanted || options.print === 'text' || options.print === 'json',
    withTransitions: sessionOutputs.some((output) => output.wantsTransitions === true),
    ...(eventOutputs.length > 0 && { onEvent }),
    onPredict,
    ...(packetLog !== null && { packetLog }),
  });
  return firewall;
}

/** With a run directory, a reader that leaves early (`| head`) doesn't end the run. */
function printOutput(
  options: ReplayOptions,
  choice: RecordChoice,
  context: RecordContext,
  isRunWanted: boolean,
): Output[] {
  if (options.print === 'none') return [];
  const writer = new TextWriter(STDOUT, 'standard output', isRunWanted);
  switch (options.print) {
    case 'text': {
      const { session: serial, predict, counters = false } = options;
      if (predict !== undefined) return [predictOutput(writer, predict)];
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
