/**
 * This file writes what inspecting captures found for people: what was read, when, who is who on the
 * wire, and what the captures lack. One screen or two; `--print json` has all of it.
 */

import { formatBytes, formatCount, formatCountOf, formatSpan } from './duration.ts';
import { terminalSafe } from './escape.ts';
import type { Inspection } from './inspection.ts';
import { inspectionNotes } from './inspection-notes.ts';
import { macLines, segmentNames } from './show-macs.ts';
import type { Paint } from './text.ts';

/** Interfaces, and segments, that are listed. */
const LISTED_MAX = 16;
/** Columns of the rate's picture. */
const COLUMNS_MAX = 60;
const BARS = ' ▁▂▃▄▅▆▇█';
const PAUSES_MAX = 3;

/** The whole text, ending in a newline. */
export function showInspection(found: Inspection, paint: Paint): string {
  const notes = inspectionNotes(found);
  const lines = [
    ...found.inputs.flatMap((input) => inputLines(input, paint)),
    ...(found.frames.count === 0 ? ['', 'No packets.'] : timeLines(found, paint)),
    ...segmentLines(found, paint),
    ...macLines(found, paint),
    ...conversationLines(found, paint),
    '',
    paint.bold('Quality'),
    ...(notes.length === 0 ? ['  nothing is amiss'] : notes.map((text) => `  ${paint.warn(text)}`)),
  ];
  return `${lines.join('\n')}\n`;
}

type Input = Inspection['inputs'][number];

function inputLines(input: Input, paint: Paint): string[] {
  const name = paint.bold(input.name === '-' ? 'standard input' : terminalSafe(input.name));
  if (input.format === null) return [`${name}: not read`];
  const packed = input.compression === 'none' ? '' : ` (${input.compression})`;
  const order = input.byte_order === null ? '' : `, ${input.byte_order}-endian`;
  const size = `${formatBytes(input.bytes)}, ${formatCountOf(input.frames, 'frame')}`;
  const sections = input.section_count > 1 ? `, ${input.section_count} sections` : '';
  const about = [...new Set(input.sections.flatMap((s) => [s.application, s.os, s.hardware]))]
    .filter((text) => text !== null && text !== '')
    .slice(0, 3);
  const writer = about.length === 0 ? '' : `; written by ${about.map(safe).join(', ')}`;
  return [
    `${name}: ${input.format}${packed}${order}, ${size}${sections}${writer}`,
    ...interfaceLines(input.interfaces),
    ...opinionLines(input),
  ];
}

/** Those without frames are of little interest, unless none has any. */
function interfaceLines(faces: Input['interfaces']): string[] {
  const used = faces.filter((face) => face.frames > 0);
  const shown = used.length === 0 ? faces : used;
  const lines = listed(shown.map(interfaceLine), 'interfaces');
  const idle = faces.length - shown.length;
  if (idle > 0) lines.push(`  ${formatCountOf(idle, 'interface')} without frames`);
  return lines;
}

function interfaceLine(face: Input['interfaces'][number]): string {
  const of = [
    face.link_type,
    face.time_resolution,
    face.snap_length ? `snap length ${face.snap_length}` : 'no snap length',
    formatCountOf(face.frames, 'frame'),
  ];
  if (face.filter) of.push(`filter "${safe(face.filter)}"`);
  const drops = (face.dropped_by_interface ?? 0) + (face.dropped_by_os ?? 0);
  const hasDrops = face.dropped_by_interface !== null || face.dropped_by_os !== null;
  if (hasDrops) of.push(`${formatCount(drops)} dropped by the capture`);
  const section = (face.section ?? 1) > 1 ? `section ${face.section} ` : '';
  const description = face.description ? ` (${safe(face.description)})` : '';
  return `  ${section}interface ${face.number} ${safe(face.name ?? '')}${description}: ${of.join(', ')}`.replace(
    ' : ',
    ': ',
  );
}

function opinionLines({ second_opinion: opinion }: Input): string[] {
  if (opinion === null) return [];
  const { native, package: other } = opinion;
  if (other === null) return [`  second opinion: none (${opinion.reason})`];
  const both = `${formatCountOf(native.frames, 'frame')}, ${formatCount(native.captured_bytes)} bytes, times and digest`;
  if (opinion.verdict === 'same') {
    return [
      `  second opinion of pcap-parser: the same ${both}`,
      `    SHA-256 over times, lengths and bytes: ${native.sha256}`,
    ];
  }
  const difference = opinion.first_difference;
  const what =
    difference === null
      ? 'one of them sees damage'
      : `first at frame ${difference.frame}, ${difference.what}: ${difference.native ?? 'no frame'} here, ${difference.package ?? 'no frame'} there`;
  const of = (totals: typeof native) =>
    `${formatCountOf(totals.frames, 'frame')}, ${formatCount(totals.captured_bytes)} bytes, ${totals.first_packet} to ${totals.last_packet}` +
    (totals.damage === null ? '' : `, then: ${safe(totals.damage)}`);
  return [
    `  second opinion of pcap-parser differs, ${what}`,
    `    here   ${of(native)}`,
    `    there  ${of(other)}`,
  ];
}

