/**
 * This file says what a TCP segment means to its session: flags, direction and window in, one input
 * of the machine out. It keeps each side's sequence numbers in the session's records.
 *
 * All comparisons are modulo 2^32 (RFC 9293 §3.4): `(a - b) | 0` is the signed distance. Indexes of
 * `PacketView` words are proven by `attach`; slots come from the table.
 */

import type { PacketView } from '../wire/packet-view.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, tcpWindowScale } from '../wire/tcp.ts';
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
import { INPUTS, type Input } from './phases.ts';
import type { SessionTable } from './session-table.ts';

/** Bits of one side, c2s in the low 16 of SIDES, s2c in the high 16. */
const SYN_SEEN = 1;
/** The other side has acknowledged this side's SYN. */
const SYN_ACKED = 2;
const FIN_SEEN = 4;
/** The side has sent something: SEQUENCE_END holds. */
const SEQUENCE_SEEN = 8;
/** The side has acknowledged something: ACKNOWLEDGED and WINDOW_EDGE hold. */
const ACK_SEEN = 16;
/** The side's SYN offered window scaling. */
const SCALE_OFFERED = 32;
/** The shift that the side's windows are read with, four bits. */
const SCALE_SHIFT = 8;
const SCALE_MASK = 15 << SCALE_SHIFT;
const SIDE_MASK = 0xffff;
const ONE_OPEN = SYN_ACKED | SEQUENCE_SEEN | ACK_SEEN;
const BOTH_OPEN = ONE_OPEN | (ONE_OPEN << 16);
/** CONTRACT: an unknown scale counts as 14. */
const SCALE_UNKNOWN = 14;

/** A receiver that has not spoken yet cannot have offered more: SYN windows are not scaled. */
const WINDOW_UNSCALED_MAX = 65_535;

const number = (input: Input): number => INPUTS.indexOf(input);
export const IN_C2S_SYN = number('c2s:syn');
export const IN_NON_SYN = number('non-syn');
const IN_SYN_AGAIN = number('syn:again');
const IN_SYN_PEER = number('syn:peer');
export const IN_SYN_NEW_ISN = number('syn:new-isn');
const IN_SYN_ACKED = number('syn:acked');
const IN_OPEN = number('open');
export const IN_PACKET = number('packet');
export const IN_OUT_OF_WINDOW = number('out-of-window');
const IN_FIN_FIRST = number('fin:first');
const IN_FIN_SECOND = number('fin:second');
const IN_C2S_RST = number('c2s:rst');
const IN_C2S_RST_INEXACT = number('c2s:rst-inexact');
export const IN_RST_OUT_OF_WINDOW = number('rst:out-of-window');
export const IN_FIRST = number('first');
export const IN_TIMER = number('timer');

/** Signed distance of sequence numbers. */
const ahead = (a: number, b: number): number => (a - b) | 0;

/**
 * Both sides' numbers of TCP sessions. One per replay; it holds no session's state itself.
 */
export class TcpTracker {
  /** A second input that the last classified segment also is (its FIN), or -1. */
  also = -1;
  /** With `asymmetric-path: bypass` windows are not checked and every RST is verified. */
  private readonly checkWindow: boolean;

  private readonly table: SessionTable;

  constructor(table: SessionTable, checkWindow: boolean) {
    this.table = table;
    this.checkWindow = checkWindow;
  }

  /** Notes the first segment of a session, whose records are zeroed. Its sender is c2s. */
  begin(view: PacketView, slot: number): number {
    const { table } = this;
    table.hot[slot * HOT_WORDS + SIDES] =
      ((SCALE_UNKNOWN << SCALE_SHIFT) << 16) | (SCALE_UNKNOWN << SCALE_SHIFT);
    const isSyn = (view.tcpFlags & (TCP_SYN | TCP_RST)) === TCP_SYN;
    if (isSyn) noteSyn(view, table, slot, 0);
    advance(view, table, slot, 0);
    this.also = -1;
    if (isSyn && (view.tcpFlags & TCP_ACK) === 0) return IN_C2S_SYN;
    if ((view.tcpFlags & TCP_RST) !== 0) this.also = IN_C2S_RST;
    else if ((view.tcpFlags & TCP_FIN) !== 0) this.also = noteFin(view, table, slot, 0);
    return IN_NON_SYN;
  }

