/**
 * This file writes the first screen: what was read and how good it is, how the sessions ended, what
 * was dropped, and the sessions themselves.
 */

import { COUNTERS } from '../events/counters.ts';
import { protocolName } from '../net/protocol.ts';
import { formatTime } from '../net/time.ts';
import type { SessionRow } from '../session/session-row.ts';
import { formatBytes, formatCount, formatSeconds, formatSpan } from './duration.ts';
import { terminalSafe } from './escape.ts';
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

/** The table line of a session; `Start` is the time of day. */
export function sessionLine(row: SessionRow): SessionLine {
  const start = formatTime(row.startSecond, row.startNanosecond).slice(11, 23);
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
      formatSeconds(Math.round(row.elapsedNs / 1e6) * 1e6),
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
    parts.push('', ...table(lines, paint));
    const hidden = run.counts.sessions - lines.length;
    if (hidden > 0) {
      parts.push(
        `… and ${formatCount(hidden)} more: --limit N shows more here, --print csv or -o DIR has all.`,
      );
    }
  }
  return `${parts.join('\n')}\n`;
}

function head(run: RunReport, paint: Paint): string {
  const lines = run.inputs.map((input) => {
    const format = input.format === null ? 'not a capture' : input.format;
    const packed = input.compression === 'none' ? '' : ` (${input.compression})`;
    const what = `${format}${packed}, ${formatBytes(input.bytes)}, ${formatCount(input.frames)} frames`;
    return `${paint.bold(terminalSafe(input.name))}: ${what}`;
  });
  const { first_packet, last_packet, clock_end } = run.time;
  if (first_packet !== null && last_packet !== null) {
    lines.push(`From ${first_packet} to ${last_packet} (${spanOf(first_packet, last_packet)})`);
    if (clock_end !== null && clock_end !== last_packet) {
      lines.push(`The clock ends at ${clock_end}${run.time.drained ? ' (drained)' : ''}`);
    }
  }
  const file = run.configuration.file;
  lines.push(
    file === null
      ? 'Configuration: built in (no -c): private, loopback and link-local networks are trust, the rest untrust; every session is allowed'
      : `Configuration: ${terminalSafe(file)}`,
  );
  for (const text of run.not_modelled) lines.push(paint.warn(`Not modelled yet: ${text}`));
  return lines.join('\n');
}

/** Span between two RFC 3339 times, to the millisecond. */
function spanOf(from: string, to: string): string {
  const ms = (text: string) => Date.parse(`${text.slice(0, 23)}Z`);
  return formatSpan((ms(to) - ms(from)) / 1000);
}

function quality(run: RunReport, paint: Paint): string[] {
  const q = run.capture_quality;
  const notes: string[] = [];
  const say = (count: number, text: string) => {
    if (count > 0) notes.push(`${formatCount(count)} ${text}`);
  };
  for (const damage of run.damage) {
    const at = damage.byte_offset === null ? '' : ` at byte ${damage.byte_offset}`;
    notes.push(
      `damaged: ${terminalSafe(damage.file)}${at}: ${terminalSafe(damage.reason)}; what stood before is reported`,
    );
  }
  say(
    q.lost_by_capture,
    'packets were lost by the capture (interface statistics): sessions may look broken that were not',
  );
  say(
    run.counters.flow_tcp_non_syn_drop ?? 0,
    'TCP packets without session were rejected as non-SYN: the capture began in the middle of their connections, or lost their SYN (tcp-reject-non-syn: no accepts them)',
  );
  say(
    q.one_sided_sessions,
    'TCP sessions carry data in one direction only: the capture, or the routing, shows one side',
  );
  say(
    q.likely_duplicates,
    'packets are likely duplicates (captured twice, as a SPAN port or two interfaces do)',
  );
  say(
    q.snapped_frames,
    `frames are cut by the snap length${snapLengths(run)}; lengths are counted as on the wire`,
  );
  for (const input of run.inputs) notes.push(...clockNotes(input));
  for (const i of q.unsupported_interfaces) {
    notes.push(
      `interface ${i.number} of ${terminalSafe(i.file ?? '')} has ${i.link_type}, which this version does not decode: its frames are counted only`,
    );
  }
  say(q.unknown_zone_packets, `packets came in through no known zone${unknownWhere(run)}`);
  const undecoded = Object.entries(q.undecoded).filter(
    ([status]) => status !== 'link-type-unsupported',
  );
  if (undecoded.length > 0) {
    notes.push(
      `frames outside the session table: ${undecoded.map(([status, n]) => `${formatCount(n)} ${status}`).join(', ')}`,
    );
  }
  say(
    q.incredible_capture_ends,
    'interface statistics name an end of capture more than a day after the last packet: not believed',
  );
  if (notes.length === 0) return [];
  return ['', paint.bold('Capture quality'), ...notes.map((note) => `  ${paint.warn(note)}`)];
}

