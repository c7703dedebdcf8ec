/**
 * This file lists where the replay with the default session settings and tshark differ on the public
 * captures, and which sessions drop packets: each with the reason found by reading the frames.
 */

import type { KnownDifference } from '../support/differences.ts';

/** Classes of frames that the truth counts as well; the conversation is the class. */
// biome-ignore format: a table
export const KNOWN_BALANCE: readonly KnownDifference[] = [
  { file: 'pcpp__microsecs_big_endian.pcap', conversation: 'not IP', reason: 'link type USER0: counted as a link type, not as a frame without IP' },
  { file: 'pcpp__tcp-reassembly.pcap', conversation: 'TCP', reason: 'frame 66 is sFlow that quotes a header; tshark counts it in the stream' },
  { file: 'zeek__ipv4__fragmented-3.pcap', conversation: 'TCP', reason: 'the datagram never completes: tshark shows no TCP, a firewall has its first fragment' },
  { file: 'zeek__tunnels__gre-sample.pcap', conversation: 'ICMP errors', reason: 'both errors are inside the tunnel' },
];

const NEVER_WHOLE =
  'fragments of datagrams that never become whole: tshark leaves some out of its streams, for a firewall they are packets of the session';

/** Flows with more packets than tshark has in the stream. */
// biome-ignore format: a table
export const KNOWN_EXCESS: readonly KnownDifference[] = [
  { file: 'zeek__ipv4__fragmented-1.pcap', conversation: 'udp 164.1.123.163:123-164.1.123.61:137', reason: NEVER_WHOLE },
  { file: 'zeek__tunnels__gtp__gtp1_gn_normal_incl_fragmentation.pcap', conversation: 'udp 239.114.155.111:2152-63.94.149.181:2152', reason: `${NEVER_WHOLE} (frames 56, 80, 90, 92)` },
];

/** TCP streams whose first SYN begins no session. */
// biome-ignore format: a table
export const KNOWN_STARTS: readonly KnownDifference[] = [
];

/** End reasons of TCP streams, by five-tuple. */
// biome-ignore format: a table
export const KNOWN_ENDINGS: readonly KnownDifference[] = [
  { file: 'surv__bug-2491-01__simple_http_download.onesided.pcap', conversation: 'tcp 192.168.3.131:55963-65.54.95.140:80', reason: 'one side only: the handshake never completes, tcp-init ends the session after 5 s, the FIN comes after 9 s' },
  { file: 'zeek__tcp__syn-then-rst.pcap', conversation: 'tcp 1.1.1.1:13131-1.1.1.2:31313', reason: 'the client resets with its ISN, one below what the server expects: outside the window, dropped' },
  { file: 'zeek__http__206_example_b.pcap', conversation: 'tcp 192.168.72.14:3254-65.54.95.206:80', reason: 'the RST has the end of frame 1213, which was dropped as out of window: the receiver never saw it, so it does not expect that number' },
];

/** Sessions some of whose packets are dropped. */
// biome-ignore format: a table
export const KNOWN_DROPS: readonly KnownDifference[] = [
  { file: 'pkts__tcp-fsm__established_syn_ports_reused.pcap', conversation: 'tcp 127.0.0.1:80-127.0.0.2:20', reason: 'a SYN with another number on an established session' },
  { file: 'pkts__tcp-streams__ports_reused.pcap', conversation: 'tcp 127.0.0.1:80-127.0.0.2:12345', reason: 'a SYN with another number on an established session, and its SYN-ACK' },
  { file: 'zeek__ftp__bigtransfer.pcap', conversation: 'tcp 192.168.56.101:37150-192.168.56.1:59764', reason: 'most of the capture is cut out: sequence numbers jump by hundreds of megabytes, far beyond the window' },
  { file: 'zeek__http__206_example_b.pcap', conversation: 'tcp 192.168.72.14:3254-65.54.95.206:80', reason: 'the server sends on into a closed window (57 zero-window announcements by tshark)' },
  { file: 'zeek__tcp__rst-inject-rae.pcap', conversation: 'tcp 1.2.0.2:2527-1.2.0.3:6649', reason: 'the injected RST acknowledges the ISN itself, not ISN + 1' },
  { file: 'zeek__tcp__syn-then-rst.pcap', conversation: 'tcp 1.1.1.1:13131-1.1.1.2:31313', reason: 'the RST, see KNOWN_ENDINGS' },
  { file: 'zeek__ipv4__fragmented-1.pcap', conversation: 'udp 164.1.123.163:123-164.1.123.61:137', reason: 'no datagram becomes whole: the first fragment has 18 bytes, no multiple of 8; the third ends behind the end that the second gave' },
  { file: 'zeek__tunnels__gtp__gtp1_gn_normal_incl_fragmentation.pcap', conversation: 'udp 239.114.155.111:2152-63.94.149.181:2152', reason: 'frames 56, 80, 90 and 92 are first fragments whose datagrams never become whole' },
];
