/**
 * This file checks the JSON Schema for editors, and keeps the copy in `schema/` up to date.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { firewallJsonSchema } from '../../src/config/json-schema.ts';
import { CONTRACT_EXAMPLE } from './contract-example.ts';

type Json = Readonly<Record<string, unknown>>;

const schema = firewallJsonSchema();

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

/** What stands at a path inside a value. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((node, key) => (isJson(node) ? node[key] : undefined), value);
}

function entriesOf(value: unknown): [string, unknown][] {
  return isJson(value) ? Object.entries(value) : [];
}

/** Every property of a schema with its path; alternatives are walked through. */
function propertiesOf(node: unknown, path: string): [string, unknown][] {
  if (!isJson(node)) return [];
  const found: [string, unknown][] = [];
  for (const [key, value] of entriesOf(at(node, 'properties'))) {
    found.push([`${path}.${key}`, value], ...propertiesOf(value, `${path}.${key}`));
  }
  const inner = [at(node, 'items'), at(node, 'additionalProperties')];
  const alternatives = entriesOf(at(node, 'anyOf')).map(([, value]) => value);
  return [...found, ...[...inner, ...alternatives].flatMap((value) => propertiesOf(value, path))];
}

/** Every key of a configuration with its path, without list indexes and the user's own names. */
function keysOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysOf(item, path));
  const isFree = ['.zones', '.services', '.applications'].includes(path);
  return entriesOf(value).flatMap(([key, inner]) => {
    if (isFree) return keysOf(inner, path);
    return [`${path}.${key}`, ...keysOf(inner, `${path}.${key}`)];
  });
}

/** Paths of values that are not of the type that the schema has for them, as an editor would say. */
function misfits(node: unknown, value: unknown, path = ''): string[] {
  const forms = entriesOf(at(node, 'anyOf')).map(([, form]) => misfits(form, value, path));
  if (forms.length > 0) return forms.find((found) => found.length === 0) ?? forms[0]!;
  const types = [at(node, 'type')].flat();
  const isList = Array.isArray(value);
  const type = isList ? 'array' : typeof value;
  const isWhole = Number.isInteger(value) && types.includes('integer');
  if (!(types.includes(type) || isWhole)) return [path];
  return entriesOf(value).flatMap(([key, inner]) => {
    const other = at(node, isList ? 'items' : 'additionalProperties');
    return misfits(at(node, 'properties', key) ?? other, inner, `${path}.${key}`);
  });
}

/** Configurations that people see first: the README's and the samples'. */
function shownConfigurations(): [string, unknown][] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const blocks = [...readme.matchAll(/```yaml\n(zones:.*?)```/gs)].map(([, text]) => text!);
  const folder = new URL('../../samples/', import.meta.url);
  const files = readdirSync(folder, { recursive: true }).map(String).sort();
  const samples = files.filter((file) => file.endsWith('.yaml'));
  return [
    ...blocks.map((text, i): [string, unknown] => [`README ${i + 1}`, parse(text)]),
    ...samples.map((file): [string, unknown] => [
      file,
      parse(readFileSync(new URL(file, folder), 'utf8')),
    ]),
  ];
}

describe('the JSON Schema', () => {
  it('is the file in schema/', async () => {
    const text = `${JSON.stringify(schema, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../schema/firewall.schema.json');
  });

  it('describes every key, refuses others and needs only zones', () => {
    const properties = propertiesOf(schema, '');
    expect(properties.length).toBeGreaterThan(100);
    expect(properties.filter(([, value]) => typeof at(value, 'description') !== 'string')).toEqual(
      [],
    );
    expect(schema).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      required: ['zones'],
      additionalProperties: false,
    });
    expect(JSON.stringify(schema)).not.toContain('"x-');
  });

  it('knows every key of the example in CONTRACT.md', () => {
    const known = new Set(propertiesOf(schema, '').map(([path]) => path));
    const keys = keysOf(parse(CONTRACT_EXAMPLE), '');
    expect(keys.length).toBeGreaterThan(50);
    expect(keys.filter((path) => !known.has(path))).toEqual([]);
  });

  it.each(shownConfigurations())('takes the values of %s as YAML reads them', (_, value) => {
    expect(misfits(schema, value)).toEqual([]);
  });

  it.each(['yes', 'no', 'Yes', 'TRUE', 'false'])('takes %s for a boolean', (word) => {
    const flag = at(schema, 'properties', 'session', 'properties', 'tcp-reject-non-syn');
    expect(flag).toMatchObject({ type: ['boolean', 'string'], default: true });
    expect(word).toMatch(new RegExp(String(at(flag, 'pattern'))));
    expect(`${word}x`).not.toMatch(new RegExp(String(at(flag, 'pattern'))));
  });

  it('has ranges, words and short forms', () => {
    expect(at(schema, 'properties', 'timeouts', 'properties', 'tcp-init')).toEqual({
      description: 'Seconds: TCP from the SYN until the SYN-ACK. Default: 5.',
      type: 'integer',
      minimum: 1,
      maximum: 60,
      default: 5,
    });
    expect(at(schema, 'properties', 'session', 'properties', 'state-model')).toMatchObject({
      enum: ['connection', 'table'],
    });
    const vlan = { type: 'integer', minimum: 1, maximum: 4094 };
    expect(
      at(schema, 'properties', 'zones', 'additionalProperties', 'properties', 'vlans'),
    ).toMatchObject({
      anyOf: [{ type: 'array', items: vlan }, vlan],
    });
  });
});
