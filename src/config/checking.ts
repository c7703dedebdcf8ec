/**
 * This file holds what the cross checks share: reading plain values of any kind without
 * stumbling, and saying that a name is unknown.
 */

import { code, isPlainMap, type KeyPath, type Plain } from './key-path.ts';
import { didYouMean } from './nearest.ts';
import type { YamlTree } from './yaml-tree.ts';

/** A text of the file with its place. */
export interface TextAt {
  readonly text: string;
  readonly path: KeyPath;
}

/** What the checks share: the file, the names that it defines, and where problems go. */
export interface CrossCheck {
  readonly tree: YamlTree;
  /** Null where the file has no readable `zones:`; then no zone's name is checked. */
  readonly zones: ReadonlySet<string> | null;
  readonly interfaces: ReadonlySet<string>;
  /** Names of addresses and of their groups. */
  readonly addresses: ReadonlySet<string>;
  /** Names of services, predefined ones too, and of their groups. */
  readonly services: ReadonlySet<string>;
  /** What is left of COMPARISONS_MAX. */
  readonly comparisons: { left: number };
  /** A problem of the value at `path`. */
  report(path: KeyPath, message: string): void;
  /** A problem of the key at the end of `path`. */
  reportKey(path: KeyPath, message: string): void;
}

/** The entries of a map that stands under `key`; none where it is no map. */
export function entriesAt(value: Plain | undefined, key: string): [string, Plain][] {
  const inner = isPlainMap(value) ? value[key] : undefined;
  return isPlainMap(inner) ? Object.entries(inner) : [];
}

/** The items of a list that stands under `key`; none where it is no list. */
export function itemsAt(value: Plain | undefined, key: string): readonly Plain[] {
  const inner = isPlainMap(value) ? value[key] : undefined;
  return Array.isArray(inner) ? inner : [];
}

/** The texts of a list, or the one text in its place, under `key`; empty ones are left out. */
export function textsAt(value: Plain | undefined, path: KeyPath, key: string): TextAt[] {
  const inner = isPlainMap(value) ? value[key] : undefined;
  if (typeof inner === 'string' && inner !== '') return [{ text: inner, path: [...path, key] }];
  const texts: TextAt[] = [];
  itemsAt(value, key).forEach((item, i) => {
    if (typeof item === 'string' && item !== '')
      texts.push({ text: item, path: [...path, key, i] });
  });
  return texts;
}

/** One text under `key`; '' where there is none. */
export function textAt(value: Plain | undefined, key: string): string {
  const inner = isPlainMap(value) ? value[key] : undefined;
  return typeof inner === 'string' ? inner : '';
}

/**
 * Comparisons of an unknown name with a known one; beyond them (about two seconds) the nearest is
 * not looked for.
 */
export const COMPARISONS_MAX = 200_000;

/** Says that a name is unknown, with the nearest known one. */
export function reportUnknown(
  check: CrossCheck,
  { text, path }: TextAt,
  kind: string,
  known: ReadonlySet<string>,
): void {
  check.comparisons.left -= known.size;
  const hint = check.comparisons.left < 0 ? null : didYouMean(text, known);
  const names = [...known].slice(0, 10).map(code).join(', ');
  const more = known.size > 10 ? ', …' : '';
  const defined = names === '' ? '' : `; defined: ${names}${more}`;
  check.report(
    path,
    `${kind} ${code(text)} is not defined${hint === null ? defined : `; ${hint}`}`,
  );
}

/** An egress interface must lead to a zone. */
export function checkInterface(check: CrossCheck, text: string, path: KeyPath): void {
  if (text === '' || check.zones === null || check.interfaces.has(text)) return;
  const hint = didYouMean(text, check.interfaces);
  const known = hint ?? 'add it to the `interfaces` of one';
  check.report(path, `interface ${code(text)} is in no zone; ${known}`);
}

/** True for `[]`. */
export function isEmptyList(value: Plain | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** True for a text that says yes. */
export function isYes(text: string): boolean {
  return /^(?:yes|true)$/i.test(text);
}