function snapLengths(run: RunReport): string {
  const lengths = run.inputs.flatMap((i) => i.interfaces.map((f) => f.snap_length));
  const known = [...new Set(lengths)].filter((n) => n > 0).sort((a, b) => a - b);
  return known.length === 0 ? '' : ` (${known.slice(0, 4).join(', ')} bytes)`;
}

function unknownWhere(run: RunReport): string {
  const names = run.inputs.flatMap((i) => i.interfaces.map((f) => f.name ?? `#${f.number}`));
  const shown = [...new Set(names)].slice(0, 4).map(terminalSafe);
  return shown.length === 0 ? '' : ` (interfaces of the capture: ${shown.join(', ')})`;
}

function clockNotes(input: RunReport['inputs'][number]): string[] {
  const { clock } = input;
  const name = terminalSafe(input.name);
  const notes: string[] = [];
  const say = (count: number, text: string) => {
    if (count > 0) notes.push(`${name}: ${formatCount(count)} ${text}`);
  };
  say(
    clock.reordered_frames,
    `frames were out of order and put in their place (steps back up to ${clock.largest_step_back.toFixed(6)} s)`,
  );
  say(clock.late_frames, 'frames were too late to reorder: taken at the newest time');
  say(clock.outliers, 'frames have times far off: taken at the newest time');
  say(clock.frames_without_time, 'frames have no time: taken at the newest time');
  for (const shift of clock.shifts.slice(0, 3)) {
    notes.push(
      `${name}: the clock was set back at frame ${shift.frame}; times from there on are shifted by ${shift.seconds} s`,
    );
  }
  return notes;
}

function totals(run: RunReport, paint: Paint): string[] {
  const c = run.counts;
  if (c.frames === 0) return ['', 'No packets.'];
  const list = (record: Record<string, number>) =>
    Object.entries(record)
      .slice(0, 8)
      .map(([name, n]) => `${terminalSafe(name)} ${formatCount(n)}`)
      .join(', ');
  const lines = [
    '',
    `${paint.bold(`${formatCount(c.sessions)} sessions`)}: ${formatCount(c.sessions_ended)} ended, ` +
      `${formatCount(c.sessions_live)} live at the end; at most ${formatCount(c.peak_sessions)} at once`,
  ];
  if (c.sessions > 0) {
    lines.push(`  by end reason   ${list(c.end_reasons)}`);
    lines.push(`  by application  ${list(c.applications)}`);
    lines.push(`  by zones        ${list(c.zone_pairs)}`);
  }
  const drops = COUNTERS.filter((d) => d.severity !== 'info').flatMap((d) => {
    const count = run.counters[d.name] ?? 0;
    return count > 0 ? [`  ${d.name} ${formatCount(count)}  ${paint.dim(d.description)}`] : [];
  });
  if (drops.length > 0) lines.push('', paint.bold('Dropped, by counter'), ...drops);
  return lines;
}

function table(lines: readonly SessionLine[], paint: Paint): string[] {
  const rows = lines.map((line) => line.cells);
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
