/**
 * This file tests the checks over UDP with other forms of the same protocols than the table's examples,
 * and with their neighbours: what shares a port, a first byte or a form with them.
 */

import { expect, test } from 'vitest';
import { MORE, NO, type Verdict, YES } from '../../src/appid/piece.ts';
import { UDP_SIGNATURES } from '../../src/appid/rows-udp.ts';
import { exactBytes, pieceOf, verdictOf } from '../support/signature-table.ts';

interface Facts {
  readonly dport?: number;
  readonly sport?: number;
  readonly side?: number;
  readonly before?: string;
  readonly other?: string;
  /** Bytes on the wire. */
  readonly length?: number;
}
type Case = readonly [what: string, application: string, bytes: string, Verdict, Facts?];

/** A name in first-level encoding, type NB, class IN. */
const NETBIOS = '20 "FHFAEBEECACACACACACACACACACACAAA" 00';
const UTP_SYN = '41 00 1a2b 3d4e5f60 00000000 00100000 7c21 0000';
const WG_INITIATION = '01 000000 9a3b5c7d @147 00';

const DNS_FAMILY: readonly Case[] = [
  ['a query on port 53', 'dns', '9d37 0100 0001 0000 0000 0000 00 0002 0001', YES, { dport: 53 }],
  [
    'a query with EDNS',
    'dns',
    '9d37 0120 0001 0000 0000 0001 00 0002 0001 00 0029 04d0 00000000 0000',
    YES,
  ],
  [
    'an answer',
    'dns',
    '9d37 8180 0001 0001 0000 0000 01 "a" 00 0001 0001 c00c 0001 0001 0000000a 0004 0a000001',
    YES,
  ],
  [
    'an answer cut by the capture',
    'dns',
    '9d37 8180 0001 0001 0000 0000 01 "a" 00 0001 0001 c00c 00',
    YES,
    { length: 35 },
  ],
  [
    'an answer whose last record goes over the end',
    'dns',
    '9d37 8180 0001 0001 0000 0000 01 "a" 00 0001 0001 c00c 0001 0001 0000000a 0005 0a000001',
    NO,
  ],
  [
    'an answer with a byte too many',
    'dns',
    '9d37 8180 0001 0000 0000 0000 01 "a" 00 0001 0001 00',
    NO,
  ],
  ['an error without question', 'dns', '9d37 8181 0000 0000 0000 0000', YES, { dport: 53 }],
  ['an error without question, elsewhere', 'dns', '9d37 8181 0000 0000 0000 0000', NO],
  ['a NOTIFY', 'dns', '9d37 2400 0001 0000 0000 0000 01 "a" 00 0006 0001', YES],
  [
    'an UPDATE',
    'dns',
    '9d37 2800 0001 0000 0001 0000 01 "a" 00 0006 0001 c00c 0001 0001 0000000a 0004 0a000001',
    YES,
  ],
  [
    'a query that answers',
    'dns',
    '9d37 0100 0001 0001 0000 0000 01 "a" 00 0001 0001 c00c 0001 0001 0000000a 0004 0a000001',
    NO,
  ],
  [
    'a pointer that goes forward',
    'dns',
    '9d37 8180 0001 0001 0000 0000 01 "a" 00 0001 0001 c020 0001 0001 0000000a 0004 0a000001',
    NO,
  ],
  ['zeros', 'dns', '@31 00', NO, { dport: 53 }],
  [
    'a NetBIOS name',
    'dns',
    `b1e6 0110 0001 0000 0000 0000 ${NETBIOS} 0020 0001`,
    NO,
    { dport: 53 },
  ],
  [
    'multicast DNS',
    'dns',
    '0000 0000 0001 0000 0000 0000 01 "a" 00 0001 0001',
    NO,
    { dport: 5353 },
  ],
  [
    'DNS from the port of LLMNR',
    'dns',
    '0000 0000 0001 0000 0000 0000 01 "a" 00 0001 0001',
    NO,
    { sport: 5355 },
  ],
  ['a status query', 'netbios-ns', `b1e6 0000 0001 0000 0000 0000 ${NETBIOS} 0021 0001`, YES],
  [
    'a registration',
    'netbios-ns',
    `b1e6 2910 0001 0000 0000 0001 ${NETBIOS} 0020 0001 c00c 0020 0001 000493e0 0006 0000 0a000001`,
    YES,
  ],
  [
    'an answer',
    'netbios-ns',
    `b1e6 8500 0000 0001 0000 0000 ${NETBIOS} 0020 0001 000493e0 0006 0000 0a000001`,
    YES,
  ],
  ['a name of DNS', 'netbios-ns', 'b1e6 0110 0001 0000 0000 0000 04 "wpad" 00 0020 0001', NO],
  [
    'announcements',
    'mdns',
    '0000 8400 0000 0001 0000 0000 01 "a" 00 0001 8001 00000078 0004 0a000001',
    YES,
    { dport: 5353 },
  ],
  [
    'an answer to one',
    'mdns',
    '0000 8400 0000 0001 0000 0000 01 "a" 00 0001 8001 00000078 0004 0a000001',
    YES,
    { sport: 5353 },
  ],
  [
    'the same elsewhere',
    'mdns',
    '0000 8400 0000 0001 0000 0000 01 "a" 00 0001 8001 00000078 0004 0a000001',
    NO,
  ],
  ['nothing asked', 'mdns', '0000 0000 0000 0000 0000 0000', NO, { dport: 5353 }],
  [
    'recursion, which LLMNR has not',
    'llmnr',
    '605e 0080 0001 0000 0000 0000 01 "a" 00 0001 0001',
    NO,
    { dport: 5355 },
  ],
  [
    'two questions',
    'llmnr',
    '605e 0000 0002 0000 0000 0000 01 "a" 00 0001 0001 01 "b" 00 0001 0001',
    NO,
    { dport: 5355 },
  ],
];

