/** This file lays out the pinhole chart: which control sessions and predicts get a row, and its words. */

import type { ControlReport } from '../control-sessions.ts';
import { formatCountOf } from '../duration.ts';
import { endOf, predictOutcome } from '../predict-text.ts';
import { secondsBetween } from './axis.ts';

/** Rows of the picture, those of control sessions among them, and rows of one control session. */
const ROWS_MAX = 48;
const PREDICTS_MAX = 16;

/** What the chart is drawn from. */
export interface PinholeChart {
  readonly title: string;
  /** The numbers, in words. */
  readonly about: string;
  /** Time of the first packet, and of the clock's end, RFC 3339 with nine decimals. */
  readonly start: string;
  readonly end: string;
  readonly controls: readonly ControlReport[];
  readonly predicted: number;
}

/** Both ends in seconds since the first packet. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

export type PinholeRow = Stretch & { readonly name: string; readonly outcome: string } & (
    | { readonly isControl: true; readonly marks: readonly number[] }
    | {
        readonly isControl: false;
        readonly kind: 'converted' | 'unused' | 'gone' | 'open';
        readonly flows: readonly Stretch[];
      }
  );

/** The rows in their order, and what has none, in words; empty where all have one. */
export function pinholeRows(chart: PinholeChart): { rows: PinholeRow[]; leftOut: string } {
  const rows: PinholeRow[] = [];
  let drawn = 0;
  let sessions = 0;
  for (const control of chart.controls) {
    // A control session without room for a predict is left out with all of its own.
    if (rows.length + 2 > ROWS_MAX) break;
    const room = Math.min(PREDICTS_MAX, ROWS_MAX - rows.length - 1);
    const predicts = control.predicts.slice(0, room);
    rows.push(controlRow(control, chart), ...predicts.map((one) => predictRow(one, chart)));
    drawn += predicts.length;
    sessions++;
  }
  const out = [
    [chart.controls.length - sessions, 'control session'],
    [chart.predicted - drawn, 'predict'],
  ] as const;
  const words = out.flatMap(([n, name]) => (n > 0 ? [formatCountOf(n, name)] : []));
  return { rows, leftOut: words.length === 0 ? '' : `not drawn: ${words.join(', ')}` };
}

function controlRow(control: ControlReport, { start, end }: PinholeChart): PinholeRow {
  const { session, alg, source, dst, blind_since: blind, predicts } = control;
  const ends = `${endOf(source, control.sport)} > ${endOf(dst, control.dport)}`;
  const remarks = [
    ...(control.alg_on === false ? ['ALG off'] : []),
    ...(blind === null ? [] : [`blind from packet ${blind} on`]),
  ];
  if (remarks.length + predicts.length === 0) remarks.push('no predict');
  return {
    isControl: true,
    name: alg === null ? `session ${session}` : `${session} ${alg} ${ends}`,
    outcome: remarks.join(', '),
    ...stretch(control.start ?? start, control.end ?? end, { start, end }),
    marks: predicts.map(({ installed }) => secondsBetween(start, installed)),
  };
}

function predictRow(predict: ControlReport['predicts'][number], chart: PinholeChart): PinholeRow {
  const { packet, cause, application, dst, dport, installed, removed, outcome } = predict;
  const kinds = { converted: 'converted', expired: 'unused', open: 'open' } as const;
  return {
    isControl: false,
    name: `#${packet} ${cause}: ${application} to ${endOf(dst, dport)}`,
    outcome: predictOutcome(predict),
    ...stretch(installed, removed ?? chart.end, chart),
    kind: outcome in kinds ? kinds[outcome as keyof typeof kinds] : 'gone',
    flows: predict.flows.map((flow) => stretch(flow.start, flow.end ?? chart.end, chart)),
  };
}

/** Cut to the time of the chart. */
function stretch(
  from: string,
  to: string,
  { start, end }: Pick<PinholeChart, 'start' | 'end'>,
): Stretch {
  const last = Math.max(0, secondsBetween(start, end));
  const within = (time: string) => Math.min(last, Math.max(0, secondsBetween(start, time)));
  return { from: within(from), to: within(to) };
}
