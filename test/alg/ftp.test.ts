/**
 * This file tests the ALG of FTP: what announces a data connection beside the nearest text that does
 * not, and how commands and replies are matched.
 */

import { describe, expect, it } from 'vitest';
import { FTP, FTP_LINE_BYTES_MAX } from '../../src/alg/ftp.ts';
import { FTP_PENDING_MAX } from '../../src/alg/ftp-pending.ts';
import { AlgLog, algSession } from '../support/alg-log.ts';

const V4 = algSession('10.10.10.5', 50000, '203.0.113.50', 21);
const V6 = algSession('2001:db8::5', 50000, '2001:db8:1::50', 21);

/** `C ` or `S `, and the line without its end; `C gap` and `S gap` are missing bytes. */
function play(lines: readonly string[], session = V4): string[] {
  const log = new AlgLog(FTP, session);
  for (const line of lines) {
    const side = line.startsWith('C') ? 0 : 1;
    if (line.slice(2) === 'gap') log.gap(side);
    else log.read(side, `${line.slice(2)}\r\n`);
  }
  return log.said;
}

const GREETED = ['S 220 ready'];
/** What a command alone asks for: the client's end, and nothing else. */
const active = (end: string, verb: string) => [
  `data 1: ftp-data/6 server * -> client ${end} by client's ${verb}`,
];
const passive = (end: string, code: number) => [
  `data 1: ftp-data/6 client * -> server${end} by server's ${code}`,
];

describe('a command announces', () => {
  it.each<[command: string, end: string]>([
    // 19 * 256 + 235 = 5099: the lesson's own example (panos.md §6.2).
    ['PORT 10,10,10,5,19,235', '10.10.10.5:5099'],
    ['port 10,10,10,5,19,235', '10.10.10.5:5099'],
    ['PoRt   10,10,10,5,19,235  ', '10.10.10.5:5099'],
    ['PORT 010,010,010,005,019,235', '10.10.10.5:5099'],
    ['PORT 223,255,255,255,255,255', '223.255.255.255:65535'],
    ['PORT 10,10,10,5,0,1', '10.10.10.5:1'],
    // To a third host: the address as it is written.
    ['PORT 198,51,100,7,0,80', '198.51.100.7:80'],
    // RFC 2428 §2.
    ['EPRT |1|132.235.1.2|6275|', '132.235.1.2:6275'],
    ['EPRT !1!132.235.1.2!6275!', '132.235.1.2:6275'],
    ['eprt |1|132.235.1.2|65535|', '132.235.1.2:65535'],
    // RFC 1639 §2: family, bytes of the address, the address, bytes of the port, the port.
    ['LPRT 4,4,132,235,1,2,2,24,131', '132.235.1.2:6275'],
  ])('%s', (command, end) => {
    expect(play([...GREETED, `C ${command}`])).toEqual(
      active(end, command.slice(0, 4).toUpperCase()),
    );
  });

  it.each<[command: string, end: string]>([
    ['EPRT |2|1080::8:800:200C:417A|5282|', '1080::8:800:200c:417a:5282'],
    ['EPRT |2|2001:DB8:0:0:0:0:0:5|5282|', '2001:db8::5:5282'],
    ['LPRT 6,16,16,128,0,0,0,0,0,0,0,8,8,0,32,12,65,122,2,20,162', '1080::8:800:200c:417a:5282'],
  ])('over IPv6, %s', (command, end) => {
    expect(play([...GREETED, `C ${command}`], V6)).toEqual(active(end, command.slice(0, 4)));
  });
});