const SERVICES: readonly Case[] = [
  ['a plain client', 'ntp', '1b @47 00', YES, { dport: 123 }],
  ['a plain client elsewhere', 'ntp', '1b @47 00', NO],
  ['a server', 'ntp', '24 01 03 e8 @47 00', YES, { sport: 123 }],
  ['with a digest', 'ntp', '23 02 06 ec @67 00', YES, { dport: 123 }],
  ['a byte too long', 'ntp', '23 02 06 ec @48 00', NO, { dport: 123 }],
  ['a server above stratum 16', 'ntp', '24 11 03 e8 @47 00', NO, { sport: 123 }],
  ['variables asked for', 'ntp', '16 02 0001 0000 0000 0000 0000', YES, { dport: 123 }],
  ['the list of clients asked for', 'ntp', '17 00 03 2a 0000 0000', YES, { dport: 123 }],
  [
    'version 1',
    'snmp',
    '30 1b 02 01 00 04 06 "public" a1 0e 02 01 01 02 01 00 02 01 00 30 03 30 01 05',
    YES,
  ],
  ['a trap of version 1', 'snmp', '30 15 02 01 00 04 06 "public" a4 08 06 06 2b0601040101', YES],
  [
    'version 3',
    'snmp',
    '30 1a 02 01 03 30 0d 02 01 01 02 02 05dc 04 01 04 02 01 03 04 02 30 00 04 02 abcd',
    YES,
  ],
  [
    'version 2, which nobody speaks',
    'snmp',
    '30 1b 02 01 02 04 06 "public" a1 0e 02 01 01 02 01 00 02 01 00 30 03 30 01 05',
    NO,
  ],
  [
    'a longer outside than inside',
    'snmp',
    '30 1c 02 01 00 04 06 "public" a1 0e 02 01 01 02 01 00 02 01 00 30 03 30 01 05',
    NO,
  ],
  ['LDAP', 'snmp', '30 0c 02 01 01 63 07 04 00 0a 01 00 0a 01', NO],
  ['an error', 'kerberos', '7e 0e 30 0c a0 03 02 01 05 a1 03 02 01 1e a4 00', YES],
  ['an AS-REP', 'kerberos', '6b 0c 30 0a a0 03 02 01 05 a1 03 02 01 0b', YES],
  ['version 4', 'kerberos', '6b 0c 30 0a a0 03 02 01 04 a1 03 02 01 0b', NO],
  ['an answer to a search', 'ldap', '30 0c 02 01 01 65 07 0a 01 00 04 00 04 00', YES],
  [
    "an answer with Microsoft's lengths of four bytes",
    'ldap',
    '30 84 00000010 02 01 01 65 84 00000007 0a 01 00 04 00 04 00',
    YES,
  ],
  ['an identifier of five bytes', 'ldap', '30 10 02 05 0000000001 65 07 0a 01 00 04 00 04 00', NO],
  ['a result that none is', 'ldap', '30 0c 02 01 01 65 07 0a 01 7f 04 00 04 00', NO],
  ['a bind, which needs a connection', 'ldap', '30 0c 02 01 01 60 07 02 01 03 04 00 80 00', NO],
  ['SNMP', 'ldap', '30 15 02 01 00 04 06 "public" a4 08 06 06 2b0601040101', NO],
  ['RFC 5424', 'syslog', '"<165>1 2003-10-11T22:14:15.003Z host app - ID47 - text"', YES],
  ['RFC 5424 without time', 'syslog', '"<34>1 - host su - ID47 - text"', YES],
  [
    "a router's counter",
    'syslog',
    '"<189>29: *Mar  1 18:46:11: %SYS-5-CONFIG_I"',
    YES,
    { dport: 514 },
  ],
  ["a router's counter elsewhere", 'syslog', '"<189>29: *Mar  1 18:46:11: %SYS-5-CONFIG_I"', NO],
  ['a leading zero', 'syslog', '"<034>Oct 11 22:14:15 host su: text"', NO, { dport: 514 }],
  ['XML', 'syslog', '"<?xml version=\\"1.0\\"?>"', NO, { dport: 514 }],
  ['cut within the priority', 'syslog', '"<16"', MORE, { length: 50 }],
  ['an answer', 'dhcp', '02 01 06 00 @236 63825363 35 01 02 ff', YES],
  ['an option that goes over the end', 'dhcp', '01 01 06 00 @236 63825363 35 09 02 ff', NO],
  ['a relay', 'dhcpv6', '0c 00 @34 0009 0004 01 000000', YES, { dport: 547 }],
  ['no option', 'dhcpv6', '01 27731d', NO, { dport: 547 }],
  ['the same elsewhere', 'dhcpv6', '0c 00 @34 0009 0004 01 000000', NO],
  ['a write with options', 'tftp', '0002 "a\\0netascii\\0blksize\\01428\\0"', YES],
  ['a request from a server', 'tftp', '0001 "a\\0octet\\0"', NO, { side: 1 }],
  ['data', 'tftp', '0003 0001 "octet\\0"', NO],
  ['accounting without attributes', 'radius', '05 07 0014 @19 00', YES, { dport: 1813 }],
  ['the same elsewhere', 'radius', '05 07 0014 @19 00', NO],
  ['an attribute without value', 'radius', '01 07 0016 @20 01 02', NO, { dport: 1812 }],
  ['a status', 'sip', '"SIP/2.0 180 Ringing\\r\\n"', YES],
  [
    "an extension's method to a number",
    'sip',
    '"PUBLISH tel:+15550100 SIP/2.0\\r\\nVia: x\\r\\n"',
    YES,
  ],
  ['a presence URI', 'sip', '"SUBSCRIBE pres:bob@example.com SIP/2.0\\r\\n"', YES],
  ['a version in small letters', 'sip', '"BYE sip:a@b sip/2.0\\r\\n"', YES],
  ['a method in small letters', 'sip', '"bye sip:a@b SIP/2.0\\r\\n"', NO],
  ['a status without reason', 'sip', '"SIP/2.0 200\\r\\n"', YES],
  ['a status of four digits', 'sip', '"SIP/2.0 2000 OK\\r\\n"', NO],
  ['a status of no class', 'sip', '"SIP/2.0 700 No\\r\\n"', NO],
  ['noughts that keep alive', 'sip', '00 00 00 00', MORE],
  ['a first line that is here whole, and has no end', 'sip', '"INVITE sip:bob@exam"', NO],
  ['line ends that keep alive', 'sip', '"\\r\\n\\r\\n"', MORE],
  ['cut within the first line', 'sip', '"INVITE sip:bob@exam"', MORE, { length: 400 }],
  ['HTTP', 'sip', '"OPTIONS * HTTP/1.1\\r\\n"', NO],
  [
    'the answer to a search',
    'ssdp',
    '"HTTP/1.1 200 OK\\r\\nST: upnp:rootdevice\\r\\nUSN: uuid:1\\r\\n\\r\\n"',
    YES,
  ],
  [
    'an answer of HTTP',
    'ssdp',
    '"HTTP/1.1 200 OK\\r\\nServer: x\\r\\nContent-Length: 0\\r\\n\\r\\n"',
    NO,
  ],
];

