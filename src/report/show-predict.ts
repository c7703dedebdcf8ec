/**
 * This file writes predicts as `show session id` and `show session all` print them, type PRED (panos.md
 * §4.1, §4.2): zero stands for what is not known, the rule is empty, nothing of NAT, QoS or interfaces.
 */

import { formatTime } from '../net/time.ts';
import type { PredictRow } from '../session/predict-row.ts';
import { formatCountOf } from './duration.ts';
import { terminalSafe } from './escape.ts';
import { alignColumns } from './show-columns.ts';
import { entryLines, sessionAllHead } from './show-session-all.ts';
import { detailRow, flowLines, sessionLine, startTime } from './show-session-id.ts';

const FACTS = ['Serial', 'Announced', 'Packet', 'Cause', 'Parent', 'Outcome'] as const;
const FACTS_RIGHT = new Set([2]);
const FACTS_COLUMN = 13;

/** Source and destination, zeros for what may be any. */
function endsOf({ expected }: PredictRow): [source: string, destination: string] {
  const { source, destination } = expected;
  const any = (source ?? destination ?? '').includes(':') ? '::' : '0.0.0.0';
  return [source ?? any, destination ?? any];
}

/** The predict as `show session id` prints it, ending in a newline. */
export function showPredictId(row: PredictRow): string {
  const { expected, end, installed } = row;
  const [source, dst] = endsOf(row);
  const isLive = end === null;
  const { protocol, sport, dport } = expected;
  const lines = [
    sessionLine(row.sessionId),
    '',
    ...flowLines({
      ...{ direction: 'c2s', source, zone: expected.sourceZone ?? 'any', dst, protocol },
      ...{ sport, dport, state: isLive ? 'ACTIVE' : 'INIT', type: 'PRED' },
    }),
    '',
    ...flowLines({
      ...{ direction: 's2c', source: expected.translated?.address ?? dst, dst: source, protocol },
      ...{ zone: expected.destinationZone ?? 'any', sport: expected.translated?.port ?? dport },
      ...{ dport: sport, state: isLive ? 'OPENING' : 'INIT', type: 'PRED' },
    }),
    '',
    detailRow('start time', startTime(installed.second)),
    detailRow('timeout', `${row.timeout} sec`),
    ...(isLive ? [detailRow('time to live', `${row.timeToLive} sec`)] : []),
    detailRow('total byte count(c2s)', 0),
    detailRow('total byte count(s2c)', 0),
    detailRow('layer7 packet count(c2s)', 0),
    detailRow('layer7 packet count(s2c)', 0),
    detailRow('vsys', 'vsys1'),
    detailRow('application', expected.application),
    detailRow('rule', ''),
    detailRow('service timeout override(index)', 'False'),
    detailRow('session to be logged at end', 'False'),
    detailRow('session in session ager', isLive ? 'True' : 'False'),
    detailRow('session updated by HA peer', 'False'),
    detailRow('parent session', row.parentId),
    detailRow('prediction triggered by', expected.triggeredBy),
    detailRow('prediction matched once', row.session === null ? 'False' : 'True'),
    detailRow('end-reason', row.outcome === 'expired' ? 'aged-out' : 'unknown'),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the firewall does not show: announcement and outcome. */
export function predictHistory(row: PredictRow): string[] {
  const { installed, end, expected, session, sessions } = row;
  const more = sessions > 1 ? `, the first of ${sessions}` : '';
  return [
    'Replay',
    detailRow('serial (--predict takes it)', row.serial),
    detailRow('announced', `${expected.cause}, packet ${installed.packet}`),
    detailRow('time', formatTime(installed.second, installed.nanosecond)),
    detailRow('serial of the parent', row.parent),
    detailRow('outcome', outcomeText(row)),
    ...(session === null ? [] : [detailRow('converted to serial', `${session}${more}`)]),
    ...(row.isInferred ? [detailRow('port inferred', 'True')] : []),
    ...(row.isObserved ? [detailRow('translation observed', 'True')] : []),
    detailRow('left the table', end === null ? '-' : formatTime(end.second, end.nanosecond)),
  ];
}

/** The table of predicts, by serial: the two lines of `show session all`, and a third. */
export function predictTable(rows: readonly PredictRow[]): string[] {
  if (rows.length === 0) return [];
  const facts = rows.map((row) => [
    String(row.serial),
    formatTime(row.installed.second, row.installed.nanosecond).slice(11, 23),
    String(row.installed.packet),
    terminalSafe(row.expected.cause),
    String(row.parent),
    outcomeText(row),
  ]);
  const [header = '', ...lines] = alignColumns([FACTS, ...facts], FACTS_RIGHT);
  const indent = ' '.repeat(FACTS_COLUMN);
  return [
    ...sessionAllHead([`${indent.slice(1)}${header}`]),
    ...rows.flatMap((row, i) => [...allLines(row), `${indent}${lines[i]}`]),
  ];
}

/** What a control session announced, with an empty line after it; nothing where it announced nothing. */
export function predictSection(rows: readonly PredictRow[], count: number): string[] {
  if (rows.length === 0) return [];
  const hidden = count - rows.length;
  const more = hidden > 0 ? [`… and ${formatCountOf(hidden, 'more predict')}`] : [];
  return ['Predict sessions', ...predictTable(rows), ...more, ''];
}

function outcomeText({
  outcome,
  session,
  sessions,
  withdrawnBy,
  end,
  timeToLive,
}: PredictRow): string {
  const left = end === null ? `, ${timeToLive} s left` : '';
  if (session !== null) {
    const more = sessions > 1 ? ` and ${formatCountOf(sessions - 1, 'other')}` : '';
    return `converted to session ${session}${more}${left}`;
  }
  const by = withdrawnBy === null ? '' : ` by ${terminalSafe(withdrawnBy)}`;
  return `${outcome}${by}${left}`;
}

function allLines(row: PredictRow): [first: string, second: string] {
  const { expected } = row;
  const [source, destination] = endsOf(row);
  const { sport, dport, protocol, translated } = expected;
  const to = translated ?? { address: destination, port: dport };
  return entryLines({
    id: row.sessionId,
    application: expected.application,
    state: row.end === null ? 'ACTIVE' : 'FREE',
    type: 'PRED',
    flag: translated === null ? null : 'ND',
    source: `${source}[${sport}]/${terminalSafe(expected.sourceZone ?? 'any')}/${protocol}`,
    sentSource: `${source}[${sport}]`,
    destination: `${destination}[${dport}]/${terminalSafe(expected.destinationZone ?? 'any')}`,
    sentDestination: `${to.address}[${to.port}]`,
  });
}
