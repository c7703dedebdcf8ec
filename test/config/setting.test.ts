/** This file checks how `PATH=VALUE` is read. */

import { expect, test } from 'vitest';
import { readSetting, readSettingPath } from '../../src/config/setting.ts';

test.each([
  ['timeouts.tcp=86400', ['timeouts', 'tcp'], '86400'],
  ['applications.ssh.tcp-timeout=28800', ['applications', 'ssh', 'tcp-timeout'], '28800'],
  ['rules.backup.profiles=[]', ['rules', 'backup', 'profiles'], []],
  ['decryption[0].action=no-decrypt', ['decryption', '0', 'action'], 'no-decrypt'],
  ['configuration.0.rematch=yes', ['configuration', '0', 'rematch'], 'yes'],
  ['zones."a.b".vlans=[7, 8]', ['zones', 'a.b', 'vlans'], ['7', '8']],
  ["zones['a b'].vlans=[7]", ['zones', 'a b', 'vlans'], ['7']],
  ['rules["x=1"].action=deny', ['rules', 'x=1', 'action'], 'deny'],
  ['a[0][1]=2', ['a', '0', '1'], '2'],
  ['platform={sessions: 10}', ['platform'], { sessions: '10' }],
  ['rules.x.application=a=b', ['rules', 'x', 'application'], 'a=b'],
  ['timeouts.tcp= 60', ['timeouts', 'tcp'], '60'],
])('%s', (text, path, value) => {
  expect(readSetting(text)).toEqual({ path, value, written: text });
});

test.each([
  ['', 'a key is missing'],
  ['timeouts.tcp', 'PATH=VALUE is needed'],
  ['=5', 'a key is missing'],
  ['timeouts..tcp=5', 'a key is missing'],
  ['timeouts.=5', 'a key is missing'],
  ['rules[0=5', 'a bracket is not closed'],
  ['rules[]=5', 'a key is missing'],
  ['zones."a=5', 'a quote is not closed'],
  ['rules[0]x=5', 'PATH=VALUE is needed'],
  ['timeouts.tcp=', 'a value is needed'],
  ['rules=[a', 'the value is not YAML'],
  ['rules=!x a', 'the value is not YAML'],
  ['rules={a: 1, a: 2}', 'the value is not YAML'],
  ['rules=a\n---\nb', 'the value is not YAML'],
  [`${'a.'.repeat(40)}b=1`, 'no key of a configuration is that deep'],
  [`a=${'['.repeat(100)}${']'.repeat(100)}`, 'the value is not YAML'],
])('%s is refused', (text, why) => {
  expect(readSetting(text)).toContain(why);
});

test('a path alone ends with its last key', () => {
  expect(readSettingPath('rules.backup.profiles')).toEqual(['rules', 'backup', 'profiles']);
  expect(readSettingPath('rules.backup=5')).toContain('a path ends');
});

test('what a terminal might obey is not in what is shown', () => {
  const read = readSetting('timeouts.tcp=\u001b[31m5');
  expect(typeof read === 'string' ? read : read.written).not.toContain('\u001b');
});