/** RFC 7983 §7: 0-3 STUN, 16-19 ZRTP, 20-63 DTLS, 64-79 TURN channels, 128-191 RTP and RTCP. */
const MEDIA: readonly Case[] = [
  ['an allocation', 'stun', '0003 0008 2112a442 483271554359716e6a344f69 0019 0004 11000000', YES],
  [
    'an attribute that is not padded, the last',
    'stun',
    '0001 0005 2112a442 483271554359716e6a344f69 4000 0001 01',
    YES,
  ],
  [
    'an attribute that goes over the end',
    'stun',
    '0001 0008 2112a442 483271554359716e6a344f69 0019 0005 11000000',
    NO,
  ],
  ['a classic request with a change', 'stun', '0001 0008 @20 0003 0004 00000006', YES],
  ['a classic request of nothing', 'stun', '0001 0000 @19 01', YES, { dport: 3478 }],
  ['a classic request of nothing, elsewhere', 'stun', '0001 0000 @19 01', NO],
  [
    'a classic request with an attribute of its own',
    'stun',
    '0001 0008 @20 0103 0004 00000006',
    NO,
  ],
  ["Microsoft's relay", 'stun', '0003 0008 @20 000f 0004 72c64bc6', YES],
  ['a TURN channel', 'stun', '4000 0004 2112a442 @19 00', NO],
  ['RTP', 'stun', '80 00 0001 000000a0 000000de @19 00', NO],
  ['data of the second epoch', 'dtls', '17 fefd 0001 000000000001 0018 @36 00', YES],
  ['data of the first epoch', 'dtls', '17 fefd 0000 000000000001 0018 @36 00', NO],
  [
    'two records',
    'dtls',
    '14 fefd 0000 000000000001 0001 01 16 fefd 0001 000000000000 0010 @42 00',
    YES,
  ],
  ['a record and a byte', 'dtls', '14 fefd 0000 000000000001 0001 01 16', NO],
  ['a record of TLS', 'dtls', '16 0303 0000 000000000000 0010 @28 00', NO],
  ['one packet', 'rtp-base', '80 00 0001 000000a0 000000de', MORE],
  [
    'the next packet, over the end of numbers',
    'rtp-base',
    '80 00 0000 00000140 000000de',
    YES,
    { before: '80 00 ffff 000000a0 000000de' },
  ],
  [
    'the same packet again',
    'rtp-base',
    '80 00 0001 000000a0 000000de',
    MORE,
    { before: '80 00 0001 000000a0 000000de' },
  ],
  [
    'the next packet of another source',
    'rtp-base',
    '80 00 0002 000000a0 000000df',
    MORE,
    { before: '80 00 0001 000000a0 000000de' },
  ],
  ['RTCP', 'rtp-base', '80 c8 0006 42f433d4 0020092530624d9b 70581189 00000001 000000a0', NO],
  ['more sources than there is room', 'rtp-base', '8f 00 0001 000000a0 000000de', NO],
  [
    'an extension that goes over the end',
    'rtp-base',
    '90 00 0001 000000a0 000000de bede 0002 00000000',
    NO,
  ],
  ['more padding than there is room', 'rtp-base', 'a0 00 0001 000000a0 000000de 00 00 00 05', NO],
  ['an empty receiver report', 'rtcp', '80 c9 0001 42f433d4', YES],
  ['a description without report', 'rtcp', '81 ca 0001 42f433d4', NO],
  ['a report with fewer words than blocks', 'rtcp', '81 c9 0001 42f433d4', NO],
  ['a report and something else', 'rtcp', '80 c9 0001 42f433d4 00 00 00 00', NO],
];

