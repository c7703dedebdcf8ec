/** This file compares the numbers that the build puts in place of constants with what the modules say. */

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { runInThisContext } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import { expect, test } from 'vitest';
import { numbersIn } from '../build-numbers.ts';

/** Those that start something when they are loaded. */
const STARTERS = ['src/cli/main.ts', 'src/cli/launch.ts'];
const paths = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => join('src', path))
  .filter((path) => /(?<!\.d)\.ts$/.test(path) && !STARTERS.includes(path));

/** Gives away the constants that a module keeps to itself, too. */
const openHearted: Plugin = {
  name: 'open-hearted',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const own = [...numbersIn(path).keys()].filter(
        (name) => !source.includes(`\nexport const ${name} = `),
      );
      return { contents: `${source}\nexport { ${own.join(', ')} };\n`, loader: 'ts' };
    });
  },
};

/** What every module of the program says of itself when it runs. */
async function modules(): Promise<Record<string, unknown>[]> {
  const imports = paths.map((path, i) => `import * as m${i} from './${path}';`);
  const { outputFiles } = await build({
    stdin: {
      contents: `${imports.join('\n')}\nexport const all = [${paths.map((_, i) => `m${i}`)}];`,
      resolveDir: '.',
    },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    define: { 'import.meta.url': '"file:///nowhere/"' },
    write: false,
    plugins: [openHearted],
  });
  const module = { exports: {} as { all: Record<string, unknown>[] } };
  const run = runInThisContext(`(function (require, module, exports) {${outputFiles[0]!.text}\n})`);
  run(createRequire(import.meta.url), module, module.exports);
  return module.exports.all;
}

test('every number that the build puts in is the one that the module has', async () => {
  const found = await modules();
  let compared = 0;
  const wrong = paths.flatMap((path, i) =>
    [...numbersIn(resolve(path))].flatMap(([name, value]) => {
      compared++;
      return Object.is(found[i]![name], value) ? [] : [`${path} ${name}: ${value}`];
    }),
  );
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(1000);
});
