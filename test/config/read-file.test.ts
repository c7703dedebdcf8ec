/**
 * This file checks how a configuration is read from disk.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readFirewallConfig } from '../../src/config/read-file.ts';
import { ConfigError } from '../../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'slowpath-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function problemsOf(name: string, content?: string | Uint8Array): string[] {
  const path = join(folder, name);
  if (content !== undefined) writeFileSync(path, content);
  try {
    readFirewallConfig(path);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.path).toBe(path);
    return error.lines().map((line) => line.replace(path, name));
  }
}

describe('readFirewallConfig', () => {
  it('reads a file', () => {
    const path = join(folder, 'good.yaml');
    writeFileSync(path, '\uFEFFzones: {küche: {}}\n');
    const config = readFirewallConfig(path);
    expect(config.file).toBe('good.yaml');
    expect(config.zones[0]?.name).toBe('küche');
  });

  it.each<[string, string | Uint8Array | undefined, string]>([
    ['none.yaml', undefined, 'none.yaml:1:1: no such file'],
    ['none/fw.yaml', undefined, 'none/fw.yaml:1:1: no such file'],
    ['.', undefined, '.:1:1: a folder, not a file'],
    ['empty.yaml', '', 'empty.yaml:1:1: expected a map with at least `zones`, found nothing'],
    ['latin.yaml', Uint8Array.of(0x7a, 0xe9, 0x3a), 'latin.yaml:1:1: not UTF-8 text'],
    ['bad.yaml', 'zones: {}\n', 'bad.yaml:1:8: zones: expected at least one zone'],
    [
      'large.yaml',
      new Uint8Array(8 * 1024 * 1024 + 1).fill(0x23),
      'large.yaml:1:1: larger than 8 MiB: not a configuration',
    ],
  ])('%s', (name, content, line) => {
    expect(problemsOf(name, content)).toEqual([line]);
  });
});
