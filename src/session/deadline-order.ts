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

  /**
   * Entries in the order of their deadlines, on equal ones of their serials.
   *
   * @param deadlines ns
   * @param serials unsigned, each once
   * @param startNs where the second begins
   */
  sort(deadlines: Float64Array, serials: Int32Array, startNs: number): Int32Array {
    const count = deadlines.length;
    let lowest = 0xffff_ffff;
    let highest = 0;
    let isInside = true;
    for (let i = 0; i < count; i++) {
      const serial = serials[i]! >>> 0;
      if (serial < lowest) lowest = serial;
      if (serial > highest) highest = serial;
      const offset = deadlines[i]! - startNs;
      if (offset < 0 || offset >= NS) isInside = false;
    }
    const range = highest - lowest + 1;
    if (!isInside || range > RANGE_MAX) return slowSort(deadlines, serials);
    while (this.entryBySerial.length < range) {
      this.entryBySerial = new Int32Array(this.entryBySerial.length * 2);
    }
    const entries = this.entryBySerial;
    const keys = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const serial = (serials[i]! >>> 0) - lowest;
      entries[serial] = i;
      keys[i] = (deadlines[i]! - startNs) * range + serial;
    }
    keys.sort();
    return Int32Array.from(keys, (key) => entries[key % range]!);
  }
}

function slowSort(deadlines: Float64Array, serials: Int32Array): Int32Array {
  const order = Int32Array.from(deadlines, (_, i) => i);
  return order.sort((x, y) => {
    const byTime = deadlines[x]! - deadlines[y]!;
    return byTime === 0 ? (serials[x]! >>> 0) - (serials[y]! >>> 0) : byTime;
  });
}
