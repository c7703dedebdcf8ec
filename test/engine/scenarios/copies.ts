/** This file holds scenarios of egress copies: which frames left the firewall and are not judged. */

import type { Scenario } from '../../support/scenario.ts';

const FIREWALL_MAC = 'firewall-macs: ["02:aa:00:00:00:01"]';

export const COPIES: readonly Scenario[] = [
  {
    name: 'a frame with the firewall’s source MAC is a copy',
    source: 'CONTRACT Copies',
    config: FIREWALL_MAC,
    script: `0.000 C S
0.001 untrust copy 1 smac=02:aa:00:00:00:01
0.010 S SA
0.011 trust copy 3 smac=02:aa:00:00:00:01
@end 60`,
    sessions: ['1 1+1 OPENING@0 | aged-out 10.01'],
    counters: { replay_egress_copy: 2 },
  },
  {
    name: 'the nearest other MAC is not',
    source: 'CONTRACT Copies',
    config: FIREWALL_MAC,
    script: `0.000 C S
0.010 trust 10.0.0.5:40000 > 203.0.113.9:443 tcp S smac=02:aa:00:00:00:02
@end 60`,
    sessions: ['1 2+0 OPENING@0 | aged-out 5.01'],
    counters: { replay_egress_copy: 0 },
  },
  {
    name: 'outbound and received before on another interface: a copy',
    source: 'CONTRACT Copies: marked outbound and a twin',
    script: `0.000 C S in
0.001 untrust copy 1 out
0.010 S SA in
0.011 trust copy 3 out
@end 60`,
    sessions: ['1 1+1 OPENING@0 | aged-out 10.01'],
    counters: { replay_egress_copy: 2 },
  },
  {
    name: 'outbound and received before on the same interface with a higher TTL: a copy',
    source: 'CONTRACT Copies',
    script: '0.000 C S in\n0.001 trust copy 1 out\n@end 60',
    sessions: ['1 1+0 OPENING@0 | aged-out 5'],
    counters: { replay_egress_copy: 1 },
  },
  {
    name: 'outbound, the same interface and the same TTL: received',
    source: 'CONTRACT Copies',
    script: '0.000 C S in\n0.001 trust copy 1 out ttl=64\n@end 60',
    sessions: ['1 2+0 OPENING@0 | aged-out 5.001'],
    counters: { replay_egress_copy: 0 },
  },
  {
    name: 'direction flags alone remove no frame: a host’s own capture',
    source: 'CONTRACT Copies',
    script: '0.000 C S out\n0.010 S SA in\n0.020 C A out\n@end 1',
    sessions: ['1 2+1 OPENING@0 ACTIVE@0.02 | live 3599'],
    counters: { replay_egress_copy: 0 },
  },
  {
    name: 'a twin is forgotten after a second',
    source: 'CONTRACT Copies: within the second before',
    script: `0.000 trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=4 in
0.900 trust copy 1 out
1.100 trust copy 1 out
@end 60`,
    sessions: ['1 2+0 ACTIVE@0 | aged-out 31.1'],
    counters: { replay_egress_copy: 1 },
  },
  {
    name: 'inbound twice is received twice, whatever the interface',
    source: 'CONTRACT Copies: marked outbound',
    script: `0.000 trust 10.0.0.5:5000 > 203.0.113.9:53 udp len=4 in
0.500 trust copy 1 in
@end 60`,
    sessions: ['1 2+0 ACTIVE@0 | aged-out 30.5'],
    counters: { replay_egress_copy: 0 },
  },
  {
    name: 'another byte of payload is another packet',
    source: 'CONTRACT Copies: all bytes from the IP header but TTL and checksums',
    script: `0.000 trust 10.0.0.5:5000 > 203.0.113.9:53 udp hex=00010203 id=7 in
0.001 trust 10.0.0.5:5000 > 203.0.113.9:53 udp hex=00010204 id=7 ttl=63 out
@end 60`,
    sessions: ['1 2+0 ACTIVE@0 | aged-out 30.001'],
    counters: { replay_egress_copy: 0 },
  },
  {
    name: 'a wrong checksum makes no other packet',
    source: 'CONTRACT Copies: but TTL and checksums',
    script: `0.000 trust 10.0.0.5:5000 > 203.0.113.9:53 udp hex=00010203 id=7 in badsum
0.001 untrust 10.0.0.5:5000 > 203.0.113.9:53 udp hex=00010203 id=7 ttl=63 out
@end 60`,
    sessions: ['1 1+0 ACTIVE@0 | aged-out 30'],
    counters: { replay_egress_copy: 1 },
  },
  {
    name: 'received without a mark, outbound on another interface',
    source: 'CONTRACT Copies: received within the second before; batches change no result',
    script: '0.000 C S\n0.001 untrust copy 1 out\n@end 60',
    sessions: ['1 1+0 OPENING@0 | aged-out 5'],
    counters: { replay_egress_copy: 1 },
  },
];
