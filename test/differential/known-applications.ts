/**
 * This file lists where App-ID and other programs differ, each with the reason found by reading the
 * payload.
 */

import type { KnownDifference } from '../support/differences.ts';

const ONE_SIDED =
  'one side only was captured: the handshake never completes to a firewall that sees no SYN-ACK, so it is incomplete (panos.md §9)';
const H225 =
  'nDPI takes the TPKT header (03 00 00 length) for Cassandra’s version; it is Q.931 of H.225 on 1720';
const H245 =
  'the same TPKT header before H.245: the CONNECT of frame 18 announced this connection (truth: announcements)';
const RIP = 'nDPI 4.2 knows no RIP: command 2, version 1 and a zero word to port 520 (RFC 2453 §4)';
const UPGRADED =
  'nDPI stays with the request; the server agrees to Upgrade: h2c (101), and both go on in HTTP/2 (RFC 7540 §3.2)';
const FTP_DATA =
  'nDPI knows data of FTP by what is in them; the control channel announced this flow (truth: announcements)';

// biome-ignore format: a table
export const KNOWN_NDPI: readonly KnownDifference[] = [
  { file: 'arkime__http-tcp-seq-issue.pcap', conversation: 'tcp 10.11.12.13:54162-13.12.11.10:80', reason: 'dashes of an upload before its POST: nDPI decides by the first, the stream in order and the answer are HTTP' },
  { file: 'arkime__socks-http-example.pcap', conversation: 'tcp 10.180.156.185:53534-10.180.156.249:1080', reason: 'nDPI takes 04 for Cassandra’s version; it is a SOCKS4a CONNECT with a host name, granted by 00 5a' },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: 'tcp 10.243.0.157:8080-10.243.17.55:43380', reason: 'nDPI stays with the request; it has Upgrade: websocket, and shifts (panos.md §9)' },
  { file: 'ndpi__ftp.pcap', conversation: 'tcp 192.168.1.212:50696-90.130.70.73:24523', reason: FTP_DATA },
  { file: 'ndpi__h323.pcap', conversation: 'tcp 10.1.3.143:32803-10.1.6.18:1720', reason: H225 },
  { file: 'ndpi__h323.pcap', conversation: 'tcp 10.1.3.143:32804-10.1.6.18:1232', reason: H245 },
  { file: 'ndpi__h323.pcap', conversation: 'tcp 192.168.0.1:1720-192.168.0.208:56837', reason: H225 },
  { file: 'ndpi__ookla.pcap', conversation: 'tcp 185.157.229.246:8080-192.168.1.192:37790', reason: 'nDPI takes port 8080 for HTTP; it is Ookla’s own: HI with a number, answered by HELLO' },
  { file: 'pcpp__example.pcap', conversation: 'tcp 10.0.0.138:5005-10.0.0.4:49682', reason: 'nDPI takes SUB for NATS; it is SUBSCRIBE … HTTP/1.1 (UPnP eventing), answered by HTTP/1.1 200' },
  { file: 'pcpp__example.pcap', conversation: 'udp 10.0.0.138:520-10.0.0.255:520', reason: RIP },
  { file: 'pcpp__many-protocols.pcap', conversation: 'udp 10.0.0.138:520-10.0.0.255:520', reason: RIP },
  { file: 'surv__bug-2491-01__simple_http_download.onesided.pcap', conversation: 'tcp 192.168.3.131:55963-65.54.95.140:80', reason: ONE_SIDED },
  { file: 'surv__http2-range__http2-range.pcap', conversation: 'tcp 127.0.0.1:57226-127.0.0.1:8080', reason: UPGRADED },
  { file: 'surv__http2-range__http2-range.pcap', conversation: 'tcp 127.0.0.1:57228-127.0.0.1:8080', reason: UPGRADED },
  { file: 'surv__http2-range__http2-range.pcap', conversation: 'tcp 127.0.0.1:57230-127.0.0.1:8080', reason: UPGRADED },
  { file: 'zeek__ftp__bigtransfer.pcap', conversation: 'tcp 192.168.56.101:37150-192.168.56.1:59764', reason: FTP_DATA },
  { file: 'zeek__ftp__ipv4.pcap', conversation: 'tcp 141.142.220.235:37604-199.233.217.249:56666', reason: FTP_DATA },
  { file: 'zeek__ftp__ipv4.pcap', conversation: 'tcp 141.142.220.235:33582-199.233.217.249:61920', reason: FTP_DATA },
  { file: 'zeek__ftp__ipv4.pcap', conversation: 'tcp 141.142.220.235:59378-199.233.217.249:56667', reason: FTP_DATA },
  { file: 'zeek__ftp__ipv4.pcap', conversation: 'tcp 141.142.220.235:37835-199.233.217.249:61918', reason: FTP_DATA },
  { file: 'zeek__ftp__ipv6.pcap', conversation: 'tcp 2001:470:1f11:81f:c999:d94:aa7c:2e3e:49190-2001:470:4867:99::21:55647', reason: FTP_DATA },
  { file: 'zeek__ftp__ipv6.pcap', conversation: 'tcp 2001:470:1f11:81f:c999:d94:aa7c:2e3e:49186-2001:470:4867:99::21:57086', reason: FTP_DATA },
  { file: 'zeek__ftp__ipv6.pcap', conversation: 'tcp 2001:470:1f11:81f:c999:d94:aa7c:2e3e:49189-2001:470:4867:99::21:55785', reason: FTP_DATA },
  { file: 'zeek__ftp__ipv6.pcap', conversation: 'tcp 2001:470:1f11:81f:c999:d94:aa7c:2e3e:49188-2001:470:4867:99::21:57088', reason: FTP_DATA },
  { file: 'zeek__ftp__ipv6.pcap', conversation: 'tcp 2001:470:1f11:81f:c999:d94:aa7c:2e3e:49187-2001:470:4867:99::21:57087', reason: FTP_DATA },
  { file: 'zeek__ftp__retr.pcap', conversation: 'tcp 141.142.192.162:38141-141.142.228.5:50737', reason: FTP_DATA },
  { file: 'zeek__ipv4__fragmented-1.pcap', conversation: 'udp 164.1.123.163:123-164.1.123.61:137', reason: 'nDPI goes by port 123; the payload is eleven zeros and then X’s, in no version of NTP, and of its fragments the first has ten bytes' },
  { file: 'zeek__mixed-vlan-mpls.pcap', conversation: 'tcp 10.1.2.1:11001-10.34.0.1:23', reason: ONE_SIDED },
  { file: 'zeek__tunnels__vxlan.pcap', conversation: '*', reason: 'nDPI 4.2 knows no VXLAN: flag I and a network identifier to port 4789 (RFC 7348 §5)' },
];

/** Applications that Suricata's tests expect, and no session is. */
// biome-ignore format: a table
export const KNOWN_SURICATA_PROTOCOLS: readonly KnownDifference[] = [
  { file: 'surv__alert-testmyids-midstream.pcap', conversation: 'web-browsing', reason: 'the capture begins midstream: no session under tcp-reject-non-syn, and non-syn-tcp without it (panos.md §9)' },
];
