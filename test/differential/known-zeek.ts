/**
 * This file lists where sessions and Zeek's connection records differ, each with the reason found by
 * reading the frames.
 */

import type { KnownDifference } from '../support/differences.ts';

const INNER =
  'inside GRE, which this test does not log as a tunnel: the tunnel stays one session (tunnels are not opened)';
const NEIGHBOUR = 'neighbour discovery makes no session (CONTRACT: Records)';

// biome-ignore format: a table
export const KNOWN_ZEEK: readonly KnownDifference[] = [
  { file: 'zeek__ftp__bigtransfer.pcap', conversation: 'tcp 192.168.56.1:59764 > 192.168.56.101:37150 SF ShAdgfFa', reason: 'most of the capture is cut out (`g`, a gap): the server’s FIN lies far beyond the window and is dropped, so the session stays half-closed' },
  { file: 'zeek__pppoe.pcap', conversation: 'icmp fe80::c801:eff:fe88:8:134 > fe80::ce05:eff:fe88:0:133 OTH -', reason: NEIGHBOUR },
  { file: 'zeek__pppoe.pcap', conversation: 'icmp fe80::c801:eff:fe88:8:136 > ff02::1:135 OTH -', reason: NEIGHBOUR },
  { file: 'zeek__pppoe.pcap', conversation: 'icmp fe80::ce05:eff:fe88:0:133 > ff02::2:134 OTH -', reason: NEIGHBOUR },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'tcp 66.59.111.190:40264 > 172.28.2.3:22 SF ShAdDaFf', reason: INNER },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'udp 66.59.111.190:123 > 18.26.4.105:123 SF Dd', reason: INNER },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'udp 66.59.111.190:123 > 66.59.111.182:123 SF Dd', reason: INNER },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'udp 66.59.111.190:123 > 129.170.17.4:123 SF Dd', reason: INNER },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'icmp 66.59.111.190:8 > 172.28.2.3:0 OTH -', reason: INNER },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'udp 66.59.111.190:37675 > 172.28.2.3:53 S0 D', reason: INNER },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'icmp 172.28.2.3:3 > 66.59.111.190:3 OTH -', reason: INNER },
  { file: 'zeek__tunnels__gtp__gtp1_gn_normal_incl_fragmentation.pcap', conversation: 'udp 239.114.155.111:2152 > 63.94.149.181:2152 SF Dd', reason: 'Zeek counts reassembled packets: four datagrams never complete, whose first fragments are packets of the session (frames 56, 80, 90, 92)' },
];
