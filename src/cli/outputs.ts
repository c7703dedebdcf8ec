/**
 * This file turns what the replay says into what the user asked for: standard output in one form,
 * and the files of a run directory. An output hears sessions and events as they become final.
 */

import type { LoggedPackets } from '../engine/packet-log.ts';
import type { EventView } from '../events/event-log.ts';
import type { ByteWriter } from '../report/byte-writer.ts';
import { type EventSource, eventRecord } from '../report/event-record.ts';
import { LowestSerials } from '../report/lowest-serials.ts';
import { offloadPathLines } from '../report/offload/show-offload.ts';
import { writePacketRecord } from '../report/packet-record.ts';
import { predictRecord } from '../report/predict-record.ts';
import { gaveNothing, type RunReport } from '../report/run-report.ts';
import { SerialOrderedFile } from '../report/serial-ordered-file.ts';
import { type RecordContext, writeSessionRecord } from '../report/session-record.ts';
import { ListedSessions } from '../report/show-listed.ts';
import { predictHistory, predictSection, showPredictId } from '../report/show-predict.ts';
import {
  type EventsOwner,
  replayLines,
  SessionEvents,
  transitionLines,
} from '../report/show-session-history.ts';
import { showSessionId } from '../report/show-session-id.ts';
import { countersOf, type Paint, screen } from '../report/text.ts';
import type { PredictRow } from '../session/predict-row.ts';
import type { SessionRow } from '../session/session-row.ts';
import { openSpill, writePacketLine, writeSessionLine } from './ordered-outputs.ts';
import type { TextWriter } from './text-writer.ts';

/** One output. Whatever it leaves out it does not want to hear. */
export interface Output {
  session?(row: SessionRow): void;
  /** Whether it reads the rows' transitions. */
  readonly wantsTransitions?: boolean;
  event?(event: EventView, source: EventSource): void;
  /** A predict that has left the table, or is there at the end. */
  predict?(row: PredictRow): void;
  /** The packets of a chosen session, once that is reported. */
  packets?(packets: LoggedPackets): void;
  /** The replay is over. */
  finish(run: RunReport): void | Promise<void>;
}

/** Which records `json` and `ndjson` hold. */
export interface RecordChoice {
  readonly session: boolean;
  readonly predict: boolean;
  readonly event: boolean;
  readonly packet: boolean;
}

/** Records as they become final, one a line. */
export function ndjsonOutput(
  writer: TextWriter,
  choice: RecordChoice,
  context: RecordContext,
): Output {
  let current: SessionRow | null = null;
  const write = (to: ByteWriter) => {
    if (current !== null) writeSessionLine(current, context, to);
  };
  return {
    wantsTransitions: choice.session,
    ...(choice.packet && {
      packets: (packets: LoggedPackets) =>
        packets.visit((row) => writer.writeWith((to) => writePacketLine(row, context, to))),
    }),
    ...(choice.session && {
      session: (row: SessionRow) => {
        current = row;
        writer.writeWith(write);
      },
    }),
    ...(choice.event && {
      event: (event: EventView, source: EventSource) =>
        writer.write(`${eventRecord(event, source, context)}\n`),
    }),
    ...(choice.predict && {
      predict: (row: PredictRow) => writer.write(`${predictRecord(row, context)}\n`),
    }),
    finish: () => writer.flush(),
  };
}

const NEW_LINE = 10;
const COMMA = 44;

