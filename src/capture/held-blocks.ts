/**
 * This file keeps the blocks that frames lie in for as long as somebody still waits for one of the frames,
 * under numbers of its own.
 */

import type { BlockUsers } from './block-pool.ts';

export class HeldBlocks {
  /** By number. What is not held any more stands there until its number is given again. */
  readonly all: Uint8Array[] = [];
  /** In all blocks that are held. */
  bytes = 0;

  private readonly users: BlockUsers | null;
  /** By number: frames that wait in it, and one more while the range in hand has it. */
  private readonly counts: number[] = [];
  private readonly numberOf = new Map<Uint8Array, number>();
  private readonly free: number[] = [];
  /** Numbers that a batch which was not handed over yet may still name. */
  private readonly freed: number[] = [];
  /** Of the range in hand: its blocks, and the number of each, or -1. */
  private blocks: readonly Uint8Array[] = [];
  private numbers: number[] = [];

  constructor(users: BlockUsers | null) {
    this.users = users;
  }

  /** A range begins whose frames lie in these. */
  begin(blocks: readonly Uint8Array[]): void {
    this.blocks = blocks;
    this.numbers.length = 0;
    for (let i = 0; i < blocks.length; i++) this.numbers.push(-1);
  }

  /** A frame waits in block `index` of the range in hand; the number of that block. */
  hold(index: number): number {
    let number = this.numbers[index]!;
    if (number < 0) {
      number = this.numberFor(this.blocks[index]!);
      this.counts[number]!++;
      this.numbers[index] = number;
    }
    this.counts[number]!++;
    return number;
  }

  /** Nobody waits for a frame in the block of this number any more. */
  letGo(number: number): void {
    if (--this.counts[number]! > 0) return;
    const block = this.all[number]!;
    this.bytes -= block.length;
    this.numberOf.delete(block);
    this.users?.release(block);
    this.freed.push(number);
  }

  /** The range in hand ends. */
  end(): void {
    for (const number of this.numbers) if (number >= 0) this.letGo(number);
    this.numbers.length = 0;
  }

  /** No batch names a number that is free. */
  reuse(): void {
    for (const number of this.freed) this.free.push(number);
    this.freed.length = 0;
  }

  private numberFor(block: Uint8Array): number {
    const known = this.numberOf.get(block);
    if (known !== undefined) return known;
    const number = this.free.pop() ?? this.all.length;
    this.all[number] = block;
    this.counts[number] = 0;
    this.numberOf.set(block, number);
    this.bytes += block.length;
    this.users?.retain(block);
    return number;
  }
}
