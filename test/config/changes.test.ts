/**
 * This file checks how a configuration is joined with those that take over in mid-capture: what is
 * wrong with them, what they may change, and that each is read once.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { readFirewallConfig } from '../../src/config/read-file.ts';
import { ConfigError } from '../../src/errors.ts';

const ZONES = 'zones: {a: {interfaces: [e1], networks: [10.0.0.0/8]}, b: {}}\n';
const NAMING = `${ZONES}configuration: [{at: +5, file: other.yaml}]\n`;

/** Reads a configuration whose `other.yaml` is this. */
const read = (other: string, text = NAMING) => parseFirewallConfig(text, 'fw.yaml', () => other);

function linesOf(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.lines();
  }
}

describe('what is wrong with a named file is a problem of the key that names it', () => {
  const AT = 'fw.yaml:2:32: configuration[0].file: `other.yaml`';
  it.each([
    [
      'every problem of it',
      `${ZONES}rules: [{from: c, action: alow}]\nfoo: 1\n`,
      [
        `${AT} 2:16: rules[0].from: zone \`c\` is not defined; did you mean \`a\`?`,
        expect.stringMatching(/^fw\.yaml:2:32: .* 2:27: rules\[0\]\.action: expected allow/),
        expect.stringMatching(/^fw\.yaml:2:32: .* 3:1: foo: unknown key/),
      ],
    ],
    ['no YAML', 'zones: [', [expect.stringContaining(`${AT} 1:9: not valid YAML`)]],
    ['nothing', '', [`${AT} 1:1: expected a map with at least \`zones\`, found nothing`]],
    [
      'a chain',
      `${ZONES}\nconfiguration: [{at: +9, file: third.yaml}]`,
      [
        `${AT} 3:16: configuration: a configuration that takes over in mid-capture may name no further ones`,
      ],
    ],
  ])('%s', (_, other, lines) => {
    expect(linesOf(() => read(other))).toEqual(lines);
  });

  it('no more than 20 of one file', () => {
    const rules = '  - {from: nowhere}\n'.repeat(30);
    const lines = linesOf(() => read(`${ZONES}rules:\n${rules}`));
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe(`${AT} has 10 more problems`);
  });

  it('beside the problems of the file itself', () => {
    const text = `${ZONES}configuration: [{at: 5, file: other.yaml}]\nrules: [{to: c}]\n`;
    expect(linesOf(() => read('zones: {}', text)).map((line) => line.slice(0, 44))).toEqual([
      'fw.yaml:2:22: configuration[0].at: expected ',
      'fw.yaml:2:31: configuration[0].file: `other.',
      'fw.yaml:3:14: rules[0].to: zone `c` is not d',
    ]);
  });

  it('a text has no folder to read from', () => {
    expect(linesOf(() => parseFirewallConfig(NAMING, 'fw.yaml'))).toEqual([
      `${AT} 1:1: cannot be read: this configuration is text, without a folder`,
    ]);
  });
});

describe('zones', () => {
  const DIFFERS = ': a commit cannot change zones in mid-capture';
  it.each([
    [
      'zones: {a: {interfaces: [e1], networks: [10.0.0.0/8]}}',
      'has the zones `a`, this file has `a, b`',
    ],
    [
      'zones: {b: {}, a: {interfaces: [e1], networks: [10.0.0.0/8]}}',
      'has the zones `b, a`, this file has `a, b`',
    ],
    [
      'zones: {a: {interfaces: [e2], networks: [10.0.0.0/8]}, b: {}}',
      'has other `interfaces` for the zone `a`',
    ],
    [
      'zones: {a: {interfaces: [e1], networks: [10.0.0.0/9]}, b: {}}',
      'has other `networks` for the zone `a`',
    ],
    [
      'zones: {a: {interfaces: [e1], networks: [10.0.0.0/8]}, b: {vlans: [1]}}',
      'has other `vlans` for the zone `b`',
    ],
  ])('%s', (other, difference) => {
    expect(linesOf(() => read(other))).toEqual([
      `fw.yaml:2:32: configuration[0].file: \`other.yaml\` ${difference}${DIFFERS}`,
    ]);
  });

  it('in other words are the same', () => {
    const other = 'zones:\n  a: {networks: 10.1.2.3/8, interfaces: e1}\n  b: {macs: []}\n';
    expect(linesOf(() => read(other))).toEqual([]);
  });
});

