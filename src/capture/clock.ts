/**
 * This file gives every frame of one file its time in the replay and cuts the file into runs
 * (CONTRACT "Order"): late frames, clocks set back, outliers and frames without a time.
 *
 * Whether a frame is an outlier is decided by the next one, and whether a late frame is the first
 * of a clock set back by the fifteen behind it. Such frames wait, with their batch pinned:
 *
 *     nothing  ── a day ahead ──▶ ahead   settled by the next frame with a time
 *     nothing  ── too old ──────▶ late    settled by a frame in order, or by the 16th late one
 *     start    ── first time ───▶ nothing
 *
 * The usual frame, in order, meets none of this: `#takeInOrder` is the hot loop.
 */

import type { PooledBatch } from './batch-pool.ts';
import { type CaptureTime, CLOCK_SHIFTS_MAX, type ClockReport } from './capture-report.ts';
import { AHEAD_NS, placeInOrder } from './in-order.ts';
import { REORDER_BYTES, REORDER_FRAMES, ReorderWindow } from './reorder-window.ts';
import { EPOCH_SPAN_NS, type EpochTime, type Run, RunCutter, sinceEpoch } from './run.ts';
import { asCaptureTime, type Shift, TimeBase } from './time-base.ts';
import { type LoneFrame, WaitingFrames } from './waiting-frames.ts';

/** Late frames in a row that prove that a clock was set back. */
const LATE_RUN_FRAMES = 16;
/** An outlier is followed by a frame that is older than it by more than this. */
const BACK_AGAIN_NS = 1e9;
/** Frames that may wait at a time, those without a usable time among them. */
const WAITING_MAX = 1024;

/** The clock of one file. */
export class FileClock {
  readonly #report: ClockReport;
  readonly #base: TimeBase;
  readonly #window: ReorderWindow;
  readonly #windowBytes: number;
  readonly #cutter = new RunCutter();
  /** Newest time so far, ns since the epoch; minus infinity before the first. */
  #newest = Number.NEGATIVE_INFINITY;
  #earliest: EpochTime = { epochSeconds: 0, ns: Number.POSITIVE_INFINITY };
  readonly #waiting = new WaitingFrames();
  #ended = false;

  /**
   * @param report what the clock finds is entered here
   * @param timeShift added to all times of the file
   */
  constructor(report: ClockReport, timeShift: Shift, windowBytes: number = REORDER_BYTES) {
    this.#report = report;
    this.#base = new TimeBase(timeShift);
    this.#window = new ReorderWindow(windowBytes);
    this.#windowBytes = windowBytes;
  }

  /** Finished runs, in the file's order; the caller takes them away. */
  get runs(): Run[] {
    return this.#cutter.runs;
  }

