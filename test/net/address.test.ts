/** This file checks addresses: RFC 5952 text, strict reading, and both ways of random ones. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../../src/net/address.ts';

describe('IPv4', () => {
  it.each([
    ['0.0.0.0', 0],
    ['255.255.255.255', -1],
    ['10.0.0.1', 0x0a00_0001],
    ['192.0.2.235', 0xc000_02eb | 0],
    ['128.0.0.0', 0x8000_0000 | 0],
  ])('%s', (text, word) => {
    expect(parseIpv4(text)).toBe(word);
    expect(formatIpv4(word)).toBe(text);
  });

  it.each([
    '010.0.0.1',
    '10.1',
    '10.0.0',
    '10.0.0.0.1',
    '10.0.0.256',
    '10.0.0.1000',
    '10.0.0.-1',
    '10.0.0.+1',
    '10.0.0.0x1',
    '10.0.0. 1',
    ' 10.0.0.1',
    '10.0.0.1\n',
    '10.0.0.',
    '.10.0.0.1',
    '10..0.1',
    '00.0.0.0',
    '',
    '167772161',
    '1٠.0.0.1',
  ])('refuses %j', (text) => {
    expect(parseIpv4(text)).toBeNull();
  });
});

/** The text form that RFC 5952 asks for, beside other forms of the same address. */
const RFC_5952: readonly (readonly [string, readonly string[]])[] = [
  // §1, §2.1, §2.2
  ['2001:db8::1:0:0:1', ['2001:db8:0:0:1:0:0:1', '2001:0db8:0:0:1:0:0:1', '2001:db8::0:1:0:0:1']],
  ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:1', ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001']],
  ['2001:db8::aaaa:0:0:1', ['2001:db8:0:0:aaaa::1', '2001:db8::aaaa:0:0:1']],
  // §4.1 leading zeros, §4.2.1 shorten as much as possible
  ['2001:db8::1', ['2001:0db8::0001', '2001:db8:0:0:0:0:0:1', '2001:db8::0:1']],
  ['2001:db8::2:1', ['2001:db8:0:0:0:0:2:1']],
  // §4.2.2 one zero group alone is not shortened
  ['2001:db8:0:1:1:1:1:1', ['2001:db8::1:1:1:1:1']],
  // §4.2.3 the longest run; of equal ones the first
  ['2001:0:0:1::1', ['2001:0:0:1:0:0:0:1']],
  ['2001:db8::1:0:0:1', ['2001:DB8:0:0:1::1']],
  // §4.3 lower case
  ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa', ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:AAAA']],
  // §5 the mapped prefix, in mixed notation
  ['::ffff:192.0.2.1', ['0:0:0:0:0:ffff:192.0.2.1', '::ffff:c000:201', '::FFFF:192.0.2.1']],
  // RFC 4291 §2.5.2, §2.5.3
  ['::', ['0:0:0:0:0:0:0:0', '0::0', '::0']],
  ['::1', ['0:0:0:0:0:0:0:1']],
  ['1::', ['1:0:0:0:0:0:0:0']],
  ['0:1:2:3:4:5:6:7', ['::1:2:3:4:5:6:7']],
  ['1:2:3:4:5:6:7:0', ['1:2:3:4:5:6:7::']],
];

describe('IPv6', () => {
  it.each(RFC_5952)('%s', (canonical, others) => {
    for (const text of [canonical, ...others]) {
      const words = parseIpv6(text);
      expect(words, text).not.toBeNull();
      expect(formatIpv6(...words!)).toBe(canonical);
    }
  });

  it('reads a dotted end after any prefix', () => {
    expect(parseIpv6('64:ff9b::192.0.2.33')).toEqual([0x0064_ff9b, 0, 0, 0xc000_0221 | 0]);
    expect(parseIpv6('1:2:3:4:5:6:7.8.9.10')).toEqual([
      0x0001_0002, 0x0003_0004, 0x0005_0006, 0x0708_090a,
    ]);
  });

  it.each([
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    '1:',
    ':1',
    '1::2:',
    ':1::2',
    'fe80::1%eth0',
    '::1.2.3',
    '::01.2.3.4',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1:2:3:4:5:6::1.2.3.4',
    '1.2.3.4',
    '[::1]',
    '::1 ',
    '::0x1',
    '1:2:3:4:5:6:7:8/64',
  ])('refuses %j', (text) => {
    expect(parseIpv6(text)).toBeNull();
  });
});

describe('both ways', () => {
  const word = fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 0xffff, 0x1_0000));

  it('IPv4', () => {
    const isSame = (w: number) => parseIpv4(formatIpv4(w)) === w;
    fc.assert(fc.property(word, isSame), { seed: 4 });
  });

  it('IPv6, and the text has no form that RFC 5952 rules out', () => {
    fc.assert(
      fc.property(word, word, word, word, (a, b, c, d) => {
        const text = formatIpv6(a, b, c, d);
        expect(parseIpv6(text)).toEqual([a, b, c, d]);
        expect(text).not.toMatch(/[A-F]|(^|:)0[0-9a-f]|:::|::.*::/);
        if (!text.includes('::')) expect(text).not.toMatch(/(^|:)0:0(:|$)/);
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  it('no text makes the parsers throw', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF:./%x ') });
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (any) => {
        const v4 = parseIpv4(any);
        if (v4 !== null) expect(formatIpv4(v4)).toBe(any);
        const v6 = parseIpv6(any);
        if (v6 !== null) expect(parseIpv6(formatIpv6(...v6))).toEqual(v6);
      }),
      { numRuns: 1000, seed: 4 },
    );
  });
});
