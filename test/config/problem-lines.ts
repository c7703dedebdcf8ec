/**
 * This file runs a configuration and gives its problems as lines, for tests.
 *
 * Most tests are pairs: a text that is taken, and the nearest one that is not.
 */

import { parseFirewallConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/errors.ts';
import { zonesAlone } from '../support/zones-alone.ts';

/** `line:column: key: message` for each problem; none where the text is a configuration. */
export function problemLines(text: string): string[] {
  try {
    parseFirewallConfig(text, 'fw.yaml', zonesAlone(text));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.lines().map((line) => line.replace(/^fw\.yaml:/, ''));
  }
}

/** A text that is taken, the nearest one that is not, and the one line that says why. */
export interface Pair {
  readonly name: string;
  readonly good: string;
  readonly bad: string;
  readonly line: string;
}

type Row = readonly [good: string, bad: string, line: string];

/** Rows as pairs, named by the text that is not taken. */
export function toPairs(rows: readonly Row[]): Pair[] {
  return rows.map(([good, bad, line]) => ({ name: bad, good, bad, line }));
}

const ZONES = 'zones: {a: {interfaces: [e1]}, b: {}}\n';

/** Pairs that begin with two zones; the rows are line 2. */
export function afterZones(rows: readonly Row[]): Pair[] {
  return rows.map(([good, bad, line]) => {
    return { name: bad, good: ZONES + good, bad: ZONES + bad, line: `2:${line}` };
  });
}
