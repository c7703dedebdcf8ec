/**
 * This file draws the pinholes of a run as one standalone SVG: for each control session a line with its
 * announcements, below it a bar for each predict as long as it was in the table, and inside that the
 * flows that used it. The first ones are drawn, and what is left out is said.
 *
 * Text that comes from outside goes into text nodes only, is cleaned and cut to its room.
 */

import type { LinearScale, Selection } from 'd3-node';
import { secondsBetween, timeAxis } from './axis.ts';
import { clean, GRID, INK, INK_SOFT, label, line, MARK, round } from './drawing.ts';
import { drawHead, MARGIN, openChart } from './frame.ts';
import { type PinholeChart, type PinholeRow, pinholeRows } from './pinhole-rows.ts';

const WIDTH = 1180;
const PLOT = { left: 396, right: WIDTH - 232, top: 112 } as const;
const ROW_HEIGHT = 26;
const FOOT = 66;
const TITLE_CHARACTERS_MAX = 110;
const CHARACTER_WIDTH = 6.7;
const FONT_ROW = 12;
/** Narrower bars and ticks could not be seen. */
const BAR_MIN = 2;
const FLOW = '#0b5394';
const CONTROL = '#4d5560';
/** Fill and edge of a predict's bar, by what became of it. */
const FILLS = {
  converted: ['#cfe3f5', '#5b93c2', 'converted'],
  unused: ['#fbe3c4', '#c98a2b', 'expired unused'],
  gone: ['#ececec', '#8a929b', 'withdrawn, superseded, or gone with its parent'],
  open: ['#e2f1dc', '#6a9f58', 'open at the end'],
} as const;

/** The SVG text. The same input gives the same text. */
export async function predictsSvg(chart: PinholeChart): Promise<string> {
  const { rows, leftOut } = pinholeRows(chart);
  const bottom = PLOT.top + Math.max(1, rows.length) * ROW_HEIGHT;
  const height = bottom + FOOT;
  const { d3, svg, text } = await openChart('predicts', WIDTH, height);
  const { start, end } = chart;
  const span = Math.max(0.001, secondsBetween(start, end));
  const x = d3.scaleLinear().domain([0, span]).range([PLOT.left, PLOT.right]);
  drawWords(svg, chart, height);
  if (rows.length === 0) {
    const middle = { x: WIDTH / 2, y: PLOT.top + 18, anchor: 'middle', fill: INK_SOFT };
    label(svg, middle, 'no predict session').attr('font-size', 15);
    return text();
  }
  const axis = timeAxis(d3, span);
  for (const tick of axis.ticks) {
    const at = round(x(tick.seconds));
    line(svg, [at, PLOT.top, at, bottom + 6], GRID);
    label(svg, { x: at, y: bottom + 22, anchor: 'middle', fill: INK }, tick.words);
  }
  line(svg, [PLOT.left, bottom, PLOT.right, bottom], INK_SOFT);
  rows.forEach((row, i) => {
    drawRow(svg, row, { x, y: PLOT.top + i * ROW_HEIGHT });
  });
  const since = `time since the first packet, ${clean(start, 40)} (${axis.unit})`;
  const middle = (PLOT.left + PLOT.right) / 2;
  label(svg, { x: middle, y: bottom + 46, anchor: 'middle', fill: INK_SOFT }, since);
  if (leftOut !== '') {
    label(svg, { x: MARGIN, y: bottom + 46, anchor: 'start', fill: INK_SOFT }, leftOut);
  }
  return text();
}

/** Ground, accessible description, title, the line under it, and the legend. */
function drawWords(svg: Selection, { title, about }: PinholeChart, height: number): void {
  const name = clean(title, TITLE_CHARACTERS_MAX);
  drawHead(svg, {
    ...{ name: 'predicts', width: WIDTH, height, title: name },
    description: `Predict sessions over time: ${about}.`,
    under: clean(`Predict sessions: ${about}`, 160),
  });
  drawLegend(svg);
}

function drawLegend(svg: Selection): void {
  const y = 80;
  let x = MARGIN;
  const say = (words: string) => {
    const at = { x: x + 24, y: y + 4, anchor: 'start', fill: INK_SOFT };
    label(svg, at, words).attr('font-size', FONT_ROW);
    x += 24 + words.length * CHARACTER_WIDTH + 14;
  };
  line(svg, [x, y, x + 18, y], CONTROL);
  tick(svg, x + 9, y);
  say('control session, announcements');
  for (const [fill, edge, words] of Object.values(FILLS)) {
    bar(svg, { x, y: y - 6, width: 18, height: 12 }, fill).attr('stroke', edge);
    say(words);
  }
  bar(svg, { x, y: y - 3, width: 18, height: 6 }, FLOW);
  say('flow that used it');
}

/** Names on the left, bars in the middle, what became of it on the right. */
function drawRow(
  svg: Selection,
  row: PinholeRow,
  { x, y }: { readonly x: LinearScale; readonly y: number },
): void {
  const middle = y + ROW_HEIGHT / 2;
  const group = svg.append('g');
  group.append('title').text(clean(`${row.name}: ${row.outcome}`, 300));
  const left = row.isControl ? MARGIN : MARGIN + 16;
  const room = Math.floor((PLOT.left - 12 - left) / CHARACTER_WIDTH);
  const name = { x: left, y: middle + 4, anchor: 'start', fill: INK };
  const words = label(group, name, clean(row.name, room)).attr('font-size', FONT_ROW);
  if (row.isControl) words.attr('font-weight', 'bold');
  const rest = Math.floor((WIDTH - PLOT.right - 12 - 8) / CHARACTER_WIDTH);
  const said = { x: PLOT.right + 12, y: middle + 4, anchor: 'start', fill: INK_SOFT };
  label(group, said, clean(row.outcome, rest)).attr('font-size', FONT_ROW);
  if (row.isControl) {
    line(group, [round(x(row.from)), middle, round(x(row.to)), middle], CONTROL);
    for (const at of row.marks) tick(group, round(x(at)), middle);
    return;
  }
  const [fill, edge] = FILLS[row.kind];
  bar(group, boxOf(x, row, middle - 8, 16), fill).attr('stroke', edge);
  for (const flow of row.flows) bar(group, boxOf(x, flow, middle - 3, 6), FLOW);
}

/** Both ends in seconds. */
function boxOf(
  x: LinearScale,
  { from, to }: { readonly from: number; readonly to: number },
  y: number,
  height: number,
) {
  // What begins with the last packet is drawn before the edge, not past it.
  const width = Math.max(BAR_MIN, x(to) - x(from));
  return { x: Math.min(x(from), PLOT.right - width), y, width, height };
}

function bar(
  svg: Selection,
  box: Readonly<Record<'x' | 'y' | 'width' | 'height', number>>,
  fill: string,
): Selection {
  const rect = svg.append('rect').attr('x', round(box.x)).attr('y', box.y);
  return rect.attr('width', round(box.width)).attr('height', box.height).attr('fill', fill);
}

/** A control packet that announced something. */
function tick(svg: Selection, x: number, y: number): void {
  const rect = { x: x - 1, y: y - 7, width: 2, height: 14 };
  bar(svg, rect, MARK);
}
