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
  /** Blocks for long records that wait to be lent again, by size. */
  readonly #freeLong = new Map<number, Uint8Array[]>();
  readonly #users = new Map<Uint8Array, number>();
  readonly #isShared: boolean;

  /**
   * @param isShared whether another thread is to read the blocks. Then long ones are kept, too, in few
   *   sizes: V8 does not count shared memory, so what is thrown away may not be collected for gigabytes.
   */
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
    const size = this.#sizeFor(bytes);
    const block = this.#freeOf(size)?.pop() ?? this.#make(size);
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
    this.#freeOf(block.length)?.push(block);
  }

  #sizeFor(bytes: number): number {
    let size = this.blockBytes;
    if (bytes <= size || !this.#isShared) return Math.max(bytes, size);
    while (size < bytes) size *= 2;
    return size;
  }

  /** Free blocks of a size; null where a block served one long record: keeping it would keep the memory. */
  #freeOf(size: number): Uint8Array[] | null {
    if (size === this.blockBytes) return this.#free;
    if (!this.#isShared) return null;
    let free = this.#freeLong.get(size);
    if (free === undefined) {
      free = [];
      this.#freeLong.set(size, free);
    }
    return free;
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
