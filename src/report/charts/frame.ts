/**
 * This file is what stands around every chart: the SVG with its accessible names, the ground, the title,
 * the line under it, the ticks of time, and the words of the axis that counts from the first packet.
 *
 * A chart has its own white ground, so it reads the same in light and dark viewers. d3-node is loaded on
 * demand because it takes most of a second.
 */

import type { D3, LinearScale, Selection } from 'd3-node';
import { timeAxis } from './axis.ts';
import { clean, INK, INK_SOFT, label, line, round } from './drawing.ts';

/** Left edge of what is written above a plot. */
export const MARGIN = 24;

/** A chart that was begun. */
export interface Opened {
  readonly d3: D3;
  readonly svg: Selection;
  /** The SVG as it is by now: the same drawing gives the same text. */
  text(): string;
}

/** Begins a chart of that many pixels; `name` makes its ids. */
export async function openChart(name: string, width: number, height: number): Promise<Opened> {
  const { D3Node } = await import('d3-node');
  const node = new D3Node();
  const svg = node.createSVG(width, height, {
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-labelledby': `${name}-title ${name}-desc`,
    'font-family': 'sans-serif',
    'font-size': '13',
  });
  return { d3: node.d3, svg, text: () => `${node.svgString().replaceAll('&nbsp;', ' ')}\n` };
}

/** What is written at the top of a chart, cleaned by its author. */
export interface Head {
  /** As for `openChart`. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** What the chart shows, for those who do not see it. */
  readonly description: string;
  /** The line under the title. */
  readonly under: string;
}

/** Accessible description, ground, title and the line under it. */
export function drawHead(svg: Selection, head: Head): void {
  const { name, width, height, title, description, under } = head;
  svg.append('title').attr('id', `${name}-title`).text(title);
  svg.append('desc').attr('id', `${name}-desc`).text(description);
  svg.append('rect').attr('width', width).attr('height', height).attr('fill', '#ffffff');
  label(svg, { x: MARGIN, y: 32, anchor: 'start', fill: INK }, title)
    .attr('font-size', 17)
    .attr('font-weight', 'bold');
  label(svg, { x: MARGIN, y: 54, anchor: 'start', fill: INK_SOFT }, under);
}

/** Ticks below a plot's bottom edge, and their words. */
export function drawTimeTicks(
  { d3, svg }: Pick<Opened, 'd3' | 'svg'>,
  { x, span, bottom }: { readonly x: LinearScale; readonly span: number; readonly bottom: number },
): void {
  for (const { seconds, words } of timeAxis(d3, span).ticks) {
    const at = round(x(seconds));
    line(svg, [at, bottom, at, bottom + 6], INK_SOFT);
    label(svg, { x: at, y: bottom + 22, anchor: 'middle', fill: INK }, words);
  }
}

/** Words of a time axis; `start` is the first packet's time, RFC 3339, shown without needless zeros. */
export function sinceFirstPacket(start: string, unit: string): string {
  const shown = clean(start, START_CHARACTERS_MAX).replace(/\.(\d*?)0+Z$/, (_, kept) =>
    kept ? `.${kept}Z` : 'Z',
  );
  return `time since the first packet, ${shown} (${unit})`;
}

const START_CHARACTERS_MAX = 40;
