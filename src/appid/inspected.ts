/**
 * This file identifies one session from its first payload: it keeps what both sides have sent so far,
 * as long as no signature is met, and stops after the budget of panos.md §9: 4 packets with payload, or
 * 2000 bytes. Once the application is known it reads on, within bounds of its own, what that says in
 * clear (details/), such as a server name that comes in a hello's second segment.
 */

import { PROTO_TCP } from '../net/protocol.ts';
import { WAITING_SEGMENTS_MAX } from '../stream/tcp-stream.ts';
import { DetailReading } from './detail-reading.ts';
import {
  CUT,
  EXHAUSTED,
  OVER_KEPT,
  OVER_SEGMENTS,
  OVER_WAITING,
  READ,
  UNDECIDED,
} from './found.ts';
import { InspectedPiece } from './inspected-piece.ts';
import { IDLE_BYTES_MAX, InspectedSide } from './inspected-side.ts';
import type { InspectionShared, Shifts } from './inspection-shared.ts';
import type { Payload, PayloadTaker } from './payload.ts';
import { NONE, NOT_YET } from './signature-table.ts';

/** Packets with payload, and bytes of it, after which a session is unknown (panos.md §9). */
export const INSPECTED_PACKETS_MAX = 4;
export const INSPECTED_BYTES_MAX = 2000;

/**
 * Bytes of a side that are kept for details, and for contexts of one's own signatures: a hello with
 * post-quantum keys takes some 2 KB, a server's first certificate some 2 KB more. A decoder goes on where
 * identification has used up its budget: so many packets and, of both sides, bytes. These are ours.
 */
const DECODED_BYTES_MAX = 8192;
const DECODED_PACKETS_MAX = 16;

const piece = new InspectedPiece();

/** One session under inspection; another one after that, since most are inspected for a moment. */
export class Inspected {
  readonly shared: InspectionShared;
  /** Index of the signature that was met, or UNDECIDED. */
  signature = UNDECIDED;
  /** The capture lacks a part of what was sent so far. */
  isCut = false;
  /** By signature: 1 for one that is still looked for; null for all. */
  private wanted: Uint8Array | null = null;
  /** What is looked for is read by a decoder, beyond the budget. */
  private isDecoding = false;
  /** The application is not settled. */
  isJudging = false;
  readonly reading: DetailReading;
  /** What payload told before the handshake was complete, or UNDECIDED: it counts afterwards. */
  held = UNDECIDED;

  protocol = 0;
  sport = 0;
  dport = 0;
  readonly sides: readonly [InspectedSide, InspectedSide];
  private packets = 0;
  private bytes = 0;
  /** A signature was met. */
  private isNamed = false;
  /** Bytes that the sides keep. */
  private kept = 0;
  private hasWaited = false;

  constructor(shared: InspectionShared) {
    this.shared = shared;
    this.reading = new DetailReading(shared.budget);
    this.sides = [new InspectedSide(this, 0), new InspectedSide(this, 1)];
  }

  /** Begins with a session, after `close` of the one before; ports are of the c2s flow. */
  begin(protocol: number, sport: number, dport: number): void {
    this.signature = UNDECIDED;
    this.wanted = null;
    this.isDecoding = false;
    this.isJudging = true;
    this.reading.begin();
    this.isNamed = false;
    this.held = UNDECIDED;
    this.protocol = protocol;
    this.sport = sport;
    this.dport = dport;
    this.packets = 0;
    this.bytes = 0;
    this.isCut = false;
    for (const side of this.sides) side.begin();
  }

  /**
   * Takes a packet with payload.
   *
   * @param start TCP: sequence number of the side's first byte
   * @returns index of the signature that is met now, or UNDECIDED, EXHAUSTED, CUT, READ, OVER_…
   */
  take(side: number, payload: Payload, start: number): number {
    this.signature = UNDECIDED;
    const wasJudging = this.isJudging;
    const { bytes, from, to, length } = payload;
    const own = this.sides[side === 0 ? 0 : 1];
    const over = wasJudging ? this.limitExceeded(side, own, payload, start) : UNDECIDED;
    if (over !== UNDECIDED) return over;
    if (to - from < length) this.isCut = true;
    this.reading.countPacket();
    if (this.protocol === PROTO_TCP) {
      own.take(payload, start);
      if (own.waiting > 0) this.hasWaited = true;
    } else if (to > from) {
      this.look(side, bytes, from, to, length);
      if (this.signature === UNDECIDED && this.isJudging) own.replace(bytes, from, to);
    }
    this.packets++;
    this.bytes += length;
    if (this.signature !== UNDECIDED) return this.signature;
    if (!wasJudging) return this.isOver ? READ : UNDECIDED;
    if (!this.isSpent) return UNDECIDED;
    return this.isCut ? CUT : EXHAUSTED;
  }

  /** Looks for what the application may shift to; false where that is nothing, or the budget is used up. */
  seek(shifts: Shifts | null): boolean {
    if (shifts === null) return false;
    this.isDecoding = shifts.isDecoded;
    if (this.isSpent) return false;
    this.wanted = shifts.wanted;
    return true;
  }

  /** The application is settled: only what it says is read on. */
  settle(): void {
    this.isJudging = false;
  }

  /** Takes room for bytes of a side; false where there is none. */
  reserve(bytes: number): boolean {
    const hasRoom = this.shared.budget.take(bytes);
    if (hasRoom) this.kept += bytes;
    else this.reading.refuse();
    return hasRoom;
  }

  /** Gives back room that was taken. */
  giveBack(bytes: number): void {
    this.shared.budget.give(bytes);
    this.kept -= bytes;
  }

