/**
 * This file writes the session record of CONTRACT.md: one line of JSON from one snapshot row.
 *
 * It is written by hand because a record is made for every session: `JSON.stringify` of an object
 * costs several times as much.
 */

import { PROTO_SCTP } from '../net/protocol.ts';
import { formatTime } from '../net/time.ts';
import { TRACKER_STAGES } from '../session/end-reason.ts';
import type { DirectionRow, SessionRow, TransitionRow } from '../session/session-row.ts';
import { communityId } from './community-id.ts';
import { formatSeconds } from './duration.ts';
import { jsonText } from './escape.ts';

/** What a record needs beside the row. */
export interface RecordContext {
  /** Base names of the inputs; null for a single input, whose frame numbers need no file. */
  readonly fileNames: readonly string[] | null;
}

/** The record as JSON, without a newline. */
export function sessionRecord(row: SessionRow, context: RecordContext): string {
  const reason = row.endReason;
  const stage = reason === null ? null : (TRACKER_STAGES[reason] ?? null);
  const end = row.end;
  const destinationZone = jsonText(row.destinationZone);
  const sourceZone = jsonText(row.sourceZone);
  return (
    `{"record":"session","serial":${row.serial},"session_id":${row.sessionId},"vsys":"vsys1",` +
    `"type":"FLOW","state":"${row.state}","protocol":${row.protocol},` +
    `"application":${jsonText(row.application)},"rule":${jsonText(row.rule)},"action":"allow",` +
    `"community_id":${jsonCommunityId(row)},` +
    `"c2s":{"source":"${row.source}","source_zone":${sourceZone},"sport":${row.sport},` +
    `"dst":"${row.destination}","dst_zone":${destinationZone},"dport":${row.dport},` +
    `${direction(row.c2s)}},` +
    `"s2c":{"source":"${row.destination}","source_zone":${destinationZone},"sport":${row.dport},` +
    `"dst":"${row.source}","dst_zone":${sourceZone},"dport":${row.sport},` +
    `${direction(row.s2c)}},` +
    `"ingress_interface":${jsonText(row.ingressInterface)},` +
    `"egress_interface":${jsonText(row.egressInterface)},` +
    `"start_time":"${formatTime(row.startSecond, row.startNanosecond)}",` +
    `"last_packet_time":"${formatTime(row.lastSecond, row.lastNanosecond)}",` +
    `"end_time":${end === null ? 'null' : `"${formatTime(end.second, end.nanosecond)}"`},` +
    `"elapsed":${formatSeconds(row.elapsedNs)},` +
    `"lifetime":${end === null ? 'null' : formatSeconds(end.lifetimeNs)},` +
    `"timeout":${row.timeout},"time_to_live":${row.timeToLive},"end_reason":${jsonText(reason)},` +
    `"tracker_stage_firewall":${jsonText(stage)},"tracker_stage_l7proc":null,` +
    '"layer7_processing":null,"nat":null,"parent":null,"predict":null,"children":[],' +
    `"offload":null,"egress_copies":${row.egressCopies},` +
    `"transitions":[${transitions(row.transitions, context)}]}`
  );
}

/** SCTP hashes its ports, which this version does not read: no ID is better than a wrong one. */
export function knownCommunityId(row: SessionRow): string | null {
  return row.protocol === PROTO_SCTP ? null : communityId(row);
}

function jsonCommunityId(row: SessionRow): string {
  const id = knownCommunityId(row);
  return id === null ? 'null' : `"${id}"`;
}

function direction(row: DirectionRow): string {
  return (
    `"packets":${row.packets},"bytes":${row.bytes},"ip_bytes":${row.ipBytes},` +
    `"layer7_packets":${row.layer7Packets},"dropped":${row.dropped}`
  );
}

function transitions(rows: readonly TransitionRow[], context: RecordContext): string {
  let text = '';
  for (const row of rows) {
    if (text !== '') text += ',';
    text +=
      `{"time":"${formatTime(row.second, row.nanosecond)}",` +
      `"packet":${row.packet === 0 ? 'null' : row.packet},${frameOf(row, context)}` +
      `"from":"${row.from}","to":"${row.to}","cause":"${row.cause}"}`;
  }
  return text;
}

/** `"frame":{…},` where several inputs were merged and a packet is meant, else nothing. */
export function frameOf(
  at: { readonly packet: number; readonly file: number; readonly frame: number },
  context: RecordContext,
): string {
  if (context.fileNames === null || at.packet === 0) return '';
  const file = jsonText(context.fileNames[at.file] ?? null);
  return `"frame":{"file":${file},"number":${at.frame}},`;
}
