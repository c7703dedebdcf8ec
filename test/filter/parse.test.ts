/** This file checks how filter expressions are read: the grammar of pcap-filter(7), and mistakes. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FilterError } from '../../src/errors.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import type { FilterTree } from '../../src/filter/tree.ts';
import { KEYWORDS, NOT_OFFERED, PROTOCOL_NUMBERS, SESSION_WORDS } from '../../src/filter/words.ts';
import { formatPrefix } from '../../src/net/prefix.ts';

const NAMES = {
  zones: ['unknown', 'trust', 'untrust', 'or'],
  rules: ['web out', 'dns', 'dns'],
  applications: ['ssh', 'web-browsing'],
};

/** A tree in words, every chain in parentheses that show how it is to be computed. */
function show(tree: FilterTree): string {
  switch (tree.kind) {
    case 'everything':
      return 'everything';
    case 'not':
      return `!${show(tree.term)}`;
    case 'chain':
      return tree.links.reduce(
        (left, { operator, term }) => `(${left} ${operator} ${show(term)})`,
        show(tree.first),
      );
    case 'address': {
      const protocol = tree.protocol === null ? '' : `${tree.protocol}.`;
      return `${protocol}${tree.side}=${formatPrefix(tree.prefix)}`;
    }
    case 'ports':
      return `${tree.protocols.join('/')}.${tree.side}:${tree.first}-${tree.last}`;
    case 'mac':
      return `mac.${tree.side}=${tree.high.toString(16)}.${tree.low.toString(16)}`;
    case 'protocol':
      return `ip${tree.family}proto${tree.number}`;
    case 'ether-type':
      return `type${tree.number.toString(16)}`;
    case 'vlan':
      return `vlan${tree.id ?? ''}`;
    case 'length':
      return `${tree.least}..${tree.most}`;
    case 'session':
      return `session${tree.serial}`;
    case 'zone':
      return `zone.${tree.side}=${tree.zone}`;
    case 'rule':
      return `rule${[...tree.rules].join('/')}`;
    case 'application':
      return `application${tree.application}`;
  }
}

