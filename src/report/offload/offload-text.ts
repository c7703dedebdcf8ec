/**
 * This file writes the estimate of hardware offload for the first screen: what hardware would carry, why
 * it does not carry the rest, which sessions cost the dataplane most, and the one change that frees most.
 */

import type { OffloadCheck } from '../../session/offload-row.ts';
import { formatBytes, formatCount, formatCountOf } from '../duration.ts';
import { terminalSafe } from '../escape.ts';
import { endOf } from '../predict-text.ts';
import { alignColumns } from '../show-columns.ts';
import type { OffloadChange } from './changes.ts';
import type { OffloadCounts } from './counts.ts';
import type { HeavySession } from './heavy-session.ts';

/** What `run.json` has of offload. */
export type OffloadReport = NonNullable<ReturnType<OffloadCounts['report']>>;

const REASONS_MAX = 8;
const HEAVIEST_MAX = 5;
const EARLY_MAX = 8;
/** What has less of the dataplane's packets is not heavy. */
const HEAVY_SHARE = 0.02;
const LABEL_WIDTH = 16;
/** Of text that is wrapped. */
const TEXT_WIDTH = 110;
const HEAD = ['Serial', 'Packets', 'Bytes', 'Application', 'Rule', 'Why'] as const;
const RIGHT = new Set([0, 1, 2]);

/** What a change is, for the checks that a configuration can decide; the rest are named as they are. */
const CHANGES: Partial<Record<OffloadCheck, (cause: string) => string>> = {
  'no-hardware': (cause) => `a platform with offload hardware in place of ${cause}`,
  disabled: (cause) => (cause.startsWith('set ') ? `without ${cause}` : `${cause}: yes`),
  decrypt: (rule) => `no-decrypt for rule ${rule}`,
  'alg-control': (application) => `the ALG of ${application} off, and rules for its data`,
  'content-inspection': (rule) => `no security profiles on rule ${rule}`,
  feature: (feature) => `without ${feature}`,
};

/** What does for one session alone. */
const CARVE_OUTS: Partial<Record<OffloadCheck, string>> = {
  decrypt: 'a no-decrypt rule for it alone would free that',
  'content-inspection': 'a rule without profiles for it alone would free that',
};

/** `3 of 12 sessions in hardware`. */
export function offloadSummary({ sessions: { offloaded, dataplane } }: OffloadReport): string {
  return `estimate: ${formatCount(offloaded)} of ${formatCountOf(offloaded + dataplane, 'session')} offloaded`;
}

/** The lines under the summary. Where hardware has nothing, and would have nothing, they say only why. */
export function offloadLines(report: OffloadReport): string[] {
  const { packets, changes, blocked_by_several: several } = report;
  if (packets.hardware === 0 && changes.length === 0 && several.packets === 0) {
    return reasonLines(report);
  }
  return [
    ...sharesLines(report),
    ...rateLines(report),
    ...reasonLines(report),
    ...earlyLines(report),
    ...changeLines(report),
    ...heaviestLines(report),
    ...wrap(report.assumptions.join('; ')).flatMap((text, i) =>
      row(i === 0 ? 'assumed' : '', text),
    ),
  ];
}

/** A change in words: `no-decrypt for rule decrypt-out`. */
export function changeWords({ check, cause }: Pick<OffloadChange, 'check' | 'cause'>): string {
  const words = cause === null ? undefined : CHANGES[check]?.(terminalSafe(cause));
  return (
    words ?? `nothing against it at ${check}${cause === null ? '' : ` (${terminalSafe(cause)})`}`
  );
}

/** `at most 500 packets/s, without offload 3,000; 63 % of the packets in hardware`. */
export function loadWords({ dataplane_rate: rate, packets }: OffloadReport): string {
  const taken = `${percent(packets.hardware, packets.total)} of the sessions' packets in hardware`;
  if (rate === null) return taken;
  const { with_offload: on, without_offload: off } = rate;
  return `at most ${decimals(on.peak)} packets/s, without offload ${decimals(off.peak)}; ${taken}`;
}

function row(label: string, text: string): string[] {
  return [`  ${label.padEnd(LABEL_WIDTH)}${text}`];
}

function sharesLines({ packets, bytes, punted }: OffloadReport): string[] {
  const of = (sum: OffloadReport['packets'], format: (n: number) => string) =>
    `${format(sum.hardware)} of ${format(sum.total)}`;
  const back = Object.entries(punted);
  const total = back.reduce((sum, [, count]) => sum + count, 0);
  const list = back.map(([reason, count]) => `${reason} ${formatCount(count)}`).join(', ');
  return [
    ...row(
      'in hardware',
      `${of(packets, formatCount)} packets (${percent(packets.hardware, packets.total)}), ` +
        `${of(bytes, formatBytes)} (${percent(bytes.hardware, bytes.total)})`,
    ),
    ...(total === 0
      ? []
      : row('punted back', `${formatCountOf(total, 'packet')} of offloaded sessions: ${list}`)),
  ];
}

