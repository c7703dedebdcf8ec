/**
 * This file writes predicts, and what sessions have to do with them, as lines of scenarios
 * (test/scenarios/README.md).
 */

import type { PredictNote } from '../../src/events/event-log.ts';
import type { PredictRow } from '../../src/session/predict-row.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { sinceStart } from './since-start.ts';

const portOf = (port: number) => (port === 0 ? '*' : String(port));

/** `ftp-data/6 203.0.113.9:*[untrust]>10.0.0.5:5099[trust] by client`. */
export function expectedText(note: PredictNote): string {
  const { source, sourceZone, sport, destination, destinationZone, dport, translated } = note;
  const from = `${source ?? '*'}:${portOf(sport)}[${sourceZone ?? '*'}]`;
  const led = translated === null ? '' : `=${translated.address}:${portOf(translated.port)}`;
  const to = `${destination ?? '*'}:${portOf(dport)}${led}[${destinationZone ?? '*'}]`;
  return `${note.application}/${note.protocol} ${from}>${to} by ${note.triggeredBy}`;
}

/** One predict as a line. */
export function predictLine(row: PredictRow, start: bigint): string {
  const { second, nanosecond } = row.end ?? row.installed;
  const end = row.end === null ? `live ${row.timeToLive}` : sinceStart(second, nanosecond, start);
  const children = row.session === null ? '' : ` s${row.session}`;
  const more = row.sessions > 1 ? `x${row.sessions}` : '';
  const because = row.withdrawnBy === null ? '' : `(${row.withdrawnBy})`;
  const inferred = `${row.isObserved ? ' observed' : ''}${row.isInferred ? ' inferred' : ''}`;
  return (
    `${row.serial} s${row.parent} #${row.installed.packet} ${row.expected.cause} ` +
    `${expectedText(row.expected)} | ${row.outcome}${because}${children}${more}${inferred} ${end}`
  );
}

/** A line a session that has relatives or an ALG: `1 children 2,3 alg ftp`. */
export function familyLines(sessions: readonly SessionRow[]): string[] {
  return sessions.flatMap((row) => {
    const { parent, predict, children, alg } = row;
    const parts = [
      ...(parent === null ? [] : [`parent ${parent}`, `predict ${predict}`]),
      ...(children.length === 0 ? [] : [`children ${children.join(',')}`]),
      ...(alg === null ? [] : [`alg ${alg.application}`]),
      ...(alg?.isOn === false ? ['off'] : []),
      ...(alg !== null && alg.gaps > 0 ? [`gaps ${alg.gaps}`] : []),
      ...(alg?.blindSince == null ? [] : [`blind #${alg.blindSince} ${alg.blindCause}`]),
    ];
    return parts.length === 0 ? [] : [`${row.serial} ${parts.join(' ')}`];
  });
}