  /** Classifies a later segment of direction `side` (0 c2s, 1 s2c) and notes its numbers. */
  classify(view: PacketView, slot: number, side: number): number {
    const { table } = this;
    const flags = view.tcpFlags;
    this.also = -1;
    const isPlain = (flags & (TCP_SYN | TCP_FIN | TCP_RST)) === 0;
    if (isPlain && (table.hot[slot * HOT_WORDS + SIDES]! & BOTH_OPEN) === BOTH_OPEN) {
      return this.track(view, slot, side);
    }
    if ((flags & TCP_RST) !== 0) return this.classifyRst(view, slot, side);
    if ((flags & TCP_SYN) !== 0) return this.classifySyn(view, slot, side);
    const own = sideBits(table, slot, side);
    const peer = sideBits(table, slot, 1 - side);
    if (this.checkWindow && !isInWindow(view, table, slot, side, own, peer))
      return IN_OUT_OF_WINDOW;
    advance(view, table, slot, side);
    const input =
      (own & peer & SYN_ACKED) !== 0 ? IN_PACKET : noteHandshakeAck(view, table, slot, side, peer);
    if ((flags & TCP_FIN) === 0 || (own & FIN_SEEN) !== 0) return input;
    const fin = noteFin(view, table, slot, side);
    if (input === IN_PACKET) return fin;
    this.also = fin; // the segment completes the handshake and closes
    return input;
  }

  /**
   * The usual segment: no control flag, both sides known. What `isInWindow` and `advance` say, with
   * every number loaded once.
   */
  private track(view: PacketView, slot: number, side: number): number {
    const { hot } = this.table;
    const at = slot * HOT_WORDS;
    const sequence = view.tcpSequence;
    const end = (sequence + view.payloadLength) | 0;
    if (this.checkWindow) {
      const edge = hot[at + WINDOW_EDGE + 1 - side]!;
      const left = hot[at + ACKNOWLEDGED + 1 - side]!;
      if (!isBetween(sequence, end, left, edge)) return IN_OUT_OF_WINDOW;
    }
    if (ahead(end, hot[at + SEQUENCE_END + side]!) > 0) hot[at + SEQUENCE_END + side] = end;
    if ((view.tcpFlags & TCP_ACK) !== 0) {
      const scale = (hot[at + SIDES]! >>> (SCALE_SHIFT + 16 * side)) & 15;
      const acknowledged = view.tcpAcknowledgment;
      const offered = (acknowledged + (view.tcpWindow << scale)) | 0;
      if (ahead(acknowledged, hot[at + ACKNOWLEDGED + side]!) > 0) {
        hot[at + ACKNOWLEDGED + side] = acknowledged;
      }
      if (ahead(offered, hot[at + WINDOW_EDGE + side]!) > 0) hot[at + WINDOW_EDGE + side] = offered;
    }
    return IN_PACKET;
  }

  private classifySyn(view: PacketView, slot: number, side: number): number {
    const { table } = this;
    const own = sideBits(table, slot, side);
    const peer = sideBits(table, slot, 1 - side);
    const isBare = (view.tcpFlags & TCP_ACK) === 0;
    const isKnown = (own & SYN_SEEN) !== 0;
    const isSame = isKnown && table.tail[slot * TAIL_WORDS + ISN + side] === view.tcpSequence;
    if (isBare && isSame) return IN_SYN_AGAIN;
    // A side without a SYN of its own may still open the other way: SYN-ACK, simultaneous open,
    // or the SYN of a split handshake after a bare acknowledgement.
    const mayOpen = !isKnown && (peer & SYN_SEEN) !== 0 && (own & SYN_ACKED) === 0;
    if (!isSame && !mayOpen) return isBare ? IN_SYN_NEW_ISN : IN_OUT_OF_WINDOW;
    if (!isBare && !answersSyn(view, table, slot, side, peer)) return IN_OUT_OF_WINDOW;
    if (!isKnown) {
      noteSyn(view, table, slot, side);
      advance(view, table, slot, side);
    }
    if (isBare) return IN_SYN_PEER;
    const input = noteHandshakeAck(view, table, slot, side, peer);
    return input === IN_PACKET ? IN_SYN_AGAIN : input;
  }