  /** No frame of this file to come is older; minus infinity before its first time. */
  get floor(): EpochTime {
    const ns = this.#ended ? Number.POSITIVE_INFINITY : this.#window.floor;
    return { epochSeconds: this.#base.epochSeconds, ns };
  }

  /** A time of the file under the shift in force now. */
  shifted(second: number, nanosecond: number): CaptureTime {
    return this.#base.stampOf(second, nanosecond);
  }

  /** Takes the file's next frames, of which there must be one. */
  take(batch: PooledBatch): void {
    batch.pin();
    this.#report.framesWithoutTime += batch.untimed.length;
    let untimed = 0;
    let i = 0;
    while (i < batch.count) {
      const stop = batch.untimed[untimed] ?? batch.count;
      if (this.#waiting.reason === 'nothing') i = this.#takeInOrder(batch, i, stop);
      if (i === batch.count) break;
      if (i === stop) untimed += 1;
      this.#takeAlone(batch, i, i !== stop);
      i += 1;
    }
    const last = batch.count - 1;
    const offset = batch.blockStart + batch.offset[last]!;
    this.#window.moveTo(batch.frameNumber[last]!, offset, this.#newest);
    this.#cutter.close();
    this.#tellTimes();
    batch.unpin();
  }

  /** Decides about all that waits: the file has no more frames. */
  finish(): void {
    if (this.#waiting.reason === 'start') this.#giveUpStart();
    if (this.#waiting.reason === 'ahead') this.#settleAhead(true);
    if (this.#waiting.reason === 'late') this.#settleLate();
    this.#cutter.close();
    this.#tellTimes();
    this.#ended = true;
  }

  /** Takes frames from `from` on while they are in order; says where it stopped. */
  #takeInOrder(batch: PooledBatch, from: number, stop: number): number {
    const newest = this.#newest;
    const to = placeInOrder(batch, { from, stop, newest }, this.#base, this.#window);
    if (to > from) {
      this.#newest = batch.time[to - 1]!;
      this.#cutter.append(batch, from, to, this.#base.epochSeconds);
    }
    return to;
  }

  #takeAlone(batch: PooledBatch, index: number, isTimed: boolean): void {
    const offset = batch.blockStart + batch.offset[index]!;
    const n = batch.frameNumber[index]! - 1;
    this.#window.moveTo(n, offset, this.#newest);
    const isUsable = isTimed && this.#base.isInYears(batch.second[index]!);
    this.#decide({ batch, index, offset, isTimed, isUsable });
    this.#window.note(n, offset, this.#newest);
  }

  #decide(frame: LoneFrame): void {
    const { reason } = this.#waiting;
    if (reason === 'start') this.#decideStart(frame);
    else if (reason === 'ahead') this.#decideAhead(frame);
    else if (reason === 'late') this.#decideLate(frame);
    else if (!frame.isUsable) this.#decideUnusable(frame);
    else if (this.#newest === Number.NEGATIVE_INFINITY) this.#begin(frame);
    else if (this.#timeOf(frame) > this.#newest + AHEAD_NS) this.#waiting.add('ahead', frame);
    else if (this.#timeOf(frame) >= this.#window.floor) this.#accept(frame);
    else this.#waiting.add('late', frame);
  }

  #decideUnusable(frame: LoneFrame): void {
    if (this.#newest === Number.NEGATIVE_INFINITY) this.#waiting.add('start', frame);
    else this.#placeUnusable(frame);
  }

  /** Frames before the first time take that time, within the reordering window's bounds. */
  #decideStart(frame: LoneFrame): void {
    if (frame.isUsable) {
      this.#waiting.settle((waiting) => this.#begin(frame, waiting));
      return;
    }
    this.#waiting.add('start', frame);
    const bytes = frame.offset - this.#waiting.first.offset;
    if (this.#waiting.length === REORDER_FRAMES || bytes > this.#windowBytes) this.#giveUpStart();
  }

  #decideAhead(frame: LoneFrame): void {
    if (!frame.isUsable) {
      this.#waiting.add('ahead', frame);
      if (this.#waiting.length === WAITING_MAX) this.#settleAhead(true);
      return;
    }
    const isBackAgain = this.#timeOf(frame) < this.#timeOf(this.#waiting.first) - BACK_AGAIN_NS;
    this.#settleAhead(!isBackAgain);
    this.#decide(frame);
  }

  #decideLate(frame: LoneFrame): void {
    if (frame.isUsable && this.#timeOf(frame) >= this.#window.floor) {
      this.#settleLate();
      this.#decide(frame);
      return;
    }
    this.#waiting.add('late', frame);
    if (this.#waiting.usable === LATE_RUN_FRAMES) this.#setBack();
    else if (this.#waiting.length === WAITING_MAX) this.#settleLate();
  }

  /** The first time of the file; frames without one may stand `before` it. */
  #begin(frame: LoneFrame, before: readonly LoneFrame[] = []): void {
    const { second, nanosecond } = this.#columnsOf(frame);
    this.#base.begin(second, nanosecond);
    this.#newest = this.#timeOf(frame);
    for (const earlier of before) this.#placeUnusable(earlier);
    this.#accept(frame);
  }

  /** No time within the bounds: the file begins in 1970. */
  #giveUpStart(): void {
    this.#newest = 0;
    this.#waiting.settle((waiting) => {
      for (const frame of waiting) this.#placeUnusable(frame);
    });
  }

  /** The first waiting frame was far ahead: its time counts, or it is an outlier. */
  #settleAhead(isGenuine: boolean): void {
    this.#waiting.settle(([first, ...others]) => {
      if (isGenuine) this.#accept(first!);
      else this.#placeOutlier(first!);
      for (const frame of others) this.#placeUnusable(frame);
    });
  }

