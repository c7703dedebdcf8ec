/**
 * This file is one input of a replay: it opens it, reads it batch by batch through its clock, and
 * reports on it. Damage ends the input, never the replay.
 */

import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { CaptureError } from '../errors.ts';
import { BatchPool, type PooledBatch } from './batch-pool.ts';
import { BlockPool } from './block-pool.ts';
import { GivenBytes, STANDARD_INPUT } from './byte-source.ts';
import type { FrameReader } from './capture-reader.ts';
import { type CaptureFileReport, type CaptureTime, emptyClockReport } from './capture-report.ts';
import { FileClock } from './clock.ts';
import { STAGE_NONE, STAGES, type Stage } from './frame-batch.ts';
import { addLengths, CAPTURED, ORIGINAL, SNAPPED } from './frame-totals.ts';
import { FileInterfaces, InterfaceList } from './interface-list.ts';
import type { MergeLimit } from './merge.ts';
import { type RecognisedCapture, recogniseCapture } from './open.ts';
import { OpenFiles } from './open-files.ts';
import { openReader, type ReaderName } from './open-reader.ts';
import { CommentList } from './pcapng-options.ts';
import { REORDER_BYTES, REORDER_NS } from './reorder-window.ts';
import type { EpochTime, Run } from './run.ts';
import { sortRuns } from './sort-runs.ts';
import { type Shift, TimeBase } from './time-base.ts';

/** One capture to replay, with what the configuration's `captures` section says of it. */
export interface CaptureInput {
  /** A file, or `-` for standard input. */
  readonly path: string;
  readonly stage?: Stage | null;
  /** Replaces the interface names of the file. */
  readonly interfaceName?: string | null;
  /** Added to the file's times. */
  readonly timeShift?: Shift;
  /** The file's first time, where it was looked up already: without the shift, null if it has none. */
  readonly firstTime?: CaptureTime | null;
  /** Why it cannot be read, where that is known already. */
  readonly refusal?: CaptureError;
}

/** What all inputs of a replay share. */
export interface SharedParts {
  readonly blocks: BlockPool;
  readonly interfaces: InterfaceList;
  readonly batchFrames: number;
  readonly windowBytes: number;
  readonly hash: boolean;
  readonly files: OpenFiles;
  readonly reader: ReaderName;
}

/** A look at a file's first time needs few bytes. */
const PEEK_BLOCK_BYTES = 64 * 1024;
const PEEK_BATCH_FRAMES = 64;

/** One block, used for one look after the other. */
const PEEK_BLOCKS = new BlockPool(PEEK_BLOCK_BYTES);

/** One input of a replay. */
export class CaptureFile {
  readonly report: CaptureFileReport;
  /** Size in bytes, where it is known before reading. */
  readonly size: number | null;
  readonly #input: CaptureInput;
  readonly #index: number;
  readonly #stage: number;
  readonly #shared: SharedParts;
  #floor: EpochTime = { epochSeconds: 0, ns: Number.NEGATIVE_INFINITY };
  #given: GivenBytes | null = null;
  #recognised: RecognisedCapture | null = null;
  #reader: FrameReader | null = null;
  #interfaces: FileInterfaces | null = null;
  readonly #totals = new Float64Array(3);
  #clock: FileClock | null = null;
  #batches: BatchPool | null = null;
  readonly #comments: CommentList;
  readonly #ends: CaptureTime[] = [];
  #isReading = false;
  #isFinished = false;

