/**
 * This file puts the payload of one direction of a TCP session in order for whoever inspects it:
 * segments out of order wait, what came before counts (the first copy of a byte wins), and the reader
 * says when it has seen enough.
 *
 * Bytes are handed over where they lie; only what must wait is copied, within limits of one stream and
 * of all together. A capture that cut a segment short ends the stream there: nothing is guessed.
 */

/**
 * Segments of one direction that may wait for others. The vendor's out-of-order queue holds 64 a session
 * (panos.md §1.4 out-of-order overflow).
 */
export const WAITING_SEGMENTS_MAX = 64;

/** Who reads a stream. */
export interface StreamReader {
  /**
   * Takes the next bytes in order; they are valid during the call only.
   *
   * @returns false where nothing more is wanted
   */
  read(bytes: Uint8Array, from: number, to: number): boolean;
}

/** What all streams together may hold. */
export class StreamBudget {
  /** Bytes that wait now. */
  bytes = 0;
  private readonly bytesMax: number;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** Whether so many bytes more may wait. */
  hasRoomFor(bytes: number): boolean {
    return this.bytes + bytes <= this.bytesMax;
  }

  /** Whether so many bytes more may wait; then they are counted. */
  take(bytes: number): boolean {
    if (!this.hasRoomFor(bytes)) return false;
    this.bytes += bytes;
    return true;
  }

  /** Gives bytes back. */
  give(bytes: number): void {
    this.bytes -= bytes;
  }
}

/**
 * Where a stream stands: it goes on; its reader has enough; a segment was cut by the capture; more
 * waited than may.
 */
export type StreamState = 'open' | 'enough' | 'cut' | 'overflow';

/** Bytes that came before others; `at` counts from the next byte that is expected. */
interface Waiting {
  at: number;
  readonly bytes: Uint8Array;
  /** The capture has no more of its segment. */
  readonly isCut: boolean;
}

/** One direction's payload. */
export class TcpStream {
  state: StreamState = 'open';
  /** Bytes handed over. */
  delivered = 0;

  private readonly reader: StreamReader;
  private readonly budget: StreamBudget;
  /** Sequence number of the next byte, modulo 2^32, signed. */
  private next: number;
  /** By `at`, without overlap. */
  private readonly waiting: Waiting[] = [];

  /** @param sequence number of the first byte: the initial one plus one (RFC 9293 §3.4) */
  constructor(sequence: number, reader: StreamReader, budget: StreamBudget) {
    this.next = sequence | 0;
    this.reader = reader;
    this.budget = budget;
  }

  /** Sequence number of the next byte in order, modulo 2^32, signed. */
  get expected(): number {
    return this.next;
  }

  /** Parts of segments that wait. */
  get waitingSegments(): number {
    return this.waiting.length;
  }

  /** Bytes that wait. */
  get waitingBytes(): number {
    let bytes = 0;
    for (const one of this.waiting) bytes += one.bytes.length;
    return bytes;
  }

  /** Whether a segment would wait for others. */
  mustWait(sequence: number, length: number): boolean {
    return this.state === 'open' && length > 0 && ((sequence - this.next) | 0) > 0;
  }

  /** Begins anew with another direction; nothing waits any more. */
  restart(sequence: number): void {
    this.close('enough');
    this.state = 'open';
    this.delivered = 0;
    this.next = sequence | 0;
  }

  /**
   * Takes a segment's payload.
   *
   * @param sequence number of its first byte
   * @param bytes where the captured part lies, `from` to before `to`
   * @param length its length on the wire; more than was captured where the capture cut it
   */
  take(sequence: number, bytes: Uint8Array, from: number, to: number, length: number): void {
    if (this.state !== 'open' || length === 0) return;
    // Modulo 2^32: how far the segment lies behind the next byte, or before it.
    const at = (sequence - this.next) | 0;
    if (at + length <= 0) return;
    const isCut = to - from < length;
    if (at <= 0 && this.waiting.length === 0) {
      this.deliver(bytes, Math.min(from - at, to), to);
      if (isCut) this.stopAtCut();
      return;
    }
    // One that fills the gap does not wait, however many do.
    if (at > 0 && this.waiting.length >= WAITING_SEGMENTS_MAX) {
      this.close('overflow');
      return;
    }
    this.keep(at, bytes.subarray(from, to), isCut);
    this.deliverWaiting();
  }

  /** Whether later bytes wait for the one that is expected. */
  get isHeldUp(): boolean {
    return this.waiting.length > 0;
  }

  /** Gives up the bytes before those that wait, and goes on with these. */
  skipHole(): void {
    const hole = this.waiting[0]?.at ?? 0;
    this.next = (this.next + hole) | 0;
    for (const later of this.waiting) later.at -= hole;
    this.deliverWaiting();
  }

  /** Gives what waits to another stream of the same direction. */
  handWaitingTo(other: TcpStream): void {
    for (const { at, bytes, isCut } of this.waiting) {
      const length = bytes.length + (isCut ? 1 : 0);
      other.take((this.next + at) | 0, bytes, 0, bytes.length, length);
    }
  }

  /** Gives back what still waits; nothing is taken any more. */
  close(state: Exclude<StreamState, 'open'>): void {
    this.state = state;
    if (this.waiting.length === 0) return;
    for (const { bytes } of this.waiting) this.budget.give(bytes.length);
    this.waiting.length = 0;
  }

  private deliver(bytes: Uint8Array, from: number, to: number): void {
    if (from === to) return;
    this.next = (this.next + (to - from)) | 0;
    this.delivered += to - from;
    if (!this.reader.read(bytes, from, to)) this.close('enough');
  }

  /** The next byte was cut off by the capture; another copy of it may wait. */
  private stopAtCut(): void {
    const isElsewhere = this.waiting[0]?.at === 0;
    if (this.state === 'open' && !isElsewhere) this.close('cut');
  }

  /** Enters what of a segment is new among those that wait. */
  private keep(at: number, bytes: Uint8Array, isCut: boolean): void {
    let from = Math.max(0, -at);
    const { waiting } = this;
    let i = 0;
    for (; this.state === 'open'; i++) {
      const other = waiting[i];
      if (other === undefined) break;
      const gap = other.at - (at + from);
      if (gap > 0) {
        const end = Math.min(bytes.length, from + gap);
        if (this.insert(i, at + from, bytes.subarray(from, end), isCut && end === bytes.length))
          i++;
      }
      from = Math.max(from, other.at + other.bytes.length - at);
      if (from >= bytes.length) return;
    }
    this.insert(i, at + from, bytes.subarray(from), isCut);
  }

  /** Whether there was anything to enter, and room for it. */
  private insert(index: number, at: number, part: Uint8Array, isCut: boolean): boolean {
    if ((part.length === 0 && !isCut) || this.state !== 'open') return false;
    if (!this.budget.take(part.length)) {
      this.close('overflow');
      return false;
    }
    this.waiting.splice(index, 0, { at, bytes: part.slice(), isCut });
    return true;
  }

  private deliverWaiting(): void {
    while (this.state === 'open') {
      const first = this.waiting[0];
      if (first === undefined || first.at > 0) return;
      this.waiting.shift();
      const { bytes, isCut } = first;
      this.budget.give(bytes.length);
      for (const later of this.waiting) later.at -= bytes.length;
      this.deliver(bytes, 0, bytes.length);
      if (isCut) this.stopAtCut();
    }
  }
}