  /** The late frames that wait are single ones: each is taken at the newest time. */
  #settleLate(): void {
    this.#waiting.settle((waiting) => {
      for (const frame of waiting) {
        if (frame.isUsable) this.#placeLate(frame);
        else this.#placeUnusable(frame);
      }
    });
  }

  /** The file's clock was set back: from the first waiting frame on its times are shifted. */
  #setBack(): void {
    this.#waiting.settle((waiting) => {
      const first = waiting[0]!;
      this.#noteStepBack(this.#timeOf(first));
      const { second, nanosecond } = this.#columnsOf(first);
      const newest = asCaptureTime({ epochSeconds: this.#base.epochSeconds, ns: this.#newest });
      const seconds = this.#base.moveShift(this.#base.stampOf(second, nanosecond), newest);
      const { clockShifts } = this.#report;
      const frame = first.batch.frameNumber[first.index]!;
      if (clockShifts.length < CLOCK_SHIFTS_MAX) clockShifts.push({ frame, seconds });
      else this.#report.clockShiftsNotListed += 1;
      for (const again of waiting) this.#decide(again);
    });
  }

  #accept(frame: LoneFrame): void {
    if (this.#timeOf(frame) > EPOCH_SPAN_NS) this.#rebase(frame);
    const t = this.#timeOf(frame);
    if (t < this.#newest) {
      this.#noteStepBack(t);
      this.#report.reorderedFrames += 1;
    } else {
      this.#newest = t;
    }
    this.#place(frame, t);
  }

  /** Counts on from the second of a frame that is farther from the epoch than doubles are exact. */
  #rebase(frame: LoneFrame): void {
    const { second, nanosecond } = this.#columnsOf(frame);
    const epochSeconds = this.#base.stampOf(second, nanosecond).second;
    const ns = (epochSeconds - this.#base.epochSeconds) * 1e9;
    this.#base.epochSeconds = epochSeconds;
    this.#newest -= ns;
    this.#window.rebase(ns, this.#newest < -BACK_AGAIN_NS);
  }

  #placeLate(frame: LoneFrame): void {
    const t = this.#timeOf(frame);
    this.#noteStepBack(t);
    this.#report.lateFrames += 1;
    if (t >= this.#window.floorWithoutBytes) this.#report.reorderWindowCut += 1;
    this.#place(frame, this.#newest);
  }

  #placeOutlier(frame: LoneFrame): void {
    this.#report.outliers += 1;
    this.#place(frame, this.#newest);
  }

  /** Outside the years, or without a time: its section's newest, if that is in the window. */
  #placeUnusable(frame: LoneFrame): void {
    if (frame.isTimed) {
      this.#placeOutlier(frame);
      return;
    }
    const t = this.#timeOf(frame);
    const isInWindow = t >= this.#window.floor && t < this.#newest;
    this.#place(frame, isInWindow ? t : this.#newest);
  }

  #place(frame: LoneFrame, t: number): void {
    const { batch, index } = frame;
    const { epochSeconds } = this.#base;
    batch.time[index] = t;
    if (t < sinceEpoch(this.#earliest.ns, this.#earliest.epochSeconds, epochSeconds)) {
      this.#earliest = { epochSeconds, ns: t };
    }
    this.#cutter.append(batch, index, index + 1, epochSeconds);
  }

  #noteStepBack(t: number): void {
    const back = this.#newest - t;
    if (back > this.#report.largestStepBackNs) this.#report.largestStepBackNs = back;
  }

  #columnsOf({ batch, index }: LoneFrame): CaptureTime {
    return { second: batch.second[index]!, nanosecond: batch.nanosecond[index]! };
  }

  #timeOf({ batch, index }: LoneFrame): number {
    return this.#base.timeOf(batch.second[index]!, batch.nanosecond[index]!);
  }

  #tellTimes(): void {
    if (this.#earliest.ns === Number.POSITIVE_INFINITY) return;
    this.#report.firstTime = asCaptureTime(this.#earliest);
    const { epochSeconds } = this.#base;
    this.#report.lastTime = asCaptureTime({ epochSeconds, ns: this.#newest });
  }
}
