/**
 * This file gives decompressors the bytes of their input: one by one, or so many at a time.
 *
 * Memory follows the bytes that were really there, never a length that the input only claims.
 */

import type { ByteSource } from './byte-source.ts';

/** Compressed bytes read at a time. */
const INPUT_BYTES = 64 * 1024;

/** What a decompressor throws where the input ends too early. */
export class CutShort extends Error {}

/** The bytes of a compressed stream. */
export class PackedInput {
  readonly #given: ByteSource;
  #bytes = new Uint8Array(INPUT_BYTES);
  #at = 0;
  #end = 0;

  constructor(given: ByteSource) {
    this.#given = given;
  }

  /** Whether a byte is left. */
  async hasMore(): Promise<boolean> {
    return this.#at < this.#end || (await this.#fill());
  }

  /** The next byte; null at the end. */
  async byte(): Promise<number | null> {
    if (this.#at === this.#end && !(await this.#fill())) return null;
    const byte = this.#bytes[this.#at]!;
    this.#at += 1;
    return byte;
  }

  /**
   * The next byte.
   *
   * @throws CutShort at the end
   */
  async sureByte(): Promise<number> {
    const byte = await this.byte();
    if (byte === null) throw new CutShort();
    return byte;
  }

  /** All bytes at hand, of which there is at least one; none at the end. Valid until the next call. */
  async chunk(): Promise<Uint8Array> {
    if (this.#at === this.#end) await this.#fill();
    const chunk = this.#bytes.subarray(this.#at, this.#end);
    this.#at = this.#end;
    return chunk;
  }

  /** Gives the last `count` bytes of a chunk back. */
  giveBack(count: number): void {
    this.#at -= count;
  }

  /**
   * Exactly `count` bytes, valid until the next call.
   *
   * @throws CutShort where there are fewer
   */
  async take(count: number): Promise<Uint8Array> {
    while (this.#end - this.#at < count) {
      if (!(await this.#fill())) throw new CutShort();
    }
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }

  /** The next bytes as a number, the lowest first. @throws CutShort */
  async little(byteCount: 3 | 4): Promise<number> {
    const bytes = await this.take(byteCount);
    let value = 0;
    for (let i = byteCount - 1; i >= 0; i -= 1) value = value * 256 + bytes[i]!;
    return value;
  }

  /** Passes over `count` bytes. @throws CutShort where there are fewer */
  async skip(count: number): Promise<void> {
    let left = count;
    while (left > 0) {
      if (this.#at === this.#end && !(await this.#fill())) throw new CutShort();
      const step = Math.min(left, this.#end - this.#at);
      this.#at += step;
      left -= step;
    }
  }

  /** Reads more behind what is at hand; false at the end. */
  async #fill(): Promise<boolean> {
    const rest = this.#end - this.#at;
    if (this.#end === this.#bytes.length) {
      // Full of bytes that nobody took yet: then the next block is longer than the buffer.
      const longer = this.#at === 0 ? new Uint8Array(2 * this.#bytes.length) : this.#bytes;
      if (longer === this.#bytes) longer.copyWithin(0, this.#at, this.#end);
      else longer.set(this.#bytes);
      this.#bytes = longer;
      this.#at = 0;
      this.#end = rest;
    } else if (rest === 0) {
      this.#at = 0;
      this.#end = 0;
    }
    const count = await this.#given.readInto(this.#bytes, this.#end);
    this.#end += count;
    return count > 0;
  }
}
