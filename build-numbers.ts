/**
 * This file puts numbers where their names stand, for the command line's bundle.
 *
 * The bundler does so itself with the constants of modules that import nothing, and with no others; each
 * of the rest is loaded and checked wherever it is used, some fifty times a packet. So constants
 * that are numbers move to a module of their own beside each source file, which imports nothing.
 */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import type { Plugin } from 'esbuild';

/** A constant on a line of its own. */
const CONSTANT = /^(export )?const ([A-Z][A-Z0-9_]*) = ([^;\n]+);$/gm;
/** A list of nothing but strings; one with a comment in it is none. */
const LIST = /^(?:export )?const ([A-Z][A-Z0-9_]*) = \[((?:\s*'[^'\n]*',?)*)\s*\] as const;$/gm;
/** A place in a list of strings, or their number. */
const PLACE = /\b([A-Z][A-Z0-9_]*)\.(?:length|indexOf\('([^']*)'\))/g;
/** What may stand between names in an expression that is worked out here. */
const ARITHMETIC = /^[\s\d.()+*/|&^<>~xa-fA-F_e-]*$/;
const NAME = /\b[A-Z][A-Z0-9_]*\b/g;
const IMPORT = /^import \{([^}]*)\} from '(\.[^']*\.ts)';$/gm;
const SPACE = 'numbers';

interface Module {
  readonly source: string;
  /** By name: all constants that are numbers. */
  readonly numbers: ReadonlyMap<string, number>;
  /** By name: all constants that are lists of strings. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

const modules = new Map<string, Module>();

/** The plugin of the bundler. */
export const inlineNumbers: Plugin = {
  name: 'inline-numbers',
  setup(build) {
    build.onResolve({ filter: /^numbers:/ }, ({ path }) => ({
      path: path.slice(SPACE.length + 1),
      namespace: SPACE,
      sideEffects: false,
    }));
    build.onLoad({ filter: /./, namespace: SPACE }, ({ path }) => ({
      contents: [...moduleAt(path).numbers]
        .map(([name, value]) => `export const ${name} = ${value};`)
        .join('\n'),
    }));
    build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: withoutNumbers(path),
      loader: 'ts',
    }));
  },
};

/** By name: the constants of a source file that are numbers, exported or not. */
export function numbersIn(path: string): ReadonlyMap<string, number> {
  return moduleAt(path).numbers;
}

function withoutNumbers(path: string): string {
  const { source, numbers } = moduleAt(path);
  if (numbers.size === 0) return source;
  const exported: string[] = [];
  const rest = source.replace(CONSTANT, (line: string, isExported: string, name: string) => {
    if (!numbers.has(name)) return line;
    if (isExported !== undefined) exported.push(name);
    return '';
  });
  const names = [...numbers.keys()].join(', ');
  return `${rest}
import { ${names} } from 'numbers:${path}';
export { ${exported.join(', ')} };
`;
}

function moduleAt(path: string): Module {
  const known = modules.get(path);
  if (known !== undefined) return known;
  const source = readFileSync(path, 'utf8');
  const numbers = new Map<string, number>();
  const lists = new Map<string, readonly string[]>();
  const module = { source, numbers, lists };
  modules.set(path, module);
  const imported = new Map<string, Module>();
  for (const [, names = '', from = ''] of source.matchAll(IMPORT)) {
    const origin = moduleAt(join(dirname(path), from));
    for (const name of names.split(',')) imported.set(name.trim(), origin);
  }
  for (const [, name = '', elements = ''] of source.matchAll(LIST)) {
    lists.set(
      name,
      Array.from(elements.matchAll(/'([^']*)'/g), ([, element = '']) => element),
    );
  }
  for (const [, , name = '', expression = ''] of source.matchAll(CONSTANT)) {
    const written = expression
      .replace(PLACE, (place, word: string, element?: string) => {
        const list = lists.get(word) ?? imported.get(word)?.lists.get(word);
        if (list === undefined) return place;
        return `(${element === undefined ? list.length : list.indexOf(element)})`;
      })
      .replace(NAME, (word) => {
        const value = numbers.get(word) ?? imported.get(word)?.numbers.get(word);
        return value === undefined ? word : `(${value})`;
      });
    if (!ARITHMETIC.test(written)) continue;
    const value: unknown = runInNewContext(written);
    // A comparison is no number.
    if (typeof value === 'number') numbers.set(name, value);
  }
  return module;
}