/** One JSON document: events in their order, sessions by serial, predicts, packets, the run. */
export function jsonOutput(
  writer: TextWriter,
  choice: RecordChoice,
  context: RecordContext,
): Output {
  const ordered = new SerialOrderedFile(() => openSpill(null));
  const packetTexts = new SerialOrderedFile(() => openSpill(null));
  const predictTexts = new SerialOrderedFile(() => openSpill(null));
  let events = 0;
  writer.write('{');
  if (choice.event) writer.write('"events":[');
  return {
    wantsTransitions: choice.session,
    ...(choice.session && {
      session: (row: SessionRow) => {
        ordered.append(row.serial, (to) => {
          to.character(COMMA);
          to.character(NEW_LINE);
          writeSessionRecord(row, context, to);
        });
      },
    }),
    ...(choice.packet && {
      packets: ({ serial, visit }: LoggedPackets) =>
        packetTexts.append(serial, (to) =>
          visit((row) => {
            to.character(COMMA);
            to.character(NEW_LINE);
            writePacketRecord(row, context, to);
          }),
        ),
    }),
    ...(choice.predict && {
      predict: (row: PredictRow) =>
        predictTexts.append(row.serial, (to) => {
          to.character(COMMA);
          to.character(NEW_LINE);
          to.text(predictRecord(row, context));
        }),
    }),
    ...(choice.event && {
      event: (event: EventView, source: EventSource) => {
        writer.write(events++ === 0 ? '\n' : ',\n');
        writer.write(eventRecord(event, source, context));
      },
    }),
    finish: async (run) => {
      if (choice.event) writer.write(events === 0 ? '],\n' : '\n],\n');
      if (choice.session) {
        await writeArray(writer, 'sessions', ordered);
      }
      if (choice.predict) await writeArray(writer, 'predicts', predictTexts);
      if (choice.packet) await writeArray(writer, 'packets', packetTexts);
      writer.write(`"run":${JSON.stringify(run)}}\n`);
      writer.flush();
    },
  };
}

/** Texts that each begin with a comma, as the elements of an array, which has none before its first. */
async function writeArray(
  writer: TextWriter,
  name: string,
  elements: SerialOrderedFile,
): Promise<void> {
  let isEmpty = true;
  writer.write(`"${name}":[`);
  await elements.writeTo((chunk) => {
    if (chunk.length === 0) return;
    writer.writeBytes(isEmpty ? chunk.subarray(1) : chunk);
    isEmpty = false;
  });
  writer.write(isEmpty ? '],\n' : '\n],\n');
}

/** What `--limit` and `--counters` say of the first screen. */
export interface ScreenOptions {
  /** Sessions that are listed. */
  readonly limit: number;
  readonly counters?: boolean;
}

/** The first screen. */
export function textOutput(writer: TextWriter, options: ScreenOptions, paint: Paint): Output {
  const listed = new ListedSessions(options.limit);
  const predicts: PredictRow[] = [];
  return {
    session: (row) => listed.add(row),
    predict: (row) => {
      if (row.serial <= options.limit) predicts.push(row);
    },
    finish: (run) => {
      // Then standard error has said it all.
      if (gaveNothing(run)) return;
      predicts.sort((a, b) => a.serial - b.serial);
      const withCounters = options.counters === true;
      writer.write(screen(run, { sessions: listed, predicts }, { paint, withCounters }));
      writer.flush();
    },
  };
}

/** One predict in full, in place of the first screen. */
export function predictOutput(writer: TextWriter, serial: number): Output {
  return {
    predict: (row) => {
      if (row.serial !== serial) return;
      writer.write(`${showPredictId(row)}\n${predictHistory(row).join('\n')}\n`);
    },
    finish: () => writer.flush(),
  };
}

/** Predicts that are shown of a session. */
const PREDICTS_OF_SESSION_MAX = 100;

/** One session in full, in place of the first screen. */
export function sessionOutput(
  writer: TextWriter,
  options: { readonly serial: number; readonly counters: boolean },
  context: RecordContext,
): Output {
  const events = new SessionEvents(options.serial, context);
  const predicts = new LowestSerials<PredictRow>(PREDICTS_OF_SESSION_MAX);
  let text = '';
  let owner: EventsOwner | null = null;
  return {
    wantsTransitions: true,
    event: (event, source) => events.add(event, source),
    predict: (row) => {
      if (row.parent === options.serial) predicts.add(row.serial, () => row);
    },
    session: (row) => {
      if (row.serial !== options.serial) return;
      const { startSecond, startNanosecond, eventsLeftOut } = row;
      owner = { startSecond, startNanosecond, eventsLeftOut };
      const path = row.offload === null ? [] : [...offloadPathLines(row.offload), ''];
      const history = [...replayLines(row), '', ...path, ...transitionLines(row, context)];
      text = `${showSessionId(row)}\n${history.join('\n')}\n`;
    },
    finish: (run) => {
      if (owner === null) return;
      const announced = predictSection(predicts.list(), predicts.count);
      writer.write(`${[text, ...announced, ...events.lines(owner)].join('\n')}\n`);
      if (options.counters) writer.write(`\n${countersOf(run)}`);
      writer.flush();
    },
  };
}
