/**
 * This file says what a TCP segment means to its session: flags, direction and window in, one input
 * of the machine out.
 *
 * All comparisons are modulo 2^32 (RFC 9293 §3.4): `(a - b) | 0` is the signed distance. Indexes of
 * `PacketView` words are proven by `attach`; slots come from the table.
 */

import type { PacketView } from '../wire/packet-view.ts';
import { TCP_ACK, TCP_CONTROL_FLAGS, TCP_FIN, TCP_RST, TCP_SYN } from '../wire/tcp.ts';
import {
  IN_C2S_RST,
  IN_C2S_RST_INEXACT,
  IN_C2S_SYN,
  IN_NON_SYN,
  IN_OUT_OF_WINDOW,
  IN_PACKET,
  IN_RST_OUT_OF_WINDOW,
  IN_SYN_AGAIN,
  IN_SYN_NEW_ISN,
  IN_SYN_PEER,
} from './inputs.ts';
import {
  ACKNOWLEDGED,
  FIN_SEQUENCE,
  FLAG_ACKED_UNSEEN,
  FLAG_MIDSTREAM,
  FLAG_NON_SYN,
  HOT_WORDS,
  ISN,
  SEQUENCE_END,
  SIDES,
  STATE,
  TAIL_WORDS,
  WINDOW_EDGE,
} from './layout.ts';
import { PHASES } from './phases.ts';
import type { SessionTable } from './session-table.ts';
import {
  ACK_SEEN,
  advance,
  ahead,
  answersSyn,
  BOTH_OPEN,
  FIN_SEEN,
  isBetween,
  isInWindow,
  noteFin,
  noteHandshakeAck,
  noteSyn,
  SCALE_SHIFT,
  SCALE_UNKNOWN,
  SEQUENCE_SEEN,
  SYN_ACKED,
  SYN_SEEN,
  sideBits,
  WINDOW_UNSCALED_MAX,
} from './tcp-sides.ts';

const PHASE_SYN_SENT = PHASES.indexOf('syn-sent');
const PHASE_HANDSHAKE = PHASES.indexOf('handshake');

/**
 * Both sides' numbers of TCP sessions. One per replay; it holds no session's state itself.
 */
export class TcpTracker {
  /** A second input that the last classified segment also is (its FIN), or -1. */
  also = -1;
  /** With `asymmetric-path: bypass` windows are not checked and every RST is verified. */
  checkWindow: boolean;

  private readonly table: SessionTable;

  constructor(table: SessionTable, checkWindow: boolean) {
    this.table = table;
    this.checkWindow = checkWindow;
  }

  /**
   * Notes the first segment of a session, whose records are zeroed.
   *
   * @param side its sender: 0 c2s; 1 s2c, where the session was there before
   */
  begin(view: PacketView, slot: number, side: number): number {
    const { table } = this;
    table.hot[slot * HOT_WORDS + SIDES] =
      ((SCALE_UNKNOWN << SCALE_SHIFT) << 16) | (SCALE_UNKNOWN << SCALE_SHIFT);
    const isSyn = (view.tcpFlags & (TCP_SYN | TCP_RST)) === TCP_SYN;
    if (isSyn) noteSyn(view, table, slot, side);
    advance(view, table, slot, side);
    this.also = -1;
    if (isSyn && (view.tcpFlags & TCP_ACK) === 0) return IN_C2S_SYN;
    if ((view.tcpFlags & TCP_RST) !== 0) this.also = IN_C2S_RST + side;
    else if ((view.tcpFlags & TCP_FIN) !== 0) this.also = noteFin(view, table, slot, side);
    return IN_NON_SYN;
  }

  /** Classifies a later segment of direction `side` (0 c2s, 1 s2c) and notes its numbers. */
  classify(view: PacketView, slot: number, side: number): number {
    const { table } = this;
    const flags = view.tcpFlags;
    this.also = -1;
    const isPlain = (flags & TCP_CONTROL_FLAGS) === 0;
    if (isPlain && (table.hot[slot * HOT_WORDS + SIDES]! & BOTH_OPEN) === BOTH_OPEN) {
      const { tcpSequence, payloadLength, tcpAcknowledgment, tcpWindow } = view;
      return this.track(
        slot,
        side,
        tcpSequence,
        payloadLength,
        flags,
        tcpAcknowledgment,
        tcpWindow,
      );
    }
    return this.classifyOther(view, slot, side);
  }