describe('nothing is announced by', () => {
  it.each([
    'PORT 10,10,10,256,19,235',
    'PORT 10,10,10,5,19,256',
    'PORT 10,10,10,5,0,0',
    'PORT 0,0,0,0,19,235',
    'PORT 224,0,0,1,19,235',
    'PORT 255,255,255,255,19,235',
    'PORT 10,10,10,5,19',
    'PORT 10,10,10,5,19,',
    'PORT 10,10,10,5,19,235,1',
    'PORT 10,10,10,5,,235',
    'PORT 10,10,10,5,19 235',
    'PORT 10,10,10,5,19,-1',
    'PORT 10,10,10,5,19,0x1',
    'PORT 10,10,10,5,0019,235',
    'PORT 10.10.10.5,19,235',
    'PORT (10,10,10,5,19,235)',
    'PORT10,10,10,5,19,235',
    'PORTS 10,10,10,5,19,235',
    ' PORT 10,10,10,5,19,235',
    'PORT',
    'XPORT 10,10,10,5,19,235',
    'SITE PORT 10,10,10,5,19,235',
    'EPRT |1|132.235.1.2|0|',
    'EPRT |1|132.235.1.2|65536|',
    'EPRT |1|132.235.1.2|006275|',
    'EPRT |1|132.235.1.2|6275',
    'EPRT |1|132.235.1.2|6275|1',
    'EPRT |1|132.235.1.2|6275||',
    'EPRT |1|132.235.1.256|6275|',
    'EPRT |1|132.235.1|6275|',
    'EPRT |1|0.0.0.0|6275|',
    'EPRT |1|[132.235.1.2]|6275|',
    'EPRT |3|132.235.1.2|6275|',
    'EPRT |2|132.235.1.2|6275|',
    'EPRT |1|132.235.1.2!6275|',
    'EPRT 1|132.235.1.2|6275|',
    'EPRT 71713223512762757',
    'EPRT \x1f1\x1f132.235.1.2\x1f6275\x1f',
    // No packet of the other family can go there.
    'EPRT |2|1080::8:800:200C:417A|5282|',
    'EPRT |2|::ffff:10.10.10.5|5282|',
    'LPRT 4,4,132,235,1,2,2,24',
    'LPRT 4,4,132,235,1,2,3,0,24,131',
    'LPRT 4,4,132,235,1,2,1,24,131',
    'LPRT 4,4,132,235,1,2,2,0,0',
    'LPRT 5,4,132,235,1,2,2,24,131',
    'LPRT 4,5,132,235,1,2,2,24,131,1',
    'LPRT 6,16,16,128,0,0,0,0,0,0,0,8,8,0,32,12,65,122,2,20,162',
    'LPRT',
  ])('%s', (command) => {
    expect(play([...GREETED, `C ${command}`, 'S 200 ok'])).toEqual([]);
  });

  it.each([
    'PORT 10,10,10,5,19,235',
    'EPRT |1|132.235.1.2|6275|',
    'EPRT |2|1080::8:800:200C:417A%1|5282|',
    'EPRT |2|1080::8::417A|5282|',
    'EPRT |2|::|5282|',
    'EPRT |2|ff02::1|5282|',
    'EPRT |2|1080::8:800:200C:417A|65536|',
    'LPRT 4,4,132,235,1,2,2,24,131',
    'LPRT 6,16,16,128,0,0,0,0,0,0,0,8,8,0,32,12,65,2,20,162',
  ])('over IPv6, %s', (command) => {
    expect(play([...GREETED, `C ${command}`, 'S 200 ok'], V6)).toEqual([]);
  });
});

const ASK: Readonly<Record<string, string>> = { 227: 'PASV', 228: 'LPSV', 229: 'EPSV' };

describe('a reply announces', () => {
  it.each<[reply: string, end: string]>([
    // 221 * 256 + 90 = 56666.
    ['227 Entering Passive Mode (199,233,217,249,221,90)', ' 199.233.217.249:56666'],
    ['227 Entering Passive Mode (199,233,217,249,221,90).', ' 199.233.217.249:56666'],
    ['227 Entering Passive Mode. 199,233,217,249,221,90', ' 199.233.217.249:56666'],
    ['227 =199,233,217,249,221,90', ' 199.233.217.249:56666'],
    ['227 199,233,217,249,221,90', ' 199.233.217.249:56666'],
    ['227\t199,233,217,249,221,90', ' 199.233.217.249:56666'],
    ['227 Passive mode 2 (199,233,217,249,221,90)', ' 199.233.217.249:56666'],
    ['227 Hello, world, 199,233,217,249,221,90', ' 199.233.217.249:56666'],
    // RFC 2428 §3.
    ['229 Entering Extended Passive Mode (|||6446|)', ':6446'],
    ['229 Entering Extended Passive Mode (|||65535|)', ':65535'],
    ['229 Extended Passive Mode (EPSV) OK (!!!6446!)', ':6446'],
    ['228 Entering Long Passive Mode (4,4,132,235,1,2,2,24,131)', ' 132.235.1.2:6275'],
  ])('%s', (reply, end) => {
    const code = reply.slice(0, 3);
    expect(play([...GREETED, `C ${ASK[code]}`, `S ${reply}`])).toEqual(passive(end, Number(code)));
  });

  it('whatever blanks the command ends with', () => {
    const reply = 'S 229 Entering Extended Passive Mode (|||6446|)';
    expect(play([...GREETED, 'C EPSV  ', reply])).toEqual(passive(':6446', 229));
    expect(play([...GREETED, 'C EPSV\r', reply])).toEqual(passive(':6446', 229));
    expect(play([...GREETED, 'C EPSVX', reply])).toEqual([]);
  });

  it('over IPv6', () => {
    const reply = 'S 229 Entering Extended Passive Mode (|||6446|)';
    expect(play([...GREETED, 'C EPSV', reply], V6)).toEqual(passive(':6446', 229));
    expect(play([...GREETED, 'C EPSV 2', reply], V6)).toEqual(passive(':6446', 229));
    const long = 'S 228 (6,16,16,128,0,0,0,0,0,0,0,8,8,0,32,12,65,122,2,20,162)';
    expect(play([...GREETED, 'C LPSV', long], V6)).toEqual(
      passive(' 1080::8:800:200c:417a:5282', 228),
    );
  });
});

