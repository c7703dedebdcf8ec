/**
 * This file makes the JSON Schema of `firewall.yaml` (draft 7) for editors, from the same source
 * that validates it. It cannot say what cross-check.ts checks.
 */

import * as z from 'zod';
import { firewallSchema } from './schema.ts';

type JsonObject = Record<string, unknown>;

/** The JSON Schema of `firewall.yaml`; the same bytes for the same version. */
export function firewallJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(firewallSchema(), {
    io: 'input',
    target: 'draft-7',
  });
  return {
    $schema,
    title: 'Slowpath firewall.yaml',
    description: 'The firewall through which Slowpath replays a capture.',
    ...(refine(schema) as JsonObject),
  };
}

/** Turns what leaves.ts noted (`x-…`) and the short forms of lists and maps into JSON Schema. */
function refine(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(refine);
  if (!isObject(value)) return value;
  const { 'x-default': preset, 'x-shorthand': mainKey, ...rest } = value;
  const refined: JsonObject = {};
  for (const [key, inner] of Object.entries(rest)) refined[key] = refine(inner);
  // A map's default is what its keys' defaults say.
  if (isObject(refined.properties)) delete refined.default;
  if (preset !== undefined) refined.default = preset;
  if (typeof mainKey === 'string') return withShortForm(refined, mainForm(refined, mainKey));
  const items = refined.items;
  const isScalarList = refined.type === 'array' && isObject(items) && items.type !== 'object';
  return isScalarList ? withShortForm(refined, items) : refined;
}

/** A map, or its main value alone. */
function mainForm(schema: JsonObject, mainKey: string): JsonObject {
  const properties = schema.properties;
  const main = isObject(properties) ? properties[mainKey] : undefined;
  if (!isObject(main)) return {};
  const { description: _, ...form } = main;
  return form;
}

/** Either form; what describes the value stays outside. */
function withShortForm(schema: JsonObject, short: JsonObject): JsonObject {
  const { description, default: preset, ...long } = schema;
  const about: JsonObject = {};
  if (description !== undefined) about.description = description;
  if (preset !== undefined) about.default = preset;
  return { ...about, anyOf: [long, short] };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
