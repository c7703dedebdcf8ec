/**
 * This file judges the differences between the replay and a truth: each must be listed with its
 * reason, and each listed one must still occur.
 */

import { expect } from 'vitest';

/** A difference that was found: in which conversation of a file, and what differs. */
export interface Difference {
  readonly conversation: string;
  readonly what: string;
}

/** A difference that is known. `conversation` is `*` where all of a file have the same reason. */
export interface KnownDifference {
  readonly file: string;
  readonly conversation: string;
  readonly reason: string;
}

/** Fails on a difference that is not listed and on a listed one that no longer occurs. */
export function expectKnown(
  file: string,
  found: readonly Difference[],
  known: readonly KnownDifference[],
): void {
  const listed = known.filter((entry) => entry.file === file).map((entry) => entry.conversation);
  const isListed = (d: Difference) => listed.includes('*') || listed.includes(d.conversation);
  const unlisted = found.filter((d) => !isListed(d)).map((d) => `${d.conversation}: ${d.what}`);
  const gone = listed.filter(
    (conversation) => !found.some((d) => conversation === '*' || d.conversation === conversation),
  );
  expect({ file, unlisted, gone }).toEqual({ file, unlisted: [], gone: [] });
}

/** Fails on an entry whose file is none of `files`: nothing would ever check it. */
export function expectCompared(known: readonly KnownDifference[], files: readonly string[]): void {
  expect(known.map((entry) => entry.file).filter((file) => !files.includes(file))).toEqual([]);
}
