/**
 * This file writes what ALGs did for the first screen: each control session with its predicts and what
 * became of them, data flows that were refused, and those that no predict explains.
 */

import { protocolName } from '../net/protocol.ts';
import type { ControlReport } from './control-sessions.ts';
import { formatCount, formatCountOf } from './duration.ts';
import { terminalSafe } from './escape.ts';
import type { PredictCounts } from './predict-counts.ts';

/** What `run.json` has of predicts. */
export type PredictReport = ReturnType<PredictCounts['report']>;
type ListedPredict = ControlReport['predicts'][number];
type RefusedReport = PredictReport['refused_flow_list'][number];
type UnexplainedReport = PredictReport['unexplained_flow_list'][number];

const CONTROLS_MAX = 10;
const PREDICTS_MAX = 8;
const FLOWS_MAX = 10;

/** Whether there is anything to say. */
export function hasPredictNews(report: PredictReport): boolean {
  const { control_session_list: controls, refused, over_limit } = report;
  return controls.length + refused + over_limit + report.unexplained_flows > 0;
}

/** `3 predicted: 1 converted, 2 expired unused; 1 announcement refused`. */
export function predictSummary(report: PredictReport): string {
  const outcomes = [
    [report.converted, 'converted'],
    [report.expired, 'expired unused'],
    [report.withdrawn, 'withdrawn'],
    [report.superseded, 'superseded'],
    [report.parent_closed, 'gone with its parent'],
    [report.open, 'open'],
  ] as const;
  const list = outcomes.flatMap(([n, name]) => (n > 0 ? [`${formatCount(n)} ${name}`] : []));
  const { refused, over_limit: over, refused_flows: flows, unexplained_flows: odd } = report;
  return [
    formatCountOf(report.control_sessions, 'control session'),
    `${formatCount(report.predicted)} predicted${list.length > 0 ? ': ' : ''}${list.join(', ')}`,
    ...(refused > 0 ? [`${formatCountOf(refused, 'announcement')} refused`] : []),
    ...(over > 0 ? [`${formatCountOf(over, 'announcement')} over a limit`] : []),
    ...(flows > 0 ? [`${formatCountOf(flows, 'data flow')} refused`] : []),
    ...(odd > 0 || report.unexplained_at_least
      ? [`${atLeast(report)}${formatCountOf(odd, 'data flow')} unexplained`]
      : []),
  ].join('; ');
}

/** Lines of the sessions and flows, without the summary. */
export function predictLines(report: PredictReport): string[] {
  const { control_session_list: controls } = report;
  const shown = controls.slice(0, CONTROLS_MAX);
  const lines = shown.flatMap(controlLines);
  const hidden = controls.length - shown.length;
  if (hidden > 0) lines.push(`… ${formatCountOf(hidden, 'more control session')} in run.json`);
  const refused = report.refused_flow_list.slice(0, FLOWS_MAX);
  lines.push(...refused.map(refusedLine));
  lines.push(...rest(report.refused_flows - refused.length, 'refused data flow'));
  const odd = report.unexplained_flow_list.slice(0, FLOWS_MAX);
  lines.push(...odd.map(unexplainedLine));
  const left = report.unexplained_flows - odd.length;
  lines.push(...rest(left, 'unexplained data flow', atLeast(report)));
  return lines;
}

function rest(count: number, name: string, bound = ''): string[] {
  return count > 0 ? [`… ${bound}${formatCountOf(count, `more ${name}`)}`] : [];
}

/** Beyond what is kept there may be more (unexplained-flows). */
const atLeast = (report: PredictReport) => (report.unexplained_at_least ? 'at least ' : '');

function controlLines(control: ControlReport): string[] {
  const shown = control.predicts.slice(0, PREDICTS_MAX);
  const lines = [controlLine(control), ...shown.map((predict) => `  ${predictLine(predict)}`)];
  const hidden = control.predicts.length - shown.length;
  if (hidden > 0) lines.push(`  … ${formatCountOf(hidden, 'more predict')} in run.json`);
  return lines;
}

