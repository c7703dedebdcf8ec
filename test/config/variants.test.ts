/** This file checks how configurations are varied: settings over a file, and files of variants. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BUILT_IN_YAML, builtInConfig } from '../../src/config/built-in.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { readSetting, type Setting } from '../../src/config/setting.ts';
import { readVariants } from '../../src/config/variants.ts';
import { readVariantsFile, type VariantRequest } from '../../src/config/variants-file.ts';
import { ConfigError, UsageError } from '../../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'slowpath-variants-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BASE = `# Kept as it is.
zones:
  trust: {networks: [10.0.0.0/8]}
  "d.m z": {networks: [192.0.2.0/24]}
  untrust: {networks: [0.0.0.0/0]}   # the rest
timeouts:
  tcp: 3600
  udp: 30
rules:
  - {name: backup, from: [trust], to: [untrust], application: [ssh], action: allow}
  - name: out
    from: [trust]
    to: [untrust]
    action: allow
services: {web: tcp/80}
`;
const basePath = join(folder, 'firewall.yaml');
writeFileSync(basePath, BASE);

function setting(text: string): Setting {
  const read = readSetting(text);
  if (typeof read === 'string') throw new Error(read);
  return read;
}

const asked = (...texts: string[]): VariantRequest => ({
  ...{ origin: '--set', name: null, config: null },
  settings: texts.map(setting),
});

const vary = (...requests: VariantRequest[]) => readVariants(basePath, requests, () => {});

/** The effective configuration of the base with these settings. */
const effective = (...texts: string[]) =>
  JSON.parse(JSON.stringify(vary(asked(...texts))[1]?.config.effective));

