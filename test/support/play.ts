/**
 * This file plays frames or a packet script straight into a Firewall, without a capture file, and
 * collects plain copies of what came out.
 *
 * A test chooses where the frames are cut into batches and with which seed the table hashes: neither
 * may change a result.
 */

import type { Script } from '../../samples/script/index.ts';
import { DecodeAhead } from '../../src/ahead/decode-ahead.ts';
import { ALGS } from '../../src/alg/algs.ts';
import { type CaptureInterface, FrameBatch } from '../../src/capture/frame-batch.ts';
import { EPOCH_AHEAD_SECONDS } from '../../src/capture/run.ts';
import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { Firewall } from '../../src/engine/firewall.ts';
import type { FirewallOptions } from '../../src/engine/firewall-options.ts';
import type { PacketRow } from '../../src/engine/packet-row.ts';
import { COUNTERS } from '../../src/events/counters.ts';
import type { EventView } from '../../src/events/event-log.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import type { Row } from '../../src/session/phases.ts';
import type { PredictRow } from '../../src/session/predict-row.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { ROW_WORDS } from '../../src/wire/packet-row.ts';
import type { TunnelKind } from '../../src/wire/tunnel.ts';
import { copyRow } from './copy-row.ts';
import { TEST_ALG } from './test-alg.ts';

/** Times farther than this from the epoch are counted from a new one, as the capture readers do. */
const EPOCH_SPAN_SECONDS = 104 * 86_400;

export interface PlayFrame {
  readonly second: number;
  readonly nanosecond: number;
  readonly bytes: Uint8Array;
  readonly originalLength?: number;
  readonly interfaceIndex?: number;
  readonly direction?: number;
  readonly stage?: number;
}

export interface PlayOptions {
  readonly config: FirewallConfig;
  readonly seed?: number;
  /** Frames a batch, at most. */
  readonly batchFrames?: number;
  readonly drain?: boolean;
  /** Where the clock is run to after the last frame. */
  readonly end?: { readonly second: number; readonly nanosecond: number } | null;
  readonly hasReceiveStage?: boolean;
  readonly hasDropStage?: boolean;
  readonly hasCopyStage?: boolean;
  /** The machine's rows, in place of its own. */
  readonly rows?: readonly Row[];
  /** Hears each session when it ends, in the order of the ends; the row is reused. */
  readonly onSession?: (row: SessionRow) => void;
  readonly midstream?: boolean;
  readonly decapsulate?: readonly TunnelKind[];
  readonly inspectionBytesMax?: number;
  /** Counts packets over time, and those that hardware took. */
  readonly withRates?: boolean;
  /** Logs the packets of the sessions that this expression chooses. */
  readonly packets?: string;
  readonly packetsPerSession?: number;
  readonly packetsHeldMax?: number;
  /** Decodes each batch before it is played, as another thread would. */
  readonly decodesAhead?: boolean;
  /** Called after every batch. */
  readonly afterBatch?: (firewall: Firewall) => void;
}

/** One event with its exact time. */
export type PlayedEvent = EventView & { second: number; nanosecond: number };

export interface Played {
  /** By serial. */
  readonly sessions: SessionRow[];
  readonly events: PlayedEvent[];
  /** By serial. */
  readonly predicts: PredictRow[];
  /** Logged packets: of each session in their order, sessions as they ended. */
  readonly packets: PacketRow[];
  readonly firewall: Firewall;
  counter(name: string): number;
}

/** Capture interfaces of these names, Ethernet unless said otherwise. */
export function interfacesNamed(
  names: readonly string[],
  linkType = 1,
  canMarkDirections = true,
): CaptureInterface[] {
  return names.map((name, index) => ({
    index,
    file: 0,
    section: 1,
    idInSection: index,
    name,
    description: null,
    filter: null,
    timeResolution: 6,
    linkType,
    canMarkDirections,
    snapLength: 0,
    statistics: null,
  }));
}

/** The value of a counter of a firewall, by its name. */
export function counterOf(firewall: Firewall, name: string): number {
  return firewall.counters[COUNTERS.findIndex((c) => c.name === name)] ?? Number.NaN;
}

