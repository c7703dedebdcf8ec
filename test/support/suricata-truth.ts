/**
 * This file reads what Suricata's own tests expect of a capture (`truth/FILE.suricata.json`): how many
 * records of eve.json match.
 */

import { readFileSync } from 'node:fs';
import { truthFile } from './truth-files.ts';

/** Fields of eve.json by their path, and their values. */
export type SuricataMatch = Readonly<Record<string, unknown>>;

/** One expectation; `count` records match. */
interface SuricataCheck {
  readonly filter?: { readonly count: number; readonly match: SuricataMatch };
}

interface SuricataFile {
  readonly tests: readonly {
    readonly test: string;
    readonly yaml: { readonly checks?: readonly SuricataCheck[] };
  }[];
}

/** Checks of every test of a capture. */
export function suricataChecks(
  file: string,
): { test: string; count: number; match: SuricataMatch }[] {
  const text = readFileSync(truthFile(`${file}.suricata.json`), 'utf8');
  return (JSON.parse(text) as SuricataFile).tests.flatMap(({ test, yaml }) =>
    (yaml.checks ?? []).flatMap(({ filter }) =>
      filter === undefined ? [] : [{ test, count: filter.count, match: filter.match }],
    ),
  );
}

/**
 * How many records Suricata expects of those fields and no others.
 *
 * @throws Error when no check, or checks of different counts, say so
 */
export function suricataCount(file: string, testName: string, match: SuricataMatch): number {
  const key = (fields: SuricataMatch) => JSON.stringify(Object.entries(fields).sort());
  const counts = suricataChecks(file)
    .filter(({ test, match: own }) => test.includes(testName) && key(own) === key(match))
    .map(({ count }) => count);
  if (new Set(counts).size !== 1) throw new Error(`${file}, ${testName}: counts [${counts}]`);
  return counts[0]!;
}
