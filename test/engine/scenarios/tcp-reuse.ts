/** This file holds scenarios of TCP sessions that a new SYN ends: tcp-reuse, and what only looks so. */

import type { Scenario } from '../../support/scenario.ts';

const OPENED = `
0.000 C S isn=1000
0.010 S SA isn=70000
0.020 C A
`;

/** How a session gets where a SYN may end it: script, its packets, its first states. */
const WAITS = [
  {
    name: 'time-wait',
    script: `${OPENED}\n1.000 C FA\n1.100 S FA\n`,
    line: '1 3+2 OPENING@0 ACTIVE@0.02 CLOSING@1',
    packet: 6,
  },
  {
    name: 'the unverified-RST wait',
    script: `${OPENED}\n1.000 S R seq=+500\n`,
    line: '1 2+2 OPENING@0 ACTIVE@0.02 CLOSING@1',
    packet: 5,
  },
  {
    name: 'a handshake that was reset',
    script: '0.000 C S isn=1000\n0.010 S SA isn=70000\n1.000 C R\n',
    line: '1 2+1 OPENING@0 CLOSING@1',
    packet: 4,
  },
];

export const TCP_REUSE: readonly Scenario[] = [
  ...WAITS.flatMap(({ name, script, line, packet }) =>
    ['C', 'S'].map(
      (side): Scenario => ({
        name: `${name}: a SYN with another ISN from ${side === 'C' ? 'the client' : 'the server'}`,
        source: 'CONTRACT TCP: reuse, from either side',
        script: `${script}\n3.000 ${side} S isn=900000\n@end 60`,
        sessions: [`${line} | tcp-reuse 3`, '2 1+0 OPENING@3 | aged-out 8'],
        events: [`3 #${packet} tcp-reuse s1`],
      }),
    ),
  ),
  {
    name: 'with tcp-reuse-strict-priority the FIN is kept as the reason',
    source: 'CONTRACT end_reason; panos §3.1',
    config: 'session: {tcp-reuse-strict-priority: yes}',
    script: `${OPENED}\n1.000 C FA\n1.100 S FA\n3.000 C S isn=900000\n@end 60`,
    sessions: ['1 3+2 OPENING@0 ACTIVE@0.02 CLOSING@1 | tcp-fin 3', '2 1+0 OPENING@3 | aged-out 8'],
    events: ['3 #6 tcp-reuse s1'],
  },
  {
    name: 'the server refused and opens itself: its SYN is reuse',
    source: 'CONTRACT TCP: reuse, from either side, on a session reset in its handshake',
    script: '0.000 C S isn=1000\n0.010 S RA\n3.000 S S isn=900000\n3.010 C SA isn=80000\n@end 60',
    sessions: ['1 1+1 OPENING@0 CLOSING@0.01 | tcp-reuse 3', '2 1+1 OPENING@3 | aged-out 13.01'],
    events: ['3 #3 tcp-reuse s1'],
  },
  {
    name: 'a session without a server SYN in the capture, both FINs: the server’s SYN is reuse',
    source: 'CONTRACT TCP: reuse, from either side, on a session in time-wait',
    script: `0.000 C S isn=1000
1.000 S F seq=70000
2.000 C F seq=1001
3.000 S S isn=900000
@end 60`,
    sessions: ['1 2+1 OPENING@0 CLOSING@1 | tcp-reuse 3', '2 1+0 OPENING@3 | aged-out 8'],
    events: ['3 #4 tcp-reuse s1'],
  },
  {
    name: 'a late RST of the old connection does not kill the new one that opens',
    source: 'CONTRACT TCP: a RST that answers a SYN is verified by its acknowledgement',
    script: `${OPENED}
1.000 C FA
1.100 S FA
3.000 C S isn=900000
3.005 S R seq=70002
3.006 S RA seq=70002 ack=1002
3.007 C R seq=1002
3.010 S SA isn=500000
3.020 C A
@end 60`,
    sessions: [
      '1 3+2 OPENING@0 ACTIVE@0.02 CLOSING@1 | tcp-reuse 3',
      '2 3+3(1+2) OPENING@3 ACTIVE@3.02 | live 3543', // 3.02 + 3600 - 60
    ],
    events: [
      '3 #6 tcp-reuse s1',
      '3.005 #7 drop s2 tcp_drop_out_of_wnd',
      '3.006 #8 drop s2 tcp_drop_out_of_wnd',
      '3.007 #9 drop s2 tcp_drop_out_of_wnd',
    ],
  },
  {
    name: 'a late RST of the old connection does not kill the new, established one',
    source: 'CONTRACT TCP',
    script: `${OPENED}
1.000 C FA
1.100 S FA
3.000 C S isn=900000
3.010 S SA isn=500000
3.020 C A
4.000 S R seq=70002
4.001 C R seq=1002
@end 60`,
    sessions: [
      '1 3+2 OPENING@0 ACTIVE@0.02 CLOSING@1 | tcp-reuse 3',
      '2 3+2(1+1) OPENING@3 ACTIVE@3.02 | live 3543',
    ],
    events: [
      '3 #6 tcp-reuse s1',
      '4 #9 drop s2 tcp_drop_out_of_wnd',
      '4.001 #10 drop s2 tcp_drop_out_of_wnd',
    ],
  },
  {
    name: 'a SYN-ACK with another ISN in time-wait is no reuse',
    source: 'CONTRACT TCP: a SYN opens, a SYN-ACK does not',
    script: `${OPENED}\n1.000 C FA\n1.100 S FA\n3.000 S SA isn=900000\n@end 60`,
    sessions: ['1 3+3(0+1) OPENING@0 ACTIVE@0.02 CLOSING@1 | tcp-fin 16.1'],
    events: ['3 #6 drop s1 tcp_drop_out_of_wnd'],
  },
  {
    name: 'accepted in mid-stream and closed by two FINs, a SYN is reuse',
    source: 'CONTRACT TCP',
    config: 'session: {tcp-reject-non-syn: no}',
    script: `0.000 C PA seq=1001 ack=70001 len=10
1.000 C FA seq=1011 ack=70001
1.100 S FA seq=70001 ack=1012
3.000 C S isn=900000
@end 60`,
    sessions: ['1 2+1 ACTIVE@0 CLOSING@1 | tcp-reuse 3', '2 1+0 OPENING@3 | aged-out 8'],
    events: ['3 #4 tcp-reuse s1'],
  },
];
