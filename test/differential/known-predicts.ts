/**
 * This file lists where predicts and what other programs attribute to control packets differ, each with
 * the reason found by reading the packets.
 */

import type { KnownDifference } from '../support/differences.ts';
import { MUXED, NO_RTCP_PORT, REQUEST, WEBSOCKET } from './known-alg-media.ts';

const BLANKS =
  'keep-alives of five blanks use up the four packets of App-ID (panos.md §9): the session is unknown-udp before its first SIP';
const REFUSED =
  'the call was refused by 480 in frame 621, which withdraws what it announced; the caller sends all the same, and no pinhole is open';

// biome-ignore format: a table
export const KNOWN_PREDICTS: readonly KnownDifference[] = [
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: 'announced 11 69.17.142.250:55695', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: 'announced 11 69.17.142.250:55696', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: 'announced 18 69.17.142.250:55695', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: 'announced 18 69.17.142.250:55696', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: 'announced 20 10.243.17.55:55696', reason: NO_RTCP_PORT },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: 'announced 32 35.175.163.49:32243', reason: MUXED },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: 'announced 34 35.175.163.49:32242', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: 'announced 34 35.175.163.49:32243', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: 'announced 44 35.175.163.49:32243', reason: MUXED },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: 'announced 46 35.175.163.49:32242', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: 'announced 46 35.175.163.49:32243', reason: WEBSOCKET },
  { file: 'sngrep__aaa.pcap', conversation: 'announced 321 192.168.1.2:30000', reason: BLANKS },
  { file: 'sngrep__aaa.pcap', conversation: 'announced 321 192.168.1.2:30001', reason: BLANKS },
  { file: 'sngrep__aaa.pcap', conversation: 'announced 323 192.168.1.2:30000', reason: BLANKS },
  { file: 'sngrep__aaa.pcap', conversation: 'announced 323 192.168.1.2:30001', reason: BLANKS },
  { file: 'sngrep__aaa.pcap', conversation: 'announced 325 192.168.1.2:30000', reason: BLANKS },
  { file: 'sngrep__aaa.pcap', conversation: 'announced 325 192.168.1.2:30001', reason: BLANKS },
  { file: 'sngrep__aaa.pcap', conversation: 'announced 346 192.168.1.2:30000', reason: BLANKS },
  { file: 'sngrep__aaa.pcap', conversation: 'announced 346 192.168.1.2:30001', reason: BLANKS },
  { file: 'sngrep__aaa.pcap', conversation: 'used 624 212.242.33.36:40392', reason: REFUSED },
  { file: 'sngrep__aaa.pcap', conversation: 'link 620 192.168.1.2:30000>212.242.33.36:40392', reason: REFUSED },
  { file: 'sngrep__aaa.pcap', conversation: 'used 633 212.242.33.36:40393', reason: REFUSED },
  { file: 'sngrep__aaa.pcap', conversation: 'link 620 192.168.1.2:30001>212.242.33.36:40393', reason: REFUSED },
  { file: 'trex__cap2__rtsp_short.pcap', conversation: 'announced 6 21.0.0.2:1024', reason: REQUEST },
  { file: 'trex__cap2__rtsp_short.pcap', conversation: 'announced 6 21.0.0.2:1025', reason: REQUEST },
  { file: 'trex__cap2__rtsp_short.pcap', conversation: 'announced 8 21.0.0.2:1026', reason: REQUEST },
  { file: 'trex__cap2__rtsp_short.pcap', conversation: 'announced 8 21.0.0.2:1027', reason: REQUEST },
];
