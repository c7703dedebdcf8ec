/** This file holds what the charts share: inks, labels, lines, and text that XML can hold. */

import type { Selection } from 'd3-node';

/** Dark inks, for a white ground. */
export const INK = '#1b1f24';
export const INK_SOFT = '#4d5560';
export const GRID = '#dfe3e8';
export const MARK = '#a61b1b';

/** Words at a place. */
export function label(
  svg: Selection,
  at: { x: number; y: number; anchor: string; fill: string },
  words: string,
): Selection {
  const text = svg.append('text').attr('x', round(at.x)).attr('y', round(at.y));
  return text.attr('text-anchor', at.anchor).attr('fill', at.fill).text(words);
}

/** A straight line from x1, y1 to x2, y2. */
export function line(
  svg: Selection,
  ends: readonly [number, number, number, number],
  ink: string,
): void {
  const [x1, y1, x2, y2] = ends;
  const stroke = svg.append('line').attr('x1', x1).attr('y1', y1).attr('x2', x2).attr('y2', y2);
  stroke.attr('stroke', ink);
}

/** Pixels with two decimals. */
export function round(pixels: number): number {
  return Math.round(pixels * 100) / 100;
}

/** Text that XML can hold and a line has room for: no control, format or half characters. */
export function clean(text: string, charactersMax: number): string {
  const words = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\uFFFE\uFFFF\s]+/gu, ' ').trim();
  const characters = Array.from(words);
  if (characters.length <= charactersMax) return words;
  return `${characters.slice(0, charactersMax - 1).join('')}…`;
}
