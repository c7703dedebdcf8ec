/** This file writes the answer of a what-if for people in a hurry: what changes first, then which sessions. */

import { protocolName } from '../net/protocol.ts';
import { formatCount, formatCountOf, formatSpan } from '../report/duration.ts';
import { terminalSafe } from '../report/escape.ts';
import { extrapolationHeadline } from '../report/extrapolation.ts';
import { damageText, skippedLines } from '../report/quality-notes.ts';
import { selectionLines } from '../report/selection-report.ts';
import { type Paint, PLAIN } from '../report/text.ts';
import type { ChangedSession } from './compare-sessions.ts';
import type { Aspect, SessionEnd } from './session-ends.ts';
import type { WhatIfReport } from './what-if.ts';
import { KEY_ROWS, type TableRow } from './what-if-table.ts';

/** How much is shown. */
export interface WhatIfTextOptions {
  /** Changed sessions that are listed, for each variant. */
  readonly limit: number;
  /** Rows, too, that no variant changes. */
  readonly all: boolean;
  readonly paint?: Paint;
}

/** What many terminals show; the table of more variants goes on below. */
const LINE_CHARACTERS_MAX = 120;
/** Columns are named by the variants where these are as short. */
const HEADING_CHARACTERS_MAX = 14;
/** What is not the same of sessions that end for the same reason. */
const ASPECTS: Readonly<Record<Aspect, string>> = {
  end: 'in another state',
  time: 'at another time',
  rule: 'under another rule',
  application: 'as another application',
  packets: 'with other packets',
  dropped: 'with other drops',
};
/** Counts below it are told apart one by one. */
const FEW = 100;
const LETTERS = 'ABCDEFGHIJKLMNOPQ';

/** The whole text, ending in a newline. */
export function whatIfText(answer: WhatIfReport, options: WhatIfTextOptions): string {
  const paint = options.paint ?? PLAIN;
  const headings = headingsOf(answer);
  const lines = [
    ...head(answer, headings, paint),
    '',
    ...tableLines(answer, headings, options, paint),
    ...answer.differences.flatMap((one, i) => [
      '',
      ...differenceLines(answer, one, headings[i + 1] ?? '', options.limit, paint),
    ]),
    ...extrapolationLines(answer),
  ];
  return `${lines.join('\n')}\n`;
}

/** What a scaled answer takes for granted. */
function extrapolationLines({ extrapolation }: WhatIfReport): string[] {
  if (!extrapolation) return [];
  return [
    '',
    'Extrapolated, under these assumptions (one by one, only the sessions of the capture itself are compared):',
    ...extrapolation.assumptions.map((text) => `  - ${text}`),
  ];
}

/** The variants' names, or letters where one is too long to stand above a column. */
function headingsOf({ variants }: WhatIfReport): string[] {
  const isShort = variants.every(({ name }) => name.length <= HEADING_CHARACTERS_MAX);
  return variants.map(({ name }, i) =>
    isShort || i === 0 ? terminalSafe(name) : LETTERS.charAt(i - 1),
  );
}

function head(answer: WhatIfReport, headings: readonly string[], paint: Paint): string[] {
  const [first] = answer.inputs;
  const others = answer.inputs.length - 1;
  const name = first?.name === '-' ? 'standard input' : terminalSafe(first?.name ?? '');
  const more = others > 0 ? ` and ${formatCountOf(others, 'more input')}` : '';
  const frames = answer.inputs.reduce((total, input) => total + input.frames, 0);
  const { first_packet: start, last_packet: last, clock_end: end } = answer.time;
  const lines = [`${paint.bold(`${name}${more}`)}: ${formatCountOf(frames, 'frame')}`];
  if (start !== null && last !== null) lines.push(`From ${start} to ${last}`);
  if (end !== null && end !== last) lines.push(`The clock ends at ${end}`);
  lines.push(...skippedLines(answer));
  lines.push(...selectionLines(answer.selection, 'the table over time, packets and counters'));
  const { extrapolation } = answer;
  if (extrapolation) lines.push(paint.warn(extrapolationHeadline(extrapolation)));
  for (const damage of answer.damage) {
    lines.push(paint.warn(`damaged: ${terminalSafe(damageText(damage, damage.file))}`));
  }
  if (!answer.complete && answer.damage.length === 0) {
    lines.push(paint.warn('stopped early: this covers what was read'));
  }
  const width = Math.max(...headings.map((heading) => heading.length));
  answer.variants.forEach((variant, i) => {
    const { name: own, settings, configuration, warnings } = variant;
    const file = configuration ?? 'the built-in configuration';
    const says = i === 0 || settings.length === 0 ? file : settings.join(', ');
    const named = headings[i] === own || own === settings.join(' ') ? '' : `${own}: `;
    lines.push(
      `  ${paint.bold((headings[i] ?? '').padEnd(width))}  ${terminalSafe(`${named}${says}`)}`,
    );
    // Of a drained run it is when its last session ended; twins' last packets are but milliseconds later.
    const ownEnd = variant.clock_end;
    if (ownEnd?.slice(0, 19) !== end?.slice(0, 19)) lines.push(`    its clock ends at ${ownEnd}`);
    for (const text of warnings) lines.push(paint.warn(`    Warning: ${terminalSafe(text)}`));
  });
  return lines;
}

