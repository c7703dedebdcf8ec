/**
 * This file draws how many sessions were in the table over time, as one standalone SVG.
 *
 * Text that comes from outside goes into text nodes only and is cleaned first.
 */

import type { D3, LinearScale, Selection } from 'd3-node';
import { type TimeUnit, timeUnit, trim } from './axis.ts';
import { clean, GRID, INK, INK_SOFT, label, line, MARK, round } from './drawing.ts';
import { drawHead, drawTimeTicks, openChart, sinceFirstPacket } from './frame.ts';

/** One step of time: its start in seconds since the first packet and the highest count in it. */
export interface OccupancyPointLike {
  readonly seconds: number;
  readonly peak: number;
}

/** What stands around the curve. */
export interface OccupancyInfo {
  readonly title: string;
  /** Most sessions at once. */
  readonly peak: number;
  /** Time of the first packet, RFC 3339. */
  readonly start: string;
  /** Seconds that the replay's clock ran; without it the last point ends the axis. */
  readonly span?: number;
}

const WIDTH = 960;
const HEIGHT = 360;
const PLOT = { left: 84, right: WIDTH - 28, top: 76, bottom: HEIGHT - 62 } as const;
const TITLE_CHARACTERS_MAX = 96;
/** Step of the engine's finest curve, seconds; the width of a point that stands alone. */
const STEP_FALLBACK = 0.001;
/** Share of the height that the peak leaves free for its label. */
const HEADROOM = 1.18;
const CHARACTER_WIDTH = 7.2;

const AREA = '#a9cdea';
const EDGE = '#0b5394';

const TICKS_Y = 5;

/** The curve with all that its parts share. */
interface Chart {
  readonly d3: D3;
  readonly svg: Selection;
  readonly points: readonly OccupancyPointLike[];
  /** Seconds of time that a point stands for. */
  readonly step: number;
  readonly span: number;
  readonly unit: TimeUnit;
  readonly x: LinearScale;
  readonly y: LinearScale;
}

/**
 * The SVG text: a step area of the sessions in the table, its peak marked, time in ms, s, min, h or
 * d since the first packet. `points` are in order of time, at equal distances. The same input gives
 * the same text.
 */
export async function occupancySvg(
  points: readonly OccupancyPointLike[],
  info: OccupancyInfo,
): Promise<string> {
  const { d3, svg, text } = await openChart('occupancy', WIDTH, HEIGHT);
  const { step, span } = measure(points, info.span);
  const highest = points.reduce((most, point) => Math.max(most, point.peak), info.peak);
  const chart: Chart = {
    d3,
    svg,
    points,
    step,
    span,
    unit: timeUnit(span),
    x: d3.scaleLinear().domain([0, span]).range([PLOT.left, PLOT.right]),
    y: d3
      .scaleLinear()
      .domain([0, Math.max(1, highest) * HEADROOM])
      .range([PLOT.bottom, PLOT.top]),
  };
  drawWords(chart, info);
  if (points.length > 0) drawTimeTicks(chart, { x: chart.x, span, bottom: PLOT.bottom });
  drawCountAxis(chart);
  drawCurve(chart);
  drawPeak(chart);
  return text();
}

function measure(
  points: readonly OccupancyPointLike[],
  known: number | undefined,
): { step: number; span: number } {
  const last = points.at(-1)?.seconds ?? 0;
  const before = points.at(-2)?.seconds ?? last;
  const step = last > before ? last - before : STEP_FALLBACK;
  if (points.length === 0) return { step, span: 1 };
  // The last point lies within the time that is known, though its step may reach beyond.
  return { step, span: known !== undefined && known > last ? known : last + step };
}

