/** This file is `slowpath replay`: captures through the firewall, reports out. */

import { randomBytes } from 'node:crypto';
import type { CaptureTime } from '../../capture/capture-report.ts';
import { type CaptureReplay, openCaptures, type ReaderName } from '../../capture/open-captures.ts';
import { builtInConfig } from '../../config/built-in.ts';
import type { FirewallConfig } from '../../config/firewall-config.ts';
import { Firewall } from '../../engine/firewall.ts';
import { replayRanges } from '../../engine/replay.ts';
import { EXIT, UsageError } from '../../errors.ts';
import type { EventView } from '../../events/event-log.ts';
import { terminalSafe } from '../../report/escape.ts';
import { damageText } from '../../report/quality-notes.ts';
import { gaveNothing, type RunReport, runReport } from '../../report/run-report.ts';
import type { RecordContext } from '../../report/session-record.ts';
import { SessionSummary } from '../../report/summary.ts';
import type { SessionRow } from '../../session/session-row.ts';
import { packageVersion } from '../../version.ts';
import { captureInputs, unmatchedCaptures } from '../capture-options.ts';
import { Interrupts } from '../interrupt.ts';
import {
  csvOutput,
  jsonOutput,
  ndjsonOutput,
  type Output,
  type RecordChoice,
  sessionOutput,
  textOutput,
} from '../outputs.ts';
import { paintFor } from '../paint.ts';
import { Progress } from '../progress.ts';
import { openRunOutputs, type RunOutputs, wantsReportText } from '../run-outputs.ts';
import { TextWriter } from '../text-writer.ts';

export interface ReplayOptions {
  readonly config?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly format?: readonly string[];
  readonly print: 'text' | 'json' | 'ndjson' | 'csv' | 'none';
  readonly records?: readonly string[];
  readonly limit: number;
  /** Serial of the session that is shown instead of the screen. */
  readonly session?: number;
  readonly counters?: boolean;
  readonly reader: ReaderName;
  readonly drain?: boolean;
  readonly midstream?: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly quiet?: boolean;
}

const STDOUT = 1;

/** @returns the exit code @throws ConfigError, UsageError, ClosedOutput */
export async function replayCaptures(
  paths: readonly string[],
  options: ReplayOptions,
): Promise<number> {
  const choice = recordChoice(options);
  checkTextOptions(options);
  if (paths.filter((path) => path === '-').length > 1) {
    throw new UsageError('- stands for standard input, which can be read only once');
  }
  const config = await loadConfig(options.config);
  const inputs = captureInputs(paths, config.captures);
  const context = { fileNames: null as string[] | null };
  const run = openRunOutputs(options, paths, context);
  let report: RunReport;
  try {
    const outputs = [...run.outputs, ...printOutput(options, choice, context, run.isWanted)];
    report = await replayInto(outputs, { config, inputs, options, context, run });
    if (gaveNothing(report)) run.abandon();
    else await run.commit();
  } catch (error) {
    run.abandon();
    throw error;
  }
  if (!gaveNothing(report)) checkSerial(options.session, report.counts.sessions);
  return exitCodeOf(report);
}

/** The run directory stands by then: a wrong serial is no reason to replay again for it. */
function checkSerial(serial: number | undefined, sessions: number): void {
  if (serial === undefined || serial <= sessions) return;
  const those = ['there are no sessions', 'there is one session, with serial 1'][sessions];
  throw new UsageError(
    `--session: no session has the serial ${serial}; ` +
      (those ?? `there are ${sessions}, with serials 1 to ${sessions}`),
  );
}

/** Options of a text that nobody asked for are a mistake, not a wish. */
function checkTextOptions({ session, counters, print, format }: ReplayOptions): void {
  if (print === 'text') return;
  if (session !== undefined) throw new UsageError('--session needs --print text');
  if (counters === true && !wantsReportText(format)) {
    throw new UsageError('--counters needs --print text, or -o DIR with --format txt');
  }
}

async function loadConfig(path: string | undefined): Promise<FirewallConfig> {
  if (path === undefined) return builtInConfig();
  const { readFirewallConfig } = await import('../../config/read-file.ts');
  return readFirewallConfig(path);
}

interface Job {
  readonly config: FirewallConfig;
  readonly inputs: ReturnType<typeof captureInputs>;
  readonly options: ReplayOptions;
  readonly context: { fileNames: string[] | null };
  readonly run: RunOutputs;
}

