/** This file holds what can happen to a session of whatever protocol, as rows. */

import type { Row } from './phases.ts';

// biome-ignore format: a table
export const COMMON_ROWS: readonly Row[] = [
  // phase     on             to         timer      end reason     source
  // Whatever its connection does, a session that passes is ACTIVE in the table (panos §1.1), and a
  // commit with rematch judges it again. A session in DISCARD never has this input.
  ['*',       'policy:deny', 'discard', 'discard', 'policy-deny', 'panos §1.4 deny rule; commit with rematch'],
  // With no-refresh-on-discard a packet is no input of the machine (panos §0 row 7).
  ['discard', 'discard:hit', 'discard', 'discard', '-',           'panos §0 row 7 refreshed by every packet'],
  ['*',       'teardown',    'closed',  'none',    'unknown',     'panos §8 teardown-upon-fwd-zonechange'],
  ['*',       'timer',       'closed',  'none',    'aged-out',    'panos §3.1'],
];
