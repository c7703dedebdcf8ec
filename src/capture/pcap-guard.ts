/**
 * This file stands in front of the npm package pcap-parser and checks what that does not: the format,
 * the length of each record, and whether the file ends at a record's border.
 *
 * The package buffers as many bytes as a record claims, and copies all of them again with every chunk.
 * With records of at most RECORD_BYTES_MAX its memory and its work stay in proportion to the file.
 */

import { CaptureError, type CaptureErrorCode } from '../errors.ts';
import { RECORD_BYTES_MAX } from './capture-reader.ts';

const FILE_HEADER_BYTES = 24;
export const RECORD_HEADER_BYTES = 16;
const CAPTURED_LENGTH = 8;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const MAJOR_VERSION = 2;
/** Before 2.3 the two lengths stood the other way round, which the package does not know. */
const FIRST_MINOR_WITH_LENGTHS_IN_ORDER = 3;

const USE_OWN = 'read it without --reader pcap-parser';

/** Follows the records of a pcap file, chunk by chunk, and lets well-formed bytes pass. */
export class PcapGuard {
  byteOrder: 'little' | 'big' | null = null;
  /** Why nothing passes any more; null while all is well. */
  failure: CaptureError | null = null;
  readonly #path: string;
  readonly #header = new DataView(new ArrayBuffer(FILE_HEADER_BYTES));
  #headerHas = 0;
  #headerNeeds = FILE_HEADER_BYTES;
  /** Bytes of the record under way that are still to come. */
  #bodyLeft = 0;
  /** Offset in the file of the header under way, or of the record it belongs to. */
  #headerOffset = 0;
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** How many bytes of the file's next chunk may pass, from its start; fewer than all at a failure. */
  admit(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length && this.failure === null) {
      if (this.#bodyLeft > 0) {
        const step = Math.min(this.#bodyLeft, chunk.length - at);
        this.#bodyLeft -= step;
        at += step;
        continue;
      }
      const before = at;
      at = this.#collect(chunk, at);
      if (this.#headerHas < this.#headerNeeds) continue;
      this.#headerHas = 0;
      if (this.#headerNeeds === FILE_HEADER_BYTES) this.#checkFileHeader();
      else this.#checkRecordHeader();
      // The first bytes of a bad header may have passed with an earlier chunk: that is no record yet.
      if (this.failure !== null) at = before;
    }
    this.#offset += at;
    return at;
  }

  /** Notes the file's end, which is a failure in the middle of a record. */
  end(): void {
    const isWhole = this.byteOrder !== null && this.#headerHas === 0 && this.#bodyLeft === 0;
    if (this.failure !== null || isWhole) return;
    this.#fail('CAPTURE_TRUNCATED', 'the file ends in the middle of a record', {
      byteOffset: this.#headerOffset,
      hint: 'what stands before is complete; the capture was probably stopped hard or copied short',
    });
  }

  /** Takes header bytes from `at` on; says where it stopped. */
  #collect(chunk: Uint8Array, at: number): number {
    if (this.#headerHas === 0) this.#headerOffset = this.#offset + at;
    const end = Math.min(chunk.length, at + this.#headerNeeds - this.#headerHas);
    for (let i = at; i < end; i += 1) {
      this.#header.setUint8(this.#headerHas, chunk[i]!);
      this.#headerHas += 1;
    }
    return end;
  }

  #checkFileHeader(): void {
    const magic = this.#header.getUint32(0, false);
    const isLittle = this.#header.getUint32(0, true) === MAGIC_MICROSECONDS;
    if (magic !== MAGIC_MICROSECONDS && !isLittle) {
      this.#refuse(`pcap-parser cannot read ${this.#magicName()}`, 0);
      return;
    }
    const major = this.#header.getUint16(4, isLittle);
    const minor = this.#header.getUint16(6, isLittle);
    if (major !== MAJOR_VERSION || minor < FIRST_MINOR_WITH_LENGTHS_IN_ORDER) {
      this.#refuse(`pcap-parser cannot read pcap version ${major}.${minor}`, 4);
      return;
    }
    this.byteOrder = isLittle ? 'little' : 'big';
    this.#headerNeeds = RECORD_HEADER_BYTES;
  }

  #checkRecordHeader(): void {
    const captured = this.#header.getUint32(CAPTURED_LENGTH, this.byteOrder === 'little');
    if (captured <= RECORD_BYTES_MAX) {
      this.#bodyLeft = captured;
      return;
    }
    const reason = `a record of ${captured} bytes is longer than any can be (${RECORD_BYTES_MAX})`;
    this.#fail('CAPTURE_RECORD_LENGTH', reason, {
      byteOffset: this.#headerOffset,
      hint: 'what stands before it is complete',
    });
  }

  #magicName(): string {
    const magics = [this.#header.getUint32(0, false), this.#header.getUint32(0, true)];
    return magics.includes(MAGIC_NANOSECONDS)
      ? 'times in nanoseconds'
      : 'this format (it knows pcap with microseconds)';
  }

  #refuse(reason: string, byteOffset: number): void {
    this.#fail('CAPTURE_UNSUPPORTED_FORMAT', reason, { byteOffset, hint: USE_OWN });
  }

  #fail(code: CaptureErrorCode, reason: string, of: { byteOffset: number; hint: string }): void {
    this.failure = new CaptureError(code, reason, { path: this.#path, ...of });
  }
}
