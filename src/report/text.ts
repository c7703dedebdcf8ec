/**
 * This file writes the first screen: what was read and how good it is, how the sessions ended, what
 * was dropped, and the sessions themselves.
 */

import { COUNTERS } from '../events/counters.ts';
import type { PredictRow } from '../session/predict-row.ts';
import { applicationLines, identificationSummary } from './application-text.ts';
import { configurationLines } from './configuration-report.ts';
import { formatBytes, formatCount, formatCountOf, formatSpan } from './duration.ts';
import { terminalSafe } from './escape.ts';
import { extrapolationHeadline } from './extrapolation.ts';
import { natSummary, poolLines } from './nat-text.ts';
import { offloadLines, offloadSummary } from './offload/offload-text.ts';
import { hasPredictNews, predictLines, predictSummary } from './predict-text.ts';
import { qualityNotes, skippedLines } from './quality-notes.ts';
import type { RunReport } from './run-report.ts';
import { selectionLines } from './selection-report.ts';
import { showCounters } from './show-counters.ts';
import type { ListedSessions } from './show-listed.ts';
import { predictTable } from './show-predict.ts';
import { zoneMatrixLines } from './zone-matrix-text.ts';

/** Paints a word; identity where colour is off. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly warn: (text: string) => string;
}

/** No colour. */
export const PLAIN: Paint = { bold: (t) => t, dim: (t) => t, warn: (t) => t };

/** The whole screen, ending in a newline. */
export function screen(
  run: RunReport,
  listed: { readonly sessions: ListedSessions; readonly predicts: readonly PredictRow[] },
  { paint, withCounters }: { readonly paint: Paint; readonly withCounters: boolean },
): string {
  const parts = [head(run, paint), ...quality(run, paint), ...totals(run, paint)];
  // All counters have those of drops among them.
  if (withCounters) parts.push('', countersOf(run).trimEnd());
  else parts.push(...drops(run, paint));
  parts.push(...sessions(run, listed.sessions, paint), ...predicts(run, listed.predicts, paint));
  return `${parts.join('\n')}\n`;
}

/** A run's counters as `show counter global` prints them, ending in a newline. */
export function countersOf(run: RunReport): string {
  const { first_packet, clock_end } = run.time;
  const elapsedNs =
    first_packet === null || clock_end === null ? 0 : nsBetween(first_packet, clock_end);
  return showCounters(run.counters, elapsedNs);
}

/** The sessions that are listed, and how to see the others. */
function sessions(run: RunReport, listed: ListedSessions, paint: Paint): string[] {
  const { first_packet: first, last_packet: last } = run.time;
  const { head, body } = listed.table(first?.slice(0, 10) === last?.slice(0, 10));
  if (body.length === 0) return [];
  const order = 'denied, reused, reset, with drops, one-sided, unanswered; then the rest by serial';
  const lines = ['', `${paint.bold('Sessions')} ${paint.dim(`(${order})`)}`];
  lines.push(...head.map(paint.bold), ...body);
  const hidden = run.counts.sessions - listed.count;
  if (hidden > 0) {
    lines.push(
      `… and ${formatCount(hidden)} more: --limit N shows more here, --print csv or -o DIR has all.`,
    );
  }
  lines.push('--session SERIAL shows one of them with its transitions and events.');
  return lines;
}

/** The predict sessions that are listed. */
function predicts(run: RunReport, rows: readonly PredictRow[], paint: Paint): string[] {
  if (rows.length === 0) return [];
  const hidden = run.counts.predict_sessions.predicted - rows.length;
  return [
    '',
    `${paint.bold('Predict sessions')} ${paint.dim('(by serial)')}`,
    ...predictTable(rows),
    ...(hidden > 0 ? [`… and ${formatCount(hidden)} more: --limit N shows more here.`] : []),
    '--predict SERIAL shows one of them.',
  ];
}

function head(run: RunReport, paint: Paint): string {
  const lines = inputs(run, paint);
  const { first_packet, last_packet, clock_end } = run.time;
  if (first_packet !== null && last_packet !== null) {
    lines.push(
      `From ${first_packet} to ${last_packet} (${formatSpan(nsBetween(first_packet, last_packet) / 1e9)})`,
    );
    if (clock_end !== null && clock_end !== last_packet) {
      const why = run.time.drained ? '--drain' : clockEndReason(run);
      lines.push(`The clock ends at ${clock_end} (${why})`);
    }
  }
  lines.push(...configurationLines(run.configuration), ...chosen(run));
  if (run.extrapolation) lines.push(paint.warn(extrapolationHeadline(run.extrapolation)));
  for (const text of [...run.warnings, ...run.not_modelled].map(terminalSafe))
    lines.push(paint.warn(`Warning: ${text}`));
  return lines.join('\n');
}

