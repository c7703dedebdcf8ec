/** This file holds scenarios of TCP sessions that open: handshakes of every kind, and those that fail. */

import { HANDSHAKE, type Scenario } from '../../support/scenario.ts';

export const TCP_OPENING: readonly Scenario[] = [
  {
    name: 'handshake, data, both FINs: 15 s after the second FIN, whatever follows',
    source: 'panos §1.4; CONTRACT TCP: packets in time-wait do not refresh',
    script: `${HANDSHAKE}
0.100 C PA len=100
0.110 S A
1.000 C FA
1.010 S A
1.100 S FA
1.110 C A
10.00 C A
@end 60`,
    sessions: ['1 6+4 OPENING@0 ACTIVE@0.02 CLOSING@1 | tcp-fin 16.1'],
  },
  {
    name: 'established and idle: 3600 s from the last packet',
    source: 'panos §2.1',
    script: `${HANDSHAKE}
100 S PA len=10
@end 200.5`,
    sessions: ['1 2+2 OPENING@0 ACTIVE@0.02 | live 3499'], // 100 + 3600 - 200.5
  },
  {
    name: 'a SYN that nobody answers ages out after 5 s',
    source: 'panos §2.1 tcp-init',
    script: '0.000 C S\n@end 60',
    sessions: ['1 1+0 OPENING@0 | aged-out 5'],
  },
  {
    name: 'a SYN-ACK that nobody answers: 10 s more',
    source: 'panos §2.1 tcp-handshake',
    script: '0.000 C S\n0.010 S SA\n@end 60',
    sessions: ['1 1+1 OPENING@0 | aged-out 10.01'],
  },
  {
    name: 'a SYN sent again refreshes the 5 s',
    source: 'panos §1.4: retransmitted SYNs refresh it',
    script: '0.000 C S\n1.000 C S\n3.000 C S\n7.000 C S\n@end 60',
    sessions: ['1 4+0 OPENING@0 | aged-out 12'],
  },
  {
    name: 'a SYN at the very deadline makes a new session',
    source: 'CONTRACT Clock: a timer due at or before a packet fires before it',
    script: '0.000 C S\n5.000 C S\n@end 60',
    sessions: ['1 1+0 OPENING@0 | aged-out 5', '2 1+0 OPENING@5 | aged-out 10'],
  },
  {
    name: 'a SYN one nanosecond before the deadline refreshes',
    source: 'CONTRACT Clock',
    script: '0.000 C S\n4.999999999 C S\n@end 60',
    sessions: ['1 2+0 OPENING@0 | aged-out 9.999999999'],
  },
  {
    name: 'a SYN sent again after the SYN-ACK refreshes the 10 s',
    source: 'panos §1.4: retransmitted SYNs refresh it',
    script: '0.000 C S\n0.010 S SA\n4.000 C S\n@end 60',
    sessions: ['1 2+1 OPENING@0 | aged-out 14'],
  },
  {
    name: 'a SYN with another ISN on an opening session is dropped and refreshes nothing',
    source: 'CONTRACT TCP',
    script: '0.000 C S isn=1000\n1.000 C S isn=5000\n@end 60',
    sessions: ['1 2+0(1+0) OPENING@0 | aged-out 5'],
    events: ['1 #2 drop s1 replay_syn_diff_drop'],
  },
  {
    name: 'the same in the handshake, from the client and from the server',
    source: 'CONTRACT TCP',
    script: `0.000 C S isn=1000
0.010 S SA isn=7000
1.000 C S isn=5000
2.000 S S isn=9000
@end 60`,
    sessions: ['1 2+2(1+1) OPENING@0 | aged-out 10.01'],
    events: ['1 #3 drop s1 replay_syn_diff_drop', '2 #4 drop s1 replay_syn_diff_drop'],
  },
  {
    name: 'the same on an established session; its windows stay where they were',
    source: 'CONTRACT TCP: refreshes nothing and moves no window',
    script: `0.000 C S isn=1000
0.010 S SA isn=7000
0.020 C A
100 C S isn=4000000
101 S S isn=5000000
102 C PA seq=1001 ack=7001 len=10
103 S R seq=7001
@end 103`,
    sessions: ['1 4+3(1+1) OPENING@0 ACTIVE@0.02 CLOSING@103 | live 15'],
    events: ['100 #4 drop s1 replay_syn_diff_drop', '101 #5 drop s1 replay_syn_diff_drop'],
  },
  {
    name: 'an established session that only such SYNs reach ends 3600 s after its own last packet',
    source: 'CONTRACT TCP: refreshes nothing',
    script: `0.000 C S isn=1000
0.010 S SA isn=7000
0.020 C A
3000 C S isn=4000000
@end 4000`,
    sessions: ['1 3+1(1+0) OPENING@0 ACTIVE@0.02 | aged-out 3600.02'],
    events: ['3000 #4 drop s1 replay_syn_diff_drop'],
  },
  {
    name: 'the same on a half-closed session',
    source: 'CONTRACT TCP',
    script: `${HANDSHAKE}
1.000 C FA
10.00 C S isn=4000000
11.00 S S isn=4000000
@end 200`,
    sessions: ['1 4+2(1+1) OPENING@0 ACTIVE@0.02 CLOSING@1 | tcp-fin 121'],
    events: ['10 #5 drop s1 replay_syn_diff_drop', '11 #6 drop s1 replay_syn_diff_drop'],
  },
  {
    name: 'the same SYN again on an established session belongs to it',
    source: 'CONTRACT TCP: the same SYN again belongs to the old session',
    script: `${HANDSHAKE}\n100 C S\n@end 100`,
    sessions: ['1 3+1 OPENING@0 ACTIVE@0.02 | live 3600'],
  },
  {
    name: 'simultaneous open is established when both SYNs are acknowledged',
    source: 'RFC 9293 §3.5, figure 7; panos §1.4',
    script: '0.000 C S\n0.010 S S\n0.020 C SA\n0.030 S SA\n@end 1',
    sessions: ['1 2+2 OPENING@0 ACTIVE@0.03 | live 3599'],
  },
  {
    name: 'split handshake: the server answers with an ACK and opens itself',
    source: 'panos §1.4: accepted unless dropped by zone protection',
    script: '0.000 C S\n0.010 S A\n0.020 S S\n0.030 C SA\n0.040 S A\n@end 1',
    sessions: ['1 2+3 OPENING@0 ACTIVE@0.03 | live 3599'],
  },
  {
    name: 'split handshake without the first ACK',
    source: 'panos §1.4',
    script: '0.000 C S\n0.020 S S\n0.030 C SA\n0.040 S A\n@end 1',
    sessions: ['1 2+2 OPENING@0 ACTIVE@0.04 | live 3599'],
  },
  {
    name: 'a SYN with data, acknowledged with the data',
    source: 'RFC 9293 §3.4; panos §1.4',
    script: '0.000 C S len=50\n0.010 S SA\n0.020 C A\n@end 1',
    sessions: ['1 2+1 OPENING@0 ACTIVE@0.02 | live 3599'],
  },
  {
    name: 'a SYN with data, acknowledged without the data',
    source: 'RFC 9293 §3.4',
    script: '0.000 C S len=50\n0.010 S SA ack=+1\n0.020 C A\n@end 1',
    sessions: ['1 2+1 OPENING@0 ACTIVE@0.02 | live 3599'],
  },
  {
    name: 'a SYN-ACK that acknowledges more than was sent is dropped',
    source: 'RFC 9293 §3.10.7.3: SEG.ACK > SND.NXT',
    script: '0.000 C S len=50\n0.010 S SA ack=+52\n@end 60',
    sessions: ['1 1+1(0+1) OPENING@0 | aged-out 5'],
    events: ['0.01 #2 drop s1 tcp_drop_out_of_wnd'],
  },
  {
    name: 'a SYN-ACK that acknowledges the ISN itself is dropped',
    source: 'RFC 9293 §3.10.7.3: SEG.ACK =< ISS',
    script: '0.000 C S\n0.010 S SA ack=+0\n@end 60',
    sessions: ['1 1+1(0+1) OPENING@0 | aged-out 5'],
    events: ['0.01 #2 drop s1 tcp_drop_out_of_wnd'],
  },
  {
    name: 'the acknowledgement that ends the handshake has a FIN',
    source: 'CONTRACT TCP; panos §2.1 tcp-half-closed',
    script: '0.000 C S\n0.010 S SA\n0.020 C FA\n@end 200',
    sessions: ['1 2+1 OPENING@0 ACTIVE@0.02 CLOSING@0.02 | tcp-fin 120.02'],
  },
  {
    name: 'a FIN from the server before the handshake ends',
    source: 'panos §3.1: one or both hosts sent FIN',
    script: '0.000 C S\n0.010 S SA\n0.020 S FA\n@end 200',
    sessions: ['1 1+2 OPENING@0 CLOSING@0.02 | tcp-fin 120.02'],
  },
  {
    name: 'a FIN from the client before the SYN-ACK',
    source: 'panos §3.1: one or both hosts sent FIN',
    script: '0.000 C S\n0.020 C F\n@end 200',
    sessions: ['1 2+0 OPENING@0 CLOSING@0.02 | tcp-fin 120.02'],
  },
  {
    name: 'a half-closed session is refreshed by packets of both sides',
    source: 'CONTRACT TCP: half-closed ones do',
    script: `${HANDSHAKE}
1.000 C FA
50.00 S PA len=10
100 C A
@end 300`,
    sessions: ['1 4+2 OPENING@0 ACTIVE@0.02 CLOSING@1 | tcp-fin 220'],
  },
  {
    name: 'a FIN sent again is no second FIN',
    source: 'panos §1.4: second FIN means the other side',
    script: `${HANDSHAKE}
1.000 C FA
2.000 C FA seq=next-1
@end 300`,
    sessions: ['1 4+1 OPENING@0 ACTIVE@0.02 CLOSING@1 | tcp-fin 122'],
  },
  {
    name: 'half-closed before the handshake ended, the handshake goes on',
    source: 'CONTRACT TCP: half-closed ones refresh',
    script: '0.000 C S\n0.020 C F\n1.000 S SA\n2.000 C A\n@end 300',
    sessions: ['1 3+1 OPENING@0 CLOSING@0.02 | tcp-fin 122'],
  },
  {
    name: 'half-closed, the same SYN again belongs to the session and refreshes it',
    source: 'CONTRACT TCP',
    script: `${HANDSHAKE}\n1.000 C FA\n10.00 C S\n@end 300`,
    sessions: ['1 4+1 OPENING@0 ACTIVE@0.02 CLOSING@1 | tcp-fin 130'],
  },
];
