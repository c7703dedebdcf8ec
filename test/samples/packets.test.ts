/** This file checks built frames byte by byte against numbers worked out by hand. */

import { describe, expect, test } from 'vitest';
import { buildPackets, parseScript, ScriptError } from '../../samples/script/index.ts';

const frames = (text: string) => buildPackets(parseScript(text));
const hex = (bytes: Uint8Array, from = 0, to = bytes.length) =>
  Buffer.from(bytes.subarray(from, to)).toString('hex');
const hexOf = (line: string, from = 0, to?: number) => {
  const bytes = frames(line)[0]?.bytes ?? new Uint8Array(0);
  return hex(bytes, from, to ?? bytes.length);
};
const plain = (text: string) => text.replaceAll(/[ \n]/g, '');

describe('a frame by hand', () => {
  test('TCP SYN over IPv4', () => {
    // IPv4: 4500+0028+0001+4000+4006+0a00+0005+cb00+7109 = 20b3d, folded 0b3f, inverted f4c0.
    // TCP: addresses 1460e, +0006+0014, +c822+01bb+0001+5002+faf0 = 35af8, folded 5afb, inverted a504.
    expect(hexOf('0 trust 10.0.0.5:51234 > 203.0.113.9:443 tcp S isn=1')).toBe(
      plain(`02aa00000001 02000a000005 0800
        45000028 00014000 4006f4c0 0a000005 cb007109
        c82201bb 00000001 00000000 5002faf0 a5040000`),
    );
  });

  test('UDP over IPv4', () => {
    // 0a00+0005+0a00+0009+0011+000a + 9c40+0035+000a + 6162 = 1120a, folded 120b, inverted edf4.
    expect(hexOf('0 a 10.0.0.5:40000 > 10.0.0.9:53 udp data="ab"', 34)).toBe(
      '9c400035000aedf46162',
    );
  });

  test('a UDP checksum of zero is sent as all ones', () => {
    // The sum without data is b0a8; 4f57 makes it ffff, whose inverse is 0.
    expect(hexOf('0 a 10.0.0.5:40000 > 10.0.0.9:53 udp hex=4f57', 40, 42)).toBe('ffff');
  });

  test('an odd length counts its last byte as the upper half', () => {
    // 141f+0009 + 9c40+0035+0009 + 6100 = 111a6, folded 11a7, inverted ee58.
    expect(hexOf('0 a 10.0.0.5:40000 > 10.0.0.9:53 udp data="a"', 40, 42)).toBe('ee58');
  });

  test('ICMP echo', () => {
    // 0800+0001+001a = 081b, inverted f7e4. The IPv4 header has no DF here.
    const bytes = hexOf('0 a 10.0.0.5 > 10.0.0.9 icmp echo id=1 seq=26 len=0');
    expect(bytes.slice(68)).toBe('0800f7e40001001a');
    expect(bytes.slice(28, 44)).toBe('4500001c00010000');
  });

  test('UDP over IPv6', () => {
    // Addresses 2001+0db8+0005 + 2001+0db8+0009 = 5b80; +0011+0009+9c40+0035+0009+6100 = 15918.
    const frame = hexOf('0 a [2001:db8::5]:40000 > [2001:db8::9]:53 udp data="a"');
    expect(frame.slice(24)).toBe(
      plain(`86dd 60000000 00091140 20010db8000000000000000000000005
        20010db8000000000000000000000009 9c400035 0009a6e6 61`),
    );
  });

  test('other protocols carry their bytes as they are', () => {
    const frame = hexOf('0 a 10.0.0.5 > 10.0.0.9 proto=47 hex=0000_0800 len=6 ttl=9');
    expect(frame.slice(28)).toMatch(/^4500001a00010000092f....0a0000050a000009000008006162$/);
  });
});

describe('TCP options', () => {
  const options = (fields: string) =>
    hexOf(`0 a 10.0.0.5:1 > 10.0.0.9:2 tcp S isn=0 ${fields}`, 54);
  const offset = (fields: string) =>
    hexOf(`0 a 10.0.0.5:1 > 10.0.0.9:2 tcp S isn=0 ${fields}`, 46, 47);

  test.each([
    ['mss=1460', '020405b4', '60'],
    ['ws=7', '01030307', '60'],
    ['sack', '01010402', '60'],
    ['ts=1/2', '0101080a0000000100000002', '80'],
    ['ws=7 ts=1/0 sack mss=536', '020402180402080a000000010000000001030307', 'a0'],
  ])('%s', (fields, bytes, dataOffset) => {
    expect(options(fields)).toBe(bytes);
    expect(offset(fields)).toBe(dataOffset);
  });

  test('an RST has window 0 unless its line says otherwise', () => {
    expect(hexOf('0 a 10.0.0.5:1 > 10.0.0.9:2 tcp R', 46, 50)).toBe('50040000');
    expect(hexOf('0 a 10.0.0.5:1 > 10.0.0.9:2 tcp R win=5', 46, 50)).toBe('50040005');
  });
});