function clockEndReason({ extrapolation }: RunReport): string {
  const end = 'end of the capture in its interface statistics';
  return extrapolation ? `the twins' last packet, or the ${end}` : end;
}

/** What of the captures is reported, where it is not all. */
function chosen({ selection }: RunReport): string[] {
  const whole = "frames, counters, packets a second and the table's peak";
  const lines = selectionLines(selection, whole);
  const { packets } = selection;
  if (packets !== null) {
    const left =
      packets.left_out === 0
        ? ''
        : `, ${formatCount(packets.left_out)} left out (first and last of ${formatCount(packets.per_session)} a session)`;
    lines.push(
      `Packet log: ${terminalSafe(packets.filter)}: ${formatCountOf(packets.logged, 'packet')} of ${formatCountOf(packets.sessions, 'session')}${left}`,
    );
  }
  return lines;
}

/** Files that are listed; a folder may have thousands. */
const FILES_LISTED_MAX = 20;

/** What was read and what was set aside. */
function inputs(run: RunReport, paint: Paint): string[] {
  const lines = run.inputs.slice(0, FILES_LISTED_MAX).map((input) => {
    const name = paint.bold(input.name === '-' ? 'standard input' : terminalSafe(input.name));
    if (input.format === null) return `${name}: not read`;
    const packed = input.compression === 'none' ? '' : ` (${input.compression})`;
    const size = `${formatBytes(input.bytes)}, ${formatCountOf(input.frames, 'frame')}`;
    return `${name}: ${input.format}${packed}, ${size}`;
  });
  const hidden = run.inputs.slice(FILES_LISTED_MAX);
  if (hidden.length > 0) {
    const bytes = hidden.reduce((total, { bytes }) => total + bytes, 0);
    const frames = hidden.reduce((total, { frames }) => total + frames, 0);
    const size = `${formatBytes(bytes)}, ${formatCountOf(frames, 'frame')}`;
    lines.push(`… and ${formatCountOf(hidden.length, 'more file')}: ${size}`);
  }
  lines.push(...skippedLines(run).map(paint.dim));
  return lines;
}

/** Nanoseconds between two RFC 3339 times with nine decimals. */
function nsBetween(from: string, to: string): number {
  const second = (text: string) => Date.parse(`${text.slice(0, 19)}Z`) / 1000;
  const nanosecond = (text: string) => Number(text.slice(20, 29));
  return (second(to) - second(from)) * 1e9 + nanosecond(to) - nanosecond(from);
}

function quality(run: RunReport, paint: Paint): string[] {
  const notes = qualityNotes(run);
  if (notes.length === 0) return [];
  return ['', paint.bold('Capture quality'), ...notes.map((text) => `  ${paint.warn(text)}`)];
}

function totals(run: RunReport, paint: Paint): string[] {
  const c = run.counts;
  if (c.frames === 0) return ['', 'No packets.'];
  const lines = ['', sessionCounts(run, paint), `  ${framesLine(run)}`];
  lines.push(...by('end reason', c.end_reasons));
  if (c.app_id === null) lines.push(...by('application', c.applications));
  if (c.zone_matrix.length < 2) lines.push(...by('zones', c.zone_pairs));
  else lines.push(...zones(run, paint));
  lines.push(...applications(run, paint), ...nat(run, paint), ...algs(run, paint));
  lines.push(...offload(run, paint));
  return lines;
}

/** Counts on one line, the largest first; nothing without any. */
function by(what: string, record: Readonly<Record<string, number>>): string[] {
  const list = Object.entries(record).map(([name, n]) => `${terminalSafe(name)} ${formatCount(n)}`);
  if (list.length > 8) list.splice(8, list.length, `… ${list.length - 8} more in run.json`);
  return list.length === 0 ? [] : [`  ${`by ${what}`.padEnd(16)}${list.join(', ')}`];
}

