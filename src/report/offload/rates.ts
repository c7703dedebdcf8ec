/**
 * This file makes packets a second of packets over time: what the dataplane has with offload, and what
 * it would have without.
 */

import type { OffloadRates as CountedRates, RatePoint } from '../../engine/offload-rates.ts';

/** Packets over time, in steps of one length and in order. */
export interface OffloadRates {
  /** Length of a step, in seconds. */
  readonly step: number;
  readonly points: readonly RatePoint[];
}

/** Less than this is no load but a burst: a load is told by whole seconds. */
const STEP_MIN = 1;

/** The same in steps of a second, or the given ones where these are longer. */
export function loadSteps({ step, points }: OffloadRates): OffloadRates {
  const each = Math.ceil(STEP_MIN / step - 1e-9);
  if (each <= 1) return { step, points };
  const joined: RatePoint[] = [];
  for (let i = 0; i < points.length; i += each) {
    const part = points.slice(i, i + each);
    joined.push({
      seconds: part[0]?.seconds ?? 0,
      packets: sum(part, 'packets'),
      hardware: sum(part, 'hardware'),
    });
  }
  return { step: step * each, points: joined };
}

/** Packets over time as the engine counted them; none where it did not. */
export function plainRates(
  counted: Pick<CountedRates, 'stepSeconds' | 'points'> | null,
): OffloadRates {
  if (counted === null) return { step: STEP_MIN, points: [] };
  return { step: counted.stepSeconds, points: counted.points() };
}

/**
 * What `run.json` has: the dataplane's packets a second, the highest step's and the mean of all; null where
 * packets were not counted over time.
 */
export function ratesReport(rates: OffloadRates) {
  const { step, points } = loadSteps(rates);
  if (points.length === 0) return null;
  return {
    unit: 'packets per second',
    step,
    with_offload: rateOf(points, step, ({ packets, hardware }) => packets - hardware),
    without_offload: rateOf(points, step, ({ packets }) => packets),
  };
}

function rateOf(points: readonly RatePoint[], step: number, of: (point: RatePoint) => number) {
  let peak = 0;
  let peakAt: number | null = null;
  let total = 0;
  for (const point of points) {
    const packets = of(point);
    total += packets;
    if (packets <= peak) continue;
    peak = packets;
    peakAt = point.seconds;
  }
  return {
    peak: hundredths(peak / step),
    /** Where the highest step begins, in seconds after the first packet. */
    peak_at: peakAt,
    mean: hundredths(total / (points.length * step)),
  };
}

function sum(points: readonly RatePoint[], key: 'packets' | 'hardware'): number {
  return points.reduce((total, point) => total + point[key], 0);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
