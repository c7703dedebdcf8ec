/** This file builds `dist` before the tests run, if a source is newer, or if another Node built it. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCommandLine } from '../../build.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Bytecode is of the Node that runs the build (src/cli/launch.ts). */
const OWN_BYTECODE = join(
  ROOT,
  `dist/cli/program.js.${process.version}-${process.platform}-${process.arch}`,
);

export default async function setup(): Promise<void> {
  const built = statSync(join(ROOT, 'dist/cli/main.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (existsSync(OWN_BYTECODE) && newestIn('src') < built) return;
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const options = ['-p', 'tsconfig.build.json'];
  const { status } = spawnSync(process.execPath, [compiler, ...options], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  // Types are another check's business: what could be built is tested.
  if (status !== 0) process.stderr.write('the build has type errors: npm run types\n');
  await buildCommandLine();
}

function newestIn(folder: string): number {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return files.reduce(
    (newest, file) => Math.max(newest, statSync(join(ROOT, folder, file)).mtimeMs),
    0,
  );
}
