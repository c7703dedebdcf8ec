/**
 * This file keeps how many frames came when, in a bounded number of bins: when they are full, their
 * width grows to the next one that people read easily, and neighbours are added up.
 */

import { secondAndNanosecond } from '../net/time.ts';
import type { GapFacts, TimeFacts, TimelineFacts } from './facts.ts';

const BINS_MAX = 600;
const GAPS_MAX = 5;
/** Shorter pauses are nothing to tell; ns. */
const GAP_MIN_NS = 1e9;
const SECOND_NS = 1e9;
const MINUTE_NS = 60e9;
const HOUR_NS = 3600e9;
const DAY_NS = 86_400e9;
/** Widths of a bin, ns. Each is a multiple of the one before, so that bins merge without a rest. */
const WIDTHS_NS = [
  1e6,
  1e7,
  1e8,
  SECOND_NS,
  10 * SECOND_NS,
  MINUTE_NS,
  10 * MINUTE_NS,
  HOUR_NS,
  6 * HOUR_NS,
  DAY_NS,
  10 * DAY_NS,
  100 * DAY_NS,
  1000 * DAY_NS,
  10_000 * DAY_NS,
];

/** Frames in the replay's order, whose times do not fall. */
export class Timeline {
  readonly #frames = new Float64Array(BINS_MAX);
  readonly #bytes = new Float64Array(BINS_MAX);
  #width = 0;
  #bins = 0;
  #epochSeconds = 0;
  #firstNs = 0;
  #lastNs = Number.NEGATIVE_INFINITY;
  #second = Number.NaN;
  #secondFrames = 0;
  #secondBytes = 0;
  #busiest: TimelineFacts['busiest'] = null;
  #gaps: { fromNs: number; ns: number }[] = [];

  /** Seconds since 1970 that times count from. The first frame's epoch stays the timeline's. */
  begin(epochSeconds: number, timeNs: number): void {
    this.#epochSeconds = epochSeconds;
    this.#firstNs = timeNs;
    this.#lastNs = timeNs;
    this.#second = Math.floor(timeNs / SECOND_NS);
  }

  get hasBegun(): boolean {
    return this.#lastNs !== Number.NEGATIVE_INFINITY;
  }

  get epochSeconds(): number {
    return this.#epochSeconds;
  }

  /** Adds a frame of `bytes` on the wire; `timeNs` counts from the timeline's epoch. */
  add(timeNs: number, bytes: number): void {
    const gap = timeNs - this.#lastNs;
    if (gap >= GAP_MIN_NS) this.#noteGap(this.#lastNs, gap);
    this.#lastNs = timeNs;
    this.#addToSecond(Math.floor(timeNs / SECOND_NS), bytes);
    let bin = Math.floor((timeNs - this.#firstNs) / this.#widthNs());
    while (bin >= BINS_MAX) {
      this.#widen();
      bin = Math.floor((timeNs - this.#firstNs) / this.#widthNs());
    }
    this.#frames[bin]! += 1;
    this.#bytes[bin]! += bytes;
    if (bin >= this.#bins) this.#bins = bin + 1;
  }

  facts(): TimelineFacts {
    this.#closeSecond();
    const busiest = this.#busiest;
    const gaps: GapFacts[] = this.#gaps.map(({ fromNs, ns }) => ({
      from: this.#timeAt(fromNs),
      seconds: ns / 1e9,
    }));
    const hasFrames = this.hasBegun;
    return {
      first: hasFrames ? this.#timeAt(this.#firstNs) : null,
      last: hasFrames ? this.#timeAt(this.#lastNs) : null,
      seconds: hasFrames ? (this.#lastNs - this.#firstNs) / 1e9 : 0,
      binSeconds: this.#widthNs() / 1e9,
      frames: [...this.#frames.subarray(0, this.#bins)],
      bytes: [...this.#bytes.subarray(0, this.#bins)],
      busiest:
        busiest === null ? null : { ...busiest, second: busiest.second + this.#epochSeconds },
      gaps,
    };
  }

  #widthNs(): number {
    return WIDTHS_NS[this.#width] ?? Number.POSITIVE_INFINITY;
  }

  #timeAt(ns: number): TimeFacts {
    return secondAndNanosecond(this.#epochSeconds, ns);
  }

  #widen(): void {
    const before = this.#widthNs();
    this.#width += 1;
    const factor = this.#widthNs() / before;
    const bins = Math.ceil(this.#bins / factor);
    for (const column of [this.#frames, this.#bytes]) {
      for (let to = 0; to < bins; to += 1) {
        const from = to * factor;
        let sum = 0;
        for (let i = from; i < Math.min(from + factor, this.#bins); i += 1) sum += column[i]!;
        column[to] = sum;
      }
      column.fill(0, bins);
    }
    this.#bins = bins;
  }

  #addToSecond(second: number, bytes: number): void {
    if (second !== this.#second) {
      this.#closeSecond();
      this.#second = second;
      this.#secondFrames = 0;
      this.#secondBytes = 0;
    }
    this.#secondFrames += 1;
    this.#secondBytes += bytes;
  }

  /** Of equally busy seconds the first counts. */
  #closeSecond(): void {
    if (this.#secondFrames <= (this.#busiest?.frames ?? 0)) return;
    this.#busiest = {
      second: this.#second,
      frames: this.#secondFrames,
      bytes: this.#secondBytes,
    };
  }

  #noteGap(fromNs: number, ns: number): void {
    const place = this.#gaps.findIndex((gap) => gap.ns < ns);
    if (place < 0 && this.#gaps.length === GAPS_MAX) return;
    this.#gaps.splice(place < 0 ? this.#gaps.length : place, 0, { fromNs, ns });
    this.#gaps.length = Math.min(this.#gaps.length, GAPS_MAX);
  }
}
