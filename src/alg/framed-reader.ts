/**
 * This file cuts one direction's bytes into messages that say how long they are, for the ALGs of binary
 * protocols. Messages are copied, since they may go on in the next piece; of a long one only the
 * beginning is kept.
 */

/** How the messages of a protocol say how long they are. */
export interface Framing {
  /** Bytes that must be there to tell a message's length. */
  readonly headerBytes: number;
  /** Bytes of a message that are kept, at most; no fewer than its header. */
  readonly bytesMax: number;
  /** Bytes of the whole message that begins there; fewer than its header's where it is none. */
  readonly lengthOf: (bytes: Uint8Array) => number;
}

/** Reads messages one at a time, as LineReader does lines. */
export class FramedReader {
  /** The message that was read last, or its beginning. Valid until the next call. */
  message: Uint8Array = new Uint8Array(0);

  private readonly framing: Framing;
  private readonly kept: Uint8Array;
  private keptBytes = 0;
  /** Bytes to come that are passed over. */
  private left = 0;

  constructor(framing: Framing) {
    this.framing = framing;
    this.kept = new Uint8Array(framing.bytesMax);
  }

  /** Bytes are missing: the next piece is taken to begin with a message, as it mostly does. */
  clear(): void {
    this.keptBytes = 0;
    this.left = 0;
  }

  /**
   * Reads on to the end of a message; what is none is passed over with all of its piece.
   *
   * @returns where the next message begins, or -1 where this one goes on in the next piece
   */
  next(bytes: Uint8Array, from: number, to: number): number {
    const { headerBytes, bytesMax, lengthOf } = this.framing;
    let at = from + Math.min(this.left, to - from);
    this.left -= at - from;
    at = this.keepUpTo(headerBytes, bytes, at, to);
    if (this.keptBytes < headerBytes) return -1;
    const length = lengthOf(this.kept);
    if (length < headerBytes) {
      this.clear();
      return -1;
    }
    const wanted = Math.min(length, bytesMax);
    at = this.keepUpTo(wanted, bytes, at, to);
    if (this.keptBytes < wanted) return -1;
    this.message = this.kept.subarray(0, wanted);
    this.keptBytes = 0;
    this.left = length - wanted;
    return at;
  }

  private keepUpTo(count: number, bytes: Uint8Array, from: number, to: number): number {
    const end = Math.min(to, from + Math.max(0, count - this.keptBytes));
    this.kept.set(bytes.subarray(from, end), this.keptBytes);
    this.keptBytes += end - from;
    return end;
  }
}
