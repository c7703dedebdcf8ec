/**
 * This file sorts the timers of one second by (deadline, serial).
 *
 * Deadlines are spread over a second, as a rule: it is cut into as many slices as there are entries,
 * each is put into its slice, and the few in one slice are put in order. Entries that crowd in a slice
 * are left to the native sort of numbers, which is slower by half then, and many times faster than one
 * that calls back. Nanoseconds inside the second and the serial make one number, exact below 2^53; from
 * the serial in it the entry is found again. Where that does not fit, the slow sort does it.
 */

const NS = 1e9;
/** (range of serials) * 10^9 must stay below 2^53. */
const RANGE_MAX = 1 << 22;
/** Entries in one slice: putting them in order takes at most so many steps each. */
const SLICE_MAX = 64;

export class DeadlineOrder {
  private entryBySerial = new Int32Array(1024);
  private keys = new Float64Array(64);
  private slotBefore = new Int32Array(64);
  private deadlineBefore = new Float64Array(64);
  private serialBefore = new Int32Array(64);
  /** By slice: how many entries are in it, then where the next one goes. */
  private slices = new Int32Array(64);

  /**
   * Sorts entries `from` to before `to` of three columns by deadline, on equal ones by serial.
   *
   * @param deadlines ns
   * @param serials unsigned, each once
   * @param startNs where the second begins
   */
  sort(
    slots: Int32Array,
    deadlines: Float64Array,
    serials: Int32Array,
    from: number,
    to: number,
    startNs: number,
  ): void {
    this.makeRoom(to - from);
    if (this.fillSlices(deadlines, from, to, startNs)) {
      this.sortSlices(slots, deadlines, serials, from, to, startNs);
    } else this.sortCrowd(slots, deadlines, serials, from, to, startNs);
  }

  /** Counts what is in each slice, and then says where it begins; false where one is crowded. */
  private fillSlices(deadlines: Float64Array, from: number, to: number, startNs: number): boolean {
    const { slices } = this;
    const count = to - from;
    for (let slice = 0; slice < count; slice++) slices[slice] = 0;
    for (let i = from; i < to; i++) slices[sliceOf(deadlines[i]! - startNs, count)]!++;
    let begin = 0;
    for (let slice = 0; slice < count; slice++) {
      const size = slices[slice]!;
      if (size > SLICE_MAX) return false;
      slices[slice] = begin;
      begin += size;
    }
    return true;
  }

  private sortSlices(
    slots: Int32Array,
    deadlines: Float64Array,
    serials: Int32Array,
    from: number,
    to: number,
    startNs: number,
  ): void {
    const { slices, slotBefore, deadlineBefore, serialBefore } = this;
    const count = to - from;
    for (let i = from; i < to; i++) {
      const place = slices[sliceOf(deadlines[i]! - startNs, count)]!++;
      slotBefore[place] = slots[i]!;
      deadlineBefore[place] = deadlines[i]!;
      serialBefore[place] = serials[i]!;
    }
    for (let k = 0; k < count; k++) {
      const deadline = deadlineBefore[k]!;
      const serial = serialBefore[k]! >>> 0;
      let i = from + k;
      for (; i > from; i--) {
        const other = deadlines[i - 1]!;
        if (other < deadline || (other === deadline && serials[i - 1]! >>> 0 < serial)) break;
        slots[i] = slots[i - 1]!;
        deadlines[i] = other;
        serials[i] = serials[i - 1]!;
      }
      slots[i] = slotBefore[k]!;
      deadlines[i] = deadline;
      serials[i] = serial;
    }
  }

  private sortCrowd(
    slots: Int32Array,
    deadlines: Float64Array,
    serials: Int32Array,
    from: number,
    to: number,
    startNs: number,
  ): void {
    let lowest = 0xffff_ffff;
    let highest = 0;
    let isInside = true;
    for (let i = from; i < to; i++) {
      const serial = serials[i]! >>> 0;
      if (serial < lowest) lowest = serial;
      if (serial > highest) highest = serial;
      const offset = deadlines[i]! - startNs;
      if (offset < 0 || offset >= NS) isInside = false;
    }
    const range = highest - lowest + 1;
    if (!isInside || range > RANGE_MAX) {
      slowSort(slots, deadlines, serials, from, to);
      return;
    }
    if (this.entryBySerial.length < range) this.entryBySerial = new Int32Array(2 * range);
    const { entryBySerial, slotBefore } = this;
    const keys = this.keys.subarray(0, to - from);
    for (let i = from; i < to; i++) {
      const serial = (serials[i]! >>> 0) - lowest;
      entryBySerial[serial] = i - from;
      slotBefore[i - from] = slots[i]!;
      keys[i - from] = (deadlines[i]! - startNs) * range + serial;
    }
    keys.sort();
    for (let k = 0; k < keys.length; k++) {
      const key = keys[k]!;
      const offset = Math.floor(key / range);
      const serial = key - offset * range;
      slots[from + k] = slotBefore[entryBySerial[serial]!]!;
      deadlines[from + k] = startNs + offset;
      serials[from + k] = serial + lowest;
    }
  }

  private makeRoom(count: number): void {
    if (this.keys.length >= count) return;
    this.keys = new Float64Array(2 * count);
    this.slotBefore = new Int32Array(2 * count);
    this.deadlineBefore = new Float64Array(2 * count);
    this.serialBefore = new Int32Array(2 * count);
    this.slices = new Int32Array(2 * count);
  }
}

/** The slice of a second in `count` ones; the first or last one for what lies outside of it. */
function sliceOf(offsetNs: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor((offsetNs * count) / NS)));
}

function slowSort(
  slots: Int32Array,
  deadlines: Float64Array,
  serials: Int32Array,
  from: number,
  to: number,
): void {
  const before = {
    slots: slots.slice(from, to),
    deadlines: deadlines.slice(from, to),
    serials: serials.slice(from, to),
  };
  const order = Int32Array.from(before.slots, (_, i) => i).sort((x, y) => {
    const byTime = before.deadlines[x]! - before.deadlines[y]!;
    return byTime === 0 ? (before.serials[x]! >>> 0) - (before.serials[y]! >>> 0) : byTime;
  });
  order.forEach((i, k) => {
    slots[from + k] = before.slots[i]!;
    deadlines[from + k] = before.deadlines[i]!;
    serials[from + k] = before.serials[i]!;
  });
}