describe('no reply is', () => {
  it.each([
    '227 Entering Passive Mode (199,233,217,256,221,90)',
    '227 Entering Passive Mode (256,199,233,217,249,221,90)',
    '227 Entering Passive Mode (199,233,217,249,221)',
    '227 Entering Passive Mode (199,233,217,249,0,0)',
    '227 Entering Passive Mode (0,0,0,0,221,90)',
    '227 Entering Passive Mode (199,233,217,249,221,90,1)',
    '227 Entering Passive Mode (199, 233, 217, 249, 221, 90)',
    '227 Entering Passive Mode (199.233.217.249.221.90)',
    '227 Entering Passive Mode',
    '2270 Entering Passive Mode (199,233,217,249,221,90)',
    ' 227 Entering Passive Mode (199,233,217,249,221,90)',
    '200 Entering Passive Mode (199,233,217,249,221,90)',
    '127 Entering Passive Mode (199,233,217,249,221,90)',
    '527 Entering Passive Mode (199,233,217,249,221,90)',
    '229 Entering Extended Passive Mode (|||0|)',
    '229 Entering Extended Passive Mode (|||65536|)',
    '229 Entering Extended Passive Mode (||6446|)',
    '229 Entering Extended Passive Mode (||||6446|)',
    '229 Entering Extended Passive Mode (|||6446)',
    '229 Entering Extended Passive Mode (||!6446|)',
    '229 Entering Extended Passive Mode (11164461)',
    '229 Entering Extended Passive Mode |||6446|',
    '229 Entering Extended Passive Mode (',
    '228 Entering Long Passive Mode (4,4,132,235,1,2,2,24)',
    '228 Entering Long Passive Mode (6,16,16,128,0,0,0,0,0,0,0,8,8,0,32,12,65,122,2,20,162)',
  ])('%s', (reply) => {
    const asked = ASK[reply.trim().slice(0, 3)] ?? 'PASV';
    expect(play([...GREETED, `C ${asked}`, `S ${reply}`])).toEqual([]);
  });

  it('one to another command', () => {
    const reply = 'S 227 Entering Passive Mode (199,233,217,249,221,90)';
    expect(play([...GREETED, 'C NOOP', reply])).toEqual([]);
    expect(play([...GREETED, 'C EPSV', reply])).toEqual([]);
    expect(play([...GREETED, 'C PASV', 'S 502 no', reply])).toEqual([]);
    expect(play([...GREETED, 'C PASV', 'S 229 Extended (|||6446|)'])).toEqual([]);
    // RFC 2428 §4: EPSV ALL asks for no port.
    expect(play([...GREETED, 'C EPSV ALL', 'S 229 Extended (|||6446|)'])).toEqual([]);
    expect(play([...GREETED, 'C EPSV ALL', 'S 200 ok', 'C epsv', 'S 229 (|||6446|)'])).toEqual(
      passive(':6446', 229),
    );
  });
});

const PASSIVE_1 = 'S 227 Entering Passive Mode (203,0,113,50,4,1)';
const PASSIVE_2 = 'S 227 Entering Passive Mode (203,0,113,50,4,2)';
const WAITS_1 = "data 1: ftp-data/6 client * -> server 203.0.113.50:1025 by server's 227";
const WAITS_2 = "data 2: ftp-data/6 client * -> server 203.0.113.50:1026 by server's 227";
const PORT_1 = 'C PORT 10,10,10,5,4,1';
const PORT_2 = 'C PORT 10,10,10,5,4,2';
const TO_1 = "data 1: ftp-data/6 server * -> client 10.10.10.5:1025 by client's PORT";
const TO_2 = "data 2: ftp-data/6 server * -> client 10.10.10.5:1026 by client's PORT";

