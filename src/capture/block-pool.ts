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

  constructor(blockBytes: number) {
    this.blockBytes = blockBytes;
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
    const block = spare ?? new Uint8Array(Math.max(bytes, this.blockBytes));
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

  /** One user less. */
  release(block: Uint8Array): void {
    const users = this.#usersOf(block) - 1;
    if (users > 0) {
      this.#users.set(block, users);
      return;
    }
    this.#users.delete(block);
    // A block of another size served one long record; keeping it would keep the memory.
    if (block.length === this.blockBytes) this.#free.push(block);
  }

  #usersOf(block: Uint8Array): number {
    const users = this.#users.get(block);
    if (users === undefined) throw new Error('invariant: block is used after its release');
    return users;
  }
}
