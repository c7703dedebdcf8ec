/**
 * This file reads classic pcap (draft-ietf-opsawg-pcap): microseconds and nanoseconds, both byte
 * orders, and the variant of the magic a1b2cd34 with its longer record header.
 *
 *     file header    magic 4, major 2, minor 2, zone 4, accuracy 4, snap length 4, link type 4
 *     record header  second 4, fraction 4, captured length 4, original length 4 (, 8 more bytes)
 *
 * A damaged length ends the file: pcap has nothing by which the next record could be found again.
 */

import { CaptureError, type CaptureErrorCode } from '../errors.ts';
import type { PooledBatch } from './batch-pool.ts';
import type { BlockFeed } from './block-feed.ts';
import { BATCH_IS_FULL, type FrameParser, IS_DAMAGED, recordBytesMax } from './capture-reader.ts';
import type { FileInterfaces } from './interface-list.ts';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MODIFIED_RECORD_HEADER_BYTES = 24;
const MAGIC = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d, modified: 0xa1b2cd34 } as const;
const PCAPNG_SECTION = 0x0a0d0d0a;
const MAJOR_VERSION = 2;
/** Before 2.3 the two lengths stood the other way round (libpcap, sf-pcap.c). */
const FIRST_MINOR_WITH_LENGTHS_IN_ORDER = 3;
/** Low bits of the last header field; above them are FCS length and flags (draft, section 4). */
export const LINK_TYPE_MASK = 0x03ffffff;

/** Parses the bytes of a pcap file. */
export class PcapParser implements FrameParser {
  damage: CaptureError | null = null;
  mayEnd = false;
  byteOrder: 'little' | 'big' | null = null;
  /** Nanoseconds that the fraction of a record's time counts. */
  #fractionNs = 1000;
  #headerBytes = RECORD_HEADER_BYTES;
  #lengthsSwapped = false;
  #recordMax = 0;
  #interfaceIndex = 0;
  #frames = 0;
  readonly #path: string;
  readonly #interfaces: FileInterfaces;

  constructor(path: string, interfaces: FileInterfaces) {
    this.#path = path;
    this.#interfaces = interfaces;
  }

