/**
 * This file decompresses streams of frames: zstd (RFC 8878) and LZ4 (its frame format 1.6.4), one
 * frame after the other, with skippable frames between them. Both programs write such streams when
 * they compress in pieces, and skippable frames when they keep notes.
 *
 *     frame            magic 4, then what its kind says
 *     skippable frame  magic 4, length 4, that many bytes
 */

import type { ByteSource } from './byte-source.ts';
import { Lz4Frame } from './lz4-frame.ts';
import { type FrameKind, isSkippable, LZ4_MAGIC, ZSTD_MAGIC } from './magic.ts';
import { PackedInput } from './packed-input.ts';
import { Broken, UnpackingSource } from './unpacking-source.ts';
import { ZstdFrame } from './zstd-frame.ts';

/** One frame that is being decompressed. */
export interface PackedFrame {
  /**
   * The next decompressed bytes, valid until the next call; null at the frame's proper end.
   *
   * @throws Broken, CutShort, and what reading throws
   */
  next(): Promise<Uint8Array | null>;
}

/** The decompressed bytes of a stream of frames. */
export class FramedSource extends UnpackingSource {
  /** What the first frame is that holds data; zstd until one came. */
  override kind: FrameKind = 'zstd';
  readonly #input: PackedInput;
  #frame: PackedFrame | null = null;
  #hasBegun = false;

  /** @param kind of the first frame, where it is known; the hint names its program */
  constructor(given: ByteSource, path: string, kind: FrameKind | 'skippable') {
    super(path, kind === 'lz4' ? 'lz4' : 'zstd');
    this.#input = new PackedInput(given);
  }

  protected async next(): Promise<Uint8Array | null> {
    if (this.#frame === null) {
      if (!(await this.#input.hasMore())) return null;
      await this.#openFrame();
    }
    const piece = (await this.#frame?.next()) ?? null;
    if (piece === null) this.#frame = null;
    return piece ?? new Uint8Array(0);
  }

  async #openFrame(): Promise<void> {
    const input = this.#input;
    const magic = await input.little(4);
    if (isSkippable(magic)) {
      await input.skip(await input.little(4));
      return;
    }
    if (magic !== ZSTD_MAGIC && magic !== LZ4_MAGIC) {
      throw new Broken('other data follow the compressed stream; they are not read');
    }
    const kind = magic === ZSTD_MAGIC ? 'zstd' : 'lz4';
    if (!this.#hasBegun) this.kind = kind;
    this.#hasBegun = true;
    this.#frame = await (kind === 'zstd' ? ZstdFrame.open(input) : Lz4Frame.open(input));
  }
}
