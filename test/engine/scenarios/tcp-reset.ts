/** This file holds scenarios of TCP resets: verified, unverified, out of the window, in the handshake. */

import { HANDSHAKE, type Scenario } from '../../support/scenario.ts';

/** Both sides have sent 100 bytes; the other side's acknowledgements still stand at +1. */
const UNACKED = `${HANDSHAKE}
1.000 S PA len=100
1.001 C PA len=100 ack=+1
`;
const OPENED = 'OPENING@0 ACTIVE@0.02';

/** Resets on UNACKED at 2 s: side, sequence number, what it must be. Window 64240: +1 to +64240. */
const ON_ESTABLISHED: readonly (readonly [string, string, 'verified' | 'unverified' | 'out'])[] = [
  ['S', 'seq=+101', 'verified'], // the end of its highest segment
  ['C', 'seq=+101', 'verified'],
  ['S', 'seq=+1', 'verified'], // the other side's highest acknowledgement
  ['C', 'seq=+1', 'verified'],
  ['S', 'seq=+51', 'unverified'],
  ['C', 'seq=+51', 'unverified'],
  ['S', 'seq=+64240', 'unverified'], // the last number of the window
  ['C', 'seq=+64240', 'unverified'],
  ['S', 'seq=+64241', 'out'],
  ['C', 'seq=+64241', 'out'],
  ['S', 'seq=+0', 'out'], // left of the window
  ['C', 'seq=+0', 'out'],
];

function onEstablished(side: string, seq: string, kind: string): Scenario {
  const who = side === 'C' ? 'client' : 'server';
  const out = kind === 'out';
  const packets = side === 'C' ? '4+2' : '3+3';
  const withDrop = side === 'C' ? '4+2(1+0)' : '3+3(0+1)';
  const end = kind === 'verified' ? 17 : 32;
  return {
    name: `${who} RST ${seq} on an established session is ${kind}`,
    source: 'CONTRACT TCP: a verified RST; RFC 9293 §3.10.7.4 for the window',
    script: `${UNACKED}\n2.000 ${side} R ${seq}\n@end 60`,
    sessions: [
      out
        ? `1 ${withDrop} ${OPENED} | live 3541` // 1.001 + 3600 - 60
        : `1 ${packets} ${OPENED} CLOSING@2 | tcp-rst-from-${who} ${end}`,
    ],
    events: out ? ['2 #6 drop s1 tcp_drop_out_of_wnd'] : [],
    counters: { session_installed: 1, tcp_drop_out_of_wnd: out ? 1 : 0 },
  };
}

