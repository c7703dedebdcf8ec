/**
 * This file writes what hardware took of a session, as a part of its record: as bytes, like the rest, for
 * every session has it. Of the path the checks that were asked are written, without what is null. A
 * session that never was in hardware has no counts of it, and one that nothing of the configuration
 * kept from it no blockers: most records stay short.
 */

import {
  OFFLOAD_CHECKS,
  type OffloadBlocker,
  type OffloadDirection,
  type OffloadRow,
  type OffloadStep,
  type OffloadStretch,
  PUNT_REASONS,
} from '../session/offload-row.ts';
import { type Literal, literal, NameLiterals } from './byte-literal.ts';
import type { ByteWriter } from './byte-writer.ts';

const COMMA = 44;
const CLOSE = 125;
const CLOSE_LIST = 93;
const NULL = literal('null');
const REASONS = new NameLiterals((reason) =>
  reason === null
    ? '{"eligible":true,"reason":null'
    : `{"eligible":false,"reason":${JSON.stringify(reason)}`,
);
const FROM_PACKET = literal(',"from_packet":');
const PACKETS = literal(',"packets":');
const BYTES = literal(',"bytes":');
const C2S = literal(',"c2s":{"hardware_packets":');
const S2C = literal('},"s2c":{"hardware_packets":');
const HARDWARE_BYTES = literal(',"hardware_bytes":');
const DATAPLANE_PACKETS = literal(',"dataplane_packets":');
const DATAPLANE_BYTES = literal(',"dataplane_bytes":');
const PUNTED = literal('},"punted":{');
const FIRST_PUNTS = PUNT_REASONS.map((reason) => literal(`"${reason}":`));
const NEXT_PUNTS = PUNT_REASONS.map((reason) => literal(`,"${reason}":`));
const STRETCHES = literal('},"stretches":[');
const STRETCHES_TRUNCATED = literal(',"stretches_truncated":');
const FIRST_STRETCH = literal('{"from_packet":');
const NEXT_STRETCH = literal(',{"from_packet":');
const STRETCH_TO = literal(',"to_packet":');
const ENDED_BY = new NameLiterals((check) => `,"ended_by":${JSON.stringify(check)}}`);
const NOTHING = literal(',"from_packet":null,"packets":0,"bytes":0,"path":[');
const PATH = literal('],"path":[');
const PATH_BEHIND_COUNT = literal(',"path":[');
/** By how many checks in a row have passed with nothing to say, from the first on. */
const PLAIN = OFFLOAD_CHECKS.map((_, count) => {
  const checks = OFFLOAD_CHECKS.slice(0, count);
  return literal(checks.map((check) => `{"check":"${check}","outcome":"passed"}`).join(','));
});
/** By check, with its comma, by cause; without what closes it. */
const PASSED = OFFLOAD_CHECKS.map((check, i) => stepLiterals(check, i, 'passed'));
const FAILED = OFFLOAD_CHECKS.map((check, i) => stepLiterals(check, i, 'failed'));
const PACKET = literal(',"packet":');
const BLOCKERS = literal(',"blockers":[');
const CHECKS = new NameLiterals((check) => `{"check":${JSON.stringify(check)}`);
const CAUSES = new NameLiterals((cause) => `,"cause":${JSON.stringify(cause)}}`);
const POTENTIAL = literal('],"potential":{"packets":');
const LATE_REFRESH = literal(',"late_refresh":{"unreported_packets":');
const SECONDS_EARLY = literal(',"seconds_early":');

/** null where nobody asked. */
export function writeOffload(row: OffloadRow | null, to: ByteWriter): void {
  if (row === null) {
    to.literal(NULL);
    return;
  }
  to.literal(REASONS.of(row.reason));
  if (row.isEligible) writeTaken(row, to);
  else to.literal(NOTHING);
  writePath(row.path, to);
  to.character(CLOSE_LIST);
  if (row.blockers.length > 0) writeBlockers(row, to);
  if (row.lateRefresh !== null) {
    to.number(LATE_REFRESH, row.lateRefresh.unreported);
    to.seconds(SECONDS_EARLY, row.lateRefresh.earlyNs);
    to.character(CLOSE);
  }
  to.character(CLOSE);
}

