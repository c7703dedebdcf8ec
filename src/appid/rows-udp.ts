/**
 * This file is the table of signatures of applications over UDP. All of them are asked for every
 * datagram that App-ID looks at, so each says no as early as it can.
 *
 * Names are the vendor's: those of content 517 (panos.md §2.3, §9), of Applipedia as it was in 2019, or
 * with a note where neither could be read. Examples are from RFCs and from captures that other projects
 * publish (capture and frame are named), or composed field by field where neither has one.
 */

import { checkBfd } from './checks/bfd.ts';
import { checkBittorrent } from './checks/bittorrent.ts';
import { checkCoap } from './checks/coap.ts';
import { checkDhcp } from './checks/dhcp.ts';
import { checkDhcpv6 } from './checks/dhcpv6.ts';
import { checkDns } from './checks/dns.ts';
import { checkDtls } from './checks/dtls.ts';
import { checkGtpU, checkGtpV1C, checkGtpV2C } from './checks/gtp.ts';
import { checkHsrp } from './checks/hsrp.ts';
import { checkIke } from './checks/ike.ts';
import { checkIpsecEspUdp } from './checks/ipsec-esp-udp.ts';
import { checkKerberos } from './checks/kerberos.ts';
import { checkL2tp } from './checks/l2tp.ts';
import { judgeLdap } from './checks/ldap.ts';
import { checkLlmnr } from './checks/llmnr.ts';
import { checkMdns } from './checks/mdns.ts';
import { checkNetbiosDg } from './checks/netbios-dg.ts';
import { checkNetbiosNs } from './checks/netbios-ns.ts';
import { checkNtp } from './checks/ntp.ts';
import { checkOpenVpn } from './checks/open-vpn.ts';
import { checkQuic } from './checks/quic.ts';
import { checkRadius } from './checks/radius.ts';
import { checkRip } from './checks/rip.ts';
import { checkRtcp, checkRtp } from './checks/rtp.ts';
import { judgeSip } from './checks/signalling.ts';
import { checkSnmp } from './checks/snmp.ts';
import { checkSsdp } from './checks/ssdp.ts';
import { checkStun } from './checks/stun.ts';
import { checkSyslog } from './checks/syslog.ts';
import { checkTeredo } from './checks/teredo.ts';
import { checkTftp } from './checks/tftp.ts';
import { checkVxlan } from './checks/vxlan.ts';
import { checkWireguard } from './checks/wireguard.ts';
import type { Signature } from './signature.ts';

/**
 * Where names were read that panos.md §9 lacks: app_list.csv of the vendor's log add-on
 * (github.com/PaloAltoNetworks/Splunk_TA_paloalto at cd8223e, content of 2015/16).
 */
const LISTED = "name of the vendor's app_list.csv";
/** It is not in that list, nor in any log of a firewall that was found published. */
const OURS = "name ours: not in the vendor's app_list.csv, and found nowhere else";