describe('reads as pcap-filter(7) says', () => {
  test.each([
    // EXAMPLES and rules of the page, with numbers for names.
    ['', 'everything'],
    ['host 10.0.0.1', 'either=10.0.0.1/32'],
    ['10.0.0.1', 'either=10.0.0.1/32'],
    ['src 10.0.0.1', 'src=10.0.0.1/32'],
    ['src or dst host 10.0.0.1', 'either=10.0.0.1/32'],
    ['dst and src net 10.0.0.0/8', 'both=10.0.0.0/8'],
    ['ip host 10.0.0.1', 'ip.either=10.0.0.1/32'],
    ['arp host 10.0.0.1', 'arp.either=10.0.0.1/32'],
    ['ip6 dst host 2001:db8::1', 'ip6.dst=2001:db8::1/128'],
    ['net 10', 'either=10.0.0.0/8'],
    ['net 172.16', 'either=172.16.0.0/16'],
    ['net 192.168.1', 'either=192.168.1.0/24'],
    ['net 192.168.1.7', 'either=192.168.1.7/32'],
    ['dst net 192.168.0.0 mask 255.255.0.0', 'dst=192.168.0.0/16'],
    ['net 0.0.0.0/0 or ::/0', '(either=0.0.0.0/0 or either=::/0)'],
    ['port 53', '6/17/132.either:53-53'],
    ['tcp port 21', '6.either:21-21'],
    ['udp portrange 7000-7009', '17.either:7000-7009'],
    ['portrange 7009-7000', '6/17/132.either:7000-7009'],
    ['tcp dst port 20 or 21 or 53', '((6.dst:20-20 or 6.dst:21-21) or 6.dst:53-53)'],
    [
      'host 10.0.0.1 and not port 20 and not port 21',
      '((either=10.0.0.1/32 and !6/17/132.either:20-20) and !6/17/132.either:21-21)',
    ],
    ['not host 10.0.0.1 and 10.0.0.2', '(!either=10.0.0.1/32 and either=10.0.0.2/32)'],
    [
      'host 10.0.0.1 and (10.0.0.2 or 10.0.0.3)',
      '(either=10.0.0.1/32 and (either=10.0.0.2/32 or either=10.0.0.3/32))',
    ],
    ['ip host 10.0.0.1 and not 10.0.0.2', '(ip.either=10.0.0.1/32 and !ip.either=10.0.0.2/32)'],
    ['port (80 or 443)', '(6/17/132.either:80-80 or 6/17/132.either:443-443)'],
    // Equal precedence, left to right: not as in C.
    ['tcp or udp and icmp', '((ip0proto6 or ip0proto17) and ip4proto1)'],
    ['tcp and udp or icmp && icmp6', '(((ip0proto6 and ip0proto17) or ip4proto1) and ip6proto58)'],
    ['tcp or (udp && icmp)', '(ip0proto6 or (ip0proto17 and ip4proto1))'],
    ['!tcp||!!udp', '(!ip0proto6 or !!ip0proto17)'],
    ['not (tcp or udp)', '!(ip0proto6 or ip0proto17)'],
    ['ip', 'type800'],
    ['ip6', 'type86dd'],
    ['ether proto 0x88cc', 'type88cc'],
    ['ether proto \\arp', 'type806'],
    ['ip proto \\tcp', 'ip4proto6'],
    ['ip proto tcp', 'ip4proto6'],
    ['ip6 proto 44', 'ip6proto44'],
    ['proto 47 or 50', '(ip0proto47 or ip0proto50)'],
    ['ether host 02:00:00:00:00:01', 'mac.either=20000.1'],
    ['ether src 2-0-a-b-c-d', 'mac.src=2000a.b0c0d'],
    ['ether dst host 0200.5e00.53ff', 'mac.dst=2005e.53ff'],
    ['ether dst 02005e0053ff', 'mac.dst=2005e.53ff'],
    ['vlan', 'vlan'],
    ['vlan 100 and ip', '(vlan100 and type800)'],
    ['vlan 100 or 200', '(vlan100 or vlan200)'],
    ['less 64', '0..64'],
    ['greater 1500', '1500..Infinity'],
    ['tcp\n  and\tport 80', '(ip0proto6 and 6/17/132.either:80-80)'],
  ])('%s', (expression, tree) => {
    expect(show(parseFilter(expression, null))).toBe(tree);
  });

  test.each([
    ['session 5', 'session5'],
    ['session 5 or 7', '(session5 or session7)'],
    ['zone trust', 'zone.either=1'],
    ['src zone trust and dst zone untrust', '(zone.src=1 and zone.dst=2)'],
    ['zone "or" or unknown', '(zone.either=3 or zone.either=0)'],
    ['rule "web out"', 'rule0'],
    ['rule dns', 'rule1/2'],
    ['application ssh or app web-browsing', '(application0 or application1)'],
    ['app ssh and host 10.0.0.1', '(application0 and either=10.0.0.1/32)'],
  ])('of sessions: %s', (expression, tree) => {
    expect(show(parseFilter(expression, NAMES))).toBe(tree);
  });
});

/** The reason and the part of the expression from its column on. */
function mistakeOf(expression: string, names: typeof NAMES | null): [string, string] {
  try {
    parseFilter(expression, names);
  } catch (error) {
    if (error instanceof FilterError) return [expression.slice(error.column - 1), error.message];
    throw error;
  }
  return ['', 'none'];
}

