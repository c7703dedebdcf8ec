/**
 * This file keeps both sides of a TCP session in its records: sequence numbers, windows, what each
 * side has sent and acknowledged.
 *
 * All comparisons are modulo 2^32 (RFC 9293 §3.4). Slots come from the table.
 */

import type { PacketView } from '../wire/packet-view.ts';
import { TCP_ACK, TCP_FIN, TCP_SYN, tcpWindowScale } from '../wire/tcp.ts';
import { IN_FIN_FIRST, IN_FIN_SECOND, IN_OPEN, IN_PACKET, IN_SYN_ACKED } from './inputs.ts';
import {
  ACKNOWLEDGED,
  FIN_SEQUENCE,
  HOT_WORDS,
  ISN,
  SEQUENCE_END,
  SIDES,
  TAIL_WORDS,
  WINDOW_EDGE,
} from './layout.ts';
import type { SessionTable } from './session-table.ts';

/** The side has sent its SYN. Bits of one side, c2s in the low 16 of SIDES, s2c in the high 16. */
export const SYN_SEEN = 1;
/** The other side has acknowledged this side's SYN. */
export const SYN_ACKED = 2;
/** The side has sent a FIN: FIN_SEQUENCE holds. */
export const FIN_SEEN = 4;
/** The side has sent something: SEQUENCE_END holds. */
export const SEQUENCE_SEEN = 8;
/** The side has acknowledged something: ACKNOWLEDGED and WINDOW_EDGE hold. */
export const ACK_SEEN = 16;
/** The side's SYN offered window scaling. */
const SCALE_OFFERED = 32;
/** The shift that the side's windows are read with, four bits. */
export const SCALE_SHIFT = 8;
const SCALE_MASK = 15 << SCALE_SHIFT;
const SIDE_MASK = 0xffff;
const ONE_OPEN = SYN_ACKED | SEQUENCE_SEEN | ACK_SEEN;
/** Both sides opened and spoke: all numbers hold. */
export const BOTH_OPEN = ONE_OPEN | (ONE_OPEN << 16);
/** CONTRACT: an unknown scale counts as 14. */
export const SCALE_UNKNOWN = 14;

/** A receiver that has not spoken yet cannot have offered more: SYN windows are not scaled. */
export const WINDOW_UNSCALED_MAX = 65_535;

/** Signed distance of sequence numbers. */
export const ahead = (a: number, b: number): number => (a - b) | 0;

/** The SIDES half of one side (0 c2s, 1 s2c). */
export function sideBits(table: SessionTable, slot: number, side: number): number {
  return (table.hot[slot * HOT_WORDS + SIDES]! >>> (16 * side)) & SIDE_MASK;
}

/** Sets bits of one side. */
export function setSideBits(table: SessionTable, slot: number, side: number, bits: number): void {
  table.hot[slot * HOT_WORDS + SIDES]! |= bits << (16 * side);
}

function setScale(table: SessionTable, slot: number, side: number, scale: number): void {
  const at = slot * HOT_WORDS + SIDES;
  const word = table.hot[at]!;
  const shift = SCALE_SHIFT + 16 * side;
  table.hot[at] = (word & ~(SCALE_MASK << (16 * side))) | (scale << shift);
}

/** Whether the segment acknowledges the other side's SYN: its ISN + 1, or with the SYN's data. */
export function answersSyn(
  view: PacketView,
  table: SessionTable,
  slot: number,
  side: number,
  peer: number,
): boolean {
  if ((view.tcpFlags & TCP_ACK) === 0 || (peer & SYN_SEEN) === 0) return false;
  const acknowledged = view.tcpAcknowledgment;
  return (
    ahead(acknowledged, table.tail[slot * TAIL_WORDS + ISN + 1 - side]!) > 0 &&
    ahead(acknowledged, table.hot[slot * HOT_WORDS + SEQUENCE_END + 1 - side]!) <= 0
  );
}

/** Notes that a SYN of the other side is acknowledged; says what that is to the machine. */
export function noteHandshakeAck(
  view: PacketView,
  table: SessionTable,
  slot: number,
  side: number,
  peer: number,
): number {
  if ((peer & SYN_ACKED) !== 0) return IN_PACKET;
  // A peer whose SYN the capture lost, but not its data, has opened too.
  const isAnswer =
    (peer & SYN_SEEN) !== 0
      ? answersSyn(view, table, slot, side, peer)
      : (peer & SEQUENCE_SEEN) !== 0 && (view.tcpFlags & TCP_ACK) !== 0;
  if (!isAnswer) return IN_PACKET;
  setSideBits(table, slot, 1 - side, SYN_ACKED);
  return (sideBits(table, slot, side) & SYN_ACKED) !== 0 ? IN_OPEN : IN_SYN_ACKED;
}

