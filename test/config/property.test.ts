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
custom-applications: {own: {ports: tcp/81, parent: ssl, signature: {transport: tcp, begins: ['"A\\x00" [00-04]', 16]}}}
application-groups: {apps: [own, deep], deep: [ssh, risky]}
application-filters: {risky: {category: media, risk: [4, 5], characteristic: saas}}
application-override: [{protocol: udp, port: [53, 60-61], application: own}]
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

const NETWORK = `zones: {a: {interfaces: [e1, w1]}, b: {interfaces: [e2, w2]}}
interfaces: {e1: {addresses: [10.0.0.1/8, "2001:db8::1/64"]}, e2: {addresses: 203.0.113.5}}
virtual-routers: {x: {interfaces: [e1]}, y: {interfaces: [e2]}}
virtual-wires: {w: {interface1: w1, interface2: w2}}
routes:
  - {destination: 0.0.0.0/0, next-vr: y}
  - {destination: 0.0.0.0/0, interface: e2, virtual-router: y, metric: 5, from-time: +1.5}
  - {destination: 0.0.0.0/0, discard: yes, until-time: 2026-05-25T11:47:22.5Z, metric: 5, virtual-router: y}
pbf: [{from-interface: e1, source: host, egress-interface: e2, enforce-symmetric-return: yes}]
addresses: {host: 10.0.0.9, pool: 192.0.2.1-192.0.2.3}
address-groups: {both: [host, pool]}
nat:
  - {to-interface: e2, source-translation: {dynamic-ip-and-port: [pool, 192.0.2.9]}}
  - {source-translation: {dynamic-ip-and-port: {interface-address: {interface: e2, ip: 203.0.113.5}}}}
  - {source-translation: {dynamic-ip: {translated-address: both, fallback: {translated-address: 192.0.2.7}}}}
  - {source: host, source-translation: {static-ip: {translated-address: 192.0.2.7, bi-directional: yes}}}
  - {destination: pool, destination-translation: {translated-address: host, translated-port: 8080}}
configuration: [{at: +60, file: later.yaml}]
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
    const texts = fc.constantFrom(CONTRACT_EXAMPLE, BLOCK, NETWORK);
    fc.assert(
      fc.property(texts, fc.array(edit, { minLength: 1, maxLength: 4 }), (text, edits) => {
        let damaged = text;
        for (const { at, remove, insert } of edits) {
          const offset = Math.floor(at * damaged.length);
          damaged = damaged.slice(0, offset) + insert + damaged.slice(offset + remove);
        }
        check(damaged);
      }),
      { numRuns: 1000 },
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