describe('replies and commands', () => {
  it.each<[what: string, lines: string[], said: string[]]>([
    [
      'a refused PORT',
      [PORT_1, 'S 500 Illegal PORT command'],
      [TO_1, 'data 1 withdrawn by 500 PORT'],
    ],
    ['a PORT refused for now', [PORT_1, 'S 421 no'], [TO_1, 'data 1 withdrawn by 421 PORT']],
    [
      'an accepted PORT, and an error of the next command',
      [PORT_1, 'S 200 ok', 'C RETR a', 'S 550 no'],
      [TO_1],
    ],
    [
      'of two PORTs the second refused',
      [PORT_1, PORT_2, 'S 200 ok', 'S 500 no'],
      [TO_1, TO_2, 'data 2 withdrawn by 500 PORT'],
    ],
    [
      'of two PORTs the first refused',
      [PORT_1, PORT_2, 'S 500 no', 'S 200 ok'],
      [TO_1, TO_2, 'data 1 withdrawn by 500 PORT'],
    ],
    [
      'a second transfer, pipelined: the first port is void when the second is accepted',
      [
        PORT_1,
        'C RETR a',
        PORT_2,
        'C RETR b',
        'S 200 ok',
        'S 150 a',
        'S 226 a',
        'S 200 ok',
        'S 150 b',
      ],
      [TO_1, TO_2, 'data 1 withdrawn by 200 PORT'],
    ],
    [
      'a second transfer, passive',
      ['C PASV', PASSIVE_1, 'C RETR a', 'S 150 a', 'S 226 a', 'C PASV', PASSIVE_2],
      [WAITS_1, WAITS_2, 'data 1 withdrawn by 227'],
    ],
    [
      'PASV after PORT',
      [PORT_1, 'S 200 ok', 'C PASV', PASSIVE_2],
      [TO_1, WAITS_2.replace('data 1', 'data 2'), 'data 1 withdrawn by 227'],
    ],
    [
      'PORT after PASV',
      ['C PASV', PASSIVE_1, PORT_2, 'S 200 ok'],
      [WAITS_1, TO_2, 'data 1 withdrawn by 200 PORT'],
    ],
    [
      'a refused PORT leaves the port before in force',
      ['C PASV', PASSIVE_1, PORT_2, 'S 501 no', PORT_1],
      [WAITS_1, TO_2, 'data 2 withdrawn by 501 PORT', TO_1.replace('data 1', 'data 3')],
    ],
    [
      'pipelined, each reply to its command',
      [
        'C TYPE I',
        'C PASV',
        'C RETR a',
        'C NOOP',
        'C PASV',
        'S 200 ok',
        PASSIVE_1,
        'S 150 a',
        'S 226 a',
        'S 200 ok',
        PASSIVE_2,
      ],
      [WAITS_1, WAITS_2, 'data 1 withdrawn by 227'],
    ],
    [
      'the same port announced again',
      [PORT_1, 'S 200 ok', PORT_1, 'S 200 ok'],
      [TO_1, TO_1.replace('data 1', 'data 2'), 'data 1 withdrawn by 200 PORT'],
    ],
    [
      'REIN',
      [PORT_1, 'S 200 ok', 'C REIN', 'S 120 soon', 'S 220 ready'],
      [TO_1, 'data 1 withdrawn by 220 REIN'],
    ],
    ['a refused REIN', [PORT_1, 'S 200 ok', 'C REIN', 'S 502 no'], [TO_1]],
    [
      'ABOR with its two replies',
      [
        'C PASV',
        PASSIVE_1,
        'C RETR a',
        'S 150 a',
        'C \xff\xf4\xff\xf2ABOR',
        'S 426 cut',
        'S 226 ok',
        'C PASV',
        PASSIVE_2,
      ],
      [WAITS_1, WAITS_2, 'data 1 withdrawn by 227'],
    ],
    [
      'one reply too few before',
      ['C RETR a', 'C ABOR', 'S 226 ok', 'C PASV', PASSIVE_1],
      [WAITS_1],
    ],
    [
      'no reply to a command before the answered one',
      ['C PASV', PORT_2, 'S 200 ok', PASSIVE_1],
      [TO_2.replace('data 2', 'data 1')],
    ],
    ['no reply to a command before another', ['C PASV', 'C NOOP', 'S 200 ok', PASSIVE_1], []],
    ['no reply to AUTH', ['C AUTH TLS', 'C PASV', PASSIVE_1, PASSIVE_2, 'S 234 go'], [WAITS_1]],
    ['one reply too many before', ['C PASV', 'S 226 late', PASSIVE_1], [WAITS_1]],
    ['an error of files too many', [PORT_1, 'S 550 late', 'S 200 ok'], [TO_1]],
    [
      'PORT to a third host',
      ['C PORT 198,51,100,7,0,80'],
      [TO_1.replace('10.10.10.5:1025', '198.51.100.7:80')],
    ],
  ])('%s', (_, lines, said) => {
    expect(play([...GREETED, ...lines])).toEqual(said);
  });

  it('do not take a late greeting for an answer', () => {
    expect(play([PORT_1, 'C PASV', ...GREETED, 'S 500 no', PASSIVE_2])).toEqual([
      TO_1,
      'data 1 withdrawn by 500 PORT',
      WAITS_2,
    ]);
  });

  it('of which some were not seen', () => {
    expect(play([PASSIVE_1])).toEqual([WAITS_1]);
    expect(play(['C NOOP', PASSIVE_1])).toEqual([]);
    expect(play(['S 220 ready', 'S 331 who', PASSIVE_1])).toEqual([WAITS_1]);
    expect(play([...GREETED, 'C NOOP', 'C gap', 'S 200 ok', PASSIVE_1])).toEqual([WAITS_1]);
    expect(play([...GREETED, 'C gap', 'C NOOP', 'S 200 ok', PASSIVE_1])).toEqual([]);
    const lost = [...GREETED, 'C PASV', 'S gap', 'C RETR a', 'S 226 a', 'C PASV', PASSIVE_1];
    expect(play(lost)).toEqual([WAITS_1]);
  });
});

