/**
 * This file draws what went between which zones, as one standalone SVG: a square of zones, rows from
 * and columns to, darker the more sessions there were.
 *
 * Names of zones come from outside: they go into text nodes only, are cleaned and cut to their room.
 * Fills stay light enough for dark text to be read on the darkest of them.
 */

import type { D3, Selection } from 'd3-node';
import { formatBytes, formatCount, formatCountOf } from '../duration.ts';
import { squareMatrix, sumOf, type ZoneMatrix, type ZoneSums } from '../zone-matrix.ts';
import { OTHERS, type ZonePair } from '../zone-pairs.ts';
import { clean, GRID, INK, INK_SOFT, label, round } from './drawing.ts';
import { drawHead, MARGIN, openChart } from './frame.ts';

/** Zones with a row and a column, the others' among them. */
const ZONES_MAX = 20;
const WIDTH_MIN = 640;
/** Room of the names left of the rows, and of the sums right of them. */
const NAMES_WIDTH = 156;
const SUMS_WIDTH = 92;
const CELL_WIDTH = { min: 50, max: 132, all: 760 } as const;
const CELL_HEIGHT = 50;
const TOP = 78;
const FOOT_HEIGHT = 78;
/** Column names stand upright where the cells are this wide, else they lean. */
const UPRIGHT_FROM = 84;
const LEANING_ROOM = 18;
const TITLE_CHARACTER_WIDTH = 9.8;
const CHARACTER_WIDTH = 7.4;
const SMALL_CHARACTER_WIDTH = 5.9;
const FONT_SMALL = 10.5;
/** From this code point on characters are taken for wide: they need the room of two. */
const WIDE_FROM = 0x1100;
const ALL = '(all)';

/** Fill of few and of most sessions, red, green and blue. */
const FILL_FEW = [0xf0, 0xf6, 0xfc] as const;
const FILL_MOST = [0x86, 0xba, 0xe3] as const;
const LEGEND_STEPS = 6;
const WITHIN = '#7a838e';
/** Darker than other marks: it stands on fills. */
const MARK_ON_FILL = '#7d0d0d';

/** The picture with all that its parts share. */
interface Chart {
  readonly d3: D3;
  readonly svg: Selection;
  readonly matrix: ZoneMatrix;
  /** Most sessions of a cell. */
  readonly most: number;
  readonly width: number;
  readonly height: number;
  readonly cellWidth: number;
  /** Left and top edge of the first cell. */
  readonly left: number;
  readonly top: number;
}

/** The SVG text. The same pairs and title give the same text. */
export async function zonesSvg(pairs: readonly ZonePair[], title: string): Promise<string> {
  const matrix = squareMatrix(pairs, ZONES_MAX);
  const zones = matrix.rows.length;
  const wide = Math.floor(CELL_WIDTH.all / Math.max(1, zones));
  const cellWidth = Math.min(CELL_WIDTH.max, Math.max(CELL_WIDTH.min, wide));
  const namesHeight = cellWidth >= UPRIGHT_FROM ? 26 : LEANING_ROOM * CHARACTER_WIDTH * 0.72 + 14;
  const left = MARGIN + NAMES_WIDTH;
  const top = Math.ceil(TOP + namesHeight);
  const width = Math.max(WIDTH_MIN, left + zones * cellWidth + SUMS_WIDTH + MARGIN);
  const height = top + (zones + 1) * CELL_HEIGHT + FOOT_HEIGHT;
  const { d3, svg, text } = await openChart('zones', width, height);
  const most = Math.max(0, ...matrix.cells.flat().map(({ sessions }) => sessions));
  const chart = { d3, svg, matrix, most, width, height, cellWidth, left, top };
  drawWords(chart, title);
  if (zones > 0) {
    drawNames(chart);
    drawCells(chart);
    drawSums(chart);
    drawLegend(chart);
  }
  return text();
}

