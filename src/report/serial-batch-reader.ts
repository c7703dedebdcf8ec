/**
 * This file reads texts of a `SerialOrderedFile` back, a batch of one page of its index at a time: from
 * memory in the order of serials, from the spill file in the order in which they lie there.
 */

import { type IndexPage, readAll, type SpillFile } from './serial-index.ts';

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

export class BatchReader {
  /** The entry after the last one read. */
  end = 0;
  private readonly limits: SerialOrderedLimits;
  private readonly views: readonly (DataView | null)[];
  private readonly spill: SpillFile | null;
  /** Where the spill file's first byte lies. */
  private readonly spillPlace: number;
  /** Place times pageEntries plus entry: numbers sort many times faster than objects. */
  private readonly keys: Float64Array;
  /** Offset in the batch by entry. */
  private readonly targets: Float64Array;
  /** The batch, and from `windowAt` on the window of one read: moving bytes within is cheapest. */
  private buffer = new Uint8Array(0);
  private view = viewOf(this.buffer);
  private windowAt = 0;

  constructor(
    limits: SerialOrderedLimits,
    blocks: readonly (Uint8Array | null)[],
    spill: SpillFile | null,
  ) {
    this.limits = limits;
    this.views = blocks.map((block) => block && viewOf(block));
    this.spill = spill;
    this.spillPlace = memoryBlocks(limits) * limits.blockBytes;
    this.keys = new Float64Array(limits.pageEntries);
    this.targets = new Float64Array(limits.pageEntries);
  }

  /**
   * The texts of the page from `entry` on, as many as a batch holds, at least one if any is left. Each
   * loop is a function of its own: it may be compiled while it runs, and code that was compiled before
   * what is behind the loop had run once is thrown away there, batch after batch (25 ms in all).
   */
  read(page: IndexPage, entry: number): Uint8Array {
    const { batchBytes, windowBytes } = this.limits;
    const total = this.measure(page, entry);
    if (total > this.windowAt) {
      this.windowAt = Math.max(total, batchBytes);
      this.buffer = new Uint8Array(this.windowAt + windowBytes);
      this.view = viewOf(this.buffer);
    }
    this.readSpilled(page, this.gather(page, entry));
    return this.buffer.subarray(0, total);
  }

  /** Finds the batch's end and where in it each text belongs; returns its bytes. */
  private measure(page: IndexPage, entry: number): number {
    const { pageEntries, batchBytes } = this.limits;
    const { lengths } = page;
    const { targets } = this;
    let total = 0;
    let end = entry;
    for (; end < pageEntries; end++) {
      const length = lengths[end] ?? 0;
      if (total > 0 && total + length > batchBytes) break;
      targets[end] = total;
      total += length;
    }
    this.end = end;
    return total;
  }

  /** Copies what is in memory; returns how many keys of others it has put down. */
  private gather(page: IndexPage, entry: number): number {
    const { pageEntries } = this.limits;
    const { places, lengths } = page;
    const { end, keys, spillPlace } = this;
    let count = 0;
    for (let i = entry; i < end; i++) {
      const place = places[i] ?? 0;
      if (lengths[i] === 0) continue;
      if (place < spillPlace) this.copyKept(page, i, place);
      else keys[count++] = place * pageEntries + i;
    }
    return count;
  }

  private readSpilled(page: IndexPage, count: number): void {
    if (count === 0) return;
    this.keys.subarray(0, count).sort();
    for (let i = 0; i < count; ) i = this.readRun(page, i, count);
  }

  private placeOf(i: number): number {
    return Math.floor((this.keys[i] ?? 0) / this.limits.pageEntries);
  }

  private entryOf(i: number): number {
    return (this.keys[i] ?? 0) % this.limits.pageEntries;
  }

  private copyKept(page: IndexPage, entry: number, place: number): void {
    const number = Math.floor(place / this.limits.blockBytes);
    const block = this.views[number];
    const from = place - number * this.limits.blockBytes;
    const length = page.lengths[entry] ?? 0;
    if (block != null) copyBytes(block, from, this.view, this.targets[entry] ?? 0, length);
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

/** From this length on a call costs less than it saves. */
const SHORT_BYTES = 1024;
const WORD = 8;

/**
 * Copies between memories in words of eight bytes, the last of which may overlap the one before. They are
 * UTF-8, and so no NaN, whose bits a copy might change (see byte-literal.ts).
 */
function copyBytes(source: DataView, from: number, to: DataView, at: number, length: number): void {
  if (length < WORD || length > SHORT_BYTES) {
    const bytes = new Uint8Array(source.buffer, source.byteOffset + from, length);
    new Uint8Array(to.buffer, to.byteOffset, to.byteLength).set(bytes, at);
    return;
  }
  const last = length - WORD;
  for (let i = 0; i < last; i += WORD) {
    to.setFloat64(at + i, source.getFloat64(from + i, true), true);
  }
  to.setFloat64(at + last, source.getFloat64(from + last, true), true);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Blocks that stay in memory. */
export function memoryBlocks(limits: SerialOrderedLimits): number {
  return Math.max(1, Math.floor(limits.memoryBytes / limits.blockBytes));
}
