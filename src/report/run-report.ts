/**
 * This file gathers what a run was into one plain object: `run.json`, and the source of the first
 * screen. No wall clock, no absolute path: the same input and configuration give the same bytes.
 */

import type { CaptureFileReport, CaptureReplayReport } from '../capture/capture-report.ts';
import type { CaptureInterface } from '../capture/frame-batch.ts';
import type { Commit } from '../engine/commits.ts';
import type { PacketLog } from '../engine/packet-log.ts';
import { COUNTERS } from '../events/counters.ts';
import { formatTime, timeText } from '../net/time.ts';
import type { TimeSpan } from '../net/time-span.ts';
import { DECODE_STATUSES } from '../wire/decode-status.ts';
import { isLinkTypeDecoded, linkTypeName } from '../wire/link-type.ts';
import { assumptions } from './assumptions.ts';
import { configurationReport } from './configuration-report.ts';
import { type Extrapolation, extrapolation, type Scaling } from './extrapolation.ts';
import { natFindings } from './nat-findings.ts';
import { type CountFacts, runCounts } from './run-counts.ts';
import { selectionReport } from './selection-report.ts';

/** Version of the shape of `run.json` and the records. */
export const SCHEMA_VERSION = 1;

/** A file that was set aside: no capture, and what helps. */
interface SkippedFile {
  readonly path: string;
  readonly message: string;
  readonly hint: string | null;
}

/** What the report is made from, once the replay is over. */
export interface RunFacts extends Omit<CountFacts, 'filteredOut' | 'scale'> {
  readonly version: string;
  readonly commits: readonly Commit[];
  /** Files of folders and patterns that are no captures. */
  readonly skipped: readonly SkippedFile[];
  /** Packets whose ingress zone nothing told. */
  readonly unknownZonePackets: number;
  /** Received packets that were forgotten before their egress copies could come. */
  readonly receivedForgotten: number;
  /** Of the first packets, those that came again with a lower TTL on another interface. */
  readonly seenOnBothSides: number;
  /** The first few places that these came from. */
  readonly unknownZoneOrigins: readonly string[];
  /** End of the replay's clock; null without a packet. */
  readonly clockEnd: { readonly second: number; readonly nanosecond: number } | null;
  /** What the configuration says that fits none of the inputs. */
  readonly warnings: readonly string[];
  /** Whether segments could continue sessions from before the capture (`--midstream`). */
  readonly midstream: boolean;
  /** Kinds of tunnels that were looked into (`--decapsulate`). */
  readonly decapsulate: readonly string[];
  /** How clients were multiplied; null where the capture's are all that there are. */
  readonly scaling: Scaling | null;
  /** Whether `--drain` ran the clock on until the table was empty. */
  readonly drained: boolean;
  /** What of the captures was chosen; null for all of it. */
  readonly selection: {
    readonly filter: { readonly expression: string; readonly filteredOut: number } | null;
    readonly span: TimeSpan | null;
    readonly packets: PacketLog | null;
  };
}

export type RunReport = ReturnType<typeof runReport>;

/** The object behind `run.json`; key order is the file's. */
export function runReport(facts: RunFacts) {
  const { captures, config } = facts;
  return {
    schema_version: SCHEMA_VERSION,
    tool: { name: 'slowpath', version: facts.version },
    complete: !captures.stopped && captures.files.every((file) => file.damage === null),
    inputs: captures.files.map(inputReport),
    skipped_files: facts.skipped.map(({ path, message, hint }) => ({
      file: path.split('/').at(-1) ?? path,
      reason: message,
      hint,
    })),
    configuration: configurationReport(config, facts.commits),
    ...scaled(facts),
    assumptions: assumptions(facts),
    not_modelled: config.notModelled,
    warnings: facts.warnings,
    time: timeReport(facts),
    selection: selectionReport(facts),
    counts: runCounts({
      ...facts,
      filteredOut: facts.selection.filter?.filteredOut ?? 0,
      scale: facts.scaling?.scale ?? 1,
    }),
    counters: Object.fromEntries(
      COUNTERS.map((counter, i) => [counter.name, facts.counters[i] ?? 0] as const).filter(
        ([, count]) => count > 0,
      ),
    ),
    counter_table: COUNTERS.flatMap((counter, i) => {
      const value = facts.counters[i] ?? 0;
      return value > 0 ? [{ ...counter, value }] : [];
    }),
    capture_quality: quality(facts),
    damage: damageOf(captures),
    findings: natFindings(facts.observations),
  };
}

/** Only where clients have twins: else a report is as if there were no such thing. */
function scaled({ scaling }: RunFacts): { extrapolation?: Extrapolation } {
  return scaling === null ? {} : { extrapolation: extrapolation(scaling) };
}

