/**
 * This file gives every client twins (`--scale`): each frame comes again for twin 1, 2, … a little later,
 * and all are in the order of their times; at one time the original comes first, then twins by number.
 *
 * ```
 * frames of the capture ─▶ ring: │ … oldest that the last twin waits for … newest │
 *                                  ▲ twin N-1        ▲ twin 1             ▲ original
 * ```
 * A frame stands once in the ring, columns only; a cursor for each twin goes behind, and blocks are kept
 * as long as a cursor has not passed them. Where that would take more than a bound, the twins that are
 * behind come earlier than they should, and that is counted.
 */

import type { BlockUsers } from './block-pool.ts';
import { copyFrame, FrameBatch } from './frame-batch.ts';
import { HeldBlocks } from './held-blocks.ts';
import type { FrameRange } from './merge.ts';
import { sinceEpoch } from './run.ts';

/**
 * How much later than its original the first twin's packets come, and each further twin's than the one's
 * before; ns. Far below any timer, so that the table is asked the same, and above the gaps within a burst,
 * so that clients do not all begin at one instant (assumed; CONTRACT names no number).
 */
export const TWIN_SHIFT_NS = 1e6;
/** Frames that may wait for the last twin; a power of two. */
const FRAMES_MAX = 1 << 17;
/** Bytes of blocks that may be kept for them: 64 MiB, and what one range needs. */
const BYTES_MAX = 64 * 1024 * 1024;
const FRAMES_FIRST = 4096;
const OUT_FRAMES = 4096;

export class TwinFrames {
  /** Frames of twins that came before their time, so that no more had to be kept. */
  hurried = 0;
  /** Originals and twins. */
  readonly scale: number;
  readonly shiftNs = TWIN_SHIFT_NS;

  private readonly limits: { readonly frames: number; readonly bytes: number };
  private ring = new FrameBatch(FRAMES_FIRST);
  private numbers = new Uint32Array(FRAMES_FIRST);
  private readonly out = new FrameBatch(OUT_FRAMES);
  private readonly outTwins = new Uint8Array(OUT_FRAMES);
  private readonly outNumbers = new Uint32Array(OUT_FRAMES);
  private readonly blocks: HeldBlocks;
  /** Frames ever put into the ring, and by twin how many of them it has had. */
  private head = 0;
  private readonly cursors: Float64Array;
  /** By twin, when its next frame is due; ns since the epoch. */
  private readonly due: Float64Array;
  private lastNs = Number.NEGATIVE_INFINITY;
  private epochSeconds: number | null = null;

  /**
   * @param scale at least 2
   * @param blocks of the captures; null where nobody uses them again
   * @param limits for tests; frames a power of two
   */
  constructor(
    scale: number,
    blocks: BlockUsers | null,
    limits: { readonly frames: number; readonly bytes: number } = {
      frames: FRAMES_MAX,
      bytes: BYTES_MAX,
    },
  ) {
    this.scale = scale;
    this.limits = limits;
    this.blocks = new HeldBlocks(blocks);
    this.cursors = new Float64Array(scale);
    this.due = new Float64Array(scale).fill(Number.POSITIVE_INFINITY);
    const { out } = this;
    out.twin = this.outTwins;
    out.packetNumber = this.outNumbers;
    out.blocks = this.blocks.all;
  }

  /** The frames of a range, and of twins what is due before its last one. Each range must be consumed. */
  *take({ batch, from, to }: FrameRange): Generator<FrameRange, void, undefined> {
    if (from === to) return;
    if (batch.epochSeconds !== this.epochSeconds) yield* this.beginEpoch(batch, from);
    this.blocks.begin(batch.blocks);
    for (let i = from; i < to; i++) {
      while (this.isFull()) {
        if (this.out.count + this.scale > OUT_FRAMES) yield* this.flush();
        this.hurry();
      }
      this.push(batch, i);
      const time = batch.time[i]!;
      for (let twin = this.next(time); twin >= 0; twin = this.next(time)) {
        this.emit(twin, this.due[twin]!);
        if (this.out.count === OUT_FRAMES) yield* this.flush();
      }
    }
    this.blocks.end();
    yield* this.flush();
  }

  /** What of twins is still to come, behind the last range. */
  *rest(): Generator<FrameRange, void, undefined> {
    yield* this.handOver(Infinity, this.epochSeconds);
  }

