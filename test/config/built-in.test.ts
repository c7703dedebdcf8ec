/**
 * This file checks the configuration without `-c`.
 */

import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { builtInConfig } from '../../src/config/built-in.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { formatPrefix } from '../../src/net/prefix.ts';

describe('the built-in configuration', () => {
  const config = builtInConfig();

  it('trusts private, loopback and link-local networks', () => {
    const networks = config.zones.map((zone) => [zone.name, zone.networks.map(formatPrefix)]);
    expect(Object.fromEntries(networks)).toEqual({
      trust: [
        '10.0.0.0/8',
        '172.16.0.0/12',
        '192.168.0.0/16',
        '127.0.0.0/8',
        '169.254.0.0/16',
        'fc00::/7',
        '::1/128',
        'fe80::/10',
      ],
      untrust: ['0.0.0.0/0', '::/0'],
    });
  });

  it('is what a file of these zones is', () => {
    const file = parseFirewallConfig(stringify({ zones: config.effective.zones }), 'x.yaml');
    expect({ ...file, file: null }).toEqual(config);
    expect(JSON.stringify(file.effective)).toBe(JSON.stringify(config.effective));
    expect(config.rules).toBeNull();
    expect(Object.isFrozen(config.zones[0]?.networks)).toBe(true);
  });

  it('is there without zod, yaml or any other package', () => {
    const entry = fileURLToPath(new URL('../../src/config/built-in.ts', import.meta.url));
    const { files, packages } = importsOf(entry);
    expect(files.map((file) => basename(file)).sort()).toContain('build.ts');
    expect(packages).toEqual([]);
  });
});

/** What a source file loads at run time, directly or through others: own files and packages. */
function importsOf(entry: string): { files: string[]; packages: string[] } {
  const files = [entry];
  const packages: string[] = [];
  for (const file of files) {
    const imports = readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm,
    );
    for (const [, target = ''] of imports) {
      const path = resolve(dirname(file), target);
      if (!target.startsWith('.')) packages.push(target);
      else if (!files.includes(path)) files.push(path);
    }
  }
  return { files, packages };
}
