/**
 * This file sorts the timers of one second by (deadline, serial).
 *
 * The native sort of numbers is many times faster than one that calls back. Nanoseconds inside the
 * second and the serial make one number, exact below 2^53; from the serial in it the entry is found
 * again. Where that does not fit, the slow sort does it.
 */

const NS = 1e9;
/** (range of serials) * 10^9 must stay below 2^53. */
const RANGE_MAX = 1 << 22;

export class DeadlineOrder {
  private entryBySerial = new Int32Array(1024);
  private keys = new Float64Array(64);
  private slotBefore = new Int32Array(64);

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
    this.makeRoom(to - from, range);
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

  private makeRoom(count: number, range: number): void {
    if (this.keys.length < count) {
      this.keys = new Float64Array(2 * count);
      this.slotBefore = new Int32Array(2 * count);
    }
    if (this.entryBySerial.length < range) this.entryBySerial = new Int32Array(2 * range);
  }
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
