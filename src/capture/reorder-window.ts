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

/** Slots of a file's first frames; the ring grows with the file, as most of a ring buffer's are small. */
const SLOTS_MIN = 1024;

/** The window of one file. Times are nanoseconds since the epoch of that file's clock. */
export class ReorderWindow {
  /** What lies below may not be put in its place any more. */
  floor = Number.NEGATIVE_INFINITY;
  /** The floor but for the bound in bytes. */
  floorWithoutBytes = Number.NEGATIVE_INFINITY;
  /** Newest time at frame n, in slot n modulo the slots, which are all frames so far or 65,536. */
  newestAt = new Float64Array(SLOTS_MIN);
  /** Offset of frame n in the file, decompressed, in the same slot. */
  offsetAt = new Float64Array(SLOTS_MIN);
  readonly #bytesMax: number;
  /** Frames before this one are not in the ring: their times are of an epoch long gone. */
  #first = 0;
  #tail = 0;
  #latest = 0;

  constructor(bytesMax: number = REORDER_BYTES) {
    this.#bytesMax = bytesMax;
  }

  /** Makes room for the file's first `frames` frames; to be called before any of them is noted. */
  reserve(frames: number): void {
    const slots = this.newestAt.length;
    if (frames <= slots || slots === REORDER_FRAMES) return;
    let longer = slots;
    while (longer < Math.min(frames, REORDER_FRAMES)) longer *= 2;
    // No slot was used twice yet, so each keeps its number.
    this.newestAt = lengthened(this.newestAt, longer);
    this.offsetAt = lengthened(this.offsetAt, longer);
  }

  /**
   * Raises the floor to where it is for frame `n`, which counts from 0. Slots of all frames before
   * are filled, that of `n` is not yet.
   */
  moveTo(n: number, offset: number, newest: number): void {
    const { newestAt, offsetAt } = this;
    const mask = newestAt.length - 1;
    this.#latest = n;
    let floor = Math.max(this.floorWithoutBytes, newest - REORDER_NS);
    if (n - this.#first >= REORDER_FRAMES) floor = Math.max(floor, newestAt[n & mask]!);
    this.floorWithoutBytes = floor;
    let tail = Math.max(this.#tail, this.#first, n - REORDER_FRAMES + 1);
    const lowest = offset - this.#bytesMax;
    let cutAt = this.floor;
    while (tail < n && offsetAt[tail & mask]! < lowest) {
      cutAt = newestAt[tail & mask]!;
      tail += 1;
    }
    this.#tail = tail;
    this.floor = Math.max(this.floor, floor, cutAt);
  }

  /** Notes what the newest time was after frame `n`. */
  note(n: number, offset: number, newest: number): void {
    this.reserve(n + 1);
    const slot = n & (this.newestAt.length - 1);
    this.newestAt[slot] = newest;
    this.offsetAt[slot] = offset;
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
    for (let i = 0; i < this.newestAt.length; i += 1) this.newestAt[i]! -= ns;
  }
}

function lengthened(array: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(length);
  longer.set(array);
  return longer;
}
