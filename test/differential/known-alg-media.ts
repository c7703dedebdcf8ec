/**
 * This file lists where the ALGs of SIP and RTSP differ from what others read in a frame, each with the
 * reason found by reading the message.
 */

import type { KnownDifference } from '../support/differences.ts';

export const WEBSOCKET =
  'SIP over WebSocket (RFC 7118): the connection speaks HTTP, and the client masks its bytes';
export const NO_RTCP_PORT =
  'a=rtcp:9 IN IP4 0.0.0.0 says that there is no port of RTCP yet (RFC 8840 §4.1.1); with rtcp-mux none will follow';
export const MUXED =
  'the answer has a=rtcp-mux and a=rtcp with the port of RTP: nothing comes to the next one';
export const REQUEST =
  'the Transport of a SETUP request: the reply decides (panos.md §6.2), and asks for the same';

// biome-ignore format: a table
export const KNOWN_TSHARK: readonly KnownDifference[] = [
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '11 69.17.142.250:55695', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '11 0.0.0.0:9', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '18 69.17.142.250:55695', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '18 0.0.0.0:9', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '20 0.0.0.0:9', reason: NO_RTCP_PORT },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '34 35.175.163.49:32242', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '46 35.175.163.49:32242', reason: WEBSOCKET },
];

// biome-ignore format: a table
export const KNOWN_ANNOUNCED: readonly KnownDifference[] = [
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '11 69.17.142.250:55695', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '11 69.17.142.250:55696', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '18 69.17.142.250:55695', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '18 69.17.142.250:55696', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '20 10.243.17.55:55696', reason: NO_RTCP_PORT },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '32 35.175.163.49:32243', reason: MUXED },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '34 35.175.163.49:32242', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '34 35.175.163.49:32243', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '44 35.175.163.49:32243', reason: MUXED },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '46 35.175.163.49:32242', reason: WEBSOCKET },
  { file: 'heplify__sip_tcp_websocket.pcap', conversation: '46 35.175.163.49:32243', reason: WEBSOCKET },
  { file: 'trex__cap2__rtsp_short.pcap', conversation: '6 21.0.0.2:1024', reason: REQUEST },
  { file: 'trex__cap2__rtsp_short.pcap', conversation: '6 21.0.0.2:1025', reason: REQUEST },
  { file: 'trex__cap2__rtsp_short.pcap', conversation: '8 21.0.0.2:1026', reason: REQUEST },
  { file: 'trex__cap2__rtsp_short.pcap', conversation: '8 21.0.0.2:1027', reason: REQUEST },
];
