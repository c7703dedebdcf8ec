/** This file holds scenarios of TCP segments in and beyond their windows, and of lost beginnings. */

import { HANDSHAKE, type Scenario } from '../../support/scenario.ts';

const OPENED = 'OPENING@0 ACTIVE@0.02';

export const TCP_WINDOW: readonly Scenario[] = [
  {
    name: 'keepalives, with and without their byte, are not dropped and refresh',
    source: 'RFC 9293 §3.8.4: SEG.SEQ = SND.NXT - 1',
    script: `${HANDSHAKE}
1.000 C PA len=100
1.010 S A
100 C A seq=next-1
100.1 S A
200 C A seq=next-1 len=1
200.1 S A
@end 200.1`,
    sessions: [`1 5+4 ${OPENED} | live 3600`],
  },
  {
    name: 'a probe of a closed window is not dropped',
    source: 'RFC 9293 §3.8.6.1',
    script: `${HANDSHAKE}
1.000 S A win=0
2.000 C PA len=1
2.010 S A win=0 ack=+1
3.000 C PA len=1 seq=next-1
@end 3`,
    sessions: [`1 4+3 ${OPENED} | live 3600`],
  },
  {
    name: 'a zero window does not take back what was offered before',
    source: 'RFC 9293 §3.8.6: a window that shrinks must be coped with',
    script: `${HANDSHAKE}
1.000 S A win=0
2.000 C PA len=1000
@end 2`,
    sessions: [`1 3+2 ${OPENED} | live 3600`],
  },
  {
    name: 'data that ends where the window ends is taken; SYN-ACK window 1000',
    source: 'RFC 9293 §3.4: RCV.NXT =< SEG.SEQ+SEG.LEN-1 < RCV.NXT+RCV.WND',
    script: '0.000 C S\n0.010 S SA win=1000\n0.020 C A\n1.000 C A len=1000\n@end 1',
    sessions: [`1 3+1 ${OPENED} | live 3600`],
  },
  {
    name: 'data well beyond the window is dropped and refreshes nothing',
    source: 'panos §1.4 asymmetric-path = drop',
    script: '0.000 C S\n0.010 S SA win=1000\n0.020 C A\n1000 C A len=1010\n@end 2000',
    sessions: [`1 3+1(1+0) ${OPENED} | live 1600`], // 3600.02 - 2000
    events: ['1000 #4 drop s1 tcp_drop_out_of_wnd'],
    counters: { tcp_drop_out_of_wnd: 1 },
  },
  {
    name: 'a segment far beyond the window, from either side',
    source: 'panos §1.4',
    script: `${HANDSHAKE}
1.000 C A seq=next+70000 len=10
2.000 S A seq=next+70000 len=10
@end 100`,
    sessions: [`1 3+2(1+1) ${OPENED} | live 3500`], // 3600.02 - 100
    events: ['1 #4 drop s1 tcp_drop_out_of_wnd', '2 #5 drop s1 tcp_drop_out_of_wnd'],
  },
  {
    name: 'asymmetric-path bypass forwards it',
    source: 'panos §1.4 asymmetric-path = bypass',
    config: 'session: {asymmetric-path: bypass}',
    script: `${HANDSHAKE}
1.000 C A seq=next+70000 len=10
2.000 S A seq=next+70000 len=10
@end 100`,
    sessions: [`1 3+2 ${OPENED} | live 3502`],
    counters: { tcp_drop_out_of_wnd: 0 },
  },
  {
    name: 'asymmetric-path bypass takes any RST for verified',
    source: 'panos §1.4: the FIN/RST sequence check is off',
    config: 'session: {asymmetric-path: bypass}',
    script: `${HANDSHAKE}\n1.000 S R seq=+90000000\n@end 100`,
    sessions: [`1 2+2 ${OPENED} CLOSING@1 | tcp-rst-from-server 16`],
  },
  {
    name: 'data before the window’s left edge (sent again) is not dropped',
    source: 'RFC 9293 §3.10.7.4: an old duplicate is answered',
    script: `${HANDSHAKE}
1.000 C PA len=1000
1.010 S A
2.000 C PA len=1000 seq=+1
@end 2`,
    sessions: [`1 4+2 ${OPENED} | live 3600`],
  },
  {
    name: 'data over 2^32 is in order',
    source: 'RFC 9293 §3.4: numbers are modulo 2^32',
    script: `0.000 C S isn=4294967290
0.010 S SA isn=4294967295
0.020 C A
1.000 C PA len=1000
1.010 S PA len=1000
1.020 C A
2.000 S R
@end 60`,
    sessions: [`1 4+3 ${OPENED} CLOSING@2 | tcp-rst-from-server 17`],
  },
  {
    name: 'a first segment without SYN is rejected',
    source: 'panos §1.4 tcp-reject-non-syn',
    script: '0.000 C PA len=10\n1.000 S A\n2.000 C R\n3.000 S SA\n@end 60',
    sessions: [],
    events: [
      '0 #1 drop s0 flow_tcp_non_syn_drop',
      '1 #2 drop s0 flow_tcp_non_syn_drop',
      '2 #3 drop s0 flow_tcp_non_syn_drop',
      '3 #4 drop s0 flow_tcp_non_syn_drop',
    ],
    counters: { flow_tcp_non_syn: 4, flow_tcp_non_syn_drop: 4, session_allocated: 0 },
  },
  {
    name: 'with tcp-reject-non-syn: no it makes a session',
    source: 'CONTRACT non-SYN',
    config: 'session: {tcp-reject-non-syn: no}',
    script: '0.000 C PA len=10\n@end 60',
    sessions: ['1 1+0 ACTIVE@0 | live 3540'],
    counters: { flow_tcp_non_syn: 1, flow_tcp_non_syn_drop: 0 },
  },
  {
    name: 'and every packet of it refreshes: the first reply',
    source: 'panos §2.1: established, from the last packet',
    config: 'session: {tcp-reject-non-syn: no}',
    script: '0.000 C PA len=10\n100 S PA len=10\n@end 100',
    sessions: ['1 1+1 ACTIVE@0 | live 3600'],
  },
  {
    name: 'and every packet of it refreshes: the answer to the first reply',
    source: 'panos §2.1: established, from the last packet',
    config: 'session: {tcp-reject-non-syn: no}',
    script: '0.000 C PA len=10\n100 S PA len=10\n200 C A\n@end 200',
    sessions: ['1 2+1 ACTIVE@0 | live 3600'],
  },
  {
    name: 'accepted in mid-stream, further packets refresh',
    source: 'panos §2.1',
    config: 'session: {tcp-reject-non-syn: no}',
    script: '0.000 C PA len=10\n100 S PA len=10\n200 C A\n300 S A len=5\n@end 300',
    sessions: ['1 2+2 ACTIVE@0 | live 3600'],
  },
  {
    name: 'accepted in mid-stream, an unknown scale counts as 14',
    source: 'CONTRACT TCP: an unknown scale counts as 14',
    config: 'session: {tcp-reject-non-syn: no}',
    script: `0.000 C A seq=1001 ack=70001 win=1
0.010 S A seq=70001 ack=1001 win=1
1.000 S R seq=86384
@end 60`, // 70001 + (1 << 14) - 1
    sessions: ['1 1+2 ACTIVE@0 CLOSING@1 | tcp-rst-from-server 31'],
  },
  {
    name: 'accepted in mid-stream, a RST beyond that window is dropped',
    source: 'CONTRACT TCP',
    config: 'session: {tcp-reject-non-syn: no}',
    script: `0.000 C A seq=1001 ack=70001 win=1
0.010 S A seq=70001 ack=1001 win=1
0.020 C A seq=1001 ack=70001 win=1
1.000 S R seq=86385
@end 1`,
    sessions: ['1 2+2(0+1) ACTIVE@0 | live 3599'],
    events: ['1 #4 drop s1 tcp_drop_out_of_wnd'],
  },
  {
    name: 'accepted with a RST as first segment',
    source: 'CONTRACT non-SYN: any first TCP segment makes a session',
    config: 'session: {tcp-reject-non-syn: no}',
    script: '0.000 C R\n@end 60',
    sessions: ['1 1+0 ACTIVE@0 CLOSING@0 | tcp-rst-from-client 15'],
  },
  {
    name: 'accepted with a FIN as first segment',
    source: 'CONTRACT non-SYN',
    config: 'session: {tcp-reject-non-syn: no}',
    script: '0.000 C FA\n1.000 S FA\n@end 60',
    sessions: ['1 1+1 ACTIVE@0 CLOSING@0 | tcp-fin 16'],
  },
];
