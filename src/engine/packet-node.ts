/**
 * This file writes a packet into a node of the PacketStore, and reads it back.
 *
 * ```
 *  0 (list)  1 packet  2 nanosecond  3 codes   4 second (double)  6 file      7 frame
 *  8 sequence          9 acknowledgment       10 length          11 captured 12 IP   13 payload
 * 14 TCP flags
 * codes: state before | state after << 4 | verdict << 8 | reply << 10 | TCP << 11
 *        | path + 1 << 12 | stage << 14 | counter + 1 << 17
 * ```
 */

import { STAGES } from '../capture/frame-batch.ts';
import { COUNTERS } from '../events/counters.ts';
import { STATES } from '../events/event-kinds.ts';
import type { Position } from '../events/position.ts';
import { PROTO_TCP } from '../net/protocol.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { PATHS, type PacketRow, VERDICTS } from './packet-row.ts';
import { NODE_F64, NODE_WORDS, type PacketStore } from './packet-store.ts';

const PACKET = 1;
const NANOSECOND = 2;
const CODES = 3;
const SECOND_F64 = 2;
const FILE = 6;
const FRAME = 7;
const SEQUENCE = 8;
const ACKNOWLEDGMENT = 9;
const LENGTH = 10;
const CAPTURED = 11;
const IP_LENGTH = 12;
const PAYLOAD = 13;
const FLAGS = 14;

const STATE_MASK = 15;
const AFTER_SHIFT = 4;
const VERDICT_SHIFT = 8;
const REPLY_BIT = 1 << 10;
const TCP_BIT = 1 << 11;
const PATH_SHIFT = 12;
const STAGE_SHIFT = 14;
const COUNTER_SHIFT = 17;
/** Counters are fewer than 255. */
const COUNTER_MASK = 255;

/** What was done to a packet, in numbers; one object is used for all. */
export interface PacketFate {
  /** STATES indexes. */
  stateBefore: number;
  stateAfter: number;
  /** VERDICTS index. */
  verdict: number;
  /** 0 client to server, 1 back. */
  side: number;
  /** PATHS index, or -1. */
  path: number;
  /** `stage` column of the frame's batch. */
  stage: number;
  /** COUNTERS index, or -1. */
  counter: number;
  /** False for a fragment behind the first: it has no transport header. */
  hasTransport: boolean;
}

/** Writes the attached packet. */
export function writePacketNode(
  store: PacketStore,
  node: number,
  fate: PacketFate,
  at: { readonly position: Position; readonly view: PacketView },
): void {
  const { words, f64 } = store;
  const { position, view } = at;
  const word = node * NODE_WORDS;
  const now = position.clock[0]!;
  const seconds = Math.floor(now / 1e9);
  words[word + PACKET] = position.packet;
  words[word + NANOSECOND] = now - seconds * 1e9;
  f64[node * NODE_F64 + SECOND_F64] = position.epochSeconds + seconds;
  words[word + FILE] = position.file;
  words[word + FRAME] = position.frame;
  words[word + SEQUENCE] = view.tcpSequence;
  words[word + ACKNOWLEDGMENT] = view.tcpAcknowledgment;
  words[word + LENGTH] = view.originalEnd - view.frameOffset;
  words[word + CAPTURED] = view.frameEnd - view.frameOffset;
  words[word + IP_LENGTH] = view.ipLength;
  words[word + PAYLOAD] = fate.hasTransport
    ? view.payloadLength
    : view.ipEnd - view.fragmentDataOffset;
  words[word + FLAGS] = view.tcpFlags;
  words[word + CODES] =
    fate.stateBefore |
    (fate.stateAfter << AFTER_SHIFT) |
    (fate.verdict << VERDICT_SHIFT) |
    (fate.side === 1 ? REPLY_BIT : 0) |
    (fate.hasTransport && view.protocol === PROTO_TCP ? TCP_BIT : 0) |
    ((fate.path + 1) << PATH_SHIFT) |
    (fate.stage << STAGE_SHIFT) |
    ((fate.counter + 1) << COUNTER_SHIFT);
}

/** Changes verdict and counter of the packet with this number, if the node still has it. */
export function changeVerdict(
  store: PacketStore,
  node: number,
  packet: number,
  verdict: number,
  counter: number,
): void {
  const word = node * NODE_WORDS;
  if (store.words[word + PACKET]! >>> 0 !== packet) return;
  const others = ~((3 << VERDICT_SHIFT) | (COUNTER_MASK << COUNTER_SHIFT));
  store.words[word + CODES] =
    (store.words[word + CODES]! & others) |
    (verdict << VERDICT_SHIFT) |
    ((counter + 1) << COUNTER_SHIFT);
}

/** Fills a row from a node; the session is the caller's to fill. */
export function readPacketNode(store: PacketStore, node: number, row: PacketRow): void {
  const { words, f64 } = store;
  const word = node * NODE_WORDS;
  row.packet = words[word + PACKET]! >>> 0;
  row.nanosecond = words[word + NANOSECOND]!;
  row.second = f64[node * NODE_F64 + SECOND_F64]!;
  row.file = words[word + FILE]!;
  row.frame = words[word + FRAME]! >>> 0;
  row.sequence = words[word + SEQUENCE]! >>> 0;
  row.acknowledgment = words[word + ACKNOWLEDGMENT]! >>> 0;
  row.length = words[word + LENGTH]!;
  row.capturedLength = words[word + CAPTURED]!;
  row.ipLength = words[word + IP_LENGTH]!;
  row.payloadLength = words[word + PAYLOAD]!;
  row.tcpFlags = words[word + FLAGS]!;
  const codes = words[word + CODES]!;
  row.stateBefore = STATES[codes & STATE_MASK]!;
  row.stateAfter = STATES[(codes >>> AFTER_SHIFT) & STATE_MASK]!;
  row.verdict = VERDICTS[(codes >>> VERDICT_SHIFT) & 3]!;
  row.isReply = (codes & REPLY_BIT) !== 0;
  row.isTcp = (codes & TCP_BIT) !== 0;
  row.path = PATHS[((codes >>> PATH_SHIFT) & 3) - 1] ?? null;
  row.captureStage = STAGES[((codes >>> STAGE_SHIFT) & 7) - 1] ?? null;
  row.counter = COUNTERS[(codes >>> COUNTER_SHIFT) - 1]?.name ?? null;
}
