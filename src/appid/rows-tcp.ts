/**
 * This file is the table of signatures of applications over TCP. Rows are independent of each other's
 * order: no two say YES to the same bytes, but what changes to websocket or HTTP/2 is web-browsing up to
 * its headers.
 *
 * Examples of `capture NAME` were taken from public captures, those of a program (`curl 7.88.1`) from
 * what it sent to a listener on the loopback; all others are made by the document named.
 */

import { judgeBgp } from './checks/bgp.ts';
import { commandCheck, FTP, greetingCheck, IMAP, NNTP, POP3, SMTP } from './checks/greetings.ts';
import { judgeH225 } from './checks/h225.ts';
import { httpCheck } from './checks/http.ts';
import { judgeLdap } from './checks/ldap.ts';
import { judgeMongo } from './checks/mongodb.ts';
import { judgeMqtt } from './checks/mqtt.ts';
import { judgeTds } from './checks/mssql.ts';
import { judgeMysqlGreeting } from './checks/mysql.ts';
import { judgePostgres } from './checks/postgres.ts';
import { judgeRdp } from './checks/rdp.ts';
import { judgeRedis } from './checks/redis.ts';
import { judgeBind } from './checks/rpc.ts';
import { judgeRtmp } from './checks/rtmp.ts';
import { judgeRtsp, judgeSip } from './checks/signalling.ts';
import { judgeSessionRequest, judgeSmb } from './checks/smb.ts';
import { judgeSocks } from './checks/socks.ts';
import { judgeDnsStream, judgeKerberosStream, judgeOpenVpnStream } from './checks/stream-length.ts';
import { judgeSyslogStream } from './checks/syslog-stream.ts';
import { judgeTelnet } from './checks/telnet.ts';
import { judgeClientHello, judgeServerHello, judgeSsl2Hello } from './checks/tls.ts';
import type { Signature } from './signature.ts';

