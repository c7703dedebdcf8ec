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
import { type IndexPage, readAll, SerialIndex, type SpillFile, writeAll } from './serial-index.ts';

/** Sizes that bound memory and shape access. */
export interface SerialOrderedLimits {
  /** Texts kept in memory before any goes to a file, bytes. */
  readonly memoryBytes: number;
  /** One block, bytes; the unit of writing. */
  readonly blockBytes: number;
  /** Serials a page of the index. */
  readonly pageEntries: number;
  /** Pages of the index in memory, at least 1. */
  readonly pagesMax: number;
  /** Bytes of text handed out at once, and looked up together. */
  readonly batchBytes: number;
  /** Longest read that joins several texts, bytes. */
  readonly windowBytes: number;
  /** Bytes between two texts that are read rather than skipped. */
  readonly gapBytes: number;
}

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
    this.index = new SerialIndex(openSpill, this.limits.pageEntries, this.limits.pagesMax);
    this.block = new Uint8Array(this.limits.blockBytes);
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
    if (!Number.isSafeInteger(serial) || serial < 1) throw new RangeError(`serial ${serial}`);
    const { blockBytes, pageEntries } = this.limits;
    const number = Math.floor((serial - 1) / pageEntries);
    const entry = serial - 1 - number * pageEntries;
    const page = this.index.page(number);
    if (page.lengths[entry] !== 0) throw new RangeError(`serial ${serial} came twice`);
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
    if (wasKept || this.block.length !== size) this.block = new Uint8Array(size);
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

/** Reads texts back, a batch of one page at a time. */
class BatchReader {
  /** The entry after the last one read. */
  end = 0;
  private readonly limits: SerialOrderedLimits;
  private readonly blocks: readonly (Uint8Array | null)[];
  private readonly spill: SpillFile | null;
  /** Where the spill file's first byte lies. */
  private readonly spillPlace: number;
  /** Place times pageEntries plus entry: numbers sort many times faster than objects. */
  private readonly keys: Float64Array;
  /** Offset in the batch by entry. */
  private readonly targets: Float64Array;
  /** The batch, and from `windowAt` on the window of one read: moving bytes within is cheapest. */
  private buffer = new Uint8Array(0);
  private windowAt = 0;

  constructor(
    limits: SerialOrderedLimits,
    blocks: readonly (Uint8Array | null)[],
    spill: SpillFile | null,
  ) {
    this.limits = limits;
    this.blocks = blocks;
    this.spill = spill;
    this.spillPlace = memoryBlocks(limits) * limits.blockBytes;
    this.keys = new Float64Array(limits.pageEntries);
    this.targets = new Float64Array(limits.pageEntries);
  }

  /** The texts of the page from `entry` on, as many as a batch holds, at least one if any is left. */
  read(page: IndexPage, entry: number): Uint8Array {
    const { pageEntries, batchBytes, windowBytes } = this.limits;
    let count = 0;
    let total = 0;
    for (this.end = entry; this.end < pageEntries; this.end++) {
      const length = page.lengths[this.end] ?? 0;
      if (length === 0) continue;
      if (total > 0 && total + length > batchBytes) break;
      this.keys[count++] = (page.places[this.end] ?? 0) * pageEntries + this.end;
      this.targets[this.end] = total;
      total += length;
    }
    if (total > this.windowAt) {
      this.windowAt = Math.max(total, batchBytes);
      this.buffer = new Uint8Array(this.windowAt + windowBytes);
    }
    this.keys.subarray(0, count).sort();
    for (let i = 0; i < count; ) {
      if (this.placeOf(i) < this.spillPlace) this.copyKept(page, i++);
      else i = this.readRun(page, i, count);
    }
    return this.buffer.subarray(0, total);
  }

  private placeOf(i: number): number {
    return Math.floor((this.keys[i] ?? 0) / this.limits.pageEntries);
  }

  private entryOf(i: number): number {
    return (this.keys[i] ?? 0) % this.limits.pageEntries;
  }

  private copyKept(page: IndexPage, i: number): void {
    const place = this.placeOf(i);
    const number = Math.floor(place / this.limits.blockBytes);
    const from = place - number * this.limits.blockBytes;
    const entry = this.entryOf(i);
    const end = from + (page.lengths[entry] ?? 0);
    const block = this.blocks[number];
    if (block != null) this.buffer.set(block.subarray(from, end), this.targets[entry] ?? 0);
  }

  /** Reads the text of key `i`, and with it those that follow closely; the next key to read. */
  private readRun(page: IndexPage, i: number, count: number): number {
    const { windowBytes, gapBytes } = this.limits;
    const start = this.placeOf(i);
    let end = start + (page.lengths[this.entryOf(i)] ?? 0);
    let next = i + 1;
    for (; next < count; next++) {
      const place = this.placeOf(next);
      const reach = place + (page.lengths[this.entryOf(next)] ?? 0);
      if (place - end > gapBytes || reach - start > windowBytes) break;
      end = reach;
    }
    if (next === i + 1) {
      const target = this.targets[this.entryOf(i)] ?? 0;
      this.readAt(target, end - start, start);
      return next;
    }
    this.readAt(this.windowAt, end - start, start);
    for (let k = i; k < next; k++) {
      const entry = this.entryOf(k);
      const from = this.windowAt + this.placeOf(k) - start;
      const to = from + (page.lengths[entry] ?? 0);
      this.buffer.copyWithin(this.targets[entry] ?? 0, from, to);
    }
    return next;
  }

  /** Reads `length` bytes from `place` of the spilled texts to `at` in the buffer. */
  private readAt(at: number, length: number, place: number): void {
    if (this.spill === null) throw new Error(`no spill file holds byte ${place}`);
    readAll(this.spill.fd, this.buffer.subarray(at, at + length), place - this.spillPlace);
  }
}

function memoryBlocks(limits: SerialOrderedLimits): number {
  return Math.max(1, Math.floor(limits.memoryBytes / limits.blockBytes));
}
