/** This file opens the files of a run directory (`-o`), the default ones and those of `--format`. */

import { existsSync, realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { UsageError } from '../errors.ts';
import type { RecordContext } from '../report/session-record.ts';
import { PLAIN } from '../report/text.ts';
import {
  csvOutput,
  packetsNdjsonOutput,
  predictsNdjsonOutput,
  sessionsNdjsonOutput,
} from './ordered-outputs.ts';
import { ndjsonOutput, type Output, type ScreenOptions, textOutput } from './outputs.ts';
import { CHARTS, type ChartFacts, chartOf } from './run-charts.ts';
import { RunDirectory } from './run-directory.ts';

/** Default files are written without being asked for. */
const DEFAULTS = ['run.json', 'sessions.ndjson', 'predicts.ndjson', 'events.ndjson'] as const;
const ON_REQUEST = ['sessions.csv', ...CHARTS, 'report.txt'] as const;
/** Comes with `--packets`. */
const PACKETS = 'packets.ndjson';
type FileName = (typeof DEFAULTS)[number] | (typeof ON_REQUEST)[number] | typeof PACKETS;

/** Short words for files. */
const ALIASES: Readonly<Record<string, readonly FileName[]>> = {
  csv: ['sessions.csv'],
  charts: CHARTS,
  'charts/*.svg': CHARTS,
  svg: CHARTS,
  txt: ['report.txt'],
};

/** The files of one run. */
export interface RunFiles {
  readonly outputs: readonly Output[];
  /** Hands over what the charts show. */
  charts(facts: ChartFacts): void;
  /** Writes the charts that are wanted. */
  drawCharts(): Promise<void>;
}

export interface RunOutputs extends Pick<RunFiles, 'outputs' | 'charts'> {
  readonly isWanted: boolean;
  commit(): Promise<void>;
  abandon(): void;
}

/** Where the files of a run are made. */
export type RunFolder = Pick<RunDirectory, 'file' | 'staging'>;

/** What the command line says of a run's files. */
export interface FileOptions extends ScreenOptions {
  readonly format?: readonly string[];
  readonly packets?: string;
}

const NOTHING: RunOutputs = {
  isWanted: false,
  outputs: [],
  charts: () => {},
  commit: async () => {},
  abandon: () => {},
};

/** Whether `--format` asks for report.txt. */
export function wantsReportText(format: readonly string[] | undefined): boolean {
  return (format ?? []).some((word) => filesOf(word).includes('report.txt'));
}

/** @throws UsageError for unknown formats, or a directory that cannot be written */
export function openRunOutputs(
  options: FileOptions & { readonly output?: string; readonly force?: boolean },
  inputs: readonly string[],
  context: RecordContext,
): RunOutputs {
  checkFormats(options);
  if (options.output === undefined) return NOTHING;
  refuseInput(options.output, inputs);
  const directory = new RunDirectory(options.output, options.force === true);
  const files = openRunFiles(directory, options, context);
  return {
    isWanted: true,
    ...files,
    commit: async () => {
      await files.drawCharts();
      directory.commit();
    },
    abandon: () => directory.abandon(),
  };
}

/** @throws UsageError for unknown formats, and for any without `-o` */
export function checkFormats({ format, output }: FileOptions & { readonly output?: string }): void {
  const requested = (format ?? []).flatMap(filesOf);
  if (output === undefined && requested.length > 0) {
    throw new UsageError('--format needs -o DIR to write into');
  }
}

/** Opens the files of a run: the default ones, and those of `--format`. @throws OutputError */
export function openRunFiles(
  folder: RunFolder,
  options: FileOptions,
  context: RecordContext,
): RunFiles {
  const names = new Set<FileName>([...DEFAULTS, ...(options.format ?? []).flatMap(filesOf)]);
  if (options.packets !== undefined) names.add(PACKETS);
  const outputs = [...names].flatMap((name) => openFile(name, folder, options, context));
  let shown: ChartFacts | null = null;
  return {
    outputs,
    charts: (facts) => {
      shown = facts;
    },
    drawCharts: async () => {
      for (const name of CHARTS) {
        if (names.has(name) && shown !== null) {
          folder.file(name).write(await chartOf(name, shown));
        }
      }
    },
  };
}

function openFile(
  name: FileName,
  directory: RunFolder,
  options: ScreenOptions,
  context: RecordContext,
): Output[] {
  switch (name) {
    case 'run.json': {
      const writer = directory.file(name);
      return [{ finish: (run) => writer.write(`${JSON.stringify(run, null, 2)}\n`) }];
    }
    case 'sessions.ndjson':
      return [sessionsNdjsonOutput(directory.file(name), directory.staging, context)];
    case 'predicts.ndjson':
      return [predictsNdjsonOutput(directory.file(name), directory.staging, context)];
    case 'events.ndjson': {
      const choice = { session: false, predict: false, event: true, packet: false };
      return [ndjsonOutput(directory.file(name), choice, context)];
    }
    case PACKETS:
      return [packetsNdjsonOutput(directory.file(name), directory.staging, context)];
    case 'sessions.csv':
      return [csvOutput(directory.file(name), directory.staging)];
    case 'report.txt':
      return [textOutput(directory.file(name), options, PLAIN)];
    default:
      return [];
  }
}

function filesOf(word: string): readonly FileName[] {
  const all: readonly FileName[] = [...DEFAULTS, ...ON_REQUEST];
  const known = all.filter((file) => file === word);
  const names = known.length > 0 ? known : ALIASES[word];
  if (word === PACKETS || word === 'packets') {
    throw new UsageError('--format: packets.ndjson comes with --packets EXPRESSION');
  }
  if (names === undefined) {
    throw new UsageError(
      `--format: this version cannot write "${word}"; it takes csv, charts and txt (${ON_REQUEST.join(', ')})`,
    );
  }
  return names;
}

/** A run must not be written over, or into, what it is made from. @throws UsageError */
export function refuseInput(output: string, inputs: readonly string[]): void {
  const target = existsSync(output) ? realpathSync(output) : resolve(output);
  for (const input of inputs) {
    if (input === '-' || !existsSync(input)) continue;
    const path = realpathSync(input);
    if (path === target || path.startsWith(target + sep)) {
      throw new UsageError(`-o ${output} would replace the input ${input}`);
    }
  }
}