function tableLines(
  answer: WhatIfReport,
  headings: readonly string[],
  { all }: WhatIfTextOptions,
  paint: Paint,
): string[] {
  const rows = answer.table.filter((row) => all || row.changed || KEY_ROWS.includes(row.key));
  const isOneDay = staysInOneDay(answer);
  const texts = rows.map((row) => row.values.map((value, i) => cell(row, value, i, isOneDay)));
  const first = Math.max(...rows.map(({ title }) => title.length));
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...texts.map((cells) => cells[i]?.length ?? 0)),
  );
  const lineOf = (title: string, cells: readonly string[], block: readonly number[]) =>
    title.padEnd(first) +
    block.map((i) => `  ${(cells[i] ?? '').padStart(widths[i] ?? 0)}`).join('');
  const hidden = answer.table.length - rows.length;
  const more = hidden > 0 ? [`${formatCountOf(hidden, 'row')} alike: --all shows them`] : [];
  const lines = blocksOf(first, widths).flatMap((block, n) => [
    ...(n === 0 ? [] : ['']),
    paint.bold(lineOf('', headings, block)),
    ...rows.map((row, i) => lineOf(terminalSafe(row.title), texts[i] ?? [], block)),
  ]);
  return [...lines, ...more.map(paint.dim)];
}

/** Columns that stand side by side: the base's, and as many others as a line has room for. */
function blocksOf(titleWidth: number, widths: readonly number[]): number[][] {
  const [base = 0, ...others] = widths.map((width) => width + 2);
  const room = LINE_CHARACTERS_MAX - titleWidth - base;
  const blocks: number[][] = others.length === 0 ? [[0]] : [];
  let block: number[] = [];
  let length = room + 1;
  others.forEach((width, i) => {
    if (length + width > room) {
      block = [0];
      blocks.push(block);
      length = 0;
    }
    block.push(i + 1);
    length += width;
  });
  return blocks;
}

/** A value, and how far it is from the base's. */
function cell(row: TableRow, value: number | string | null, i: number, isOneDay: boolean): string {
  const [base] = row.values;
  const text = typeof value === 'string' ? clockText(value, isOneDay) : valueText(row, value);
  if (i === 0 || value === base || typeof value !== 'number' || typeof base !== 'number') {
    return i > 0 && value === base ? '=' : text;
  }
  // Against nothing, the number is the difference.
  if (row.unit === 'setting' || base === 0) return text;
  return `${text} (${difference(row, value, base)})`;
}

function valueText({ unit }: Pick<TableRow, 'unit'>, value: number | null): string {
  if (value === null) return '-';
  if (unit === 'share') return `${(100 * value).toFixed(1)} %`;
  if (unit === 'seconds') return value === 0 ? '0 s' : formatSpan(value);
  return numberText(value);
}

/** Whole, or with as many decimals as matter. */
function numberText(value: number): string {
  if (Number.isInteger(value)) return formatCount(value);
  const decimals = value >= 1000 ? 0 : value >= 10 ? 1 : 2;
  const [whole = '', part] = value.toFixed(decimals).split('.');
  return part === undefined ? formatCount(Number(whole)) : `${formatCount(Number(whole))}.${part}`;
}

