/**
 * This file hands out session ids as a firewall's table does: the lowest number never used, else the
 * one that has been free longest (CONTRACT: session). Without a limit no number is used twice.
 */

const FIRST = 1024;

export class SessionIds {
  /** Whether ids are used again: then they are to be given back. */
  readonly isLimited: boolean;

  private readonly limit: number;
  private issued = 0;
  /** Free ids, a ring: the one that has been free longest at `head`. */
  private ring: Int32Array;
  private head = 0;
  private count = 0;

  /** @param limit ids there are, from 1; infinite without a limit */
  constructor(limit: number) {
    this.limit = limit;
    this.isLimited = Number.isFinite(limit);
    this.ring = new Int32Array(this.isLimited ? FIRST : 0);
  }

  /** The next id; there must be a free one. */
  take(): number {
    if (this.issued < this.limit) return ++this.issued;
    const id = this.ring[this.head]!;
    this.head = (this.head + 1) % this.ring.length;
    this.count--;
    return id;
  }

  /** Gives an id back, where they are limited. */
  release(id: number): void {
    if (!this.isLimited) return;
    if (this.count === this.ring.length) this.grow();
    this.ring[(this.head + this.count) % this.ring.length] = id;
    this.count++;
  }

  private grow(): void {
    const { ring } = this;
    const larger = new Int32Array(2 * ring.length);
    larger.set(ring.subarray(this.head));
    larger.set(ring.subarray(0, this.head), ring.length - this.head);
    this.ring = larger;
    this.head = 0;
  }
}
