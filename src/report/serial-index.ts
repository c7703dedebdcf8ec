/**
 * This file keeps, for each serial, where its text lies and how long it is, in pages of which only
 * a bounded number is in memory; the others have each their own place in a spill file.
 *
 *     page = | place: float64 x entries | length: uint32 x entries |      serial = page * entries + i + 1
 *
 * Callers ask for a page and change it in place, and set `isDirty` when they do.
 */

import { readSync, writeSync } from 'node:fs';

/** A file that only its maker uses, open for reading and writing. */
export interface SpillFile {
  readonly fd: number;
  /** Closes and removes it. */
  close(): void;
}

const PLACE_BYTES = 8;
const LENGTH_BYTES = 4;

/** Entries of neighbouring serials; length 0 is a serial that never came, or an empty text. */
export interface IndexPage {
  number: number;
  isDirty: boolean;
  readonly bytes: Uint8Array;
  /** Byte offsets, as their owner counts them. */
  readonly places: Float64Array;
  /** Bytes. */
  readonly lengths: Uint32Array;
}

/** The pages by number, from 0. Passes on the errors of `node:fs` and of `openSpill`. */
export class SerialIndex {
  /** One more than the highest number asked for. */
  pageCount = 0;
  private readonly openSpill: () => SpillFile;
  private readonly pageEntries: number;
  private readonly pagesMax: number;
  /** In order of loading. */
  private readonly pages = new Map<number, IndexPage>();
  private readonly stored = new Set<number>();
  private spill: SpillFile | null = null;
  private current: IndexPage | null = null;

  /** `pagesMax`, at least 1, pages of `pageEntries` serials stay in memory. */
  constructor(openSpill: () => SpillFile, pageEntries: number, pagesMax: number) {
    this.openSpill = openSpill;
    this.pageEntries = pageEntries;
    this.pagesMax = pagesMax;
  }

  /** The page, empty if it is new; valid until the next call. */
  page(number: number): IndexPage {
    if (this.current?.number !== number) {
      this.current = this.pages.get(number) ?? this.load(number);
    }
    return this.current;
  }

  /** Whether the page was asked for before. */
  has(number: number): boolean {
    return this.pages.has(number) || this.stored.has(number);
  }

  /** Frees memory and the file. */
  close(): void {
    this.pages.clear();
    this.current = null;
    this.spill?.close();
    this.spill = null;
  }

  private load(number: number): IndexPage {
    const page = (this.pages.size < this.pagesMax ? null : this.evict()) ?? this.makePage();
    page.number = number;
    page.isDirty = false;
    if (this.spill !== null && this.stored.has(number)) {
      readAll(this.spill.fd, page.bytes, number * page.bytes.length);
    } else {
      page.bytes.fill(0);
    }
    this.pages.set(number, page);
    this.pageCount = Math.max(this.pageCount, number + 1);
    return page;
  }

  private makePage(): IndexPage {
    const buffer = new ArrayBuffer(this.pageEntries * (PLACE_BYTES + LENGTH_BYTES));
    return {
      number: 0,
      isDirty: false,
      bytes: new Uint8Array(buffer),
      places: new Float64Array(buffer, 0, this.pageEntries),
      lengths: new Uint32Array(buffer, this.pageEntries * PLACE_BYTES, this.pageEntries),
    };
  }

  /** Takes out the page that was loaded first: low serials are complete before high ones. */
  private evict(): IndexPage | null {
    for (const page of this.pages.values()) {
      if (page.isDirty) {
        this.spill ??= this.openSpill();
        writeAll(this.spill.fd, page.bytes, page.number * page.bytes.length);
        this.stored.add(page.number);
      }
      this.pages.delete(page.number);
      return page;
    }
    return null;
  }
}

/** Fills `bytes` from `position` on. @throws Error where the file ends before */
export function readAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(fd, bytes, at, bytes.length - at, position + at);
    if (count === 0) throw new Error(`spill file ends at byte ${position + at}`);
    at += count;
  }
}

/** Writes all of `bytes` to `position`. */
export function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(fd, bytes, at, bytes.length - at, position + at);
  }
}