  constructor(input: CaptureInput, index: number, shared: SharedParts) {
    this.#input = input;
    this.#index = index;
    this.#stage = input.stage == null ? STAGE_NONE : STAGES.indexOf(input.stage) + 1;
    this.#shared = shared;
    this.#comments = new CommentList(index);
    this.size = sizeOf(input.path);
    this.report = {
      ...emptyClockReport(),
      path: input.path,
      name: input.path === STANDARD_INPUT ? STANDARD_INPUT : basename(input.path),
      stage: input.stage ?? null,
      format: null,
      compression: 'none',
      byteOrder: null,
      bytes: 0,
      sha256: null,
      frames: 0,
      capturedBytes: 0,
      originalBytes: 0,
      snappedFrames: 0,
      sections: [],
      sectionCount: 0,
      interfaces: [],
      comments: [],
      commentsDropped: 0,
      damage: null,
    };
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** No frame of this input to come is older. */
  get floor(): MergeLimit {
    const { epochSeconds, ns } = this.#clock?.floor ?? this.#floor;
    return { epochSeconds, ns, stage: this.#stage, file: this.#index };
  }

  /** Bytes read of the input as given. */
  get bytesRead(): number {
    return this.#given?.bytesRead ?? this.report.bytes;
  }

  /**
   * Looks at the first time of a regular file and closes it again, so that of many files that
   * follow one another only those are open whose turn it is.
   */
  async peek(): Promise<void> {
    const { firstTime, refusal } = this.#input;
    if (this.size === null || refusal !== undefined) return;
    const known = firstTime ?? (await peekCapture(this.#input.path)).firstTime;
    if (known === null) return;
    const base = new TimeBase(this.#input.timeShift ?? 0);
    const first = base.stampOf(known.second, known.nanosecond);
    this.#floor = { epochSeconds: first.second, ns: first.nanosecond - REORDER_NS };
  }

  /** Reads the next batch. Damage ends the input and is entered in the report. */
  async advance(): Promise<void> {
    this.#isReading = true;
    try {
      const reader = this.#reader ?? (await this.#open());
      const batch = await reader.next();
      if (this.#isFinished) return;
      this.#isReading = false;
      if (batch === null) await this.#finish();
      else this.#take(batch);
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      if (this.#isFinished) return;
      this.#isReading = false;
      this.report.damage = error;
      await this.#finish();
    }
  }

  /** The runs that are finished, in the file's order. */
  takeRuns(): Run[] {
    const runs = this.#clock?.runs.splice(0) ?? [];
    const sorted = this.#batches === null ? runs : sortRuns(runs, this.#batches);
    // Of thousands of files only the report is kept.
    if (this.#isFinished && !this.#isReading) this.#forget();
    return sorted;
  }

  /** Ends the input where it is; what was read can still be taken. */
  halt(): void {
    if (this.#isFinished) return;
    const partial = this.#reader?.takePartial() ?? null;
    if (partial !== null) this.#take(partial);
    this.#clock?.finish();
    this.close();
  }

  /** Closes the input. May be called at any time, and twice. */
  close(): void {
    if (this.#reader !== null) this.report.byteOrder = this.#reader.byteOrder;
    if (this.#interfaces !== null) this.report.sectionCount = this.#interfaces.sectionCount;
    this.report.commentsDropped = this.#comments.dropped;
    this.report.bytes = this.#given?.size ?? this.bytesRead;
    if (!this.#isFinished) this.#noteEnds();
    this.#isFinished = true;
    // A read that is still under way writes into the block: then that is left to the collector.
    if (!this.#isReading) this.#reader?.close();
    this.#recognised?.close();
    this.#given?.close();
  }

  /** Ends of capture that the file names, under the shift in force at its end. */
  get ends(): readonly CaptureTime[] {
    return this.#ends;
  }

  #noteEnds(): void {
    const clock = this.#clock;
    if (clock === null) return;
    for (const { statistics } of this.report.interfaces) {
      const end = statistics?.endTime;
      if (end != null) this.#ends.push(clock.shifted(end.seconds, end.nanoseconds));
    }
  }

  #forget(): void {
    this.#reader = null;
    this.#clock = null;
    this.#batches = null;
    this.#recognised = null;
    this.#given = null;
  }

  async #open(): Promise<FrameReader> {
    const { path } = this.#input;
    const { blocks, batchFrames, hash, windowBytes, files } = this.#shared;
    if (this.#input.refusal !== undefined) throw this.#input.refusal;
    const clock = new FileClock(this.report, this.#input.timeShift ?? 0, windowBytes);
    this.#given = new GivenBytes(path, { hash, files });
    this.#recognised = await recogniseCapture(this.#given, path, this.size !== null);
    const { format, compression, bytes, layout } = this.#recognised;
    this.report.format = format;
    this.report.compression = compression;
    const name = this.#input.interfaceName ?? null;
    const interfaces = new FileInterfaces(this.#shared.interfaces, {
      path,
      file: this.#index,
      name,
    });
    this.#interfaces = interfaces;
    this.report.sections = interfaces.sections;
    this.report.interfaces = interfaces.own;
    this.report.comments = this.#comments.kept;
    const of = { capacity: batchFrames, file: this.#index, stage: this.#stage };
    this.#batches = new BatchPool(blocks, of);
    const parts = { bytes, batches: this.#batches, interfaces, comments: this.#comments };
    this.#clock = clock;
    this.#reader = await openReader(this.#shared.reader, path, { format, layout, ...parts });
    return this.#reader;
  }

  #take(batch: PooledBatch): void {
    const { report } = this;
    const totals = this.#totals;
    addLengths(batch, totals);
    report.frames += batch.count;
    report.capturedBytes = totals[CAPTURED]!;
    report.originalBytes = totals[ORIGINAL]!;
    report.snappedFrames = totals[SNAPPED]!;
    this.#clock?.take(batch);
  }

  async #finish(): Promise<void> {
    this.#clock?.finish();
    if (this.#shared.hash && this.#given !== null) {
      await this.#given.drain();
      this.report.sha256 = this.#given.sha256();
    }
    this.close();
  }
}

/**
 * What the beginning of a capture shows: its report up to the first time or the first damage. The
 * file is closed again.
 */
export async function peekCapture(path: string): Promise<CaptureFileReport> {
  const shared: SharedParts = {
    blocks: PEEK_BLOCKS,
    interfaces: new InterfaceList(),
    batchFrames: PEEK_BATCH_FRAMES,
    windowBytes: REORDER_BYTES,
    hash: false,
    files: new OpenFiles(),
    reader: 'native',
  };
  const look = new CaptureFile({ path }, 0, shared);
  while (!look.isFinished && look.report.firstTime === null) {
    await look.advance();
    for (const run of look.takeRuns()) run.batch.unpin();
  }
  look.close();
  return look.report;
}

/** Bytes of an ordinary file; null for standard input, for what is none, and for what cannot be looked at. */
export function sizeOf(path: string): number | null {
  if (path === STANDARD_INPUT) return null;
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() === true ? stat.size : null;
  } catch {
    // A folder that may not be entered, a name too long: opening the file says what is wrong.
    return null;
  }
}
