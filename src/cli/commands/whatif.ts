/** This file is `slowpath whatif`: captures under several configurations, side by side. */

import { SESSIONS_MAX, SessionEnds } from '../../analysis/session-ends.ts';
import { type ReplayedVariant, type WhatIfReport, whatIfReport } from '../../analysis/what-if.ts';
import { whatIfText } from '../../analysis/what-if-text.ts';
import { type CaptureReplay, openCaptures, type ReaderName } from '../../capture/open-captures.ts';
import { TwinFrames } from '../../capture/twin-frames.ts';
import { readConfigText } from '../../config/read-file.ts';
import { readSetting, type Setting } from '../../config/setting.ts';
import { readVariants } from '../../config/variants.ts';
import { readVariantsFile, type VariantRequest } from '../../config/variants-file.ts';
import { FrameFilter } from '../../engine/frame-filter.ts';
import { SideBySide } from '../../engine/side-by-side.ts';
import { EXIT, UsageError } from '../../errors.ts';
import { terminalSafe } from '../../report/escape.ts';
import { gaveNothing } from '../../report/run-report.ts';
import type { SessionRow } from '../../session/session-row.ts';
import { PacketView } from '../../wire/packet-view.ts';
import { captureInputs, commandCaptures, type StagedCapture } from '../capture-options.ts';
import { drive } from '../drive.ts';
import { Interrupts } from '../interrupt.ts';
import { LISTED_SESSIONS } from '../option-values.ts';
import type { Output } from '../outputs.ts';
import { paintFor } from '../paint.ts';
import { anySeed, type Reading, ReplayRun, type RunEnd, type RunOptions } from '../replay-run.ts';
import { checkFormats, openRunFiles, type RunFiles, refuseInput } from '../run-outputs.ts';
import { atScale, type ScaledVariant } from '../scaled-variants.ts';
import { Selection } from '../selection.ts';
import { TextWriter } from '../text-writer.ts';
import { warn } from '../warnings.ts';
import { whatIfChart } from '../what-if-chart.ts';
import { WhatIfDirectory } from '../what-if-directory.ts';

export interface WhatIfOptions extends Omit<RunOptions, 'packets' | 'session' | 'predict'> {
  readonly stage?: readonly StagedCapture[];
  readonly config?: string;
  /** A list a variant, `--set` with the `--and` behind it: `PATH=VALUE`. */
  readonly set?: readonly (readonly string[])[];
  /** A file of named variants. */
  readonly variants?: string;
  /** Clients for each of the capture's. */
  readonly scale?: number;
  readonly output?: string;
  readonly force?: boolean;
  readonly format?: readonly string[];
  readonly print: 'text' | 'json' | 'none';
  readonly all?: boolean;
  readonly limit: number;
  readonly reader: ReaderName;
  readonly color: 'auto' | 'always' | 'never';
  readonly quiet?: boolean;
}

const STDOUT = 1;
/** Sessions that are compared one by one, of all variants together: about half a gigabyte. */
const COMPARED_MAX = 4 * SESSIONS_MAX;
/** Changed sessions of a variant that the JSON lists, unless `--limit` asks for more. */
const LISTED_MAX = 1000;

/** @returns the exit code @throws ConfigError, UsageError, ClosedOutput */
export async function whatIf(names: readonly string[], options: WhatIfOptions): Promise<number> {
  checkFormats(options);
  const selection = new Selection(options);
  const files: string[] = [];
  const noteFile = (path: string) => files.push(path);
  const variants = readVariants(options.config, requestsOf(options, noteFile), noteFile);
  const found = await commandCaptures(names, options.stage ?? []);
  const inputs = captureInputs(found.captures, variants[0].config.captures);
  for (const { name, config } of variants) {
    const own = captureInputs(found.captures, config.captures);
    if (JSON.stringify(own) === JSON.stringify(inputs)) continue;
    throw new UsageError(
      `${name}: \`captures\` gives an input another stage, interface or time than the base does; ` +
        'the captures are read once for all variants: replay this one apart',
    );
  }
  const { output } = options;
  if (output !== undefined) refuseInput(output, [...inputs.map(({ path }) => path), ...files]);
  const directory =
    output === undefined ? null : new WhatIfDirectory(output, options.force === true);
  try {
    const captures = openCaptures(inputs, { hash: directory !== null, reader: options.reader });
    const filter =
      selection.filter === null ? null : new FrameFilter(selection.filter, captures.interfaces);
    const { skipped } = found;
    const seed = anySeed();
    const reading = { inputs, skipped, captures, seed, selection, filter, options };
    const scaled = atScale(variants, options.scale ?? 1);
    return await replayAll(scaled, reading, options, directory);
  } catch (error) {
    directory?.abandon();
    throw error;
  }
}

/** The variants of the command line, then those of the file. @throws UsageError, ConfigError */
function requestsOf(
  { set = [], variants, scale = 1 }: WhatIfOptions,
  noteFile: (path: string) => void,
): VariantRequest[] {
  const requests = set.map((texts) => ({
    ...{ origin: '--set', name: null, config: null },
    settings: texts.map(setting),
  }));
  if (variants === undefined) {
    if (requests.length > 0 || scale > 1) return requests;
    throw new UsageError(
      'what if what? --set PATH=VALUE, --variants FILE or --scale N, from 2 on, says what to vary',
    );
  }
  noteFile(variants);
  return [...requests, ...readVariantsFile(readConfigText(variants), variants)];
}

