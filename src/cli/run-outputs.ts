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
  sessionsNdjsonOutput,
  textOutput,
} from './outputs.ts';
import { RunDirectory } from './run-directory.ts';

/** Default files are written without being asked for. */
const DEFAULTS = ['run.json', 'sessions.ndjson', 'events.ndjson'] as const;
const ON_REQUEST = ['sessions.csv', 'charts/occupancy.svg', 'report.txt'] as const;
type FileName = (typeof DEFAULTS)[number] | (typeof ON_REQUEST)[number];

/** Short words for files, and what a later version will write. */
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
  /** Hands over the table's occupancy, for the chart. */
  occupancy(points: readonly OccupancyPoint[], run: RunReport): void;
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

/** @throws UsageError for unknown formats, or a directory that cannot be written */
export function openRunOutputs(
  options: {
    readonly output?: string;
    readonly force: boolean;
    readonly format?: readonly string[];
    readonly limit: number;
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
  const directory = new RunDirectory(options.output, options.force);
  const names = new Set<FileName>([...DEFAULTS, ...requested]);
  const outputs = [...names].flatMap((name) => openFile(name, directory, options.limit, context));
  let chart: { points: readonly OccupancyPoint[]; run: RunReport } | null = null;
  return {
    isWanted: true,
    outputs,
    occupancy: (points, run) => {
      chart = { points, run };
    },
    commit: async () => {
      if (names.has('charts/occupancy.svg') && chart !== null) {
        const { occupancySvg } = await import('../report/charts/occupancy.ts');
        const svg = await occupancySvg(chart.points, {
          title: 'Sessions in the table',
          peak: chart.run.counts.peak_sessions,
          start: chart.run.time.first_packet ?? '',
        });
        directory.file('charts/occupancy.svg').write(svg);
      }
      directory.commit();
    },
    abandon: () => directory.abandon(),
  };
}

function openFile(
  name: FileName,
  directory: RunDirectory,
  limit: number,
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
      const choice = { session: false, predict: false, event: true };
      return [ndjsonOutput(directory.file(name), choice, context)];
    }
    case 'sessions.csv':
      return [csvOutput(directory.file(name), directory.staging)];
    case 'report.txt':
      return [textOutput(directory.file(name), limit, PLAIN)];
    case 'charts/occupancy.svg':
      return [];
  }
}

function fileOf(word: string): FileName {
  const all: readonly FileName[] = [...DEFAULTS, ...ON_REQUEST];
  const name = all.find((file) => file === word) ?? ALIASES[word];
  if (name === undefined) {
    throw new UsageError(
      `--format: this version cannot write "${word}"; it writes ${all.join(', ')}`,
    );
  }
  return name;
}

/** A run must not be written over, or into, one of its inputs. */
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
