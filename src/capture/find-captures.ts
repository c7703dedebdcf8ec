/**
 * This file turns the captures that a user names into files: a folder stands for the captures in it,
 * a pattern that the shell left alone for the captures of such names.
 *
 * What a folder or a pattern stands for is told by content: files that are no captures are set aside
 * with the reason. The others come in the order of their first packets, as the files of a ring
 * buffer follow one another whatever their names; files named one by one keep their order.
 * Subfolders and hidden files are left alone, as the shell's own patterns leave them.
 */

import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CaptureError, type CaptureErrorCode } from '../errors.ts';
import { STANDARD_INPUT } from './byte-source.ts';
import { peekCapture } from './capture-file.ts';
import { type CaptureTime, compareCaptureTimes } from './capture-report.ts';
import { isPattern, matchesPattern } from './name-pattern.ts';

/** A file to replay, or an argument that gave none. */
export interface FoundCapture {
  readonly path: string;
  /** Its first time, where that was looked up; null where it has none. */
  readonly firstTime?: CaptureTime | null;
  /** Why there is nothing to read. */
  readonly refusal?: CaptureError;
}

/** What was found, and what was set aside. */
export interface FoundCaptures {
  readonly captures: FoundCapture[];
  /** Files of folders and patterns that are no captures, each with the reason. */
  readonly skipped: CaptureError[];
}

/** Reasons that make a file no capture; any other is damage of one. */
const NO_CAPTURE: ReadonlySet<CaptureErrorCode> = new Set<CaptureErrorCode>([
  'CAPTURE_EMPTY',
  'CAPTURE_UNKNOWN_FORMAT',
  'CAPTURE_UNSUPPORTED_FORMAT',
  'CAPTURE_NESTING',
]);

/** Finds the files behind names, folders and patterns. A file that two of these name comes once. */
export async function findCaptures(names: readonly string[]): Promise<FoundCaptures> {
  const captures: FoundCapture[] = [];
  const skipped: CaptureError[] = [];
  const seen = new Set(names.map((name) => resolve(name)));
  const named = new Set<string>();
  for (const name of names) {
    const paths = pathsOf(name);
    if (paths === null) {
      if (!named.has(resolve(name))) captures.push({ path: name });
      named.add(resolve(name));
      continue;
    }
    if (paths instanceof CaptureError) {
      captures.push({ path: name, refusal: paths });
      continue;
    }
    const fresh = paths.filter((path) => !seen.has(resolve(path)));
    for (const path of fresh) seen.add(resolve(path));
    const found = await lookAt(fresh, skipped);
    captures.push(...found);
    if (found.length === 0 && fresh.length > 0) {
      captures.push({ path: name, refusal: noneOf(name, fresh.length) });
    }
  }
  return { captures, skipped };
}

/** The files that a folder or a pattern stands for; null for the name of a file. */
function pathsOf(name: string): string[] | CaptureError | null {
  if (name === STANDARD_INPUT) return null;
  try {
    const stat = statSync(name, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) {
      const files = filesOf(name, '*');
      return files.length > 0 ? files : refusal(name, 'the folder has no files', null);
    }
    if (stat !== undefined || !isPattern(name)) return null;
    const files = expand(name);
    return files.length > 0 ? files : refusal(name, 'no file has such a name', 'check the name');
  } catch (error) {
    const text = error instanceof Error ? error.message.replace(/^E[A-Z0-9]+: |, .*$/gs, '') : '';
    return refusal(name, `cannot be read: ${text}`, 'check the permissions');
  }
}

/** Files of a pattern, whose folders may be patterns, too. */
function expand(pattern: string): string[] {
  const folder = dirname(pattern);
  const folders = isPattern(folder) ? expandFolders(folder) : [folder];
  return folders.flatMap((path) => filesOf(path, basename(pattern)));
}

function expandFolders(pattern: string): string[] {
  const parent = dirname(pattern);
  const parents = isPattern(parent) ? expandFolders(parent) : [parent];
  return parents.flatMap((path) =>
    namesOf(path, basename(pattern)).filter((entry) => kindOf(entry) === 'folder'),
  );
}

function filesOf(folder: string, pattern: string): string[] {
  return namesOf(folder, pattern).filter((path) => kindOf(path) === 'file');
}

/** Entries of a folder that a pattern stands for, by name; of what is no folder, none. */
function namesOf(folder: string, pattern: string): string[] {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true) return [];
  return readdirSync(folder)
    .filter(
      (name) => (!name.startsWith('.') || pattern.startsWith('.')) && matchesPattern(pattern, name),
    )
    .sort()
    .map((name) => join(folder, name));
}

function kindOf(path: string): 'file' | 'folder' | 'other' {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) return 'folder';
  return stat?.isFile() === true ? 'file' : 'other';
}

/** The captures among files, in the order of their first packets; those without any come last. */
async function lookAt(paths: readonly string[], skipped: CaptureError[]): Promise<FoundCapture[]> {
  const found: { path: string; firstTime: CaptureTime | null }[] = [];
  for (const path of paths) {
    const { damage, firstTime } = await peekCapture(path);
    if (damage !== null && NO_CAPTURE.has(damage.code)) skipped.push(damage);
    else found.push({ path, firstTime });
  }
  // The sort is stable: files of one time stay in the order of their names.
  return found.sort((a, b) => {
    if (a.firstTime === null || b.firstTime === null) {
      return Number(a.firstTime === null) - Number(b.firstTime === null);
    }
    return compareCaptureTimes(a.firstTime, b.firstTime);
  });
}

function noneOf(name: string, files: number): CaptureError {
  const reason = files === 1 ? 'its file is no capture' : `none of its ${files} files is a capture`;
  return refusal(name, reason, null);
}

function refusal(path: string, reason: string, hint: string | null): CaptureError {
  return new CaptureError('CAPTURE_UNREADABLE', reason, { path, hint });
}
