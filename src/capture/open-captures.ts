/**
 * This file is the entry to the captures of a replay: frames of all inputs in the replay's order, and
 * a report on what the inputs turned out to be.
 *
 * The input whose next frame can be the oldest is read on, a batch at a time; what no input can
 * undercut any more is handed over. So inputs are held only as far as they overlap.
 */

import { BlockPool, type BlockUsers } from './block-pool.ts';
import { CaptureFile, type CaptureInput } from './capture-file.ts';
import {
  type CaptureReplayReport,
  type CaptureTime,
  compareCaptureTimes,
} from './capture-report.ts';
import type { CaptureInterface } from './frame-batch.ts';
import { InterfaceList } from './interface-list.ts';
import { compareLimits, END_OF_TIME, type FrameRange, Merger } from './merge.ts';
import { OpenFiles } from './open-files.ts';
import type { ReaderName } from './open-reader.ts';
import { REORDER_BYTES, REORDER_FRAMES } from './reorder-window.ts';

export type { CaptureInput } from './capture-file.ts';
export type { FrameRange } from './merge.ts';
export type { ReaderName } from './open-reader.ts';

/** How captures are read. None of these changes what is read. */
export interface CaptureOptions {
  /** Take the SHA-256 of the inputs as given; then a damaged one is read to its end, too. */
  readonly hash?: boolean;
  /** Bytes of a block that is read at a time. */
  readonly blockBytes?: number;
  /** Frames of a batch, at most 65,536. */
  readonly batchFrames?: number;
  /** Bytes of a file that a frame may be moved over. The one exception: it bounds reordering. */
  readonly windowBytes?: number;
  /** Who reads the formats; `native` unless said otherwise. */
  readonly reader?: ReaderName;
  /** Whether another thread is to read the blocks. */
  readonly isShared?: boolean;
}

/** Captures that are being read. */
export interface CaptureReplay {
  /** All frames, once. Leaving the loop early closes the inputs. */
  ranges(): AsyncGenerator<FrameRange, void, undefined>;
  /** Interfaces of all inputs by their index; grows while ranges are handed over. */
  readonly interfaces: readonly CaptureInterface[];
  /** Counts the users of the blocks that frames lie in. */
  readonly blocks: BlockUsers;
  /** What was found so far; complete when the last range was handed over. */
  readonly report: CaptureReplayReport;
  /** How much of the inputs is read; `bytesTotal` is null where one has no known size. */
  progress(): { bytesRead: number; bytesTotal: number | null; frames: number };
  /** Ends reading. Frames that were read are still handed over. */
  stop(): void;
}

/** Of a few inputs; of many that overlap, each gets less. */
const BLOCK_BYTES_MAX = 256 * 1024;
const BLOCK_BYTES_MIN = 64 * 1024;
const BLOCK_BYTES_ALL = 32 * 1024 * 1024;
/** A batch's columns take about 44 bytes a frame, so a batch a sixth of its block's bytes. */
const BLOCK_BYTES_PER_FRAME = 256;
const DAY_SECONDS = 86_400;

/** Opens captures for a replay. Files are touched when the first range is asked for. */
export function openCaptures(
  inputs: readonly CaptureInput[],
  options: CaptureOptions = {},
): CaptureReplay {
  return new Replay(inputs, options);
}

class Replay implements CaptureReplay {
  readonly interfaces: readonly CaptureInterface[];
  readonly report: CaptureReplayReport;
  readonly blocks: BlockPool;
  readonly #files: CaptureFile[];
  /** Inputs that are being read. */
  #active: CaptureFile[] = [];
  /** Inputs whose turn has not come, the earliest last. */
  #pending: CaptureFile[] = [];
  readonly #merger: Merger;
  /** Ends the wait for an input that is silent. */
  #tellStop: () => void = () => {};

