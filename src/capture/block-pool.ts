/**
 * This file lends the byte blocks that captures are read into, and takes them back.
 *
 * A block has one user for the reader that fills it and one for every batch that names it. It is
 * lent again only when the last user gave it back, so memory stays flat in the capture's length.
 */

/** Who keeps frames longer than their batch keeps their block with these. */
export type BlockUsers = Pick<BlockPool, 'retain' | 'release'>;

/** Counts the users of each block; a block without users is lent again. */
export class BlockPool {
  /** Size of an ordinary block, in bytes. A longer record gets a block of its own size. */
  readonly blockBytes: number;
  readonly #free: Uint8Array[] = [];
  readonly #users = new Map<Uint8Array, number>();
  readonly #isShared: boolean;

  /** @param isShared whether another thread is to read the blocks */
  constructor(blockBytes: number, isShared = false) {
    this.blockBytes = blockBytes;
    this.#isShared = isShared;
  }

  /** Bytes in all blocks that have a user now. */
  bytesInUse(): number {
    let bytes = 0;
    for (const block of this.#users.keys()) bytes += block.length;
    return bytes;
  }

  /** A block of at least `bytes`, with the caller as its one user. Its content is left over. */
  take(bytes: number): Uint8Array {
    const spare = bytes <= this.blockBytes ? this.#free.pop() : undefined;
    const block = spare ?? this.#make(Math.max(bytes, this.blockBytes));
    this.#users.set(block, 1);
    return block;
  }

  /** True when the caller is the only one who may still read the block. */
  isSoleUser(block: Uint8Array): boolean {
    return this.#users.get(block) === 1;
  }

  /** One user more. */
  retain(block: Uint8Array): void {
    this.#users.set(block, this.#usersOf(block) + 1);
  }

  /** One user less. Whether the block is still in use, or will be lent again. */
  release(block: Uint8Array): boolean {
    const users = this.#usersOf(block) - 1;
    if (users > 0) {
      this.#users.set(block, users);
      return true;
    }
    this.#users.delete(block);
    // A block of another size served one long record; keeping it would keep the memory.
    const isOrdinary = block.length === this.blockBytes;
    if (isOrdinary) this.#free.push(block);
    return isOrdinary;
  }

  #make(bytes: number): Uint8Array {
    return new Uint8Array(this.#isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  }

  #usersOf(block: Uint8Array): number {
    const users = this.#users.get(block);
    if (users === undefined) throw new Error('invariant: block is used after its release');
    return users;
  }
}
