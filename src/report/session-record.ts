/**
 * This file writes the session record of CONTRACT.md: one line of JSON from one snapshot row.
 *
 * It is written by hand, as bytes, because a record is made for every session: `JSON.stringify` of
 * an object costs many times as much.
 */

import { hasOneNumber } from '../net/protocol.ts';
import type { EndReason } from '../session/end-reason.ts';
import type { DirectionRow, SessionRow } from '../session/session-row.ts';
import { answerOfSession } from './answer-record.ts';
import { type Literal, literal, NameLiterals } from './byte-literal.ts';
import { ByteWriter } from './byte-writer.ts';
import { COMMUNITY_ID_LENGTH, writeCommunityId } from './community-id.ts';
import { writeIdentification } from './identification-record.ts';
import { writeNat } from './nat-record.ts';
import { writeOffload } from './offload-record.ts';
import { endReasonSoFar, layer7Processing, layer7Stage, stageOf } from './tracker-stage.ts';
import { writeTransitions } from './transition-record.ts';

/** What a record needs beside the row. */
export interface RecordContext {
  /** Base names of the inputs; null for a single input, whose frame numbers need no file. */
  readonly fileNames: readonly string[] | null;
}

/** A key, and a name that recurs there. */
const names = (key: string, after = '') =>
  new NameLiterals((name) => `,"${key}":${JSON.stringify(name)}${after}`);

const NULL = literal('null');
const COMMA = literal(',');
const HEAD = literal('{"record":"session","serial":');
const SESSION_ID = literal(',"session_id":');
const STATES = new NameLiterals(
  (state) => `,"vsys":"vsys1","type":"FLOW","state":"${state}","protocol":`,
);
const APPLICATIONS = names('application');
const RULES = names('rule');
const ACTIONS = names('action', ',"community_id":"');
const C2S = literal('","c2s":{"source":"');
const S2C = literal('},"s2c":{"source":"');
const zoneNames = (key: string, after: string) =>
  new NameLiterals((name) => `","${key}":${JSON.stringify(name)},"${after}":`);
/** By side: else each record would ask for two zones in turn. */
const SOURCE_ZONES = [
  zoneNames('source_zone', 'sport'),
  zoneNames('source_zone', 'sport'),
] as const;
const DST_ZONES = [zoneNames('dst_zone', 'dport'), zoneNames('dst_zone', 'dport')] as const;
const DST = literal(',"dst":"');
const PACKETS = literal(',"packets":');
const BYTES = literal(',"bytes":');
const IP_BYTES = literal(',"ip_bytes":');
const LAYER7_PACKETS = literal(',"layer7_packets":');
const DROPPED = literal(',"dropped":');
const INGRESS = new NameLiterals((name) => `},"ingress_interface":${JSON.stringify(name)}`);
const EGRESS = names('egress_interface', ',"start_time":"');
const START_TIME = literal('');
const LAST_TIME = literal('","last_packet_time":"');
const END_TIME = literal('","end_time":"');
const NO_END_TIME = literal('","end_time":null,"elapsed":');
const ELAPSED = literal('","elapsed":');
const LIFETIME = literal(',"lifetime":');
const NO_LIFETIME = literal(',"lifetime":null');
const TIMEOUT = literal(',"timeout":');
const TIME_TO_LIVE = literal(',"time_to_live":');
const END_REASONS = names('end_reason');
const TRACKERS = new NameLiterals<EndReason>(
  (reason) => `,"tracker_stage_firewall":${JSON.stringify(stageOf(reason))}`,
);
const LAYER7_STAGES = names('tracker_stage_l7proc');
const LAYER7_PROCESSING = names('layer7_processing');
const NAT = literal(',"nat":');
const NAT_RULES = names('nat_rule', ',"appid":');
const NO_NAT = literal(',"nat":null,"nat_rule":null,"appid":');
const ANSWER = literal(',"answer":');
const PARENT = literal(',"parent":');
const PREDICT = literal(',"predict":');
const CHILDREN = literal(',"children":[');
const CHILD_COUNT = literal('],"child_count":');
const ALG = literal(',"alg":');
/** Of a session that is on its own, as most are. */
const NO_RELATIVES = literal(
  ',"answer":null,"parent":null,"predict":null,"children":[],"child_count":0,"alg":null',
);
const OFFLOAD = literal(',"offload":');
const EGRESS_COPIES = literal(',"egress_copies":');
const ZONE_MISMATCHES = literal(',"zone_mismatches":');
const EVENTS_LEFT_OUT = literal(',"events_not_written":');
const FLAGS = [false, true].flatMap((isMidstream) =>
  [false, true].map((isSuspect) =>
    literal(`,"midstream":${isMidstream},"asymmetric_suspect":${isSuspect}`),
  ),
);
const TUNNEL = literal(',"tunnel":');
const TWIN = literal(',"twin":');
const TRANSITIONS = literal(',"transitions":[');
/** Of a session of which there is nothing to note. */
const NOTHING_NOTED = literal(
  ',"egress_copies":0,"zone_mismatches":0,"events_not_written":0,' +
    '"midstream":false,"asymmetric_suspect":false,"tunnel":null,"transitions":[',
);
const CLOSE = literal(']}');

const writer = new ByteWriter();

/** The record as JSON, without a newline. */
export function sessionRecord(row: SessionRow, context: RecordContext): string {
  writer.clear();
  writeSessionRecord(row, context, writer);
  return writer.toString();
}