/** Ground, accessible description, title and the line under it. */
function drawWords({ svg, matrix, width, height }: Chart, title: string): void {
  const sum = sumOf(matrix.cells.flat());
  const about =
    sum.sessions === 0
      ? 'no session'
      : `${formatCountOf(sum.sessions, 'session')}, ${formatBytes(sum.bytes)}, ${droppedOf(sum)}`;
  const name = clean(title, Math.floor((width - 2 * MARGIN) / TITLE_CHARACTER_WIDTH));
  drawHead(svg, {
    ...{ name: 'zones', width, height, title: name },
    description: `Sessions between zones: ${about}. A row for each zone from, a column for each zone to.`,
    under: `Sessions between zones: ${about}`,
  });
}

/** Names of the rows, and of the columns above them: leaning where the columns are narrow. */
function drawNames({ svg, matrix, cellWidth, left, top }: Chart): void {
  const rowRoom = Math.floor((NAMES_WIDTH - 12) / CHARACTER_WIDTH);
  const isUpright = cellWidth >= UPRIGHT_FROM;
  const columnRoom = isUpright ? Math.floor((cellWidth - 6) / CHARACTER_WIDTH) : LEANING_ROOM;
  const axis = { x: MARGIN, y: top - 10, anchor: 'start', fill: INK_SOFT };
  label(svg, axis, 'from ↓, to →');
  [...matrix.rows, ALL].forEach((name, row) => {
    const y = top + (row + 0.5) * CELL_HEIGHT + 4.5;
    label(svg, { x: left - 10, y, anchor: 'end', fill: INK }, cutTo(name, rowRoom));
  });
  const last = left + matrix.columns.length * cellWidth;
  label(svg, { x: last + SUMS_WIDTH / 2, y: top - 10, anchor: 'middle', fill: INK }, ALL);
  matrix.columns.forEach((name, column) => {
    const x = round(left + (column + 0.5) * cellWidth);
    const anchor = isUpright ? 'middle' : 'start';
    const text = label(svg, { x, y: top - 10, anchor, fill: INK }, cutTo(name, columnRoom));
    if (!isUpright) text.attr('transform', `rotate(-45 ${x} ${top - 10})`);
  });
}

/** A square for each pair; what stays within a zone is outlined. */
function drawCells({ d3, svg, matrix, most, cellWidth, left, top }: Chart): void {
  matrix.rows.forEach((from, row) => {
    matrix.columns.forEach((to, column) => {
      const sums = matrix.cells[row]?.[column] ?? sumOf([]);
      const isWithin = row === column && from !== OTHERS;
      const x = round(left + column * cellWidth);
      const y = top + row * CELL_HEIGHT;
      const cell = svg.append('g');
      cell
        .append('rect')
        .attr('x', x + 1.5)
        .attr('y', y + 1.5)
        .attr('width', round(cellWidth - 3))
        .attr('height', CELL_HEIGHT - 3)
        .attr('fill', fillOf(sums.sessions, most))
        .attr('stroke', isWithin ? WITHIN : GRID);
      if (sums.sessions === 0) return;
      const packets = formatCountOf(sums.packets, 'packet');
      const words = `${formatCountOf(sums.sessions, 'session')}, ${packets}, ${formatBytes(sums.bytes)}`;
      const name = `${clean(from, 80)} → ${clean(to, 80)}`;
      cell.append('title').text(`${name}: ${words}, ${droppedOf(sums)}`);
      drawNumbers(d3, cell, sums, { x: x + cellWidth / 2, y, width: cellWidth - 6 });
    });
  });
}

/** Sums of rows and columns, in cells without a square. */
function drawSums({ d3, svg, matrix: { cells, columns }, cellWidth, left, top }: Chart): void {
  const right = left + columns.length * cellWidth + SUMS_WIDTH / 2;
  const width = SUMS_WIDTH - 6;
  cells.forEach((row, i) => {
    drawNumbers(d3, svg, sumOf(row), { x: right, y: top + i * CELL_HEIGHT, width });
  });
  const y = top + cells.length * CELL_HEIGHT;
  columns.forEach((_, i) => {
    const sum = sumOf(cells.flatMap((row) => row[i] ?? []));
    const x = left + (i + 0.5) * cellWidth;
    drawNumbers(d3, svg, sum, { x, y, width: cellWidth - 6 });
  });
  drawNumbers(d3, svg, sumOf(cells.flat()), { x: right, y, width });
}

