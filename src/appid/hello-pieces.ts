/**
 * This file puts a handshake message of a datagram protocol together: QUIC sends it in CRYPTO frames (RFC
 * 9000 §19.6), DTLS in fragments (RFC 6347 §4.2.3), each with its place, in any order.
 */

/** A hello with post-quantum keys takes some 2 KB; more than this is not kept. */
export const HELLO_BYTES_MAX = 16_384;
const FIRST_BYTES = 2048;

export class HelloPieces {
  bytes: Uint8Array = new Uint8Array(0);
  private isHere = new Uint8Array(0);
  private end = 0;
  private readonly bytesMax: number;

  constructor(bytesMax = HELLO_BYTES_MAX) {
    this.bytesMax = bytesMax;
  }

  /** Takes a piece; one that reaches too far is left out. */
  put(offset: number, piece: Uint8Array): void {
    const end = offset + piece.length;
    if (end > this.bytesMax) return;
    if (end > this.bytes.length) this.grow(end);
    this.bytes.set(piece, offset);
    this.isHere.fill(1, offset, end);
    this.end = Math.max(this.end, end);
  }

  /** Bytes from the start without a gap. */
  get length(): number {
    const missing = this.isHere.subarray(0, this.end).indexOf(0);
    return missing < 0 ? this.end : missing;
  }

  private grow(end: number): void {
    const size = Math.min(this.bytesMax, Math.max(FIRST_BYTES, 2 * this.bytes.length, end));
    const { bytes, isHere } = this;
    this.bytes = new Uint8Array(size);
    this.bytes.set(bytes);
    this.isHere = new Uint8Array(size);
    this.isHere.set(isHere);
  }
}