  /** Nothing more is to be seen. */
  get isOver(): boolean {
    if (this.isJudging) return false;
    const [client, server] = this.sides;
    return this.reading.isOver((client.isOpen ? 1 : 0) | (server.isOpen ? 2 : 0));
  }

  /** Whether the budget is used up. What waits for others was not looked at yet. */
  get isSpent(): boolean {
    const packetsMax = this.isDecoding ? DECODED_PACKETS_MAX : INSPECTED_PACKETS_MAX;
    const bytesMax = this.isDecoding ? 2 * DECODED_BYTES_MAX : INSPECTED_BYTES_MAX;
    if (this.packets < packetsMax && this.bytes < bytesMax) return false;
    const [c2s, s2c] = this.sides;
    const packets = this.packets - c2s.waiting - s2c.waiting;
    const bytes = this.bytes - c2s.waitingBytes - s2c.waitingBytes;
    return packets >= packetsMax || bytes >= bytesMax;
  }

  /**
   * The capture lacks what a side's segments wait for: nothing more of that side can be read in order.
   *
   * @returns CUT where the budget is used up thereby, else UNDECIDED
   */
  lose(side: number): number {
    this.isCut = true;
    this.sides[side === 0 ? 0 : 1].lose();
    return this.isJudging && this.isSpent ? CUT : UNDECIDED;
  }

  /** Whether segments of a side wait for others. */
  isWaiting(side: number): boolean {
    return this.sides[side === 0 ? 0 : 1].waiting > 0;
  }

  /** Number of a side's next byte in order; `otherwise` where nothing of it was seen. */
  expectedOf(side: number, otherwise: number): number {
    return this.sides[side === 0 ? 0 : 1].expectedOr(otherwise);
  }

  /** Which limit a packet would exceed, or UNDECIDED; its signature may be met without room for it. */
  private limitExceeded(side: number, own: InspectedSide, payload: Payload, start: number): number {
    const { bytes, from, to, length } = payload;
    const { budget } = this.shared;
    const [c2s, s2c] = this.sides;
    const isTcp = this.protocol === PROTO_TCP;
    if (isTcp && own.mustWait(payload, start)) {
      if (c2s.waiting + s2c.waiting >= WAITING_SEGMENTS_MAX) return OVER_SEGMENTS;
      return budget.hasRoomFor(to - from) ? UNDECIDED : OVER_WAITING;
    }
    if (own.isMute) return UNDECIDED;
    // The last datagram takes the place of the one before.
    const room = this.bytesMax - (isTcp ? own.keptBytes : 0);
    const kept = Math.min(to - from, room) - (isTcp ? 0 : own.keptBytes);
    if (budget.hasRoomFor(kept)) return UNDECIDED;
    if (own.keptBytes === 0) this.look(side, bytes, from, to, length);
    return this.signature === UNDECIDED ? OVER_KEPT : this.signature;
  }

  /** Bytes of a side that may be kept. */
  get bytesMax(): number {
    const isRead = this.reading.isReading || this.isDecoding;
    return isRead ? DECODED_BYTES_MAX : INSPECTED_BYTES_MAX;
  }

  /** Whether more of a side's stream is wanted. */
  wants(side: number): boolean {
    const isOpen = this.signature === UNDECIDED ? this.isJudging : this.mayShift;
    return isOpen || this.reading.speaks(side);
  }

  /** Judges, and reads, what a side has sent. */
  look(side: number, bytes: Uint8Array, from: number, to: number, length: number): void {
    piece.show(this, side, bytes, from, to);
    piece.length = length;
    const found = this.isJudging ? this.shared.table.find(piece, this.wanted) : NOT_YET;
    if (found >= 0) this.meet(found, side);
    this.reading.read(piece);
    if (found === NONE) this.silence(side);
  }

  /**
   * What a side has sent, and whatever may follow, tells nothing else: once its ALG has what was
   * identified, and its details are read, its bytes serve nobody.
   */
  private silence(side: number): void {
    const isNamed = this.isNamed && this.wanted !== null && this.protocol === PROTO_TCP;
    if (isNamed && !this.reading.speaks(side)) this.sides[side === 0 ? 0 : 1].isMute = true;
  }

  /** Whether the signature that was met last may not be all. */
  private get mayShift(): boolean {
    return this.shared.shifting.has(this.signature);
  }

  private meet(found: number, side: number): void {
    this.signature = found;
    this.isNamed = true;
    // Known before more is kept.
    this.isDecoding = this.shared.decoding[found] === 1;
    if (!this.mayShift) this.isJudging = false;
    if (this.reading.start(this.shared.sources[found] ?? null)) this.readOther(side);
  }

  /** What the other side has said before the application was known. */
  private readOther(side: number): void {
    const { bytes, from, to, length } = piece;
    const other = this.sides[side === 0 ? 1 : 0].seen;
    if (other === null) return;
    piece.show(this, 1 - side, other, 0, other.length);
    this.reading.read(piece);
    piece.show(this, side, bytes, from, to);
    piece.length = length;
  }

  /** Gives a side's payload so far to another reader. */
  handOver(side: number, to: PayloadTaker): void {
    this.sides[side === 0 ? 0 : 1].handOver(to);
  }

  /** Gives back what is kept; the sides, which lie elsewhere in memory, begin anew with the next session. */
  close(): void {
    this.reading.stop();
    if (this.hasWaited || this.kept > IDLE_BYTES_MAX) for (const side of this.sides) side.close();
    this.hasWaited = false;
    if (this.kept > 0) this.giveBack(this.kept);
  }

  /** Lets go of the memory as well, once closed. */
  empty(): void {
    for (const side of this.sides) side.empty();
  }
}
