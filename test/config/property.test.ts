/**
 * This file checks that no text whatever makes the reader throw anything but its own error.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/errors.ts';
import { CONTRACT_EXAMPLE } from './contract-example.ts';

const BLOCK = `zones:
  trust:
    interfaces: &some
      - ethernet1/2.300
    networks:
      - 10.0.0.0/8
  dmz: {interfaces: *some}
addresses: {web: 10.0.0.1, lan: [10.1.0.0/16]}
address-groups: {inner: [web, 192.0.2.1], outer: [inner, lan]}
services:
  alt: {ports: [tcp/8081], timeout: 600}
service-groups: {some: [alt, service-http]}
rules:
  - name: one
    source: 10.0.0.1-10.0.0.9
    destination: [outer, web]
    service: [tcp/80, service-https, some]
    application: [ssl, own]
  - description: >
      folded
      text
`;

const PIECES = [
  '{', '}', '[', ']', ':', ': ', ',', '-', '- ', '? ', '*some', '&some ', '!', '!!map ', '|', '>', '"', "'", '#',
  '%', '@', '`', '\t', '\n', '\n  ', '\r', '\0', '\uFEFF', '\ud800', '---\n', '...\n', '<<: ', '__proto__: ',
  'constructor: ', 'any', '-1', '1e999', '::', '0.0.0.0/0', '\u2028',
]; // biome-ignore format: a list of odd things

/** Checks one text: a configuration, or an error whose places are inside the text. */
function check(text: string): void {
  try {
    const config = parseFirewallConfig(text, 'fw.yaml');
    expect(config.zones.length).toBeGreaterThan(0);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    const lines = text.split('\n');
    for (const { line, column, message } of error.problems) {
      expect(message).not.toBe('');
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 2);
    }
  }
}

/** A place in a text and what happens there. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.integer({ min: 0, max: 12 }),
  insert: fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 6 })),
});

describe('parseFirewallConfig throws nothing but ConfigError', () => {
  it('for damaged configurations', () => {
    const texts = fc.constantFrom(CONTRACT_EXAMPLE, BLOCK);
    fc.assert(
      fc.property(texts, fc.array(edit, { minLength: 1, maxLength: 4 }), (text, edits) => {
        let damaged = text;
        for (const { at, remove, insert } of edits) {
          const offset = Math.floor(at * damaged.length);
          damaged = damaged.slice(0, offset) + insert + damaged.slice(offset + remove);
        }
        check(damaged);
      }),
      { numRuns: 700 },
    );
  }, 60_000);

  it('for any text', () => {
    const odd = fc.array(fc.constantFrom(...PIECES, 'zones', 'a'), { maxLength: 30 });
    fc.assert(
      fc.property(
        fc.oneof(
          odd.map((parts) => parts.join('')),
          fc.string(),
        ),
        check,
      ),
      {
        numRuns: 700,
      },
    );
  }, 60_000);
});
