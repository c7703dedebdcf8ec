/** This file checks what a configuration says about hardware offload (panos.md §7). */

import { describe, expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/errors.ts';

const read = (lines: string, others: Readonly<Record<string, string>> = {}) => {
  const zones = 'zones: {a: {interfaces: [e1]}, b: {interfaces: [e2]}}\n';
  return parseFirewallConfig(`${zones}${lines}`, 'fw.yaml', (name) => zones + (others[name] ?? ''));
};

function problemsOf(lines: string): string[] {
  try {
    read(lines);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('the platform', () => {
  // Documented: the vendor's knowledge base. Unconfirmed: panos.md §7, counted as hardware.
  it.each([
    ['PA-3220', true, 'documented'],
    ['PA-5280', true, 'documented'],
    ['PA-7050', true, 'documented'],
    ['PA-3440', true, 'unconfirmed'],
    ['PA-5450', true, 'unconfirmed'],
    ['PA-220', false, 'documented'],
    ['PA-460', false, 'documented'],
    ['PA-850', false, 'documented'],
    ['VM-300', false, 'documented'],
    ['CN-Series', false, 'documented'],
  ])('%s', (model, hasHardware, basis) => {
    const { offload } = read(`platform: {model: ${model}}`);
    expect(offload).toMatchObject({ hasHardware, basis, platform: model });
  });

  it('is assumed to have hardware where nothing is said, and has what the key says', () => {
    expect(read('').offload).toMatchObject({ hasHardware: true, basis: 'assumed', platform: null });
    const given = read('platform: {model: PA-3220, hardware-offload: no}').offload;
    expect(given).toMatchObject({ hasHardware: false, basis: 'configured' });
  });

  it.each([
    ['{model: PA-3220}', 'every-packet'],
    ['{model: PA-3220, hardware-refresh: model}', 'packets-64'],
    ['{model: PA-5450, hardware-refresh: model}', 'every-packet'],
    ['{hardware-refresh: model}', 'every-packet'],
    ['{hardware-refresh: packets-16}', 'packets-16'],
  ])('%s refreshes %s', (platform, refresh) => {
    expect(read(`platform: ${platform}`).offload.refresh).toBe(refresh);
  });
});

describe('decryption rules', () => {
  it('are for TLS or SSH, decrypt or not, and may be undecidable', () => {
    const { decryption } = read(`decryption:
  - {from: a, to: b, source: 10.0.0.1, negate-source: yes, service: tcp/443, action: decrypt}
  - {disabled: yes}
  - {name: ssh, type: ssh-proxy, action: decrypt-and-forward}
  - {name: in, type: ssl-inbound-inspection}
  - {name: who, source-user: me}
  - {name: what, category: banking}`);
    expect(decryption).toMatchObject([
      { name: 'decryption-1', application: 'ssl', decrypts: true, from: ['a'], to: ['b'] },
      { name: 'ssh', application: 'ssh', decrypts: true, isUnknowable: false, from: null },
      { name: 'in', application: 'ssl', decrypts: false },
      { name: 'who', isUnknowable: true },
      { name: 'what', isUnknowable: true },
    ]);
    expect(decryption[0]).toMatchObject({ negateSource: true, service: [{ protocol: 'tcp' }] });
  });

  it('know no application-default', () => {
    expect(problemsOf('decryption: [{service: application-default}]')).toEqual([
      'only security rules know `application-default`; name ports, or leave the key out for any',
    ]);
  });
});

describe('commands and features', () => {
  it('are read', () => {
    const { commands, dataplaneFeatures } = read(`commands:
  - {at: +5, command: set session offload no}
  - {at: 2026-05-25T11:47:22Z, command: set session offload yes}
dataplane-features: [{feature: tunnel-content-inspection, from: a}]`);
    expect(commands.map(({ command }) => command)).toEqual([
      'set session offload no',
      'set session offload yes',
    ]);
    expect(dataplaneFeatures).toMatchObject([
      { feature: 'tunnel-content-inspection', from: ['a'], to: null, source: null },
    ]);
  });

  it.each([
    [
      'commands: [{at: +5, command: set session offload off}]',
      'expected set session offload yes or set session offload no',
    ],
    [
      'commands: [{at: +5, command: set sesion offload no}]',
      'did you mean `set session offload no`?',
    ],
    ['commands: [{command: set session offload no}]', 'missing; expected a time'],
    ['dataplane-features: [{feature: capture}]', 'did you mean `packet-capture`?'],
    ['dataplane-features: [{feature: qos, from: c}]', '`c`'],
    ['dataplane-features: [{feature: qos, source: host}]', '`host`'],
  ])('%s', (lines, message) => {
    const problems = problemsOf(lines);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });
});

describe('a configuration that takes over', () => {
  it('brings its switches and rules; platform and commands stay', () => {
    const config = read('configuration: [{at: +5, file: x.yaml}]\nplatform: {model: PA-3220}', {
      'x.yaml': `session: {offload: no}
platform: {model: PA-440}
decryption: [{name: all, action: decrypt}]
commands: [{at: +9, command: set session offload yes}]`,
    });
    const { config: other } = config.changes[0]!;
    expect(other.offload).toMatchObject({ isOn: false, hasHardware: true, platform: 'PA-3220' });
    expect(other.decryption).toHaveLength(1);
    expect(other.commands).toEqual([]);
    expect(config.notModelled.filter((text) => !text.includes('nat-'))).toEqual([
      'x.yaml: `platform` stays as fw.yaml has it: the replay is set up with it',
      'x.yaml: `commands` stays as fw.yaml has it: the replay is set up with it',
    ]);
  });
});
