/**
 * This file is one replay under one configuration: a firewall that tells its outputs what they want to
 * hear, and the report at the end. Who reads the captures, and drives the firewall, is the caller.
 */

import type { CaptureFrames } from '../ahead/read-ahead.ts';
import type { CaptureInput } from '../capture/capture-file.ts';
import type { CaptureTime } from '../capture/capture-report.ts';
import type { Stage } from '../capture/frame-batch.ts';
import type { TwinFrames } from '../capture/twin-frames.ts';
import type { FirewallConfig } from '../config/firewall-config.ts';
import { Firewall } from '../engine/firewall.ts';
import type { FirewallOptions } from '../engine/firewall-options.ts';
import type { FrameFilter } from '../engine/frame-filter.ts';
import type { CaptureError } from '../errors.ts';
import type { EventView } from '../events/event-log.ts';
import type { Scaling } from '../report/extrapolation.ts';
import { type RunReport, runReport } from '../report/run-report.ts';
import { SessionSummary } from '../report/summary.ts';
import type { PredictRow } from '../session/predict-row.ts';
import type { SessionRow } from '../session/session-row.ts';
import { packageVersion } from '../version.ts';
import type { PacketView } from '../wire/packet-view.ts';
import type { TunnelKind } from '../wire/tunnel.ts';
import { unmatchedCaptures } from './capture-options.ts';
import { endOfClock, spanOf } from './clock-end.ts';
import type { Output } from './outputs.ts';
import type { ChartFacts } from './run-charts.ts';
import type { Selection, SelectionOptions } from './selection.ts';

/** What the command line says of every replay. */
export interface RunOptions extends SelectionOptions {
  readonly drain?: boolean;
  readonly midstream?: boolean;
  readonly decapsulate?: readonly TunnelKind[];
}

/** Captures that are read, and what of them is chosen: the same for all firewalls that take them. */
export interface Reading {
  readonly inputs: readonly CaptureInput[];
  readonly skipped: readonly CaptureError[];
  readonly captures: CaptureFrames;
  /** Of all hashes: any number, another for each run. */
  readonly seed: number;
  readonly selection: Selection;
  /** null for every frame. */
  readonly filter: FrameFilter | null;
  readonly options: RunOptions;
}

/** Who listens to a run. */
export interface Listeners {
  readonly outputs: readonly Output[];
  /** Whether sessions are to be told even where no output takes them, for the summary. */
  readonly wantsSessions: boolean;
  /** Whether anybody shows what hardware could carry. */
  readonly wantsOffload: boolean;
  /** Whether packets are to be counted over time. */
  readonly wantsRates: boolean;
  /** Shared with the firewalls that take the same frames; absent for one alone. */
  readonly view?: PacketView;
  /** Clients for each of the capture's, and what makes their frames; absent where they have no twins. */
  readonly twins?: { readonly scale: number; readonly frames: TwinFrames };
}

/** What a run came to. */
export interface RunEnd extends ChartFacts {
  /** null without a packet. */
  readonly clockEnd: CaptureTime | null;
}

/** Who made the capture cannot have known it; node:crypto would take 1.4 ms to load. */
export function anySeed(): number {
  return (Math.random() * 2 ** 32) | 0;
}

export class ReplayRun {
  readonly firewall: Firewall;
  private readonly config: FirewallConfig;
  private readonly reading: Reading;
  private readonly summary = new SessionSummary();
  private readonly twins: Listeners['twins'];

  constructor(config: FirewallConfig, reading: Reading, listeners: Listeners) {
    this.config = config;
    this.reading = reading;
    this.twins = listeners.twins;
    const { captures } = reading;
    const hearing = this.hearing(listeners);
    this.firewall = new Firewall(config, captures.interfaces, {
      ...firewallOptions(reading),
      ...hearing,
      ...(listeners.view !== undefined && { view: listeners.view }),
      scale: this.twins?.scale ?? 1,
    });
  }

  /** Runs the clock to its end and reports what is live. */
  end(): RunEnd {
    const { firewall } = this;
    const { captures, options } = this.reading;
    const clockEnd = endOfClock(captures.report, firewall, options.drain === true);
    if (firewall.occupancy.peak > 0) firewall.occupancy.note(firewall.nowNs, firewall.table.live);
    firewall.reportLive();
    const span = spanOf(captures.report.firstTime, clockEnd);
    const run = this.report(clockEnd);
    const { rates } = firewall;
    return { run, points: firewall.occupancy.points(), rates, span, clockEnd };
  }

  /** Tells the outputs just what one of them wants to hear. */
  private hearing(listeners: Listeners): Partial<FirewallOptions> {
    const { outputs, wantsSessions, wantsOffload, wantsRates } = listeners;
    const { summary } = this;
    const { selection } = this.reading;
    const sessionOutputs = outputs.filter((o) => o.session !== undefined);
    const eventOutputs = outputs.filter((o) => o.event !== undefined);
    const predictOutputs = outputs.filter((o) => o.predict !== undefined);
    const onSession = (row: SessionRow) => {
      if (!selection.isReported(row)) {
        summary.addOutside(row);
        return;
      }
      summary.add(row);
      for (const output of sessionOutputs) output.session?.(row);
    };
    const onEvent = (event: EventView) => {
      const { firewall } = this;
      if (selection.span?.has(firewall.epochSeconds, event.time) === false) return;
      for (const output of eventOutputs) output.event?.(event, firewall);
    };
    const onPredict = (row: PredictRow) => {
      if (selection.span?.overlaps(row.installed, row.end) === false) return;
      summary.predicts.add(row);
      for (const output of predictOutputs) output.predict?.(row);
    };
    const packetLog = selection.packetLog((packets) => {
      for (const output of outputs) output.packets?.(packets);
    });
    return {
      ...((sessionOutputs.length > 0 || wantsSessions) && { onSession }),
      withOffload: wantsOffload,
      withRates: wantsRates,
      withTransitions: sessionOutputs.some((output) => output.wantsTransitions === true),
      ...(eventOutputs.length > 0 && { onEvent }),
      onPredict,
      ...(packetLog !== null && { packetLog }),
    };
  }

  private report(clockEnd: CaptureTime | null): RunReport {
    const { firewall, config, summary, twins } = this;
    const { inputs, skipped, captures, selection, filter, options } = this.reading;
    return runReport({
      version: packageVersion(),
      config,
      commits: firewall.commits,
      captures: captures.report,
      skipped,
      summary,
      observations: firewall.observations,
      unknownZonePackets: firewall.zones.unknownPackets,
      receivedForgotten: firewall.copies.forgotten,
      seenOnBothSides: firewall.copies.seenOnBothSides,
      unknownZoneOrigins: firewall.zones.unknownOrigins,
      counters: firewall.counters,
      rates: firewall.rates,
      commandsGiven: firewall.given,
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
      scaling: twins === undefined ? null : scalingOf(twins),
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
  }
}

function scalingOf({ scale, frames }: NonNullable<Listeners['twins']>): Scaling {
  return { scale, shiftNs: frames.shiftNs, hurried: frames.hurried };
}

function firewallOptions({ inputs, seed, options }: Reading): FirewallOptions {
  const hasStage = (stage: Stage) => inputs.some((input) => input.stage === stage);
  return {
    seed,
    isMerged: inputs.length > 1,
    hasReceiveStage: hasStage('receive'),
    hasDropStage: hasStage('drop'),
    hasCopyStage: hasStage('transmit') || (hasStage('receive') && hasStage('firewall')),
    midstream: options.midstream === true,
    decapsulate: options.decapsulate ?? [],
  };
}
