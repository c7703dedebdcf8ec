/**
 * This file writes what `show session id` has no room for: the session's packets, its times to the
 * nanosecond, its transitions, and its events in plain lines.
 */

import { EVENT_TRANSITION } from '../events/event-kinds.ts';
import type { EventView } from '../events/event-log.ts';
import { formatTime, secondAndNanosecond } from '../net/time.ts';
import type { SessionRow, TransitionRow } from '../session/session-row.ts';
import { formatCountOf, formatSeconds } from './duration.ts';
import { terminalSafe } from './escape.ts';
import { type EventSource, eventRecord } from './event-record.ts';
import type { RecordContext } from './session-record.ts';
import { alignColumns } from './show-columns.ts';
import { detailRow } from './show-session-id.ts';

/** Events that are kept of a session: packets that only concern it may be without end. */
const EVENTS_MAX = 1000;
const RIGHT = new Set([1, 2]);
const INDENT = '        ';

/** When and at which packet something happened. */
type Moment = Pick<TransitionRow, 'second' | 'nanosecond' | 'packet' | 'file' | 'frame'>;

interface KeptEvent extends Moment {
  readonly kind: string;
  readonly text: string;
}

/** Parts of an event record that are read here. */
interface EventParts {
  readonly event: string;
  readonly counter: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Keys of an event's detail whose name alone says too little. */
const DETAIL_WORDS: Readonly<Record<string, string>> = { holder: 'reply key held by session' };

/** What the events' lines need of their session. */
export type EventsOwner = Pick<SessionRow, 'startSecond' | 'startNanosecond' | 'eventsLeftOut'>;

/** The events of one session, as they come. Transitions are left out: the row has them. */
export class SessionEvents {
  private readonly serial: number;
  private readonly context: RecordContext;
  private readonly kept: KeptEvent[] = [];
  private left = 0;

  constructor(serial: number, context: RecordContext) {
    this.serial = serial;
    this.context = context;
  }

  /** Takes an event if it is the session's. */
  add(event: EventView, source: EventSource): void {
    if (event.session !== this.serial || event.kind === EVENT_TRANSITION) return;
    if (this.kept.length === EVENTS_MAX) {
      this.left++;
      return;
    }
    // The record says in words what the event's numbers mean: in one place for all reports.
    const record: EventParts = JSON.parse(eventRecord(event, source, this.context));
    const { packet, file, frame } = event;
    this.kept.push({
      ...secondAndNanosecond(source.epochSeconds, event.time),
      packet,
      file,
      frame,
      kind: record.event,
      text: detailText(record),
    });
  }