/** Notes a side's SYN: its number, and how the windows of both sides are scaled from now on. */
export function noteSyn(view: PacketView, table: SessionTable, slot: number, side: number): void {
  const scale = view.isHashed ? view.windowScale : tcpWindowScale(view);
  table.tail[slot * TAIL_WORDS + ISN + side] = view.tcpSequence;
  table.hot[slot * HOT_WORDS + SEQUENCE_END + side] = view.tcpSequence;
  setSideBits(table, slot, side, scale < 0 ? SYN_SEEN : SYN_SEEN | SCALE_OFFERED);
  const peer = sideBits(table, slot, 1 - side);
  // RFC 7323 §2.2: scaling holds only if both SYNs offered it. Until the second SYN is seen the
  // side's own offer stands: a window read too large drops nothing that was right.
  if (scale < 0) {
    setScale(table, slot, side, 0);
    setScale(table, slot, 1 - side, 0);
  } else if ((peer & SYN_SEEN) !== 0 && (peer & SCALE_OFFERED) === 0) {
    setScale(table, slot, side, 0);
  } else {
    setScale(table, slot, side, scale);
  }
}

/** Notes a side's first FIN; says whether the other side sent one before. */
export function noteFin(view: PacketView, table: SessionTable, slot: number, side: number): number {
  setSideBits(table, slot, side, FIN_SEEN);
  const syn = (view.tcpFlags & TCP_SYN) !== 0 ? 1 : 0;
  table.tail[slot * TAIL_WORDS + FIN_SEQUENCE + side] =
    (view.tcpSequence + view.payloadLength + syn) | 0;
  return (sideBits(table, slot, 1 - side) & FIN_SEEN) !== 0 ? IN_FIN_SECOND : IN_FIN_FIRST;
}

/** Moves the side's highest numbers on. A window edge never moves back (RFC 9293 §3.8.6). */
export function advance(view: PacketView, table: SessionTable, slot: number, side: number): void {
  const { hot } = table;
  const at = slot * HOT_WORDS;
  const flags = view.tcpFlags;
  const bits = sideBits(table, slot, side);
  const controls = ((flags & TCP_SYN) >> 1) + (flags & TCP_FIN);
  const end = (view.tcpSequence + view.payloadLength + controls) | 0;
  if ((bits & SEQUENCE_SEEN) === 0 || ahead(end, hot[at + SEQUENCE_END + side]!) > 0) {
    hot[at + SEQUENCE_END + side] = end;
  }
  let seen = SEQUENCE_SEEN;
  if ((flags & TCP_ACK) !== 0) {
    const acknowledged = view.tcpAcknowledgment;
    const scale = (flags & TCP_SYN) !== 0 ? 0 : (bits & SCALE_MASK) >>> SCALE_SHIFT;
    const edge = (acknowledged + (view.tcpWindow << scale)) | 0;
    const isFirst = (bits & ACK_SEEN) === 0;
    if (isFirst || ahead(acknowledged, hot[at + ACKNOWLEDGED + side]!) > 0) {
      hot[at + ACKNOWLEDGED + side] = acknowledged;
    }
    if (isFirst || ahead(edge, hot[at + WINDOW_EDGE + side]!) > 0) {
      hot[at + WINDOW_EDGE + side] = edge;
    }
    seen |= ACK_SEEN;
  }
  if ((bits & seen) !== seen) setSideBits(table, slot, side, seen);
}

/**
 * Whether a segment lies where its receiver would take it, or a little left of that: old data sent
 * again and keepalives (RFC 9293 §3.8.4) are no attack. A receiver that has not acknowledged yet
 * cannot be judged by. One byte beyond a closed window is a probe (RFC 9293 §3.8.6.1).
 */
export function isInWindow(
  view: PacketView,
  table: SessionTable,
  slot: number,
  side: number,
  own: number,
  peer: number,
): boolean {
  if ((peer & ACK_SEEN) === 0 || (own & SEQUENCE_SEEN) === 0) return true;
  const sequence = view.tcpSequence;
  const end = (sequence + view.payloadLength) | 0;
  const { hot } = table;
  const at = slot * HOT_WORDS;
  const left = hot[at + ACKNOWLEDGED + 1 - side]!;
  return isBetween(sequence, end, left, hot[at + WINDOW_EDGE + 1 - side]!);
}

/** Whether a segment from `sequence` to `end` fits a receiver's window from `left` to `edge`. */
export function isBetween(sequence: number, end: number, left: number, edge: number): boolean {
  if (ahead(end, edge) > 1) return false;
  const window = Math.max(ahead(edge, left), WINDOW_UNSCALED_MAX);
  return ahead(sequence, left) >= -window;
}
