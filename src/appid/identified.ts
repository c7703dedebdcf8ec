/**
 * This file names the applications that signatures tell, apart from the signatures: who only asks whether
 * there are any need not load them. test/appid/identified.test.ts holds the two together.
 */

/** Enough was seen, and no signature was met (panos.md §9). */
export const UNKNOWN_TCP = 'unknown-tcp';
export const UNKNOWN_UDP = 'unknown-udp';

/** Applications that have a signature. */
// biome-ignore format: a list
export const IDENTIFIED_NAMES: readonly string[] = [
  'bfd', 'bgp', 'bittorrent', 'coap', 'dhcp', 'dhcpv6', 'dns', 'dtls', 'ftp', 'gtp-u', 'gtpv1-c',
  'gtpv2-c', 'h.225', 'hsrp', 'http-proxy', 'http2', 'ike', 'imap', 'ipsec-esp-udp', 'kerberos',
  'l2tp', 'ldap', 'llmnr', 'mdns', 'mongodb', 'mqtt', 'ms-ds-smb', 'ms-rdp', 'msrpc', 'mssql-db',
  'mysql', 'netbios-dg', 'netbios-ns', 'netbios-ss', 'nntp', 'ntp', 'open-vpn', 'pop3',
  'postgres', 'quic', 'radius', 'redis', 'rip', 'rtcp', 'rtmp', 'rtp-base', 'rtsp', 'sip',
  'smtp', 'snmp', 'socks', 'ssdp', 'ssh', 'ssl', 'stun', 'syslog', 'telnet', 'teredo', 'tftp',
  'vnc-base', 'vxlan', 'web-browsing', 'websocket', 'wireguard',
];
