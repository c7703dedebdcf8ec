/** This file writes a session's changes of state, as a part of its record and as bytes. */

import type { TransitionRow } from '../session/session-row.ts';
import { type Literal, literal } from './byte-literal.ts';
import type { ByteWriter } from './byte-writer.ts';
import { jsonText } from './escape.ts';
import type { RecordContext } from './session-record.ts';

const COMMA = 44;
const FIRST_TIME = literal('{"time":"');
const NEXT_TIME = literal(',{"time":"');
const PACKET = literal('","packet":');
const NO_PACKET = literal('","packet":null');

/** One way to change, as it stands behind the packet. */
interface Change {
  readonly from: string;
  readonly to: string;
  readonly text: Literal;
}

/** By cause: a cause leads from few states. */
const changes = new Map<string, Change[]>();

/** Appends the changes, with commas between them. */
export function writeTransitions(
  rows: readonly TransitionRow[],
  context: RecordContext,
  to: ByteWriter,
): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as TransitionRow;
    to.time(i === 0 ? FIRST_TIME : NEXT_TIME, row.second, row.nanosecond);
    if (row.packet === 0) to.literal(NO_PACKET);
    else {
      to.number(PACKET, row.packet);
      if (context.fileNames !== null) {
        to.character(COMMA);
        to.text(`"frame":${frameValue(row, context)}`);
      }
    }
    to.literal(changeOf(row));
  }
}

function changeOf({ from, to, cause }: TransitionRow): Literal {
  let known = changes.get(cause);
  if (known === undefined) {
    known = [];
    changes.set(cause, known);
  }
  for (let i = 0; i < known.length; i++) {
    const change = known[i] as Change;
    if (change.from === from && change.to === to) return change.text;
  }
  const text = literal(`,"from":"${from}","to":"${to}","cause":"${cause}"}`);
  known.push({ from, to, text });
  return text;
}

interface FrameNumber {
  readonly packet: number;
  readonly file: number;
  readonly frame: number;
}

function frameValue(at: FrameNumber, context: RecordContext): string {
  const file = jsonText(context.fileNames?.[at.file] ?? null);
  return `{"file":${file},"number":${at.frame}}`;
}

/** `"frame":{…},` where several inputs were merged and a packet is meant, else nothing. */
export function frameOf(at: FrameNumber, context: RecordContext): string {
  if (context.fileNames === null || at.packet === 0) return '';
  return `"frame":${frameValue(at, context)},`;
}