/** Sessions, bytes and, if there are any, dropped packets: three lines around the cell's middle. */
function drawNumbers(
  d3: D3,
  to: Selection,
  { sessions, bytes, dropped }: ZoneSums,
  at: { readonly x: number; readonly y: number; readonly width: number },
): void {
  if (sessions === 0) return;
  const first = at.y + (dropped > 0 ? 17 : 23);
  const place = (y: number, fill: string) => ({ x: at.x, y, anchor: 'middle', fill });
  const short = (value: number) => {
    const text = formatCount(value);
    return text.length * CHARACTER_WIDTH <= at.width ? text : d3.format('.3~s')(value);
  };
  label(to, place(first, INK), short(sessions)).attr('font-weight', 'bold');
  const exact = formatBytes(bytes).replace(' bytes', ' B');
  const isRoomy = exact.length * SMALL_CHARACTER_WIDTH <= at.width;
  const size = isRoomy ? exact : `${d3.format('.3~s')(bytes)}B`;
  label(to, place(first + 14, INK), size).attr('font-size', FONT_SMALL);
  if (dropped === 0) return;
  const long = `${formatCount(dropped)} dropped`;
  const words = long.length * SMALL_CHARACTER_WIDTH <= at.width ? long : short(dropped);
  label(to, place(first + 27, MARK_ON_FILL), words).attr('font-size', FONT_SMALL);
}

function drawLegend({ svg, matrix, most, height }: Chart): void {
  const y = height - 52;
  label(svg, { x: MARGIN, y: y + 11, anchor: 'start', fill: INK_SOFT }, '1 session');
  const from = MARGIN + 66;
  for (let step = 0; step < LEGEND_STEPS; step++) {
    const rect = svg
      .append('rect')
      .attr('x', from + step * 26)
      .attr('y', y);
    rect.attr('width', 26).attr('height', 14);
    rect.attr('fill', shade(most <= 1 ? 1 : step / (LEGEND_STEPS - 1)));
  }
  const to = { x: from + LEGEND_STEPS * 26 + 8, y: y + 11, anchor: 'start', fill: INK_SOFT };
  label(svg, to, formatCountOf(most, 'session'));
  const within = matrix.rows.length > 1 ? '; outlined: within one zone' : '';
  const words = `Each cell: sessions, bytes, and in red packets dropped${within}`;
  label(svg, { x: MARGIN, y: height - 18, anchor: 'start', fill: INK_SOFT }, words);
}

/** White without sessions, else by the logarithm of their number: counts differ by thousands. */
function fillOf(sessions: number, most: number): string {
  if (sessions === 0) return '#ffffff';
  return shade(most <= 1 ? 1 : Math.log(sessions) / Math.log(most));
}

/** A fill between that of few (0) and that of most (1). */
function shade(level: number): string {
  const parts = FILL_FEW.map((few, i) => {
    return Math.round(few + ((FILL_MOST[i] ?? few) - few) * level).toString(16);
  });
  return `#${parts.join('')}`;
}

function droppedOf({ dropped }: ZoneSums): string {
  return `${dropped === 0 ? 'no' : formatCount(dropped)} ${dropped === 1 ? 'packet' : 'packets'} dropped`;
}

/** A name cut to the room of so many narrow characters. */
function cutTo(name: string, room: number): string {
  const words = clean(name, room);
  let left = room;
  const characters = Array.from(words);
  const end = characters.findIndex((character) => {
    left -= (character.codePointAt(0) ?? 0) < WIDE_FROM || character === '…' ? 1 : 2;
    return left < 0;
  });
  return end === -1 ? words : `${characters.slice(0, end - 1).join('')}…`;
}