describe('Ethernet', () => {
  const ping = '0 a 10.0.0.5 > 10.0.0.9 icmp echo len=0';

  test('one tag is 802.1Q, with two the outer one is 802.1ad', () => {
    expect(hexOf(`${ping} vlan=100`, 12, 18)).toBe('810000640800');
    expect(hexOf(`${ping} vlan=300.100`, 12, 22)).toBe('88a8012c810000640800');
  });

  test('MACs: a host to the firewall, outbound the other way, or as the line says', () => {
    expect(hexOf(ping, 0, 12)).toBe('02aa0000000102000a000005');
    expect(hexOf(`${ping} out`, 0, 12)).toBe('02000a00000902aa00000001');
    expect(hexOf(`${ping} smac=02:00:00:00:00:01 dmac=02:00:00:00:00:02`, 0, 12)).toBe(
      '020000000002020000000001',
    );
    expect(hexOf('0 a 2001:db8::5 > 2001:db8::9 icmp6 echo', 0, 12)).toBe(
      '02aa00000001020600000005',
    );
  });

  test.each([
    ['10.0.0.5:1 > 239.129.2.3:5', '01005e010203'],
    ['10.0.0.5:1 > 255.255.255.255:5', 'ffffffffffff'],
    ['[fe80::1]:1 > [ff02::1:ff00:9]:5', '3333ff000009'],
  ])('%s goes to its group', (ends, mac) => {
    expect(hexOf(`0 a ${ends} udp`, 0, 6)).toBe(mac);
  });

  test('pad fills up to 60 bytes, the IP length stays', () => {
    const [packet] = frames(`${ping} pad`);
    expect(packet?.originalLength).toBe(60);
    expect(hex(packet?.bytes ?? new Uint8Array(0), 16, 18)).toBe('001c');
  });

  test('snap= and the interface cut what is captured, not the length', () => {
    const text = `@interface a snaplen=40\n@interface b snaplen=0\n${ping}\n${ping} snap=20\n0 b 10.0.0.5 > 10.0.0.9 icmp echo`;
    const lengths = frames(text).map((packet) => [packet.bytes.length, packet.originalLength]);
    expect(lengths).toEqual([
      [40, 42],
      [20, 42],
      [98, 98],
    ]);
  });
});

