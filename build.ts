/**
 * This file builds the command line: one file a command, in place of some two hundred modules, each of
 * which Node would have to find and link at every start. The library (`dist/index.js`) is built by the
 * compiler alone.
 */

import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('./', import.meta.url));

/** Writes `dist/cli/main.js` and the chunks that it loads when they are needed. */
export async function buildCommandLine(): Promise<void> {
  const outdir = join(ROOT, 'dist/cli');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: [
      { in: 'src/cli/main.ts', out: 'main' },
      // A thread needs a file of its own to start from.
      { in: 'src/ahead/reading-thread.ts', out: 'reading-thread' },
    ],
    outdir,
    bundle: true,
    splitting: true,
    // Numbers stand where their names stood, across modules: a twelfth of a long replay's time.
    minifySyntax: true,
    // Libraries stay what package.json says that they are.
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  });
  chmodSync(join(outdir, 'main.js'), 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildCommandLine();
