/**
 * This file walks the options of pcapng blocks (draft-ietf-opsawg-pcapng, section 3.5) and keeps the
 * texts among them, within bounds.
 *
 * An option that claims more bytes than its block has ends the walk, quietly: the block's own
 * length stands at both of its ends and is what the next block is found by.
 */

import type { CaptureComment } from './frame-batch.ts';

/** Comments of one file that are kept; the rest is counted. */
const COMMENTS_MAX = 10_000;
/** Bytes of one comment that are kept. */
const COMMENT_BYTES_MAX = 4096;
/** Bytes of all comments of one file that are kept. */
const COMMENT_BYTES_TOTAL_MAX = 4 * 1024 * 1024;
/** Bytes of an interface's name, description or filter that are kept. */
export const NAME_BYTES_MAX = 512;

const OPTION_HEADER_BYTES = 4;
const OPTION_END = 0;
/** opt_comment, the same in every block. */
export const OPTION_COMMENT = 1;

/** One pass over a block's options; reused from block to block, so that it costs no object. */
export class OptionCursor {
  code = 0;
  /** Where the option's value begins in the view. */
  at = 0;
  /** Bytes of the value, without padding. */
  length = 0;
  #view: DataView;
  #next = 0;
  #end = 0;
  #little = true;

  constructor() {
    this.#view = new DataView(new ArrayBuffer(0));
  }

  /** Begins at `from`; options end at `end` at the latest. */
  start(view: DataView, from: number, of: { end: number; little: boolean }): void {
    this.#view = view;
    this.#next = from;
    this.#end = of.end;
    this.#little = of.little;
  }

  /** Steps to the next option; false after the last. */
  next(): boolean {
    const at = this.#next + OPTION_HEADER_BYTES;
    if (at > this.#end) return false;
    this.code = this.#view.getUint16(this.#next, this.#little);
    this.length = this.#view.getUint16(this.#next + 2, this.#little);
    if (this.code === OPTION_END || at + this.length > this.#end) return false;
    this.at = at;
    this.#next = at + this.length + (-this.length & 3);
    return true;
  }

  /** The value's first 32 bits; 0 where it is shorter. */
  word(): number {
    return this.length < 4 ? 0 : this.#view.getUint32(this.at, this.#little);
  }

  /** The 32 bits behind `word()`; 0 where the value is shorter. */
  secondWord(): number {
    return this.length < 8 ? 0 : this.#view.getUint32(this.at + 4, this.#little);
  }

  /** The value's first byte; 0 where it is empty. */
  byte(): number {
    return this.length === 0 ? 0 : this.#view.getUint8(this.at);
  }

  /** A 64-bit value in the section's byte order; null where it has another length. */
  wide(signed: boolean): bigint | null {
    if (this.length !== 8) return null;
    const view = this.#view;
    return signed
      ? view.getBigInt64(this.at, this.#little)
      : view.getBigUint64(this.at, this.#little);
  }

  /** The value as UTF-8 text, at most `bytesMax` bytes of it, without its first `skip` bytes. */
  text(bytesMax: number, skip = 0): string {
    return decode(this.#view, this.at + skip, Math.min(this.length - skip, bytesMax));
  }
}

/** The comments of one file. */
export class CommentList {
  readonly kept: CaptureComment[] = [];
  /** Comments beyond the bounds. */
  dropped = 0;
  readonly #file: number;
  #bytes = 0;

  constructor(file: number) {
    this.#file = file;
  }

  /** Keeps the comment under the cursor; `frame` is null for a section's or interface's own. */
  add(option: OptionCursor, frame: number | null): void {
    const bytes = Math.min(option.length, COMMENT_BYTES_MAX);
    if (this.kept.length >= COMMENTS_MAX || this.#bytes + bytes > COMMENT_BYTES_TOTAL_MAX) {
      this.dropped += 1;
      return;
    }
    this.#bytes += bytes;
    this.kept.push({ file: this.#file, frame, text: option.text(COMMENT_BYTES_MAX) });
  }
}

const UTF8 = new TextDecoder('utf-8');

function decode(view: DataView, at: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  // Writers in C sometimes count the closing zero.
  const zero = bytes.indexOf(0);
  return UTF8.decode(zero === -1 ? bytes : bytes.subarray(0, zero));
}
