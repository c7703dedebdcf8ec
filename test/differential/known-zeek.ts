/**
 * This file lists where sessions and Zeek's connection records differ, each with the reason found by
 * reading the frames.
 */

import type { KnownDifference } from '../support/differences.ts';

const PPPOE = 'PPPoE session frames: a later version decodes them';
const RADIOTAP = 'link type 802.11 radiotap: a later version decodes it';
const INNER =
  'inside GRE, which this test does not log as a tunnel: the tunnel stays one session (tunnels are not opened)';

// biome-ignore format: a table
export const KNOWN_ZEEK: readonly KnownDifference[] = [
  { file: 'zeek__ftp__bigtransfer.pcap', conversation: 'tcp 192.168.56.1:59764 > 192.168.56.101:37150 SF ShAdgfFa', reason: 'most of the capture is cut out (`g`, a gap): the server’s FIN lies far beyond the window and is dropped, so the session stays half-closed' },
  { file: 'zeek__mixed-vlan-mpls.pcap', conversation: 'tcp 10.1.2.1:11001 > 10.34.0.1:23 SH SADF', reason: 'MPLS: a later version decodes it' },
  { file: 'zeek__pppoe.pcap', conversation: 'icmp fc00:0:2:100::1:1:128 > fc00::1:129 OTH -', reason: PPPOE },
  { file: 'zeek__pppoe.pcap', conversation: 'icmp fe80::c801:eff:fe88:8:134 > fe80::ce05:eff:fe88:0:133 OTH -', reason: PPPOE },
  { file: 'zeek__pppoe.pcap', conversation: 'udp fe80::c801:eff:fe88:8:547 > fe80::ce05:eff:fe88:0:546 S0 D', reason: PPPOE },
  { file: 'zeek__pppoe.pcap', conversation: 'icmp fe80::c801:eff:fe88:8:136 > ff02::1:135 OTH -', reason: PPPOE },
  { file: 'zeek__pppoe.pcap', conversation: 'icmp fe80::c801:eff:fe88:8:143 > ff02::16:0 OTH -', reason: PPPOE },
  { file: 'zeek__pppoe.pcap', conversation: 'icmp fe80::ce05:eff:fe88:0:133 > ff02::2:134 OTH -', reason: PPPOE },
  { file: 'zeek__pppoe.pcap', conversation: 'udp fe80::ce05:eff:fe88:0:546 > ff02::1:2:547 S0 D', reason: PPPOE },
  { file: 'zeek__radiotap.pcap', conversation: 'udp 172.17.156.76:61738 > 208.67.220.220:53 SF Dd', reason: RADIOTAP },
  { file: 'zeek__radiotap.pcap', conversation: 'udp fe80::a667:6ff:fef7:ec54:5353 > ff02::fb:5353 S0 D', reason: RADIOTAP },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'tcp 66.59.111.190:40264 > 172.28.2.3:22 SF ShAdDaFf', reason: INNER },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'udp 66.59.111.190:123 > 18.26.4.105:123 SF Dd', reason: INNER },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'udp 66.59.111.190:123 > 66.59.111.182:123 SF Dd', reason: INNER },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'udp 66.59.111.190:123 > 129.170.17.4:123 SF Dd', reason: INNER },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'icmp 66.59.111.190:8 > 172.28.2.3:0 OTH -', reason: INNER },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'udp 66.59.111.190:37675 > 172.28.2.3:53 S0 D', reason: INNER },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'icmp 172.28.2.3:3 > 66.59.111.190:3 OTH -', reason: INNER },
  { file: 'zeek__tunnels__gtp__gtp1_gn_normal_incl_fragmentation.pcap', conversation: 'udp 239.114.155.111:2152 > 63.94.149.181:2152 SF Dd', reason: 'Zeek counts reassembled packets: four datagrams never complete, whose first fragments are packets of the session (frames 56, 80, 90, 92)' },
];