/** What went between which zones. */
function zones(run: RunReport, paint: Paint): string[] {
  const [head = '', ...rows] = zoneMatrixLines(run.counts.zone_matrix);
  const legend = paint.dim("(from the row's zone to the column's)");
  return ['', `${paint.bold('Zones')} ${legend}`, paint.bold(head), ...rows];
}

/** What the sessions are, where payload tells it. */
function applications({ counts }: RunReport, paint: Paint): string[] {
  if (counts.app_id === null || counts.sessions === 0) return [];
  const [head = '', ...rows] = applicationLines(counts.application_table);
  const summary = identificationSummary(counts.app_id, counts.sessions);
  return [
    '',
    `${paint.bold('Applications')} ${paint.dim(`(${summary})`)}`,
    `  ${paint.bold(head)}`,
    ...rows.map((row) => `  ${row}`),
  ];
}

/** What NAT did, and how full its pools are. */
function nat({ counts }: RunReport, paint: Paint): string[] {
  if (counts.nat === null || counts.sessions === 0) return [];
  const [head, ...rows] = poolLines(counts.nat);
  return [
    '',
    `${paint.bold('NAT')} ${paint.dim(`(${natSummary(counts.nat, counts.sessions)})`)}`,
    ...by('rule', counts.nat.rules),
    ...(head === undefined ? [] : [`  ${paint.bold(head)}`]),
    ...rows.map((row) => `  ${row}`),
  ];
}

/** What ALGs predicted, and data flows that were refused or that no predict explains. */
function algs({ counts }: RunReport, paint: Paint): string[] {
  const report = counts.predict_sessions;
  if (!hasPredictNews(report)) return [];
  return [
    '',
    `${paint.bold('ALGs')} ${paint.dim(`(${predictSummary(report)})`)}`,
    ...predictLines(report).map((line) => `  ${line}`),
  ];
}

/** What hardware would carry, and why not more. */
function offload({ counts }: RunReport, paint: Paint): string[] {
  if (counts.offload === null) return [];
  const summary = paint.dim(`(${offloadSummary(counts.offload)})`);
  return ['', `${paint.bold('Offload')} ${summary}`, ...offloadLines(counts.offload)];
}

/** What was not forwarded, by counter. */
function drops(run: RunReport, paint: Paint): string[] {
  const lines = COUNTERS.filter((d) => d.severity !== 'info').flatMap((d) => {
    const count = run.counters[d.name] ?? 0;
    return count > 0 ? [`  ${d.name} ${formatCount(count)}  ${paint.dim(d.description)}`] : [];
  });
  return lines.length === 0 ? [] : ['', paint.bold('Dropped, by counter'), ...lines];
}

const PLACES: Readonly<Record<string, string>> = {
  sessions: 'in sessions',
  egress_copies: 'copies of received packets',
  icmp_errors: 'with an ICMP error',
  neighbour_discovery: 'of neighbour discovery',
  undecoded: 'not decoded',
  filtered_out: 'filtered out',
  without_session: 'without a session',
};

/** Where the frames went: it adds up. */
function framesLine(run: RunReport): string {
  const { frames, frames_by_place: places } = run.counts;
  const list = Object.entries(places)
    .filter(([place, count]) => count > 0 || place === 'sessions')
    .map(([place, count]) => `${formatCount(count)} ${PLACES[place]}`);
  return `${formatCountOf(frames, 'frame')}: ${list.join(', ')}`;
}

/** How many sessions there were, how many ended, and how many there were at once. */
function sessionCounts(run: RunReport, paint: Paint): string {
  const c = run.counts;
  const outside = run.selection.span?.sessions_outside ?? 0;
  const inSpan =
    outside === 0 ? '' : ` alive in the span (of ${formatCount(c.sessions + outside)})`;
  if (c.sessions === 0) return paint.bold(`No sessions${inSpan}`);
  const hint =
    c.sessions_live === 0 || run.time.drained
      ? ''
      : ` (--drain ends ${c.sessions_live === 1 ? 'it' : 'them'})`;
  const peakTime = c.peak_sessions_time === null ? '' : ` (at ${c.peak_sessions_time})`;
  return (
    `${paint.bold(formatCountOf(c.sessions, 'session'))}${inSpan}: ${formatCount(c.sessions_ended)} ended, ` +
    `${formatCount(c.sessions_live)} live at the end${hint}; ` +
    `at most ${formatCount(c.peak_sessions)} at once${peakTime}`
  );
}
