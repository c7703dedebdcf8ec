/** This file holds scenarios of zones: mismatches, second sessions, an unknown way out. */

import type { Scenario } from '../../support/scenario.ts';

const THREE_ZONES = `zones:
  trust: {interfaces: [trust], networks: [10.0.0.0/8]}
  trust-b: {interfaces: [trustb]}
  untrust: {interfaces: [untrust], networks: [0.0.0.0/0]}
`;
const NO_NETWORKS = `zones:
  trust: {interfaces: [trust]}
  untrust: {interfaces: [untrust]}
  dmz: {interfaces: [dmz]}
`;
const INTERFACES = '@interface trust\n@interface trustb\n@interface untrust\n';
const OTHER = 'trustb 10.0.0.5:40000 > 203.0.113.9:443 tcp';
const NON_SYN_ACCEPTED = 'session: {tcp-reject-non-syn: no}';

export const ZONES: readonly Scenario[] = [
  {
    name: 'a segment of the session in another zone is dropped',
    source: 'CONTRACT Zone mismatch',
    zones: THREE_ZONES,
    script: `${INTERFACES}
0.000 C S
0.010 S SA
0.020 C A
1.000 ${OTHER} PA len=10
2.000 ${OTHER} FA
3.000 ${OTHER} R
@end 3`,
    sessions: ['1 2+1 OPENING@0 ACTIVE@0.02 | live 3597'],
    events: [
      '1 #4 zonechange s1 trust>trust-b drop',
      '2 #5 zonechange s1 trust>trust-b drop',
      '3 #6 zonechange s1 trust>trust-b drop',
    ],
    counters: { flow_fwd_zonechange: 3, flow_tcp_non_syn: 0, session_allocated: 1 },
  },
  {
    name: 'a SYN-ACK from another zone is dropped',
    source: 'CONTRACT Zone mismatch: a SYN-ACK too',
    zones: THREE_ZONES,
    script: `${INTERFACES}
0.000 C S
0.010 trustb 203.0.113.9:443 > 10.0.0.5:40000 tcp SA
@end 60`,
    sessions: ['1 1+0 OPENING@0 | aged-out 5'],
    events: ['0.01 #2 zonechange s1 untrust>trust-b drop'],
    counters: { flow_fwd_zonechange: 1 },
  },
  {
    name: 'with tcp-reject-non-syn: no it is the first packet of a second session',
    source: 'CONTRACT Zone mismatch: severity info then',
    zones: THREE_ZONES,
    config: NON_SYN_ACCEPTED,
    script: `${INTERFACES}
0.000 C S
0.010 S SA
0.020 C A
1.000 ${OTHER} PA len=10
@end 1`,
    sessions: ['1 2+1 OPENING@0 ACTIVE@0.02 | live 3599', '2 1+0 ACTIVE@1 | live 3600'],
    events: ['1 #4 zonechange s1 trust>trust-b info', '1 #4 s2c-collision s2 of s1'],
    counters: { flow_fwd_zonechange: 0 },
  },
  {
    name: 'a SYN in another zone makes a second session; the reply stays with the first',
    source: 'CONTRACT Zone mismatch: s2c-collision',
    zones: THREE_ZONES,
    script: `${INTERFACES}
0.000 C S
1.000 ${OTHER} S
2.000 S SA
3.000 C A
@end 60`,
    sessions: ['1 2+1 OPENING@0 ACTIVE@3 | live 3543', '2 1+0 OPENING@1 | aged-out 6'],
    events: ['1 #2 s2c-collision s2 of s1'],
    counters: { flow_fwd_zonechange: 0 },
  },
  {
    name: 'the first packet of another protocol as well',
    source: 'CONTRACT Zone mismatch',
    zones: THREE_ZONES,
    script: `${INTERFACES}
0.000 trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=10
1.000 trustb 10.0.0.5:5000 > 203.0.113.9:53 udp len=10
2.000 untrust 203.0.113.9:53 > 10.0.0.5:5000 udp len=10
@end 60`,
    sessions: ['1 1+1 ACTIVE@0 | aged-out 32', '2 1+0 ACTIVE@1 | aged-out 31'],
    events: ['1 #2 s2c-collision s2 of s1'],
  },
  {
    name: 'the reply key is not handed over when the first session ends',
    source: 'CONTRACT Zone mismatch',
    zones: THREE_ZONES,
    script: `${INTERFACES}
0.000 trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=10
20.00 trustb 10.0.0.5:5000 > 203.0.113.9:53 udp len=10
40.00 untrust 203.0.113.9:53 > 10.0.0.5:5000 udp len=10
@end 100`,
    sessions: [
      '1 1+0 ACTIVE@0 | aged-out 30',
      '2 1+0 ACTIVE@20 | aged-out 50',
      '3 1+0 ACTIVE@40 | aged-out 70',
    ],
    events: ['20 #2 s2c-collision s2 of s1'],
  },
  {
    name: 'an unknown egress zone is the first reply’s, and then fixed',
    source: 'CONTRACT Egress zone',
    zones: NO_NETWORKS,
    script: `@interface trust
@interface untrust
@interface dmz
0.000 C S
0.010 S SA
0.020 C A
1.000 dmz 203.0.113.9:443 > 10.0.0.5:40000 tcp A
2.000 S A
@end 2`,
    sessions: ['1 2+2 OPENING@0 ACTIVE@0.02 | live 3600'],
    events: ['1 #4 zonechange s1 untrust>dmz drop'],
  },
  {
    name: 'a second session in another zone, the way out unknown, takes no reply from the first',
    source: 'CONTRACT Zone mismatch',
    zones: NO_NETWORKS,
    script: `@interface trust
@interface untrust
@interface dmz
0.000 trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=10
1.000 dmz 10.0.0.5:5000 > 203.0.113.9:53 udp len=10
2.000 untrust 203.0.113.9:53 > 10.0.0.5:5000 udp len=10
@end 60`,
    sessions: ['1 1+1 ACTIVE@0 | aged-out 32', '2 1+0 ACTIVE@1 | aged-out 31'],
    events: ['1 #2 s2c-collision s2 of s1'],
  },
  {
    name: 'with routes, a destination without one is dropped',
    source: 'CONTRACT Egress zone: flow_policy_nofwd',
    zones: NO_NETWORKS,
    config: 'routes: [{destination: 203.0.113.0/24, interface: untrust}]',
    script: `0.000 C S
1.000 trust 10.0.0.5:5000 > 198.51.100.9:53 udp len=10
@end 60`,
    sessions: ['1 1+0 OPENING@0 | aged-out 5'],
    events: ['1 #2 drop s0 flow_policy_nofwd'],
    counters: { flow_policy_nofwd: 1 },
  },
];
