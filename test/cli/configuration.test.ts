/** This file checks `check`, `schema`, and what a replay says of a bad configuration. */

import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { workshop } from '../support/cli.ts';

const { run, path } = workshop();

describe('check', () => {
  test('says that a configuration is valid, and what is not modelled yet', () => {
    expect(run(['check', 'first.yaml'])).toMatchObject({
      status: 0,
      stdout: 'first.yaml: valid: 2 zones, 3 rules\n',
      stderr: '',
    });
    const nat = 'zones:\n  lan: {networks: [10.0.0.0/8]}\nnat: [{name: six, nat-type: nptv6}]\n';
    writeFileSync(path('nat.yaml'), nat);
    expect(run(['check', 'nat.yaml'])).toMatchObject({
      status: 0,
      stdout: 'nat.yaml: valid: 1 zone, no rules\n',
      stderr:
        'nat.yaml: warning: NAT rule `six` is nptv6, which is not modelled: it matches nothing\n',
    });
  });

  test('says what a configuration without rules means', () => {
    writeFileSync(path('small.yaml'), 'zones:\n  lan: {networks: [10.0.0.0/8]}\n');
    expect(run(['check', 'small.yaml'])).toMatchObject({
      status: 0,
      stdout: 'small.yaml: valid: 1 zone, no rules\n',
      stderr: '',
    });
  });

  test('names every problem with file, line and column, and suggests', () => {
    writeFileSync(
      path('typo.yaml'),
      'zones:\n  trust: {interfacs: [trust0]}\ntimeouts: {tcp: soon}\n',
    );
    const stderr =
      'typo.yaml:2:11: zones.trust.interfacs: unknown key; did you mean `interfaces`?\n' +
      'typo.yaml:3:17: timeouts.tcp: expected a whole number 1–15999999 (seconds), found `soon`\n';
    expect(run(['check', 'typo.yaml'])).toMatchObject({ status: 2, stdout: '', stderr });
    expect(run(['replay', 'first.pcapng', '-c', 'typo.yaml'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr,
    });
  });

  test('a file that is not there', () => {
    expect(run(['check', 'nosuch.yaml'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'nosuch.yaml:1:1: no such file\n',
    });
  });
});

test('schema prints the JSON Schema that the package ships', () => {
  const { status, stdout, stderr } = run(['schema']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ type: 'object', required: ['zones'] });
  const shipped = new URL('../../schema/firewall.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(shipped, 'utf8'))).toEqual(JSON.parse(stdout));
});