  constructor(inputs: readonly CaptureInput[], options: CaptureOptions) {
    const share = Math.floor(BLOCK_BYTES_ALL / Math.max(inputs.length, 1));
    const blockBytes = Math.max(BLOCK_BYTES_MIN, Math.min(BLOCK_BYTES_MAX, share));
    const frames = options.batchFrames ?? blockBytes / BLOCK_BYTES_PER_FRAME;
    const batchFrames = Math.min(Math.floor(frames), REORDER_FRAMES);
    const blocks = new BlockPool(options.blockBytes ?? blockBytes, options.isShared);
    this.blocks = blocks;
    const interfaces = new InterfaceList();
    this.interfaces = interfaces.all;
    const shared = {
      blocks,
      interfaces,
      batchFrames,
      windowBytes: options.windowBytes ?? REORDER_BYTES,
      hash: options.hash ?? false,
      files: new OpenFiles(),
      reader: options.reader ?? 'native',
    };
    this.#files = inputs.map((input, index) => new CaptureFile(input, index, shared));
    this.#merger = new Merger(blocks, batchFrames);
    this.report = {
      reader: shared.reader,
      files: this.#files.map((file) => file.report),
      firstTime: null,
      lastTime: null,
      captureEnd: null,
      incredibleEnds: 0,
      stopped: false,
    };
  }

  stop(): void {
    this.report.stopped = true;
    this.#tellStop();
  }

  progress(): { bytesRead: number; bytesTotal: number | null; frames: number } {
    let bytesRead = 0;
    let frames = 0;
    let bytesTotal: number | null = 0;
    for (const file of this.#files) {
      bytesRead += file.bytesRead;
      frames += file.report.frames;
      bytesTotal = bytesTotal === null || file.size === null ? null : bytesTotal + file.size;
    }
    return { bytesRead, bytesTotal, frames };
  }

  async *ranges(): AsyncGenerator<FrameRange, void, undefined> {
    try {
      await this.#lineUp();
      let file = this.#lowest();
      while (file !== null && !this.report.stopped) {
        await this.#advance(file);
        this.#collect(file);
        file = this.#lowest();
        yield* this.#merger.ranges(file?.floor ?? END_OF_TIME);
      }
      for (const open of this.#files) {
        if (open.isFinished) continue;
        open.halt();
        this.#collect(open);
      }
      yield* this.#merger.ranges(END_OF_TIME);
      yield* this.#merger.flush();
      this.#conclude();
    } finally {
      for (const open of this.#files) open.close();
    }
  }

  /** Reads a batch, or returns at once when the replay is stopped: a pipe may be silent for hours. */
  #advance(file: CaptureFile): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#tellStop = resolve;
      file.advance().then(resolve, reject);
    });
  }

  #collect(file: CaptureFile): void {
    for (const run of file.takeRuns()) this.#merger.add(run);
  }

  /** Puts the inputs in the order of their first times, as far as these can be looked up. */
  async #lineUp(): Promise<void> {
    const files = [...this.#files];
    if (files.length > 1) {
      for (const file of files) {
        if (this.report.stopped) return;
        await file.peek();
      }
    }
    this.#pending = files.sort((a, b) => compareLimits(b.floor, a.floor));
  }

  /** The input that may still bring the oldest frame; null where all are at their end. */
  #lowest(): CaptureFile | null {
    let lowest: CaptureFile | null = null;
    this.#active = this.#active.filter((file) => !file.isFinished);
    for (const file of this.#active) {
      if (lowest === null || compareLimits(file.floor, lowest.floor) < 0) lowest = file;
    }
    const next = this.#pending.at(-1);
    if (next === undefined) return lowest;
    if (lowest !== null && compareLimits(lowest.floor, next.floor) < 0) return lowest;
    this.#pending.pop();
    this.#active.push(next);
    return next;
  }

  #conclude(): void {
    const { report } = this;
    for (const { firstTime, lastTime } of report.files) {
      if (firstTime === null || lastTime === null) continue;
      report.firstTime = earlier(report.firstTime, firstTime);
      report.lastTime = later(report.lastTime, lastTime);
    }
    const last = report.lastTime;
    if (last === null) return;
    const bound = { second: last.second + DAY_SECONDS, nanosecond: last.nanosecond };
    for (const file of this.#files) {
      for (const end of file.ends) {
        if (compareCaptureTimes(end, bound) > 0) report.incredibleEnds += 1;
        else report.captureEnd = later(report.captureEnd, end);
      }
    }
  }
}

function earlier(a: CaptureTime | null, b: CaptureTime): CaptureTime {
  return a === null || compareCaptureTimes(b, a) < 0 ? b : a;
}

function later(a: CaptureTime | null, b: CaptureTime): CaptureTime {
  return a === null || compareCaptureTimes(b, a) > 0 ? b : a;
}
