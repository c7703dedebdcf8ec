/**
 * This file draws the sessions in the table over time for each variant of a what-if, as one standalone
 * SVG: a line a variant, over one time axis. The base is a broad pale line, so that a variant that does the
 * same is seen on top of it.
 */

import type { D3, LinearScale, Selection } from 'd3-node';
import { timeUnit } from './axis.ts';
import { clean, GRID, INK, INK_SOFT, label, line, round } from './drawing.ts';
import { drawHead, drawTimeTicks, openChart, sinceFirstPacket } from './frame.ts';
import type { OccupancyPointLike } from './occupancy.ts';

/** One variant's line. */
export interface OccupancyCurve {
  readonly name: string;
  /** In order of time, at equal distances. */
  readonly points: readonly OccupancyPointLike[];
  /** Most sessions at once. */
  readonly peak: number;
  /** Seconds that its clock ran; null without a packet. */
  readonly span: number | null;
  /** Time-weighted; null without a packet. */
  readonly mean: number | null;
}

/** What stands around the lines. */
export interface WhatIfInfo {
  readonly title: string;
  /** Time of the first packet, RFC 3339. */
  readonly start: string;
  /** Clients for each of the capture's; 1 without `--scale`. */
  readonly scale: number;
}

const WIDTH = 960;
const LEGEND = { left: 24, top: 78, step: 20, line: 34, columns: 2, characters: 34 } as const;
const PLOT = { left: 84, right: WIDTH - 28, height: 260 } as const;
const BELOW = 62;
const TITLE_CHARACTERS_MAX = 96;
const HEADROOM = 1.08;
const TICKS_Y = 5;

const BASE_INK = '#9fb3c8';
/**
 * Dark enough on white. Dashes tell lines apart for people who see few colours, and let one be seen below
 * another; with seven inks and four dashes no two of the variants look alike.
 */
const INKS = ['#b3261e', '#0b5394', '#38761d', '#7b3fa0', '#a05a00', '#00707a', '#4a4a4a'] as const;
const DASHES = ['none', '8 5', '2 3', '12 4 2 4'] as const;

interface Chart {
  readonly d3: D3;
  readonly svg: Selection;
  readonly top: number;
  readonly bottom: number;
  readonly x: LinearScale;
  readonly y: LinearScale;
}

/** How the line of curve `i` looks; the base is 0. */
function lookOf(i: number): { ink: string; width: number; dash: string } {
  if (i === 0) return { ink: BASE_INK, width: 6, dash: 'none' };
  const ink = INKS[(i - 1) % INKS.length] ?? INK;
  return { ink, width: 1.8, dash: DASHES[(i - 1) % DASHES.length] ?? 'none' };
}

/** The SVG text; `curves` begins with the base. The same input gives the same text. */
export async function whatIfSvg(
  curves: readonly OccupancyCurve[],
  info: WhatIfInfo,
): Promise<string> {
  const rows = Math.ceil(curves.length / LEGEND.columns);
  const top = LEGEND.top + rows * LEGEND.step + 6;
  const bottom = top + PLOT.height;
  const height = bottom + BELOW;
  const { d3, svg, text } = await openChart('what-if', WIDTH, height);
  // Clocks may end apart: drained ones with their last sessions, those of twins with the last twin.
  const spans = curves.map((curve) => curve.span ?? 0);
  const span = Math.max(...spans) || 1;
  const hasTime = curves.some((curve) => curve.span !== null);
  const highest = Math.max(1, ...curves.map(({ peak }) => peak));
  const chart: Chart = {
    ...{ d3, svg, top, bottom },
    x: d3.scaleLinear().domain([0, span]).range([PLOT.left, PLOT.right]),
    y: d3
      .scaleLinear()
      .domain([0, highest * HEADROOM])
      .range([bottom, top]),
  };
  const axis = hasTime ? sinceFirstPacket(info.start, timeUnit(span).name) : 'no packets';
  drawWords(chart, curves, info, { axis, height });
  drawAxes(chart, span, hasTime);
  curves.forEach((curve, i) => {
    drawCurve(chart, curve, i);
    drawLegend(chart, curve, i, rows);
  });
  line(svg, [PLOT.left, bottom, PLOT.right, bottom], INK_SOFT);
  return text();
}

