/** This file opens the files of a run directory (`-o`), the default ones and those of `--format`. */

import { existsSync, realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { OccupancyPoint } from '../engine/occupancy.ts';
import { UsageError } from '../errors.ts';
import type { RunReport } from '../report/run-report.ts';
import type { RecordContext } from '../report/session-record.ts';
import { PLAIN } from '../report/text.ts';
import {
  csvOutput,
  ndjsonOutput,
  type Output,
  packetsNdjsonOutput,
  type ScreenOptions,
  sessionsNdjsonOutput,
  textOutput,
} from './outputs.ts';
import { RunDirectory } from './run-directory.ts';

/** Default files are written without being asked for. */
const DEFAULTS = ['run.json', 'sessions.ndjson', 'events.ndjson'] as const;
const ON_REQUEST = ['sessions.csv', 'charts/occupancy.svg', 'report.txt'] as const;
/** Comes with `--packets`. */
const PACKETS = 'packets.ndjson';
type FileName = (typeof DEFAULTS)[number] | (typeof ON_REQUEST)[number] | typeof PACKETS;

/** Short words for files. */
const ALIASES: Readonly<Record<string, FileName>> = {
  csv: 'sessions.csv',
  charts: 'charts/occupancy.svg',
  'charts/*.svg': 'charts/occupancy.svg',
  svg: 'charts/occupancy.svg',
  txt: 'report.txt',
};

export interface RunOutputs {
  readonly isWanted: boolean;
  readonly outputs: readonly Output[];
  /** Hands over the table's occupancy, for the chart, and its length in seconds. */
  occupancy(points: readonly OccupancyPoint[], span: number | null, run: RunReport): void;
  commit(): Promise<void>;
  abandon(): void;
}

const NOTHING: RunOutputs = {
  isWanted: false,
  outputs: [],
  occupancy: () => {},
  commit: async () => {},
  abandon: () => {},
};

/** Whether `--format` asks for report.txt. */
export function wantsReportText(format: readonly string[] | undefined): boolean {
  return (format ?? []).some((word) => fileOf(word) === 'report.txt');
}

/** @throws UsageError for unknown formats, or a directory that cannot be written */
export function openRunOutputs(
  options: ScreenOptions & {
    readonly output?: string;
    readonly force?: boolean;
    readonly format?: readonly string[];
    readonly packets?: string;
  },
  inputs: readonly string[],
  context: RecordContext,
): RunOutputs {
  const requested = (options.format ?? []).map(fileOf);
  if (options.output === undefined) {
    if (requested.length > 0) throw new UsageError('--format needs -o DIR to write into');
    return NOTHING;
  }
  refuseInput(options.output, inputs);
  const directory = new RunDirectory(options.output, options.force === true);
  const names = new Set<FileName>([...DEFAULTS, ...requested]);
  if (options.packets !== undefined) names.add(PACKETS);
  const outputs = [...names].flatMap((name) => openFile(name, directory, options, context));
  let draw: (() => Promise<string>) | null = null;
  return {
    isWanted: true,
    outputs,
    occupancy: (points, span, run) => {
      draw = () => drawOccupancy(points, span, run);
    },
    commit: async () => {
      if (names.has('charts/occupancy.svg') && draw !== null) {
        directory.file('charts/occupancy.svg').write(await draw());
      }
      directory.commit();
    },
    abandon: () => directory.abandon(),
  };
}

/** The chart's code is loaded on demand: it takes most of a second. */
async function drawOccupancy(
  points: readonly OccupancyPoint[],
  span: number | null,
  run: RunReport,
): Promise<string> {
  const { occupancySvg } = await import('../report/charts/occupancy.ts');
  const [first] = run.inputs;
  const others = run.inputs.length - 1;
  return occupancySvg(points, {
    title: others === 0 ? (first?.name ?? '') : `${first?.name} and ${others} more`,
    peak: run.counts.peak_sessions,
    start: run.time.first_packet ?? '',
    ...(span !== null && { span }),
  });
}

function openFile(
  name: FileName,
  directory: RunDirectory,
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
    case 'charts/occupancy.svg':
      return [];
  }
}

function fileOf(word: string): FileName {
  const all: readonly FileName[] = [...DEFAULTS, ...ON_REQUEST];
  const name = all.find((file) => file === word) ?? ALIASES[word];
  if (word === PACKETS || word === 'packets') {
    throw new UsageError('--format: packets.ndjson comes with --packets EXPRESSION');
  }
  if (name === undefined) {
    throw new UsageError(
      `--format: this version cannot write "${word}"; it takes csv, charts and txt (${ON_REQUEST.join(', ')})`,
    );
  }
  return name;
}

/** A run must not be written over, or into, what it is made from. */
function refuseInput(output: string, inputs: readonly string[]): void {
  const target = existsSync(output) ? realpathSync(output) : resolve(output);
  for (const input of inputs) {
    if (input === '-' || !existsSync(input)) continue;
    const path = realpathSync(input);
    if (path === target || path.startsWith(target + sep)) {
      throw new UsageError(`-o ${output} would replace the input ${input}`);
    }
  }
}
