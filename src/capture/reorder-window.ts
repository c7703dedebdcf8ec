/**
 * This file says how far back a file's next frame may still be put in its place (CONTRACT "Order").
 *
 * A frame may go at most one second, 65,536 frames and 128 MiB of the file before others. The first
 * bound is a time as it stands; for the other two, a ring remembers what the newest time was at
 * each of the last 65,536 frames:
 *
 *     frame     … n-65536 │ n-65535 …  tail │ tail+1  …   n-1 │ n
 *               too many  │ too many bytes  │ within window   │ the next frame
 *               frames    │                 │                 │
 *
 * The floor is the newest time at the last frame left of the window: what is older than that would
 * have to go before it. The floor never falls, so what lies below it can be handed over.
 */

/** Seconds, frames and bytes of a file that a frame may be moved over. */
export const REORDER_NS = 1e9;
export const REORDER_FRAMES = 65_536;
export const REORDER_BYTES = 128 * 1024 * 1024;

const SLOT = REORDER_FRAMES - 1;

/** The window of one file. Times are nanoseconds since the epoch of that file's clock. */
export class ReorderWindow {
  /** What lies below may not be put in its place any more. */
  floor = Number.NEGATIVE_INFINITY;
  /** The floor but for the bound in bytes. */
  floorWithoutBytes = Number.NEGATIVE_INFINITY;
  /** Newest time at frame n, in slot n modulo 65,536. */
  readonly newestAt = new Float64Array(REORDER_FRAMES);
  /** Offset of frame n in the file, decompressed, in the same slot. */
  readonly offsetAt = new Float64Array(REORDER_FRAMES);
  readonly #bytesMax: number;
  /** Frames before this one are not in the ring: their times are of an epoch long gone. */
  #first = 0;
  #tail = 0;
  #latest = 0;

  constructor(bytesMax: number = REORDER_BYTES) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Raises the floor to where it is for frame `n`, which counts from 0. Slots of all frames before
   * are filled, that of `n` is not yet.
   */
  moveTo(n: number, offset: number, newest: number): void {
    const { newestAt, offsetAt } = this;
    this.#latest = n;
    let floor = Math.max(this.floorWithoutBytes, newest - REORDER_NS);
    if (n - this.#first >= REORDER_FRAMES) floor = Math.max(floor, newestAt[n & SLOT]!);
    this.floorWithoutBytes = floor;
    let tail = Math.max(this.#tail, this.#first, n - SLOT);
    const lowest = offset - this.#bytesMax;
    let cutAt = this.floor;
    while (tail < n && offsetAt[tail & SLOT]! < lowest) {
      cutAt = newestAt[tail & SLOT]!;
      tail += 1;
    }
    this.#tail = tail;
    this.floor = Math.max(this.floor, floor, cutAt);
  }

  /** Notes what the newest time was after frame `n`. */
  note(n: number, offset: number, newest: number): void {
    this.newestAt[n & SLOT] = newest;
    this.offsetAt[n & SLOT] = offset;
  }

  /**
   * Goes over to an epoch that is `ns` nanoseconds later. `forget` says that the newest frame is
   * more than a second newer than all before it, which then need no conversion.
   */
  rebase(ns: number, forget: boolean): void {
    this.floor -= ns;
    this.floorWithoutBytes -= ns;
    if (forget) {
      this.#first = this.#latest;
      return;
    }
    for (let i = 0; i < REORDER_FRAMES; i += 1) this.newestAt[i]! -= ns;
  }
}
