/**
 * This file drives a parser over a feed and hands out batches, each of frames in one block.
 */

import { CaptureError } from '../errors.ts';
import type { BatchPool, PooledBatch } from './batch-pool.ts';
import type { BlockFeed } from './block-feed.ts';

/** Records longer than this are damage, unless the file itself names a longer snap length. */
export const RECORD_BYTES_MAX = 262_144;
/** A snap length above this is not believed. */
export const SNAP_LENGTH_MAX = 16 * 1024 * 1024;

/** What `FrameParser.parse` answers where it is not the bytes that it needs. */
export const BATCH_IS_FULL = 0;
export const IS_DAMAGED = -1;

/** Turns the records of one format into frames. */
export interface FrameParser {
  /**
   * Takes whole records from `feed.at` on and appends their frames, until the batch is full or the
   * bytes are short. Answers with the bytes from `feed.at` on that the next step needs, or with
   * BATCH_IS_FULL or IS_DAMAGED.
   */
  parse(feed: BlockFeed, batch: PooledBatch): number;
  /** Why it cannot go on, after IS_DAMAGED. */
  readonly damage: CaptureError | null;
  /** False where an end of the file, at a record's border, would cut something still. */
  readonly mayEnd: boolean;
  readonly byteOrder: 'little' | 'big' | null;
}

/** The longest record that is believed, in bytes, under a snap length that the file names. */
export function recordBytesMax(snapLength: number): number {
  return snapLength <= SNAP_LENGTH_MAX ? Math.max(snapLength, RECORD_BYTES_MAX) : RECORD_BYTES_MAX;
}

/** Reads one file's frames, in the file's order. */
export interface FrameReader {
  /**
   * The next frames, at least one; null at the file's end. The caller pins and unpins the batch.
   *
   * @throws CaptureError where the file is damaged, after all frames before the damage
   */
  next(): Promise<PooledBatch | null>;
  /** The frames that a call of `next` has so far, while it waits for more bytes; null if none. */
  takePartial(): PooledBatch | null;
  /** Gives the block back. Batches that are still pinned stay readable. */
  close(): void;
  /** Of a pcapng file, its first section's; null while it is not known. */
  readonly byteOrder: 'little' | 'big' | null;
}

/** The reader of this program: a parser over a feed. */
export class CaptureReader implements FrameReader {
  readonly #parser: FrameParser;
  readonly #path: string;
  readonly #feed: BlockFeed;
  readonly #batches: BatchPool;
  #partial: PooledBatch | null = null;

  constructor(path: string, parts: { parser: FrameParser; feed: BlockFeed; batches: BatchPool }) {
    this.#path = path;
    this.#parser = parts.parser;
    this.#feed = parts.feed;
    this.#batches = parts.batches;
  }

  get byteOrder(): 'little' | 'big' | null {
    return this.#parser.byteOrder;
  }

  async next(): Promise<PooledBatch | null> {
    const feed = this.#feed;
    const batch = this.#batches.take();
    this.#partial = batch;
    for (;;) {
      const need = this.#parser.parse(feed, batch);
      // A pipe gives little at a time: batches are filled as far as their block has room.
      const isDone = need === BATCH_IS_FULL || need === IS_DAMAGED || !feed.hasRoom(need);
      if (isDone && batch.count > 0) return this.takePartial();
      if (need === IS_DAMAGED) break;
      const isMore = await feed.more(need);
      // Stopped meanwhile: the batch was handed over as it was, and is not ours any more.
      if (this.#partial !== batch) return null;
      if (!isMore) break;
    }
    if (batch.count > 0) return this.takePartial();
    this.#batches.giveBack(batch);
    this.#partial = null;
    const damage = this.#parser.damage ?? feed.failure;
    if (damage !== null) throw damage;
    if (feed.at < feed.end || !this.#parser.mayEnd) throw this.#cut();
    return null;
  }

  takePartial(): PooledBatch | null {
    const batch = this.#partial;
    this.#partial = null;
    if (batch === null || batch.count === 0) return null;
    this.#batches.bind(batch, this.#feed.bytes, this.#feed.base);
    return batch;
  }

  close(): void {
    this.#feed.close();
  }

  #cut(): CaptureError {
    return new CaptureError('CAPTURE_TRUNCATED', 'the file ends in the middle of a record', {
      path: this.#path,
      byteOffset: this.#feed.offset(),
      hint: 'what stands before is complete; the capture was probably stopped hard or copied short',
    });
  }
}