describe('says what is wrong, from which character on', () => {
  test.each([
    ['hots 10.0.0.1', 'hots 10.0.0.1', 'unknown word hots; did you mean `host`?'],
    ['host 10.0.0.1 and prt 80', 'prt 80', 'unknown word prt; did you mean `port`?'],
    ['tcp porr 80', 'porr 80', 'expected and, or, or the end; did you mean `port`?'],
    [
      'zzzzzzzz',
      'zzzzzzzz',
      'unknown word zzzzzzzz; a test begins with host, net, port, src, dst, a protocol or vlan',
    ],
    ['host', '', 'expected an address'],
    ['host and port 80', 'and port 80', 'expected an address before and'],
    ['port 80 and', '', 'expected a test'],
    ['and port 80', 'and port 80', 'expected a test before and'],
    ['port 80 port 443', 'port 443', 'expected and, or, or the end'],
    ['(port 80', '(port 80', 'this ( is not closed'],
    ['(port 80 port 81)', 'port 81)', 'expected and, or, ) or the end'],
    ['port 80)', ')', 'this ) closes nothing'],
    ['()', ')', 'expected a test before )'],
    ['not', '', 'expected a test'],
    ['port 80 & port 81', '& port 81', 'a single &: write && or and'],
    ['port 80 | port 81', '| port 81', 'a single |: write || or or'],
    [
      'host example.com',
      'example.com',
      'names are not looked up: write the address in place of example.com',
    ],
    ['host 10.0.0.0/8', '10.0.0.0/8', '10.0.0.0/8 is a network: write net 10.0.0.0/8'],
    ['host 10.0.0.256', '10.0.0.256', 'expected an address'],
    ['net 10.1.2.3/8', '10.1.2.3/8', '10.1.2.3/8 has bits behind its length: write 10.0.0.0/8'],
    ['net 10.0.0.0/33', '10.0.0.0/33', 'expected a network, as in 10.0.0.0/8'],
    [
      'net 10.0.0.0 mask 255.0.255.0',
      '10.0.0.0 mask 255.0.255.0',
      'the mask 255.0.255.0 has gaps: write a network with /length',
    ],
    ['ip host 2001:db8::1', '2001:db8::1', 'ip has IPv4 addresses: this one is IPv6'],
    ['ip6 host 10.0.0.1', '10.0.0.1', 'ip6 has IPv6 addresses: this one is IPv4'],
    ['tcp host 10.0.0.1', 'host 10.0.0.1', 'tcp has no addresses of its own: write tcp and host …'],
    ['tcp src 80', '80', 'expected port or portrange behind tcp'],
    ['icmp port 80', 'port 80', 'icmp has no ports of its own: write icmp and port …'],
    ['ip port 80', 'port 80', 'ip has no ports of its own: write ip and port …'],
    ['port http', 'http', 'names of ports are not looked up: write the number in place of http'],
    ['port 65536', '65536', 'expected a port from 0 to 65535'],
    ['port 080', '080', 'expected a port from 0 to 65535'],
    ['port 6000-6008', '6000-6008', '6000-6008 is a range: write portrange 6000-6008'],
    ['portrange 1-2-3', '1-2-3', 'expected two ports, as in 6000-6008'],
    [
      'ip proto 256',
      '256',
      '256 is more than 255, or one of tcp, udp, sctp, icmp, icmp6, igmp, gre, esp, ah, ospf, pim, vrrp, ipip, ipv6, ipv6-icmp',
    ],
    ['src proto 6', 'proto 6', 'a protocol has no direction: leave src and dst out'],
    ['tcp proto 6', 'proto 6', 'expected ip, ip6 or ether before proto'],
    ['ether', '', 'expected host, src, dst or proto behind ether'],
    ['ether host 1', '1', 'expected a MAC address, as in 02:00:00:00:00:01'],
    ['ether net 10', 'net 10', 'expected host, src, dst or proto behind ether'],
    ['vlan 4096', '4096', 'vlan: 4096 is more than 4095'],
    ['less x', 'x', 'less: expected a whole number from 0 to 4294967295'],
    ['80', '80', 'a number alone says nothing: write port 80, or vlan 80'],
    ['tcp or 80', '80', 'a number alone says nothing: write port 80, or vlan 80'],
    ['tcp[13] & 2 != 0', 'tcp[13] & 2 != 0', 'bytes of headers (tcp[13]) cannot be tested here'],
    ['tcp[tcpflags] = 2', 'tcp[tcpflags] = 2', 'bytes of headers (tcp[13]) cannot be tested here'],
    ['tcp [13] = 2', '[13] = 2', 'bytes of headers (tcp[13]) cannot be tested here'],
    [
      'tcp and gateway 10.0.0.1',
      'gateway 10.0.0.1',
      'gateway is a word of tcpdump that cannot be used here',
    ],
    [
      'host 10.0.0.1 or multicast',
      'multicast',
      'multicast is a word of tcpdump that cannot be used here',
    ],
    [
      'port (host 10.0.0.1)',
      'host 10.0.0.1)',
      'names of ports are not looked up: write the number in place of host',
    ],
    ['port ()', ')', 'expected a port before )'],
    [
      'zone trust',
      'zone trust',
      'zone is known only of sessions: --packets takes it, --filter does not',
    ],
    [
      'constructor',
      'constructor',
      'unknown word constructor; a test begins with host, net, port, src, dst, a protocol or vlan',
    ],
  ])('%s', (expression, from, message) => {
    expect(mistakeOf(expression, null)).toEqual([from, message]);
  });

  test.each([
    ['zone trsut', 'trsut', 'no zone is named trsut; did you mean `trust`?'],
    ['rule web', 'web', 'no rule is named web; did you mean `web out`?'],
    ['application zzz', 'zzz', 'no application is named zzz'],
    ['zone "trust', '"trust', 'the quoted name does not end: a closing " is missing'],
    ['session 0', '0', 'expected the serial of a session, from 1'],
    ['sesion 1', 'sesion 1', 'unknown word sesion; did you mean `session`?'],
  ])('of sessions: %s', (expression, from, message) => {
    expect(mistakeOf(expression, NAMES)).toEqual([from, message]);
  });
});

