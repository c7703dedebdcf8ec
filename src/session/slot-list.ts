/** This file holds a list of slots that grows in flat memory and is emptied at once. */

const FIRST = 16;
/** Longer arrays are given up when the list is emptied: a burst must not keep its memory. */
const KEPT = 4096;

export class SlotList {
  /** Entries at `length` and above mean nothing. */
  slots = new Int32Array(0);
  private count = 0;

  get length(): number {
    return this.count;
  }

  /** Shortens the list. */
  set length(count: number) {
    this.count = count;
    if (count === 0 && this.slots.length > KEPT) this.slots = new Int32Array(0);
  }

  push(slot: number): void {
    if (this.count === this.slots.length) {
      const slots = new Int32Array(Math.max(FIRST, 2 * this.count));
      slots.set(this.slots);
      this.slots = slots;
    }
    this.slots[this.count++] = slot;
  }
}
