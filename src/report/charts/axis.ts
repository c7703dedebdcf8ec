/** This file makes time axes: a unit for the span, ticks at round distances, and their words. */

import type { D3 } from 'd3-node';

/** Units of the time axis: the longest span each serves, in seconds, and round distances of ticks. */
const UNITS = [
  { name: 'ms', seconds: 0.001, spanMax: 0.5, steps: [] },
  { name: 's', seconds: 1, spanMax: 120, steps: [] },
  { name: 'min', seconds: 60, spanMax: 7200, steps: [0.25, 0.5, 1, 2, 5, 10, 15, 30] },
  { name: 'h', seconds: 3600, spanMax: 4 * 86_400, steps: [0.25, 0.5, 1, 2, 3, 6, 12] },
  { name: 'd', seconds: 86_400, spanMax: Number.POSITIVE_INFINITY, steps: [] },
] as const;
const TICKS = 8;

/** A unit of time axes. */
export type TimeUnit = (typeof UNITS)[number];

/** The unit that a span of so many seconds is shown in. */
export function timeUnit(span: number): TimeUnit {
  return UNITS.find((unit) => span <= unit.spanMax) ?? UNITS[0];
}

/** Unit and ticks of an axis from 0 to `span` seconds. */
export function timeAxis(d3: D3, span: number) {
  const unit = timeUnit(span);
  const length = span / unit.seconds;
  const step = unit.steps.find((each) => length / each <= TICKS);
  const ticks =
    step === undefined
      ? d3.scaleLinear().domain([0, length]).ticks(TICKS)
      : Array.from({ length: Math.floor(length / step + 1e-9) + 1 }, (_, i) => i * step);
  return {
    unit: unit.name,
    ticks: ticks.map((tick) => ({ seconds: tick * unit.seconds, words: trim(tick) })),
  };
}

/** A number with three significant decimals below 1, two above, without trailing zeros. */
export function trim(value: number): string {
  return String(Number(Math.abs(value) < 1 ? value.toPrecision(3) : value.toFixed(2)));
}

/** Seconds between two RFC 3339 times with nine decimals. */
export function secondsBetween(from: string, to: string): number {
  const second = (text: string) => Date.parse(`${text.slice(0, 19)}Z`) / 1000;
  return second(to) - second(from) + (Number(to.slice(20, 29)) - Number(from.slice(20, 29))) / 1e9;
}
