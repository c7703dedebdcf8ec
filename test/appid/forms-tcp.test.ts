/**
 * This file tests forms of TCP payload beside the examples of the table: what else real programs send,
 * what the other side's bytes decide, and what must stay unknown. All rows are asked each time.
 */

import { describe, expect, test } from 'vitest';
import { MORE, YES } from '../../src/appid/piece.ts';
import { TCP_SIGNATURES } from '../../src/appid/rows-tcp.ts';
import { exactBytes, pieceOf, verdictOf } from '../support/signature-table.ts';

/** Applications that say yes, or else whether any still waits. */
function told(side: 'c2s' | 's2c', dport: number, bytes: string, other: string | null): string {
  const says = (wanted: number) =>
    TCP_SIGNATURES.filter((row) => {
      const piece = pieceOf(row, exactBytes(bytes), dport, side === 'c2s' ? 0 : 1);
      piece.other = other === null ? null : exactBytes(other);
      return verdictOf(row, piece) === wanted;
    }).map(({ application }) => application);
  const yes = [...new Set(says(YES))].join(' ');
  return yes || (says(MORE).length > 0 ? 'waits' : 'unknown');
}

const text = String.raw;
const READY = text`"220 ready\r\n"`;
/** A hello of 41 bytes and one suite, as one handshake message. */
const HELLO_HEAD = '01 00 00 29 03 03';
const RANDOM = '"0123456789abcdefghijklmnopqrstuv"';

type Case = readonly [
  name: string,
  side: 'c2s' | 's2c',
  dport: number,
  bytes: string,
  other: string | null,
  application: string,
];