export const TCP_SIGNATURES: readonly Signature[] = [
  {
    application: 'web-browsing',
    transport: 'tcp',
    side: 'c2s',
    begins: ['[41-5a]'],
    check: httpCheck('web-browsing'),
    source: 'RFC 9112 §3; curl 7.88.1',
    example: String.raw`"GET / HTTP/1.1\r\nHost: example.com\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n"`,
    unlike: String.raw`"GET / HTTP/2.1\r\nHost: example.com\r\n\r\n"`,
  },
  {
    application: 'web-browsing',
    transport: 'tcp',
    side: 'c2s',
    begins: ['[41-5a]'],
    check: httpCheck('web-browsing'),
    source: 'RFC 1945 §5; capture zeek__mixed-vlan-mpls.pcap',
    example: String.raw`"GET /\r\n\r\n"`,
    unlike: String.raw`"GET x\r\n\r\n"`,
    note: 'HTTP/0.9, which has no version in its requests.',
  },
  {
    application: 'web-browsing',
    transport: 'tcp',
    side: 's2c',
    begins: ['i"h"'],
    check: httpCheck('web-browsing'),
    source: 'RFC 9112 §4; capture zeek__wikipedia.pcap',
    example: String.raw`"HTTP/1.0 304 Not Modified\r\n"`,
    unlike: String.raw`"HTTP/1.0 604 Not Modified\r\n"`,
  },
  {
    application: 'http-proxy',
    transport: 'tcp',
    side: 'c2s',
    begins: ['[41-5a]'],
    check: httpCheck('http-proxy'),
    source: 'RFC 9110 §9.3.6, RFC 9112 §3.2.3; curl 7.88.1',
    example: String.raw`"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n"`,
    unlike: String.raw`"CONNECT example.com:443 HTTP/2.0\r\nHost: example.com:443\r\n\r\n"`,
  },
  {
    application: 'http-proxy',
    transport: 'tcp',
    side: 'c2s',
    begins: ['[41-5a]'],
    check: httpCheck('http-proxy'),
    source: 'RFC 9112 §3.2.2; curl 7.88.1',
    example: String.raw`"GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n"`,
    unlike: String.raw`"GET /http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n"`,
    note: 'That the vendor calls the absolute form http-proxy as it does CONNECT is assumed.',
  },
  {
    application: 'websocket',
    transport: 'tcp',
    side: 'c2s',
    begins: ['[41-5a]'],
    check: httpCheck('websocket'),
    source: 'RFC 6455 §1.2, §4.1',
    example: String.raw`"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n"`,
    unlike: String.raw`"GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: h2c\r\n"`,
    note: 'A shift from web-browsing, where the headers come later than the request line.',
  },
  {
    application: 'websocket',
    transport: 'tcp',
    side: 's2c',
    begins: ['i"h"'],
    check: httpCheck('websocket'),
    source: 'RFC 6455 §1.2, §4.2.2',
    example: String.raw`"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"`,
    unlike: String.raw`"HTTP/1.1 200 OK\r\nUpgrade: websocket\r\n"`,
    note: 'A shift from web-browsing, as above.',
  },
  {
    application: 'http2',
    transport: 'tcp',
    side: 'c2s',
    begins: [String.raw`"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"`],
    source: 'RFC 9113 §3.4; curl 7.88.1',
    example: String.raw`"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" 00 00 12 04 00 00 00 00 00`,
    unlike: String.raw`"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"`,
    note: "http2 is the name of the vendor's decoder; whether clear HTTP/2 logs as it is assumed, and the vendor's app_list.csv (rows-udp.ts) has no such name.",
  },
  {
    application: 'http2',
    transport: 'tcp',
    side: 's2c',
    begins: ['i"h"'],
    check: httpCheck('http2'),
    source: 'RFC 7540 §3.2; capture surv__http2-range__http2-range.pcap',
    example: String.raw`"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"`,
    unlike: String.raw`"HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"`,
    note: 'A shift from web-browsing once the server agrees; the name as above.',
  },
  {
    application: 'ssl',
    transport: 'tcp',
    side: 'c2s',
    begins: ['16 03 [00-04] .. .. 01 00 .. .. 03 [00-04]'],
    check: judgeClientHello,
    source: 'RFC 8446 §4.1.2, §5.1; capture pcpp__example.pcap',
    example:
      '16 03 01 00 a8 01 00 00 a4 03 01 51 82 ca 9b 29 15 dd 32 ce 41 1a 61 a4 a1 52 9d 78 2c 50' +
      ' 74 dd 9b 03 8c f1 45 80 a6 67 6a e6 57 00 00 48 00 ff c0 0a c0 14 00 88 00 87 00 39 00 38' +
      ' c0 0f c0 05 00 84 00 35 c0 07 c0 09 c0 11 c0 13 00 45 00 44 00 33 00 32 c0 0c c0 0e c0 02' +
      ' c0 04 00 96 00 41 00 05 00 04 00 2f c0 08 c0 12 00 16 00 13 c0 0d c0 03 fe ff 00 0a 01 00' +
      ' 00 33 00 00 00 15 00 13 00 00 10 "www.facebook.com" 00 0a 00 08 00 06 00 17 00 18 00 19' +
      ' 00 0b 00 02 01 00 00 23 00 00 33 74 00 00',
    // The session identifier would have 33 bytes.
    unlike:
      '16 03 01 00 a8 01 00 00 a4 03 01 51 82 ca 9b 29 15 dd 32 ce 41 1a 61 a4 a1 52 9d 78 2c 50' +
      ' 74 dd 9b 03 8c f1 45 80 a6 67 6a e6 57 21 00 48 00 ff c0 0a c0 14 00 88 00 87 00 39 00 38' +
      ' c0 0f c0 05 00 84 00 35 c0 07 c0 09 c0 11 c0 13 00 45 00 44 00 33 00 32',
  },
  {
    application: 'ssl',
    transport: 'tcp',
    side: 's2c',
    begins: ['16 03 [00-03] .. .. 02 00 .. .. 03 [00-03]'],
    check: judgeServerHello,
    source: 'RFC 8446 §4.1.3, RFC 5246 §7.4.1.3; capture ndpi__waze.pcap',
    example:
      '16 03 01 00 35 02 00 00 31 03 01 6a 20 7b 7f 62 d2 ca 67 d7 41 33 5d 9e 42 f4 90 f1 d8 c4' +
      ' 68 f8 17 90 b5 5a cd a7 b3 f7 3d a8 87 00 00 35 00 00 09 ff 01 00 01 00 00 23 00 00',
    // Extensions of ten bytes, of which the message has no room.
    unlike:
      '16 03 01 00 35 02 00 00 31 03 01 6a 20 7b 7f 62 d2 ca 67 d7 41 33 5d 9e 42 f4 90 f1 d8 c4' +
      ' 68 f8 17 90 b5 5a cd a7 b3 f7 3d a8 87 00 00 35 00 00 0a ff 01 00 01 00 00 23 00 00',
  },
  {
    application: 'ssl',
    transport: 'tcp',
    side: 'c2s',
    begins: ['[80-8f] .. 01 00 02', '[80-8f] .. 01 03 [00-03]'],
    check: judgeSsl2Hello,
    source: 'RFC 5246 §E.2, RFC 6101 §E.1',
    example: '80 1f 01 03 01 00 06 00 00 00 10 00 00 35 00 00 2f "0123456789abcdef"',
    unlike: '80 1f 01 03 01 00 07 00 00 00 10 00 00 35 00 00 2f "0123456789abcdef"',
  },
  {
    application: 'ssh',
    transport: 'tcp',
    side: 'either',
    begins: ['"SSH-2.0-"', '"SSH-1." [30-39]'],
    source: 'RFC 4253 §4.2, §5.1; capture zeek__ssh__ssh.pcap',
    example: String.raw`"SSH-2.0-OpenSSH_6.6\r\n"`,
    unlike: String.raw`"SSH-3.0-OpenSSH_6.6\r\n"`,
  },
  {
    application: 'ftp',
    transport: 'tcp',
    side: 's2c',
    begins: ['"2"'],
    check: greetingCheck(FTP),
    source: 'RFC 959 §5.4; capture zeek__ftp__ftp-auth-tls.pcap',
    example: String.raw`"220 (vsFTPd 3.0.5)\r\n"`,
    unlike: String.raw`"220 ftp.example.com ESMTP\r\n"`,
  },
  {
    application: 'ftp',
    transport: 'tcp',
    side: 'c2s',
    begins: ['[41-5a,61-7a]'],
    check: commandCheck(FTP),
    source: 'RFC 959 §5.3; capture zeek__ftp__bruteforce.pcap',
    example: String.raw`"USER bro\r\n"`,
    unlike: String.raw`"USERS bro\r\n"`,
    note: "USER is POP3's as well: the greeting or the port decides (panos.md §9, ident-by-dport).",
  },
  {
    application: 'smtp',
    transport: 'tcp',
    side: 's2c',
    begins: ['"2"'],
    check: greetingCheck(SMTP),
    source: 'RFC 5321 §4.3.1',
    example: String.raw`"220 foo.com Simple Mail Transfer Service Ready ESMTP\r\n"`,
    unlike: String.raw`"220 foo.com File Transfer Protocol ready\r\n230 Go on\r\n"`,
  },
  {
    application: 'smtp',
    transport: 'tcp',
    side: 'c2s',
    begins: ['[41-5a,61-7a]'],
    check: commandCheck(SMTP),
    source: 'RFC 5321 §4.1.1.1',
    example: String.raw`"EHLO bar.com\r\n"`,
    unlike: String.raw`"ELLO bar.com\r\n"`,
  },
  {
    application: 'pop3',
    transport: 'tcp',
    side: 's2c',
    begins: ['"+"'],
    check: greetingCheck(POP3),
    source: 'RFC 1939 §4',
    example: String.raw`"+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n"`,
    unlike: String.raw`"+OK IMAP4 and POP3 server ready\r\n"`,
  },
  {
    application: 'pop3',
    transport: 'tcp',
    side: 'c2s',
    begins: ['[41-5a,61-7a]'],
    check: commandCheck(POP3),
    source: 'RFC 1939 §7, RFC 2449 §5',
    example: String.raw`"CAPA\r\n"`,
    unlike: String.raw`"CAPABLE\r\n"`,
  },
  {
    application: 'imap',
    transport: 'tcp',
    side: 's2c',
    begins: ['"*"'],
    check: greetingCheck(IMAP),
    source: 'RFC 9051 §7.1.1, §8; RFC 3501 §8',
    example: String.raw`"* OK IMAP4rev1 Service Ready\r\n"`,
    unlike: String.raw`"* NO IMAP4rev1 Service Ready\r\n"`,
  },
  {
    application: 'imap',
    transport: 'tcp',
    side: 'c2s',
    begins: ['[2e,30-39,41-7a]'],
    check: commandCheck(IMAP),
    source: 'RFC 9051 §6.2.3, §8',
    example: String.raw`"a001 login mrc secret\r\n"`,
    unlike: String.raw`"a001 logins mrc secret\r\n"`,
  },
  {
    application: 'nntp',
    transport: 'tcp',
    side: 's2c',
    begins: ['"2"'],
    check: greetingCheck(NNTP),
    source: 'RFC 3977 §5.1',
    example: String.raw`"200 NNTP Service Ready, posting permitted\r\n"`,
    unlike: String.raw`"202 NNTP Service Ready, posting permitted\r\n"`,
  },
  {
    application: 'nntp',
    transport: 'tcp',
    side: 'c2s',
    begins: ['[41-5a,61-7a]'],
    check: commandCheck(NNTP),
    source: 'RFC 3977 §5.3',
    example: String.raw`"MODE READER\r\n"`,
    unlike: String.raw`"MODE WRITER\r\n"`,
  },
  {
    application: 'sip',
    transport: 'tcp',
    side: 'either',
    begins: ['[0a,0d,41-5a,73]'],
    check: judgeSip,
    source: 'RFC 3261 §7.1; capture heplify__sip_ipv4_tcp.pcap',
    example: String.raw`"INVITE sip:201@10.33.6.101;user=phone SIP/2.0\r\n"`,
    unlike: String.raw`"INVITE sip:201@10.33.6.101;user=phone SIP/3.0\r\n"`,
  },
  {
    application: 'sip',
    transport: 'tcp',
    side: 'either',
    begins: ['[0a,0d,41-5a,73]'],
    check: judgeSip,
    source: 'RFC 3261 §7.2; capture heplify__sip_ipv4_tcp.pcap',
    example: String.raw`"SIP/2.0 100 Trying\r\n"`,
    unlike: String.raw`"SIP/2.0 OK\r\n"`,
  },
  {
    application: 'rtsp',
    transport: 'tcp',
    side: 'either',
    begins: ['[0a,0d,41-5a,72]'],
    check: judgeRtsp,
    source: 'RFC 7826 §7.1, RFC 2326 §6.1; capture trex__cap2__rtsp_short.pcap',
    example: String.raw`"DESCRIBE rtsp://22.0.0.10/caws RTSP/1.0\r\n"`,
    unlike: String.raw`"DESCRIBE http://22.0.0.10/caws RTSP/1.0\r\n"`,
  },
  {
    application: 'rtsp',
    transport: 'tcp',
    side: 'either',
    begins: ['[0a,0d,41-5a,72]'],
    check: judgeRtsp,
    source: 'RFC 7826 §8.1; capture trex__cap2__rtsp_short.pcap',
    example: String.raw`"RTSP/1.0 200 OK\r\nCSeq: 1\r\n"`,
    unlike: String.raw`"RTSP/1.0\r\nCSeq: 1\r\n"`,
  },
  {
    application: 'dns',
    transport: 'tcp',
    side: 'either',
    check: judgeDnsStream,
    source: 'RFC 1035 §4.1, §4.2.2',
    example: '00 1d 12 34 01 00 00 01 00 00 00 00 00 00 07 "example" 03 "com" 00 00 01 00 01',
    // One byte more than the question has.
    unlike: '00 1e 12 34 01 00 00 01 00 00 00 00 00 00 07 "example" 03 "com" 00 00 01 00 01 00',
  },
  {
    application: 'ldap',
    transport: 'tcp',
    side: 'c2s',
    begins: ['30'],
    check: judgeLdap,
    source: 'RFC 4511 §4.2; ldapsearch 2.5.13',
    example: '30 2c 02 01 01 60 27 02 01 03 04 1a "cn=admin,dc=example,dc=com" 80 06 "secret"',
    // Version 4.
    unlike: '30 2c 02 01 01 60 27 02 01 04 04 1a "cn=admin,dc=example,dc=com" 80 06 "secret"',
  },
  {
    application: 'ldap',
    transport: 'tcp',
    side: 's2c',
    begins: ['30'],
    check: judgeLdap,
    source: 'RFC 4511 §4.1.9, §4.2.2',
    example: '30 0c 02 01 01 61 07 0a 01 00 04 00 04 00',
    unlike: '30 0c 02 01 01 61 07 02 01 00 04 00 04 00',
  },
  {
    application: 'kerberos',
    transport: 'tcp',
    side: 'either',
    begins: ['00'],
    check: judgeKerberosStream,
    source: 'RFC 4120 §5.4.1, §7.2.2; kinit 1.20.1',
    example:
      '00 00 00 b7 6a 81 b4 30 81 b1 a1 03 02 01 05 a2 03 02 01 0a a3 1a 30 18 30 0a a1 04 02 02' +
      ' 00 96 a2 02 04 00 30 0a a1 04 02 02 00 95 a2 02 04 00 a4 81 88 30 81 85 a0 07 03 05 00',
    // AS-REQ that calls itself AS-REP.
    unlike: '00 00 00 b7 6a 81 b4 30 81 b1 a1 03 02 01 05 a2 03 02 01 0b a3 1a 30 18 30 0a a1 04',
  },
  {
    application: 'ms-ds-smb',
    transport: 'tcp',
    side: 'either',
    begins: ['[00,81,82]'],
    check: judgeSmb,
    source: 'MS-SMB2 §2.1, §2.2.1.2; capture surv__smb2-async-read.pcap',
    example:
      '00 00 00 dc fe "SMB" 40 00 00 00 00 00 00 00 00 00 1f 00 00 00 00 00 00 00 00 00 00 00 00 00',
    unlike:
      '00 00 00 dc fe "SMB" 41 00 00 00 00 00 00 00 00 00 1f 00 00 00 00 00 00 00 00 00 00 00 00 00',
    note: 'Newer content of the vendor has ms-ds-smbv1, -v2 and -v3 below it.',
  },
  {
    application: 'ms-ds-smb',
    transport: 'tcp',
    side: 'either',
    begins: ['[00,81,82]'],
    check: judgeSmb,
    source: 'MS-SMB §2.1, MS-CIFS §2.2.3.1; capture zeek__smb__smb2.pcap',
    example: '00 00 00 90 ff "SMB" 72 00 00 00 00 18 53 c8 00 00 00 00 00 00',
    unlike: '00 00 00 90 ff "SMC" 72 00 00 00 00 18 53 c8 00 00 00 00 00 00',
  },
  {
    application: 'netbios-ss',
    transport: 'tcp',
    side: 'c2s',
    begins: ['81 00 00 .. 20'],
    check: judgeSessionRequest,
    source: 'RFC 1002 §4.3.2; smbclient 4.17.12',
    example:
      '81 00 00 44 20 "DBDCDDDHCHDDAACHDDAACHDDCACACACA" 00 20 "FGEFNECACACACACACACACACACACACAAA" 00',
    unlike:
      '81 00 00 44 20 "DBDCDDDHCHDDAACHDDAACHDDCACACACA" 00 20 "FGEFNECACACACACACACACACACACACAQA" 00',
    note: 'SMB behind it is a shift to ms-ds-smb.',
  },
  {
    application: 'msrpc',
    transport: 'tcp',
    side: 'either',
    begins: ['05 00 [0b,0c] .. [00,10] 00 00 00'],
    check: judgeBind,
    source: 'C706 §12.6.4.3, MS-RPCE §2.2.2; rpcclient 4.17.12',
    example:
      '05 00 0b 03 10 00 00 00 48 00 00 00 01 00 00 00 b8 10 b8 10 00 00 00 00 01 00 00 00' +
      ' 00 00 01 00 08 83 af e1 1f 5d c9 11 91 a4 08 00 2b 14 a0 fa 03 00 00 00' +
      ' 04 5d 88 8a eb 1c c9 11 9f e8 08 00 2b 10 48 60 02 00 00 00',
    // No context at all.
    unlike:
      '05 00 0b 03 10 00 00 00 48 00 00 00 01 00 00 00 b8 10 b8 10 00 00 00 00 00 00 00 00' +
      ' 00 00 01 00 08 83 af e1 1f 5d c9 11 91 a4 08 00 2b 14 a0 fa 03 00 00 00',
    note: 'Newer content of the vendor has msrpc-base below it.',
  },
  {
    application: 'ms-rdp',
    transport: 'tcp',
    side: 'either',
    begins: ['03 00 00 .. .. [d0,e0]', '03 00 01 .. .. [d0,e0]'],
    check: judgeRdp,
    source: 'MS-RDPBCGR §2.2.1.1, §2.2.1.2; capture zeek__rdp__rdp-to-ssl.pcap',
    example: String.raw`03 00 00 2f 2a e0 00 00 00 00 00 "Cookie: mstshash=AWAKECODI\r\n" 01 00 08 00 03 00 00 00`,
    unlike: String.raw`03 00 00 2f 2a e0 00 00 00 00 00 "Coolie: mstshash=AWAKECODI\r\n" 01 00 08 00 03 00 00 00`,
  },
  {
    application: 'vnc-base',
    transport: 'tcp',
    side: 'either',
    begins: [String.raw`"RFB " [30-39] [30-39] [30-39] "." [30-39] [30-39] [30-39] "\n"`],
    source: 'RFC 6143 §7.1.1; capture surv__rfb-protocol-3.3__06-vnc-Password-3.3.pcap',
    example: String.raw`"RFB 003.003\n"`,
    unlike: String.raw`"RFB 003-003\n"`,
  },
  {
    application: 'telnet',
    transport: 'tcp',
    side: 'either',
    begins: ['ff'],
    check: judgeTelnet,
    source: 'RFC 854, RFC 855; capture zeek__mixed-vlan-mpls.pcap',
    example: 'ff fd 03 ff fb 1f ff fb 21 ff fd 01 ff fc 18 ff fa 1f 00 50 00 18 ff f0 0d 0a',
    unlike: 'ff fe 3c 00 "h" 00 "t" 00 "m" 00 "l" 00 ">" 00',
    note: 'The unlike is text in UTF-16.',
  },
  {
    application: 'mysql',
    transport: 'tcp',
    side: 's2c',
    check: judgeMysqlGreeting,
    source: 'MySQL internals manual, Protocol::HandshakeV10; mariadbd 10.11.19',
    example:
      '64 00 00 00 0a "5.5.5-10.11.19-MariaDB-0+deb12u1" 00 03 00 00 00 "W:Z6A!" 22 "%" 00' +
      ' fe f7 08 02 00 ff 81 15 00 00 00 00 00 00 1d 00 00 00 "4sh3ao*$G5Qu" 00' +
      ' "mysql_native_password" 00',
    // A filler that is not 0.
    unlike:
      '64 00 00 00 0a "5.5.5-10.11.19-MariaDB-0+deb12u1" 00 03 00 00 00 "W:Z6A!" 22 "%" 01' +
      ' fe f7 08 02 00 ff 81 15 00 00 00 00 00 00 1d 00 00 00',
  },
  {
    application: 'postgres',
    transport: 'tcp',
    side: 'c2s',
    begins: ['00'],
    check: judgePostgres,
    source: 'PostgreSQL documentation, Message Formats; psql 15',
    example: String.raw`00 00 00 38 00 03 00 00 "user\0alice\0database\0shop\0application_name\0psql\0\0"`,
    unlike: String.raw`00 00 00 38 00 03 00 00 "usor\0alice\0database\0shop\0application_name\0psql\0\0"`,
  },
  {
    application: 'postgres',
    transport: 'tcp',
    side: 'c2s',
    begins: ['00'],
    check: judgePostgres,
    source: 'PostgreSQL documentation, Message Formats; psql 15',
    example: '00 00 00 08 04 d2 16 2f',
    unlike: '00 00 00 09 04 d2 16 2f 00',
  },
  {
    application: 'mssql-db',
    transport: 'tcp',
    side: 'either',
    begins: ['[04,10,12]'],
    check: judgeTds,
    source: 'MS-TDS §2.2.6.5; tsql 1.3.17',
    example:
      '12 01 00 3a 00 00 00 00 00 00 1a 00 06 01 00 20 00 01 02 00 21 00 0c 03 00 2d 00 04 04 00' +
      ' 31 00 01 ff 09 00 00 00 00 00 00 "MSSQLServer" 00 "$i" 00 00 00',
    // A version of seven bytes.
    unlike:
      '12 01 00 3a 00 00 00 00 00 00 1a 00 07 01 00 20 00 01 02 00 21 00 0c 03 00 2d 00 04 04 00' +
      ' 31 00 01 ff 09 00 00 00 00 00 00 "MSSQLServer" 00 "$i" 00 00 00',
    note: 'The vendor has mssql-db-encrypted and -unencrypted below it.',
  },
  {
    application: 'redis',
    transport: 'tcp',
    side: 'c2s',
    begins: ['"*"'],
    check: judgeRedis,
    source: 'Redis documentation, RESP; redis-cli 7.0.15',
    example: String.raw`"*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n"`,
    unlike: String.raw`"*2\r\n$3\r\nAUTH\r\n$6\r\nsecret\r\n"`,
  },
  {
    application: 'mongodb',
    transport: 'tcp',
    side: 'either',
    check: judgeMongo,
    source: 'MongoDB manual, Wire Protocol',
    example:
      '3a 00 00 00 01 00 00 00 00 00 00 00 d4 07 00 00 00 00 00 00 "admin.$cmd" 00 00 00 00 00' +
      ' ff ff ff ff 13 00 00 00 10 "isMaster" 00 01 00 00 00 00',
    // A document longer than its message.
    unlike:
      '3a 00 00 00 01 00 00 00 00 00 00 00 d4 07 00 00 00 00 00 00 "admin.$cmd" 00 00 00 00 00' +
      ' ff ff ff ff 14 00 00 00 10 "isMaster" 00 01 00 00 00 00',
  },
  {
    application: 'mqtt',
    transport: 'tcp',
    side: 'c2s',
    begins: ['10'],
    check: judgeMqtt,
    source: 'MQTT 3.1.1 §3.1; mosquitto_pub 2.0.11',
    example: '10 13 00 04 "MQTT" 04 02 00 3c 00 07 "sensor1"',
    // The reserved flag is set.
    unlike: '10 13 00 04 "MQTT" 04 03 00 3c 00 07 "sensor1"',
  },
  {
    application: 'bgp',
    transport: 'tcp',
    side: 'either',
    begins: ['ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff'],
    check: judgeBgp,
    source: 'RFC 4271 §4.1, §4.2',
    example:
      'ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff 00 1d 01 04 fd e8 00 b4 c0 00 02 01 00',
    // Version 3.
    unlike:
      'ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff 00 1d 01 03 fd e8 00 b4 c0 00 02 01 00',
  },
  {
    application: 'bittorrent',
    transport: 'tcp',
    side: 'either',
    begins: ['13 "BitTorrent protocol"'],
    source: 'BEP 3, peer protocol',
    example: '13 "BitTorrent protocol" 00 00 00 00 00 10 00 05',
    unlike: '14 "BitTorrent protocol" 00 00 00 00 00 10 00 05',
  },
  {
    application: 'h.225',
    transport: 'tcp',
    side: 'either',
    begins: ['03 00 .. .. 08 02'],
    check: judgeH225,
    source: 'H.225.0 §7.2, Q.931 §4.5; capture ndpi__h323.pcap',
    example:
      '03 00 00 7e 08 02 00 01 05 04 03 88 c0 a5 6c 04 01 80 31 37 7e 00 67 05 20 a8 06 00 08 91 4a',
    // User-user contents that are characters.
    unlike:
      '03 00 00 7e 08 02 00 01 05 04 03 88 c0 a5 6c 04 01 80 31 37 7e 00 67 04 20 a8 06 00 08 91 4a',
  },
  {
    application: 'syslog',
    transport: 'tcp',
    side: 'c2s',
    begins: ['[30-39,3c]'],
    check: judgeSyslogStream,
    source: 'RFC 6587 §3.4.1, RFC 5424 §6.5',
    example: '"78 <34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - failed su"',
    unlike: '"78 <194>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - failed"',
  },
  {
    application: 'syslog',
    transport: 'tcp',
    side: 'c2s',
    begins: ['[30-39,3c]'],
    check: judgeSyslogStream,
    source: 'RFC 6587 §3.4.2, RFC 3164 §5.4',
    example: String.raw`"<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8\n"`,
    unlike: String.raw`"<34>Oct mymachine su: 'su root' failed for lonvick on /dev/pts/8\n"`,
  },
  {
    application: 'socks',
    transport: 'tcp',
    side: 'either',
    begins: ['[00,04,05]'],
    check: judgeSocks,
    source: 'RFC 1928 §3, §4; capture arkime__socks-http-example.pcap',
    example: '05 02 00 01 05 01 00 01 5d b8 d8 77 00 50',
    unlike: '05 02 00 01 05 04 00 01 5d b8 d8 77 00 50',
  },
  {
    application: 'open-vpn',
    transport: 'tcp',
    side: 'either',
    begins: ['[00-05]'],
    check: judgeOpenVpnStream,
    source: 'OpenVPN, Network protocol; openvpn 2.6.14',
    example: '00 0e 38 b5 59 7b e4 a7 e6 f9 a2 00 00 00 00 00',
    // The first packet would have number 1.
    unlike: '00 0e 38 b5 59 7b e4 a7 e6 f9 a2 00 00 00 00 01',
  },
  {
    application: 'rtmp',
    transport: 'tcp',
    side: 'either',
    begins: ['03'],
    check: judgeRtmp,
    ports: [1935],
    source: 'Adobe RTMP Specification 1.0 §5.2; rtmpdump 2.4',
    example: '03 00 2a f7 de 00 00 00 00 67 45 8b 6b c6 23 7b 32',
    unlike: '06 00 2a f7 de 00 00 00 00 67 45 8b 6b c6 23 7b 32',
    note: 'The handshake is mostly chance, so only its own port of panos.md §2.3 counts.',
  },
];