/** The table; of two that say yes the first one counts. */
export const UDP_SIGNATURES: readonly Signature[] = [
  {
    application: 'dns',
    transport: 'udp',
    side: 'either',
    check: checkDns,
    source: 'RFC 1035 §4; example: pcpp__example.pcap frame 18',
    example: '9d37 0100 0001 0000 0000 0000 04 "wpad" 00 0001 0001',
    unlike: '9d37 0140 0001 0000 0000 0000 04 "wpad" 00 0001 0001',
    note: 'newer content logs `dns-base`, of which dns is the container',
  },
  {
    application: 'netbios-ns',
    transport: 'udp',
    side: 'either',
    check: checkNetbiosNs,
    source: 'RFC 1002 §4.2; example: ndpi__1kxun.pcap frame 387',
    example: 'b1e6 0110 0001 0000 0000 0000 20 "FHFAEBEECACACACACACACACACACACAAA" 00 0020 0001',
    unlike: 'b1e6 0110 0001 0000 0000 0000 20 "FHFAEBEECACACACACACACACACACACAAa" 00 0020 0001',
  },
  {
    application: 'mdns',
    transport: 'udp',
    side: 'either',
    check: checkMdns,
    source: 'RFC 6762 §18; example: ndpi__whatsapp_login_call.pcap frame 859',
    example: '0000 0000 0001 0000 0000 0000 0a "Lucas-iMac" 05 "local" 00 001c 8001',
    unlike: '0000 0000 0001 0000 0000 0000 0a "Lucas-iMac" 05 "local" 00 001c 8003',
    note: OURS,
  },
  {
    application: 'llmnr',
    transport: 'udp',
    side: 'either',
    check: checkLlmnr,
    source: 'RFC 4795 §2.1; example: ndpi__1kxun.pcap frame 17',
    example: '605e 0000 0001 0000 0000 0000 04 "wpad" 00 0001 0001',
    unlike: '605e 0000 0001 0000 0000 0000 04 "wpad" 00 0001 0003',
  },
  {
    application: 'netbios-dg',
    transport: 'udp',
    side: 'either',
    check: checkNetbiosDg,
    ports: [138],
    source: 'RFC 1002 §4.4.2; example: ndpi__1kxun.pcap frame 659',
    example:
      '11 02 45ee c0a8052d 0000 00a0 0000 20 "ENEBEDECEPEPELEBEJFCCNEFDBEEDAAA" 00' +
      '20 "FHEPFCELEHFCEPFFFACACACACACACABN" 00 ff "SMB" 25 @173 00',
    unlike:
      '11 02 45ee c0a8052d 0000 00a0 0000 21 "ENEBEDECEPEPELEBEJFCCNEFDBEEDAAA" 00' +
      '20 "FHEPFCELEHFCEPFFFACACACACACACABN" 00 ff "SMB" 25 @173 00',
  },
  {
    application: 'ntp',
    transport: 'udp',
    side: 'either',
    check: checkNtp,
    source: 'RFC 5905 §7.3; example: ndpi__1kxun.pcap frame 993',
    example:
      '23 02 06 ec 00002620 0000f6c9 11fd1a7d db4a7e8f3d3ee739 db4a8184a643c768' +
      'db4a8184b424877e db4a81ec3f779f2c',
    unlike:
      '2b 02 06 ec 00002620 0000f6c9 11fd1a7d db4a7e8f3d3ee739 db4a8184a643c768' +
      'db4a8184b424877e db4a81ec3f779f2c',
  },
  {
    application: 'snmp',
    transport: 'udp',
    side: 'either',
    check: checkSnmp,
    source: 'RFC 1157 §4, RFC 3416 §3, RFC 3412 §6; example: composed, sysDescr.0 asked for',
    example:
      '30 29 02 01 01 04 06 "public" a0 1c 02 04 5a1b2c3d 02 01 00 02 01 00' +
      '30 0e 30 0c 06 08 2b06010201010100 05 00',
    unlike:
      '30 29 02 01 02 04 06 "public" a0 1c 02 04 5a1b2c3d 02 01 00 02 01 00' +
      '30 0e 30 0c 06 08 2b06010201010100 05 00',
    note: "the vendor's app_list.csv has snmp-base, which logs show, and snmpv1 to 3 below it",
  },
  {
    application: 'kerberos',
    transport: 'udp',
    side: 'either',
    begins: ['[6a-6f,74-76,7e]'],
    check: checkKerberos,
    source: 'RFC 4120 §5.4.1; example: composed, the beginning of an AS-REQ',
    example: '6a 14 30 12 a1 03 02 01 05 a2 03 02 01 0a a4 06 30 04 a0 02 03 00',
    unlike: '6a 14 30 12 a1 03 02 01 05 a2 03 02 01 0c a4 06 30 04 a0 02 03 00',
  },
  {
    application: 'ldap',
    transport: 'udp',
    side: 'either',
    check: judgeLdap,
    source: 'RFC 4511 §4.5, MS-ADTS §6.3.3; example: composed, a search of the root',
    example:
      '30 25 02 01 01 63 20 04 00 0a 01 00 0a 01 00 02 01 00 02 01 00 01 01 00' +
      '87 0b "objectClass" 30 00',
    unlike:
      '30 25 02 01 01 63 20 04 00 0a 01 07 0a 01 00 02 01 00 02 01 00 01 01 00' +
      '87 0b "objectClass" 30 00',
  },
  {
    application: 'dhcp',
    transport: 'udp',
    side: 'either',
    check: checkDhcp,
    source: 'RFC 2131 §2; example: surv__dhcp-request-flood__test.pcap frame 1, its first fields',
    example: '01 01 06 00 00000001 @28 "de:ad:be:ef:aa:b" @236 63825363 35 01 01 ff',
    unlike: '01 01 06 00 00000001 @28 "de:ad:be:ef:aa:b" @236 63825364 35 01 01 ff',
  },
  {
    application: 'dhcpv6',
    transport: 'udp',
    side: 'either',
    check: checkDhcpv6,
    ports: [546, 547],
    source: 'RFC 8415 §8; example: ndpi__1kxun.pcap frame 12',
    example: '0b 27731d 0001 000e 000100011db8e6fb703eacf0f007 0006 0004 00170018 0008 0002 0000',
    unlike: '0b 27731d 0001 000e 000100011db8e6fb703eacf0f007 0006 0004 00170018 0008 0003 0000',
  },
  {
    application: 'tftp',
    transport: 'udp',
    side: 'c2s',
    check: checkTftp,
    source: 'RFC 1350 §5; example: lab/tftp.pcapng, the request',
    example: '0001 "f5k\\0octet\\0"',
    unlike: '0001 "f5k\\0octets\\0"',
  },
  {
    application: 'radius',
    transport: 'udp',
    side: 'either',
    check: checkRadius,
    source: 'RFC 2865 §3; example: §7.1, Access-Request of user nemo',
    example:
      '01 00 0038 0f403f9473978057bd83d5cb98f4227a 01 06 "nemo"' +
      '02 12 0dbe708d93d413ce3196e43f782a0aee 04 06 c0a80110 05 06 00000003',
    unlike:
      '01 00 0038 0f403f9473978057bd83d5cb98f4227a 01 07 "nemo"' +
      '02 12 0dbe708d93d413ce3196e43f782a0aee 04 06 c0a80110 05 06 00000003',
  },
  {
    application: 'sip',
    transport: 'udp',
    side: 'either',
    check: judgeSip,
    source: 'RFC 3261 §7; example: lab/sip_call.pcapng, the first line',
    example: '"INVITE sip:bob@203.0.113.60:5060 SIP/2.0\\r\\n"',
    unlike: '"INVITE sip:bob@203.0.113.60:5060 HTTP/1.1\\r\\n"',
  },
  {
    application: 'syslog',
    transport: 'udp',
    side: 'either',
    check: checkSyslog,
    source: 'RFC 5424 §6; example: RFC 3164 §5.4, example 1',
    example: '"<34>Oct 11 22:14:15 mymachine su: \'su root\' failed for lonvick on /dev/pts/8"',
    unlike: '"<192>Oct 11 22:14:15 mymachine su: \'su root\' failed for lonvick on /dev/pts/8"',
  },
  {
    application: 'stun',
    transport: 'udp',
    side: 'either',
    check: checkStun,
    source: 'RFC 8489 §5, RFC 3489 §11; example: ndpi__telegram_videocall.pcapng frame 542',
    example: '0001 0000 2112a442 483271554359716e6a344f69',
    unlike: '0001 0000 2112a443 483271554359716e6a344f69',
  },
  {
    application: 'rtcp',
    transport: 'udp',
    side: 'either',
    check: checkRtcp,
    source: 'RFC 3550 §6, A.2; example: heplify__sip_ipv4_tcp.pcap frame 14',
    example:
      '80 c8 0006 42f433d4 0020092530624d9b 70581189 00000001 000000a0' +
      '81 ca 0003 42f433d4 01 03 "c0" 00000000',
    unlike:
      '80 c8 0006 42f433d4 0020092530624d9b 70581189 00000001 000000a0' +
      '81 ca 0004 42f433d4 01 03 "c0" 00000000',
  },
  {
    application: 'dtls',
    transport: 'udp',
    side: 'either',
    check: checkDtls,
    source: 'RFC 6347 §4.1, §4.2; example: composed, the shortest ClientHello',
    example:
      '16 feff 0000 000000000000 0036 01 00002a 0000 000000 00002a fefd' +
      '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 00 00 0002 c02b 01 00',
    unlike:
      '16 feff 0000 000000000000 0035 01 00002a 0000 000000 00002a fefd' +
      '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 00 00 0002 c02b 01 00',
  },
  {
    application: 'quic',
    transport: 'udp',
    side: 'either',
    check: checkQuic,
    source: "RFC 9000 §17.2, RFC 9369 §3; example: RFC 9001 A.3, the server's Initial",
    example:
      'cf 00000001 00 08 f067a5502a4262b5 00 4075 c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69' +
      '797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3b' +
      'ded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407d' +
      'd074ee',
    unlike:
      'cf 00000002 00 08 f067a5502a4262b5 00 4075 c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69' +
      '797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3b' +
      'ded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407d' +
      'd074ee',
  },
  {
    application: 'ike',
    transport: 'udp',
    side: 'either',
    check: checkIke,
    source: 'RFC 7296 §3.1, RFC 2408 §3.1; example: composed after ndpi__esp.pcapng frame 1',
    example:
      '05ac0f4d122013f4 0000000000000000 21 20 22 08 00000000 00000028 0000000c0000000801000000',
    unlike:
      '05ac0f4d122013f4 0000000000000000 21 20 22 08 00000000 0000002c 0000000c0000000801000000',
  },
  {
    application: 'ipsec-esp-udp',
    transport: 'udp',
    side: 'either',
    check: checkIpsecEspUdp,
    ports: [4500, 4501],
    source: 'RFC 3948 §2, RFC 4303 §2; example: composed; panos.md §2.3 for the ports',
    example: 'c5b2f3a1 00000001 5f8d0e217b6a4c3900112233445566778899aabbccddeeff01020304',
    unlike: '000000ff 00000001 5f8d0e217b6a4c3900112233445566778899aabbccddeeff01020304',
  },
  {
    application: 'open-vpn',
    transport: 'udp',
    side: 'either',
    check: checkOpenVpn,
    source: "OpenVPN 2.6 `ssl_pkt.h`; example: composed, a client's hard reset",
    example: '38 8f1a2b3c4d5e6f70 00 00000000',
    unlike: '38 8f1a2b3c4d5e6f70 01 00000000',
  },
  {
    application: 'wireguard',
    transport: 'udp',
    side: 'either',
    check: checkWireguard,
    source: 'WireGuard paper §5.4.2; example: composed, a handshake initiation',
    example: '01 000000 9a3b5c7d 4f2e6a1b8c0d9e3f @147 00',
    unlike: '01 000000 9a3b5c7d 4f2e6a1b8c0d9e3f @148 00',
    note: OURS,
  },
  {
    application: 'bittorrent',
    transport: 'udp',
    side: 'either',
    check: checkBittorrent,
    source: 'BEP 5, 14, 15, 29; example: BEP 5 "ping"',
    example: '"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"',
    unlike: '"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:z1:qe"',
  },
  {
    application: 'ssdp',
    transport: 'udp',
    side: 'either',
    check: checkSsdp,
    source: 'UPnP Device Architecture 2.0 §1; example: ndpi__1kxun.pcap frame 10, its beginning',
    example: '"M-SEARCH * HTTP/1.1\\r\\nHost:239.255.255.250:1900\\r\\n"',
    unlike: '"M-SEARCH / HTTP/1.1\\r\\nHost:239.255.255.250:1900\\r\\n"',
    note: LISTED,
  },
  {
    application: 'teredo',
    transport: 'udp',
    side: 'either',
    check: checkTeredo,
    source: 'RFC 4380 §5.1.1; example: zeek__tunnels__teredo_bubble_with_payload.pcap frame 4',
    example:
      '60000000 000c 3a 15 2001000041379e508000f12ab9c82815 20014860000020010000000000000068' +
      '8000c57cd373b69b53aa0126',
    unlike:
      '60000000 000d 3a 15 2001000041379e508000f12ab9c82815 20014860000020010000000000000068' +
      '8000c57cd373b69b53aa0126',
  },
  {
    application: 'gtp-u',
    transport: 'udp',
    side: 'either',
    check: checkGtpU,
    ports: [2152],
    source:
      '3GPP TS 29.281 §5.1; example: zeek__tunnels__gtp__gtp1_gn_normal_incl_fragmentation.pcap ' +
      'frame 100',
    example:
      '30 ff 0028 8c61be36 45000028527840008006b0290a832fb94f656e8d' +
      '07830050cd6c71ec6fc3f3925010fdca0f590000',
    unlike:
      '30 ff 0029 8c61be36 45000028527840008006b0290a832fb94f656e8d' +
      '07830050cd6c71ec6fc3f3925010fdca0f590000',
    note: 'content of 2015 has `gtp` for all four',
  },
  {
    application: 'gtpv1-c',
    transport: 'udp',
    side: 'either',
    check: checkGtpV1C,
    ports: [2123],
    source: '3GPP TS 29.060 §6, §7.2.1; example: composed, an echo request',
    example: '32 01 0004 00000000 1a2b 00 00',
    unlike: '22 01 0004 00000000 1a2b 00 00',
    note: 'content of 2015 has `gtp` for all four',
  },
  {
    application: 'gtpv2-c',
    transport: 'udp',
    side: 'either',
    check: checkGtpV2C,
    ports: [2123],
    source: '3GPP TS 29.274 §5.1, §7.1.1; example: composed, an echo request with recovery',
    example: '40 01 0009 00001a 00 03 0001 00 05',
    unlike: '40 01 000a 00001a 00 03 0001 00 05',
    note: 'content of 2015 has `gtp` for all four',
  },
  {
    application: 'l2tp',
    transport: 'udp',
    side: 'either',
    check: checkL2tp,
    source: 'RFC 2661 §3.1, §6.1; example: composed, the beginning of an SCCRQ',
    example: 'c802 001c 0000 0000 0000 0000 8008 0000 0000 0001 8008 0000 0002 0100',
    unlike: 'c802 001c 0000 0000 0000 0000 8008 0000 0001 0001 8008 0000 0002 0100',
  },
  {
    application: 'vxlan',
    transport: 'udp',
    side: 'either',
    check: checkVxlan,
    ports: [4789, 8472],
    source:
      "RFC 7348 §5; example: zeek__tunnels__vxlan.pcap frame 1; 8472 was Linux's port before IANA's",
    example:
      '08 000000 00007b 00 ffffffffffff ba092b6ef8be 0806' +
      '0001 0800 06 04 0001 ba092b6ef8be 0a000001 000000000000 0a000002',
    unlike:
      '08 000000 00007b 01 ffffffffffff ba092b6ef8be 0806' +
      '0001 0800 06 04 0001 ba092b6ef8be 0a000001 000000000000 0a000002',
  },
  {
    application: 'coap',
    transport: 'udp',
    side: 'either',
    check: checkCoap,
    ports: [5683],
    source: 'RFC 7252 §3; example: Appendix A, figure 16, GET temperature',
    example: '40 01 7d34 bb "temperature"',
    unlike: '40 01 7d34 bc "temperature"',
    note: OURS,
  },
  {
    application: 'rip',
    transport: 'udp',
    side: 'either',
    check: checkRip,
    ports: [520],
    source: 'RFC 1058 §3.1, RFC 2453 §4; example: pcpp__example.pcap frame 4471, its first entry',
    example: '02 01 0000 0002 0000 d4c7116d 00000000 00000000 00000001',
    unlike: '02 01 0000 0002 0000 d4c7116d 00000000 00000000 00000011',
    note: LISTED,
  },
  {
    application: 'hsrp',
    transport: 'udp',
    side: 'either',
    check: checkHsrp,
    ports: [1985, 2029],
    source: 'RFC 2281 §5.1; example: composed, a hello of the active router',
    example: '00 00 10 03 0a 64 01 00 "cisco" 000000 0a000001',
    unlike: '00 00 03 03 0a 64 01 00 "cisco" 000000 0a000001',
  },
  {
    application: 'bfd',
    transport: 'udp',
    side: 'either',
    check: checkBfd,
    ports: [3784, 4784],
    source: 'RFC 5880 §4.1, RFC 5881 §4, RFC 5883 §5; example: composed, a session that is up',
    example: '20 c0 03 18 00000001 00000002 0000c350 0000c350 00000000',
    unlike: '40 c0 03 18 00000001 00000002 0000c350 0000c350 00000000',
    note: LISTED,
  },
  {
    application: 'rtp-base',
    transport: 'udp',
    side: 'either',
    check: checkRtp,
    source: 'RFC 3550 §5.1; example: lab/sip_call.pcapng, the first two packets of one side',
    before: '80 80 0000 00000000 000000de 7f8b97a3aeb9c3cb',
    example: '80 00 0001 000000a0 000000de dadee1e2e2e0ddd8',
    unlike: '80 00 0003 000000a0 000000de dadee1e2e2e0ddd8',
  },
];
