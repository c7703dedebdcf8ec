/** This file makes the configuration of one zone for everything, in which no packet changes zone. */

import type { FirewallConfig } from '../../src/config/firewall-config.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';

/** One zone `all`; `session` is the flow mapping of that section, e.g. `tcp-reject-non-syn: no`. */
export function oneZone(session = ''): FirewallConfig {
  return parseFirewallConfig(
    `zones: {all: {networks: [0.0.0.0/0, "::/0"]}}\nsession: {${session}}\n`,
    'one-zone.yaml',
  );
}
