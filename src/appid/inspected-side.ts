/** This file keeps what one side of a session under inspection has sent so far. */

import { type StreamBudget, type StreamReader, TcpStream } from '../stream/tcp-stream.ts';
import type { Payload, PayloadTaker } from './payload.ts';

/** Memory that a side keeps between sessions. */
export const IDLE_BYTES_MAX = 2000;

/** Up to so many bytes one by one are faster copied than by a view of them. */
const SHORT_COPY_BYTES = 128;

/** Whom the side belongs to. */
interface Owner {
  readonly shared: { readonly budget: StreamBudget };
  /** Bytes that may be kept. */
  readonly bytesMax: number;
  /** Takes room for bytes; false where there is none. */
  reserve(bytes: number): boolean;
  giveBack(bytes: number): void;
  look(side: number, bytes: Uint8Array, from: number, to: number, length: number): void;
  wants(side: number): boolean;
}

/** The stream's beginning, or the datagram before. */
export class InspectedSide implements StreamReader {
  /** Its bytes tell no other application any more, and need not be kept. */
  isMute = false;

  private kept: Uint8Array | null = null;
  private length = 0;
  private seenSoFar: Uint8Array | null = null;
  private stream: TcpStream | null = null;
  private isStreaming = false;
  /** TCP: number of the first byte. */
  private first = 0;
  private readonly session: Owner;
  private readonly side: number;

  constructor(session: Owner, side: number) {
    this.session = session;
    this.side = side;
  }

  /** The bytes so far, for the other side's signatures. */
  get seen(): Uint8Array | null {
    if (this.length === 0 || this.kept === null) return null;
    this.seenSoFar ??= this.kept.subarray(0, this.length);
    return this.seenSoFar;
  }

  /** More may come: nothing has ended the stream. */
  get isOpen(): boolean {
    return !this.isStreaming || this.stream?.state === 'open';
  }

  /** Gives the payload so far to another reader: a stream, or one of datagrams. */
  handOver(to: PayloadTaker): void {
    const { kept, length, stream } = this;
    if (!this.isStreaming || stream === null) {
      if (kept !== null && length > 0) to.read(kept, 0, length);
      return;
    }
    const into = to.begin(this.first);
    if (kept !== null && length > 0) into.take(this.first, kept, 0, length, length);
    stream.handWaitingTo(into);
  }

  /** Takes a segment; `start` is the number of the side's first byte. */
  take({ sequence, bytes, from, to, length }: Payload, start: number): void {
    if (!this.isStreaming) this.first = start;
    if (this.stream === null) this.stream = new TcpStream(start, this, this.session.shared.budget);
    else if (!this.isStreaming) this.stream.restart(start);
    this.isStreaming = true;
    this.stream.take(sequence, bytes, from, to, length);
  }

  /** Number of the next byte in order; `otherwise` where nothing of the side was seen. */
  expectedOr(otherwise: number): number {
    return this.stream !== null && this.isStreaming ? this.stream.expected : otherwise;
  }

  /** Bytes that are kept. */
  get keptBytes(): number {
    return this.length;
  }

  /** Parts of segments that wait for others. */
  get waiting(): number {
    return this.stream === null ? 0 : this.stream.waitingSegments;
  }

  /** Bytes of these. */
  get waitingBytes(): number {
    return this.stream === null ? 0 : this.stream.waitingBytes;
  }

  /** What its segments wait for will not come. */
  lose(): void {
    this.stream?.close('cut');
  }

  /** Whether a segment would wait for others; `start` is the number of the side's first byte. */
  mustWait({ sequence, length }: Payload, start: number): boolean {
    if (this.stream === null || !this.isStreaming) return ((sequence - start) | 0) > 0;
    return this.stream.mustWait(sequence, length);
  }

  read(bytes: Uint8Array, from: number, to: number): boolean {
    const { session, side } = this;
    if (this.isMute) return session.wants(side);
    if (this.length === 0) {
      session.look(side, bytes, from, to, to - from);
      return session.wants(side) && (this.isMute || this.append(bytes, from, to));
    }
    if (!this.append(bytes, from, to)) return false;
    const { kept, length } = this;
    if (kept === null) return false;
    session.look(side, kept, 0, length, length);
    return session.wants(side);
  }

  /** Keeps a datagram in place of the one before. */
  replace(bytes: Uint8Array, from: number, to: number): void {
    this.session.giveBack(this.length);
    this.length = 0;
    this.seenSoFar = null;
    this.append(bytes, from, to);
  }

  /** Keeps bytes; false where no more fit, or may be kept. */
  private append(bytes: Uint8Array, from: number, to: number): boolean {
    const { session } = this;
    const added = Math.min(to - from, session.bytesMax - this.length);
    if (added <= 0) return false;
    if (!session.reserve(added)) return false;
    const needed = this.length + added;
    if (this.kept === null || this.kept.length < needed) {
      const wished = Math.max(needed, 2 * (this.kept?.length ?? 0));
      const most = needed > IDLE_BYTES_MAX ? session.bytesMax : IDLE_BYTES_MAX;
      const grown = new Uint8Array(Math.min(wished, most));
      if (this.kept !== null) grown.set(this.kept.subarray(0, this.length));
      this.kept = grown;
    }
    copy(bytes, from, this.kept, this.length, added);
    this.length = needed;
    this.seenSoFar = null;
    return true;
  }

  /** Begins with a session; what was kept of the one before has been given back. */
  begin(): void {
    this.isMute = false;
    this.length = 0;
    this.seenSoFar = null;
    this.isStreaming = false;
  }

  /** Gives back what waits, and memory beyond what is kept between sessions. */
  close(): void {
    if (this.kept !== null && this.kept.length > IDLE_BYTES_MAX) this.kept = null;
    if (this.isStreaming) this.stream?.close('enough');
  }

  /** Lets go of the memory, too. */
  empty(): void {
    this.kept = null;
    this.stream = null;
  }
}

function copy(bytes: Uint8Array, from: number, into: Uint8Array, at: number, count: number): void {
  if (count > SHORT_COPY_BYTES) into.set(bytes.subarray(from, from + count), at);
  else for (let i = 0; i < count; i++) into[at + i] = bytes[from + i] ?? 0;
}
