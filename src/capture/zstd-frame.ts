/**
 * This file decompresses one frame of zstd (RFC 8878 §3.1.1). Frame and blocks are walked by hand, so
 * that every whole block before damage is handed over and lengths are bounded; what is in a block is
 * left to fzstd. The checksum, which fzstd does not look at, is taken here.
 *
 *     frame   descriptor 1, window 0 or 1, dictionary 0 to 4, content size 0 to 8, blocks, checksum
 *     block   last 1 bit, type 2 bits, size 21 bits; its bytes
 */

import type { Decompress } from 'fzstd';
import type { XXHash } from 'xxhash-wasm';
import type { PackedInput } from './packed-input.ts';
import { Broken } from './unpacking-source.ts';

/**
 * The greatest window that is followed: what the zstd program takes without being asked, too. The
 * one piece of memory that follows a field of the input, and the reason for the bound.
 */
export const ZSTD_WINDOW_BYTES_MAX = 128 * 1024 * 1024;
const WINDOW_BYTES_MIN = 1024;
const BLOCK_BYTES_MAX = 128 * 1024;

/** Bits of the frame header's descriptor (§3.1.1.1.1). */
const SINGLE_SEGMENT = 0x20;
const RESERVED = 0x08;
const CHECKSUM = 0x04;
/** Bytes of the dictionary's number and of the content size, by their flags. */
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
/** A content size of two bytes counts from here. */
const CONTENT_SIZE_BASE = 256;

const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;

/** What a frame's header says. */
interface FrameHeader {
  readonly windowBytes: number;
  /** Null where it is not said. */
  readonly contentBytes: bigint | null;
  readonly hasChecksum: boolean;
}

/** One frame, from behind its magic on. */
export class ZstdFrame {
  readonly #input: PackedInput;
  readonly #header: FrameHeader;
  readonly #decoder: Decompress;
  readonly #hash: XXHash<bigint>;
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0n;
  #wasLast = false;

  private constructor(
    input: PackedInput,
    header: FrameHeader,
    parts: { fzstd: typeof import('fzstd'); hash: XXHash<bigint> },
  ) {
    this.#input = input;
    this.#header = header;
    this.#hash = parts.hash;
    this.#decoder = new parts.fzstd.Decompress((piece) => this.#pieces.push(piece));
    this.#decoder.push(plainHeader(header.windowBytes));
  }

  /** @throws Broken, CutShort */
  static async open(input: PackedInput): Promise<ZstdFrame> {
    const header = await readHeader(input);
    const fzstd = await import('fzstd');
    const { default: xxhash } = await import('xxhash-wasm');
    const { create64 } = await xxhash();
    return new ZstdFrame(input, header, { fzstd, hash: create64() });
  }

  async next(): Promise<Uint8Array | null> {
    while (this.#pieces.length === 0) {
      if (this.#wasLast) {
        await this.#checkEnd();
        return null;
      }
      await this.#block();
    }
    const piece = this.#pieces.shift()!;
    if (this.#header.hasChecksum) this.#hash.update(piece);
    this.#bytes += BigInt(piece.length);
    return piece;
  }

  async #block(): Promise<void> {
    const head = await this.#input.little(3);
    const type = (head >> 1) & 3;
    const size = head >> 3;
    const isRle = type === BLOCK_RLE;
    const limit = Math.min(this.#header.windowBytes, BLOCK_BYTES_MAX);
    if (type === BLOCK_RESERVED || size > limit) throw new Broken('broken compressed data');
    const content = await this.#input.take(isRle ? 1 : size);
    const block = new Uint8Array(3 + content.length);
    block.set([head & 255, (head >> 8) & 255, head >> 16]);
    block.set(content, 3);
    this.#wasLast = (head & 1) !== 0;
    try {
      this.#decoder.push(block);
    } catch {
      // Of a broken block fzstd says little, and not always with an error of its own.
      throw new Broken('broken compressed data');
    }
  }

  async #checkEnd(): Promise<void> {
    const { contentBytes, hasChecksum } = this.#header;
    if (contentBytes !== null && contentBytes !== this.#bytes) {
      throw new Broken('the compressed data are not as long as they claim');
    }
    if (!hasChecksum) return;
    const checksum = BigInt(await this.#input.little(4));
    if (checksum !== BigInt.asUintN(32, this.#hash.digest())) {
      throw new Broken('the checksum of the compressed data is wrong');
    }
  }
}

async function readHeader(input: PackedInput): Promise<FrameHeader> {
  const descriptor = await input.sureByte();
  if ((descriptor & RESERVED) !== 0) throw new Broken('unknown flags in a zstd header');
  const isSingle = (descriptor & SINGLE_SEGMENT) !== 0;
  const window = isSingle ? null : await input.sureByte();
  const dictionary = await input.take(DICTIONARY_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3]);
  if (dictionary.some((byte) => byte !== 0)) {
    throw new Broken('compressed with a dictionary, which is not at hand');
  }
  const sizeFlag = (descriptor >> 6) as 0 | 1 | 2 | 3;
  const sizeBytes = sizeFlag === 0 && isSingle ? 1 : CONTENT_SIZE_BYTES[sizeFlag];
  const field = await input.take(sizeBytes);
  let contentBytes: bigint | null = sizeBytes === 0 ? null : 0n;
  for (let i = sizeBytes - 1; i >= 0; i -= 1) {
    contentBytes = ((contentBytes ?? 0n) << 8n) | BigInt(field[i]!);
  }
  if (sizeBytes === 2) contentBytes = (contentBytes ?? 0n) + BigInt(CONTENT_SIZE_BASE);
  const windowBytes = window === null ? Number(contentBytes) : windowOf(window);
  if (windowBytes > ZSTD_WINDOW_BYTES_MAX) {
    const mebibytes = Math.ceil(windowBytes / 1024 / 1024);
    throw new Broken(`the zstd data need a window of ${mebibytes} MiB; 128 MiB are read at most`);
  }
  return { windowBytes, contentBytes, hasChecksum: (descriptor & CHECKSUM) !== 0 };
}

/** Size of the window that a descriptor names (§3.1.1.1.2): 2^exponent and eighths of it. */
function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/**
 * The header that the decoder gets instead of the frame's own: a window that is no smaller, no
 * checksum, and 18 bytes in all (a dictionary's number and a content size, both 0 and not looked
 * at), as fzstd begins with 18 bytes only.
 */
function plainHeader(windowBytes: number): Uint8Array {
  let window = 0;
  while (windowOf(window) < Math.max(windowBytes, WINDOW_BYTES_MIN)) window += 1;
  const header = new Uint8Array(18);
  header.set([0x28, 0xb5, 0x2f, 0xfd, 0xc3, window]);
  return header;
}