function drawWords(
  { svg }: Chart,
  curves: readonly OccupancyCurve[],
  { title: name, scale }: WhatIfInfo,
  { axis, height }: { readonly axis: string; readonly height: number },
): void {
  const title = clean(name, TITLE_CHARACTERS_MAX);
  const names = curves.map(({ name, peak }) => `${shortName(name)}: at most ${peak}`);
  const scaled = scale === 1 ? '' : ` – EXTRAPOLATED to ${scale} times the load: “at ${scale}x”`;
  drawHead(svg, {
    ...{ name: 'what-if', width: WIDTH, height, title },
    description: `Sessions in the table over time, by variant. ${names.join('; ')}.`,
    under: `Sessions in the table, by variant; each step shows the highest count in it${scaled}`,
  });
  const middle = (PLOT.left + PLOT.right) / 2;
  label(svg, { x: middle, y: height - 18, anchor: 'middle', fill: INK_SOFT }, axis);
}

function drawAxes({ d3, svg, bottom, x, y }: Chart, span: number, hasTime: boolean): void {
  // Whole counts only: half a session does not exist.
  for (const tick of y.ticks(TICKS_Y).filter(Number.isInteger)) {
    const at = round(y(tick));
    line(svg, [PLOT.left, at, PLOT.right, at], GRID);
    const words = d3.format(',')(tick);
    label(svg, { x: PLOT.left - 10, y: at + 4.5, anchor: 'end', fill: INK }, words);
  }
  if (hasTime) drawTimeTicks({ d3, svg }, { x, span, bottom });
}

function drawCurve({ svg, x, y }: Chart, { points, span }: OccupancyCurve, i: number): void {
  const [first] = points;
  if (first === undefined) return;
  const steps = points
    .filter((point, at) => point.peak !== points[at - 1]?.peak)
    .map((point) => `H${round(x(point.seconds))}V${round(y(point.peak))}`);
  const end = span ? round(x(span)) : PLOT.right;
  const { ink, width, dash } = lookOf(i);
  svg
    .append('path')
    .attr('d', `M${PLOT.left},${round(y(first.peak))}${steps.join('')}H${end}`)
    .attr('fill', 'none')
    .attr('stroke', ink)
    .attr('stroke-width', width)
    .attr('stroke-dasharray', dash)
    .attr('stroke-linejoin', 'round');
}

/** A name with both its ends: variants are told apart by values, which stand last. */
function shortName(name: string): string {
  const characters = Array.from(clean(name, Number.POSITIVE_INFINITY));
  if (characters.length <= LEGEND.characters) return characters.join('');
  const tail = LEGEND.characters / 2;
  const head = LEGEND.characters - 1 - tail;
  return `${characters.slice(0, head).join('')}…${characters.slice(-tail).join('')}`;
}

/** The curve's line and name, above the plot: column by column. */
function drawLegend({ svg, d3 }: Chart, curve: OccupancyCurve, i: number, rows: number): void {
  const column = Math.floor(i / rows);
  const left = LEGEND.left + (column * (WIDTH - 2 * LEGEND.left)) / LEGEND.columns;
  const y = LEGEND.top + (i % rows) * LEGEND.step;
  const { ink, width, dash } = lookOf(i);
  const sample = svg
    .append('line')
    .attr('x1', left)
    .attr('x2', left + LEGEND.line);
  sample
    .attr('y1', y - 4)
    .attr('y2', y - 4)
    .attr('stroke', ink)
    .attr('stroke-width', width);
  sample.attr('stroke-dasharray', dash);
  const mean =
    curve.mean === null
      ? ''
      : `, mean ${d3.format(curve.mean < 100 ? ',.2~f' : ',.0f')(curve.mean)}`;
  const words = `${shortName(curve.name)}: peak ${d3.format(',')(curve.peak)}${mean}`;
  label(svg, { x: left + LEGEND.line + 8, y, anchor: 'start', fill: INK }, words);
}
