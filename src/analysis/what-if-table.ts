/**
 * This file makes the table of a what-if: what each variant came to, number by number, with the base
 * first.
 */

import { timeText } from '../net/time.ts';
import type { RunReport } from '../report/run-report.ts';

/** What one variant came to. */
export interface VariantOutcome {
  readonly run: RunReport;
  /** Sessions that a rule denied. */
  readonly denied: number;
  readonly table: TableUse;
  /** Seconds that the clock ran; null without a packet. */
  readonly span: number | null;
}

/** How full the session table was: of the engine's Occupancy. */
export interface TableUse {
  /** Infinite where only memory bounds the table. */
  readonly slots: number;
  readonly sessionNs: number;
  readonly fullNs: number;
  readonly fullSince: { readonly second: number; readonly nanosecond: number } | null;
}

/** What the numbers of a row count. */
export type Unit =
  | 'setting'
  | 'count'
  | 'sessions'
  | 'session-seconds'
  | 'seconds'
  | 'time'
  | 'share';

/** One number of every variant, the base's first; null where it does not apply. */
export interface TableRow {
  readonly key: string;
  readonly title: string;
  readonly unit: Unit;
  readonly values: readonly (number | string | null)[];
}

/** Rows that are shown even where no variant changes them. */
export const KEY_ROWS: readonly string[] = ['sessions', 'peak_sessions', 'mean_sessions'];

type Value = (outcome: VariantOutcome) => number | string | null;

// biome-ignore format: a table
const ROWS: readonly (readonly [key: string, title: string, unit: Unit, value: Value])[] = [
  ['peak_sessions',     'peak in the table',                'sessions',        ({ run }) => run.counts.peak_sessions],
  ['peak_time',         'peak at',                          'time',            ({ run }) => run.counts.peak_sessions_time],
  ['mean_sessions',     'mean over time',                   'sessions',        mean],
  ['session_seconds',   'session-seconds',                  'session-seconds', ({ table }) => table.sessionNs / 1e9],
  ['table_size',        'room in the table',                'setting',         ({ table }) => Number.isFinite(table.slots) ? table.slots : null],
  ['full_since',        'table full since',                 'time',            ({ table }) => timeText(table.fullSince)],
  ['full_seconds',      'table full for',                   'seconds',         ({ table }) => table.fullNs / 1e9],
  ['alloc_failures',    'sessions refused, no slot',        'count',           counter('session_alloc_failure')],
  ['sessions',          'sessions created',                 'count',           ({ run }) => run.counts.sessions],
  ['sessions_live',     'live at the end',                  'count',           ({ run }) => run.counts.sessions_live],
];

// biome-ignore format: a table
const LATER_ROWS: typeof ROWS = [
  ['denied_sessions',   'denied by rule',                   'count',           ({ denied }) => denied],
  ['dropped_packets',   'packets dropped in sessions',      'count',           ({ run }) => run.counts.dropped_packets],
  ['without_session',   'packets without a session',        'count',           ({ run }) => run.counts.frames_by_place.without_session],
  ['predicts',          'predicts installed',               'count',           ({ run }) => run.counts.predict_sessions.predicted],
  ['predicts_converted','predicts converted',               'count',           ({ run }) => run.counts.predict_sessions.converted],
  ['predicts_expired',  'predicts expired',                 'count',           ({ run }) => run.counts.predict_sessions.expired],
  ['offload_sessions',  'offload, sessions (estimate)',     'count',           ({ run }) => run.counts.offload?.sessions.offloaded ?? null],
  ['offload_packets',   'offload, packets (estimate)',      'share',           share('packets')],
  ['offload_bytes',     'offload, bytes (estimate)',        'share',           share('bytes')],
  ['dataplane_peak',    'dataplane packets/s, peak (est.)', 'count',           ({ run }) => run.counts.offload?.dataplane_rate?.with_offload.peak ?? null],
];

/** All rows; `outcomes` begins with the base. */
export function whatIfTable(outcomes: readonly VariantOutcome[]): TableRow[] {
  const reasons = namesIn(outcomes, ({ run }) => Object.keys(run.counts.end_reasons));
  const drops = namesIn(outcomes, ({ run }) => dropCounters(run));
  const pools = namesIn(outcomes, ({ run }) => (run.counts.nat?.pools ?? []).map(poolName));
  const fill = ([key, title, unit, value]: (typeof ROWS)[number]): TableRow => {
    return { key, title, unit, values: outcomes.map(value) };
  };
  return [
    ...ROWS.map(fill),
    ...reasons.map((reason) =>
      fill([
        `end_reason.${reason}`,
        `ended by ${reason}`,
        'count',
        ({ run }) =>
          new Map<string, number>(Object.entries(run.counts.end_reasons)).get(reason) ?? 0,
      ]),
    ),
    ...LATER_ROWS.map(fill),
    ...drops.map((name) => fill([`drop.${name}`, `dropped: ${name}`, 'count', counter(name)])),
    ...pools.map((name) =>
      fill([`nat_pool_peak.${name}`, `NAT pool ${name}, peak`, 'count', poolPeak(name)]),
    ),
  ];
}

/** Whether a variant has another value than the base. */
export function isChanged({ values }: TableRow): boolean {
  return values.some((value) => value !== values[0]);
}

/** Time-weighted mean of the sessions in the table. */
function mean({ table, span }: VariantOutcome): number | null {
  return span === null || span === 0 ? null : table.sessionNs / 1e9 / span;
}

/** Names of all outcomes, each once, those of the base first. */
function namesIn(
  outcomes: readonly VariantOutcome[],
  namesOf: (outcome: VariantOutcome) => readonly string[],
): string[] {
  return [...new Set(outcomes.flatMap(namesOf))];
}

/** Counters of drops, but those that have a row of their own. */
function dropCounters(run: RunReport): string[] {
  return run.counter_table.flatMap(({ name, severity }) =>
    severity === 'drop' && name !== 'session_alloc_failure' ? [name] : [],
  );
}

function counter(name: string): Value {
  return ({ run }) => run.counters[name] ?? 0;
}

/** Share of all packets or bytes of sessions that hardware could carry; null where nobody asked. */
function share(of: 'packets' | 'bytes'): Value {
  return ({ run: { counts } }) => {
    if (counts.offload === null) return null;
    const { total, hardware } = counts.offload[of];
    return total === 0 ? 0 : hardware / total;
  };
}

type Pool = NonNullable<RunReport['counts']['nat']>['pools'][number];

function poolName({ kind, addresses, rules }: Pool): string {
  return `${rules.join('+')} ${kind} ${addresses.join(' ')}`;
}

function poolPeak(name: string): Value {
  return ({ run }) => run.counts.nat?.pools.find((pool) => poolName(pool) === name)?.peak ?? null;
}