function difference({ unit }: TableRow, value: number, base: number): string {
  const by = value - base;
  const sign = by < 0 ? '-' : '+';
  if (unit === 'share') return `${sign}${Math.abs(100 * by).toFixed(1)} points`;
  // Of a few, how many says more than a percentage.
  if (base === 0 || (Number.isInteger(by) && base < FEW))
    return `${sign}${valueText({ unit }, Math.abs(by))}`;
  const percent = (100 * Math.abs(by)) / base;
  // Beyond ten times, or below a tenth of a percent, percents say less than the numbers.
  if (percent >= 1000) return `x${numberText(value / base)}`;
  if (percent < 0.1) return `${sign}<0.1 %`;
  // All but everything is not everything.
  if (by < 0 && value > 0 && percent > 99) return `-${Math.min(percent, 99.9).toFixed(1)} %`;
  return `${sign}${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

function differenceLines(
  answer: WhatIfReport,
  one: WhatIfReport['differences'][number],
  heading: string,
  limit: number,
  paint: Paint,
): string[] {
  const name = paint.bold(heading);
  const { same, different, only_in_base, only_in_variant } = one;
  if (same === null || different === null) {
    return [`${name}: too many sessions to compare one by one`];
  }
  const changed = different + (only_in_base ?? 0) + (only_in_variant ?? 0);
  if (changed === 0) return [`${name}: every session ends as in the base`];
  const total = same + changed - (only_in_variant ?? 0);
  const lines = [
    `${name}: ${formatCount(different)} of ${formatCountOf(total, 'session')} changed` +
      only(only_in_base, 'only in the base') +
      only(only_in_variant, `only with ${heading}`),
  ];
  for (const { base, variant, changed, sessions } of one.by_ending) {
    const others = changed.map((aspect) => ASPECTS[aspect]).join(', ');
    const how = base === variant ? `${base}, ${others}` : `${base} → ${variant}`;
    lines.push(`  ${formatCount(sessions).padStart(7)}  ${how}`);
  }
  const isOneDay = staysInOneDay(answer);
  const shown = one.sessions.slice(0, limit);
  for (const session of shown) lines.push(...sessionLines(session, heading, isOneDay));
  const hidden = changed - shown.length;
  if (hidden > 0 && limit > 0) {
    lines.push(paint.dim(`  … and ${formatCount(hidden)} more: --limit N shows more`));
  }
  return lines;
}

function only(count: number | null, words: string): string {
  return count === null || count === 0 ? '' : `, ${formatCount(count)} ${words}`;
}

/** A session, and its end in the base and in the variant. */
function sessionLines(session: ChangedSession, heading: string, isOneDay: boolean): string[] {
  const { packet, protocol, source, source_zone, sport, dst, dst_zone, dport } = session;
  const time = (text: string) => clockText(text, isOneDay);
  const ends = `${place(source, sport)}[${source_zone}] > ${place(dst, dport)}[${dst_zone ?? 'unknown'}]`;
  const width = Math.max(4, heading.length);
  const line = (name: string, end: SessionEnd | null) =>
    `      ${name.padEnd(width)}  ${end === null ? 'no such session' : endText(end, time)}`;
  return [
    `  #${packet} ${time(session.start_time)} ${protocolName(protocol)} ${terminalSafe(ends)}`,
    line('base', session.base),
    line(heading, session.variant),
  ];
}

function endText(end: SessionEnd, time: (text: string) => string): string {
  const { serial, state, end_reason, end_time, action, rule, application, packets, dropped } = end;
  const how = end_time === null ? `live, ${state}` : `${end_reason} ${time(end_time)}`;
  const count = formatCountOf(packets, 'packet');
  const lost = dropped === 0 ? '' : ` (${formatCount(dropped)} dropped)`;
  const ruled = `${action} by ${rule ?? 'no rule'}`;
  return terminalSafe(
    `session ${serial}: ${how}, ${count}${lost}, ${application ?? 'unknown'}, ${ruled}`,
  );
}

/** Whether all clocks stay in the day of the first packet. */
function staysInOneDay({ time, variants }: WhatIfReport): boolean {
  const day = time.first_packet?.slice(0, 10);
  return variants.every(({ clock_end }) => clock_end?.slice(0, 10) === day);
}

/** Without the zeros behind the last digit, and without a date that all have. */
function clockText(text: string, isOneDay: boolean): string {
  const short = text.replace(/\.?0*Z$/, '');
  return isOneDay ? short.slice(11) : short;
}

function place(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