  private classifyOther(view: PacketView, slot: number, side: number): number {
    const { table } = this;
    const flags = view.tcpFlags;
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
   * every number loaded once. A segment out of window changes nothing.
   */
  track(
    slot: number,
    side: number,
    sequence: number,
    payloadLength: number,
    flags: number,
    acknowledged: number,
    window: number,
  ): number {
    const { hot } = this.table;
    const at = slot * HOT_WORDS;
    const end = (sequence + payloadLength) | 0;
    if (this.checkWindow) {
      const edge = hot[at + WINDOW_EDGE + 1 - side]!;
      const left = hot[at + ACKNOWLEDGED + 1 - side]!;
      if (!isBetween(sequence, end, left, edge)) return IN_OUT_OF_WINDOW;
    }
    if (ahead(end, hot[at + SEQUENCE_END + side]!) > 0) hot[at + SEQUENCE_END + side] = end;
    if ((flags & TCP_ACK) !== 0) {
      const scale = (hot[at + SIDES]! >>> (SCALE_SHIFT + 16 * side)) & 15;
      if (ahead(acknowledged, hot[at + SEQUENCE_END + 1 - side]!) > 0) {
        hot[at + STATE]! |= FLAG_ACKED_UNSEEN;
      }
      const offered = (acknowledged + (window << scale)) | 0;
      if (ahead(acknowledged, hot[at + ACKNOWLEDGED + side]!) > 0) {
        hot[at + ACKNOWLEDGED + side] = acknowledged;
      }
      if (ahead(offered, hot[at + WINDOW_EDGE + side]!) > 0) hot[at + WINDOW_EDGE + side] = offered;
    }
    return IN_PACKET;
  }

  /**
   * Takes a segment of side `side` at the length that it has as a whole: its first fragment alone was
   * classified.
   *
   * @param sequence its first sequence number
   * @param flags its flags
   * @param seen bytes of payload in the first fragment
   * @param whole bytes of payload in all
   */
  grow(
    slot: number,
    side: number,
    segment: { sequence: number; flags: number; seen: number },
    whole: number,
  ): void {
    const { table } = this;
    const { sequence, flags, seen } = segment;
    const syn = (flags & TCP_SYN) >> 1;
    const fin = flags & TCP_FIN;
    const at = slot * HOT_WORDS + SEQUENCE_END + side;
    const end = (sequence + whole + syn + fin) | 0;
    if (ahead(end, table.hot[at]!) > 0) table.hot[at] = end;
    const finAt = slot * TAIL_WORDS + FIN_SEQUENCE + side;
    const isItsFin = fin !== 0 && table.tail[finAt] === ((sequence + seen + syn) | 0);
    if (isItsFin) table.tail[finAt] = (sequence + whole + syn) | 0;
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
    // or the SYN of a split handshake after a bare acknowledgement. Once the session is open or
    // over, its bare SYN is another connection's.
    const phase = table.hot[slot * HOT_WORDS + STATE]! & 255;
    const isOpening = phase === PHASE_SYN_SENT || phase === PHASE_HANDSHAKE;
    const mayOpen =
      !isKnown && (peer & SYN_SEEN) !== 0 && (own & SYN_ACKED) === 0 && (isOpening || !isBare);
    if (!isSame && !mayOpen) return isBare ? IN_SYN_NEW_ISN : IN_OUT_OF_WINDOW;
    // A SYN-ACK that was the first of its session has no SYN that it could answer.
    const isUnasked =
      (table.hot[slot * HOT_WORDS + STATE]! & (FLAG_NON_SYN | FLAG_MIDSTREAM)) !== 0;
    const isFirstAgain = isSame && isUnasked && (peer & SYN_SEEN) === 0;
    if (!isBare && !isFirstAgain && !answersSyn(view, table, slot, side, peer)) {
      return IN_OUT_OF_WINDOW;
    }
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