/** Plays frames, which must be in the order of their times. */
export function playFrames(
  frames: readonly PlayFrame[],
  interfaces: readonly CaptureInterface[],
  options: PlayOptions,
): Played {
  const sessions: SessionRow[] = [];
  const events: PlayedEvent[] = [];
  const predicts: PredictRow[] = [];
  const packets: PacketRow[] = [];
  const firewall: Firewall = new Firewall(options.config, interfaces, {
    ...packetLogOf(options, packets),
    seed: options.seed ?? 1,
    isMerged: false,
    hasReceiveStage: options.hasReceiveStage ?? false,
    hasDropStage: options.hasDropStage ?? false,
    hasCopyStage: options.hasCopyStage ?? false,
    ...(options.rows === undefined ? {} : { rows: options.rows }),
    midstream: options.midstream ?? false,
    withRates: options.withRates ?? false,
    decapsulate: options.decapsulate ?? [],
    ...(options.inspectionBytesMax !== undefined && {
      inspectionBytesMax: options.inspectionBytesMax,
    }),
    onSession: (row) => {
      options.onSession?.(row);
      sessions.push(copyRow(row));
    },
    onPredict: (row) => predicts.push(row),
    algs: [...ALGS, TEST_ALG],
    onEvent: (event) =>
      events.push({ ...event, ends: event.ends.slice(), ...firewall.timeAt(event.time) }),
  });
  const size = options.batchFrames ?? 4096;
  const ahead =
    options.decodesAhead === true ? new DecodeAhead(interfaces, options.seed ?? 1) : null;
  for (let from = 0; from < frames.length; ) {
    const batch = batchOf(frames, from, size);
    if (ahead !== null) {
      batch.rows = new Int32Array(ROW_WORDS * batch.count);
      ahead.fill({ batch, from: 0, to: batch.count }, batch.rows, 0);
    }
    firewall.replay(batch, 0, batch.count);
    options.afterBatch?.(firewall);
    from += batch.count;
  }
  if (options.end != null && frames.length > 0) {
    const { second, nanosecond } = options.end;
    firewall.advanceTo((second - firewall.epochSeconds) * 1e9 + nanosecond);
  }
  if (options.drain === true) firewall.drain();
  firewall.reportLive();
  sessions.sort((a, b) => a.serial - b.serial);
  predicts.sort((a, b) => a.serial - b.serial);
  const counter = (name: string) => counterOf(firewall, name);
  return { sessions, events, predicts, packets, firewall, counter };
}

function packetLogOf(options: PlayOptions, packets: PacketRow[]): Partial<FirewallOptions> {
  const { packets: expression, packetsPerSession = 200, packetsHeldMax } = options;
  if (expression === undefined) return {};
  return {
    packetLog: {
      expression,
      filter: (names) => parseFilter(expression, names),
      perSession: packetsPerSession,
      span: null,
      ...(packetsHeldMax !== undefined && { heldMax: packetsHeldMax }),
      onPackets: ({ visit }) => visit((row) => packets.push({ ...row })),
    },
  };
}

let epoch = 0;

/** Up to `size` frames from `from` on, all counted from one epoch. */
function batchOf(frames: readonly PlayFrame[], from: number, size: number): FrameBatch {
  if (from === 0) epoch = frames[0]!.second + EPOCH_AHEAD_SECONDS;
  if (frames[from]!.second - epoch > EPOCH_SPAN_SECONDS) epoch = frames[from]!.second;
  const batch = new FrameBatch(Math.min(size, frames.length - from));
  batch.epochSeconds = epoch;
  for (let i = 0; i < batch.capacity; i++) {
    const frame = frames[from + i]!;
    if (frame.second - epoch > EPOCH_SPAN_SECONDS) break;
    batch.blocks.push(frame.bytes);
    batch.block[i] = i;
    batch.capturedLength[i] = frame.bytes.length;
    batch.originalLength[i] = frame.originalLength ?? frame.bytes.length;
    batch.second[i] = frame.second;
    batch.nanosecond[i] = frame.nanosecond;
    batch.time[i] = (frame.second - epoch) * 1e9 + frame.nanosecond;
    batch.interfaceIndex[i] = frame.interfaceIndex ?? 0;
    batch.frameNumber[i] = from + i + 1;
    batch.direction[i] = frame.direction ?? 0;
    batch.stage[i] = frame.stage ?? 0;
    batch.count++;
  }
  return batch;
}

/** A script that was played; `start` is its time 0, nanoseconds since 1970. */
export interface PlayedScript extends Played {
  readonly script: Script;
}

/** Plays a packet script (samples/README.md) whose packets are built. `@end` runs the clock. */
export function playBuilt(
  script: Script,
  frames: readonly PlayFrame[],
  options: Omit<PlayOptions, 'end'>,
): PlayedScript {
  const names = script.interfaces.map(({ name }) => name);
  const end = script.end === null ? null : timeOf(script.start + script.end);
  // Interfaces that can mark directions cost the firewall a memory of what it received.
  const isMarked = frames.some(({ direction = 0 }) => direction !== 0);
  const interfaces = interfacesNamed(names, 1, isMarked);
  return { script, ...playFrames(frames, interfaces, { ...options, end }) };
}

function timeOf(nanoseconds: bigint): { second: number; nanosecond: number } {
  return {
    second: Number(nanoseconds / 1_000_000_000n),
    nanosecond: Number(nanoseconds % 1_000_000_000n),
  };
}
