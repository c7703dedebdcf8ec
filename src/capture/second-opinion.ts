/**
 * This file reads one capture twice, with our own reader and with the npm package pcap-parser, in
 * lockstep, and says where the two differ. Nothing is repaired or reordered: frames are compared as
 * the file has them, by time, lengths and bytes.
 */

import { createHash } from 'node:crypto';
import { CaptureError } from '../errors.ts';
import { BatchPool, type PooledBatch } from './batch-pool.ts';
import { BlockPool } from './block-pool.ts';
import { GivenBytes } from './byte-source.ts';
import type { FrameReader } from './capture-reader.ts';
import type { CaptureTime } from './capture-report.ts';
import { FileInterfaces, InterfaceList } from './interface-list.ts';
import { recogniseCapture } from './open.ts';
import { openReader, type ReaderName, type ReaderParts } from './open-reader.ts';
import { CommentList } from './pcapng-options.ts';

/** What one reader makes of the file. */
export interface ReaderTotals {
  frames: number;
  capturedBytes: number;
  originalBytes: number;
  /** Of the first and the last frame, in the file's order. */
  firstTime: CaptureTime | null;
  lastTime: CaptureTime | null;
  /**
   * SHA-256 in hex over all frames in the file's order: second (8 bytes), nanosecond, captured length,
   * original length (4 bytes each, all little-endian; a frame without a time has 0 for both), then
   * the frame's captured bytes.
   */
  sha256: string;
  /** Why this reader stopped before the file's end; null where it did not. */
  damage: CaptureError | null;
}

/** The first frame that is not the same to both; `what` is a column, or that one has no such frame. */
export interface FirstDifference {
  /** Frame number in the file, from 1. */
  readonly frame: number;
  readonly what: 'time' | 'captured-length' | 'original-length' | 'bytes' | 'missing';
  /** As text; null where this reader has no such frame. */
  readonly native: string | null;
  readonly package: string | null;
}

export interface SecondOpinion {
  /** `not-comparable` where the package does not know the format; then `reason` says why. */
  readonly verdict: 'same' | 'different' | 'not-comparable';
  readonly reason: string | null;
  readonly native: ReaderTotals;
  readonly package: ReaderTotals;
  readonly firstDifference: FirstDifference | null;
}

const BLOCK_BYTES = 256 * 1024;
const BATCH_FRAMES = 1024;
const FRAME_HEAD_BYTES = 20;

/**
 * Reads a file twice. What cannot be opened is damage of both readers.
 *
 * @param path a regular file: standard input cannot be read twice
 */
export async function secondOpinion(path: string): Promise<SecondOpinion> {
  const native = new FileReading(path, 'native');
  const other = new FileReading(path, 'pcap-parser');
  let difference: FirstDifference | null = null;
  try {
    await native.step();
    await other.step();
    while (native.hasFrame || other.hasFrame) {
      difference ??= compareFrames(native, other);
      await native.step();
      await other.step();
    }
  } finally {
    native.close();
    other.close();
  }
  const reason = other.unknownFormat;
  return {
    verdict: verdictOf(reason, difference, [native.totals(), other.totals()]),
    reason,
    native: native.totals(),
    package: other.totals(),
    firstDifference: reason === null ? difference : null,
  };
}

function verdictOf(
  reason: string | null,
  difference: FirstDifference | null,
  [native, other]: readonly [ReaderTotals, ReaderTotals],
): SecondOpinion['verdict'] {
  if (reason !== null) return 'not-comparable';
  // Both stop at the same frame of a damaged file; one that alone sees the damage does not agree.
  const agree = difference === null && (native.damage === null) === (other.damage === null);
  return agree ? 'same' : 'different';
}

