/**
 * This file keeps a window of a byte source in a block, for a parser that takes whole records.
 *
 *     bytes  |....parsed....|at === unparsed === end|....room....|
 *
 * A record that the block's end cuts is carried to the next block. Memory follows the bytes that
 * were really there: a block is only doubled once it is full of one record.
 */

import { CaptureError } from '../errors.ts';
import type { BlockPool } from './block-pool.ts';
import type { ByteSource } from './byte-source.ts';

/** The unparsed bytes of a source. `at` is moved by the parser, the rest by `more`. */
export class BlockFeed {
  bytes: Uint8Array;
  view: DataView;
  at = 0;
  end = 0;
  /** Offset of `bytes[0]` in the source. */
  base = 0;
  /** Why the source ended early; null for an ordinary end. */
  failure: CaptureError | null = null;
  readonly #source: ByteSource;
  readonly #pool: BlockPool;
  #ended = false;

  constructor(source: ByteSource, pool: BlockPool) {
    this.#source = source;
    this.#pool = pool;
    this.bytes = pool.take(pool.blockBytes);
    this.view = viewOf(this.bytes);
  }

  /** Offset in the source of the next byte to parse. */
  offset(): number {
    return this.base + this.at;
  }

  /** True while `need` bytes from `at` on fit in the block, so that `more` will not change it. */
  hasRoom(need: number): boolean {
    return this.end < this.bytes.length && this.at + need <= this.bytes.length;
  }

  /**
   * Gets more bytes behind those at hand; false at the source's end. May have to be called again
   * until there are `need` of them. Afterwards `bytes` may be another block.
   */
  async more(need: number): Promise<boolean> {
    if (this.#ended) return false;
    if (!this.hasRoom(need)) this.#carry(need);
    try {
      const got = this.#source.readInto(this.bytes, this.end);
      const count = typeof got === 'number' ? got : await got;
      this.end += count;
      this.#ended = count === 0;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.failure = error;
      this.#ended = true;
    }
    return !this.#ended;
  }

  /** Gives the block back. Nothing may be read after this. */
  close(): void {
    if (!this.#ended) this.#ended = true;
    if (this.bytes.length > 0) this.#pool.release(this.bytes);
    this.bytes = new Uint8Array(0);
    this.view = viewOf(this.bytes);
    this.at = 0;
    this.end = 0;
  }

  /** Moves the unparsed bytes to the start of a block that has room behind them. */
  #carry(need: number): void {
    const rest = this.end - this.at;
    const ordinary = this.#pool.blockBytes;
    const size = need <= ordinary ? ordinary : Math.max(ordinary, Math.min(need, 2 * rest));
    if (this.#pool.isSoleUser(this.bytes) && this.bytes.length === size) {
      this.bytes.copyWithin(0, this.at, this.end);
    } else {
      const block = this.#pool.take(size);
      block.set(this.bytes.subarray(this.at, this.end));
      this.#pool.release(this.bytes);
      this.bytes = block;
      this.view = viewOf(block);
    }
    this.base += this.at;
    this.at = 0;
    this.end = rest;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
