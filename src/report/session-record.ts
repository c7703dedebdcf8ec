/**
 * This file writes the session record of CONTRACT.md: one line of JSON from one snapshot row.
 *
 * It is written by hand, as bytes, because a record is made for every session: `JSON.stringify` of
 * an object costs many times as much.
 */

import {
  type DirectionRow,
  replyPorts,
  type SessionRow,
  type TransitionRow,
} from '../session/session-row.ts';
import { answerOfSession } from './answer-record.ts';
import { ByteWriter, utf8 } from './byte-writer.ts';
import { COMMUNITY_ID_LENGTH, writeCommunityId } from './community-id.ts';
import { jsonText } from './escape.ts';
import { writeIdentification } from './identification-record.ts';
import { writeNat } from './nat-record.ts';
import { writeOffload } from './offload-record.ts';
import { layer7Processing, layer7Stage, trackerStage } from './tracker-stage.ts';

/** What a record needs beside the row. */
export interface RecordContext {
  /** Base names of the inputs; null for a single input, whose frame numbers need no file. */
  readonly fileNames: readonly string[] | null;
}

const QUOTE = 34;
const COMMA = 44;
const NULL = utf8('null');
const key = (name: string) => utf8(`"${name}":`);
const HEAD = utf8('{"record":"session","serial":');
const SESSION_ID = utf8(',"session_id":');
const VSYS = utf8(',"vsys":"vsys1","type":"FLOW","state":');
const PROTOCOL = utf8(',"protocol":');
const APPLICATION = utf8(',"application":');
const RULE = utf8(',"rule":');
const ACTION = utf8(',"action":"');
const COMMUNITY_ID = utf8('","community_id":');
const C2S = utf8(',"c2s":{"source":"');
const S2C = utf8(',"s2c":{"source":"');
const SOURCE_ZONE = utf8('","source_zone":');
const SPORT = utf8(',"sport":');
const DST = utf8(',"dst":"');
const DST_ZONE = utf8('","dst_zone":');
const DPORT = utf8(',"dport":');
const PACKETS = utf8(',"packets":');
const BYTES = utf8(',"bytes":');
const IP_BYTES = utf8(',"ip_bytes":');
const LAYER7_PACKETS = utf8(',"layer7_packets":');
const DROPPED = utf8(',"dropped":');
const INGRESS = utf8('},"ingress_interface":');
const EGRESS = utf8(',"egress_interface":');
const START_TIME = utf8(',"start_time":"');
const LAST_TIME = utf8('","last_packet_time":"');
const END_TIME = utf8('","end_time":');
const ELAPSED = utf8(',"elapsed":');
const LIFETIME = utf8(',"lifetime":');
const TIMEOUT = utf8(',"timeout":');
const TIME_TO_LIVE = utf8(',"time_to_live":');
const END_REASON = utf8(',"end_reason":');
const TRACKER = utf8(',"tracker_stage_firewall":');
const TRACKER_L7 = utf8(',"tracker_stage_l7proc":');
const LAYER7_PROCESSING = utf8(',"layer7_processing":');
const NAT = utf8(',"nat":');
const NAT_RULE = utf8(',"nat_rule":');
const PARENT = utf8(',"parent":');
const PREDICT = utf8(',"predict":');
const CHILDREN = utf8(',"children":[');
const CHILD_COUNT = utf8('],"child_count":');
const ALG = utf8(',"alg":');
const OFFLOAD = utf8(',"offload":');
const EGRESS_COPIES = utf8(',"egress_copies":');
const ZONE_MISMATCHES = utf8(',"zone_mismatches":');
const EVENTS_LEFT_OUT = utf8(',"events_not_written":');
const MIDSTREAM = utf8(',"midstream":');
const ASYMMETRIC = utf8(',"asymmetric_suspect":');
const APPID = utf8(',"appid":');
const ANSWER = utf8(',"answer":');
const TUNNEL = utf8(',"tunnel":');
const TWIN = utf8(',"twin":');
const TRANSITIONS = utf8(',"transitions":[');
const TIME = utf8('{"time":"');
const PACKET = utf8('","packet":');
const FROM = utf8(',"from":"');
const TO = utf8('","to":"');
const CAUSE = utf8('","cause":"');
const CLOSE_TRANSITION = utf8('"}');
const CLOSE = utf8(']}');
const CLOSE_DIRECTION = 125;
const FRAME = key('frame');

const writer = new ByteWriter();

/** The record as JSON, without a newline. */
export function sessionRecord(row: SessionRow, context: RecordContext): string {
  writer.clear();
  writeSessionRecord(row, context, writer);
  return writer.toString();
}