const CASES: readonly Case[] = [
  ['FTP: user behind 220', 'c2s', 2121, text`"USER a\r\n"`, READY, 'ftp'],
  ['POP3: user behind +OK', 'c2s', 2121, text`"USER a\r\n"`, text`"+OK hi\r\n"`, 'pop3'],
  ['IRC: user behind nothing', 'c2s', 6667, text`"USER a 0 * :a\r\n"`, null, 'waits'],
  [
    'user behind another greeting',
    'c2s',
    21,
    text`"USER anonymous\r\n"`,
    text`"hello\r\n"`,
    'unknown',
  ],
  ['a greeting without a word', 's2c', 21, READY, null, 'waits'],
  ['FTP by its second reply', 's2c', 21, text`"220 ready\r\n331 Password\r\n"`, null, 'ftp'],
  ['SMTP by its second reply', 's2c', 25, text`"220 ready\r\n250 hello\r\n"`, null, 'smtp'],
  ['FTP, greeting of several lines', 's2c', 21, text`"220-hi\r\n220-FTP of x\r\n"`, null, 'ftp'],
  ['a greeting cut in a word', 's2c', 21, text`"220 ftp.example.com ES"`, null, 'waits'],
  ['SMTP on a host called ftp', 's2c', 25, text`"220 ftp.x ESMTP y\r\n"`, null, 'smtp'],
  ['SMTP: hello behind 220', 'c2s', 2525, text`"HELO x\r\n"`, READY, 'smtp'],
  ['IMAP by its capabilities', 's2c', 1, text`"* OK [CAPABILITY STARTTLS] hi\r\n"`, null, 'imap'],
  ['IMAP: command behind OK', 'c2s', 1, text`"A1 STARTTLS\r\n"`, text`"* OK hi\r\n"`, 'imap'],
  ['POP3, no word', 's2c', 110, text`"+OK Dovecot ready.\r\n"`, null, 'waits'],
  ['NNTP, INN', 's2c', 119, text`"201 x InterNetNews server INN 2.7 ready\r\n"`, null, 'nntp'],
  ['SSH of 1995', 's2c', 22, text`"SSH-1.5-1.2.26\n"`, null, 'ssh'],
  [
    'HTTP on the port of SSH',
    'c2s',
    22,
    text`"GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n"`,
    null,
    'web-browsing',
  ],
  ['a method and nothing more', 'c2s', 80, '"GET "', null, 'waits'],
  ['no method of any protocol', 'c2s', 80, text`"FETCH / HTTP/1.1\r\n"`, null, 'unknown'],
  ['HTTP that asks for all', 'c2s', 80, text`"OPTIONS * HTTP/1.1\r\n"`, null, 'web-browsing'],
  ['RTSP that asks for all', 'c2s', 80, text`"OPTIONS * RTSP/1.0\r\n"`, null, 'rtsp'],
  ['SIP that asks', 'c2s', 80, text`"OPTIONS sip:a@b SIP/2.0\r\n"`, null, 'sip'],
  ['SIP to a presence URI', 'c2s', 5060, text`"NOTIFY pres:a@b SIP/2.0\r\n"`, null, 'sip'],
  ['SIP with a status of no class', 's2c', 5060, text`"SIP/2.0 700 No\r\n"`, null, 'unknown'],
  ['SIP with a status that goes on', 's2c', 5060, text`"SIP/2.0 200"`, null, 'waits'],
  ['noughts before SIP', 'c2s', 5060, text`00 00 "BYE sip:a@b SIP/2.0\r\n"`, null, 'unknown'],
  ['SIP behind a keep-alive', 'c2s', 5060, text`"\r\n\r\nBYE sip:a@b SIP/2.0\r\n"`, null, 'sip'],
  ['a path of 999 bytes, cut', 'c2s', 80, `"GET /${'a'.repeat(998)}"`, null, 'waits'],
  ['a path of 1000 bytes, cut', 'c2s', 80, `"GET /${'a'.repeat(999)}"`, null, 'web-browsing'],
  ['Shoutcast', 's2c', 8000, text`"ICY 200 OK\r\nicy-notice1:x\r\n"`, null, 'unknown'],
  [
    'a hello split over records',
    'c2s',
    443,
    `16 03 01 00 0a ${HELLO_HEAD} "0123" 16 03 01 00 23 "456789abcdefghijklmnopqrstuv"`,
    null,
    'unknown',
  ],
  [
    'a hello split behind its random',
    'c2s',
    443,
    `16 03 01 00 27 ${HELLO_HEAD} ${RANDOM} 00 16 03 01 00 06 00 02 13 01 01 00`,
    null,
    'ssl',
  ],
  [
    'a hello of one suite',
    'c2s',
    443,
    `16 03 01 00 2d ${HELLO_HEAD} ${RANDOM} 00 00 02 13 01 01 00`,
    null,
    'ssl',
  ],
  [
    'a hello of no suite',
    'c2s',
    443,
    `16 03 01 00 2d ${HELLO_HEAD} ${RANDOM} 00 00 00 13 01 01 00`,
    null,
    'unknown',
  ],
  [
    'Application Data at once',
    'c2s',
    443,
    '17 03 03 00 20 00 00 00 00 ff ff ff ff ff ff ff ff',
    null,
    'unknown',
  ],
  ['LDAP, anonymous', 'c2s', 389, '30 0c 02 01 01 60 07 02 01 03 04 00 80 00', null, 'ldap'],
  [
    'LDAP, StartTLS',
    'c2s',
    389,
    '30 1d 02 01 01 77 18 80 16 "1.3.6.1.4.1.1466.20037"',
    null,
    'ldap',
  ],
  [
    'LDAP of Windows, lengths of four bytes',
    'c2s',
    389,
    '30 84 00 00 01 59 02 02 3b 41 63 84 00 00 01 4f 04 00 0a 01 00 0a 01 00 02 01 00',
    null,
    'ldap',
  ],
  [
    'SNMP in TCP',
    'c2s',
    161,
    '30 26 02 01 01 04 06 "public" a0 19 02 01 01 00 00 00',
    null,
    'unknown',
  ],
  [
    'SMB behind a NetBIOS session',
    'c2s',
    139,
    `81 00 00 44 20 "${'CA'.repeat(16)}" 00 20 "${'CA'.repeat(16)}" 00 00 00 00 3e ff "SMB" 72`,
    null,
    'ms-ds-smb',
  ],
  ['SMB 3, encrypted', 'c2s', 445, '00 00 00 90 fd "SMB" 00 00', null, 'ms-ds-smb'],
  ['remote desktop, bare', 'c2s', 3389, '03 00 00 0b 06 e0 00 00 00 00 00', null, 'ms-rdp'],
  ['bare X.224 elsewhere', 'c2s', 102, '03 00 00 0b 06 e0 00 00 00 00 00 @19 00', null, 'unknown'],
  ['S7 over X.224', 'c2s', 102, '03 00 00 0e 09 e0 00 00 00 00 00 c0 01 0a', null, 'unknown'],
  [
    'remote desktop confirms',
    's2c',
    3389,
    '03 00 00 13 0e d0 00 00 12 34 00 02 01 08 00 02 00 00 00',
    null,
    'ms-rdp',
  ],
  ['one negotiation of Telnet', 'c2s', 23, 'ff fd 03', null, 'telnet'],
  ['one elsewhere', 'c2s', 2323, 'ff fd 03', null, 'waits'],
  ['a JPEG', 's2c', 2323, 'ff d8 ff e0 00 10 "JFIF" 00 01 01 00 00 01', null, 'unknown'],
  [
    'MySQL refuses',
    's2c',
    3306,
    `45 00 00 00 ff 6a 04 "Host '192.0.2.9' is not allowed"`,
    null,
    'mysql',
  ],
  ['PostgreSQL cancels', 'c2s', 1, '00 00 00 10 04 d2 16 2e 00 00 00 07', null, 'postgres'],
  ['PostgreSQL, GSS', 'c2s', 1, '00 00 00 08 04 d2 16 30', null, 'postgres'],
  [
    'PostgreSQL, another parameter first',
    'c2s',
    5432,
    text`00 00 00 20 00 03 00 00 "database\0shop\0user\0a\0\0"`,
    null,
    'postgres',
  ],
  [
    'SQL Server logs in at once',
    'c2s',
    1433,
    '10 01 00 90 00 00 01 00 88 00 00 00 02 00 09 72 00 10 00 00',
    null,
    'mssql-db',
  ],
  [
    'SQL Server answers',
    's2c',
    1433,
    '04 01 00 1a 00 00 01 00 00 00 0b 00 06 01 00 11 00 01 ff 0f 00 07 d0 00 00 02',
    null,
    'mssql-db',
  ],
  ['Redis, one word', 'c2s', 6379, text`"*1\r\n$4\r\nping\r\n"`, null, 'redis'],
  [
    'MongoDB, OP_MSG',
    'c2s',
    27017,
    '25 00 00 00 01 00 00 00 00 00 00 00 dd 07 00 00 00 00 01 00 00 10 00 00 00',
    null,
    'mongodb',
  ],
  [
    'MQTT 5 with a will',
    'c2s',
    1883,
    '10 1a 00 04 "MQTT" 05 06 00 3c 03 21 00 14 00 00 00 00 01 "w"',
    null,
    'mqtt',
  ],
  ['MQTT 3.1', 'c2s', 1883, '10 25 00 06 "MQIsdp" 03 02 00 3c 00 17', null, 'mqtt'],
  ['BGP keeps alive', 'c2s', 179, `${'ff '.repeat(16)} 00 13 04`, null, 'bgp'],
  ['BGP of no type', 'c2s', 179, `${'ff '.repeat(16)} 00 13 06`, null, 'unknown'],
  ['SOCKS 5, nobody has answered', 'c2s', 4145, '05 01 00', null, 'waits'],
  ['SOCKS 5, on its port', 'c2s', 1080, '05 01 00', null, 'socks'],
  ['SOCKS 5, the server chooses', 's2c', 4145, '05 00', '05 02 00 02', 'socks'],
  ['SOCKS 5, of what was not offered', 's2c', 4145, '05 01 @19 00', '05 02 00 02', 'unknown'],
  ['SOCKS 4A', 'c2s', 1080, '04 01 00 50 00 00 00 01 00 "example.com" 00', null, 'socks'],
  ['SOCKS 4, granted', 's2c', 9, '00 5a 00 00', '04 01 00 50 c0 00 02 01 "me" 00', 'socks'],
  ['SOCKS 4, nonsense', 's2c', 9, '00 4a @19 00', '04 01 00 50 c0 00 02 01 "me" 00', 'unknown'],
  [
    'OpenVPN, tls-auth',
    'c2s',
    1194,
    '00 2a 38 cd 6b 30 6e 0b ca 1f 0f f4 04 d1 e5 a1 04 ce b6 de 6e ee a4 7e cf 87 4d 49 90' +
      ' d7 dc 00 00 00 01 6b 07 d2 5d 00 00 00 00 00',
    null,
    'open-vpn',
  ],
  ['H.225 connects', 's2c', 1720, '03 00 00 2b 08 02 80 01 07 7e 00 1f 05', null, 'h.225'],
  ['RTMP elsewhere', 'c2s', 4444, '03 00 2a f7 de 00 00 00 00 67 @19 45', null, 'unknown'],
  ['RTMP of a player', 'c2s', 1935, '03 00 00 00 00 09 00 7c 02 67 45', null, 'rtmp'],
  ['a list of FTP', 'c2s', 40000, text`"-rw-r--r-- 1 0 0 600 x\r\n"`, null, 'unknown'],
  ['a web page', 's2c', 40000, text`"<!DOCTYPE html>\r\n<html>"`, null, 'unknown'],
  ['noughts', 'c2s', 40000, '@99 00', null, 'unknown'],
];

describe('what the table says of', () => {
  test.each(CASES)('%s', (_name, side, dport, bytes, other, application) => {
    expect(told(side, dport, bytes, other)).toBe(application);
  });
});
