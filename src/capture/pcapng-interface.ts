/**
 * This file turns pcapng time stamps into seconds and nanoseconds, exactly, and keeps what a section
 * says of an interface (draft-ietf-opsawg-pcapng, sections 4.2 and 4.6).
 *
 * A stamp is a 64-bit count of units, too long for a double. The part that its upper 32 bits stand
 * for is therefore divided once, as a BigInt, and kept: it stays the same for 4.3 seconds even at
 * nanosecond resolution. What is left is small enough for doubles. That holds for resolutions of
 * 10^0 to 10^9; all others, powers of two among them, take the BigInt path for every stamp.
 */

import { recordBytesMax } from './capture-reader.ts';
import type { CaptureInterface } from './frame-batch.ts';

/** if_tsresol where the option is absent: 10^-6. */
export const RESOLUTION_DEFAULT = 6;
const RESOLUTION_IS_BINARY = 0x80;
const NS_PER_SECOND = 1_000_000_000;

/** An interface as its section's packets name it, by number. */
export class SectionInterface {
  readonly entry: CaptureInterface;
  /** The longest packet that is believed, in bytes. */
  readonly recordMax: number;
  /** Result of `convert`: whole seconds since 1970. */
  second = 0;
  /** Result of `convert`: 0 to 999,999,999. */
  nanosecond = 0;
  readonly #unitsPerSecond: bigint;
  /** Units in a second, where a double can do the rest; else 0. */
  readonly #units: number;
  readonly #unitNs: number;
  readonly #offsetSeconds: number;
  #high = -1;
  #highSeconds = 0;
  #highUnits = 0;

  /**
   * @param resolution if_tsresol: negative power of 10, or of 2 where the top bit is set
   * @param offset if_tsoffset, seconds
   */
  constructor(entry: CaptureInterface, resolution: number, offset: bigint) {
    this.entry = entry;
    this.recordMax = recordBytesMax(entry.snapLength);
    const isBinary = (resolution & RESOLUTION_IS_BINARY) !== 0;
    const exponent = resolution & ~RESOLUTION_IS_BINARY;
    this.#unitsPerSecond = (isBinary ? 2n : 10n) ** BigInt(exponent);
    this.#units = !isBinary && exponent <= 9 ? 10 ** exponent : 0;
    this.#unitNs = this.#units === 0 ? 0 : NS_PER_SECOND / this.#units;
    this.#offsetSeconds = Number(offset);
  }

  /** Sets `second` and `nanosecond` from the two halves of a stamp. Finer units are cut off. */
  convert(high: number, low: number): void {
    if (this.#units === 0) {
      this.#convertWide(high, low);
      return;
    }
    if (high !== this.#high) {
      const units = BigInt(high) << 32n;
      this.#high = high;
      this.#highSeconds = Number(units / this.#unitsPerSecond) + this.#offsetSeconds;
      this.#highUnits = Number(units % this.#unitsPerSecond);
    }
    // Below 10^9 + 2^32: a double's quotient cannot round up to the next whole number.
    const units = this.#highUnits + low;
    const seconds = Math.floor(units / this.#units);
    this.second = this.#highSeconds + seconds;
    this.nanosecond = (units - seconds * this.#units) * this.#unitNs;
  }

  #convertWide(high: number, low: number): void {
    const stamp = (BigInt(high) << 32n) | BigInt(low);
    const rest = stamp % this.#unitsPerSecond;
    this.second = Number(stamp / this.#unitsPerSecond) + this.#offsetSeconds;
    this.nanosecond = Number((rest * BigInt(NS_PER_SECOND)) / this.#unitsPerSecond);
  }
}
