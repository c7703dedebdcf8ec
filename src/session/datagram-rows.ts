/** This file holds the life of a UDP, ICMP or other session as rows; TCP has its own file. */

import type { Row } from './phases.ts';

// biome-ignore format: a table
export const DATAGRAM_ROWS: readonly Row[] = [
  // phase    on        to        timer   end reason  source
  ['init',    'first',  'active', 'idle', '-',        'panos §1.4 UDP'],
  ['active',  'packet', 'active', 'idle', '-',        'panos §1.4 every packet resets the timer'],
];
