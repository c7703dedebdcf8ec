/**
 * This file turns what the replay says into what the user asked for: standard output in one form,
 * and the files of a run directory. An output hears sessions and events as they become final.
 */

import { closeSync, mkdtempSync, openSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventView } from '../events/event-log.ts';
import { ByteWriter } from '../report/byte-writer.ts';
import { eventRecord } from '../report/event-record.ts';
import { gaveNothing, type RunReport } from '../report/run-report.ts';
import { SerialOrderedFile } from '../report/serial-ordered-file.ts';
import { SESSION_CSV_HEADER, writeSessionCsv } from '../report/session-csv.ts';
import { type RecordContext, writeSessionRecord } from '../report/session-record.ts';
import { type Paint, type SessionLine, screen, sessionLine } from '../report/text.ts';
import type { SessionRow } from '../session/session-row.ts';
import type { TextWriter } from './text-writer.ts';

/** What an output needs to write an event: the epoch changes while a replay runs. */
interface EventSource {
  readonly epochSeconds: number;
  readonly zones: { readonly zoneNames: readonly string[] };
}

/** One output. Whatever it leaves out it does not want to hear. */
export interface Output {
  session?(row: SessionRow): void;
  /** Whether it reads the rows' transitions. */
  readonly wantsTransitions?: boolean;
  event?(event: EventView, source: EventSource): void;
  /** The replay is over. */
  finish(run: RunReport): void | Promise<void>;
}

/** Which records `json` and `ndjson` hold. */
export interface RecordChoice {
  readonly session: boolean;
  readonly predict: boolean;
  readonly event: boolean;
}

/** Records as they become final, one a line. */
export function ndjsonOutput(
  writer: TextWriter,
  choice: RecordChoice,
  context: RecordContext,
): Output {
  const line = new ByteWriter();
  return {
    wantsTransitions: choice.session,
    ...(choice.session && {
      session: (row: SessionRow) => {
        writeSessionLine(row, context, line);
        writer.writeBytes(line.bytes, line.length);
      },
    }),
    ...(choice.event && {
      event: (event: EventView, source: EventSource) =>
        writer.write(
          `${eventRecord(event, source.epochSeconds, source.zones.zoneNames, context)}\n`,
        ),
    }),
    finish: () => writer.flush(),
  };
}

const NEW_LINE = 10;
const COMMA = 44;

function writeSessionLine(row: SessionRow, context: RecordContext, line: ByteWriter): void {
  line.clear();
  writeSessionRecord(row, context, line);
  line.character(NEW_LINE);
}

/** Sessions by serial, in the form that `format` gives each; `header` comes first. */
function orderedSessionsOutput(
  writer: TextWriter,
  spillFolder: string | null,
  header: string,
  format: (row: SessionRow, line: ByteWriter) => void,
): Output {
  const line = new ByteWriter();
  const ordered = new SerialOrderedFile(() => openSpill(spillFolder));
  return {
    session: (row) => {
      line.clear();
      format(row, line);
      ordered.append(row.serial, line.bytes, line.length);
    },
    finish: async () => {
      writer.write(header);
      await ordered.writeTo((chunk) => writer.writeBytes(chunk));
      writer.flush();
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
  const format = (row: SessionRow, line: ByteWriter) => writeSessionLine(row, context, line);
  return { ...orderedSessionsOutput(writer, spillFolder, '', format), wantsTransitions: true };
}

/** One JSON document: events in their order, sessions by serial, predicts, the run. */
export function jsonOutput(
  writer: TextWriter,
  choice: RecordChoice,
  context: RecordContext,
): Output {
  const ordered = new SerialOrderedFile(() => openSpill(null));
  const line = new ByteWriter();
  let events = 0;
  let sessions = 0;
  writer.write('{');
  if (choice.event) writer.write('"events":[');
  return {
    wantsTransitions: choice.session,
    ...(choice.session && {
      session: (row: SessionRow) => {
        sessions++;
        line.clear();
        if (row.serial > 1) line.character(COMMA);
        line.character(NEW_LINE);
        writeSessionRecord(row, context, line);
        ordered.append(row.serial, line.bytes, line.length);
      },
    }),
    ...(choice.event && {
      event: (event: EventView, source: EventSource) => {
        writer.write(events++ === 0 ? '\n' : ',\n');
        writer.write(eventRecord(event, source.epochSeconds, source.zones.zoneNames, context));
      },
    }),
    finish: async (run) => {
      if (choice.event) writer.write(events === 0 ? '],\n' : '\n],\n');
      if (choice.session) {
        writer.write('"sessions":[');
        await ordered.writeTo((chunk) => writer.writeBytes(chunk));
        writer.write(sessions === 0 ? '],\n' : '\n],\n');
      }
      if (choice.predict) writer.write('"predicts":[],\n');
      writer.write(`"run":${JSON.stringify(run)}}\n`);
      writer.flush();
    },
  };
}

/** The first screen, with the first `limit` sessions by serial. */
export function textOutput(writer: TextWriter, limit: number, paint: Paint): Output {
  const lines: SessionLine[] = [];
  return {
    session: (row) => {
      if (row.serial <= limit) lines.push(sessionLine(row));
    },
    finish: (run) => {
      // Then standard error has said it all.
      if (gaveNothing(run)) return;
      lines.sort((a, b) => a.serial - b.serial);
      writer.write(screen(run, lines, paint));
      writer.flush();
    },
  };
}

/** A file without a name: gone with the process, whatever ends it. */
function openSpill(folder: string | null): { fd: number; close: () => void } {
  const parent = mkdtempSync(join(folder ?? tmpdir(), 'slowpath-'));
  const path = join(parent, 'spill');
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  rmSync(parent, { recursive: true });
  return { fd, close: () => closeSync(fd) };
}
