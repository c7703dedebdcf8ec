/** This file writes the predict record of CONTRACT.md: one line of JSON. */

import { formatTime } from '../net/time.ts';
import type { Moment } from '../session/predict.ts';
import type { PredictRow } from '../session/predict-row.ts';
import type { RecordContext } from './session-record.ts';

/** The record as JSON, without a newline. Without `frame` keys where there is one input. */
export function predictRecord(row: PredictRow, { fileNames }: RecordContext): string {
  const { expected, installed, expires, end } = row;
  const frameOf = ({ packet, file, frame }: Moment) =>
    fileNames === null || packet === 0
      ? {}
      : { frame: { file: fileNames[file] ?? null, number: frame } };
  return JSON.stringify({
    record: 'predict',
    serial: row.serial,
    session_id: row.sessionId,
    type: 'PRED',
    parent: row.parent,
    application: expected.application,
    protocol: expected.protocol,
    source: expected.source,
    source_zone: expected.sourceZone,
    sport: expected.sport,
    dst: expected.destination,
    dst_zone: expected.destinationZone,
    dport: expected.dport,
    translated: expected.translated && [expected.translated.address, expected.translated.port],
    cause: expected.cause,
    triggered_by: expected.triggeredBy,
    packet: installed.packet,
    ...frameOf(installed),
    installed: formatTime(installed.second, installed.nanosecond),
    timeout: row.timeout,
    expires: formatTime(expires.second, expires.nanosecond),
    outcome: row.outcome,
    session: row.session,
    sessions: row.sessions,
    withdrawn_by: row.withdrawnBy,
    observed: row.isObserved,
    inferred: row.isInferred,
    removed: end && formatTime(end.second, end.nanosecond),
    removed_packet: end === null || end.packet === 0 ? null : end.packet,
  });
}
