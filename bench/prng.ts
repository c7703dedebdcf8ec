/**
 * This file holds the generator's own pseudo-random numbers, so that a seed always means the same
 * capture. It is sfc32 (a small chaotic generator of 128 bits of state), not for secrets.
 */

/** A seeded stream of numbers; two streams of one seed are equal. */
export class Prng {
  private a = 0x9e3779b9;
  private b = 0x243f6a88;
  private c: number;
  private counter = 1;

  constructor(seed: number) {
    this.c = seed | 0;
    for (let i = 0; i < 16; i++) this.bits();
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    this.c |= 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.bits() / 4294967296;
  }

  /** Uniform integer in [low, high], both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** Exponential with this mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit());
  }

  /** Pareto: heavy-tailed, at least `low`, cut off at `high`; a smaller `shape` is heavier. */
  pareto(low: number, high: number, shape: number): number {
    return Math.min(high, low * Math.exp(-Math.log(1 - this.unit()) / shape));
  }
}
