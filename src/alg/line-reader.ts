/**
 * This file cuts one direction's bytes into lines for the ALGs of text protocols. A line ends with a
 * line feed; a carriage return before it is no part of it. A line that lies within one piece is handed
 * out where it lies; only what goes on in the next piece is copied, up to a bound.
 */

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const NOTHING = new Uint8Array(0);
/** Room that the first piece of a line gets, at least. */
const KEPT_BYTES_MIN = 64;

/**
 * Reads lines one at a time, so that whoever reads can take a body in between:
 *
 * ```ts
 * for (let at = lines.next(bytes, from, to); at >= 0; at = lines.next(bytes, at, to)) {
 *   take(lines.bytes, lines.from, lines.to);
 * }
 * ```
 */
export class LineReader {
  /** Where the line lies that was read last: `from` to before `to`. Valid until the next call. */
  bytes: Uint8Array = NOTHING;
  from = 0;
  to = 0;
  /** The line is longer than the bound and has only its first bytes; the rest of it is passed over. */
  isCut = false;

  private readonly bytesMax: number;
  /** What a line that goes on has had so far; null at the beginning of a line. */
  private kept: Uint8Array | null = null;
  private keptBytes = 0;
  private isPassingOver = false;

  /** @param bytesMax bytes of a line with its end, at most */
  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** Bytes are missing or belong to no line: what was half read is thrown away. */
  clear(): void {
    this.kept = null;
    this.keptBytes = 0;
    this.isPassingOver = false;
  }

  /** Lets go of the piece that the last line lies in: it is a part of the capture. */
  letGo(): void {
    this.bytes = NOTHING;
  }

  /**
   * Reads on to the end of a line.
   *
   * @returns where the next line begins, or -1 where the line goes on in the next piece
   */
  next(bytes: Uint8Array, from: number, to: number): number {
    let begin = from;
    if (this.isPassingOver) {
      begin = lineFeed(bytes, from, to) + 1;
      if (begin === 0) return -1;
      this.isPassingOver = false;
    }
    const end = Math.min(to, begin + this.bytesMax - this.keptBytes);
    const feed = lineFeed(bytes, begin, end);
    if (feed >= 0) {
      this.complete(bytes, begin, feed + 1);
      return feed + 1;
    }
    if (this.keptBytes + (end - begin) < this.bytesMax) {
      if (end > begin) this.keep(bytes, begin, end);
      return -1;
    }
    this.complete(bytes, begin, end);
    this.isCut = true;
    this.isPassingOver = true;
    return end;
  }

  private keep(bytes: Uint8Array, from: number, to: number): void {
    const keptBytes = this.keptBytes + (to - from);
    if (this.kept === null || this.kept.length < keptBytes) {
      const grown = new Uint8Array(
        Math.min(Math.max(KEPT_BYTES_MIN, 2 * keptBytes), this.bytesMax),
      );
      if (this.kept !== null) grown.set(this.kept.subarray(0, this.keptBytes));
      this.kept = grown;
    }
    this.kept.set(bytes.subarray(from, to), this.keptBytes);
    this.keptBytes = keptBytes;
  }

  private complete(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    if (this.keptBytes > 0) {
      this.keep(bytes, from, to);
      this.bytes = this.kept ?? bytes;
      this.from = 0;
      this.to = this.keptBytes;
    }
    this.clear();
    this.isCut = false;
    if (this.endsWith(LINE_FEED)) {
      this.to--;
      if (this.endsWith(CARRIAGE_RETURN)) this.to--;
    }
  }

  private endsWith(byte: number): boolean {
    return this.to > this.from && this.bytes[this.to - 1] === byte;
  }
}

/** Where the first line feed of a range lies, or -1. */
function lineFeed(bytes: Uint8Array, from: number, to: number): number {
  return bytes.subarray(0, to).indexOf(LINE_FEED, from);
}