function setting(text: string, i: number): Setting {
  const read = readSetting(text);
  if (typeof read !== 'string') return read;
  throw new UsageError(`${i === 0 ? '--set' : '--and'} ${terminalSafe(text)}: ${read}`);
}

/** A variant while it is replayed. */
interface Running {
  readonly variant: ScaledVariant;
  readonly run: ReplayRun;
  readonly outputs: readonly Output[];
  /** null without `-o`. */
  readonly files: RunFiles | null;
  /** Sessions that a rule denied, so far. */
  denied: number;
  readonly ends: SessionEnds;
}

async function replayAll(
  variants: readonly ScaledVariant[],
  reading: Reading & { readonly captures: CaptureReplay },
  options: WhatIfOptions,
  directory: WhatIfDirectory | null,
): Promise<number> {
  const { captures, selection, inputs } = reading;
  directory?.writeConfigurations(variants);
  const fileNames = inputs.length > 1 ? captures.report.files.map((file) => file.name) : null;
  const view = new PacketView();
  const { scale = 1 } = options;
  const twins = scale > 1 ? new TwinFrames(scale, captures.blocks) : null;
  const running = variants.map((variant) =>
    begin(variant, { reading, options, directory, view, twins, fileNames, count: variants.length }),
  );
  const interrupts = new Interrupts(
    () => captures.stop(),
    directory === null ? null : () => directory.abandon(),
  );
  const firewalls = running.map(({ run }) => run.firewall);
  const target = new SideBySide(firewalls, captures.interfaces, view);
  const shown = firewalls[0];
  if (shown === undefined) throw new Error('a what-if without a base');
  await drive(reading, { target, shown, isQuiet: options.quiet === true, twins }, interrupts);
  const ended = running.map((each) => {
    // What is live is only told then.
    const facts = each.run.end();
    return { ...each, facts };
  });
  const [base] = ended;
  if (base === undefined) throw new Error('a what-if without a base');
  const { run } = base.facts;
  warn(run, options);
  selection.checkEnd(base.facts.clockEnd);
  if (gaveNothing(run)) {
    directory?.abandon();
    interrupts.release();
    return EXIT.nothing;
  }
  for (const { outputs, facts } of ended) {
    for (const output of outputs) await output.finish(facts.run);
  }
  const answer = whatIfReport(ended.map(replayed), Math.max(LISTED_MAX, options.limit));
  for (const { files, facts } of ended) {
    files?.charts(facts);
    await files?.drawCharts();
  }
  if (directory !== null) {
    directory.commit(answer, await whatIfChart(ended, run), options.limit);
  }
  interrupts.release();
  print(answer, options, directory !== null);
  return run.damage.length > 0 ? EXIT.damaged : EXIT.done;
}

interface Beginning {
  readonly reading: Reading;
  readonly options: WhatIfOptions;
  readonly directory: WhatIfDirectory | null;
  readonly view: PacketView;
  /** null where clients have none. */
  readonly twins: TwinFrames | null;
  readonly fileNames: readonly string[] | null;
  /** Variants in all. */
  readonly count: number;
}

function begin(variant: ScaledVariant, beginning: Beginning): Running {
  const { reading, options, directory, view, twins, fileNames, count } = beginning;
  const { scale } = variant;
  const ends = new SessionEnds(Math.min(SESSIONS_MAX, Math.floor(COMPARED_MAX / count)));
  const files =
    directory === null
      ? null
      : openRunFiles(directory.folderOf(variant), runFileOptions(options), { fileNames });
  const wantsSessions = options.print !== 'none' || directory !== null;
  const session = (row: SessionRow) => {
    if (row.action !== 'allow') running.denied++;
    // One by one the capture's own sessions are compared: the base has no others.
    if (row.twin === null || row.twin === 0) ends.add(row);
  };
  const outputs: Output[] = files === null ? [] : [...files.outputs];
  if (wantsSessions) outputs.push({ session, finish: () => {} });
  const run = new ReplayRun(variant.config, reading, {
    ...{ outputs, wantsSessions, view },
    wantsOffload: wantsSessions,
    wantsRates: wantsSessions,
    ...(twins !== null && scale > 1 && { twins: { scale, frames: twins } }),
  });
  const running: Running = { variant, run, outputs, files, denied: 0, ends };
  return running;
}

/** `--limit` is about the answer: a run's own text is as `replay` writes it. */
function runFileOptions({ format = [] }: WhatIfOptions) {
  return { format, limit: LISTED_SESSIONS };
}

function replayed({
  variant,
  facts,
  run,
  denied,
  ends,
}: Running & { readonly facts: RunEnd }): ReplayedVariant {
  const { name, fileName, settings } = variant;
  const { occupancy } = run.firewall;
  return {
    ...{ name, fileName, settings, denied, ends },
    run: facts.run,
    table: occupancy,
    span: facts.span,
  };
}

/** With a directory, a reader that leaves early (`| head`) doesn't end the run. */
function print(answer: WhatIfReport, options: WhatIfOptions, hasDirectory: boolean): void {
  if (options.print === 'none') return;
  const writer = new TextWriter(STDOUT, 'standard output', hasDirectory);
  if (options.print === 'json') writer.write(`${JSON.stringify(answer)}\n`);
  else {
    const { limit, all = false, color } = options;
    writer.write(whatIfText(answer, { limit, all, paint: paintFor(color) }));
  }
  writer.flush();
}