function controlLine({ session, alg, source, dst, ...control }: ControlReport): string {
  if (alg === null || source === null || dst === null) return `session ${session}`;
  const ways = `${endOf(source, control.sport)} > ${endOf(dst, control.dport)}`;
  const { blind_since: since, blind_cause: cause, gaps } = control;
  const remarks = [
    ...(control.alg_on === false ? [`the ALG of ${alg} is off`] : []),
    ...(since === null ? [] : [`its ALG is blind from packet ${since} on${because(cause)}`]),
    ...(gaps > 0 ? [`${formatCountOf(gaps, 'gap')} in what its ALG read`] : []),
    ...(control.predicts.length === 0 ? ['no predict'] : []),
  ];
  const said = remarks.length === 0 ? '' : `: ${remarks.join(', ')}`;
  return `session ${session} ${terminalSafe(alg)} ${ways}${said}`;
}

function predictLine(predict: ListedPredict): string {
  const { serial, packet, cause, application, protocol, source, sport, dst, dport } = predict;
  const flow = `${application}/${protocolName(protocol)} ${endOf(source, sport)} > ${endOf(dst, dport)}`;
  const life = `${predict.installed.slice(11, 23)} for ${formatCount(predict.timeout)} s`;
  const what = `predict ${serial}, ${terminalSafe(cause)} in packet ${packet}`;
  return `${what}: ${flow}, ${life}: ${predictOutcome(predict)}`;
}

/** What became of a predict, in words. */
export function predictOutcome(
  predict: Pick<ListedPredict, 'outcome' | 'withdrawn_by' | 'session' | 'sessions'>,
): string {
  const { outcome, session, sessions, withdrawn_by: by } = predict;
  if (session !== null) {
    const more = sessions > 1 ? ` and ${formatCountOf(sessions - 1, 'other')}` : '';
    return `converted to session ${session}${more}`;
  }
  if (outcome === 'expired') return 'expired unused';
  if (outcome === 'parent-closed') return 'gone with its parent';
  return by === null ? outcome : `${outcome} by ${terminalSafe(by)}`;
}

const REFUSALS: Readonly<Record<string, (alg: string) => string>> = {
  'alg-off': (alg) => `the ALG of ${alg} is off`,
  'third-host': (alg) => `${alg} announced a third host`,
};

function refusedLine(flow: RefusedReport): string {
  const { alg, reason, packet, session } = flow;
  const who = session === null ? `packet ${packet}` : `session ${session}, packet ${packet}`;
  const why = REFUSALS[reason]?.(terminalSafe(alg)) ?? terminalSafe(reason);
  const what = `${flow.application}/${protocolName(flow.protocol)} to ${endOf(flow.dst, flow.dport)}`;
  const said = `${terminalSafe(flow.cause)} of session ${flow.parent} in packet ${flow.announced_packet}`;
  return `refused: ${who}: ${what}, announced by ${said}: ${why}`;
}

function unexplainedLine(flow: UnexplainedReport): string {
  const ways = `${endOf(flow.source, flow.sport)} > ${endOf(flow.dst, flow.dport)}`;
  const application = flow.application === null ? '' : `${terminalSafe(flow.application)}/`;
  const what = `session ${flow.session}, packet ${flow.packet}: ${application}${protocolName(flow.protocol)} ${ways}`;
  return `unexplained: ${what}${flow.denied ? ', denied' : ''}: ${whyText(flow)}`;
}

function whyText({
  why,
  predict,
  control,
  blind_since: since,
  blind_cause: cause,
}: UnexplainedReport) {
  switch (why) {
    case 'predict-over':
      return `predict ${predict} of session ${control} was over by then`;
    case 'alg-blind':
      return `the ALG of session ${control} is blind from packet ${since} on${because(cause)}`;
    case 'capture-gap':
      return `the capture lacks a part of control session ${control}`;
    case 'not-announced':
      return `control session ${control} did not announce it`;
    case 'not-known':
      return 'there were too many control sessions to keep';
    case 'no-control-session':
      return 'no control session of these hosts was there';
  }
}

const because = (cause: string | null) => (cause === null ? '' : ` (${terminalSafe(cause)})`);

/** Address and port, `*` for any. */
export function endOf(address: string | null, port: number | null): string {
  const host = address === null ? '*' : address.includes(':') ? `[${address}]` : address;
  return `${host}:${port === null || port === 0 ? '*' : port}`;
}
