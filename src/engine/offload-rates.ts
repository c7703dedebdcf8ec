/**
 * This file counts packets over time, and of them those that hardware took, in bounded memory: what the
 * dataplane had to do, with offload and without.
 *
 * Time is cut into equal steps from the first packet on; when a replay outgrows STEPS_MAX of them,
 * neighbours are merged and the step doubles.
 */

const STEPS_MAX = 1024;
/** Doubled ten times it is a second: steps of seconds are what a load is told in. */
const STEP_FIRST_NS = 1e9 / 1024;

/** One step: its start in seconds since the first packet, and the packets in it. */
export interface RatePoint {
  readonly seconds: number;
  /** Received in all. */
  readonly packets: number;
  /** Of these, taken by hardware. */
  readonly hardware: number;
}

export class OffloadRates {
  private originNs = Number.NaN;
  private stepNs = STEP_FIRST_NS;
  private steps = 0;
  private readonly packets = new Float64Array(STEPS_MAX);
  private readonly hardware = new Float64Array(STEPS_MAX);

  /** Length of a step. */
  get stepSeconds(): number {
    return this.stepNs / 1e9;
  }

  /** Notes a packet; times must not decrease. */
  note(timeNs: number, isHardware: boolean): void {
    if (Number.isNaN(this.originNs)) this.originNs = timeNs;
    let step = Math.floor((timeNs - this.originNs) / this.stepNs);
    while (step >= STEPS_MAX) {
      this.halve();
      step = Math.floor((timeNs - this.originNs) / this.stepNs);
    }
    step = Math.max(step, 0);
    if (step >= this.steps) this.steps = step + 1;
    this.packets[step]!++;
    if (isHardware) this.hardware[step]!++;
  }

  /** Moves every remembered time by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    this.originNs += deltaNs;
  }

  /** The steps so far, in order of time; the last one holds the last packet. */
  points(): RatePoint[] {
    return Array.from({ length: this.steps }, (_, i) => ({
      seconds: (i * this.stepNs) / 1e9,
      packets: this.packets[i]!,
      hardware: this.hardware[i]!,
    }));
  }

  private halve(): void {
    const { packets, hardware, steps } = this;
    const half = (steps + 1) >>> 1;
    for (let i = 0; i < half; i++) {
      // Behind the last step there is nothing.
      packets[i] = packets[2 * i]! + (packets[2 * i + 1] ?? 0);
      hardware[i] = hardware[2 * i]! + (hardware[2 * i + 1] ?? 0);
    }
    packets.fill(0, half);
    hardware.fill(0, half);
    this.steps = half;
    this.stepNs *= 2;
  }
}
