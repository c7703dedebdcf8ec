/**
 * This file decompresses one frame of LZ4 (LZ4 Frame Format 1.6.4): blocks that may refer to the
 * 64 KiB before them, and checksums of header, blocks and content.
 *
 *     frame   FLG 1, BD 1, content size 0 or 8, dictionary 0 or 4, header checksum 1,
 *             blocks, end mark 4, checksum 0 or 4
 *     block   size 4 (its top bit: stored as it is), bytes, checksum 0 or 4
 */

import type { XXHash, XXHashAPI } from 'xxhash-wasm';
import { decodeLz4Block, LZ4_EXPANSION_MAX } from './lz4-block.ts';
import type { PackedInput } from './packed-input.ts';
import { Broken } from './unpacking-source.ts';

const FLAG = {
  dictionary: 0x01,
  reserved: 0x02,
  contentChecksum: 0x04,
  contentSize: 0x08,
  blockChecksum: 0x10,
  independent: 0x20,
  version: 0xc0,
} as const;
const VERSION_1 = 0x40;
const STORED = 0x8000_0000;
const HISTORY_BYTES = 64 * 1024;
/** Bits 4 to 6 of BD say how long a block can be: 64 KiB, 256 KiB, 1 MiB or 4 MiB. */
const BLOCK_SIZE_CODE_MIN = 4;
const BLOCK_BYTES_MIN = 64 * 1024;
const BD_RESERVED = 0x8f;

interface FrameHeader {
  readonly flags: number;
  readonly blockBytesMax: number;
  /** Null where it is not said. */
  readonly contentBytes: bigint | null;
}

/** One frame, from behind its magic on. */
export class Lz4Frame {
  readonly #input: PackedInput;
  readonly #header: FrameHeader;
  readonly #api: XXHashAPI;
  readonly #hash: XXHash<number>;
  /** History, then the block that was decompressed last. */
  #buffer = new Uint8Array(2 * HISTORY_BYTES);
  #end = 0;
  #bytes = 0n;

  private constructor(input: PackedInput, header: FrameHeader, api: XXHashAPI) {
    this.#input = input;
    this.#header = header;
    this.#api = api;
    this.#hash = api.create32();
  }

  /** @throws Broken, CutShort */
  static async open(input: PackedInput): Promise<Lz4Frame> {
    const { default: xxhash } = await import('xxhash-wasm');
    const api = await xxhash();
    return new Lz4Frame(input, await readHeader(input, api), api);
  }

  async next(): Promise<Uint8Array | null> {
    const { flags, blockBytesMax } = this.#header;
    const word = await this.#input.little(4);
    if (word === 0) {
      await this.#checkEnd();
      return null;
    }
    const size = word % STORED;
    if (size > blockBytesMax) throw new Broken('broken compressed data');
    const hasChecksum = (flags & FLAG.blockChecksum) !== 0;
    const taken = await this.#input.take(size + (hasChecksum ? 4 : 0));
    const block = taken.subarray(0, size);
    if (hasChecksum && this.#api.h32Raw(block) !== littleWord(taken, size)) {
      throw new Broken('the checksum of the compressed data is wrong');
    }
    const piece = this.#unpack(block, word >= STORED);
    if ((flags & FLAG.contentChecksum) !== 0) this.#hash.update(piece);
    this.#bytes += BigInt(piece.length);
    return piece;
  }

  #unpack(block: Uint8Array, isStored: boolean): Uint8Array {
    const { flags, blockBytesMax } = this.#header;
    const isLinked = (flags & FLAG.independent) === 0;
    const history = isLinked ? Math.min(this.#end, HISTORY_BYTES) : 0;
    // No block can grow more than that: memory follows the bytes that are there.
    const most = isStored
      ? block.length
      : Math.min(blockBytesMax, LZ4_EXPANSION_MAX * block.length);
    this.#moveHistory(history, most);
    const to = isStored
      ? this.#store(block, history)
      : decodeLz4Block(block, this.#buffer, { from: history, end: history + most });
    if (to < 0) throw new Broken('broken compressed data');
    this.#end = to;
    return this.#buffer.subarray(history, to);
  }

  #store(block: Uint8Array, at: number): number {
    this.#buffer.set(block, at);
    return at + block.length;
  }

  /** Puts the last `history` bytes to the buffer's start, with room for `most` behind them. */
  #moveHistory(history: number, most: number): void {
    const old = this.#buffer;
    if (history + most > old.length) this.#buffer = new Uint8Array(HISTORY_BYTES + most);
    const last = old.subarray(this.#end - history, this.#end);
    if (this.#buffer === old) old.copyWithin(0, this.#end - history, this.#end);
    else this.#buffer.set(last);
  }

  async #checkEnd(): Promise<void> {
    const { contentBytes, flags } = this.#header;
    if (contentBytes !== null && contentBytes !== this.#bytes) {
      throw new Broken('the compressed data are not as long as they claim');
    }
    if ((flags & FLAG.contentChecksum) === 0) return;
    if ((await this.#input.little(4)) !== this.#hash.digest()) {
      throw new Broken('the checksum of the compressed data is wrong');
    }
  }
}

async function readHeader(input: PackedInput, api: XXHashAPI): Promise<FrameHeader> {
  const flags = await input.sureByte();
  const sizes = await input.sureByte();
  const isKnown = (flags & FLAG.version) === VERSION_1 && (flags & FLAG.reserved) === 0;
  const code = (sizes >> 4) & 7;
  if (!isKnown || (sizes & BD_RESERVED) !== 0 || code < BLOCK_SIZE_CODE_MIN) {
    throw new Broken('unknown flags in an LZ4 header');
  }
  const hasSize = (flags & FLAG.contentSize) !== 0;
  const hasDictionary = (flags & FLAG.dictionary) !== 0;
  const rest = await input.take((hasSize ? 8 : 0) + (hasDictionary ? 4 : 0));
  const descriptor = Uint8Array.of(flags, sizes, ...rest);
  if ((await input.sureByte()) !== ((api.h32Raw(descriptor) >>> 8) & 255)) {
    throw new Broken('the checksum of an LZ4 header is wrong');
  }
  if (hasDictionary) throw new Broken('compressed with a dictionary, which is not at hand');
  const view = new DataView(descriptor.buffer);
  return {
    flags,
    blockBytesMax: BLOCK_BYTES_MIN * 4 ** (code - BLOCK_SIZE_CODE_MIN),
    contentBytes: hasSize ? view.getBigUint64(2, true) : null,
  };
}

function littleWord(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
}
