/**
 * This file builds the zod schemas of lists and maps, with the short forms that stand for them and the
 * defaults of values. Keys `x-…` are for json-schema.ts.
 */

import * as z from 'zod';
import { isPlainMap, type Plain } from './key-path.ts';
import { didYouMean } from './nearest.ts';

/** A list of scalars; a scalar alone is a list of one. */
export function list<T extends z.ZodType>(item: T) {
  const wrap = (value: unknown): unknown =>
    typeof value === 'string' && value !== '' ? [value] : value;
  return z.preprocess(wrap, z.array(item, { error: 'expected a list' }));
}

/** A list of maps. */
export function mapList<T extends z.ZodType>(item: T) {
  return z.array(item, { error: 'expected a list' });
}

/** A map with free keys. */
export function namedMap<K extends z.ZodType<string, string>, T extends z.ZodType>(
  key: K,
  value: T,
) {
  return z.record(key, value, { error: 'expected a map' });
}

/** Of a map's unknown keys, so many are told. */
const KEYS_TOLD_MAX = 100;

/**
 * A map with known keys. For unknown ones the message has one line a key, in the issue's order;
 * keys beyond these lines are not told.
 */
export function section<T extends z.core.$ZodLooseShape>(shape: T, known = Object.keys(shape)) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return 'expected a map';
      return issue.keys
        .slice(0, KEYS_TOLD_MAX)
        .map((key) => unknownKey(key, known))
        .join('\n');
    },
  });
}

/** Keys with what makes the schema of each, from what is written there (null for nothing in particular). */
type Parts = Readonly<Record<string, (written: Plain | null) => z.ZodType>>;

/**
 * A section of many keys of which a file has few: schemas are made of those alone, and those that it must
 * have. All 1,200 of a configuration took a fifth of the time to start. The caller knows the defaults.
 *
 * @param written what stands there; null for the section as such, with all its keys
 */
export function sectionOf<T extends Parts>(
  parts: T,
  written: Plain | null,
  needed: readonly (keyof T & string)[] = [],
) {
  const known = Object.keys(parts);
  const map = written !== null && isPlainMap(written) ? written : {};
  const isMade = (key: string) =>
    written === null || Object.hasOwn(map, key) || needed.includes(key);
  const made = known.filter(isMade).map((key) => [key, parts[key]?.(map[key] ?? null)]);
  const shape = Object.fromEntries(made) as { [K in keyof T]: ReturnType<T[K]> };
  return section(shape, known);
}

function unknownKey(key: string, known: readonly string[]): string {
  const hint = didYouMean(key, known) ?? `known here: ${known.join(', ')}`;
  return `unknown key; ${hint}`;
}

/** A map with known keys, for which its main value alone may stand. */
export function shorthand<T extends z.core.$ZodLooseShape>(mainKey: keyof T & string, shape: T) {
  const wrap = (value: unknown): unknown => {
    const isMain = (typeof value === 'string' && value !== '') || Array.isArray(value);
    return isMain ? { [mainKey]: value } : value;
  };
  return z.preprocess(wrap, section(shape)).meta({ 'x-shorthand': mainKey });
}

/** Gives a value its default, and tells it to editors. */
export function preset<T extends z.ZodType>(
  schema: T,
  value: z.core.util.NoUndefined<z.output<T>>,
  about: string,
) {
  const spelled = value === true ? 'yes' : value === false ? 'no' : String(value);
  return schema
    .default(value)
    .meta({ description: `${about} Default: ${spelled}.`, 'x-default': value });
}
