/**
 * This file reads a file of named variants (`whatif --variants`):
 *
 *     variants:
 *       - { name: a day for all, set: { timeouts.tcp: 86400 } }
 *       - { name: smaller, config: pa-220.yaml, set: { "rules.backup.profiles": [] } }
 */

import { dirname, isAbsolute, join } from 'node:path';
import { ConfigError, type ConfigProblem } from '../errors.ts';
import { itemsAt } from './checking.ts';
import {
  code,
  describeFound,
  isPlainMap,
  type KeyPath,
  type Plain,
  printable,
} from './key-path.ts';
import { wholeFileError } from './load.ts';
import { didYouMean } from './nearest.ts';
import { inFileOrder, problemAt } from './problems.ts';
import { readSettingPath, type Setting } from './setting.ts';
import { readYaml, type YamlTree } from './yaml-tree.ts';

/** A variant as it is asked for. */
export interface VariantRequest {
  /** Who asks for it: `--set`, or a file's path. */
  readonly origin: string;
  /** null: what it sets is its name. */
  readonly name: string | null;
  readonly settings: readonly Setting[];
  /** Path of a configuration in place of the base; null for the base's. */
  readonly config: string | null;
}

const KEYS = ['name', 'set', 'config'] as const;
const NAME_CHARACTERS_MAX = 60;

/** @param path for messages @throws ConfigError with every problem */
export function readVariantsFile(text: string, path: string): VariantRequest[] {
  const { tree, problems } = readYaml(text.replace(/^\uFEFF/, ''));
  if (tree === null) throw new ConfigError(path, inFileOrder(problems));
  const reader = new Reader(tree, path);
  const requests = reader.read();
  const all = [...problems, ...reader.problems];
  if (all.length > 0) throw new ConfigError(path, inFileOrder(all));
  if (requests.length === 0) {
    throw wholeFileError(path, 'expected `variants`, a list with at least one');
  }
  return requests;
}

class Reader {
  readonly problems: ConfigProblem[] = [];
  private readonly tree: YamlTree;
  private readonly origin: string;

  constructor(tree: YamlTree, origin: string) {
    this.tree = tree;
    this.origin = origin;
  }

  read(): VariantRequest[] {
    const { value } = this.tree;
    if (isPlainMap(value)) this.checkKeys(value, [], ['variants']);
    const names = new Set<string>();
    return itemsAt(value, 'variants').map((item, i) => {
      const request = this.variant(item, ['variants', i]);
      const { name } = request;
      if (name !== null && names.has(name)) {
        this.report(['variants', i, 'name'], `${code(name)} is the name of two variants`);
      }
      if (name !== null) names.add(name);
      return request;
    });
  }

  private variant(item: Plain, path: KeyPath): VariantRequest {
    if (!isPlainMap(item)) {
      this.report(path, `expected a map with \`name\` and \`set\`, found ${describeFound(item)}`);
      return { origin: this.origin, name: null, settings: [], config: null };
    }
    const known = this.problems.length;
    this.checkKeys(item, path, KEYS);
    const name = this.word(item, [...path, 'name'], NAME_CHARACTERS_MAX);
    const file = this.word(item, [...path, 'config'], Number.POSITIVE_INFINITY);
    const isRelative = file !== null && !isAbsolute(file);
    const config = isRelative ? join(dirname(this.origin), file) : file;
    const settings = this.settings(item.set, [...path, 'set']);
    // What is wrong in it may be what it wanted to say.
    if (this.problems.length > known) return { origin: this.origin, name, settings, config };
    if (settings.length === 0 && config === null) {
      this.report(path, 'says nothing: `set` or `config` is needed');
    }
    if (name === null && settings.length === 0) this.report(path, '`name` is needed');
    return { origin: this.origin, name, settings, config };
  }

  private settings(set: Plain | undefined, path: KeyPath): Setting[] {
    if (set === undefined) return [];
    if (!isPlainMap(set)) {
      this.report(path, `expected a map of paths and values, found ${describeFound(set)}`);
      return [];
    }
    return Object.entries(set).flatMap(([key, value]) => {
      const read = readSettingPath(key);
      if (typeof read === 'string') {
        this.problems.push(problemAt(this.tree.locateKey([...path, key]), read));
        return [];
      }
      const shown = typeof value === 'string' ? value : JSON.stringify(value);
      if (value === '') this.report([...path, key], 'a value is needed; [] is an empty list');
      return [{ path: read, value, written: printable(`${key}=${shown}`) }];
    });
  }

  /** A text of at most so many characters, or null where there is none. */
  private word(item: { readonly [key: string]: Plain }, path: KeyPath, max: number): string | null {
    const value = item[String(path.at(-1))];
    if (value === undefined) return null;
    if (typeof value === 'string' && value !== '' && value.length <= max) return value;
    const limit = Number.isFinite(max) ? ` of at most ${max} characters` : '';
    this.report(path, `expected a text${limit}, found ${describeFound(value)}`);
    return null;
  }

  private checkKeys(map: object, path: KeyPath, known: readonly string[]): void {
    for (const key of Object.keys(map)) {
      if (known.includes(key)) continue;
      const hint = didYouMean(key, known) ?? `there are ${known.map(code).join(', ')}`;
      const place = this.tree.locateKey([...path, key]);
      this.problems.push(problemAt(place, `unknown key; ${hint}`));
    }
  }

  private report(path: KeyPath, message: string): void {
    this.problems.push(problemAt(this.tree.locate(path), message, path));
  }
}