/** Appends the record as JSON, without a newline. */
export function writeSessionRecord(row: SessionRow, context: RecordContext, to: ByteWriter): void {
  to.literal(HEAD);
  to.integer(row.serial);
  number(to, SESSION_ID, row.sessionId);
  name(to, VSYS, row.state);
  number(to, PROTOCOL, row.protocol);
  name(to, APPLICATION, row.application);
  name(to, RULE, row.rule);
  to.literal(ACTION);
  to.text(row.action);
  to.literal(COMMUNITY_ID);
  to.character(QUOTE);
  writeRowCommunityId(row, to);
  to.character(QUOTE);
  writeFlow(row, to, false);
  to.character(CLOSE_DIRECTION);
  writeFlow(row, to, true);
  name(to, INGRESS, row.ingressInterface);
  name(to, EGRESS, row.egressInterface);
  writeTimes(row, to);
  name(to, END_REASON, row.endReason);
  name(to, TRACKER, trackerStage(row));
  name(to, TRACKER_L7, layer7Stage(row));
  name(to, LAYER7_PROCESSING, layer7Processing(row));
  to.literal(NAT);
  writeNat(row, to);
  name(to, NAT_RULE, row.natRule);
  to.literal(APPID);
  writeIdentification(row, to);
  to.literal(ANSWER);
  to.text(answerOfSession(row.answer));
  writeRelatives(row, to);
  to.literal(OFFLOAD);
  writeOffload(row.offload, to);
  number(to, EGRESS_COPIES, row.egressCopies);
  number(to, ZONE_MISMATCHES, row.zoneMismatches);
  number(to, EVENTS_LEFT_OUT, row.eventsLeftOut);
  flag(to, MIDSTREAM, row.isMidstream);
  flag(to, ASYMMETRIC, row.isAsymmetricSuspect);
  serial(to, TUNNEL, row.tunnel);
  if (row.twin !== null) number(to, TWIN, row.twin);
  to.literal(TRANSITIONS);
  for (let i = 0; i < row.transitions.length; i++) {
    if (i > 0) to.character(COMMA);
    writeTransition(row.transitions[i] as TransitionRow, context, to);
  }
  to.literal(CLOSE);
}

/** Where the session comes from, what came of it, and what an ALG made of it. */
function writeRelatives(
  { parent, predict, children, childCount, alg }: SessionRow,
  to: ByteWriter,
): void {
  serial(to, PARENT, parent);
  serial(to, PREDICT, predict);
  to.literal(CHILDREN);
  children.forEach((child, i) => {
    if (i > 0) to.character(COMMA);
    to.integer(child);
  });
  number(to, CHILD_COUNT, childCount);
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
  writeCommunityId(row, to.bytes, to.length);
  to.length += COMMUNITY_ID_LENGTH;
}

/** One flow: its key as each side sees it, and its counts. */
function writeFlow(row: SessionRow, to: ByteWriter, isReply: boolean): void {
  const { family, sourceZone, destinationZone } = row;
  const counts: DirectionRow = isReply ? row.s2c : row.c2s;
  const [sport, dport] = isReply ? replyPorts(row) : [row.sport, row.dport];
  to.literal(isReply ? S2C : C2S);
  to.address(family, isReply ? row.translatedDestinationWords : row.sourceWords);
  name(to, SOURCE_ZONE, isReply ? destinationZone : sourceZone);
  number(to, SPORT, sport);
  to.literal(DST);
  to.address(family, isReply ? row.translatedSourceWords : row.destinationWords);
  name(to, DST_ZONE, isReply ? sourceZone : destinationZone);
  number(to, DPORT, dport);
  number(to, PACKETS, counts.packets);
  number(to, BYTES, counts.bytes);
  number(to, IP_BYTES, counts.ipBytes);
  number(to, LAYER7_PACKETS, counts.layer7Packets);
  number(to, DROPPED, counts.dropped);
}

function writeTimes(row: SessionRow, to: ByteWriter): void {
  const { end } = row;
  to.literal(START_TIME);
  to.time(row.startSecond, row.startNanosecond);
  to.literal(LAST_TIME);
  to.time(row.lastSecond, row.lastNanosecond);
  to.literal(END_TIME);
  if (end === null) to.literal(NULL);
  else {
    to.character(QUOTE);
    to.time(end.second, end.nanosecond);
    to.character(QUOTE);
  }
  to.literal(ELAPSED);
  to.seconds(row.elapsedNs);
  to.literal(LIFETIME);
  if (end === null) to.literal(NULL);
  else to.seconds(end.lifetimeNs);
  number(to, TIMEOUT, row.timeout);
  number(to, TIME_TO_LIVE, row.timeToLive);
}

function writeTransition(row: TransitionRow, context: RecordContext, to: ByteWriter): void {
  to.literal(TIME);
  to.time(row.second, row.nanosecond);
  to.literal(PACKET);
  if (row.packet === 0) to.literal(NULL);
  else to.integer(row.packet);
  if (context.fileNames !== null && row.packet !== 0) {
    to.character(COMMA);
    to.literal(FRAME);
    to.text(frameValue(row, context));
  }
  to.literal(FROM);
  to.text(row.from);
  to.literal(TO);
  to.text(row.to);
  to.literal(CAUSE);
  to.text(row.cause);
  to.literal(CLOSE_TRANSITION);
}

function serial(to: ByteWriter, label: Uint8Array, value: number | null): void {
  to.literal(label);
  if (value === null) to.literal(NULL);
  else to.integer(value);
}

function number(to: ByteWriter, label: Uint8Array, value: number): void {
  to.literal(label);
  to.integer(value);
}

function flag(to: ByteWriter, label: Uint8Array, value: boolean): void {
  to.literal(label);
  to.text(value ? 'true' : 'false');
}

function name(to: ByteWriter, label: Uint8Array, text: string | null): void {
  to.literal(label);
  to.text(jsonText(text));
}

interface FrameNumber {
  readonly packet: number;
  readonly file: number;
  readonly frame: number;
}

function frameValue(at: FrameNumber, context: RecordContext): string {
  const file = jsonText(context.fileNames?.[at.file] ?? null);
  return `{"file":${file},"number":${at.frame}}`;
}

/** `"frame":{…},` where several inputs were merged and a packet is meant, else nothing. */
export function frameOf(at: FrameNumber, context: RecordContext): string {
  if (context.fileNames === null || at.packet === 0) return '';
  return `"frame":${frameValue(at, context)},`;
}
