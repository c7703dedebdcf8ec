/**
 * This file reads the records of classic pcap (draft-ietf-opsawg-pcap): microseconds and
 * nanoseconds, both byte orders, and the variants that pcap-header.ts knows.
 *
 *     record header  second 4, fraction 4, captured length 4, original length 4 (, 4 to 12 bytes)
 *
 * A damaged length ends the file: pcap has nothing by which the next record could be found again.
 */

import { CaptureError, type CaptureErrorCode } from '../errors.ts';
import type { PooledBatch } from './batch-pool.ts';
import type { BlockFeed } from './block-feed.ts';
import { BATCH_IS_FULL, type FrameParser, IS_DAMAGED, recordBytesMax } from './capture-reader.ts';
import type { FileInterfaces } from './interface-list.ts';
import {
  FILE_HEADER_BYTES,
  isFileHeader,
  type RecordLayout,
  readPcapHeader,
} from './pcap-header.ts';

const PCAPNG_SECTION = 0x0a0d0d0a;

/** Parses the bytes of a pcap file. */
export class PcapParser implements FrameParser {
  damage: CaptureError | null = null;
  mayEnd = false;
  byteOrder: 'little' | 'big' | null = null;
  /** Nanoseconds that the fraction of a record's time counts. */
  #fractionNs = 1000;
  #headerBytes = 0;
  #lengthsSwapped = false;
  /** Whether records with the greater length first have them swapped. */
  #lengthsUnsure = false;
  #recordMax = 0;
  #interfaceIndex = 0;
  #frames = 0;
  readonly #path: string;
  readonly #interfaces: FileInterfaces;
  readonly #layout: RecordLayout | null;

  /** @param layout of the records; null for the one that the magic stands for */
  constructor(path: string, interfaces: FileInterfaces, layout: RecordLayout | null = null) {
    this.#path = path;
    this.#layout = layout;
    this.#interfaces = interfaces;
  }

  parse(feed: BlockFeed, batch: PooledBatch): number {
    if (this.damage !== null) return IS_DAMAGED;
    if (this.byteOrder === null) {
      const answer = this.#readFileHeader(feed);
      if (answer !== BATCH_IS_FULL) return answer;
    }
    const first = batch.count;
    const answer = this.#readRecords(feed, batch);
    batch.interfaceIndex.fill(this.#interfaceIndex, first, batch.count);
    return answer;
  }

  #readFileHeader(feed: BlockFeed): number {
    const { view, at } = feed;
    if (feed.end - at < FILE_HEADER_BYTES) return FILE_HEADER_BYTES;
    const header = readPcapHeader(view, at);
    if (header?.isKnownVersion !== true) {
      const version = header === null ? '' : ` ${header.major}.${header.minor}`;
      const reason = `pcap version${version} is not read`;
      this.damage = this.#damageAt('CAPTURE_UNSUPPORTED_FORMAT', reason, feed.offset() + 4);
      return IS_DAMAGED;
    }
    if (feed.end - at < header.headerBytes) return header.headerBytes;
    const { little, linkType, snapLength, lengthsSwapped, layouts } = header;
    const layout = this.#layout ?? layouts[0];
    this.#fractionNs = layout.fractionNs;
    this.#headerBytes = layout.headerBytes;
    this.#lengthsSwapped = lengthsSwapped === 'yes';
    this.#lengthsUnsure = lengthsSwapped === 'maybe';
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
      return IS_DAMAGED;
    }
    this.byteOrder = little ? 'little' : 'big';
    this.mayEnd = true;
    feed.at += header.headerBytes;
    return BATCH_IS_FULL;
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
    const unsure = this.#lengthsUnsure;
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
      let captured = view.getUint32(at + capturedAt, little);
      let original = view.getUint32(at + originalAt, little);
      if (unsure && captured > original) [captured, original] = [original, captured];
      if (captured > recordMax || (captured === 0 && isFileHeader(view, at))) {
        this.damage = this.#recordDamage(view, at, { base: feed.base, captured });
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
      originalLength[i] = original;
      frameNumber[i] = firstFrame + i - first;
      at = data + captured;
    }
    feed.at = at;
    batch.count = i;
    this.#frames += i - first;
    return this.damage === null ? answer : IS_DAMAGED;
  }

  #recordDamage(view: DataView, at: number, of: { base: number; captured: number }): CaptureError {
    const offset = of.base + at;
    if (isFileHeader(view, at)) {
      const reason = 'a second pcap file begins here; it is not read';
      return this.#damageAt('CAPTURE_RECORD_LENGTH', reason, offset);
    }
    if (view.getUint32(at) === PCAPNG_SECTION) {
      const reason = 'a pcapng file begins here; it is not read';
      return this.#damageAt('CAPTURE_RECORD_LENGTH', reason, offset);
    }
    const reason = `a record of ${of.captured} bytes is longer than any can be (${this.#recordMax})`;
    return this.#damageAt('CAPTURE_RECORD_LENGTH', reason, offset);
  }

  #damageAt(code: CaptureErrorCode, reason: string, byteOffset: number): CaptureError {
    const hint = 'what stands before it is complete';
    return new CaptureError(code, reason, { path: this.#path, byteOffset, hint });
  }
}
