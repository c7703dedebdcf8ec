/**
 * This file spells things of the configuration in messages: key paths, and what was found.
 * Text that comes from the file is made harmless for a terminal and cut to a readable length.
 */

/** The way from the root of the file to a value: keys and list indexes. */
export type KeyPath = readonly (string | number)[];

/** A value as the YAML file has it. Every scalar is its text; nothing at all is ''. */
export type Plain = string | readonly Plain[] | PlainMap;

/** A YAML map, in the file's order. */
export interface PlainMap {
  readonly [key: string]: Plain;
}

const FOUND_CHARACTERS_MAX = 60;

/** True for a YAML map. */
export function isPlainMap(value: Plain | undefined): value is PlainMap {
  return typeof value === 'object' && !Array.isArray(value);
}

/** A path as a user would write it: `zones.trust.interfaces[0]`, `zones["a.b"]`. */
export function formatPath(path: KeyPath): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (!/^[\w-]+$/.test(segment)) text += `[${quote(segment)}]`;
    else text += text === '' ? segment : `.${segment}`;
  }
  return text;
}

/** Text from the file between back quotes, without control characters and cut when long. */
export function code(text: string): string {
  return `\`${printable(text)}\``;
}

/** What stands at a place of the file, for "expected …, found …". */
export function describeFound(value: Plain): string {
  if (value === '') return 'nothing';
  if (typeof value === 'string') return code(value);
  return Array.isArray(value) ? 'a list' : 'a map';
}

/** Replaces what could move a terminal's cursor or hide text, and cuts what is long. */
export function printable(text: string, charactersMax = FOUND_CHARACTERS_MAX): string {
  const start = text.slice(0, charactersMax);
  const shown = start.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    return `\\u{${hex}}`;
  });
  return text.length > charactersMax ? `${shown}…` : shown;
}

function quote(text: string): string {
  return `"${printable(text).replaceAll('"', '\\"')}"`;
}
