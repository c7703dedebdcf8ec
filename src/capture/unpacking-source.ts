/**
 * This file is what all decompressors have in common: pieces of output are handed on as bytes, and
 * damage comes after every byte before it, once and for good.
 */

import { CaptureError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { CutShort } from './packed-input.ts';

/** What a decompressor throws where its input is broken; the message says how. */
export class Broken extends Error {}

const NOTHING = new Uint8Array(0);

/** The decompressed bytes of a source. */
export abstract class UnpackingSource implements ByteSource {
  /** How the source is compressed; certain once its first byte came. */
  abstract readonly kind: 'gzip' | 'zstd' | 'lz4';
  readonly #path: string;
  readonly #hint: string;
  #piece: Uint8Array = NOTHING;
  #offset = 0;
  #closed = false;
  #failure: CaptureError | null = null;

  /** @param program the one whose `-t` says more of a damaged file */
  constructor(path: string, program: string) {
    this.#path = path;
    this.#hint = `get the file again, or see what ${program} -t says`;
  }

  async readInto(target: Uint8Array, from: number): Promise<number> {
    if (this.#failure !== null) throw this.#failure;
    while (this.#piece.length === 0) {
      if (this.#closed) return 0;
      const piece = await this.#nextPiece();
      if (piece === null) return 0;
      this.#piece = piece;
    }
    const count = Math.min(this.#piece.length, target.length - from);
    target.set(this.#piece.subarray(0, count), from);
    this.#piece = this.#piece.subarray(count);
    this.#offset += count;
    return count;
  }

  /** Ends the decompression. */
  close(): void {
    this.#closed = true;
  }

  /**
   * The next decompressed bytes, valid until the next call; may be none. Null is the end.
   *
   * @throws Broken, CutShort, and what reading throws
   */
  protected abstract next(): Promise<Uint8Array | null>;

  async #nextPiece(): Promise<Uint8Array | null> {
    try {
      return await this.next();
    } catch (error) {
      const isCut = error instanceof CutShort;
      if (!isCut && !(error instanceof Broken)) throw error;
      const reason = isCut ? 'the compressed stream is cut short' : error.message;
      this.#failure = new CaptureError('CAPTURE_COMPRESSION', reason, {
        path: this.#path,
        byteOffset: this.#offset,
        hint: this.#hint,
      });
      throw this.#failure;
    }
  }
}