describe('replies of several lines', () => {
  it.each<[what: string, lines: string[], said: string[]]>([
    ['have no reply in their text', ['S 211-Status', PASSIVE_1, 'S 211 end'], []],
    [
      'end with their own code',
      ['S 211-Status', 'S 220 x', PASSIVE_1, 'S 211 end', PASSIVE_2],
      [WAITS_2.replace('data 2', 'data 1')],
    ],
    [
      'go on with their own code and a hyphen',
      ['S 211-Status', 'S 211-more', PASSIVE_1, 'S 211 end'],
      [],
    ],
    ['end with their code alone', ['S 211-Status', 'S 211', PASSIVE_1], [WAITS_1]],
    ['end not with a longer number', ['S 211-Status', 'S 2110 x', PASSIVE_1, 'S 211 x'], []],
    ['count by their last line', ['S 227-Entering (1,2,3,4,5,6)', PASSIVE_1], [WAITS_1]],
    ['may be preliminary', ['S 150-a', PASSIVE_2, 'S 150 b', PASSIVE_1], [WAITS_1]],
    ['end where bytes are missing', ['S 211-Status', 'S gap', PASSIVE_1], [WAITS_1]],
  ])('%s', (_, lines, said) => {
    expect(play([...GREETED, 'C PASV', ...lines])).toEqual(said);
  });

  it('answer one command', () => {
    const lines = ['C STAT', 'C PASV', 'S 211-Status', PASSIVE_1, 'S 211 end', PASSIVE_2];
    expect(play([...GREETED, ...lines])).toEqual([WAITS_2.replace('data 2', 'data 1')]);
  });
});

