/** This file keeps what has the lowest serials of all that is added, in bounded memory. */

/** More than the limit is kept until this many are too many: sorting is then cheap. */
const SLACK = 64;

export class LowestSerials<T extends { readonly serial: number }> {
  /** How many were added. */
  count = 0;
  private readonly limit: number;
  private readonly kept: T[] = [];
  private highest = Number.POSITIVE_INFINITY;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** @param make is asked for the item only where it may be kept */
  add(serial: number, make: () => T): void {
    this.count++;
    if (serial > this.highest) return;
    this.kept.push(make());
    if (this.kept.length >= 2 * this.limit + SLACK) this.trim();
  }

  /** Those with the lowest serials, by serial. */
  list(): readonly T[] {
    this.trim();
    return this.kept;
  }

  private trim(): void {
    this.kept.sort((a, b) => a.serial - b.serial);
    if (this.kept.length < this.limit) return;
    this.kept.length = this.limit;
    this.highest = this.kept.at(-1)?.serial ?? Number.POSITIVE_INFINITY;
  }
}
