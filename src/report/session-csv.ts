/** This file writes sessions as CSV (RFC 4180): one line a session, the record's fields flat. */

import type { DirectionRow, SessionRow } from '../session/session-row.ts';
import { ByteWriter, utf8 } from './byte-writer.ts';
import { csvCell } from './escape.ts';
import { writeRowCommunityId } from './session-record.ts';
import { trackerStage } from './tracker-stage.ts';

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
  'zone_mismatches',
  'midstream',
  'asymmetric_suspect',
  'tunnel',
  'community_id',
  'nat_rule',
  'nat_flags',
  'nat_source',
  'nat_sport',
  'nat_dst',
  'nat_dport',
  'sni',
  'http_host',
] as const;

/** The header line, with its line end. */
export const SESSION_CSV_HEADER = `${SESSION_CSV_COLUMNS.join(',')}\r\n`;

const COMMA = 44;
const LINE_END = utf8('\r\n');
const NO_NAT = utf8(',,,,,');
const writer = new ByteWriter();

/** One session's line, with its line end. */
export function sessionCsv(row: SessionRow): string {
  writer.clear();
  writeSessionCsv(row, writer);
  return writer.toString();
}

/** Appends one session's line, with its line end. Unknown is an empty cell. */
export function writeSessionCsv(row: SessionRow, to: ByteWriter): void {
  integers(to, row.serial, row.sessionId);
  cell(to, row.state);
  integers(to, row.protocol);
  cell(to, row.application);
  cell(to, row.rule);
  cell(to, row.action);
  to.address(row.family, row.sourceWords);
  to.character(COMMA);
  cell(to, row.sourceZone);
  integers(to, row.sport);
  to.address(row.family, row.destinationWords);
  to.character(COMMA);
  cell(to, row.destinationZone);
  integers(to, row.dport);
  cell(to, row.ingressInterface);
  cell(to, row.egressInterface);
  integers(to, row.startPacket);
  writeTimes(row, to);
  integers(to, row.timeout, row.timeToLive);
  cell(to, row.endReason);
  cell(to, trackerStage(row));
  direction(to, row.c2s);
  direction(to, row.s2c);
  integers(to, row.egressCopies, row.zoneMismatches);
  cell(to, row.isMidstream ? 'true' : 'false');
  cell(to, row.isAsymmetricSuspect ? 'true' : 'false');
  if (row.tunnel === null) to.character(COMMA);
  else integers(to, row.tunnel);
  writeRowCommunityId(row, to);
  to.character(COMMA);
  cell(to, row.natRule);
  writeNatCells(row, to);
  cell(to, nameOf(row, 'sni'));
  to.text(csvCell(nameOf(row, 'http_host') ?? ''));
  to.literal(LINE_END);
}

function nameOf({ identification }: SessionRow, key: 'sni' | 'http_host'): string | null {
  const value = identification?.detail?.[key];
  return typeof value === 'string' ? value : null;
}

/** The ends as the server sees them where one of them is translated; else empty cells. */
function writeNatCells(row: SessionRow, to: ByteWriter): void {
  if (row.nat === null) {
    to.literal(NO_NAT);
    return;
  }
  cell(to, row.nat.flags);
  to.address(row.family, row.translatedSourceWords);
  to.character(COMMA);
  integers(to, row.translatedSport);
  to.address(row.family, row.translatedDestinationWords);
  to.character(COMMA);
  integers(to, row.translatedDport);
}

/** Start, last packet, end; elapsed, lifetime. */
function writeTimes(row: SessionRow, to: ByteWriter): void {
  const { end } = row;
  to.time(row.startSecond, row.startNanosecond);
  to.character(COMMA);
  to.time(row.lastSecond, row.lastNanosecond);
  to.character(COMMA);
  if (end !== null) to.time(end.second, end.nanosecond);
  to.character(COMMA);
  to.seconds(row.elapsedNs);
  to.character(COMMA);
  if (end !== null) to.seconds(end.lifetimeNs);
  to.character(COMMA);
}

function direction(to: ByteWriter, row: DirectionRow): void {
  integers(to, row.packets, row.bytes);
  integers(to, row.ipBytes, row.layer7Packets);
  integers(to, row.dropped);
}

/** One cell or two, each with its comma. */
function integers(to: ByteWriter, first: number, second = -1): void {
  to.integer(first);
  to.character(COMMA);
  if (second < 0) return;
  to.integer(second);
  to.character(COMMA);
}

/** Names recur: a cell is escaped once. */
const cells = new Map<string, Uint8Array>();
const CELLS_MAX = 4096;

function cell(to: ByteWriter, text: string | null): void {
  if (text !== null) {
    let known = cells.get(text);
    if (known === undefined) {
      known = utf8(csvCell(text));
      if (cells.size < CELLS_MAX) cells.set(text, known);
    }
    to.literal(known);
  }
  to.character(COMMA);
}