describe('encryption', () => {
  it.each<[what: string, lines: string[], said: string[]]>([
    ['accepted', ['C AUTH TLS', 'S 234 go', PORT_1], ['blind from AUTH TLS']],
    [
      'accepted, lower case',
      ['C auth tls', 'S 234-go', 'S 234 on', PORT_1],
      ['blind from AUTH TLS'],
    ],
    ['accepted as by drafts', ['C AUTH SSL', 'S 334 go', PORT_1], ['blind from AUTH SSL']],
    ['refused', ['C AUTH TLS', 'S 530 no', PORT_1], [TO_1]],
    [
      'refused, then another accepted',
      ['C AUTH TLS', 'S 504 no', 'C AUTH SSL', 'S 234 go', PORT_1],
      ['blind from AUTH SSL'],
    ],
    ['an answer that is neither', ['C AUTH TLS', 'S 200 what', PORT_1], [TO_1]],
    ['not asked for', ['C NOOP', 'S 234 go', PORT_1], [TO_1]],
    [
      'pipelined',
      ['C AUTH TLS', PORT_1, 'S 234 go', PORT_2, 'S 500 no'],
      [TO_1, 'blind from AUTH TLS'],
    ],
    [
      'CCC is not seen',
      ['C AUTH TLS', 'S 234 go', 'C CCC', 'S 200 ok', PORT_1],
      ['blind from AUTH TLS'],
    ],
    ['of a name of one’s own', ['C AUTH \x1b[2J', 'S 234 go', PORT_1], ['blind from AUTH']],
    // RFC 2228 §3: nothing is protected before the security data are complete.
    [
      'Kerberos',
      [
        'C AUTH GSSAPI',
        'S 334 go on',
        'C ADAT YII=',
        'S 335 ADAT=YI',
        'C ADAT YI',
        'S 235 ok',
        PORT_1,
      ],
      ['blind from ADAT'],
    ],
    [
      'Kerberos refused',
      ['C AUTH GSSAPI', 'S 334 go on', 'C ADAT YII=', 'S 535 no', PORT_1],
      [TO_1],
    ],
  ])('%s', (_, lines, said) => {
    expect(play([...GREETED, ...lines])).toEqual(said);
  });

  it('takes nothing that stands behind its acceptance in the same segment', () => {
    const log = new AlgLog(FTP, V4);
    log.read(0, 'AUTH TLS\r\nPASV\r\n');
    log.read(1, `220 a\r\n234 go\r\n${PASSIVE_1.slice(2)}\r\n`);
    expect(log.said).toEqual(['blind from AUTH TLS']);
  });
});

describe('Telnet', () => {
  it.each<[what: string, bytes: string[], said: string[]]>([
    ['commands within a line', ['PO\xff\xf1RT 10,10,10,5,4,1\r\n'], [TO_1]],
    ['cut between segments', ['\xff', '\xf4\xff', '\xf2PORT 10,10,10,5,4,1\r\n'], [TO_1]],
    ['an option', ['\xff\xfb\x0aPORT 10,10,10,5,4,1\r\n'], [TO_1]],
    ['an option cut between segments', ['\xff\xfd', '\x0a', 'PORT 10,10,10,5,4,1\r\n'], [TO_1]],
    ['a byte 255 of text', ['RETR \xff\xff\r\nPORT 10,10,10,5,4,1\r\n'], [TO_1]],
    ['a byte 255 that nobody doubled', ['RETR \xff\r\nPORT 10,10,10,5,4,1\r\n'], [TO_1]],
    ['a byte 255 is no blank', ['PORT\xff\xff10,10,10,5,4,1\r\n'], []],
  ])('%s', (_, pieces, said) => {
    const log = new AlgLog(FTP, V4);
    for (const piece of pieces) log.read(0, piece);
    expect(log.said).toEqual(said);
  });
});

describe('bounds', () => {
  it('a line that is too long is a command like others, once', () => {
    const long = `RETR ${'a'.repeat(FTP_LINE_BYTES_MAX)}`;
    const lines = [`C ${long}`, 'C PASV', 'S 550 no', PASSIVE_1];
    expect(play([...GREETED, ...lines])).toEqual(['exceeded line', WAITS_1]);
  });

  it('nothing is announced in one', () => {
    const padding = ' '.repeat(FTP_LINE_BYTES_MAX);
    expect(play([...GREETED, `C PORT 10,10,10,5,4,1${padding}`])).toEqual(['exceeded line']);
    expect(play([...GREETED, 'C PASV', `${PASSIVE_1}${padding}`])).toEqual(['exceeded line']);
    const exact = ' '.repeat(FTP_LINE_BYTES_MAX - 'PORT 10,10,10,5,4,1\r\n'.length);
    expect(play([...GREETED, `C PORT 10,10,10,5,4,1${exact}`])).toEqual([TO_1]);
    expect(play([...GREETED, `C PORT 10,10,10,5,4,1${exact} `])).toEqual(['exceeded line']);
  });

  it('commands that wait for their reply', () => {
    const many = new Array<string>(FTP_PENDING_MAX).fill('C PASV');
    expect(play([...GREETED, ...many])).toEqual([]);
    expect(play([...GREETED, ...many, 'C PASV', PASSIVE_1])).toEqual([
      'exceeded predicts',
      WAITS_1,
    ]);
    const others = new Array<string>(10 * FTP_PENDING_MAX).fill('C NOOP');
    expect(play([...GREETED, ...others, 'C PASV', PASSIVE_1])).toEqual([WAITS_1]);
  });
});