/** What hardware took, and what begins the path. */
function writeTaken(row: OffloadRow, to: ByteWriter): void {
  const { c2s, s2c, stretches } = row;
  orNull(to, FROM_PACKET, row.fromPacket);
  to.number(PACKETS, c2s.hardwarePackets + s2c.hardwarePackets);
  to.number(BYTES, c2s.hardwareBytes + s2c.hardwareBytes);
  writeDirection(to, C2S, c2s);
  writeDirection(to, S2C, s2c);
  writePunted(row, to);
  to.literal(STRETCHES);
  for (let i = 0; i < stretches.length; i++) {
    writeStretch(stretches[i] as OffloadStretch, i === 0 ? FIRST_STRETCH : NEXT_STRETCH, to);
  }
  if (row.stretchesLeftOut === 0) to.literal(PATH);
  else {
    to.character(CLOSE_LIST);
    to.number(STRETCHES_TRUNCATED, row.stretchesLeftOut);
    to.literal(PATH_BEHIND_COUNT);
  }
}

function writeBlockers(row: OffloadRow, to: ByteWriter): void {
  to.literal(BLOCKERS);
  let i = 0;
  for (const blocker of row.blockers) writeBlocker(blocker, i++, to);
  to.number(POTENTIAL, row.potential.packets);
  to.number(BYTES, row.potential.bytes);
  to.character(CLOSE);
}

function writeDirection(to: ByteWriter, label: Literal, counts: OffloadDirection): void {
  to.number(label, counts.hardwarePackets);
  to.number(HARDWARE_BYTES, counts.hardwareBytes);
  to.number(DATAPLANE_PACKETS, counts.dataplanePackets);
  to.number(DATAPLANE_BYTES, counts.dataplaneBytes);
}

/** Reasons that came up. */
function writePunted({ punted }: OffloadRow, to: ByteWriter): void {
  to.literal(PUNTED);
  let labels = FIRST_PUNTS;
  for (let i = 0; i < punted.length; i++) {
    const count = punted[i] ?? 0;
    if (count === 0) continue;
    to.number(labels[i] ?? NULL, count);
    labels = NEXT_PUNTS;
  }
}

function writePath(path: OffloadRow['path'], to: ByteWriter): void {
  let plain = 0;
  while (plain < PLAIN.length - 1 && isPlain(path[plain])) plain++;
  to.literal(PLAIN[plain] ?? NULL);
  for (let i = plain; i < path.length; i++) {
    const step = path[i];
    if (step === undefined || step.outcome === 'unreached') return;
    to.literal(((step.outcome === 'failed' ? FAILED : PASSED)[i] as NameLiterals).of(step.cause));
    if (step.packet !== null) to.number(PACKET, step.packet);
    to.character(CLOSE);
  }
}

/** Whether a check passed, and there is nothing more to say of it. */
function isPlain(step: OffloadStep | undefined): boolean {
  return step?.outcome === 'passed' && step.cause === null && step.packet === null;
}

function writeStretch(stretch: OffloadStretch, label: Literal, to: ByteWriter): void {
  to.number(label, stretch.fromPacket);
  orNull(to, STRETCH_TO, stretch.toPacket);
  to.literal(ENDED_BY.of(stretch.endedBy));
}

function writeBlocker({ check, cause }: OffloadBlocker, index: number, to: ByteWriter): void {
  if (index > 0) to.character(COMMA);
  to.literal(CHECKS.of(check));
  to.literal(CAUSES.of(cause));
}

function orNull(to: ByteWriter, label: Literal, value: number | null): void {
  if (value !== null) to.number(label, value);
  else {
    to.literal(label);
    to.literal(NULL);
  }
}

/** The texts of one step by what decided. */
function stepLiterals(check: string, index: number, outcome: string): NameLiterals {
  const step = `${index > 0 ? ',' : ''}{"check":"${check}","outcome":"${outcome}"`;
  return new NameLiterals((cause) =>
    cause === null ? step : `${step},"cause":${JSON.stringify(cause)}`,
  );
}
