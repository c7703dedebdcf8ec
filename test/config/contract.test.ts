/**
 * This file checks that the example of CONTRACT.md means what it says, key by key.
 */

import { describe, expect, it } from 'vitest';
import { isMap, isScalar, isSeq, parse, parseDocument, stringify } from 'yaml';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { CONTRACT_EXAMPLE } from './contract-example.ts';
import { problemLines } from './problem-lines.ts';

/** Maps whose keys are names that the user chooses. */
const FREE_KEYS = ['zones', 'services', 'applications'];

interface KeyAt {
  readonly path: string;
  readonly key: string;
  readonly offset: number;
}

function keysOf(node: unknown, path: string, keys: KeyAt[]): KeyAt[] {
  const items = isSeq(node) ? node.items : [];
  for (const [i, item] of items.entries()) keysOf(item, `${path}[${i}]`, keys);
  if (!isMap(node)) return keys;
  for (const { key, value } of node.items) {
    if (!isScalar(key) || !key.range) throw new Error('the example has only plain keys');
    const inner = path === '' ? String(key.value) : `${path}.${key.value}`;
    if (!FREE_KEYS.includes(path)) {
      keys.push({ path: inner, key: String(key.value), offset: key.range[0] });
    }
    keysOf(value, inner, keys);
  }
  return keys;
}

const KEYS = keysOf(parseDocument(CONTRACT_EXAMPLE).contents, '', []);

describe('the example of CONTRACT.md', () => {
  it('is a configuration', () => {
    expect(problemLines(CONTRACT_EXAMPLE)).toEqual([]);
    expect(KEYS.length).toBeGreaterThan(50);
  });

  it.each(KEYS)('$path is known, and with a letter more it is not', ({ path, key, offset }) => {
    const end = offset + key.length;
    const text = `${CONTRACT_EXAMPLE.slice(0, end)}x${CONTRACT_EXAMPLE.slice(end)}`;
    const lines = CONTRACT_EXAMPLE.slice(0, offset).split('\n');
    const at = `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
    expect(problemLines(text)).toContain(`${at}: ${path}x: unknown key; did you mean \`${key}\`?`);
  });

  it('has every value in the effective configuration', () => {
    const { effective } = parseFirewallConfig(CONTRACT_EXAMPLE, 'fw.yaml');
    const written: unknown = parse(
      CONTRACT_EXAMPLE.replace(/: yes/g, ': true').replace(/: no\b/g, ': false'),
    );
    const expected = written as { services: object; nat: { 'source-translation': object }[] };
    expected.services = { 'web-alt': { ports: ['tcp/8081'] } };
    const translation = { 'dynamic-ip-and-port': { 'translated-address': ['203.0.113.5'] } };
    for (const rule of expected.nat) rule['source-translation'] = translation;
    expect(effective).toMatchObject(expected);
  });

  it('read again from its effective form means the same', () => {
    const first = parseFirewallConfig(CONTRACT_EXAMPLE, 'fw.yaml').effective;
    const again = parseFirewallConfig(stringify(first), 'fw.yaml').effective;
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
  });

  it('names what is not modelled', () => {
    expect(parseFirewallConfig(CONTRACT_EXAMPLE, 'fw.yaml').notModelled).toMatchInlineSnapshot(
      `[]`,
    );
  });
});
