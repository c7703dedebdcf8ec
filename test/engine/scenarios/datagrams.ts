/** This file holds scenarios of UDP, ICMP and other protocols, and of ICMP errors. */

import { HANDSHAKE, type Scenario } from '../../support/scenario.ts';

const OUT = 'trust 10.0.0.5:5000 > 203.0.113.9:53 udp';
const BACK = 'untrust 203.0.113.9:53 > 10.0.0.5:5000 udp';
const ASK = 'trust 10.0.0.5 > 203.0.113.9 icmp';
const ANSWER = 'untrust 203.0.113.9 > 10.0.0.5 icmp';
const ASK6 = 'trust 2001:db8:10::5 > 2001:db8:f::9 icmp6';
const ANSWER6 = 'untrust 2001:db8:f::9 > 2001:db8:10::5 icmp6';

export const DATAGRAMS: readonly Scenario[] = [
  {
    name: 'UDP: every packet of either side starts the 30 s anew',
    source: 'panos §1.4 UDP',
    script: `0.000 ${OUT} len=10\n10.00 ${BACK} len=10\n35.00 ${OUT} len=10\n@end 100`,
    sessions: ['1 2+1 ACTIVE@0 | aged-out 65'],
  },
  {
    name: 'UDP without an answer',
    source: 'panos §2.1',
    script: `0.5 ${OUT} len=10\n@end 100`,
    sessions: ['1 1+0 ACTIVE@0.5 | aged-out 30.5'],
  },
  {
    name: 'UDP at the deadline is a new session',
    source: 'CONTRACT Clock',
    script: `0 ${OUT} len=10\n30 ${OUT} len=10\n@end 31`,
    sessions: ['1 1+0 ACTIVE@0 | aged-out 30', '2 1+0 ACTIVE@30 | live 29'],
  },
  {
    name: 'UDP whose first packet is the answer: its sender is the client',
    source: 'CONTRACT Records: c2s is the first packet’s direction',
    script: `0 ${BACK} len=10\n1 ${OUT} len=10\n@end 40`,
    sessions: ['1 1+1 ACTIVE@0 | aged-out 31'],
  },
  {
    name: 'another protocol: 30 s, both directions',
    source: 'panos §2.1 timeout-default',
    script: `0 trust 10.0.0.5 > 203.0.113.9 proto=47 len=20
20 untrust 203.0.113.9 > 10.0.0.5 proto=47 len=20
@end 100`,
    sessions: ['1 1+1 ACTIVE@0 | aged-out 50'],
  },
  {
    name: 'two other protocols between the same hosts are two sessions',
    source: 'CONTRACT: the protocol is part of the key',
    script: `0 trust 10.0.0.5 > 203.0.113.9 proto=47 len=20
1 trust 10.0.0.5 > 203.0.113.9 proto=50 len=20
@end 100`,
    sessions: ['1 1+0 ACTIVE@0 | aged-out 30', '2 1+0 ACTIVE@1 | aged-out 31'],
  },
  {
    name: 'ping: a session a sequence number, 6 s',
    source: 'panos §1.4 ICMP',
    script: `0 ${ASK} echo id=7 seq=1
0.5 ${ANSWER} echo-reply id=7 seq=1
1 ${ASK} echo id=7 seq=2
1.5 ${ANSWER} echo-reply id=7 seq=2
@end 20`,
    sessions: ['1 1+1 ACTIVE@0 | aged-out 6.5', '2 1+1 ACTIVE@1 | aged-out 7.5'],
  },
  {
    name: 'ping: the same request again belongs to the session',
    source: 'panos §1.4 ICMP',
    script: `0 ${ASK} echo id=7 seq=1\n3 ${ASK} echo id=7 seq=1\n@end 20`,
    sessions: ['1 2+0 ACTIVE@0 | aged-out 9'],
  },
  {
    name: 'a reply without its request makes no session',
    source: 'CONTRACT ICMP echo: event drop',
    script: `0 ${ANSWER} echo-reply id=7 seq=1\n1 ${ANSWER6} echo-reply id=7 seq=1\n@end 20`,
    sessions: [],
    events: ['0 #1 drop s0 replay_icmp_no_request', '1 #2 drop s0 replay_icmp_no_request'],
    counters: { replay_icmp_no_request: 2, session_allocated: 0 },
  },
  {
    name: 'a reply with another identifier or sequence number has no request',
    source: 'CONTRACT ICMP echo',
    script: `0 ${ASK} echo id=7 seq=1
1 ${ANSWER} echo-reply id=7 seq=2
2 ${ANSWER} echo-reply id=8 seq=1
3 ${ANSWER} echo-reply id=1 seq=7
@end 20`,
    sessions: ['1 1+0 ACTIVE@0 | aged-out 6'],
    events: [
      '1 #2 drop s0 replay_icmp_no_request',
      '2 #3 drop s0 replay_icmp_no_request',
      '3 #4 drop s0 replay_icmp_no_request',
    ],
  },
  {
    name: 'a request never matches an s2c flow, a reply never a c2s flow',
    source: 'CONTRACT ICMP echo',
    script: `0 ${ASK} echo id=7 seq=1
1 ${ANSWER} echo id=1 seq=7
2 ${ASK} echo-reply id=1 seq=7
3 ${ASK} echo-reply id=7 seq=1
@end 20`,
    sessions: ['1 1+0 ACTIVE@0 | aged-out 6', '2 1+1 ACTIVE@1 | aged-out 8'],
    events: ['3 #4 drop s0 replay_icmp_no_request'],
  },
  {
    name: 'timestamp pairs are keyed alike, apart from echo',
    source: 'CONTRACT ICMP: timestamp, information and mask pairs',
    script: `0 ${ASK} timestamp id=7 seq=1
1 ${ANSWER} echo-reply id=7 seq=1
2 ${ANSWER} timestamp-reply id=7 seq=1
3 ${ASK} type=15 rest=0x70001
3.5 ${ANSWER} type=16 rest=0x70001
4 ${ASK} type=17 rest=0x70001
4.5 ${ANSWER} type=18 rest=0x70001
@end 20`,
    sessions: [
      '1 1+1 ACTIVE@0 | aged-out 8',
      '2 1+1 ACTIVE@3 | aged-out 9.5',
      '3 1+1 ACTIVE@4 | aged-out 10.5',
    ],
    events: ['1 #2 drop s0 replay_icmp_no_request'],
  },
  {
    name: 'other ICMP that quotes nothing is keyed by type and code',
    source: 'CONTRACT ICMP',
    script: `0 ${ASK} type=10 code=0
1 ${ASK} type=10 code=0
2 ${ASK} type=40 code=3
@end 20`,
    sessions: ['1 2+0 ACTIVE@0 | aged-out 7', '2 1+0 ACTIVE@2 | aged-out 8'],
  },
  {
    name: 'ICMPv6 echo',
    source: 'RFC 4443 §4; panos §2.1',
    script: `0 ${ASK6} echo id=7 seq=1\n0.5 ${ANSWER6} echo-reply id=7 seq=1\n@end 20`,
    sessions: ['1 1+1 ACTIVE@0 | aged-out 6.5'],
  },
  {
    name: 'neighbour discovery is nothing',
    source: 'CONTRACT ICMP error; RFC 4861 §4',
    script: `0 trust 2001:db8:10::5 > ff02::1:ff00:1 icmp6 neighbor-solicitation target=2001:db8:10::1
1 trust 2001:db8:10::1 > 2001:db8:10::5 icmp6 neighbor-advertisement target=2001:db8:10::1
2 trust fe80::5 > ff02::2 icmp6 type=133
3 trust fe80::1 > ff02::1 icmp6 type=134
4 trust fe80::1 > ff02::1 icmp6 type=137
@end 20`,
    sessions: [],
    counters: { replay_neighbour_discovery: 5, session_allocated: 0 },
  },
  {
    name: 'an ICMP error is an event of the session that it quotes, and refreshes nothing',
    source: 'CONTRACT ICMP error',
    script: `0 ${OUT} len=10
1 ${ANSWER} unreachable port quote=1
2 untrust 198.51.100.1 > 10.0.0.5 icmp time-exceeded ttl quote=1
@end 100`,
    sessions: ['1 1+0 ACTIVE@0 | aged-out 30'],
    events: ['1 #2 icmp-error s1 3/3', '2 #3 icmp-error s1 11/0'],
    counters: { replay_icmp_error_no_session: 0, session_allocated: 1 },
  },
  {
    name: 'an ICMP error that quotes the reply, and one that quotes TCP',
    source: 'CONTRACT ICMP error',
    script: `${HANDSHAKE}
1 ${ASK} unreachable admin quote=2
2 ${ANSWER} source-quench quote=3
@end 2`,
    sessions: ['1 2+1 OPENING@0 ACTIVE@0.02 | live 3598'],
    events: ['1 #4 icmp-error s1 3/13', '2 #5 icmp-error s1 4/0'],
  },
  {
    name: 'ICMPv6 errors',
    source: 'CONTRACT ICMP error; RFC 4443 §3',
    script: `0 trust [2001:db8:10::5]:5000 > [2001:db8:f::9]:53 udp len=10
1 ${ANSWER6} unreachable port quote=1
2 untrust 2001:db8:f::1 > 2001:db8:10::5 icmp6 packet-too-big mtu=1280 quote=1
3 untrust 2001:db8:f::1 > 2001:db8:10::5 icmp6 time-exceeded ttl quote=1
@end 100`,
    sessions: ['1 1+0 ACTIVE@0 | aged-out 30'],
    events: ['1 #2 icmp-error s1 1/4', '2 #3 icmp-error s1 2/0', '3 #4 icmp-error s1 3/0'],
  },
  {
    name: 'an ICMP error that quotes an echo request',
    source: 'CONTRACT ICMP error',
    script: `0 ${ASK} echo id=7 seq=1
1 untrust 198.51.100.1 > 10.0.0.5 icmp time-exceeded ttl quote=1
@end 20`,
    sessions: ['1 1+0 ACTIVE@0 | aged-out 6'],
    events: ['1 #2 icmp-error s1 11/0'],
  },
  {
    name: 'an ICMP error that quotes a session that has ended, or none',
    source: 'CONTRACT ICMP error',
    script: `0 ${OUT} len=10
40 ${ANSWER} unreachable port quote=1
41 ${ANSWER} type=3 code=1 hex=4500
@end 100`,
    sessions: ['1 1+0 ACTIVE@0 | aged-out 30'],
    events: ['40 #2 icmp-error s0 3/3', '41 #3 icmp-error s0 3/1'],
    counters: { replay_icmp_error_no_session: 2, session_allocated: 1 },
  },
  {
    name: 'the timers of the file apply',
    source: 'CONTRACT Configuration',
    config: 'timeouts: {udp: 3, icmp: 2, default: 4}',
    script: `0 ${OUT} len=10
0 ${ASK} echo id=7 seq=1
0 trust 10.0.0.5 > 203.0.113.9 proto=47 len=20
@end 100`,
    sessions: [
      '1 1+0 ACTIVE@0 | aged-out 3',
      '2 1+0 ACTIVE@0 | aged-out 2',
      '3 1+0 ACTIVE@0 | aged-out 4',
    ],
  },
];
