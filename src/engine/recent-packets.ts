/**
 * This file remembers packets by their digests for a second, in a ring: whoever meets a copy finds what
 * it is a copy of. What else is to be known of a packet its keeper holds by the entry's number.
 */

/** Packets remembered at most; beyond it the oldest are forgotten, and that is counted. */
export const RECENT_PACKETS_MAX = 1 << 18;

const WINDOW_NS = 1e9;
/** Entries looked at for one packet: identical packets must not make a search quadratic. */
const CHAIN_MAX = 64;

export class RecentPackets {
  /** Packets that fell out of the ring before their second was over. */
  forgotten = 0;
  /** Packets ever remembered. */
  written = 0;

  private readonly max: number;
  private readonly mask: number;
  private readonly times: Float64Array;
  private readonly lows: Int32Array;
  private readonly highs: Int32Array;
  private readonly nexts: Int32Array;
  /** Which write filled the entry: along a chain it only falls, else the entry was overwritten. */
  private readonly writes: Float64Array;
  private readonly heads: Int32Array;

  /** The search that `find` began: where it goes on, and what it is for. */
  private entry = -1;
  private steps = 0;
  private newer = 0;
  private low = 0;
  private high = 0;

  /** @param max packets remembered at most, a power of two */
  constructor(max: number = RECENT_PACKETS_MAX) {
    this.max = max;
    this.mask = max - 1;
    this.times = new Float64Array(max);
    this.lows = new Int32Array(max);
    this.highs = new Int32Array(max);
    this.nexts = new Int32Array(max).fill(-1);
    this.writes = new Float64Array(max);
    this.heads = new Int32Array(max).fill(-1);
  }

  /** Remembers a packet by its digest; returns its entry, below `max`. */
  add(low: number, high: number, timeNs: number): number {
    const entry = this.written++ & this.mask;
    const isFull = this.written > this.max;
    if (isFull && timeNs - this.times[entry]! <= WINDOW_NS) this.forgotten++;
    const bucket = low & this.mask;
    this.times[entry] = timeNs;
    this.writes[entry] = this.written;
    this.lows[entry] = low;
    this.highs[entry] = high;
    this.nexts[entry] = this.heads[bucket]!;
    this.heads[bucket] = entry;
    return entry;
  }

  /** Entry of the newest packet of this digest within the second before `timeNs`, or -1. */
  find(low: number, high: number, timeNs: number): number {
    this.entry = this.heads[low & this.mask]!;
    this.steps = 0;
    this.newer = Number.POSITIVE_INFINITY;
    this.low = low;
    this.high = high;
    return this.findOlder(timeNs);
  }

  /** The next older one of the digest that `find` was asked for, or -1. */
  findOlder(timeNs: number): number {
    const bucket = this.low & this.mask;
    while (this.entry >= 0 && this.steps++ < CHAIN_MAX) {
      const { entry } = this;
      const write = this.writes[entry]!;
      // A chain ends where its entries are too old, or overwritten since.
      const isStale = write >= this.newer || (this.lows[entry]! & this.mask) !== bucket;
      if (isStale || timeNs - this.times[entry]! > WINDOW_NS) return -1;
      this.newer = write;
      this.entry = this.nexts[entry]!;
      if (this.lows[entry] === this.low && this.highs[entry] === this.high) return entry;
    }
    return -1;
  }

  /** Moves remembered times by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    for (let i = 0; i < this.max; i++) this.times[i]! += deltaNs;
  }
}