describe('hostile expressions', () => {
  const words = [
    ...KEYWORDS,
    ...NOT_OFFERED,
    ...SESSION_WORDS,
    ...PROTOCOL_NUMBERS.keys(),
    ...['and', 'or', 'not', '!', '&&', '||', '(', ')', '"', '\\', '&', '[', 'mask', '-', '/'],
    ...['80', '10.0.0.1', '10.0.0.0/8', '::1', 'a:b:c:d:e:f', '1-2', '0x10', 'trust', '__proto__'],
  ];
  const known = fc.array(fc.constantFrom(...words), { maxLength: 24 }).map((w) => w.join(' '));
  const glued = fc.array(fc.constantFrom(...words), { maxLength: 24 }).map((w) => w.join(''));
  const any = fc.oneof(known, glued, fc.string({ maxLength: 60 }), fc.string({ unit: 'binary' }));

  test('throw nothing but FilterError, with a column inside the expression', () => {
    let understood = 0;
    const check = fc.property(any, fc.boolean(), (expression, hasSessions) => {
      try {
        parseFilter(expression, hasSessions ? NAMES : null);
        understood++;
      } catch (error) {
        if (!(error instanceof FilterError)) throw error;
        expect(error.column).toBeGreaterThanOrEqual(1);
        expect(error.column).toBeLessThanOrEqual(expression.length + 1);
      }
    });
    fc.assert(check, { numRuns: 20_000 });
    expect(understood).toBeGreaterThan(500);
  });

  test.each([
    ['nested too deep', `${'('.repeat(300)}tcp${')'.repeat(300)}`, /^more than 200 parentheses/],
    ['too many nots', `${'!'.repeat(50_000)}tcp`, /^more than 200 parentheses/],
    ['too many tests', new Array(5001).fill('tcp').join(' or '), /^more than 5000 tests$/],
    ['too long', 'x'.repeat(70_000), /^the expression has more than 65536 characters$/],
  ])('%s', (_, expression, message) => {
    expect(mistakeOf(expression, null)[1]).toMatch(message);
  });

  test('of five thousand tests are read', () => {
    const tree = parseFilter(new Array(5000).fill('tcp').join(' or '), null);
    expect(tree.kind === 'chain' && tree.links.length).toBe(4999);
  });
});
