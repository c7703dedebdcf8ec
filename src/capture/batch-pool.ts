/**
 * This file lends the batches that one file's reader fills, and takes them back with their block.
 */

import type { BlockPool } from './block-pool.ts';
import { FrameBatch } from './frame-batch.ts';

/** A batch of one file whose frames all lie in one block, `blocks[0]`. */
export class PooledBatch extends FrameBatch {
  /** Offset of `blocks[0]` in the file, decompressed; bytes. */
  blockStart = 0;
  /**
   * Indexes of frames whose block carries no time stamp, ascending. Their `second` is the newest
   * time of their section, or NaN.
   */
  readonly untimed: number[] = [];
  readonly #home: BatchPool;
  #pins = 0;

  constructor(capacity: number, home: BatchPool) {
    super(capacity);
    this.#home = home;
  }

  /** One user more: the clock, or a run of frames that waits for its turn. */
  pin(): void {
    this.#pins += 1;
  }

  /** One user less; the last one gives batch and block back. */
  unpin(): void {
    this.#pins -= 1;
    if (this.#pins === 0) this.#home.giveBack(this);
  }
}

/** Lends the batches of one file; the columns that are constant in a file are filled once. */
export class BatchPool {
  readonly blocks: BlockPool;
  readonly #capacity: number;
  readonly #file: number;
  readonly #stage: number;
  readonly #free: PooledBatch[] = [];

  constructor(blocks: BlockPool, of: { capacity: number; file: number; stage: number }) {
    this.blocks = blocks;
    this.#capacity = of.capacity;
    this.#file = of.file;
    this.#stage = of.stage;
  }

  /** An empty batch. Columns `block`, `file` and `stage` are right for every frame already. */
  take(): PooledBatch {
    const spare = this.#free.pop();
    if (spare !== undefined) return spare;
    const batch = new PooledBatch(this.#capacity, this);
    batch.file.fill(this.#file);
    batch.stage.fill(this.#stage);
    return batch;
  }

  /** Ties a filled batch to the block that its frames lie in. */
  bind(batch: PooledBatch, block: Uint8Array, blockStart: number): void {
    this.blocks.retain(block);
    batch.blocks[0] = block;
    batch.blockStart = blockStart;
  }

  /** Takes a batch back; nobody may read it after this. */
  giveBack(batch: PooledBatch): void {
    const block = batch.blocks[0];
    if (block !== undefined) this.blocks.release(block);
    batch.blocks.length = 0;
    batch.untimed.length = 0;
    batch.count = 0;
    this.#free.push(batch);
  }
}
