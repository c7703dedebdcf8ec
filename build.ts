/**
 * This file builds the command line: one script that holds the libraries, too, in place of some three
 * hundred modules, each of which Node would have to find and link at every start; and the bytecode of it,
 * so that V8 need not compile it at every start. The library (`dist/index.js`) is built by the compiler
 * alone, and takes its libraries from where they are installed.
 */

import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { inlineNumbers } from './build-numbers.ts';

const ROOT = fileURLToPath(new URL('./', import.meta.url));
const OUT = join(ROOT, 'dist/cli');
const PROGRAM = 'program.js';

/** What every script of the command line has in common. */
const SCRIPT: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  // Numbers stand where their names stood, across modules: a twelfth of a long replay's time.
  minifySyntax: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  logLevel: 'warning',
};

const OWN_URL = `const PROGRAM_URL = require('node:url').pathToFileURL(__filename).href;`;
/** The program as an expression whose value is a function: see launch.ts. */
const OPENING = `(function (require, __filename) {
'use strict';
${OWN_URL}`;

/** Runs whose functions are kept as bytecode. */
const USUAL_RUNS = ['csv', 'ndjson', 'text'].map((form) => [
  ...['replay', 'samples/first-look/capture.pcapng', '-c', 'samples/first-look/firewall.yaml'],
  ...['--print', form],
]);

/** Writes `dist/cli`: `main.js`, which starts the program; the program; its bytecode. */
export async function buildCommandLine(): Promise<void> {
  rmSync(OUT, { recursive: true, force: true });
  await buildProgram();
  await buildThread();
  // The package's other files are modules.
  writeFileSync(join(OUT, 'package.json'), '{ "type": "commonjs" }\n');
  await buildLaunch('main.js', false);
  chmodSync(join(OUT, 'main.js'), 0o755);
  await buildLaunch('keep-bytecode.js', true);
  for (const run of USUAL_RUNS) {
    const { NODE_OPTIONS, ...env } = process.env;
    const args = [join(OUT, 'keep-bytecode.js'), ...run, '--quiet'];
    execFileSync(process.execPath, args, {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  rmSync(join(OUT, 'keep-bytecode.js'));
}

/**
 * What the program takes of those of Node's modules that few runs need: they are loaded at the first call.
 * With the modules that these load they took 4 of the 50 ms that a short replay added to Node's own.
 */
const LATE: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['spawn'],
  'node:crypto': ['createCipheriv', 'createDecipheriv', 'createHash', 'createHmac', 'randomBytes'],
  'node:net': ['Socket'],
  'node:tty': ['isatty'],
};

const late: Plugin = {
  name: 'late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      namespace !== 'late' && path in LATE ? { path, namespace: 'late' } : { path, external: true },
    );
    onLoad({ filter: /^/, namespace: 'late' }, ({ path }) => ({
      contents: (LATE[path] ?? [])
        .map(
          (name) => `export function ${name}(...args) {
            const { ${name}: own } = require('${path}');
            return new.target === undefined ? own(...args) : new own(...args);
          }`,
        )
        .join('\n'),
    }));
  },
};

/** What scripts that do work have in common, beside that. */
const WORKING: BuildOptions = {
  // Loaded from where they are installed, when they are needed: d3-node is a DOM and all of d3, and Node
  // is silent about what pcap-parser uses only as long as it is a package.
  external: ['d3-node', 'pcap-parser'],
  plugins: [late, inlineNumbers],
  supported: { 'dynamic-import': false },
  // Names and short lines stay, for whoever reads a stack trace; shorter is read sooner.
  minifyWhitespace: true,
  lineLimit: 100,
  legalComments: 'eof',
  define: { 'import.meta.url': 'PROGRAM_URL' },
};

async function buildProgram(): Promise<void> {
  const outfile = join(OUT, PROGRAM);
  const { metafile } = await build({
    ...SCRIPT,
    ...WORKING,
    entryPoints: ['src/cli/main.ts'],
    outfile,
    metafile: true,
    banner: { js: OPENING },
    footer: { js: '})' },
  });
  if (/[^\0-\x7f]/.test(readFileSync(outfile, 'utf8'))) throw new Error(`${PROGRAM} is not ASCII`);
  writeFileSync(join(OUT, 'LICENSES.txt'), licencesOf(Object.keys(metafile.inputs)));
}

/** A thread needs a script of its own to start from. */
async function buildThread(): Promise<void> {
  await build({
    ...SCRIPT,
    ...WORKING,
    entryPoints: ['src/ahead/reading-thread.ts'],
    outfile: join(OUT, 'reading-thread.js'),
    banner: { js: OWN_URL },
  });
}

/** @param keepsBytecode makes what writes the bytecode when the program ends */
async function buildLaunch(name: string, keepsBytecode: boolean): Promise<void> {
  await build({
    ...SCRIPT,
    entryPoints: ['src/cli/launch.ts'],
    outfile: join(OUT, name),
    define: { BUILT: JSON.stringify({ program: PROGRAM, keepsBytecode }) },
  });
}

/** The licences of the packages that are part of the program. */
function licencesOf(inputs: readonly string[]): string {
  const folders = inputs.flatMap((path) => /^node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)]
    .sort()
    .map((folder) => {
      const file = readdirSync(join(ROOT, folder)).find((name) => /^licen[cs]e/i.test(name));
      if (file === undefined) throw new Error(`${folder} has no licence`);
      const text = readFileSync(join(ROOT, folder, file), 'utf8');
      return `${folder.slice('node_modules/'.length)}\n\n${text.trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildCommandLine();