function timeLines({ time, frames }: Inspection, paint: Paint): string[] {
  const { busiest_second: busiest } = time;
  const rate =
    time.frames_per_second === null
      ? ''
      : `: ${rounded(time.frames_per_second)} frames/s, ${formatBytes(Math.round(time.bytes_per_second ?? 0))}/s`;
  const peak =
    busiest === null
      ? ''
      : `; busiest second ${busiest.time?.slice(11, 19)}: ${formatCountOf(busiest.frames, 'frame')}, ${formatBytes(busiest.bytes)}`;
  const lines = [
    '',
    `${paint.bold('Time')}  from ${time.first_packet} to ${time.last_packet} (${formatSpan(time.seconds)})`,
    `  ${formatCountOf(frames.count, 'frame')}, ${formatBytes(frames.original_bytes)} on the wire${rate}${peak}`,
  ];
  const picture = rateLine(time.rate);
  if (picture !== null) lines.push(`  ${picture}`);
  const pauses = time.longest_pauses
    .slice(0, PAUSES_MAX)
    .map((pause) => `${formatSpan(pause.seconds)} from ${pause.from?.slice(11, 23)}`);
  if (pauses.length > 0) lines.push(`  longest pauses: ${pauses.join(', ')}`);
  const kinds = Object.entries({ ...frames.protocols, ...frames.ether_types })
    .slice(0, LISTED_MAX)
    .map(([kind, count]) => `${kind} ${formatCount(count)}`);
  if (kinds.length > 0) lines.push(`  ${kinds.join(', ')}`);
  return lines;
}

/** The rate over time: a column is one bin or several, as high as its frames. */
function rateLine({ bin_seconds, frames }: Inspection['time']['rate']): string | null {
  if (frames.length < 2) return null;
  const each = Math.ceil(frames.length / COLUMNS_MAX);
  const sums: number[] = [];
  for (let i = 0; i < frames.length; i += each) {
    sums.push(frames.slice(i, i + each).reduce((total, count) => total + count, 0));
  }
  const most = Math.max(...sums);
  // A frame is never invisible, and only the highest column is full.
  const bar = (sum: number) => BARS[Math.ceil((sum / most) * (BARS.length - 1))] ?? '';
  const seconds = Number((each * bin_seconds).toPrecision(6));
  return `|${sums.map(bar).join('')}| ${formatSpan(seconds)} a column, at most ${formatCountOf(most, 'frame')}`;
}

function segmentLines(found: Inspection, paint: Paint): string[] {
  const { segments, repeats } = found;
  const hasVlans = segments.some((segment) => segment.vlans.length > 0);
  if (segments.length < 2 && !hasVlans) return [];
  const names = segmentNames(found);
  const width = Math.max(...names.map((name) => name.length));
  const lines = segments.map((segment, i) => {
    const directions =
      segment.inbound + segment.outbound === 0
        ? ''
        : `, ${formatCount(segment.inbound)} in and ${formatCount(segment.outbound)} out`;
    const of = `${formatCountOf(segment.frames, 'frame')}${directions}, ${formatBytes(segment.bytes)}, ${formatCountOf(segment.macs, 'MAC')}`;
    return `  ${(names[i] ?? '').padEnd(width)}  ${of}`;
  });
  const paths = repeats.paths.map(
    (path) =>
      `  ${formatCountOf(path.packets, 'packet')} forwarded from ${names[path.from_segment]} to ${names[path.to_segment]}`,
  );
  return [
    '',
    `${paint.bold('Segments')} ${paint.dim('(interface, VLAN tags)')}`,
    ...listed(lines, 'segments'),
    ...listed(paths, 'ways'),
  ];
}

function conversationLines({ conversations }: Inspection, paint: Paint): string[] {
  const lines = conversations.by_protocol.slice(0, 8).map((counts) => {
    const of = [`${formatCount(counts.both_directions)} in both directions`];
    if (counts.one_direction > 0) of.push(`${formatCount(counts.one_direction)} in one only`);
    if (counts.without_start > 0) of.push(`${formatCount(counts.without_start)} without a SYN`);
    return `  ${counts.protocol.padEnd(10)}${formatCount(counts.conversations)}: ${of.join(', ')}`;
  });
  return lines.length === 0 ? [] : ['', paint.bold('Conversations'), ...lines];
}

function listed(lines: readonly string[], what: string): string[] {
  const hidden = lines.length - LISTED_MAX;
  if (hidden <= 0) return [...lines];
  return [
    ...lines.slice(0, LISTED_MAX),
    `  … and ${formatCount(hidden)} more ${what} (--print json)`,
  ];
}

function safe(text: string | null): string {
  return terminalSafe(text ?? '');
}

function rounded(rate: number): string {
  if (rate < 0.01) return 'less than 0.01';
  return rate >= 100 ? formatCount(Math.round(rate)) : String(Number(rate.toPrecision(3)));
}
