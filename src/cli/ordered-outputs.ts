/**
 * This file holds the outputs that are in the order of serials, whatever the order in which records become
 * final: what waits for others lies in memory, or in a file without a name.
 */

import { closeSync, mkdtempSync, openSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PacketRow } from '../engine/packet-row.ts';
import type { ByteWriter } from '../report/byte-writer.ts';
import { writePacketRecord } from '../report/packet-record.ts';
import { predictRecord } from '../report/predict-record.ts';
import { SerialOrderedFile } from '../report/serial-ordered-file.ts';
import { SESSION_CSV_HEADER, writeSessionCsv } from '../report/session-csv.ts';
import { type RecordContext, writeSessionRecord } from '../report/session-record.ts';
import type { SessionRow } from '../session/session-row.ts';
import type { Output } from './outputs.ts';
import type { TextWriter } from './text-writer.ts';

const NEW_LINE = 10;

/** A packet's record and a newline. */
export function writePacketLine(row: PacketRow, context: RecordContext, to: ByteWriter): void {
  writePacketRecord(row, context, to);
  to.character(NEW_LINE);
}

/** A session's record and a newline. */
export function writeSessionLine(row: SessionRow, context: RecordContext, to: ByteWriter): void {
  writeSessionRecord(row, context, to);
  to.character(NEW_LINE);
}

/** Sessions by serial, in the form that `format` gives each; `header` comes first. */
function orderedSessionsOutput(
  writer: TextWriter,
  spillFolder: string | null,
  header: string,
  format: (row: SessionRow, to: ByteWriter) => void,
): Output {
  const ordered = new SerialOrderedFile(() => openSpill(spillFolder));
  let current: SessionRow | null = null;
  // One function for all sessions: a closure a session would be garbage a session.
  const write = (to: ByteWriter) => {
    if (current !== null) format(current, to);
  };
  return {
    session: (row) => {
      current = row;
      ordered.append(row.serial, write);
    },
    finish: () => {
      writer.write(header);
      return writeOut(ordered, writer);
    },
  };
}

/** Sessions as CSV, by serial. */
export function csvOutput(writer: TextWriter, spillFolder: string | null): Output {
  return orderedSessionsOutput(writer, spillFolder, SESSION_CSV_HEADER, writeSessionCsv);
}

/** Session records, by serial. */
export function sessionsNdjsonOutput(
  writer: TextWriter,
  spillFolder: string | null,
  context: RecordContext,
): Output {
  const format = (row: SessionRow, to: ByteWriter) => writeSessionLine(row, context, to);
  return { ...orderedSessionsOutput(writer, spillFolder, '', format), wantsTransitions: true };
}

/** Predict records, by serial. */
export function predictsNdjsonOutput(
  writer: TextWriter,
  spillFolder: string | null,
  context: RecordContext,
): Output {
  const ordered = new SerialOrderedFile(() => openSpill(spillFolder));
  return {
    predict: (row) =>
      ordered.append(row.serial, (to) => {
        to.text(predictRecord(row, context));
        to.character(NEW_LINE);
      }),
    finish: () => writeOut(ordered, writer),
  };
}

/** Packet records by session, of each session in their order. */
export function packetsNdjsonOutput(
  writer: TextWriter,
  spillFolder: string | null,
  context: RecordContext,
): Output {
  const ordered = new SerialOrderedFile(() => openSpill(spillFolder));
  return {
    packets: ({ serial, visit }) =>
      ordered.append(serial, (to) => visit((row) => writePacketLine(row, context, to))),
    finish: () => writeOut(ordered, writer),
  };
}

/** Everything by serial, at the end. */
async function writeOut(ordered: SerialOrderedFile, writer: TextWriter): Promise<void> {
  await ordered.writeTo((chunk) => writer.writeBytes(chunk));
  writer.flush();
}

/** A file without a name: gone with the process, whatever ends it. */
export function openSpill(folder: string | null): { fd: number; close: () => void } {
  const parent = mkdtempSync(join(folder ?? tmpdir(), 'slowpath-'));
  const path = join(parent, 'spill');
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  rmSync(parent, { recursive: true });
  return { fd, close: () => closeSync(fd) };
}
