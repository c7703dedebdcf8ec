/** This file writes sessions as CSV (RFC 4180): one line a session, the record's fields flat. */

import type { EndReason } from '../session/end-reason.ts';
import type { DirectionRow, SessionRow } from '../session/session-row.ts';
import { literal, NameLiterals } from './byte-literal.ts';
import { ByteWriter } from './byte-writer.ts';
import { csvCell } from './escape.ts';
import { writeRowCommunityId } from './session-record.ts';
import { endReasonSoFar, stageOf } from './tracker-stage.ts';

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

/** Cells of names that recur, each with the comma before it, and for a place of its own: see NameLiterals. */
const names = () => new NameLiterals((name) => `,${csvCell(name ?? '')}`);

const COMMA = literal(',');
const STATES = names();
const APPLICATIONS = names();
const RULES = names();
const ACTIONS = new NameLiterals((action) => `,${csvCell(action ?? '')},`);
const SOURCE_ZONES = names();
const DESTINATION_ZONES = names();
const INGRESS = names();
const EGRESS = names();
const END_REASONS = names();
const TRACKERS = new NameLiterals<EndReason>((reason) => `,${csvCell(stageOf(reason) ?? '')}`);
const MIDSTREAM = [literal(',false'), literal(',true')] as const;
const SUSPECT = [literal(',false,'), literal(',true,')] as const;
const NAT_RULES = names();
const NAT_FLAGS = new NameLiterals((flags) => `,${csvCell(flags ?? '')},`);
const NO_NAT = literal(',,,,,');
const NOTHING_READ = literal(',,\r\n');
const LINE_END = literal('\r\n');
const writer = new ByteWriter();

/** One session's line, with its line end. */
export function sessionCsv(row: SessionRow): string {
  writer.clear();
  writeSessionCsv(row, writer);
  return writer.toString();
}

/** Appends one session's line, with its line end. Unknown is an empty cell. */
export function writeSessionCsv(row: SessionRow, to: ByteWriter): void {
  to.integer(row.serial);
  to.number(COMMA, row.sessionId);
  to.literal(STATES.of(row.state));
  to.number(COMMA, row.protocol);
  to.literal(APPLICATIONS.of(row.application));
  to.literal(RULES.of(row.rule));
  to.address(ACTIONS.of(row.action), row.family, row.sourceWords);
  to.literal(SOURCE_ZONES.of(row.sourceZone));
  to.number(COMMA, row.sport);
  to.address(COMMA, row.family, row.destinationWords);
  to.literal(DESTINATION_ZONES.of(row.destinationZone));
  to.number(COMMA, row.dport);
  to.literal(INGRESS.of(row.ingressInterface));
  to.literal(EGRESS.of(row.egressInterface));
  to.number(COMMA, row.startPacket);
  writeTimes(row, to);
  to.number(COMMA, row.timeout);
  to.number(COMMA, row.timeToLive);
  to.literal(END_REASONS.of(row.endReason));
  to.literal(TRACKERS.of(endReasonSoFar(row)));
  direction(to, row.c2s);
  direction(to, row.s2c);
  to.number(COMMA, row.egressCopies);
  to.number(COMMA, row.zoneMismatches);
  to.literal(MIDSTREAM[row.isMidstream ? 1 : 0]);
  to.literal(SUSPECT[row.isAsymmetricSuspect ? 1 : 0]);
  if (row.tunnel !== null) to.integer(row.tunnel);
  to.literal(COMMA);
  writeRowCommunityId(row, to);
  to.literal(NAT_RULES.of(row.natRule));
  writeNatCells(row, to);
  writeRead(row, to);
}

/** What its payload said in clear, and the line end. */
function writeRead({ identification }: SessionRow, to: ByteWriter): void {
  const detail = identification?.detail;
  if (detail == null) {
    to.literal(NOTHING_READ);
    return;
  }
  to.literal(COMMA);
  textCell(to, detail.sni);
  to.literal(COMMA);
  textCell(to, detail.http_host);
  to.literal(LINE_END);
}

/** Names of servers are too many to be kept. */
function textCell(to: ByteWriter, value: string | readonly string[] | undefined): void {
  if (typeof value === 'string') to.text(csvCell(value));
}

/** The ends as the server sees them where one of them is translated; else empty cells. */
function writeNatCells(row: SessionRow, to: ByteWriter): void {
  if (row.nat === null) {
    to.literal(NO_NAT);
    return;
  }
  to.address(NAT_FLAGS.of(row.nat.flags), row.family, row.translatedSourceWords);
  to.number(COMMA, row.translatedSport);
  to.address(COMMA, row.family, row.translatedDestinationWords);
  to.number(COMMA, row.translatedDport);
}

/** Start, last packet, end; elapsed, lifetime. */
function writeTimes(row: SessionRow, to: ByteWriter): void {
  const { end } = row;
  to.time(COMMA, row.startSecond, row.startNanosecond);
  to.time(COMMA, row.lastSecond, row.lastNanosecond);
  if (end !== null) to.time(COMMA, end.second, end.nanosecond);
  else to.literal(COMMA);
  to.seconds(COMMA, row.elapsedNs);
  if (end !== null) to.seconds(COMMA, end.lifetimeNs);
  else to.literal(COMMA);
}

function direction(to: ByteWriter, row: DirectionRow): void {
  to.number(COMMA, row.packets);
  to.number(COMMA, row.bytes);
  to.number(COMMA, row.ipBytes);
  to.number(COMMA, row.layer7Packets);
  to.number(COMMA, row.dropped);
}