  /** CONTRACT, TCP: which RST is verified, which is merely inside the window, which is neither. */
  private classifyRst(view: PacketView, slot: number, side: number): number {
    const { table } = this;
    const { hot } = table;
    const at = slot * HOT_WORDS;
    const own = sideBits(table, slot, side);
    const peer = sideBits(table, slot, 1 - side);
    const sequence = view.tcpSequence;
    const verified = IN_C2S_RST + side;
    if (!this.checkWindow) return verified;
    if ((own & SEQUENCE_SEEN) !== 0 && sequence === hot[at + SEQUENCE_END + side]) return verified;
    if ((own & FIN_SEEN) !== 0 && sequence === table.tail[slot * TAIL_WORDS + FIN_SEQUENCE + side])
      return verified;
    if ((peer & ACK_SEEN) !== 0) {
      const left = hot[at + ACKNOWLEDGED + 1 - side]!;
      if (sequence === left) return verified;
      const window = ahead(hot[at + WINDOW_EDGE + 1 - side]!, left);
      const distance = ahead(sequence, left);
      return distance > 0 && distance < window ? IN_C2S_RST_INEXACT + side : IN_RST_OUT_OF_WINDOW;
    }
    // The receiver has acknowledged nothing yet: a RST that answers its SYN is known by that.
    if (answersSyn(view, table, slot, side, peer)) return verified;
    if ((own & SEQUENCE_SEEN) === 0) return IN_RST_OUT_OF_WINDOW;
    const distance = ahead(sequence, hot[at + SEQUENCE_END + side]!);
    return distance >= 0 && distance <= WINDOW_UNSCALED_MAX
      ? IN_C2S_RST_INEXACT + side
      : IN_RST_OUT_OF_WINDOW;
  }
}

function sideBits(table: SessionTable, slot: number, side: number): number {
  return (table.hot[slot * HOT_WORDS + SIDES]! >>> (16 * side)) & SIDE_MASK;
}

function setSideBits(table: SessionTable, slot: number, side: number, bits: number): void {
  table.hot[slot * HOT_WORDS + SIDES]! |= bits << (16 * side);
}

function setScale(table: SessionTable, slot: number, side: number, scale: number): void {
  const at = slot * HOT_WORDS + SIDES;
  const word = table.hot[at]!;
  const shift = SCALE_SHIFT + 16 * side;
  table.hot[at] = (word & ~(SCALE_MASK << (16 * side))) | (scale << shift);
}

/** Whether the segment acknowledges the other side's SYN: its ISN + 1, or with the SYN's data. */
function answersSyn(
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
function noteHandshakeAck(
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

function noteSyn(view: PacketView, table: SessionTable, slot: number, side: number): void {
  const scale = tcpWindowScale(view);
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

function noteFin(view: PacketView, table: SessionTable, slot: number, side: number): number {
  setSideBits(table, slot, side, FIN_SEEN);
  const syn = (view.tcpFlags & TCP_SYN) !== 0 ? 1 : 0;
  table.tail[slot * TAIL_WORDS + FIN_SEQUENCE + side] =
    (view.tcpSequence + view.payloadLength + syn) | 0;
  return (sideBits(table, slot, 1 - side) & FIN_SEEN) !== 0 ? IN_FIN_SECOND : IN_FIN_FIRST;
}

/** Moves the side's highest numbers on. A window edge never moves back (RFC 9293 §3.8.6). */
function advance(view: PacketView, table: SessionTable, slot: number, side: number): void {
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
function isInWindow(
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
function isBetween(sequence: number, end: number, left: number, edge: number): boolean {
  if (ahead(end, edge) > 1) return false;
  const window = Math.max(ahead(edge, left), WINDOW_UNSCALED_MAX);
  return ahead(sequence, left) >= -window;
}
