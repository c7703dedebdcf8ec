/**
 * This file turns what zod found into problems with a place in the file, and orders problems.
 */

import type { $ZodIssue } from 'zod/v4/core';
import type { ConfigProblem } from '../errors.ts';
import { describeFound, formatPath, type KeyPath } from './key-path.ts';
import type { Place, YamlTree } from './yaml-tree.ts';

/** More are not told: who has as many has the wrong file. */
const PROBLEMS_MAX = 500;

/** One problem at a place; `key` in place of the place's own path where that lacks its end. */
export function problemAt(place: Place, message: string, key: KeyPath = place.path): ConfigProblem {
  return { line: place.line, column: place.column, key: formatPath(key), message };
}

/** The problems of zod's issues. */
export function schemaProblems(issues: readonly $ZodIssue[], tree: YamlTree): ConfigProblem[] {
  return issues.slice(0, PROBLEMS_MAX).flatMap((issue) => issueProblems(issue, tree));
}

function issueProblems(issue: $ZodIssue, tree: YamlTree): ConfigProblem[] {
  const path = issue.path.map((segment) => (typeof segment === 'symbol' ? '' : segment));
  if (issue.code === 'unrecognized_keys') {
    return issue.message.split('\n').map((message, i) => {
      return problemAt(tree.locateKey([...path, issue.keys[i] ?? '']), message);
    });
  }
  if (issue.code === 'invalid_key') {
    const place = tree.locateKey(path);
    const found = describeFound(String(path.at(-1) ?? ''));
    return issue.issues.map((inner) => problemAt(place, withFound(inner, found)));
  }
  const place = tree.locate(path);
  const last = path.at(-1);
  if (last !== undefined && place.path.at(-1) !== last && isMissing(place, last)) {
    return [problemAt(place, `missing; ${issue.message}`, [...place.path, last])];
  }
  return [problemAt(place, withFound(issue, describeFound(place.value)))];
}

/** False where a scalar stands for a map or list: the place has the value, without the key. */
function isMissing(place: Place, segment: string | number): boolean {
  return (
    typeof segment === 'string' && typeof place.value === 'object' && !Array.isArray(place.value)
  );
}

function withFound(issue: $ZodIssue, found: string): string {
  const hint: unknown = issue.code === 'custom' ? issue.params?.hint : null;
  return `${issue.message}, found ${found}${typeof hint === 'string' ? `; ${hint}` : ''}`;
}

/**
 * In the order of the file; of several about one key, the first that was found.
 *
 * @param others of which several about one key are told
 */
export function inFileOrder(
  problems: readonly ConfigProblem[],
  others: readonly ConfigProblem[] = [],
): ConfigProblem[] {
  const seen = new Set<string>();
  const distinct = problems.filter((problem) => {
    const id = `${problem.line}:${problem.column}:${problem.key}`;
    if (problem.key !== '' && seen.has(id)) return false;
    seen.add(id);
    return true;
  });
  distinct.push(...others);
  distinct.sort((a, b) => a.line - b.line || a.column - b.column);
  const rest = distinct.length - PROBLEMS_MAX;
  const last = distinct[PROBLEMS_MAX];
  if (last === undefined) return distinct;
  const message = `${rest} more problems from here on`;
  return [...distinct.slice(0, PROBLEMS_MAX), { ...last, key: '', message }];
}