describe('packets that depend on earlier ones', () => {
  test('IPv4 ids count up for each source, from what a line set', () => {
    const text = ['', 'id=65535', '', ''].map((id) => `0 a 10.0.0.5:1 > 10.0.0.9:2 udp ${id}`);
    const ids = frames([...text, '0 a 10.0.0.6:1 > 10.0.0.9:2 udp'].join('\n'));
    expect(ids.map(({ bytes }) => hex(bytes, 18, 20))).toEqual([
      '0001',
      'ffff',
      '0000',
      '0001',
      '0001',
    ]);
  });

  test('id= of an echo is the message’s, ipid= is the header’s', () => {
    const frame = hexOf('0 a 10.0.0.5 > 10.0.0.9 icmp echo id=7 seq=0x10 ipid=9 len=0');
    expect(frame.slice(36, 40)).toBe('0009');
    expect(frame.slice(76)).toBe('00070010');
  });

  test('an ICMP error quotes the header and eight bytes', () => {
    const [udp, error] = frames(
      '0 a 10.0.0.5:40000 > 10.0.0.9:53 udp len=100\n0 b 10.0.0.9 > 10.0.0.5 icmp unreachable port quote=1',
    );
    expect(hex(error?.bytes ?? new Uint8Array(0), 34, 36)).toBe('0303');
    expect(hex(error?.bytes ?? new Uint8Array(0), 42)).toBe(
      hex(udp?.bytes ?? new Uint8Array(0), 14, 42),
    );
  });

  test('an ICMPv6 error quotes as much as fits 1280 bytes', () => {
    const [, error] = frames(
      '0 a [2001:db8::5]:1 > [2001:db8::9]:2 udp len=1400\n0 b 2001:db8::9 > 2001:db8::5 icmp6 packet-too-big mtu=1280 quote=1',
    );
    expect(error?.originalLength).toBe(14 + 1280);
    expect(hex(error?.bytes ?? new Uint8Array(0), 58, 62)).toBe('00000500');
  });

  test('neighbour solicitation: hop limit 255, target, source MAC', () => {
    const frame = hexOf('0 a fe80::5 > ff02::1:ff00:9 icmp6 neighbour-solicitation target=fe80::9');
    expect(frame.slice(42, 44)).toBe('ff');
    expect(frame.slice(116)).toBe(
      '00000000' + 'fe800000000000000000000000000009' + '0101020600000005',
    );
  });

  test('copy differs only in TTL, its checksum and the link', () => {
    const [received, sent, fixed] = frames(
      '0 a 10.0.0.5:1 > 10.0.0.9:2 tcp S\n0.001 b copy 1 out vlan=9\n0.002 b copy 2 ttl=7',
    );
    const packet = (bytes: Uint8Array | undefined, from: number) =>
      hex(bytes ?? new Uint8Array(0), from);
    const mask = (text: string) =>
      `${text.slice(0, 16)}..${text.slice(18, 20)}....${text.slice(24)}`;
    expect(mask(packet(sent?.bytes, 18))).toBe(mask(packet(received?.bytes, 14)));
    expect(packet(sent?.bytes, 26).slice(0, 2)).toBe('3f');
    expect(packet(fixed?.bytes, 22).slice(0, 2)).toBe('07');
    expect(hex(sent?.bytes ?? new Uint8Array(0), 0, 18)).toBe(
      '02000a00000902aa00000002810000090800',
    );
  });

  test('a translated copy is what the translated packet would be', () => {
    const same = (copied: string, plain: string) => {
      const [, copy] = frames(`${copied} ttl=64`);
      const [built] = frames(plain);
      expect(hex(copy?.bytes ?? new Uint8Array(0), 14)).toBe(
        hex(built?.bytes ?? new Uint8Array(0), 14),
      );
    };
    const to = '203.0.113.9';
    same(
      `0 a 10.0.0.5:1 > ${to}:2 tcp S isn=5 len=3\n1 b copy 1 src=192.0.2.1:700 dst=192.0.2.2:80`,
      '0 a 192.0.2.1:700 > 192.0.2.2:80 tcp S isn=5 len=3',
    );
    same(
      `0 a 10.0.0.5:1 > ${to}:2 udp len=3\n1 b copy 1 src=192.0.2.1`,
      `0 a 192.0.2.1:1 > ${to}:2 udp len=3`,
    );
    same(
      `0 a 10.0.0.5 > ${to} icmp echo id=1 seq=2\n1 b copy 1 src=192.0.2.1:9`,
      `0 a 192.0.2.1 > ${to} icmp echo id=9 seq=2 ipid=1`,
    );
    const [, , error] = frames(
      `0 a 10.0.0.5:1 > ${to}:2 udp len=3\n1 b ${to} > 10.0.0.5 icmp unreachable port quote=1\n` +
        '2 b copy 2 ttl=64 dst=192.0.2.1 qsrc=192.0.2.1:9 qdst=192.0.2.7:80',
    );
    const [, plain] = frames(
      `0 a 192.0.2.1:9 > 192.0.2.7:80 udp len=3\n1 b ${to} > 192.0.2.1 icmp unreachable port quote=1`,
    );
    expect(hex(error?.bytes ?? new Uint8Array(0), 14)).toBe(
      hex(plain?.bytes ?? new Uint8Array(0), 14),
    );
  });

  test('badsum changes the transport checksum alone', () => {
    const line = '0 a 10.0.0.5:40000 > 10.0.0.9:53 udp data="ab"';
    // edf4 exclusive-or 5555
    expect(hexOf(`${line} badsum`)).toBe(hexOf(line).replace('edf4', 'b8a1'));
  });

  test('what does not fit one IP packet is an error with its line', () => {
    const script = parseScript('\n0 a 10.0.0.5:1 > 10.0.0.9:2 udp len=65535');
    expect(() => buildPackets(script)).toThrow(
      new ScriptError(2, '65543 bytes do not fit one IP packet'),
    );
  });

  test('times, interfaces and directions travel with the frame', () => {
    const [packet] = frames(
      '@start 1970-01-02T00:00:00.9Z\n0.1000001 eth1 10.0.0.5 > 10.0.0.9 icmp echo in comment="c"',
    );
    expect(packet).toMatchObject({
      number: 1,
      line: 2,
      second: 86_401,
      nanosecond: 100,
      interfaceIndex: 0,
      interfaceName: 'eth1',
      direction: 1,
      comment: 'c',
    });
  });
});
