/** This file keeps what weighs most of all that is added, in bounded memory. */

/** More than the limit is kept until this many are too many: sorting is then cheap. */
const SLACK = 64;

export class Heaviest<T extends { readonly serial: number }> {
  private readonly limit: number;
  private readonly kept: { readonly weight: number; readonly item: T }[] = [];
  /** Weight and serial of the last of a full list: what comes behind it has no place there. */
  private least = Number.NEGATIVE_INFINITY;
  private leastSerial = Number.POSITIVE_INFINITY;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** @param make is asked for the item only where it may be kept */
  add(weight: number, serial: number, make: () => T): void {
    if (weight < this.least || (weight === this.least && serial > this.leastSerial)) return;
    this.kept.push({ weight, item: make() });
    if (this.kept.length >= 2 * this.limit + SLACK) this.trim();
  }

  /** The heaviest first, those of one weight by serial. */
  list(): T[] {
    this.trim();
    return this.kept.map(({ item }) => item);
  }

  private trim(): void {
    this.kept.sort((a, b) => b.weight - a.weight || a.item.serial - b.item.serial);
    if (this.kept.length < this.limit) return;
    this.kept.length = this.limit;
    const last = this.kept.at(-1);
    if (last === undefined) return;
    this.least = last.weight;
    this.leastSerial = last.item.serial;
  }
}
