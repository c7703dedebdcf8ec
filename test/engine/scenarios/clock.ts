/** This file holds scenarios of the clock: what fires when, and in which order. */

import { HANDSHAKE, type Scenario } from '../../support/scenario.ts';

const udp = (port: number) => `trust 10.0.0.5:${port} > 203.0.113.9:53 udp len=1`;

export const CLOCK: readonly Scenario[] = [
  {
    name: 'isb_endtime ends the clock: what is due by then fires, what is not stays',
    source: 'CONTRACT Clock',
    script: `0.000000001 ${udp(1)}\n0.000000002 ${udp(2)}\n@end 30.000000001`,
    sessions: [
      '1 1+0 ACTIVE@0.000000001 | aged-out 30.000000001',
      '2 1+0 ACTIVE@0.000000002 | live 0',
    ],
  },
  {
    name: 'without an end the clock ends at the last packet',
    source: 'CONTRACT Clock',
    script: `0 ${udp(1)}\n29.999999999 ${udp(2)}`,
    sessions: ['1 1+0 ACTIVE@0 | live 0', '2 1+0 ACTIVE@29.999999999 | live 30'],
  },
  {
    name: 'drain runs the clock on until the table is empty',
    source: 'CONTRACT Clock: --drain',
    script: `${HANDSHAKE}\n1 ${udp(1)}`,
    drain: true,
    sessions: ['1 2+1 OPENING@0 ACTIVE@0.02 | aged-out 3600.02', '2 1+0 ACTIVE@1 | aged-out 31'],
  },
  {
    name: 'a deadline that a jump of months passes is still exact',
    source: 'CONTRACT Clock; session record',
    script: `0.123456789 ${udp(1)}\n8000000.000000001 ${udp(2)}\n@end 8000030.000000001`,
    sessions: [
      '1 1+0 ACTIVE@0.123456789 | aged-out 30.123456789',
      '2 1+0 ACTIVE@8000000.000000001 | aged-out 8000030.000000001',
    ],
  },
  {
    name: 'a deadline that a jump of years passes is still exact',
    source: 'CONTRACT Clock; DESIGN 2: a jump beyond 104 days must not lose the nanoseconds',
    script: `0.123456789 ${udp(1)}\n1000000000.000000001 ${udp(2)}\n@end 1000000030.000000001`,
    sessions: [
      '1 1+0 ACTIVE@0.123456789 | aged-out 30.123456789',
      '2 1+0 ACTIVE@1000000000.000000001 | aged-out 1000000030.000000001',
    ],
  },
  {
    name: 'the longest timer: 15,999,999 s',
    source: 'panos §2.1: the range of timeout-udp',
    config: 'timeouts: {udp: 15999999}',
    script: `0.000000007 ${udp(1)}\n8000000 ${udp(2)}`,
    drain: true,
    sessions: [
      '1 1+0 ACTIVE@0.000000007 | aged-out 15999999.000000007',
      '2 1+0 ACTIVE@8000000 | aged-out 23999999',
    ],
    defect:
      'deadlines are doubles of nanoseconds: beyond 104 days (2^53 ns) they are exact to 2 ns',
  },
  {
    name: 'timers that were refreshed in another order fire by deadline',
    source: 'CONTRACT Clock',
    script: `0 ${udp(1)}\n1 ${udp(2)}\n2 ${udp(3)}\n3 ${udp(2)}\n4 ${udp(1)}\n@end 60`,
    sessions: [
      '1 2+0 ACTIVE@0 | aged-out 34',
      '2 2+0 ACTIVE@1 | aged-out 33',
      '3 1+0 ACTIVE@2 | aged-out 32',
    ],
  },
  {
    name: 'a FIN shortens a long timer, to the nanosecond',
    source: 'panos §2.1',
    script: `${HANDSHAKE}\n1.000000001 C FA\n1.000000003 S FA\n@end 16.000000003`,
    sessions: ['1 3+2 OPENING@0 ACTIVE@0.02 CLOSING@1.000000001 | tcp-fin 16.000000003'],
  },
];
