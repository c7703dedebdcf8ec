/** This file checks how packet scripts are read, and what their errors say. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseScript, type Script, ScriptError } from '../../samples/script/index.ts';

const SYN = '0.000 trust 10.0.0.5:51234 > 203.0.113.9:443 tcp S';

function errorOf(text: string, firstLine?: number): string {
  try {
    parseScript(text, firstLine);
  } catch (error) {
    if (error instanceof ScriptError) return error.message;
    throw error;
  }
  return 'no error';
}

function firstLine(script: Script) {
  const line = script.lines[0];
  if (line === undefined) throw new Error('the script has no line');
  return line;
}

describe('times', () => {
  test.each([
    ['0', 0n],
    ['2.5', 2_500_000_000n],
    ['0.000000001', 1n],
    ['999999999999.999999999', 999_999_999_999_999_999_999n],
  ])('%s seconds are exact', (text, nanoseconds) => {
    expect(firstLine(parseScript(SYN.replace('0.000', text))).time).toBe(nanoseconds);
  });

  test.each([
    ['0.0000000001', 'line 1: "0.0000000001" is no time: seconds with up to nine decimals'],
    ['1e3', 'line 1: "1e3" is no time: seconds with up to nine decimals'],
    ['-1', 'line 1: "-1" is no time: seconds with up to nine decimals'],
    ['.5', 'line 1: ".5" is no time: seconds with up to nine decimals'],
  ])('%s is refused', (text, message) => {
    expect(errorOf(SYN.replace('0.000', text))).toBe(message);
  });

  test('@start is exact and defaults to a fixed day', () => {
    expect(parseScript('').start).toBe(1_779_709_642_000_000_000n);
    expect(parseScript('@start 1970-01-01T00:01:00.000000001Z').start).toBe(60_000_000_001n);
  });
});

describe('errors name the line and the reason', () => {
  // biome-ignore format: a table
  test.each([
    ['@formt pcap',                          'unknown directive @formt'],
    ['@format erf',                          '@format needs pcap, pcap-ns, pcapng: "erf"'],
    ['@start 2026-02-30T00:00:00Z',          '@start needs a time such as 2026-05-25T11:47:22Z'],
    ['@start 2026-05-25T11:47:22+02:00',     '@start needs a time such as 2026-05-25T11:47:22Z'],
    ['@interface a\n@interface a',           'interface a is declared already', 2],
    [`@interface a\n${SYN}`,                 'interface trust has no @interface line above', 2],
    ['@interface a tsresol=12',              'tsresol= needs a number from 0 to 9: "12"'],
    ['@drop a many',                         '@drop needs a number from 0 to 9007199254740991: "many"'],
    ['@end',                                 'a time is missing'],
    ['@comment bare',                        'expected text in double quotes, found bare'],
    ['@end 1 2',                             '"2" is unknown, or given twice, for @end'],
    [`${SYN} \\`,                            'the script ends in a continued line'],
    [`${SYN} data="x`,                       'a quote is opened and not closed'],
    [`${SYN} data="\\q"`,                    'unknown escape "\\q"'],
    [`${SYN} data=x`,                        'expected text in double quotes, found x'],
    [`${SYN} hex=abc`,                       'hex= needs pairs of hex digits'],
    [`${SYN} data="abc" len=2`,              'len=2 is less than the 3 bytes of data= and hex='],
    [`${SYN} lenn=2`,                        '"lenn=2" is unknown, or given twice, for tcp'],
    [`${SYN} win=1 win=2`,                   '"win=2" is unknown, or given twice, for tcp'],
    [`${SYN} win=65536`,                     'win= needs a number from 0 to 65535: "65536"'],
    [`${SYN} in out`,                        'a packet is in or out, not both'],
    [`${SYN} vlan=1.4096`,                   'vlan= needs a number from 0 to 4095: "4096"'],
    [`${SYN} smac=02:00`,                    'smac= needs a MAC address such as 02:00:00:00:00:01: "02:00"'],
    [`${SYN} seq=next5`,                     'seq= needs a number, +N, next, next+N or next-N: "next5"'],
    [`${SYN} ack=-5`,                        'ack= needs a number, +N, next, next+N or next-N: "-5"'],
    [`${SYN} ts=5`,                          'ts= needs VALUE/ECHO: "5"'],
    [`${SYN} isn=1 seq=2`,                   'isn= and seq= exclude each other'],
    ['0 a 10.0.0.5:1 > 10.0.0.9:2 tcp A isn=1', 'isn= belongs on a segment with SYN'],
    ['0 a 10.0.0.5:1 > 10.0.0.9:2 tcp',      'tcp needs its flags, such as S, SA, PA or -'],
    ['0 a 10.0.0.5:1 > 10.0.0.9:2 tcp SX',   '"SX" are no TCP flags: the letters are S A F R P U E C, or -'],
    ['0 a 10.0.0.5:1 > 10.0.0.9:2 tcp SS',   'TCP flag S stands twice in "SS"'],
    ['0 a 10.0.0.5 > 10.0.0.9:2 tcp S',      'tcp needs a port on both sides'],
    ['0 a 10.0.0.5:1 > 10.0.0.9 udp',        'udp needs a port on both sides'],
    ['0 a 10.0.0.5:1 > 10.0.0.9:2 icmp echo', 'icmp has no ports: write the addresses alone'],
    ['0 a 10.0.0.5:65536 > 10.0.0.9:2 udp',  'port needs a number from 0 to 65535: "65536"'],
    ['0 a 10.0.0.256:1 > 10.0.0.9:2 udp',    '"10.0.0.256:1" is no address (IPv6 with a port is written [address]:port)'],
    ['0 a 10.0.0.5:1 10.0.0.9:2 udp',        'expected ">" between the addresses, found "10.0.0.9:2"'],
    ['0 a 10.0.0.5:1 > [2001:db8::1]:2 udp', 'source and destination are of different IP versions'],
    ['0 a 10.0.0.5 > 10.0.0.9 icmp6 echo',   'icmp6 goes with IPv6 addresses'],
    ['0 a 2001:db8::1 > 2001:db8::2 icmp echo', 'icmp goes with IPv4 addresses'],
    ['0 a [2001:db8::1]:1 > [2001:db8::2]:2 udp id=1', 'IPv6 has no id= but in fragments'],
    ['0 a 10.0.0.5:1 > 10.0.0.9:2 udp len=99 fragment=4-16', 'fragment=4-16: give FROM-TO, the first a multiple of 8'],
    ['0 a 10.0.0.5:1 > 10.0.0.9:2 udp len=99 fragment=8-8', 'fragment=8-8: give FROM-TO, the first a multiple of 8'],
    ['0 a 10.0.0.5 > 10.0.0.9 gre',          '"gre" is no protocol: use tcp, udp, sctp, icmp, icmp6 or proto=NUMBER'],
    ['0 a 10.0.0.5:1 > 10.0.0.9:2 sctp INIT+PING', 'sctp needs its chunks, joined with +: DATA INIT INIT-ACK SACK HEARTBEAT HEARTBEAT-ACK ABORT SHUTDOWN SHUTDOWN-ACK ERROR COOKIE-ECHO COOKIE-ACK SHUTDOWN-COMPLETE'],
    ['0 a 10.0.0.5:1 > 10.0.0.9:2 sctp INIT len=4', 'user data need DATA'],
    ['0 a 10.0.0.5 > 10.0.0.9 sctp INIT',     'sctp needs a port on both sides'],
    ['0 a 10.0.0.5 > 10.0.0.9 proto=6',      'proto=6 is written tcp'],
    ['0 a 10.0.0.5 > 10.0.0.9 proto=256',    'proto= needs a number from 0 to 255: "256"'],
    ['0 a 10.0.0.5 > 10.0.0.9 icmp unreachable port', 'this message needs quote=N, the number of a packet'],
    ['0 a 10.0.0.5 > 10.0.0.9 icmp unreachable port quote=1', 'quote=1 names a packet that is not above this line'],
    ['0 a 10.0.0.5 > 10.0.0.9 icmp unreachable door quote=1', '"door" is no code of this message: use net, host, protocol, port, fragmentation, admin or code=N'],
    ['0 a copy 1',                           'copy needs a number from 1 to 0: "1"'],
    ['0 a 10.0.0.5:1 > 10.0.0.9:2 udp\n1 a copy 1 src=2001:db8::1', 'src= translates IPv4 alone', 2],
    ['0 a 10.0.0.5:1 > 10.0.0.9:2 udp\n1 a copy 1 dst=x', '"x" is no address (IPv6 with a port is written [address]:port)', 2],
    ['0 a 2001:db8::1 > 2001:db8::2 icmp6 neighbor-solicitation', 'neighbour discovery needs target=IPV6-ADDRESS'],
    ['0 a',                                  'a source is missing'],
  ])('%j', (text, reason, line = 1) => {
    expect(errorOf(text)).toBe(`line ${line}: ${reason}`);
  });

  test('a script inside another file counts from its own first line', () => {
    expect(errorOf(`\n${SYN} x`, 40)).toMatch(/^line 41: "x" is unknown/);
  });

  test('a continued line has the number of its beginning', () => {
    expect(errorOf(`# one\n${SYN} \\\n  win=1 \\\n  bad=1`)).toMatch(/^line 2: "bad=1"/);
  });

  test.each([
    ['@end 5', 'line 2: @end has no place in pcap: use @format pcapng'],
    ['@comment "x"', 'line 2: @comment has no place in pcap: use @format pcapng'],
    [`${SYN} out`, 'line 2: out has no place in pcap: use @format pcapng'],
    [`${SYN} comment="x"`, 'line 2: comment= has no place in pcap: use @format pcapng'],
    [
      SYN.replace('0.000', '0.0000001'),
      'line 2: the time has more decimals than pcap keeps: use pcap-ns',
    ],
    [`@start 2106-02-07T06:28:16Z\n${SYN}`, 'line 3: pcap keeps no time after 2106-02-07'],
  ])('what pcap cannot hold is refused: %s', (text, message) => {
    expect(errorOf(`@format pcap\n${text}`)).toBe(message);
  });

  test('a time finer than its interface is refused, not rounded', () => {
    const script = (time: string) => `@interface trust tsresol=3\n${SYN.replace('0.000', time)}`;
    expect(errorOf(script('0.001'))).toBe('no error');
    const message = 'the time has more decimals than interface trust keeps';
    expect(errorOf(script('0.0001'))).toBe(`line 2: ${message}`);
    expect(errorOf('@interface trust tsresol=0\n@end 1.5')).toBe(`line 2: ${message}`);
  });
});

describe('words and text', () => {
  test('comments, blank lines and Windows line ends are skipped', () => {
    const script = parseScript(`# a\r\n\r\n  ${SYN}   # b\r\n`);
    expect(script.lines).toHaveLength(1);
    expect(firstLine(script).line).toBe(3);
  });

  test('data= and hex= join in their order, len= fills up', () => {
    const { part } = onlyPacket(`${SYN} data="a # \\"b\\"\\x00é" hex=01:02 data="z" len=14`);
    expect(Buffer.from(part.payload).toString('latin1')).toBe('a # "b"\0\u00c3\u00a9\x01\x02za');
  });

  test('interfaces come in the order of first use, or as declared', () => {
    const lines = `0 b 10.0.0.5 > 10.0.0.9 icmp echo\n0 a 10.0.0.5 > 10.0.0.9 icmp echo`;
    expect(parseScript(lines).interfaces.map(({ name }) => name)).toEqual(['b', 'a']);
    const declared = `@interface a snaplen=96 tsresol=6\n@interface b\n${lines}`;
    expect(parseScript(declared).interfaces).toEqual([
      { name: 'a', snapLength: 96, resolution: 6, dropped: null },
      { name: 'b', snapLength: 262_144, resolution: 9, dropped: null },
    ]);
  });

  test('no text makes the parser fail other than with a ScriptError', () => {
    const words = fc.constantFrom(
      ...'0.5 trust 10.0.0.5:1 10.0.0.9 > tcp udp icmp S echo copy 1 seq= quote=1 " \\ # @end @drop'.split(
        ' ',
      ),
      '\n',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words, { maxLength: 30 }).map((list) => list.join(' ')),
    );
    fc.assert(fc.property(text, (value) => typeof errorOf(value) === 'string'));
  });
});

function onlyPacket(text: string) {
  const line = firstLine(parseScript(text));
  if (line.kind !== 'packet') throw new Error('not a packet line');
  return line;
}
