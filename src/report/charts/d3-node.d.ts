/**
 * This file types the part of d3-node 4 and d3 7 that the charts use; neither ships types.
 *
 * Values that d3 makes into attributes are numbers or strings, so that nothing else slips in.
 */

declare module 'd3-node' {
  /** A d3 selection of one element. */
  export interface Selection {
    append(name: string): Selection;
    attr(name: string, value: string | number): Selection;
    /** Sets text content; escaped when the picture is written. */
    text(value: string): Selection;
  }

  /** A linear scale from numbers to pixels. */
  export interface LinearScale {
    (value: number): number;
    domain(ends: readonly [number, number]): this;
    range(ends: readonly [number, number]): this;
    ticks(count: number): number[];
  }

  /** The functions of d3 itself. */
  export interface D3 {
    scaleLinear(): LinearScale;
    /** Formats numbers in the fixed en-US locale. */
    format(specifier: string): (value: number) => string;
  }

  /** A document of jsdom with d3 on it. */
  export class D3Node {
    readonly d3: D3;
    createSVG(
      width: number,
      height: number,
      attributes?: Readonly<Record<string, string>>,
    ): Selection;
    /** The picture as HTML serialises it: `&nbsp;` is not XML. */
    svgString(): string;
  }
}