/** What ended inputs before their end. */
export function damageOf(captures: CaptureReplayReport) {
  return captures.files.flatMap((file) =>
    file.damage === null
      ? []
      : [
          {
            file: file.name,
            code: file.damage.code,
            byte_offset: file.damage.byteOffset,
            reason: file.damage.message,
            hint: file.damage.hint,
            nothing_read: file.frames === 0 && file.interfaces.length === 0,
          },
        ],
  );
}

/** Whether no input gave a packet or a valid header. */
export function gaveNothing(run: Pick<RunReport, 'inputs' | 'damage'>): boolean {
  const isUnread = run.inputs.every((input) => input.format === null);
  return isUnread || run.damage.filter((d) => d.nothing_read).length === run.inputs.length;
}

/** What an input was, as `run.json` has it. */
export function inputReport(file: CaptureFileReport) {
  return {
    name: file.name,
    bytes: file.bytes,
    sha256: file.sha256,
    format: file.format,
    compression: file.compression,
    byte_order: file.byteOrder,
    stage: file.stage,
    frames: file.frames,
    captured_bytes: file.capturedBytes,
    original_bytes: file.originalBytes,
    first_packet: timeText(file.firstTime),
    last_packet: timeText(file.lastTime),
    interfaces: file.interfaces.map(interfaceReport),
    comments: file.comments.map((c) => ({ frame: c.frame, text: c.text })),
    comments_dropped: file.commentsDropped,
    clock: {
      reordered_frames: file.reorderedFrames,
      largest_step_back: file.largestStepBackNs / 1e9,
      late_frames: file.lateFrames,
      outliers: file.outliers,
      frames_without_time: file.framesWithoutTime,
      reorder_window_cut: file.reorderWindowCut,
      shifts: file.clockShifts,
      shifts_not_listed: file.clockShiftsNotListed,
    },
  };
}

/** What an interface was. */
export function interfaceReport(i: CaptureInterface) {
  return {
    number: i.idInSection,
    name: i.name,
    description: i.description,
    filter: i.filter,
    link_type: linkTypeName(i.linkType),
    snap_length: i.snapLength,
    received: i.statistics?.received ?? null,
    dropped_by_interface: i.statistics?.droppedByInterface ?? null,
    dropped_by_os: i.statistics?.droppedByOs ?? null,
    end_time: i.statistics?.endTime
      ? formatTime(i.statistics.endTime.seconds, i.statistics.endTime.nanoseconds)
      : null,
  };
}

function quality(facts: RunFacts) {
  const { observations, captures } = facts;
  const lost = captures.files.flatMap((file) => file.interfaces);
  return {
    lost_by_capture: sum(
      lost,
      (i) => (i.statistics?.droppedByInterface ?? 0) + (i.statistics?.droppedByOs ?? 0),
    ),
    snapped_frames: sum(captures.files, (file) => file.snappedFrames),
    payload_cut_sessions: facts.summary.applications.payloadCut,
    one_sided_sessions: observations.oneSidedSessions,
    acked_unseen_sessions: observations.ackedUnseenSessions,
    midstream_sessions: observations.midstreamSessions,
    likely_duplicates: observations.duplicates,
    unknown_zone_packets: facts.unknownZonePackets,
    unknown_zone_origins: facts.unknownZoneOrigins,
    egress_copies_matched: observations.egressMatched,
    unexplained_translations: observations.unexplainedCount,
    own_source_sessions: observations.ownSourceSessions,
    // The key is older than twins of clients (`--scale`), and is not about them.
    twins_forgotten: facts.receivedForgotten,
    seen_on_both_sides: facts.seenOnBothSides,
    unfinished_fragments: observations.unfinishedFragments,
    events_not_written: observations.eventsSuppressed,
    incredible_capture_ends: captures.incredibleEnds,
    undecoded: Object.fromEntries(
      DECODE_STATUSES.map((status, i) => [status, observations.undecoded[i] ?? 0] as const).filter(
        ([, count]) => count > 0,
      ),
    ),
    unsupported_interfaces: lost
      .filter((i) => !isLinkTypeDecoded(i.linkType))
      .map((i) => ({
        file: captures.files[i.file]?.name ?? null,
        number: i.idInSection,
        link_type: linkTypeName(i.linkType),
      })),
  };
}

function timeReport({ captures, ...facts }: RunFacts) {
  return {
    first_packet: timeText(captures.firstTime),
    last_packet: timeText(captures.lastTime),
    clock_end: timeText(facts.clockEnd),
    drained: facts.drained,
    midstream: facts.midstream,
    decapsulate: facts.decapsulate,
  };
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