async function replayInto(outputs: readonly Output[], job: Job): Promise<RunReport> {
  const { config, inputs, options, context, run } = job;
  const captures = openCaptures(inputs, { hash: run.isWanted, reader: options.reader });
  if (inputs.length > 1) context.fileNames = captures.report.files.map((file) => file.name);
  const summary = new SessionSummary();
  const firewall = buildFirewall(outputs, summary, captures, job);
  const progress = new Progress(options.quiet === true);
  const interrupts = new Interrupts(
    () => captures.stop(),
    run.isWanted ? () => run.abandon() : null,
  );
  await replayRanges(interrupts.hearing(captures.ranges()), firewall, () =>
    progress.update(() => ({
      ...captures.progress(),
      frames: captures.report.files.reduce((n, file) => n + file.frames, 0),
      liveSessions: firewall.table.live,
    })),
  );
  interrupts.readingEnded();
  progress.done();
  const clockEnd = endOfClock(captures.report, firewall, options.drain === true);
  if (firewall.occupancy.peak > 0) firewall.occupancy.note(firewall.nowNs, firewall.table.live);
  firewall.reportLive();
  const report = runReport({
    version: packageVersion(),
    config,
    captures: captures.report,
    summary,
    observations: firewall.observations,
    unknownZonePackets: firewall.zones.unknownPackets,
    twinsForgotten: firewall.copies.forgotten,
    unknownZoneOrigins: firewall.zones.unknownOrigins,
    counters: firewall.counters,
    sessionsCreated: firewall.sessionsCreated,
    occupancyPeak: firewall.occupancy.peak,
    occupancyPeakTime: firewall.occupancy.peak === 0 ? null : firewall.occupancy.peakTime,
    clockEnd,
    warnings: unmatchedCaptures(
      inputs.map(({ path }) => path),
      config.captures,
    ),
    midstream: options.midstream === true,
    drained: options.drain === true,
  });
  warn(report, options);
  run.occupancy(firewall.occupancy.points(), spanOf(captures.report.firstTime, clockEnd), report);
  for (const output of outputs) await output.finish(report);
  interrupts.release();
  return report;
}

/** The firewall of a job, which tells the outputs just what one of them wants to hear. */
function buildFirewall(
  outputs: readonly Output[],
  summary: SessionSummary,
  captures: CaptureReplay,
  { config, inputs, options, run }: Job,
): Firewall {
  const sessionOutputs = outputs.filter((o) => o.session !== undefined);
  const eventOutputs = outputs.filter((o) => o.event !== undefined);
  const wantsSessions = sessionOutputs.length > 0 || options.print !== 'none' || run.isWanted;
  const onSession = (row: SessionRow) => {
    summary.add(row);
    for (const output of sessionOutputs) output.session?.(row);
  };
  const onEvent = (event: EventView) => {
    for (const output of eventOutputs) output.event?.(event, firewall);
  };
  const firewall: Firewall = new Firewall(config, captures.interfaces, {
    seed: randomBytes(4).readInt32LE(),
    isMerged: inputs.length > 1,
    hasReceiveStage: inputs.some((input) => input.stage === 'receive'),
    midstream: options.midstream === true,
    ...(wantsSessions && { onSession }),
    withTransitions: sessionOutputs.some((output) => output.wantsTransitions === true),
    ...(eventOutputs.length > 0 && { onEvent }),
  });
  return firewall;
}

/** Runs the clock to its end (CONTRACT: Clock). */
function endOfClock(
  report: ReturnType<typeof openCaptures>['report'],
  firewall: Firewall,
  drain: boolean,
): CaptureTime | null {
  if (report.lastTime === null) return null;
  const end = report.captureEnd;
  if (end !== null) {
    const endNs = (end.second - firewall.epochSeconds) * 1e9 + end.nanosecond;
    if (endNs > firewall.nowNs) firewall.advanceTo(endNs);
  }
  if (drain) firewall.drain();
  return firewall.timeAt(firewall.nowNs);
}

/** Seconds from the first packet to the clock's end. */
function spanOf(first: CaptureTime | null, end: CaptureTime | null): number | null {
  if (first === null || end === null) return null;
  return end.second - first.second + (end.nanosecond - first.nanosecond) / 1e9;
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
      const { session: serial, counters = false } = options;
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

function recordChoice({ records, print }: ReplayOptions): RecordChoice {
  if (records !== undefined && print !== 'json' && print !== 'ndjson') {
    throw new UsageError('--records needs --print json or --print ndjson');
  }
  const wanted = records ?? ['session', 'predict', 'event'];
  const unknown = wanted.find((r) => !['session', 'predict', 'event'].includes(r));
  if (unknown !== undefined) {
    throw new UsageError(
      `--records: unknown record "${unknown}"; there are session, predict, event`,
    );
  }
  return {
    session: wanted.includes('session'),
    predict: wanted.includes('predict'),
    event: wanted.includes('event'),
  };
}

function exitCodeOf(report: RunReport): number {
  if (gaveNothing(report)) return EXIT.nothing;
  return report.damage.length > 0 ? EXIT.damaged : EXIT.done;
}

/** Damage is always said; other warnings unless the user wants quiet. */
function warn(report: RunReport, options: ReplayOptions): void {
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
  // The first screen has the rest.
  if (options.print === 'text' && options.session === undefined) return;
  for (const text of [...report.warnings, ...report.not_modelled])
    say(`${report.configuration.file}: ${text}`);
}
