/**
 * This file draws the dataplane's packets a second over time as one standalone SVG: with offload as an
 * area, without as a line above it, and where `set session offload` was given. It is an estimate, and
 * its title says so.
 *
 * Text that comes from outside goes into text nodes only and is cleaned first.
 */

import type { D3, LinearScale, Selection } from 'd3-node';
import type { RatePoint } from '../../engine/offload-rates.ts';
import { loadSteps, type OffloadRates } from '../offload/rates.ts';
import { timeUnit, trim } from './axis.ts';
import { clean, GRID, INK, INK_SOFT, label, line, MARK, round } from './drawing.ts';
import { drawHead, drawTimeTicks, MARGIN, openChart, sinceFirstPacket } from './frame.ts';

/** A moment at which offload was switched, in seconds since the first packet. */
export interface OffloadSwitch {
  readonly seconds: number;
  readonly command: string;
}

/** What the chart is drawn from. */
export interface OffloadChart {
  readonly title: string;
  /** The numbers, in words. */
  readonly about: string;
  /** Time of the first packet, RFC 3339. */
  readonly start: string;
  /** Seconds that the replay's clock ran; null without a packet. */
  readonly span: number | null;
  readonly rates: OffloadRates;
  readonly switches: readonly OffloadSwitch[];
}

const WIDTH = 960;
const HEIGHT = 380;
const PLOT = { left: 84, right: WIDTH - 28, top: 106, bottom: HEIGHT - 62 } as const;
const TITLE_CHARACTERS_MAX = 78;
const ABOUT_CHARACTERS_MAX = 130;
const FONT_SMALL = 12;
const CHARACTER_WIDTH = 6.3;
const TICKS_Y = 5;
/** Share of the height that the highest step leaves free, for the switches' words. */
const HEADROOM = 1.18;
/** Switches that are drawn; further ones would be a wall. */
const SWITCHES_MAX = 40;
/** Pixels that the words at a switch take. */
const SWITCH_WORDS = 66;
const AREA = '#a9cdea';
const EDGE = '#0b5394';
const WITHOUT = '#c2701c';

interface Plot {
  readonly d3: D3;
  readonly svg: Selection;
  readonly points: readonly RatePoint[];
  readonly step: number;
  readonly x: LinearScale;
  readonly y: LinearScale;
}

/** The SVG text. The same input gives the same text. */
export async function offloadSvg(chart: OffloadChart): Promise<string> {
  const { d3, svg, text } = await openChart('offload', WIDTH, HEIGHT);
  const { step, points } = loadSteps(chart.rates);
  const last = points.at(-1)?.seconds ?? 0;
  // The last step lies within the time that is known, though it may reach beyond.
  const span = Math.max(chart.span ?? 0, last) || step;
  const highest = points.reduce((most, { packets }) => Math.max(most, packets / step), 0);
  const x = d3.scaleLinear().domain([0, span]).range([PLOT.left, PLOT.right]);
  const y = d3
    .scaleLinear()
    .domain([0, Math.max(1, highest) * HEADROOM])
    .range([PLOT.bottom, PLOT.top]);
  const plot: Plot = { d3, svg, points, step, x, y };
  drawWords(svg, chart, step);
  if (points.length === 0) {
    const middle = { x: (PLOT.left + PLOT.right) / 2, y: (PLOT.top + PLOT.bottom) / 2 };
    label(svg, { ...middle, anchor: 'middle', fill: INK_SOFT }, 'no packets').attr('font-size', 15);
  } else {
    drawAxes(plot, chart, span);
    drawSteps(plot);
    drawSwitches(plot, chart.switches, span);
  }
  line(svg, [PLOT.left, PLOT.bottom, PLOT.right, PLOT.bottom], INK_SOFT);
  return text();
}

/** Ground, accessible description, title, the line under it, and the legend. */
function drawWords(svg: Selection, chart: OffloadChart, step: number): void {
  const title = clean(chart.title, TITLE_CHARACTERS_MAX);
  const each = `Each step is the mean of ${trim(step)} s.`;
  const words = `${title}: offload estimate`;
  const about = `Packets per second on the dataplane, with and without hardware offload, an estimate: ${chart.about}. ${each}`;
  drawHead(svg, {
    ...{ name: 'offload', width: WIDTH, height: HEIGHT, title: words },
    description: clean(about, 400),
    under: clean(`Dataplane: ${chart.about}`, ABOUT_CHARACTERS_MAX),
  });
  drawLegend(svg, step);
}

