/** This file holds the number of zones to the room that a flow's key has for them. */

import { expect, it } from 'vitest';
import { ZONES_MAX } from '../../src/config/cross-check.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/errors.ts';
import { ZONE_ANY } from '../../src/session/session-table.ts';

function zones(count: number): string {
  const lines = Array.from({ length: count }, (_, i) => `  z${i}: { interfaces: [i${i}] }`);
  return `zones:\n${lines.join('\n')}\n`;
}

it('as many zones as a key tells apart from any zone and from none', () => {
  // 0 is unknown, ZONE_ANY is any.
  expect(ZONES_MAX).toBe(ZONE_ANY - 1);
  const config = parseFirewallConfig(zones(ZONES_MAX), 'firewall.yaml', () => '');
  expect(config.zones).toHaveLength(ZONES_MAX);
});

it('one more is refused', () => {
  try {
    parseFirewallConfig(zones(ZONES_MAX + 1), 'firewall.yaml', () => '');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.problems).toMatchObject([
      { key: 'zones', message: 'at most 16382 zones are told apart, here are 16383' },
    ]);
    return;
  }
  expect.fail('no problem was found');
});
