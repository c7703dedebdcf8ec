/**
 * This file reads settings as a command line gives them, `PATH=VALUE`: where in `firewall.yaml`, and what.
 *
 *     timeouts.tcp=86400    rules.backup.profiles=[]    decryption[0].action=no-decrypt    zones."a.b".vlans=[7]
 */

import { type Plain, printable } from './key-path.ts';
import { readYaml } from './yaml-tree.ts';

/** One change of a configuration. */
export interface Setting {
  /** Keys; in lists names or indexes. */
  readonly path: readonly string[];
  readonly value: Plain;
  /** As the user wrote it, for messages: `timeouts.tcp=86400`. */
  readonly written: string;
}

/** Deeper keys than a configuration can have. */
const SEGMENTS_MAX = 32;
const WRITTEN_CHARACTERS_MAX = 200;

/** The setting, or what is wrong with its text. */
export function readSetting(text: string): Setting | string {
  const path: string[] = [];
  const end = readPath(text, path);
  if (typeof end === 'string') return end;
  if (text[end] !== '=') return 'PATH=VALUE is needed, such as timeouts.tcp=86400';
  const value = readValue(text.slice(end + 1));
  if (typeof value === 'string') return value;
  return { path, value: value.value, written: printable(text, WRITTEN_CHARACTERS_MAX) };
}

/** A path without a value, such as the keys of a file of variants are, or what is wrong with it. */
export function readSettingPath(text: string): readonly string[] | string {
  const path: string[] = [];
  const end = readPath(text, path);
  if (typeof end === 'string') return end;
  return end === text.length ? path : 'a path ends where a key or a bracket does';
}

/** Where the path ends in `text`, its segments in `path`; or what is wrong. */
function readPath(text: string, path: string[]): number | string {
  let at = 0;
  for (;;) {
    const isBracket = text[at] === '[';
    const read = isBracket ? readSegment(text, at + 1, ']') : readSegment(text, at, '.[=');
    if (typeof read === 'string') return read;
    path.push(read.segment);
    if (path.length > SEGMENTS_MAX) return 'no key of a configuration is that deep';
    at = read.end;
    if (isBracket) {
      if (text[at] !== ']') return 'a bracket is not closed';
      at++;
    }
    if (text[at] === '.') at++;
    else if (text[at] !== '[') return at;
  }
}

/** One key, bare up to one of `stops` or in quotes. */
function readSegment(
  text: string,
  from: number,
  stops: string,
): { readonly segment: string; readonly end: number } | string {
  const quote = text[from];
  if (quote === '"' || quote === "'") {
    const close = text.indexOf(quote, from + 1);
    if (close < 0) return 'a quote is not closed';
    return { segment: text.slice(from + 1, close), end: close + 1 };
  }
  let end = from;
  while (end < text.length && !stops.includes(text[end] ?? '')) end++;
  const segment = text.slice(from, end).trim();
  if (segment === '') return 'a key is missing: PATH=VALUE is needed, such as timeouts.tcp=86400';
  return { segment, end };
}

/** A YAML scalar or flow collection; a text for what is wrong. */
function readValue(text: string): { readonly value: Plain } | string {
  const { tree, problems } = readYaml(text);
  const [problem] = problems;
  if (tree === null || problem !== undefined) {
    return `the value is not YAML: ${problem?.message ?? 'it cannot be read'}`;
  }
  if (tree.value === '') return 'a value is needed; [] is an empty list';
  return { value: tree.value };
}