  /** Hands over under the old epoch what comes before the new one; moves the rest. */
  private *beginEpoch(batch: FrameBatch, from: number): Generator<FrameRange, void, undefined> {
    const { epochSeconds: before, ring, due } = this;
    this.epochSeconds = batch.epochSeconds;
    if (before === null) return;
    const first = sinceEpoch(batch.time[from]!, batch.epochSeconds, before);
    yield* this.handOver(first, before);
    const delta = sinceEpoch(0, before, batch.epochSeconds);
    const mask = ring.capacity - 1;
    for (let at = this.tail; at < this.head; at++) ring.time[at & mask]! += delta;
    for (let twin = 0; twin < this.scale; twin++) due[twin]! += delta;
    this.lastNs += delta;
  }

  /** What is due before `limitNs`. */
  private *handOver(
    limitNs: number,
    epochSeconds: number | null,
  ): Generator<FrameRange, void, undefined> {
    for (let twin = this.next(limitNs); twin >= 0; twin = this.next(limitNs)) {
      this.emit(twin, this.due[twin]!);
      if (this.out.count === OUT_FRAMES) yield* this.flush(epochSeconds);
    }
    yield* this.flush(epochSeconds);
  }

  private *flush(epochSeconds = this.epochSeconds): Generator<FrameRange, void, undefined> {
    const { out } = this;
    if (out.count > 0) {
      out.epochSeconds = epochSeconds ?? 0;
      yield { batch: out, from: 0, to: out.count };
      out.count = 0;
    }
    this.blocks.reuse();
  }

  /** The frame that the last twin has next: nobody needs those before it. */
  private get tail(): number {
    return this.cursors[this.scale - 1]!;
  }

  private isFull(): boolean {
    const waiting = this.head - this.tail;
    return waiting >= this.limits.frames || (waiting > 0 && this.blocks.bytes > this.limits.bytes);
  }

  /** The twin whose frame comes next, if it is the original's or due before `limitNs`; else -1. */
  private next(limitNs: number): number {
    const { due, scale } = this;
    let next = 0;
    for (let twin = 1; twin < scale; twin++) if (due[twin]! < due[next]!) next = twin;
    const isDue = next === 0 ? due[0]! !== Infinity : due[next]! < limitNs;
    return isDue && due[next]! !== Infinity ? next : -1;
  }

  private push(batch: FrameBatch, i: number): void {
    if (this.head - this.tail === this.ring.capacity) this.grow();
    const { ring, head, cursors, due } = this;
    const at = head & (ring.capacity - 1);
    copyFrame(batch, i, ring, at);
    ring.block[at] = this.blocks.hold(batch.block[i]!);
    this.numbers[at] = batch.packetNumber?.[i] ?? head + 1;
    this.head = head + 1;
    for (let twin = 0; twin < this.scale; twin++) {
      if (cursors[twin] === head) due[twin] = this.dueOf(twin);
    }
  }

  /** Hands a twin its next frame. */
  private emit(twin: number, timeNs: number): void {
    const { out, ring, cursors } = this;
    const at = cursors[twin]! & (ring.capacity - 1);
    const to = out.count++;
    copyFrame(ring, at, out, to);
    out.time[to] = timeNs;
    this.outTwins[to] = twin;
    this.outNumbers[to] = this.numbers[at]!;
    this.lastNs = timeNs;
    cursors[twin]!++;
    this.due[twin] = cursors[twin] === this.head ? Infinity : this.dueOf(twin);
    if (twin === this.scale - 1) this.blocks.letGo(ring.block[at]!);
  }

  /** Hands the oldest frame to all twins that have not had it: at once, in order. */
  private hurry(): void {
    const { tail, cursors, scale } = this;
    for (let twin = 1; twin < scale; twin++) {
      if (cursors[twin] !== tail) continue;
      this.hurried++;
      this.emit(twin, this.lastNs);
    }
  }

  private dueOf(twin: number): number {
    const at = this.cursors[twin]! & (this.ring.capacity - 1);
    return this.ring.time[at]! + twin * TWIN_SHIFT_NS;
  }

  private grow(): void {
    const { ring: old, numbers } = this;
    const ring = new FrameBatch(2 * old.capacity);
    const larger = new Uint32Array(ring.capacity);
    for (let at = this.tail; at < this.head; at++) {
      copyFrame(old, at & (old.capacity - 1), ring, at & (ring.capacity - 1));
      larger[at & (ring.capacity - 1)] = numbers[at & (old.capacity - 1)]!;
    }
    this.ring = ring;
    this.numbers = larger;
  }
}
