/**
 * This file writes the first screen: what was read and how good it is, how the sessions ended, what
 * was dropped, and the sessions themselves.
 */

import { COUNTERS } from '../events/counters.ts';
import { protocolName } from '../net/protocol.ts';
import { formatTime } from '../net/time.ts';
import type { SessionRow } from '../session/session-row.ts';
import { formatBytes, formatCount, formatCountOf, formatSpan } from './duration.ts';
import { terminalSafe } from './escape.ts';
import { qualityNotes } from './quality-notes.ts';
import type { RunReport } from './run-report.ts';

/** Paints a word; identity where colour is off. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly warn: (text: string) => string;
}

/** No colour. */
export const PLAIN: Paint = { bold: (t) => t, dim: (t) => t, warn: (t) => t };

/** One session as the text table shows it; kept for the first ones only. */
export interface SessionLine {
  readonly serial: number;
  readonly cells: readonly string[];
}

const HEADER = [
  'ID',
  'Application',
  'State',
  'Proto',
  'Source[port]/zone',
  'Destination[port]/zone',
  'Start',
  'Elapsed',
  'Packets',
  'Bytes',
  'End reason',
] as const;
const RIGHT = new Set(['ID', 'Start', 'Elapsed', 'Packets', 'Bytes']);
const START_CELL = HEADER.indexOf('Start');

/** The table line of a session; `Start` to the millisecond. */
export function sessionLine(row: SessionRow): SessionLine {
  const start = formatTime(row.startSecond, row.startNanosecond).slice(0, 23);
  return {
    serial: row.serial,
    cells: [
      String(row.sessionId),
      row.application ?? '-',
      row.state,
      protocolName(row.protocol),
      endpoint(row.source, row.sport, row.sourceZone),
      endpoint(row.destination, row.dport, row.destinationZone ?? 'unknown'),
      start,
      (row.elapsedNs / 1e9).toFixed(3),
      `${row.c2s.packets}/${row.s2c.packets}`,
      `${row.c2s.bytes}/${row.s2c.bytes}`,
      row.endReason ?? `live, ${row.timeToLive} s left`,
    ],
  };
}

function endpoint(address: string, port: number, zone: string): string {
  return terminalSafe(`${address}[${port}]/${zone}`);
}

/** The whole screen, ending in a newline. `lines` are the first sessions, by serial. */
export function screen(run: RunReport, lines: readonly SessionLine[], paint: Paint): string {
  const parts = [head(run, paint), ...quality(run, paint), ...totals(run, paint)];
  if (lines.length > 0) {
    parts.push('', ...table(withStartTimes(run, lines), paint));
    const hidden = run.counts.sessions - lines.length;
    if (hidden > 0) {
      parts.push(
        `… and ${formatCount(hidden)} more: --limit N shows more here, --print csv or -o DIR has all.`,
      );
    }
  }
  return `${parts.join('\n')}\n`;
}

/** The cells, with the time of day alone where all packets are of one day. */
function withStartTimes(run: RunReport, lines: readonly SessionLine[]): string[][] {
  const { first_packet: first, last_packet: last } = run.time;
  const isOneDay = first?.slice(0, 10) === last?.slice(0, 10);
  const text = (start: string) => (isOneDay ? start.slice(11) : start.replace('T', ' '));
  return lines.map(({ cells }) => cells.map((cell, i) => (i === START_CELL ? text(cell) : cell)));
}

function head(run: RunReport, paint: Paint): string {
  const lines = run.inputs.map((input) => {
    const name = paint.bold(input.name === '-' ? 'standard input' : terminalSafe(input.name));
    if (input.format === null) return `${name}: not read`;
    const packed = input.compression === 'none' ? '' : ` (${input.compression})`;
    const size = `${formatBytes(input.bytes)}, ${formatCountOf(input.frames, 'frame')}`;
    return `${name}: ${input.format}${packed}, ${size}`;
  });
  const { first_packet, last_packet, clock_end } = run.time;
  if (first_packet !== null && last_packet !== null) {
    lines.push(`From ${first_packet} to ${last_packet} (${spanOf(first_packet, last_packet)})`);
    if (clock_end !== null && clock_end !== last_packet) {
      const why = run.time.drained ? '--drain' : 'end of the capture in its interface statistics';
      lines.push(`The clock ends at ${clock_end} (${why})`);
    }
  }
  const file = run.configuration.file;
  lines.push(
    file === null
      ? 'Configuration: built in (no -c): private, loopback and link-local networks are trust, the rest untrust; every session is allowed'
      : `Configuration: ${terminalSafe(file)}`,
  );
  for (const text of run.not_modelled) lines.push(paint.warn(`Warning: ${text}`));
  return lines.join('\n');
}

/** Span between two RFC 3339 times, to the millisecond. */
function spanOf(from: string, to: string): string {
  const ms = (text: string) => Date.parse(`${text.slice(0, 23)}Z`);
  return formatSpan((ms(to) - ms(from)) / 1000);
}

function quality(run: RunReport, paint: Paint): string[] {
  const notes = qualityNotes(run);
  if (notes.length === 0) return [];
  return ['', paint.bold('Capture quality'), ...notes.map((text) => `  ${paint.warn(text)}`)];
}

function totals(run: RunReport, paint: Paint): string[] {
  const c = run.counts;
  if (c.frames === 0) return ['', 'No packets.'];
  const lines = ['', sessionCounts(run, paint)];
  const add = (title: string, record: Record<string, number>) => {
    const list = Object.entries(record).map(
      ([name, n]) => `${terminalSafe(name)} ${formatCount(n)}`,
    );
    if (list.length > 8) list.splice(8, list.length, `… ${list.length - 8} more in run.json`);
    if (list.length > 0) lines.push(`  ${title.padEnd(16)}${list.join(', ')}`);
  };
  add('by end reason', c.end_reasons);
  add('by application', c.applications);
  add('by zones', c.zone_pairs);
  const drops = COUNTERS.filter((d) => d.severity !== 'info').flatMap((d) => {
    const count = run.counters[d.name] ?? 0;
    return count > 0 ? [`  ${d.name} ${formatCount(count)}  ${paint.dim(d.description)}`] : [];
  });
  if (drops.length > 0) lines.push('', paint.bold('Dropped, by counter'), ...drops);
  return lines;
}

/** How many sessions there were, and how many of the frames are theirs. */
function sessionCounts(run: RunReport, paint: Paint): string {
  const c = run.counts;
  const frames = `${formatCount(c.session_packets)} of ${formatCountOf(c.frames, 'frame')} in sessions`;
  if (c.sessions === 0) return paint.bold('No sessions');
  const hint =
    c.sessions_live === 0 || run.time.drained
      ? ''
      : ` (--drain ends ${c.sessions_live === 1 ? 'it' : 'them'})`;
  return (
    `${paint.bold(formatCountOf(c.sessions, 'session'))}: ${formatCount(c.sessions_ended)} ended, ` +
    `${formatCount(c.sessions_live)} live at the end${hint}; ` +
    `at most ${formatCount(c.peak_sessions)} at once; ${frames}`
  );
}

function table(rows: readonly (readonly string[])[], paint: Paint): string[] {
  const widths = HEADER.map((title, i) =>
    rows.reduce((width, cells) => Math.max(width, cells[i]?.length ?? 0), title.length),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => {
        const width = widths[i] ?? 0;
        return RIGHT.has(HEADER[i] ?? '') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [paint.bold(line(HEADER)), ...rows.map(line)];
}
