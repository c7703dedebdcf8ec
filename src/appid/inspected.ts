/**
 * This file identifies one session from its first payload: it keeps what both sides have sent so far,
 * as long as no signature is met, and stops after the budget of panos.md §9: 4 packets with payload, or
 * 2000 bytes.
 */

import { PROTO_TCP } from '../net/protocol.ts';
import { type StreamBudget, type StreamReader, TcpStream } from '../stream/tcp-stream.ts';
import { newPiece } from './piece.ts';
import type { SignatureTable } from './signature-table.ts';

/** Packets with payload, and bytes of it, after which a session is unknown (panos.md §9). */
export const INSPECTED_PACKETS_MAX = 4;
export const INSPECTED_BYTES_MAX = 2000;

/** What a packet brought: nothing yet; the budget is used up; the capture lacks what would tell. */
export const UNDECIDED = -1;
export const EXHAUSTED = -2;
export const CUT = -3;

const piece = newPiece();

/** What inspection shares between sessions. */
export interface InspectionShared {
  readonly table: SignatureTable;
  /** Of all bytes that are kept. */
  readonly budget: StreamBudget;
  /** Signatures whose application may turn out to be another. */
  readonly shifting: ReadonlySet<number>;
}

/** A packet with payload; the captured part lies from `from` to before `to`. */
export interface Payload {
  bytes: Uint8Array;
  from: number;
  to: number;
  /** Bytes on the wire. */
  length: number;
  /** TCP: of the first byte. */
  sequence: number;
}

/** One side's payload so far: the stream's beginning, or the datagram before. */
class Side implements StreamReader {
  kept: Uint8Array | null = null;
  length = 0;
  private seenSoFar: Uint8Array | null = null;
  private stream: TcpStream | null = null;
  private isStreaming = false;
  private readonly session: Inspected;
  private readonly side: number;

  constructor(session: Inspected, side: number) {
    this.session = session;
    this.side = side;
  }

  /** The bytes so far, for the other side's signatures. */
  get seen(): Uint8Array | null {
    if (this.length === 0 || this.kept === null) return null;
    this.seenSoFar ??= this.kept.subarray(0, this.length);
    return this.seenSoFar;
  }

  /** Takes a segment; `start` is the number of the side's first byte. */
  take({ sequence, bytes, from, to, length }: Payload, start: number): void {
    if (this.stream === null) this.stream = new TcpStream(start, this, this.session.shared.budget);
    else if (!this.isStreaming) this.stream.restart(start);
    this.isStreaming = true;
    this.stream.take(sequence, bytes, from, to, length);
  }

  read(bytes: Uint8Array, from: number, to: number): boolean {
    const { session, side } = this;
    if (this.length === 0) {
      const isMet = session.judge(side, bytes, from, to, to - from);
      return (!isMet || session.mayShift) && this.append(bytes, from, to);
    }
    if (!this.append(bytes, from, to)) return false;
    const { kept, length } = this;
    if (kept === null) return false;
    return !session.judge(side, kept, 0, length, length) || session.mayShift;
  }

  /** Keeps bytes; false where no more fit, or may be kept. */
  append(bytes: Uint8Array, from: number, to: number): boolean {
    const added = Math.min(to - from, INSPECTED_BYTES_MAX - this.length);
    if (added <= 0) return false;
    if (!this.session.shared.budget.take(added)) return false;
    const needed = this.length + added;
    if (this.kept === null || this.kept.length < needed) {
      const wished = Math.max(needed, 2 * (this.kept?.length ?? 0));
      const grown = new Uint8Array(Math.min(wished, INSPECTED_BYTES_MAX));
      if (this.kept !== null) grown.set(this.kept.subarray(0, this.length));
      this.kept = grown;
    }
    this.kept.set(bytes.subarray(from, from + added), this.length);
    this.length = needed;
    this.seenSoFar = null;
    return true;
  }

  /** The memory stays, for the session that is inspected next. */
  forget(): void {
    this.session.shared.budget.give(this.length);
    this.length = 0;
    this.seenSoFar = null;
  }

  close(): void {
    this.forget();
    if (this.isStreaming) this.stream?.close('enough');
    this.isStreaming = false;
  }

  /** Lets go of the memory, too. */
  empty(): void {
    this.kept = null;
    this.stream = null;
  }
}

/** One session under inspection; another one after that, since most are inspected for a moment. */
export class Inspected {
  readonly shared: InspectionShared;
  /** Index of the signature that was met, or UNDECIDED. */
  signature = UNDECIDED;
  /** The capture lacks a part of what was sent so far. */
  isCut = false;
  /** Applications that are still looked for; null for all. */
  wanted: ReadonlySet<string> | null = null;
  /** What payload told before the handshake was complete, or UNDECIDED: it counts afterwards. */
  held = UNDECIDED;

  private protocol = 0;
  private sport = 0;
  private dport = 0;
  private readonly sides: readonly [Side, Side];
  private packets = 0;
  private bytes = 0;

  constructor(shared: InspectionShared) {
    this.shared = shared;
    this.sides = [new Side(this, 0), new Side(this, 1)];
  }

  /** Begins with a session, after `close` of the one before; ports are of the c2s flow. */
  begin(protocol: number, sport: number, dport: number): void {
    this.signature = UNDECIDED;
    this.wanted = null;
    this.held = UNDECIDED;
    this.protocol = protocol;
    this.sport = sport;
    this.dport = dport;
    this.packets = 0;
    this.bytes = 0;
    this.isCut = false;
  }

  /**
   * Takes a packet with payload.
   *
   * @param start TCP: sequence number of the side's first byte
   * @returns index of the signature that is met now, or UNDECIDED, EXHAUSTED, CUT
   */
  take(side: number, payload: Payload, start: number): number {
    this.signature = UNDECIDED;
    const { bytes, from, to, length } = payload;
    if (to - from < length) this.isCut = true;
    const own = this.sides[side === 0 ? 0 : 1];
    if (this.protocol === PROTO_TCP) {
      own.take(payload, start);
    } else if (to > from && !this.judge(side, bytes, from, to, length)) {
      own.forget();
      own.append(bytes, from, to);
    }
    this.packets++;
    this.bytes += length;
    if (this.signature !== UNDECIDED) return this.signature;
    const isOver = this.packets >= INSPECTED_PACKETS_MAX || this.bytes >= INSPECTED_BYTES_MAX;
    if (!isOver) return UNDECIDED;
    return this.isCut ? CUT : EXHAUSTED;
  }

  /** Whether the signature that was met last may not be all. */
  get mayShift(): boolean {
    return this.shared.shifting.has(this.signature);
  }

  /** Whether a signature is met by what a side has sent. */
  judge(side: number, bytes: Uint8Array, from: number, to: number, length: number): boolean {
    const { sides, shared, wanted } = this;
    piece.bytes = bytes;
    piece.from = from;
    piece.to = to;
    piece.length = length;
    piece.side = side;
    piece.protocol = this.protocol;
    piece.sport = this.sport;
    piece.dport = this.dport;
    piece.before = this.protocol === PROTO_TCP ? null : sides[side === 0 ? 0 : 1].seen;
    piece.other = sides[side === 0 ? 1 : 0].seen;
    const found = shared.table.find(piece, wanted);
    if (found < 0) return false;
    this.signature = found;
    return true;
  }

  /** Gives back what is kept. */
  close(): void {
    for (const side of this.sides) side.close();
  }
  /** Lets go of the memory as well, once closed. */
  empty(): void {
    for (const side of this.sides) side.empty();
  }
}
