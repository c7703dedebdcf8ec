/** This file replays capture files in a test and collects plain copies of what came out. */

import { ALGS } from '../../src/alg/algs.ts';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { captureInputs } from '../../src/cli/capture-options.ts';
import { builtInConfig } from '../../src/config/built-in.ts';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { Firewall } from '../../src/engine/firewall.ts';
import { FrameFilter } from '../../src/engine/frame-filter.ts';
import { replayRanges } from '../../src/engine/replay.ts';
import { COUNTERS } from '../../src/events/counters.ts';
import type { EventView } from '../../src/events/event-log.ts';
import { compileFilter } from '../../src/filter/compile.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import type { PredictRow } from '../../src/session/predict-row.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import type { TunnelKind } from '../../src/wire/tunnel.ts';
import { copyRow } from './copy-row.ts';
import { TEST_ALG } from './test-alg.ts';

export interface Replayed {
  readonly sessions: SessionRow[];
  readonly events: (EventView & { epochSeconds: number })[];
  /** By serial. */
  readonly predicts: PredictRow[];
  readonly firewall: Firewall;
  readonly report: ReturnType<typeof openCaptures>['report'];
  counter(name: string): number;
}

export interface ReplayFileOptions {
  readonly config?: FirewallConfig;
  readonly drain?: boolean;
  readonly blockBytes?: number;
  readonly batchFrames?: number;
  readonly seed?: number;
  readonly decapsulate?: readonly TunnelKind[];
  /** Counts packets over time. */
  readonly withRates?: boolean;
  /** A filter expression. */
  readonly filter?: string;
}

/** Replays files as `slowpath replay` would, sessions by serial. */
export async function replayFiles(
  paths: readonly string[],
  options: ReplayFileOptions = {},
): Promise<Replayed> {
  const sessions: SessionRow[] = [];
  const events: (EventView & { epochSeconds: number })[] = [];
  const predicts: PredictRow[] = [];
  const captures = openCaptures(
    captureInputs(
      paths.map((path) => ({ path })),
      options.config?.captures ?? [],
    ),
    {
      ...(options.blockBytes !== undefined && { blockBytes: options.blockBytes }),
      ...(options.batchFrames !== undefined && { batchFrames: options.batchFrames }),
    },
  );
  const firewall: Firewall = new Firewall(options.config ?? builtInConfig(), captures.interfaces, {
    seed: options.seed ?? 1,
    isMerged: paths.length > 1,
    hasReceiveStage: false,
    decapsulate: options.decapsulate ?? [],
    withRates: options.withRates === true,
    onSession: (row) => sessions.push(copyRow(row)),
    onPredict: (row) => predicts.push(row),
    algs: [...ALGS, TEST_ALG],
    onEvent: (event) =>
      events.push({ ...event, ends: event.ends.slice(), epochSeconds: firewall.epochSeconds }),
  });
  const filter =
    options.filter === undefined
      ? null
      : new FrameFilter(compileFilter(parseFilter(options.filter, null)), captures.interfaces);
  await replayRanges(captures.ranges(), firewall, () => {}, filter);
  const end = captures.report.captureEnd;
  if (end !== null) {
    firewall.advanceTo((end.second - firewall.epochSeconds) * 1e9 + end.nanosecond);
  }
  if (options.drain === true) firewall.drain();
  firewall.reportLive();
  sessions.sort((a, b) => a.serial - b.serial);
  predicts.sort((a, b) => a.serial - b.serial);
  return {
    sessions,
    predicts,
    events,
    firewall,
    report: captures.report,
    counter: (name) => firewall.counters[COUNTERS.findIndex((c) => c.name === name)] ?? Number.NaN,
  };
}
