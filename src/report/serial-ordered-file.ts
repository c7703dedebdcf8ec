/**
 * This file puts texts that come in any order into the order of their serials, in flat memory.
 *
 * Texts are kept as bytes in the order of coming, in blocks; a text lies within one block, or, if
 * it is longer, fills several alone. The first blocks stay in memory, all others go to a spill file.
 *
 *     block    0      1      2      3      4           place of a text = block * blockBytes + offset
 *           |-----.|----..|------|-----.|--   |        . = left free, because the next did not fit
 *            in memory     in the spill file  ^ being filled
 *
 * An index leads from serial to place and length. Reading takes a batch of serials, sorts it by
 * place, and joins neighbours into one read: most sessions end near those that began near them.
 */

import { ByteWriter } from './byte-writer.ts';
import { BatchReader, memoryBlocks, type SerialOrderedLimits } from './serial-batch-reader.ts';
import { SerialIndex, type SpillFile, writeAll } from './serial-index.ts';

/**
 * What is left free at the end of a block, if it is large, since the next text might not fit: to write it
 * once more, in larger memory, costs as much as a hundred texts. Most records are shorter.
 */
const SPARE_BYTES = 8 << 10;
const SPARE_SHARE = 64;

const LIMITS: SerialOrderedLimits = {
  memoryBytes: 64 << 20,
  blockBytes: 1 << 20,
  pageEntries: 4096,
  pagesMax: 128,
  batchBytes: 4 << 20,
  windowBytes: 1 << 20,
  gapBytes: 16 << 10,
};

/**
 * Takes texts by serial in any order and gives them out by serial.
 *
 * `openSpill` is called when memory is full, at most twice. All methods pass on the errors of
 * `node:fs`; after one, only `close` makes sense.
 */
export class SerialOrderedFile {
  private readonly openSpill: () => SpillFile;
  private readonly limits: SerialOrderedLimits;
  private readonly memoryBlocks: number;
  private readonly spareBytes: number;
  private readonly index: SerialIndex;
  /** Blocks in memory by number; null where a long text goes on from the block before. */
  private readonly blocks: (Uint8Array | null)[] = [];
  private block: Uint8Array;
  private blockNumber = 0;
  private used = 0;
  private readonly writer = new ByteWriter();
  private spill: SpillFile | null = null;
  private isClosed = false;

  constructor(openSpill: () => SpillFile, limits: Partial<SerialOrderedLimits> = {}) {
    this.openSpill = openSpill;
    this.limits = { ...LIMITS, ...limits };
    this.memoryBlocks = memoryBlocks(this.limits);
    this.spareBytes = Math.min(SPARE_BYTES, Math.floor(this.limits.blockBytes / SPARE_SHARE));
    this.index = new SerialIndex(openSpill, this.limits.pageEntries, this.limits.pagesMax);
    this.block = newBlock(this.limits.blockBytes);
    this.blocks.push(this.block);
  }

  /**
   * Keeps what `write` appends as the text of its serial, a whole number from 1; each serial comes at
   * most once. The text is written where it stays.
   *
   * @throws RangeError for a serial that is none or came before (with a text that was not empty)
   */
  append(serial: number, write: (to: ByteWriter) => void): void {
    if (this.isClosed) throw new Error('texts were given out already');
    if (!Number.isSafeInteger(serial) || serial < 1) throw wrongSerial(serial, 'is none');
    const { blockBytes, pageEntries } = this.limits;
    const number = Math.floor((serial - 1) / pageEntries);
    const entry = serial - 1 - number * pageEntries;
    const page = this.index.page(number);
    if (page.lengths[entry] !== 0) throw wrongSerial(serial, 'came twice');
    if (this.block.length - this.used < this.spareBytes) this.startBlock(0);
    const { writer } = this;
    const start = this.used;
    writer.use(this.block, start);
    write(writer);
    const length = writer.length - start;
    // The writer took larger memory when the block was full: the text goes to the next block.
    if (writer.bytes !== this.block) {
      const text = writer.bytes.subarray(start, writer.length);
      if (length > this.block.length - start) this.startBlock(length);
      this.block.set(text, this.used);
    }
    page.places[entry] = this.blockNumber * blockBytes + this.used;
    page.lengths[entry] = length;
    page.isDirty = true;
    this.used += length;
  }

  /**
   * Hands out all texts as UTF-8 in the order of serials, then closes. Serials that never came are
   * skipped. A chunk may be overwritten once `write` has returned and its promise is fulfilled.
   */
  async writeTo(write: (chunk: Uint8Array) => void | Promise<void>): Promise<void> {
    if (this.isClosed) throw new Error('texts were given out already');
    try {
      this.storeBlock();
      const reader = new BatchReader(this.limits, this.blocks, this.spill);
      for (let number = 0; number < this.index.pageCount; number++) {
        if (!this.index.has(number)) continue;
        const page = this.index.page(number);
        page.isDirty = false; // no page is read twice
        for (let entry = 0; entry < this.limits.pageEntries; entry = reader.end) {
          const chunk = reader.read(page, entry);
          const pending = chunk.length === 0 ? undefined : write(chunk);
          if (pending !== undefined) await pending;
        }
      }
    } finally {
      this.close();
    }
  }

  /** Frees memory and files; texts that were not given out are lost. */
  close(): void {
    this.isClosed = true;
    this.blocks.length = 0;
    this.block = new Uint8Array(0);
    this.index.close();
    this.spill?.close();
    this.spill = null;
  }

  /** Ends the block and begins one that holds at least `bytes`. */
  private startBlock(bytes: number): void {
    const { blockBytes } = this.limits;
    this.storeBlock();
    const wasKept = this.blockNumber < this.memoryBlocks;
    this.blockNumber += Math.ceil(this.block.length / blockBytes);
    this.used = 0;
    const size = Math.max(blockBytes, bytes);
    if (wasKept || this.block.length !== size) this.block = newBlock(size);
    if (this.blockNumber >= this.memoryBlocks) return;
    while (this.blocks.length < this.blockNumber) this.blocks.push(null);
    this.blocks.push(this.block);
  }

  /** Writes the block to its place in the spill file, unless it stays in memory. */
  private storeBlock(): void {
    const number = this.blockNumber - this.memoryBlocks;
    if (number < 0 || this.used === 0) return;
    this.spill ??= this.openSpill();
    writeAll(this.spill.fd, this.block.subarray(0, this.used), number * this.limits.blockBytes);
  }
}

/**
 * Shared memory, though no thread shares it: V8 counts what is not shared as its heap's growth, and walks
 * the whole heap, which hardly changes, three times more for 64 MB: 70 ms of CPU time, half of it here.
 */
function newBlock(bytes: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(bytes));
}

/** Apart: in line, V8 makes the number's text at each call, before it is known to be needed (0.1 µs). */
function wrongSerial(serial: number, why: string): RangeError {
  return new RangeError(`serial ${serial} ${why}`);
}
