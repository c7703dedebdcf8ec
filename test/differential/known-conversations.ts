/**
 * This file lists where the replay and tshark differ on the public captures, each with the reason
 * found by reading the frames with tshark.
 */

import type { KnownDifference } from '../support/differences.ts';

const INNER = 'ICMP inside a tunnel: the tunnel stays one session (the truth marks no tunnel here)';
const TWICE = 'tshark 4.0 names the layer twice (`igmp:igmp`), so the truth counts one frame twice';
const FILE_ORDER =
  'two interfaces, not in time order: the truth has first and last in the order of the file';

/** Packets and bytes of TCP and UDP five-tuples. */
// biome-ignore format: a table
export const KNOWN_COUNTS: readonly KnownDifference[] = [
  { file: 'pcpp__tcp-reassembly.pcap', conversation: 'tcp 172.16.133.54:64370-23.21.118.18:80', reason: 'frame 66 is sFlow that quotes a header; tshark counts it in the stream' },
  { file: 'zeek__tunnels__gtp__gtp1_gn_normal_incl_fragmentation.pcap', conversation: 'udp 239.114.155.111:2152-63.94.149.181:2152', reason: 'frames 56, 80, 90 and 92 are first fragments whose datagrams never become whole: tshark leaves them out of the stream' },
  { file: 'zeek__ipv4__fragmented-1.pcap', conversation: 'udp 164.1.123.163:123-164.1.123.61:137', reason: 'no datagram becomes whole: tshark leaves frame 2 out of the stream, for a firewall it is a fragment of the session' },
  { file: 'zeek__ipv4__fragmented-3.pcap', conversation: 'tcp 131.243.1.10:21-210.54.213.247:1265', reason: 'the datagram never completes: tshark shows no TCP, a firewall has its first fragment' },
];

/** First and last time of five-tuples with one session. */
// biome-ignore format: a table
export const KNOWN_TIMES: readonly KnownDifference[] = [
  { file: 'pcpp__many_interfaces-1.pcapng', conversation: 'udp 192.168.1.139:17500-255.255.255.255:17500', reason: FILE_ORDER },
  { file: 'pcpp__many_interfaces-1.pcapng', conversation: 'udp 192.168.1.139:17500-192.168.1.255:17500', reason: FILE_ORDER },
  { file: 'pcpp__tcp-reassembly.pcap', conversation: 'tcp 172.16.133.54:64370-23.21.118.18:80', reason: 'the last frame of the truth is the sFlow frame 66' },
  { file: 'zeek__ipv4__fragmented-1.pcap', conversation: 'udp 164.1.123.163:123-164.1.123.61:137', reason: 'the session starts with the first fragment, the truth with the one that completes' },
];

/** ICMP and protocols without ports. */
// biome-ignore format: a table
export const KNOWN_PAIRS: readonly KnownDifference[] = [
  { file: 'pkts__tcp-streams__base_usage_3_streams.pcap', conversation: 'igmp 192.168.251.180-224.0.0.1', reason: TWICE },
  { file: 'pkts__tcp-streams__base_usage_3_streams.pcap', conversation: 'igmp 192.168.197.176-224.0.0.251', reason: TWICE },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'icmp 172.28.2.3-66.59.111.190 id 52072', reason: INNER },
  { file: 'zeek__tunnels__teredo_bubble_with_payload.pcap', conversation: 'icmpv6 2001:0:4137:9e50:8000:f12a:b9c8:2815-2001:4860:0:2001::68 id 54131', reason: INNER },
  { file: 'zeek__tunnels__vxlan.pcap', conversation: 'icmp 10.0.0.1-10.0.0.2 id 3389', reason: INNER },
];
