/**
 * This file writes what hardware took of a session, as a part of its record: as bytes, like the rest, for
 * every session has it. Of the path the checks that were asked are written, without what is null. A
 * session that never was in hardware has no counts of it, and one that nothing of the configuration
 * kept from it no blockers: most records stay short.
 */

import {
  OFFLOAD_CHECKS,
  type OffloadBlocker,
  type OffloadCheck,
  type OffloadDirection,
  type OffloadRow,
  type OffloadStep,
  type OffloadStretch,
  PUNT_REASONS,
} from '../session/offload-row.ts';
import { type ByteWriter, utf8 } from './byte-writer.ts';
import { jsonText } from './escape.ts';

const COMMA = 44;
const CLOSE = 125;
const CLOSE_LIST = 93;
const NULL = utf8('null');
const ELIGIBLE = utf8('{"eligible":true,"reason":null');
const NOT_ELIGIBLE = byCheck((check) => `{"eligible":false,"reason":"${check}"`);
const FROM_PACKET = utf8(',"from_packet":');
const PACKETS = utf8(',"packets":');
const BYTES = utf8(',"bytes":');
const C2S = utf8(',"c2s":{"hardware_packets":');
const S2C = utf8(',"s2c":{"hardware_packets":');
const HARDWARE_BYTES = utf8(',"hardware_bytes":');
const DATAPLANE_PACKETS = utf8(',"dataplane_packets":');
const DATAPLANE_BYTES = utf8(',"dataplane_bytes":');
const PUNTED = utf8(',"punted":{');
const PUNT_LABELS = PUNT_REASONS.map((reason) => utf8(`"${reason}":`));
const STRETCHES = utf8('},"stretches":[');
const STRETCHES_TRUNCATED = utf8(',"stretches_truncated":');
const STRETCH_FROM = utf8('{"from_packet":');
const STRETCH_TO = utf8(',"to_packet":');
const ENDED_BY = utf8(',"ended_by":');
const NOTHING = utf8(',"from_packet":null,"packets":0,"bytes":0');
const PATH = utf8(',"path":[');
/** By how many checks in a row have passed with nothing to say, from the first on. */
const PLAIN = OFFLOAD_CHECKS.map((_, count) => {
  const checks = OFFLOAD_CHECKS.slice(0, count);
  return utf8(checks.map((check) => `{"check":"${check}","outcome":"passed"}`).join(','));
});
const PASSED = byCheck((check) => `{"check":"${check}","outcome":"passed"`);
const FAILED = byCheck((check) => `{"check":"${check}","outcome":"failed"`);
const CAUSE = utf8(',"cause":');
const PACKET = utf8(',"packet":');
const BLOCKERS = utf8(',"blockers":[');
const CHECK = utf8('{"check":');
const POTENTIAL = utf8('],"potential":{"packets":');
const LATE_REFRESH = utf8(',"late_refresh":{"unreported_packets":');
const SECONDS_EARLY = utf8(',"seconds_early":');

/** null where nobody asked. */
export function writeOffload(row: OffloadRow | null, to: ByteWriter): void {
  if (row === null) {
    to.literal(NULL);
    return;
  }
  to.literal(row.reason === null ? ELIGIBLE : NOT_ELIGIBLE[row.reason]);
  if (row.isEligible) writeTaken(row, to);
  else to.literal(NOTHING);
  to.literal(PATH);
  writePath(row.path, to);
  to.character(CLOSE_LIST);
  if (row.blockers.length > 0) writeBlockers(row, to);
  if (row.lateRefresh !== null) {
    number(to, LATE_REFRESH, row.lateRefresh.unreported);
    to.literal(SECONDS_EARLY);
    to.seconds(row.lateRefresh.earlyNs);
    to.character(CLOSE);
  }
  to.character(CLOSE);
}