function drawLegend(svg: Selection, step: number): void {
  const y = 80;
  let x: number = MARGIN;
  const say = (words: string) => {
    const at = { x: x + 26, y: y + 4, anchor: 'start', fill: INK_SOFT };
    label(svg, at, words).attr('font-size', FONT_SMALL);
    x += 26 + words.length * CHARACTER_WIDTH + 18;
  };
  const box = svg
    .append('rect')
    .attr('x', x)
    .attr('y', y - 6);
  box.attr('width', 18).attr('height', 12).attr('fill', AREA).attr('stroke', EDGE);
  say(`packets/s on the dataplane, mean of ${trim(step)} s`);
  const stroke = svg
    .append('path')
    .attr('d', `M${round(x)},${y}H${round(x + 18)}`)
    .attr('stroke', WITHOUT);
  stroke.attr('stroke-width', 1.5);
  say('without offload: all that was received');
}

function drawAxes({ d3, svg, x, y }: Plot, { start }: OffloadChart, span: number): void {
  drawTimeTicks({ d3, svg }, { x, span, bottom: PLOT.bottom });
  const group = d3.format(',');
  for (const tick of y.ticks(TICKS_Y)) {
    const at = round(y(tick));
    const words = Number.isInteger(tick) ? group(tick) : trim(tick);
    line(svg, [PLOT.left, at, PLOT.right, at], GRID);
    label(svg, { x: PLOT.left - 10, y: at + 4.5, anchor: 'end', fill: INK }, words);
  }
  const middle = { x: (PLOT.left + PLOT.right) / 2, y: HEIGHT - 18, anchor: 'middle' };
  label(svg, { ...middle, fill: INK_SOFT }, sinceFirstPacket(start, timeUnit(span).name));
}

/** The area first: the line runs above it, or on its edge where hardware carries nothing. */
function drawSteps(plot: Plot): void {
  const { svg, step } = plot;
  const dataplane = stepsOf(plot, ({ packets, hardware }) => (packets - hardware) / step);
  const received = stepsOf(plot, ({ packets }) => packets / step);
  const bottom = `M${PLOT.left},${PLOT.bottom}`;
  svg.append('path').attr('d', `${bottom}${dataplane}V${PLOT.bottom}Z`).attr('fill', AREA);
  stroke(svg, `${bottom}${received}`, WITHOUT);
  stroke(svg, `${bottom}${dataplane}`, EDGE);
}

/** A flat stretch is one step: lines to a place on one axis take half the text of lines to a point. */
function stepsOf({ points, step, x, y }: Plot, of: (point: RatePoint) => number): string {
  const steps = points.flatMap((point, i) => {
    const before = points[i - 1];
    if (before !== undefined && of(before) === of(point)) return [];
    return [`H${round(x(point.seconds))}V${round(y(of(point)))}`];
  });
  // Behind the last packet's step nothing came, though the clock may have run on.
  const end = round(x((points.at(-1)?.seconds ?? 0) + step));
  const rest = end < PLOT.right ? `H${end}V${PLOT.bottom}` : '';
  return `${steps.join('')}${rest}H${PLOT.right}`;
}

function stroke(svg: Selection, path: string, ink: string): void {
  const drawn = svg.append('path').attr('d', path).attr('fill', 'none').attr('stroke', ink);
  drawn.attr('stroke-width', 1.5).attr('stroke-linejoin', 'round');
}

/** A dashed line at each moment that the switch was turned, with words where there is room. */
function drawSwitches({ svg, x }: Plot, switches: readonly OffloadSwitch[], span: number): void {
  const within = switches.filter(({ seconds }) => seconds >= 0 && seconds <= span);
  let free = Number.NEGATIVE_INFINITY;
  for (const { seconds, command } of within.slice(0, SWITCHES_MAX)) {
    const at = round(x(seconds));
    const mark = svg.append('path').attr('d', `M${at},${PLOT.top}V${PLOT.bottom}`);
    mark.attr('stroke', MARK).attr('stroke-dasharray', '4 3');
    const left = Math.min(at + 4, PLOT.right - SWITCH_WORDS);
    if (left < free) continue;
    const words = { x: left, y: PLOT.top + 10, anchor: 'start', fill: MARK };
    label(svg, words, clean(command.replace(/^set session /, ''), 12)).attr(
      'font-size',
      FONT_SMALL,
    );
    free = left + SWITCH_WORDS;
  }
}