/** What is said when the base cannot have these settings. */
function refused(...requests: VariantRequest[]): string {
  try {
    vary(...requests);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'nothing';
}

describe('settings', () => {
  test('replace what is there, and nothing else', () => {
    const plain = JSON.parse(JSON.stringify(vary(asked('timeouts.udp=30'))[0].config.effective));
    expect(effective('timeouts.tcp=86400')).toEqual({
      ...plain,
      timeouts: { ...plain.timeouts, tcp: 86400 },
    });
  });

  test('make keys and maps that are not there', () => {
    expect(effective('applications.ssh.tcp-timeout=28800').applications).toMatchObject({
      ssh: { 'tcp-timeout': 28800 },
    });
    expect(effective('platform.sessions=10').platform).toMatchObject({ sessions: 10 });
  });

  test('find entries of lists by name and by index', () => {
    expect(effective('rules.out.action=deny').rules[1].action).toBe('deny');
    expect(effective('rules[0].action=drop').rules[0].action).toBe('drop');
    expect(effective('rules.backup.application=[ftp, ssh]').rules[0].application).toEqual([
      'ftp',
      'ssh',
    ]);
  });

  test('reach keys with dots and blanks', () => {
    const { zones } = effective('zones."d.m z".networks=[198.51.100.0/24]');
    expect(zones['d.m z'].networks).toEqual(['198.51.100.0/24']);
  });

  test('several make one variant', () => {
    const { timeouts } = effective('timeouts.tcp=60', 'timeouts.udp=5');
    expect(timeouts).toMatchObject({ tcp: 60, udp: 5 });
  });

  test('leave comments, order and the lines above as they are', () => {
    const [, variant] = vary(asked('timeouts.tcp=86400'));
    const text = new Map(variant?.files).get('timeouts.tcp=86400.yaml') ?? '';
    const lines = text.split('\n');
    expect(lines[0]).toBe('# Kept as it is.');
    expect(lines[4]).toContain('# the rest');
    expect(lines[6]).toBe('  tcp: 86400');
    expect(lines.indexOf('rules:')).toBe(BASE.split('\n').indexOf('rules:'));
    expect(text).toContain('# firewall.yaml with timeouts.tcp=86400\n');
  });

  test('the kept text is the configuration', () => {
    const [, variant] = vary(asked('rules.backup.profiles=[]', 'session.app-id=ports'));
    for (const [name, text] of variant?.files ?? []) {
      expect(parseFirewallConfig(text, name)).toEqual(variant?.config);
    }
  });
});

describe('errors name the setting', () => {
  test.each([
    ['timeouts.tpc=5', '--set timeouts.tpc=5: timeouts.tpc: unknown key; did you mean `tcp`?'],
    ['timeouts.tcp=soon', '--set timeouts.tcp=soon: timeouts.tcp: expected a whole number'],
    ['rules.bakup.action=deny', '`rules` has no entry `bakup`; did you mean `backup`?'],
    ['rules[7].action=deny', '`rules` has no entry `7`; it has 2 entries'],
    ['timeouts.tcp.x=5', '`timeouts.tcp` is one value, without keys'],
    ['rules.out.from=[dmz]', '--set rules.out.from=[dmz]: rules[1].from[0]: zone `dmz` is not'],
    ['zones.trust={networks: [10.0.0.0/99]}', 'zones.trust.networks[0]'],
  ])('%s', (text, message) => {
    expect(refused(asked(text))).toContain(message);
  });

  test('a named one with its file', () => {
    const request = { ...asked('timeouts.tpc=5'), origin: 'v.yaml', name: 'a day' };
    expect(refused(request)).toContain('v.yaml: variant `a day`, timeouts.tpc=5: timeouts.tpc:');
  });

  test('two of one name, and the name of the base', () => {
    expect(refused(asked('timeouts.tcp=5'), asked('timeouts.tcp=5'))).toContain('two variants');
    expect(refused({ ...asked('timeouts.tcp=5'), name: 'base' })).toContain('two variants');
  });

  test('too many', () => {
    const many = Array.from({ length: 17 }, (_, i) => asked(`timeouts.tcp=${i + 1}`));
    expect(refused(...many)).toContain('more than 16 variants');
  });

  test('a base that is wrong itself is told of as ever', () => {
    const path = join(folder, 'wrong.yaml');
    writeFileSync(path, 'zones: {a: {networks: [10.0.0.0/8]}}\ntimeouts: {tpc: 5}\n');
    expect(() => readVariants(path, [asked('timeouts.udp=5')], () => {})).toThrow(ConfigError);
  });
});

test('names of files are safe, and unlike each other in any case of letters', () => {
  const named = (name: string, i: number) => ({ ...asked(`timeouts.tcp=${i + 1}`), name });
  const names = ['a/b', '../x', 'A-B', 'ü', 'x.yaml', 'x', '.hidden', 'BASE'];
  const files = vary(...names.map(named)).map(({ fileName }) => fileName);
  const wanted = ['a-b', 'x', 'A-B-2', 'variant', 'x.yaml-2', 'x-2', 'hidden', 'BASE-2'];
  expect(files).toEqual(['base', ...wanted]);
  const folders = files.flatMap((file) => [file.toLowerCase(), `${file.toLowerCase()}.yaml`]);
  expect(new Set(folders).size).toBe(folders.length);
  for (const file of files) expect(file).toMatch(/^\w[\w.=+-]*$/);
});

test('the built-in configuration is its text', () => {
  const { effective: text } = parseFirewallConfig(BUILT_IN_YAML, 'x.yaml');
  expect(text).toEqual(builtInConfig().effective);
  const [base, variant] = readVariants(undefined, [asked('timeouts.tcp=5')], () => {});
  expect(base.config.file).toBeNull();
  expect(variant?.config.zones).toEqual(base.config.zones);
});

describe('a file of variants', () => {
  const read = (text: string) => readVariantsFile(text, join(folder, 'variants.yaml'));

  test('has names, settings and configurations', () => {
    mkdirSync(join(folder, 'other'), { recursive: true });
    writeFileSync(join(folder, 'other/small.yaml'), `${BASE}platform: {sessions: 5}\n`);
    const requests = read(`variants:
  - {name: a day, set: {timeouts.tcp: 86400, "rules.backup.profiles": []}}
  - {name: small, config: other/small.yaml}
  - name: small and short
    config: other/small.yaml
    set:
      rules[0].action: drop
`);
    const [, day, small, both] = readVariants(basePath, requests, () => {});
    expect(day?.config.file).toBe('a-day.yaml');
    expect(day?.settings).toEqual(['timeouts.tcp=86400', 'rules.backup.profiles=[]']);
    expect(small?.config.file).toBe('small.yaml');
    expect(small?.config.tableSessions).toBe(5);
    expect(small?.files).toEqual([]);
    expect(both?.config.tableSessions).toBe(5);
    expect(both?.config.rules?.[0]?.action).toBe('drop');
  });

  test.each([
    ['', 1, 'expected `variants`'],
    ['variants: []', 1, 'expected `variants`'],
    ['varants: []', 1, 'unknown key; did you mean `variants`?'],
    ['variants:\n  - 5', 2, 'expected a map'],
    ['variants:\n  - {name: a}', 2, 'says nothing'],
    ['variants:\n  - {name: a, sett: {}}', 2, 'unknown key; did you mean `set`?'],
    ['variants:\n  - {name: a, set: [x]}', 2, 'expected a map of paths and values'],
    ['variants:\n  - {name: a, set: {a..b: 5}}', 2, 'a key is missing'],
    ['variants:\n  - {name: a, set: {a.b: }}', 2, 'a value is needed'],
    ['variants:\n  - {name: a, set: {x: 1}}\n  - {name: a, set: {x: 2}}', 3, 'two variants'],
    ['variants:\n  - {name: [], set: {x: 1}}', 2, 'expected a text'],
    ['variants: [', 1, 'not valid YAML'],
  ])('%j', (text, line, message) => {
    try {
      read(text);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const [problem] = error.problems;
      expect(problem?.line).toBe(line);
      expect(problem?.message).toContain(message);
    }
  });
});