/** What hardware took. */
function writeTaken(row: OffloadRow, to: ByteWriter): void {
  const { c2s, s2c } = row;
  orNull(to, FROM_PACKET, row.fromPacket);
  number(to, PACKETS, c2s.hardwarePackets + s2c.hardwarePackets);
  number(to, BYTES, c2s.hardwareBytes + s2c.hardwareBytes);
  writeDirection(to, C2S, c2s);
  writeDirection(to, S2C, s2c);
  writePunted(row, to);
  to.literal(STRETCHES);
  let i = 0;
  for (const stretch of row.stretches) writeStretch(stretch, i++, to);
  to.character(CLOSE_LIST);
  if (row.stretchesLeftOut > 0) number(to, STRETCHES_TRUNCATED, row.stretchesLeftOut);
}

function writeBlockers(row: OffloadRow, to: ByteWriter): void {
  to.literal(BLOCKERS);
  let i = 0;
  for (const blocker of row.blockers) writeBlocker(blocker, i++, to);
  number(to, POTENTIAL, row.potential.packets);
  number(to, BYTES, row.potential.bytes);
  to.character(CLOSE);
}

function writeDirection(to: ByteWriter, label: Uint8Array, counts: OffloadDirection): void {
  number(to, label, counts.hardwarePackets);
  number(to, HARDWARE_BYTES, counts.hardwareBytes);
  number(to, DATAPLANE_PACKETS, counts.dataplanePackets);
  number(to, DATAPLANE_BYTES, counts.dataplaneBytes);
  to.character(CLOSE);
}

/** Reasons that came up. */
function writePunted({ punted }: OffloadRow, to: ByteWriter): void {
  to.literal(PUNTED);
  let isFirst = true;
  for (let i = 0; i < punted.length; i++) {
    const count = punted[i] ?? 0;
    const label = PUNT_LABELS[i];
    if (count === 0 || label === undefined) continue;
    if (!isFirst) to.character(COMMA);
    isFirst = false;
    number(to, label, count);
  }
}

function writePath(path: OffloadRow['path'], to: ByteWriter): void {
  let plain = 0;
  while (plain < PLAIN.length - 1 && isPlain(path[plain])) plain++;
  to.literal(PLAIN[plain] ?? NULL);
  for (let i = plain; i < path.length; i++) {
    const step = path[i];
    if (step === undefined || step.outcome === 'unreached') return;
    if (i > 0) to.character(COMMA);
    writeStep(step, to);
  }
}

/** Whether a check passed, and there is nothing more to say of it. */
function isPlain(step: OffloadStep | undefined): boolean {
  return step?.outcome === 'passed' && step.cause === null && step.packet === null;
}

function writeStretch(stretch: OffloadStretch, index: number, to: ByteWriter): void {
  if (index > 0) to.character(COMMA);
  number(to, STRETCH_FROM, stretch.fromPacket);
  orNull(to, STRETCH_TO, stretch.toPacket);
  to.literal(ENDED_BY);
  to.text(jsonText(stretch.endedBy));
  to.character(CLOSE);
}

function writeStep({ check, outcome, cause, packet }: OffloadStep, to: ByteWriter): void {
  to.literal(outcome === 'failed' ? FAILED[check] : PASSED[check]);
  if (cause !== null) {
    to.literal(CAUSE);
    to.text(jsonText(cause));
  }
  if (packet !== null) number(to, PACKET, packet);
  to.character(CLOSE);
}

function writeBlocker({ check, cause }: OffloadBlocker, index: number, to: ByteWriter): void {
  if (index > 0) to.character(COMMA);
  to.literal(CHECK);
  to.text(jsonText(check));
  to.literal(CAUSE);
  to.text(jsonText(cause));
  to.character(CLOSE);
}

function number(to: ByteWriter, label: Uint8Array, value: number): void {
  to.literal(label);
  to.integer(value);
}

function orNull(to: ByteWriter, label: Uint8Array, value: number | null): void {
  to.literal(label);
  if (value === null) to.literal(NULL);
  else to.integer(value);
}

/** A text for each check, as bytes. */
function byCheck(
  textOf: (check: OffloadCheck) => string,
): Readonly<Record<OffloadCheck, Uint8Array>> {
  const entries = OFFLOAD_CHECKS.map((check) => [check, utf8(textOf(check))] as const);
  return Object.fromEntries(entries) as Record<OffloadCheck, Uint8Array>;
}