  /** The lines under `Events`; `row` is the session's. */
  lines(row: EventsOwner): string[] {
    const rows = this.kept.map((event) => [
      ...momentCells(event, row, this.context),
      event.kind,
      event.text,
    ]);
    const more = (count: number, why: string) =>
      count === 0 ? [] : [`${INDENT}… and ${formatCountOf(count, 'event')} more${why}`];
    return [
      ...section('Events', rows, ['event', 'detail']),
      ...more(this.left, ''),
      ...more(row.eventsLeftOut, ', counted but not recorded'),
    ];
  }
}

/** `policy-deny`, `expected zone trust`, `counter flow_fwd_zonechange`: the detail as a phrase. */
function detailText({ event, counter, detail }: EventParts): string {
  if (event === 'app-shift') {
    return terminalSafe(`${valueText(detail.from)} -> ${valueText(detail.to)}`);
  }
  const { reason, kind, ...others } = detail;
  const parts = Object.entries(others).flatMap(([key, value]) => {
    // An end that is not translated.
    if (value === null && (key === 'source' || key === 'destination')) return [];
    return [`${DETAIL_WORDS[key] ?? key.replaceAll('_', ' ')} ${valueText(value)}`];
  });
  if (reason !== undefined) parts.unshift(valueText(reason));
  if (kind !== undefined) parts.unshift(valueText(kind));
  if (counter !== null) parts.push(`counter ${counter}`);
  return terminalSafe(parts.join(', '));
}

function valueText(value: unknown): string {
  if (value === null) return 'unknown';
  if (isTranslation(value)) return `${value.from.join(':')} -> ${value.to.join(':')}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What a `nat` event has of an end that is translated: address and port before and after. */
function isTranslation(value: unknown): value is { from: unknown[]; to: unknown[] } {
  if (typeof value !== 'object' || value === null) return false;
  const { from, to } = value as { from?: unknown; to?: unknown };
  return Array.isArray(from) && Array.isArray(to);
}

/** The session's numbers in this replay; the serial is what `--session` takes. */
export function replayLines(row: SessionRow): string[] {
  const time = (second: number, nanosecond: number, afterNs: number) =>
    `${formatTime(second, nanosecond)} (${formatSeconds(afterNs)} s after the start)`;
  const count = ({ packets, dropped }: SessionRow['c2s']) =>
    dropped === 0 ? String(packets) : `${packets}, of which ${dropped} dropped`;
  return [
    'Replay',
    detailRow('serial (--session takes it)', row.serial),
    detailRow('start', formatTime(row.startSecond, row.startNanosecond)),
    detailRow('last packet', time(row.lastSecond, row.lastNanosecond, row.elapsedNs)),
    detailRow(
      'end',
      row.end === null
        ? 'live at the end'
        : time(row.end.second, row.end.nanosecond, row.end.lifetimeNs),
    ),
    detailRow('packets(c2s)', count(row.c2s)),
    detailRow('packets(s2c)', count(row.s2c)),
    ...identificationLines(row),
    ...relativeLines(row),
    ...(row.egressCopies > 0 ? [detailRow('egress copies', row.egressCopies)] : []),
    ...(row.tunnel !== null ? [detailRow('in a tunnel of serial', row.tunnel)] : []),
    ...(row.isMidstream ? [detailRow('began before the capture', 'True')] : []),
    ...(row.isAsymmetricSuspect ? [detailRow('asymmetric suspect', 'True')] : []),
  ];
}

/** Where the session comes from, what came of it, and what its ALG could not read. */
function relativeLines({ parent, predict, children, childCount, alg }: SessionRow): string[] {
  const more = childCount - children.length;
  const listed = `${children.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [
    ...(parent === null ? [] : [detailRow('serial of the parent', parent)]),
    ...(predict === null ? [] : [detailRow('let through by predict', predict)]),
    ...(childCount === 0 ? [] : [detailRow('serials of children', listed)]),
    ...(alg === null ? [] : [detailRow('ALG', `${alg.application}${alg.isOn ? '' : ', off'}`)]),
    ...(alg === null || alg.gaps === 0 ? [] : [detailRow('ALG could not read parts', alg.gaps)]),
    ...(alg?.blindSince == null
      ? []
      : [detailRow('ALG blind since packet', `${alg.blindSince} (${alg.blindCause})`)]),
  ];
}

/** What payload told of the application; nothing where it was not asked. */
function identificationLines({ identification: how, rule }: SessionRow): string[] {
  if (how === null) return [];
  const found = how.source ?? 'no signature met';
  return [
    ...(how.packet > 0 ? [detailRow('application since packet', how.packet)] : []),
    ...(how.packet > 0 ? [detailRow('signature', found)] : []),
    ...(how.before !== null ? [detailRow('shifted from', how.before)] : []),
    ...(how.ruleBefore !== rule ? [detailRow('rule at setup', how.ruleBefore)] : []),
    ...(how.isCut ? [detailRow('payload cut by the capture', 'True')] : []),
  ];
}

/** The lines under `Transitions`. */
export function transitionLines(row: SessionRow, context: RecordContext): string[] {
  const rows = row.transitions.map((change) => [
    ...momentCells(change, row, context),
    `${change.from} -> ${change.to}`,
    change.cause,
  ]);
  return section('Transitions', rows, ['from -> to', 'cause']);
}

function section(
  title: string,
  rows: readonly (readonly string[])[],
  columns: readonly string[],
): string[] {
  if (rows.length === 0) return [title, `${INDENT}none`];
  const head = ['time', 'after start', 'packet', ...columns];
  return [title, ...alignColumns([head, ...rows], RIGHT).map((line) => `${INDENT}${line}`)];
}

/** Time, seconds after the start, packet (with its file and frame where captures were merged). */
function momentCells(
  at: Moment,
  { startSecond, startNanosecond }: Pick<SessionRow, 'startSecond' | 'startNanosecond'>,
  { fileNames }: RecordContext,
): string[] {
  const afterNs = (at.second - startSecond) * 1e9 + (at.nanosecond - startNanosecond);
  const file = fileNames === null ? '' : ` (${terminalSafe(fileNames[at.file] ?? '')} ${at.frame})`;
  return [
    formatTime(at.second, at.nanosecond),
    (afterNs / 1e9).toFixed(6),
    // No packet made what a timer did.
    at.packet === 0 ? '-' : `${at.packet}${file}`,
  ];
}