/** Appends the record as JSON, without a newline. */
export function writeSessionRecord(row: SessionRow, context: RecordContext, to: ByteWriter): void {
  to.number(HEAD, row.serial);
  to.number(SESSION_ID, row.sessionId);
  to.number(STATES.of(row.state), row.protocol);
  to.literal(APPLICATIONS.of(row.application));
  to.literal(RULES.of(row.rule));
  to.literal(ACTIONS.of(row.action));
  writeRowCommunityId(row, to);
  writeFlow(row, to, 0);
  writeFlow(row, to, 1);
  to.literal(INGRESS.of(row.ingressInterface));
  to.literal(EGRESS.of(row.egressInterface));
  writeTimes(row, to);
  to.literal(END_REASONS.of(row.endReason));
  to.literal(TRACKERS.of(endReasonSoFar(row)));
  to.literal(LAYER7_STAGES.of(layer7Stage(row)));
  to.literal(LAYER7_PROCESSING.of(layer7Processing(row)));
  if (row.nat === null && row.natRule === null) to.literal(NO_NAT);
  else {
    to.literal(NAT);
    writeNat(row, to);
    to.literal(NAT_RULES.of(row.natRule));
  }
  writeIdentification(row, to);
  writeRelatives(row, to);
  to.literal(OFFLOAD);
  writeOffload(row.offload, to);
  writeNotes(row, to);
  writeTransitions(row.transitions, context, to);
  to.literal(CLOSE);
}

/** What is 0, false or null of most sessions. */
function writeNotes(row: SessionRow, to: ByteWriter): void {
  const { egressCopies, zoneMismatches, eventsLeftOut, isMidstream, isAsymmetricSuspect } = row;
  const count = egressCopies + zoneMismatches + eventsLeftOut;
  const flags = (isMidstream ? 2 : 0) + (isAsymmetricSuspect ? 1 : 0);
  if (count === 0 && flags === 0 && row.tunnel === null && row.twin === null) {
    to.literal(NOTHING_NOTED);
    return;
  }
  to.number(EGRESS_COPIES, egressCopies);
  to.number(ZONE_MISMATCHES, zoneMismatches);
  to.number(EVENTS_LEFT_OUT, eventsLeftOut);
  to.literal(FLAGS[flags] ?? NULL);
  serial(to, TUNNEL, row.tunnel);
  if (row.twin !== null) to.number(TWIN, row.twin);
  to.literal(TRANSITIONS);
}

/** What it is answered, where it comes from, what came of it, and what an ALG made of it. */
function writeRelatives(row: SessionRow, to: ByteWriter): void {
  const { answer, parent, predict, children, childCount, alg } = row;
  const hasChildren = childCount > 0 || children.length > 0;
  if (answer === 0 && parent === null && predict === null && !hasChildren && alg === null) {
    to.literal(NO_RELATIVES);
    return;
  }
  to.literal(ANSWER);
  to.text(answerOfSession(answer));
  serial(to, PARENT, parent);
  serial(to, PREDICT, predict);
  to.literal(CHILDREN);
  for (let i = 0; i < children.length; i++) {
    if (i > 0) to.literal(COMMA);
    to.integer(children[i] ?? 0);
  }
  to.number(CHILD_COUNT, childCount);
  to.literal(ALG);
  if (alg === null) {
    to.literal(NULL);
    return;
  }
  const { application, isOn, gaps, blindSince, blindCause } = alg;
  const read = {
    application,
    on: isOn,
    gaps,
    blind_since_packet: blindSince,
    blind_cause: blindCause,
  };
  to.text(JSON.stringify(read));
}

/** Appends the session's Community ID. */
export function writeRowCommunityId(row: SessionRow, to: ByteWriter): void {
  to.reserve(COMMUNITY_ID_LENGTH);
  writeCommunityId(row, to.view, to.length);
  to.length += COMMUNITY_ID_LENGTH;
}

/** One flow, c2s (0) or s2c (1): its key as each side sees it, and its counts. */
function writeFlow(row: SessionRow, to: ByteWriter, side: 0 | 1): void {
  const { family, sourceZone, destinationZone } = row;
  const isReply = side === 1;
  const counts: DirectionRow = isReply ? row.s2c : row.c2s;
  // No array (`replyPorts`): that would be garbage a flow.
  const isTurned = isReply && !hasOneNumber(row.protocol);
  const sport = isTurned ? row.translatedDport : isReply ? row.translatedSport : row.sport;
  const dport = isTurned ? row.translatedSport : isReply ? row.translatedDport : row.dport;
  to.address(
    isReply ? S2C : C2S,
    family,
    isReply ? row.translatedDestinationWords : row.sourceWords,
  );
  to.number(SOURCE_ZONES[side].of(isReply ? destinationZone : sourceZone), sport);
  to.address(DST, family, isReply ? row.translatedSourceWords : row.destinationWords);
  to.number(DST_ZONES[side].of(isReply ? sourceZone : destinationZone), dport);
  to.number(PACKETS, counts.packets);
  to.number(BYTES, counts.bytes);
  to.number(IP_BYTES, counts.ipBytes);
  to.number(LAYER7_PACKETS, counts.layer7Packets);
  to.number(DROPPED, counts.dropped);
}

function writeTimes(row: SessionRow, to: ByteWriter): void {
  const { end } = row;
  to.time(START_TIME, row.startSecond, row.startNanosecond);
  to.time(LAST_TIME, row.lastSecond, row.lastNanosecond);
  if (end === null) {
    to.seconds(NO_END_TIME, row.elapsedNs);
    to.literal(NO_LIFETIME);
  } else {
    to.time(END_TIME, end.second, end.nanosecond);
    to.seconds(ELAPSED, row.elapsedNs);
    to.seconds(LIFETIME, end.lifetimeNs);
  }
  to.number(TIMEOUT, row.timeout);
  to.number(TIME_TO_LIVE, row.timeToLive);
}

function serial(to: ByteWriter, label: Literal, value: number | null): void {
  if (value !== null) to.number(label, value);
  else {
    to.literal(label);
    to.literal(NULL);
  }
}