/** What stands above the curve, and the words of the time axis. */
function drawWords({ d3, svg, points, span, unit }: Chart, info: OccupancyInfo): void {
  const title = clean(info.title, TITLE_CHARACTERS_MAX);
  const count = sessions(d3, info.peak);
  const length = `${trim(span / unit.seconds)} ${unit.name}`;
  const about = points.length === 0 ? 'no packets' : `at most ${count} at once, over ${length}`;
  drawHead(svg, {
    ...{ name: 'occupancy', width: WIDTH, height: HEIGHT, title },
    description: `Sessions in the table over time: ${about}. Each step shows the highest count in it.`,
    under: `Sessions in the table: ${about}`,
  });
  const middle = (PLOT.left + PLOT.right) / 2;
  const axis = points.length === 0 ? 'time' : sinceFirstPacket(info.start, unit.name);
  label(svg, { x: middle, y: HEIGHT - 18, anchor: 'middle', fill: INK_SOFT }, axis);
}

/** Whole counts only: half a session does not exist. */
function drawCountAxis({ d3, svg, y }: Chart): void {
  const group = d3.format(',');
  for (const tick of y.ticks(TICKS_Y).filter(Number.isInteger)) {
    const at = round(y(tick));
    line(svg, [PLOT.left, at, PLOT.right, at], GRID);
    label(svg, { x: PLOT.left - 10, y: at + 4.5, anchor: 'end', fill: INK }, group(tick));
  }
}

function drawCurve({ svg, points, x, y }: Chart): void {
  const first = points[0];
  if (first !== undefined) {
    // Lines to a place on one axis take half the text of lines to a point.
    const steps = changes(points).map(
      (point) => `H${round(x(point.seconds))}V${round(y(point.peak))}`,
    );
    const top = `${steps.join('')}H${PLOT.right}`;
    const area = `M${PLOT.left},${PLOT.bottom}${top}V${PLOT.bottom}Z`;
    svg.append('path').attr('d', area).attr('fill', AREA);
    svg
      .append('path')
      .attr('d', `M${PLOT.left},${round(y(first.peak))}${top}`)
      .attr('fill', 'none')
      .attr('stroke', EDGE)
      .attr('stroke-width', 1.5)
      .attr('stroke-linejoin', 'round');
  }
  line(svg, [PLOT.left, PLOT.bottom, PLOT.right, PLOT.bottom], INK_SOFT);
}

/** The points at which the count changes: a flat stretch is one step. */
function changes(points: readonly OccupancyPointLike[]): OccupancyPointLike[] {
  return points.filter((point, i) => point.peak !== points[i - 1]?.peak);
}

/** A ring on the first highest step, and its count and time beside it. */
function drawPeak({ d3, svg, points, step, unit, x, y }: Chart): void {
  const highest = points.reduce((most, point) => Math.max(most, point.peak), 0);
  const point = points.find((each) => each.peak === highest);
  if (point === undefined || highest === 0) {
    const middle = { x: (PLOT.left + PLOT.right) / 2, y: (PLOT.top + PLOT.bottom) / 2 };
    const words = points.length === 0 ? 'no packets' : 'no session was in the table';
    label(svg, { ...middle, anchor: 'middle', fill: INK_SOFT }, words).attr('font-size', 15);
    return;
  }
  const at = x(point.seconds + step / 2);
  const height = y(highest);
  svg
    .append('circle')
    .attr('cx', round(at))
    .attr('cy', round(height))
    .attr('r', 4.5)
    .attr('fill', '#ffffff')
    .attr('stroke', MARK)
    .attr('stroke-width', 2.5);
  const when = `${trim(point.seconds / unit.seconds)} ${unit.name}`;
  const words = `peak: ${sessions(d3, highest)} at ${when}`;
  const reach = (words.length * CHARACTER_WIDTH) / 2;
  const centre = Math.min(Math.max(at, PLOT.left + reach + 4), PLOT.right - reach);
  label(svg, { x: round(centre), y: round(height - 13), anchor: 'middle', fill: MARK }, words).attr(
    'font-weight',
    'bold',
  );
}

function sessions(d3: D3, count: number): string {
  return `${d3.format(',')(count)} ${count === 1 ? 'session' : 'sessions'}`;
}