function rateLines({ dataplane_rate: rate, packets }: OffloadReport): string[] {
  if (rate === null || packets.total === 0) return [];
  const { with_offload: on, without_offload: off, step } = rate;
  const each = step === 1 ? 's' : `s, over ${decimals(step)} s each`;
  const load = `${decimals(on.peak)} packets/${each} at most, ${decimals(on.mean)} on average`;
  const without =
    packets.hardware === 0
      ? ''
      : `; without offload ${decimals(off.peak)} and ${decimals(off.mean)}`;
  return row('dataplane', `${load}${without}`);
}

function reasonLines({ reasons }: OffloadReport): string[] {
  const list = Object.entries(reasons).map(([name, count]) => `${name} ${formatCount(count)}`);
  if (list.length === 0) return [];
  const hidden = list.splice(REASONS_MAX).length;
  if (hidden > 0) list.push(`… ${formatCount(hidden)} more in run.json`);
  return row('not offloaded', list.join(', '));
}

/** Sessions that aged out while their packets flowed. */
function earlyLines({ late_refresh: { sessions, list } }: OffloadReport): string[] {
  if (sessions === 0) return [];
  const shown = list.slice(0, EARLY_MAX).map(({ session }) => session);
  const hidden = sessions > shown.length ? ', …' : '';
  const what = `${formatCountOf(sessions, 'session')} whose packets flowed`;
  return row(
    'aged out early',
    `${what}, for hardware reports late: serial ${shown.join(', ')}${hidden}`,
  );
}

/** The change that frees most, and the session that most of it is of. */
function changeLines({ changes, blocked_by_several: several, packets }: OffloadReport): string[] {
  const [change] = changes;
  const rest =
    several.packets > (change?.packets ?? 0)
      ? `${formatCountOf(several.packets, 'packet')} of ${formatCountOf(several.sessions, 'session')} would take more than one change`
      : null;
  if (change === undefined) return rest === null ? [] : row('frees most', rest);
  const share = percent(change.packets, packets.dataplane);
  const what = `${formatCountOf(change.packets, 'packet')} (${share} of the dataplane's)`;
  const whose = `of ${formatCountOf(change.sessions, 'session')}`;
  return [
    ...row('frees most', `${changeWords(change)}: ${what} ${whose} would go to hardware`),
    ...heavyLines(change),
    ...(rest === null ? [] : row('', rest)),
  ];
}

function heavyLines({ heaviest, packets, sessions, check }: OffloadChange): string[] {
  if (2 * heaviest.freed_packets <= packets) return [];
  const most = Math.min(heaviest.freed_packets, packets);
  const share = sessions === 1 ? 'all' : percent(most, packets);
  const remedy = CARVE_OUTS[check];
  const which = `${share} of it session ${heaviest.session}, ${endsOf(heaviest)}`;
  return row('', `${which}${remedy === undefined ? '' : `: ${remedy}`}`);
}

function heaviestLines({ heaviest, packets }: OffloadReport): string[] {
  const rows = heaviest
    .slice(0, HEAVIEST_MAX)
    .filter(({ dataplane_packets: n }) => n > 0 && n >= HEAVY_SHARE * packets.dataplane)
    .map((session) => [
      String(session.session),
      formatCount(session.dataplane_packets),
      formatBytes(session.dataplane_bytes),
      terminalSafe(session.application ?? '-'),
      terminalSafe(session.rule ?? '-'),
      whyOf(session),
    ]);
  if (rows.length === 0) return [];
  const table = alignColumns([HEAD, ...rows], RIGHT).map((line) => `    ${line}`);
  return ['  heaviest on the dataplane', ...table];
}

/** `decrypt (decrypt-out)`; of an offloaded session the rest is what is never hardware's. */
function whyOf({ reason, cause }: HeavySession): string {
  if (reason === null) return 'offloaded but for these';
  return cause === null ? reason : `${reason} (${terminalSafe(cause)})`;
}

function endsOf({ source, sport, dst, dport }: HeavySession): string {
  return `${endOf(source, sport)} > ${endOf(dst, dport)}`;
}

/** A part of a whole: `61 %`, `0.4 %`. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '0 %';
  const value = (part / whole) * 100;
  if (value === 0 || (value >= 10 && part < whole)) return `${Math.min(99, Math.round(value))} %`;
  return part === whole ? '100 %' : `${value < 0.1 ? '< 0.1' : value.toFixed(1)} %`;
}

/** Lines of whole words. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= TEXT_WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

/** With separators, and two decimals where it is small. */
function decimals(value: number): string {
  return value >= 100 ? formatCount(Math.round(value)) : String(value);
}
