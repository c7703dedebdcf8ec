/** This file checks the answers on the samples' pages: what-ifs, whose sums the pages work out by hand. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PROGRAM, plainEnv } from '../support/cli.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A command of a page, and what it should print. */
const questions = readdirSync(join(ROOT, 'samples')).flatMap((sample) => {
  const page = join(ROOT, 'samples', sample, 'scenario.md');
  if (!existsSync(page)) return [];
  const blocks =
    /```\nnpm run --silent slowpath -- (whatif [^\n]+)\n```\n\n```text\n([\s\S]*?)```\n/g;
  return [...readFileSync(page, 'utf8').matchAll(blocks)].map(([, command = '', answer = '']) => ({
    ...{ sample, command, answer },
  }));
});

test('the questions are found', () => {
  expect(questions.map(({ sample }) => sample)).toEqual([
    ...['ftp-active', 'long-timer', 'offload-decrypt', 'rematch'],
    ...['sip-discard', 'ssh-idle', 'table-full'],
  ]);
});

test.each(questions)('$command', ({ command, answer }) => {
  const args = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);
  const { stdout, stderr, status } = spawnSync(process.execPath, [PROGRAM, ...args.map(String)], {
    ...{ cwd: ROOT, encoding: 'utf8', env: plainEnv() },
  });
  expect(stdout).toBe(answer);
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
