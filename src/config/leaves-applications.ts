/** This file builds the zod schemas of the single values that only applications have. */

import { parseBytePattern } from '../net/byte-pattern.ts';
import type { ServicePorts } from './firewall-config.ts';
import { leaf, name } from './leaves.ts';
import { readPorts, type Written } from './values.ts';

/** The name of an application or a group of them. */
export function applicationName() {
  return name("an application's name", ['any']);
}

/** A pattern of bytes, as signatures begin (net/byte-pattern.ts). */
export function bytePattern() {
  const expected = "a pattern of bytes such as '\"SSH-\"' or '16 03 [00-04]'";
  return leaf(expected, (text) => (typeof parseBytePattern(text) === 'string' ? null : text), {
    hint: (text) => {
      const read = parseBytePattern(text);
      return typeof read === 'string' ? read : null;
    },
  });
}

/** Ports without their protocol. */
export function portNumbers() {
  const read = (text: string): Written<ServicePorts['ports']> | null => {
    const found = readPorts(`tcp/${text}`);
    return found && { written: found.written.slice('tcp/'.length), value: found.value.ports };
  };
  return leaf('ports such as 80 or 8000-8010', read, { json: { type: ['integer', 'string'] } });
}
