/** This file checks with knip that nothing in the project is unused, and that knip saw the project. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

function knip(...options: string[]): { status: number | null; stdout: string; stderr: string } {
  const cli = join(ROOT, 'node_modules/knip/bin/knip.js');
  return spawnSync(process.execPath, [cli, ...options], { cwd: ROOT, encoding: 'utf8' });
}

test('nothing is unused', () => {
  const { status, stdout, stderr } = knip();
  expect(status, stdout + stderr).toBe(0);
});

test('without its first entry, knip finds what hangs on it: it sees the files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slowpath-knip-'));
  try {
    const text = readFileSync(join(ROOT, 'knip.json'), 'utf8');
    const config = JSON.parse(text) as { entry: string[]; $schema?: string };
    const entry = config.entry.filter((path) => !path.startsWith('bench/'));
    expect(entry.length).toBeLessThan(config.entry.length);
    const path = join(folder, 'knip.json');
    writeFileSync(path, JSON.stringify({ ...config, $schema: undefined, entry }));
    const { status, stdout } = knip('--config', path, '--include', 'files');
    expect(status).toBe(1);
    expect(stdout).toContain('bench/stages.ts');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
