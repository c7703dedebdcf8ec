/** This file checks how the built command line starts: with the bytecode of the build, and without. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { afterAll, expect, test } from 'vitest';
import { PROGRAM, plainEnv } from '../support/cli.ts';

const BUILT = dirname(PROGRAM);
const BYTECODE = `program.js.${process.version}-${process.platform}-${process.arch}`;
const folder = mkdtempSync(join(tmpdir(), 'slowpath-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of what was built, and what it says of its version. */
function versionOf(name: string, change: (cli: string) => void): string {
  const cli = join(folder, name, 'dist/cli');
  mkdirSync(cli, { recursive: true });
  cpSync(BUILT, cli, { recursive: true });
  cpSync(join(BUILT, '../../package.json'), join(folder, name, 'package.json'));
  change(cli);
  const run = spawnSync(process.execPath, [join(cli, 'main.js'), '--version'], {
    encoding: 'utf8',
    env: plainEnv(),
  });
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
  return run.stdout;
}

test('this Node takes the bytecode that the build left', () => {
  const filename = join(BUILT, 'program.js');
  // Behind it are its sums.
  const cachedData = readFileSync(join(BUILT, BYTECODE)).subarray(0, -8);
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
  expect(script.cachedDataRejected).toBe(false);
});

test('without it, or with another one, the program is the same', () => {
  const usual = versionOf('usual', () => {});
  expect(usual).toMatch(/^slowpath \d/);
  expect(versionOf('none', (cli) => rmSync(join(cli, BYTECODE)))).toBe(usual);
  expect(versionOf('wrong', (cli) => writeFileSync(join(cli, BYTECODE), 'wrong'))).toBe(usual);
  expect(versionOf('empty', (cli) => writeFileSync(join(cli, BYTECODE), ''))).toBe(usual);
});

test('damaged bytecode is not taken: V8 would end the process', () => {
  const usual = versionOf('whole', () => {});
  const damage = (cli: string) => {
    const bytecode = readFileSync(join(cli, BYTECODE));
    bytecode[bytecode.length >> 1]! ^= 0xff;
    writeFileSync(join(cli, BYTECODE), bytecode);
  };
  expect(versionOf('damaged', damage)).toBe(usual);
});

test('nor is that of another program of the same length', () => {
  const change = (cli: string) => {
    const program = join(cli, 'program.js');
    writeFileSync(
      program,
      readFileSync(program, 'latin1').replaceAll('(Node ', '(node '),
      'latin1',
    );
  };
  expect(versionOf('changed', change)).toContain('(node ');
});

test('the licences of what is built in lie beside it', () => {
  const text = readFileSync(join(BUILT, 'LICENSES.txt'), 'utf8');
  for (const name of ['commander', 'yaml', 'zod'])
    expect(text).toMatch(new RegExp(`^${name}$`, 'm'));
});
