/** This file writes sessions as CSV (RFC 4180): one line a session, the record's fields flat. */

import { formatTime } from '../net/time.ts';
import { TRACKER_STAGES } from '../session/end-reason.ts';
import type { SessionRow } from '../session/session-row.ts';
import { formatSeconds } from './duration.ts';
import { csvCell } from './escape.ts';
import { knownCommunityId } from './session-record.ts';

/** Column names, in order; those of the session record, directions in front. */
export const SESSION_CSV_COLUMNS = [
  'serial',
  'session_id',
  'state',
  'protocol',
  'application',
  'rule',
  'action',
  'source',
  'source_zone',
  'sport',
  'dst',
  'dst_zone',
  'dport',
  'ingress_interface',
  'egress_interface',
  'start_packet',
  'start_time',
  'last_packet_time',
  'end_time',
  'elapsed',
  'lifetime',
  'timeout',
  'time_to_live',
  'end_reason',
  'tracker_stage_firewall',
  'c2s_packets',
  'c2s_bytes',
  'c2s_ip_bytes',
  'c2s_layer7_packets',
  'c2s_dropped',
  's2c_packets',
  's2c_bytes',
  's2c_ip_bytes',
  's2c_layer7_packets',
  's2c_dropped',
  'egress_copies',
  'community_id',
] as const;

/** The header line, with its line end. */
export const SESSION_CSV_HEADER = `${SESSION_CSV_COLUMNS.join(',')}\r\n`;

/** One session's line, with its line end. Unknown is an empty cell. */
export function sessionCsv(row: SessionRow): string {
  const { c2s, s2c, end, endReason } = row;
  const stage = endReason === null ? '' : (TRACKER_STAGES[endReason] ?? '');
  return (
    `${row.serial},${row.sessionId},${row.state},${row.protocol},${cell(row.application)},` +
    `${cell(row.rule)},allow,${row.source},${cell(row.sourceZone)},${row.sport},` +
    `${row.destination},${cell(row.destinationZone)},${row.dport},${cell(row.ingressInterface)},` +
    `${cell(row.egressInterface)},${row.startPacket},` +
    `${formatTime(row.startSecond, row.startNanosecond)},` +
    `${formatTime(row.lastSecond, row.lastNanosecond)},` +
    `${end === null ? '' : formatTime(end.second, end.nanosecond)},` +
    `${formatSeconds(row.elapsedNs)},${end === null ? '' : formatSeconds(end.lifetimeNs)},` +
    `${row.timeout},${row.timeToLive},${endReason ?? ''},${stage},` +
    `${c2s.packets},${c2s.bytes},${c2s.ipBytes},${c2s.layer7Packets},${c2s.dropped},` +
    `${s2c.packets},${s2c.bytes},${s2c.ipBytes},${s2c.layer7Packets},${s2c.dropped},` +
    `${row.egressCopies},${knownCommunityId(row) ?? ''}\r\n`
  );
}

/** Names recur: a cell is escaped once. */
const cells = new Map<string, string>();
const CELLS_MAX = 4096;

function cell(text: string | null): string {
  if (text === null) return '';
  const known = cells.get(text);
  if (known !== undefined) return known;
  const made = csvCell(text);
  if (cells.size < CELLS_MAX) cells.set(text, made);
  return made;
}