/** One reader's way through the file, a frame at a time. */
class FileReading {
  hasFrame = false;
  index = 0;
  /** Why the package does not know the format; null where it does. */
  unknownFormat: string | null = null;
  readonly #path: string;
  readonly #name: ReaderName;
  #reader: FrameReader | null = null;
  #closers: (() => void)[] = [];
  #batch: PooledBatch | null = null;
  readonly #hash = createHash('sha256');
  readonly #head = Buffer.alloc(FRAME_HEAD_BYTES);
  #sha256: string | null = null;
  #isDone = false;
  readonly #totals = {
    frames: 0,
    capturedBytes: 0,
    originalBytes: 0,
    firstTime: null as CaptureTime | null,
    lastTime: null as CaptureTime | null,
    damage: null as CaptureError | null,
  };

  constructor(path: string, name: ReaderName) {
    this.#path = path;
    this.#name = name;
  }

  get frameNumber(): number {
    return this.#totals.frames;
  }

  /** Goes to the next frame; `hasFrame` says whether there is one. */
  async step(): Promise<void> {
    if (this.#isDone) return;
    this.index += 1;
    if (this.#batch === null || this.index >= this.#batch.count) await this.#nextBatch();
    this.hasFrame = this.#batch !== null;
    this.#isDone = !this.hasFrame;
    if (this.#batch !== null) this.#count(this.#batch, this.index);
  }

  totals(): ReaderTotals {
    this.#sha256 ??= this.#hash.digest('hex');
    return { ...this.#totals, sha256: this.#sha256 };
  }

  time(): CaptureTime {
    const batch = this.#current();
    const second = batch.second[this.index]!;
    return Number.isNaN(second)
      ? { second: 0, nanosecond: 0 }
      : { second, nanosecond: batch.nanosecond[this.index]! };
  }

  capturedLength(): number {
    return this.#current().capturedLength[this.index]!;
  }

  originalLength(): number {
    return this.#current().originalLength[this.index]!;
  }

  bytes(): Uint8Array {
    const batch = this.#current();
    const from = batch.offset[this.index]!;
    return batch.blocks[0]!.subarray(from, from + batch.capturedLength[this.index]!);
  }

  close(): void {
    this.#batch?.unpin();
    this.#batch = null;
    this.#reader?.close();
    for (const close of this.#closers) close();
    this.#closers = [];
  }

  #current(): PooledBatch {
    if (this.#batch === null) throw new Error('invariant: a frame is asked for behind the last');
    return this.#batch;
  }

  async #nextBatch(): Promise<void> {
    this.#batch?.unpin();
    this.#batch = null;
    this.index = 0;
    try {
      this.#reader ??= await this.#open();
      this.#batch = await this.#reader.next();
      this.#batch?.pin();
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.#totals.damage = error;
      const isUnknown = error.code === 'CAPTURE_UNSUPPORTED_FORMAT' && this.#totals.frames === 0;
      if (this.#name === 'pcap-parser' && isUnknown) this.unknownFormat = error.message;
    }
  }

  async #open(): Promise<FrameReader> {
    const given = new GivenBytes(this.#path, { hash: false });
    this.#closers.push(() => given.close());
    const { format, layout, bytes, close } = await recogniseCapture(given, this.#path, true);
    this.#closers.unshift(close);
    return this.#readerOf({ format, layout, bytes });
  }

  #readerOf(of: Pick<ReaderParts, 'format' | 'layout' | 'bytes'>) {
    const blocks = new BlockPool(BLOCK_BYTES);
    const batches = new BatchPool(blocks, { capacity: BATCH_FRAMES, file: 0, stage: 0 });
    const file = { path: this.#path, file: 0, name: null };
    const interfaces = new FileInterfaces(new InterfaceList(), file);
    const parts = { ...of, batches, interfaces, comments: new CommentList(0) };
    return openReader(this.#name, this.#path, parts);
  }

  #count(batch: PooledBatch, i: number): void {
    const totals = this.#totals;
    const time = this.time();
    totals.frames += 1;
    totals.capturedBytes += batch.capturedLength[i]!;
    totals.originalBytes += batch.originalLength[i]!;
    totals.firstTime ??= time;
    totals.lastTime = time;
    const head = this.#head;
    head.writeBigInt64LE(BigInt(time.second), 0);
    head.writeUInt32LE(time.nanosecond, 8);
    head.writeUInt32LE(batch.capturedLength[i]!, 12);
    head.writeUInt32LE(batch.originalLength[i]!, 16);
    this.#hash.update(head).update(this.bytes());
  }
}

/** The first thing in which the frames that both readers are at differ; null where nothing does. */
function compareFrames(native: FileReading, other: FileReading): FirstDifference | null {
  const frame = Math.max(native.frameNumber, other.frameNumber);
  const differ = (what: FirstDifference['what'], a: string | null, b: string | null) =>
    a === b ? null : { frame, what, native: a, package: b };
  if (!native.hasFrame || !other.hasFrame) {
    const shown = (reading: FileReading) => (reading.hasFrame ? 'a frame' : null);
    return differ('missing', shown(native), shown(other));
  }
  const time = (reading: FileReading) => {
    const { second, nanosecond } = reading.time();
    return `${second}.${String(nanosecond).padStart(9, '0')}`;
  };
  const [nativeByte, otherByte] = firstOtherByte(native.bytes(), other.bytes());
  return (
    differ('time', time(native), time(other)) ??
    differ('captured-length', `${native.capturedLength()}`, `${other.capturedLength()}`) ??
    differ('original-length', `${native.originalLength()}`, `${other.originalLength()}`) ??
    differ('bytes', nativeByte, otherByte)
  );
}

/** The first byte in which two frames of one length differ, as each has it; null where none does. */
function firstOtherByte(a: Uint8Array, b: Uint8Array): [string | null, string | null] {
  if (Buffer.compare(a, b) === 0) return [null, null];
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return [`byte ${at} is ${a[at]}`, `byte ${at} is ${b[at]}`];
}
