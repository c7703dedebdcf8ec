/**
 * This file is the configuration that applies without `-c`: private, loopback and link-local
 * networks are `trust`, the rest is `untrust`, and everything is allowed.
 *
 * It must not load zod or yaml: a run without `-c` should start fast.
 */

import { buildConfig } from './build.ts';
import { fileDefaults } from './defaults.ts';
import type { FirewallConfig } from './firewall-config.ts';
import type { FirewallFile } from './schema.ts';
import { readPrefix } from './values.ts';

/** RFC 1918, loopback, link-local; RFC 4193, loopback, link-local. */
const TRUST = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '169.254.0.0/16',
  'fc00::/7',
  '::1/128',
  'fe80::/10',
];
const UNTRUST = ['0.0.0.0/0', '::/0'];

/** The same as a file says it. */
export const BUILT_IN_YAML = `zones:
  trust: {networks: [${TRUST.map((network) => `"${network}"`).join(', ')}]}
  untrust: {networks: ["0.0.0.0/0", "::/0"]}
`;

/** The built-in configuration, frozen. */
export function builtInConfig(): FirewallConfig {
  const file: FirewallFile = {
    zones: { trust: zoneOf(TRUST), untrust: zoneOf(UNTRUST) },
    ...fileDefaults(),
  };
  return buildConfig(file, { file: null, notModelled: [], lineOfRule: () => 1 });
}

function zoneOf(networks: readonly string[]): FirewallFile['zones'][string] {
  const read = networks.map(readPrefix).filter((network) => network !== null);
  return { interfaces: [], networks: read, vlans: [], macs: [] };
}
