/**
 * This file replays captures with twins (`--scale`) beside the same firewall without, and brings each
 * twin's sessions to the form that its original's have.
 */

import { ALGS } from '../../src/alg/algs.ts';
import type { Stage } from '../../src/capture/frame-batch.ts';
import { openCaptures } from '../../src/capture/open-captures.ts';
import { TWIN_SHIFT_NS, TwinFrames } from '../../src/capture/twin-frames.ts';
import { captureInputs } from '../../src/cli/capture-options.ts';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { Firewall } from '../../src/engine/firewall.ts';
import { FrameFilter } from '../../src/engine/frame-filter.ts';
import { replayRanges } from '../../src/engine/replay.ts';
import { SideBySide } from '../../src/engine/side-by-side.ts';
import { COUNTERS } from '../../src/events/counters.ts';
import { compileFilter } from '../../src/filter/compile.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import type { PredictRow } from '../../src/session/predict-row.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { PacketView } from '../../src/wire/packet-view.ts';
import type { TunnelKind } from '../../src/wire/tunnel.ts';
import { copyRow } from './copy-row.ts';
import { TEST_ALG } from './test-alg.ts';

export interface ScaledRun {
  readonly scale: number;
  /** By serial. */
  readonly sessions: SessionRow[];
  readonly predicts: PredictRow[];
  readonly firewall: Firewall;
  counter(name: string): number;
}

export interface ScaledOptions {
  readonly config: FirewallConfig;
  /** A firewall for each; 1 has no twins. */
  readonly scales: readonly number[];
  readonly batchFrames?: number;
  readonly blockBytes?: number;
  readonly drain?: boolean;
  readonly midstream?: boolean;
  readonly decapsulate?: readonly TunnelKind[];
  /** A filter expression. */
  readonly filter?: string;
  readonly limits?: { readonly frames: number; readonly bytes: number };
}

/** Replays files once, through a firewall for each scale; says how many frames of twins were hurried. */
export async function replayScaled(
  paths: readonly string[],
  options: ScaledOptions,
): Promise<{ runs: ScaledRun[]; hurried: number }> {
  const { config, scales } = options;
  const inputs = captureInputs(
    paths.map((path) => ({ path })),
    config.captures,
  );
  const captures = openCaptures(inputs, {
    ...(options.blockBytes !== undefined && { blockBytes: options.blockBytes }),
    ...(options.batchFrames !== undefined && { batchFrames: options.batchFrames }),
  });
  const hasStage = (stage: Stage) => inputs.some((input) => input.stage === stage);
  const view = new PacketView();
  const runs = scales.map((scale): ScaledRun => {
    const sessions: SessionRow[] = [];
    const predicts: PredictRow[] = [];
    const firewall = new Firewall(config, captures.interfaces, {
      seed: scale,
      scale,
      view,
      isMerged: paths.length > 1,
      hasReceiveStage: hasStage('receive'),
      hasDropStage: hasStage('drop'),
      hasCopyStage: hasStage('transmit'),
      midstream: options.midstream === true,
      decapsulate: options.decapsulate ?? [],
      algs: [...ALGS, TEST_ALG],
      onSession: (row) => sessions.push(copyRow(row)),
      onPredict: (row) => predicts.push(row),
    });
    const counter = (name: string) =>
      firewall.counters[COUNTERS.findIndex((c) => c.name === name)] ?? Number.NaN;
    return { scale, sessions, predicts, firewall, counter };
  });
  const firewalls = runs.map(({ firewall }) => firewall);
  const most = Math.max(...scales);
  const twins = most > 1 ? new TwinFrames(most, captures.blocks, options.limits) : null;
  const target = new SideBySide(firewalls, captures.interfaces, view);
  const filter =
    options.filter === undefined
      ? null
      : new FrameFilter(compileFilter(parseFilter(options.filter, null)), captures.interfaces);
  await replayRanges(captures.ranges(), target, () => {}, filter, twins);
  const end = captures.report.captureEnd;
  for (const { firewall, sessions, predicts } of runs) {
    if (end !== null) {
      firewall.advanceTo((end.second - firewall.epochSeconds) * 1e9 + end.nanosecond);
    }
    if (options.drain === true) firewall.drain();
    firewall.reportLive();
    sessions.sort((a, b) => a.serial - b.serial);
    predicts.sort((a, b) => a.serial - b.serial);
  }
  return { runs, hurried: twins?.hurried ?? 0 };
}

/** Sessions of a twin, or of originals, as if there were no others: serials are places among them. */
export function alone(sessions: readonly SessionRow[], twin: number): object[] {
  const own = sessions.filter((row) => (row.twin ?? 0) === twin);
  const place = new Map(own.map((row, i) => [row.serial, i + 1]));
  const shiftNs = twin * TWIN_SHIFT_NS;
  const back = ({ second, nanosecond }: { second: number; nanosecond: number }) => {
    const ns = BigInt(second) * 1_000_000_000n + BigInt(nanosecond) - BigInt(shiftNs);
    return `${ns / 1_000_000_000n}.${`${ns % 1_000_000_000n}`.padStart(9, '0')}`;
  };
  return own.map((row) => ({
    ...row,
    twin: null,
    // Of version 4 one word is filled; `source` and the others are text.
    sourceWords: null,
    destinationWords: null,
    translatedSourceWords: null,
    translatedDestinationWords: null,
    serial: place.get(row.serial),
    // Numbers of the table, and of other twins' predicts.
    sessionId: null,
    parentId: null,
    predict: row.predict !== null,
    parent: row.parent === null ? null : place.get(row.parent),
    tunnel: row.tunnel === null ? null : place.get(row.tunnel),
    children: row.children.map((serial) => place.get(serial)),
    alg: row.alg === null ? null : { ...row.alg },
    start: back({ second: row.startSecond, nanosecond: row.startNanosecond }),
    last: back({ second: row.lastSecond, nanosecond: row.lastNanosecond }),
    startSecond: null,
    startNanosecond: null,
    lastSecond: null,
    lastNanosecond: null,
    end: row.end === null ? null : { at: back(row.end), lifetimeNs: row.end.lifetimeNs },
    transitions: row.transitions.map((one) => ({
      ...one,
      at: back(one),
      second: null,
      nanosecond: null,
    })),
  }));
}
