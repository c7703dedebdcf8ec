/**
 * This file measures what live sessions cost: bytes for each, and speed while K of them are hit at
 * random. Set-up and hits are told apart by running the set-up alone as well.
 */
import { rmSync } from 'node:fs';
import { ensureLive, warm } from './captures.ts';
import { alternate, median, type Run } from './measure.ts';
import { count, fixed, formatTable, megabytes, verdict } from './table.ts';
import { MEMORY } from './targets.ts';

/** What the measurement needs. */
export interface LiveOptions {
  readonly folder: string;
  readonly sessions: readonly number[];
  readonly hits: number;
  readonly runs: number;
  readonly keep: boolean;
  readonly say: (text: string) => void;
  /** Runs the session table on a capture. */
  readonly run: (capture: string) => Promise<Run>;
}

interface LiveResult {
  readonly setupWall: number;
  readonly hitWall: number;
  readonly peakBytes: number | null;
}

/** Below this many sessions, their memory drowns in the garbage collector's noise. */
const SESSIONS_WEIGHABLE = 20_000;

/** Measures all rows and returns the table. @throws CommandFailure when the baseline fails */
export async function measureLive(options: LiveOptions): Promise<string> {
  const baseline = await measureAt(1, options);
  const rows: string[][] = [];
  for (const sessions of options.sessions) {
    const result = await measureAt(sessions, options);
    rows.push(liveRow(sessions, result, baseline, options.hits));
  }
  return formatTable(
    [
      'live sessions',
      'opened/s',
      'hits/s',
      'ns/hit',
      'peak MB',
      'B/session',
      'gate MB',
      'goal MB',
      '',
    ],
    rows,
  );
}

async function measureAt(sessions: number, options: LiveOptions): Promise<LiveResult> {
  const { folder, hits, runs, keep, run, say } = options;
  say(`${sessions} live sessions`);
  const setup = ensureLive(folder, sessions, 0);
  const full = ensureLive(folder, sessions, hits);
  await warm(setup.path);
  await warm(full.path);
  try {
    const result = await alternate(
      () => run(setup.path),
      () => run(full.path),
      runs,
    );
    const hitWalls = result.second.map((second, i) => second.wall - result.first[i]!.wall);
    return {
      setupWall: median(result.first.map((one) => one.wall))!,
      hitWall: median(hitWalls)!,
      peakBytes: median(result.second.map((one) => one.peakBytes)),
    };
  } finally {
    if (!keep) for (const { path } of [setup, full]) rmSync(path, { force: true });
  }
}

function liveRow(
  sessions: number,
  result: LiveResult,
  baseline: LiveResult,
  hits: number,
): string[] {
  const setup = result.setupWall - baseline.setupWall;
  const isTold = setup > 0.2 * baseline.setupWall;
  const { peakBytes } = result;
  const weighable = sessions >= SESSIONS_WEIGHABLE && peakBytes !== null;
  const weight = weighable ? (peakBytes - (baseline.peakBytes ?? 0)) / sessions : null;
  const limit = (at: 'gate' | 'goal') => MEMORY[at].base + MEMORY[at].session * sessions;
  return [
    sessions.toLocaleString('en'),
    isTold ? count(sessions / setup) : '-',
    count(result.hitWall > 0 ? hits / result.hitWall : null),
    fixed(result.hitWall > 0 ? (result.hitWall / hits) * 1e9 : null, 0),
    megabytes(peakBytes),
    fixed(weight, 0),
    megabytes(limit('gate')),
    megabytes(limit('goal')),
    verdict(peakBytes, limit('gate'), limit('goal'), 'less'),
  ];
}