const TUNNELS: readonly Case[] = [
  ["Google's version 43", 'quic', '0d 484a3d55c439cd13 "Q043" 01 @40 00', YES],
  ["Google's without version", 'quic', '0c 484a3d55c439cd13 01 @40 00', NO],
  ["Google's version 46", 'quic', 'c3 "Q046" 50 484a3d55c439cd13 @1000 00', YES],
  [
    'versions that a server speaks',
    'quic',
    '80 00000000 00 04 01020304 00000001 6b3343cf',
    YES,
    { side: 1 },
  ],
  ['versions that nobody speaks', 'quic', '80 00000000 00 04 01020304 0a1b2c3d', NO, { side: 1 }],
  ['versions from a client', 'quic', '80 00000000 00 04 01020304 00000001', NO, { side: 0 }],
  ['a draft', 'quic', 'e0 ff00001d 01 aa 01 bb 4014 @30 00', YES, { side: 1 }],
  ['a name that is too long', 'quic', 'e0 00000001 15 @27 00 01 bb 4014 @60 00', NO, { side: 1 }],
  ['a short header', 'quic', '41 484a3d55c439cd13 @40 00', NO],
  ['RTP', 'quic', '80 00 0001 000000a0 000000de @40 00', NO],
  [
    'version 1, main mode',
    'ike',
    '05ac0f4d122013f4 0000000000000000 01 10 02 00 00000000 00000020 00000000',
    YES,
  ],
  [
    'behind the marker',
    'ike',
    '00000000 05ac0f4d122013f4 0102030405060708 2e 20 23 08 00000001 00000020 00000000',
    YES,
    { dport: 4500 },
  ],
  [
    'the marker on port 500',
    'ike',
    '00000000 05ac0f4d122013f4 0102030405060708 2e 20 23 08 00000001 00000020 00000000',
    NO,
    { dport: 500 },
  ],
  [
    'no marker on port 4500',
    'ike',
    '05ac0f4d122013f4 0000000000000000 21 20 22 08 00000000 0000001c',
    NO,
    { dport: 4500 },
  ],
  [
    'a first message with a number',
    'ike',
    '05ac0f4d122013f4 0000000000000000 21 20 22 08 00000001 0000001c',
    NO,
  ],
  ['a keep-alive', 'ipsec-esp-udp', 'ff', YES, { dport: 4500 }],
  ['another byte', 'ipsec-esp-udp', 'fe', NO, { dport: 4500 }],
  [
    'IKE',
    'ipsec-esp-udp',
    '00000000 05ac0f4d122013f4 0102030405060708 2e 20 23 08 00000001 00000020 00000000',
    NO,
    { dport: 4500 },
  ],
  ['packets elsewhere', 'ipsec-esp-udp', 'c5b2f3a1 00000001 @31 00', NO],
  [
    "a server's reset",
    'open-vpn',
    '40 1122334455667788 01 00000000 8f1a2b3c4d5e6f70 00000000',
    YES,
  ],
  [
    'a reset with tls-auth',
    'open-vpn',
    '38 8f1a2b3c4d5e6f70 @29 00000001 5f000000 00 00000000',
    YES,
  ],
  ['a reset with tls-crypt', 'open-vpn', '38 8f1a2b3c4d5e6f70 00000001 5f000000 @53 00', YES],
  ['a reset with tls-crypt-v2', 'open-vpn', '50 8f1a2b3c4d5e6f70 0f000001 5f000000 @400 00', YES],
  ['a reset at no time', 'open-vpn', '38 8f1a2b3c4d5e6f70 00000001 00000005 @53 00', NO],
  ['a data packet', 'open-vpn', '30 8f1a2b3c4d5e6f70 00 00000000', NO],
  [
    'the answer',
    'wireguard',
    '02 000000 11223344 9a3b5c7d @91 00',
    YES,
    { other: WG_INITIATION, side: 1 },
  ],
  [
    'an answer to another',
    'wireguard',
    '02 000000 11223344 9a3b5c7e @91 00',
    NO,
    { other: WG_INITIATION, side: 1 },
  ],
  ['data', 'wireguard', '04 000000 11223344 0000000000000000 @31 00', MORE],
  [
    'data after data',
    'wireguard',
    '04 000000 11223344 01 00000000000000 @31 00',
    YES,
    { before: '04 000000 11223344 0000000000000000 @31 00' },
  ],
  ['a reserved byte', 'wireguard', '01 000001 9a3b5c7d @147 00', NO],
  ['a connection', 'bittorrent', UTP_SYN, YES],
  [
    'its answer',
    'bittorrent',
    '21 00 1a2b 3d4e5f99 00000012 00100000 0001 7c21',
    YES,
    { other: UTP_SYN, side: 1 },
  ],
  [
    'an answer to nothing',
    'bittorrent',
    '21 00 1a2b 3d4e5f99 00000012 00100000 0001 7c21',
    NO,
    { side: 1 },
  ],
  [
    'a connection that acknowledges',
    'bittorrent',
    '41 00 1a2b 3d4e5f60 00000000 00100000 7c21 0001',
    NO,
  ],
  ['a tracker', 'bittorrent', '0000041727101980 00000000 11223344', YES],
  [
    'a neighbour looked for',
    'bittorrent',
    '"BT-SEARCH * HTTP/1.1\\r\\nHost: 239.192.152.143:6771\\r\\n"',
    YES,
  ],
  ['another dictionary', 'bittorrent', '"d3:foo3:bare"', NO],
  [
    'an origin and a bubble',
    'teredo',
    '0000 7f7bac55fed9 60000000 0000 3b 00 fe800000000000000000708dfe834114 2001000041379e508000f12ab9c82815',
    YES,
  ],
  [
    'IPv6 of others',
    'teredo',
    '60000000 0000 3b 00 20014860000000000000708dfe834114 2001486041379e508000f12ab9c82815',
    NO,
  ],
  ['an echo request', 'gtp-u', '32 01 0004 00000000 0001 00 00', YES, { dport: 2152 }],
  ['a packet of no IP', 'gtp-u', '30 ff 0004 8c61be36 25000028', NO, { dport: 2152 }],
  ['version 2', 'gtpv1-c', '48 20 0008 00000000 00000100', NO, { dport: 2123 }],
  ['version 1', 'gtpv2-c', '32 01 0004 00000000 0001 00 00', NO, { dport: 2123 }],
  ['a session with a tunnel', 'gtpv2-c', '48 20 0008 00000000 00000100', YES, { dport: 2123 }],
  ['an acknowledgement', 'l2tp', 'c802 000c 0001 0000 0001 0001', YES, { dport: 1701 }],
  ['an acknowledgement elsewhere', 'l2tp', 'c802 000c 0001 0000 0001 0001', NO],
  ['data', 'l2tp', '0002 0001 0001 ff03 0021 4500 0000', NO, { dport: 1701 }],
  [
    'a frame of 802.3',
    'vxlan',
    '08 000000 00007b 00 0180c2000000 ba092b6ef8be 0026 @59 00',
    YES,
    { dport: 4789 },
  ],
  ['an acknowledgement', 'coap', '60 45 7d34 ff "22.3 C"', YES, { dport: 5683 }],
  ['a mark without payload', 'coap', '60 45 7d34 ff', NO, { dport: 5683 }],
  ['the whole table asked for', 'rip', '01 02 0000 0000 0000 @20 00000010', YES, { dport: 520 }],
  ['authentication', 'rip', '02 02 0000 ffff 0002 "password" @40 00000001', YES, { dport: 520 }],
  ['version 2', 'hsrp', '01 28 02 00 06 04 @41 00', YES, { dport: 1985 }],
  ['no discriminator', 'bfd', '20 c0 03 18 00000000 @23 00', NO, { dport: 3784 }],
];

const CASES = [...DNS_FAMILY, ...SERVICES, ...MEDIA, ...TUNNELS].map(
  ([what, application, text, wanted, facts = {}]) => ({ what, application, text, wanted, facts }),
);

test.each(CASES)('$what, asked whether it is $application', (one) => {
  const { application, text, wanted, facts } = one;
  const row = UDP_SIGNATURES.find((signature) => signature.application === application);
  if (row === undefined) return expect.fail(`no row of ${application}`);
  const bytes = exactBytes(text);
  const piece = pieceOf(row, bytes, facts.dport ?? 40_000, facts.side ?? 0);
  piece.sport = facts.sport ?? piece.sport;
  piece.length = facts.length ?? bytes.length;
  piece.before = facts.before === undefined ? null : exactBytes(facts.before);
  piece.other = facts.other === undefined ? null : exactBytes(facts.other);
  expect(verdictOf(row, piece)).toBe(wanted);
});