  parse(feed: BlockFeed, batch: PooledBatch): number {
    if (this.damage !== null) return IS_DAMAGED;
    if (this.byteOrder === null) {
      if (feed.end - feed.at < FILE_HEADER_BYTES) return FILE_HEADER_BYTES;
      if (!this.#readFileHeader(feed)) return IS_DAMAGED;
    }
    const first = batch.count;
    const answer = this.#readRecords(feed, batch);
    batch.interfaceIndex.fill(this.#interfaceIndex, first, batch.count);
    return answer;
  }

  #readFileHeader(feed: BlockFeed): boolean {
    const { view, at } = feed;
    const big = view.getUint32(at, false);
    const little =
      big !== MAGIC.microseconds && big !== MAGIC.nanoseconds && big !== MAGIC.modified;
    const magic = view.getUint32(at, little);
    if (magic === MAGIC.nanoseconds) this.#fractionNs = 1;
    if (magic === MAGIC.modified) this.#headerBytes = MODIFIED_RECORD_HEADER_BYTES;
    const major = view.getUint16(at + 4, little);
    const minor = view.getUint16(at + 6, little);
    if (major !== MAJOR_VERSION) {
      const reason = `pcap version ${major}.${minor} is not read`;
      this.damage = this.#damageAt('CAPTURE_UNSUPPORTED_FORMAT', reason, feed.offset() + 4);
      return false;
    }
    this.#lengthsSwapped = minor < FIRST_MINOR_WITH_LENGTHS_IN_ORDER;
    const snapLength = view.getUint32(at + 16, little);
    const linkType = view.getUint32(at + 20, little) & LINK_TYPE_MASK;
    this.#recordMax = recordBytesMax(snapLength);
    const nothing = { name: null, description: null, filter: null };
    try {
      const timeResolution = this.#fractionNs === 1 ? 9 : 6;
      const fixed = { idInSection: 0, canMarkDirections: false, timeResolution };
      const facts = { ...nothing, ...fixed, linkType, snapLength };
      this.#interfaces.beginSection({ hardware: null, os: null, application: null });
      this.#interfaceIndex = this.#interfaces.add(facts, feed.offset()).index;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.damage = error;
      return false;
    }
    this.byteOrder = little ? 'little' : 'big';
    this.mayEnd = true;
    feed.at += FILE_HEADER_BYTES;
    return true;
  }

  /** The hot loop. Every read is below `end`, which is at most the view's length. */
  #readRecords(feed: BlockFeed, batch: PooledBatch): number {
    const { view, end } = feed;
    const { offset, capturedLength, originalLength, second, nanosecond, frameNumber } = batch;
    const little = this.byteOrder === 'little';
    const headerBytes = this.#headerBytes;
    const fractionNs = this.#fractionNs;
    const capturedAt = this.#lengthsSwapped ? 12 : 8;
    const originalAt = this.#lengthsSwapped ? 8 : 12;
    const recordMax = this.#recordMax;
    const capacity = batch.capacity;
    const first = batch.count;
    const firstFrame = this.#frames + 1;
    let answer = BATCH_IS_FULL;
    let at = feed.at;
    let i = first;
    for (; i < capacity; i += 1) {
      const data = at + headerBytes;
      if (data > end) {
        answer = headerBytes;
        break;
      }
      const captured = view.getUint32(at + capturedAt, little);
      if (captured > recordMax || (captured === 0 && isFileHeader(view, at))) {
        this.damage = this.#recordDamage(view, at, feed.base);
        break;
      }
      if (data + captured > end) {
        answer = headerBytes + captured;
        break;
      }
      let seconds = view.getUint32(at, little);
      let nanoseconds = view.getUint32(at + 4, little) * fractionNs;
      if (nanoseconds >= 1e9) {
        // Fuzzed and badly written files have fractions over a second; time is simply the sum.
        seconds += Math.floor(nanoseconds / 1e9);
        nanoseconds %= 1e9;
      }
      second[i] = seconds;
      nanosecond[i] = nanoseconds;
      offset[i] = data;
      capturedLength[i] = captured;
      originalLength[i] = view.getUint32(at + originalAt, little);
      frameNumber[i] = firstFrame + i - first;
      at = data + captured;
    }
    feed.at = at;
    batch.count = i;
    this.#frames += i - first;
    return this.damage === null ? answer : IS_DAMAGED;
  }

  #recordDamage(view: DataView, at: number, base: number): CaptureError {
    const offset = base + at;
    if (isFileHeader(view, at)) {
      const reason = 'a second pcap file begins here; it is not read';
      return this.#damageAt('CAPTURE_RECORD_LENGTH', reason, offset);
    }
    if (view.getUint32(at) === PCAPNG_SECTION) {
      const reason = 'a pcapng file begins here; it is not read';
      return this.#damageAt('CAPTURE_RECORD_LENGTH', reason, offset);
    }
    const captured = view.getUint32(at + (this.#lengthsSwapped ? 12 : 8), this.byteOrder !== 'big');
    const reason = `a record of ${captured} bytes is longer than any can be (${this.#recordMax})`;
    return this.#damageAt('CAPTURE_RECORD_LENGTH', reason, offset);
  }

  #damageAt(code: CaptureErrorCode, reason: string, byteOffset: number): CaptureError {
    const hint = 'what stands before it is complete';
    return new CaptureError(code, reason, { path: this.#path, byteOffset, hint });
  }
}

/** Whether the header of another pcap file, of version 2.4, stands where a record should. */
function isFileHeader(view: DataView, at: number): boolean {
  for (const little of [true, false]) {
    const magic = view.getUint32(at, little);
    if (magic !== MAGIC.microseconds && magic !== MAGIC.nanoseconds) continue;
    if (view.getUint16(at + 4, little) === MAJOR_VERSION) return true;
  }
  return false;
}

/** Whether a pcapng block's type is in truth the magic of a pcap file. */
export function isPcapMagic(word: number): boolean {
  const swapped =
    ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word & 0xff00) << 8) | (word << 24)) >>> 0;
  return [word, swapped].some((w) => Object.values<number>(MAGIC).includes(w));
}