export const TCP_RESET: readonly Scenario[] = [
  ...ON_ESTABLISHED.map(([side, seq, kind]) => onEstablished(side, seq, kind)),
  {
    name: 'a RST is verified by the number of its sender’s FIN',
    source: 'CONTRACT TCP: after the sender’s FIN, that FIN’s own number',
    script: `${HANDSHAKE}
1.000 S FA len=100
2.000 S R seq=+101
@end 60`,
    sessions: [`1 2+3 ${OPENED} CLOSING@1 | tcp-rst-from-server 17`],
  },
  {
    name: 'without a FIN the same number is only inside the window',
    source: 'CONTRACT TCP',
    script: `${HANDSHAKE}
1.000 S A len=102
2.000 S R seq=+101
@end 60`,
    sessions: [`1 2+3 ${OPENED} CLOSING@2 | tcp-rst-from-server 32`],
  },
  {
    name: 'half-closed, an unverified RST waits 30 s',
    source: 'panos §1.4',
    script: `${HANDSHAKE}\n1.000 C FA\n2.000 C R seq=+50\n@end 60`,
    sessions: [`1 4+1 ${OPENED} CLOSING@1 | tcp-rst-from-client 32`],
  },
  {
    name: 'half-closed, the server’s unverified RST',
    source: 'panos §1.4',
    script: `${HANDSHAKE}\n1.000 C FA\n2.000 S R seq=+50\n@end 60`,
    sessions: [`1 3+2 ${OPENED} CLOSING@1 | tcp-rst-from-server 32`],
  },
  {
    name: 'half-closed, the client’s verified RST',
    source: 'panos §1.4',
    script: `${HANDSHAKE}\n1.000 C FA\n2.000 C R\n@end 60`,
    sessions: [`1 4+1 ${OPENED} CLOSING@1 | tcp-rst-from-client 17`],
  },
  {
    name: 'a verified RST after an unverified one starts the 15 s',
    source: 'panos §1.4',
    script: `${UNACKED}\n2.000 S R seq=+51\n3.000 S R\n@end 60`,
    sessions: [`1 3+4 ${OPENED} CLOSING@2 | tcp-rst-from-server 18`],
  },
  {
    name: 'a verified RST of the client after the server’s unverified one: the client’s ranks higher',
    source: 'panos §1.4, §3.1',
    script: `${UNACKED}\n2.000 S R seq=+51\n3.000 C R\n@end 60`,
    sessions: [`1 4+3 ${OPENED} CLOSING@2 | tcp-rst-from-client 18`],
  },
  {
    name: 'packets while an unverified RST waits refresh nothing, a FIN neither',
    source: 'CONTRACT TCP; panos §3.1',
    script: `${UNACKED}
2.000 S R seq=+51
3.000 C PA len=10
4.000 C FA
5.000 S FA
@end 60`,
    sessions: [`1 5+4 ${OPENED} CLOSING@2 | tcp-rst-from-server 32`],
  },
  {
    name: 'a FIN followed by a RST logs the RST, and the 15 s go on',
    source: 'panos §3.1',
    script: `${HANDSHAKE}
1.000 C FA
1.100 S FA
2.000 C R
3.000 S R
@end 60`,
    sessions: [`1 4+3 ${OPENED} CLOSING@1 | tcp-rst-from-client 16.1`],
  },
  {
    name: 'in time-wait the server’s RST alone',
    source: 'panos §3.1',
    script: `${HANDSHAKE}\n1.000 C FA\n1.100 S FA\n3.000 S R\n@end 60`,
    sessions: [`1 3+3 ${OPENED} CLOSING@1 | tcp-rst-from-server 16.1`],
  },
  {
    name: 'in time-wait unverified RSTs of both sides',
    source: 'panos §3.1',
    script: `${HANDSHAKE}
1.000 C FA
1.100 S FA
3.000 S R seq=+500
4.000 C R seq=+500
@end 60`,
    sessions: [`1 4+3 ${OPENED} CLOSING@1 | tcp-rst-from-client 16.1`],
  },
  {
    name: 'the window scale of both sides counts: +65000 lies in 256 << 8',
    source: 'RFC 7323 §2.2',
    script: `0.000 C S ws=8
0.010 S SA ws=7
0.020 C A win=256
2.000 S R seq=+65000
@end 60`,
    sessions: [`1 2+2 ${OPENED} CLOSING@2 | tcp-rst-from-server 32`],
  },
  {
    name: 'a scale that one side alone offered counts for nothing',
    source: 'RFC 7323 §2.2: only if both SYNs have the option',
    script: `0.000 C S ws=8
0.010 S SA
0.020 C A win=256
2.000 S R seq=+65000
@end 60`,
    sessions: [`1 2+2(0+1) ${OPENED} | live 3540`],
    events: ['2 #4 drop s1 tcp_drop_out_of_wnd'],
  },
  {
    name: 'a refused connection: RST-ACK with ISN + 1 keeps the 5 s',
    source: 'CONTRACT TCP: RST in the handshake keeps the running timer',
    script: '0.000 C S\n0.010 S RA\n@end 60',
    sessions: ['1 1+1 OPENING@0 CLOSING@0.01 | tcp-rst-from-server 5'],
  },
  {
    name: 'a refused SYN with data, acknowledged with its data',
    source: 'CONTRACT TCP: ISN + 1, or with the SYN’s data',
    script: '0.000 C S len=50\n0.010 S RA\n@end 60',
    sessions: ['1 1+1 OPENING@0 CLOSING@0.01 | tcp-rst-from-server 5'],
  },
  {
    name: 'a refused SYN with data, acknowledged without its data',
    source: 'CONTRACT TCP',
    script: '0.000 C S len=50\n0.010 S RA ack=+1\n@end 60',
    sessions: ['1 1+1 OPENING@0 CLOSING@0.01 | tcp-rst-from-server 5'],
  },
  ...['RA ack=+2', 'RA ack=+0', 'R'].map(
    (wrong): Scenario => ({
      name: `a RST that answers a SYN with a wrong acknowledgement (${wrong}) is dropped`,
      source: 'CONTRACT TCP; RFC 9293 §3.10.7.3',
      script: `0.000 C S\n0.010 S ${wrong}\n@end 60`,
      sessions: ['1 1+1(0+1) OPENING@0 | aged-out 5'],
      events: ['0.01 #2 drop s1 tcp_drop_out_of_wnd'],
    }),
  ),
  {
    name: 'the client’s RST before the SYN-ACK keeps the 5 s',
    source: 'CONTRACT TCP',
    script: '0.000 C S\n2.000 C R\n@end 60',
    sessions: ['1 2+0 OPENING@0 CLOSING@2 | tcp-rst-from-client 5'],
  },
  {
    name: 'the client’s RST in the handshake keeps the 10 s',
    source: 'CONTRACT TCP',
    script: '0.000 C S\n1.000 S SA\n2.000 C R\n@end 60',
    sessions: ['1 2+1 OPENING@0 CLOSING@2 | tcp-rst-from-client 11'],
  },
  {
    name: 'the server’s RST in the handshake keeps the 10 s',
    source: 'CONTRACT TCP',
    script: '0.000 C S\n1.000 S SA\n2.000 S R\n@end 60',
    sessions: ['1 1+2 OPENING@0 CLOSING@2 | tcp-rst-from-server 11'],
  },
  {
    name: 'an unverified RST in the handshake keeps the 10 s',
    source: 'CONTRACT TCP',
    script: '0.000 C S\n1.000 S SA\n2.000 C R seq=+500\n@end 60',
    sessions: ['1 2+1 OPENING@0 CLOSING@2 | tcp-rst-from-client 11'],
  },
  {
    name: 'an unverified RST of the client before the SYN-ACK keeps the 5 s',
    source: 'CONTRACT TCP',
    script: '0.000 C S\n2.000 C R seq=+500\n@end 60',
    sessions: ['1 2+0 OPENING@0 CLOSING@2 | tcp-rst-from-client 5'],
  },
  {
    name: 'reset in the handshake, a second RST ranks by priority and a FIN changes nothing',
    source: 'panos §3.1',
    script: '0.000 C S\n1.000 S RA\n2.000 C R\n3.000 C FA ack=0\n4.000 S FA\n@end 60',
    sessions: ['1 3+2 OPENING@0 CLOSING@1 | tcp-rst-from-client 5'],
  },
  {
    name: 'reset in the handshake by the client, a RST of the server follows',
    source: 'panos §3.1: the client’s ranks higher',
    script: '0.000 C S\n1.000 C R\n2.000 S RA\n@end 60',
    sessions: ['1 2+1 OPENING@0 CLOSING@1 | tcp-rst-from-client 5'],
  },
  {
    name: 'after a RST the same SYN neither refreshes nor reopens',
    source: 'CONTRACT TCP',
    script: '0.000 C S\n0.010 S RA\n3.000 C S\n@end 60',
    sessions: ['1 2+1 OPENING@0 CLOSING@0.01 | tcp-rst-from-server 5'],
  },
  {
    name: 'in time-wait and in the unverified-RST wait neither',
    source: 'CONTRACT TCP',
    script: `${UNACKED}\n2.000 S R seq=+51\n3.000 C S\n4.000 S R\n5.000 C S\n@end 60`,
    sessions: [`1 5+4 ${OPENED} CLOSING@2 | tcp-rst-from-server 19`],
  },
  {
    name: 'a FIN after a verified RST changes neither timer nor reason',
    source: 'panos §3.1',
    script: `${HANDSHAKE}\n1.000 S R\n2.000 C FA\n3.000 S FA\n@end 60`,
    sessions: [`1 3+3 ${OPENED} CLOSING@1 | tcp-rst-from-server 16`],
  },
  {
    name: 'half-closed, a verified RST, then the other side’s FIN',
    source: 'panos §3.1',
    script: `${HANDSHAKE}\n1.000 C FA\n2.000 S R\n3.000 S FA\n@end 60`,
    sessions: [`1 3+3 ${OPENED} CLOSING@1 | tcp-rst-from-server 17`],
  },
  {
    name: 'before the SYN-ACK an unverified RST of the server, inside what the client acknowledged',
    source: 'CONTRACT TCP',
    script: '0.000 C S\n1.000 C A ack=5000\n2.000 S R seq=5010\n@end 60',
    sessions: ['1 2+1 OPENING@0 CLOSING@2 | tcp-rst-from-server 5'],
  },
  {
    name: 'in the handshake an unverified RST of the server',
    source: 'CONTRACT TCP',
    script: '0.000 C S\n1.000 S SA isn=7000\n2.000 C A ack=7500\n3.000 S R seq=7600\n@end 60',
    sessions: ['1 2+2 OPENING@0 CLOSING@3 | tcp-rst-from-server 11'],
  },
];