describe('a configuration with changes', () => {
  it('holds what is in force from then on', () => {
    const config = read(
      `${ZONES}rules: [{name: late}]\ntimeouts: {udp: 9}\nsession: {tcp-reject-non-syn: no}`,
    );
    expect(config.changes).toMatchObject([
      {
        at: { second: 5, isRelative: true },
        atWritten: '+5',
        file: 'other.yaml',
        rematch: false,
        config: { file: 'other.yaml', rules: [{ name: 'late' }], timeouts: { udp: 9 } },
      },
    ]);
    expect(config.changes[0]?.config.session.tcpRejectNonSyn).toBe(false);
    expect(config.changes[0]?.config.zones).toBe(config.zones);
    expect(config.notModelled).toEqual([]);
    expect([config, config.changes, config.changes[0]].every(Object.isFrozen)).toBe(true);
  });

  it('keeps what a commit cannot change, and says so', () => {
    const config = read(`${ZONES}firewall-macs: ["02:00:00:00:00:01"]
captures: [{stage: drop}]
platform: {sessions: 7}
session: {state-model: table, zonechange-count: strict, no-refresh-on-discard: yes,
  accelerated-aging: {threshold: 90}, tcp-reuse-strict-priority: yes, asymmetric-path: bypass}
rules: [{source-user: y}]`);
    const { config: later } = config.changes[0]!;
    expect(later).toMatchObject({ firewallMacs: [], captures: [], tableSessions: null });
    expect(later.session).toEqual({ ...config.session, asymmetricPath: 'bypass' });
    const kept = (key: string, why = 'the replay is set up with it') =>
      `other.yaml: \`${key}\` stays as fw.yaml has it: ${why}`;
    expect(config.notModelled).toEqual([
      kept('firewall-macs'),
      kept('captures'),
      kept('platform'),
      kept('session.state-model'),
      kept('session.zonechange-count'),
      kept('session.tcp-reuse-strict-priority'),
      kept('session.accelerated-aging'),
      kept('session.no-refresh-on-discard', 'it needs a reboot'),
      'other.yaml: `source-user` of a rule is ignored: a capture does not tell users',
    ]);
  });

  it('says what neither file has modelled once', () => {
    const rules = 'rules: [{source-user: y}]\n';
    expect(read(ZONES + rules, NAMING + rules).notModelled).toHaveLength(1);
  });

  it('reads a file that is named twice once, in whatever way', () => {
    const names: string[] = [];
    const text = `${ZONES}configuration:
  - {at: +1, file: x/other.yaml}
  - {at: +2, file: third.yaml}
  - {at: +3, file: ./x/../x/other.yaml, rematch: yes}
`;
    const config = parseFirewallConfig(text, 'fw.yaml', (name) => {
      names.push(name);
      return ZONES;
    });
    expect(names).toEqual(['x/other.yaml', 'third.yaml']);
    const [first, second, third] = config.changes;
    expect(third?.config).toBe(first?.config);
    expect(second?.config).not.toBe(first?.config);
    expect(config.changes.map(({ file }) => file)).toEqual([
      'other.yaml',
      'third.yaml',
      'other.yaml',
    ]);
  });

  it('names at most 100 different files', () => {
    const entries = Array.from({ length: 101 }, (_, i) => `  - {at: +1, file: f${i}.yaml}\n`);
    const text = (count: number) =>
      `${ZONES}configuration:\n${entries.slice(0, count).join('')}  - {at: +2, file: f0.yaml}\n`;
    expect(linesOf(() => read(ZONES, text(100)))).toEqual([]);
    expect(linesOf(() => read(ZONES, text(101)))).toEqual([
      'fw.yaml:103:20: configuration[100].file: more than 100 different files',
    ]);
  });
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slowpath-changes-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'later'));

  it('are named relative to the one that names them', () => {
    write('fw.yaml', `${ZONES}configuration: [{at: +5, file: later/other.yaml}]`);
    write('later/other.yaml', `${ZONES}rules: [{name: late}]`);
    const files: string[] = [];
    const config = readFirewallConfig(join(folder, 'fw.yaml'), (path) => files.push(path));
    expect(config.changes[0]?.config.rules?.[0]?.name).toBe('late');
    expect(files).toEqual([join(folder, 'fw.yaml'), join(folder, 'later/other.yaml')]);
    expect(JSON.stringify(config)).not.toContain(folder);
  });

  it.each([
    ['gone.yaml', 'no such file'],
    ['later', 'a folder, not a file'],
    ['latin.yaml', 'not UTF-8 text'],
    ['self.yaml', 'configuration: a configuration that takes over'],
  ])('%s: %s', (name, reason) => {
    writeFileSync(join(folder, 'latin.yaml'), Uint8Array.of(0x7a, 0xe9, 0x3a));
    write('self.yaml', `${ZONES}configuration: [{at: +5, file: ${name}}]`);
    const lines = linesOf(() => readFirewallConfig(join(folder, 'self.yaml')));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`self.yaml:2:32: configuration[0].file: \`${name}\``);
    expect(lines[0]).toContain(reason);
  });
});
