/**
 * This file lays settings over the text of a configuration. What comes out is text again: a file that
 * says all of it, which can be kept and replayed, with the base's comments and order.
 */

import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { code, formatPath, type Plain } from './key-path.ts';
import { didYouMean } from './nearest.ts';
import type { Setting } from './setting.ts';

/** A configuration's text under settings, and where each of them went. */
export interface Overlaid {
  readonly text: string;
  /** By setting: its place, with list indexes. */
  readonly places: readonly (readonly (string | number)[])[];
}

/** A setting that the base has no place for. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  readonly setting: Setting;

  constructor(setting: Setting, message: string) {
    super(message);
    this.setting = setting;
  }
}

/** @param text a valid configuration @throws SettingError */
export function overlay(text: string, settings: readonly Setting[]): Overlaid {
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { schema: 'failsafe' });
  const places = settings.map((setting) => {
    const place = resolve(document, setting);
    document.setIn(place, nodeOf(document, setting.value));
    return place;
  });
  return { text: document.toString({ lineWidth: 0 }), places };
}

/** The setting's place: names in lists become indexes. The part that is missing stays as it is. */
function resolve(document: Document, setting: Setting): (string | number)[] {
  const place: (string | number)[] = [];
  let node: unknown = document.contents;
  for (const segment of setting.path) {
    if (isAlias(node)) {
      const where = code(formatPath(place));
      throw new SettingError(setting, `${where} is an alias: set what it stands for`);
    }
    if (isSeq(node)) {
      const index = indexIn(node.items as Node[], segment);
      if (typeof index === 'string') {
        throw new SettingError(setting, `${code(formatPath(place))} ${index}`);
      }
      place.push(index);
      node = node.items[index];
    } else {
      if (isScalar(node)) {
        const where = code(formatPath(place));
        throw new SettingError(setting, `${where} is one value, without keys`);
      }
      place.push(segment);
      node = isMap(node) ? node.get(segment, true) : undefined;
    }
  }
  return place;
}

/** The entry of that name, else of that index; a text where there is none. */
function indexIn(items: readonly Node[], segment: string): number | string {
  const names = items.map((item) => (isMap(item) ? String(item.get('name') ?? '') : ''));
  const named = names.indexOf(segment);
  if (named >= 0) return named;
  if (/^\d{1,6}$/.test(segment) && Number(segment) < items.length) return Number(segment);
  const known = names.filter((name) => name !== '');
  const hint = didYouMean(segment, known);
  const entries = items.length === 1 ? 'one entry' : `${items.length} entries`;
  const more = hint === null ? `it has ${entries}, from index 0 on` : hint;
  return `has no entry ${code(segment)}; ${more}`;
}

/** A value in flow style: it stands where the line of a scalar stood. */
function nodeOf(document: Document, value: Plain): Node {
  return document.createNode(value, { flow: true });
}
