/**
 * This file checks the readers of single values.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, editDistance, findNearest } from '../../src/config/nearest.ts';
import {
  readAddresses,
  readMac,
  readPorts,
  readPrefix,
  readZoneInterface,
} from '../../src/config/values.ts';
import { formatIpv4 } from '../../src/net/address.ts';
import { formatPrefix } from '../../src/net/prefix.ts';

describe('an interface name', () => {
  it.each([
    ['ethernet1/1', [['ethernet1/1', []]]],
    [
      'ethernet1/1.300',
      [
        ['ethernet1/1', [300]],
        ['ethernet1/1.300', []],
      ],
    ],
    [
      'ethernet1/1.300.100',
      [
        ['ethernet1/1', [300, 100]],
        ['ethernet1/1.300', [100]],
        ['ethernet1/1.300.100', []],
      ],
    ],
    [
      'e.4094',
      [
        ['e', [4094]],
        ['e.4094', []],
      ],
    ],
    ['e.4095', [['e.4095', []]]],
    ['e.0', [['e.0', []]]],
    ['e.01', [['e.01', []]]],
    [
      'e.5000.7',
      [
        ['e.5000', [7]],
        ['e.5000.7', []],
      ],
    ],
    ['e.7.x', [['e.7.x', []]]],
    ['.7', [['.7', []]]],
    ['7', [['7', []]]],
  ])('%s', (written, readings) => {
    const read = readZoneInterface(written).readings.map(({ name, tags }) => [name, tags]);
    expect(read).toEqual(readings);
  });
});

describe('a MAC address', () => {
  it.each([
    ['02:AA:00:00:00:01', '02:aa:00:00:00:01'],
    ['02-aa-00-00-00-01', '02:aa:00:00:00:01'],
    ['02:aa-00:00:00:01', null],
    ['02:aa:00:00:00:01:02', null],
    ['2:aa:0:0:0:1', null],
    ['02aa.0000.0001', null],
  ])('%s is %s', (text, mac) => {
    expect(readMac(text)).toBe(mac);
  });
});

describe('a prefix', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['2001:DB8::1/32', '2001:db8::/32'],
    ['10.0.0.0/33', undefined],
    ['010.0.0.0/8', undefined],
    ['any', undefined],
  ])('%s is %s', (text, written) => {
    expect(readPrefix(text)?.written).toBe(written);
  });
});

describe('an address of a rule', () => {
  const cover = (text: string) => readAddresses(text)?.value?.map(formatPrefix);

  it.each([
    ['10.0.0.1-10.0.0.1', ['10.0.0.1/32']],
    ['10.0.0.0-10.0.0.255', ['10.0.0.0/24']],
    ['10.0.0.1-10.0.0.6', ['10.0.0.1/32', '10.0.0.2/31', '10.0.0.4/31', '10.0.0.6/32']],
    ['0.0.0.0-255.255.255.255', ['0.0.0.0/0']],
    ['255.255.255.254 - 255.255.255.255', ['255.255.255.254/31']],
    ['::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['::/0']],
    ['2001:db8::ffff-2001:db8::1:0', ['2001:db8::ffff/128', '2001:db8::1:0/128']],
  ])('%s is %s', (text, prefixes) => {
    expect(cover(text)).toEqual(prefixes);
  });

  it.each([
    '10.0.0.2-10.0.0.1',
    '10.0.0.1-::1',
    '10.0.0.1-',
    '-10.0.0.1',
    '10.0.0.0/8-10.0.0.1',
    '',
  ])('%s is none', (text) => {
    expect(readAddresses(text)).toBeNull();
  });

  it('covers a range exactly, in order and without overlap', () => {
    const address = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(address, address, (one, other) => {
        const low = Math.min(one, other);
        const high = Math.max(one, other);
        let next = low;
        for (const { words, length } of readAddresses(`${formatIpv4(low)}-${formatIpv4(high)}`)
          ?.value ?? []) {
          expect((words[0] ?? 0) >>> 0).toBe(next);
          next += 2 ** (32 - length);
        }
        expect(next).toBe(high + 1);
      }),
    );
  });
});

describe('ports', () => {
  it.each([
    ['tcp/80', 'tcp/80'],
    ['TCP/080', 'tcp/80'],
    ['tcp/80, 8080', 'tcp/80,8080'],
    ['udp/5060-5070', 'udp/5060-5070'],
    ['sctp/0-65535', 'sctp/0-65535'],
    ['tcp/', undefined],
    ['tcp/80,', undefined],
    ['tcp/5070-5060', undefined],
    ['tcp/65536', undefined],
    ['icmp/8', undefined],
    ['tcp/80-', undefined],
    ['tcp/8 0', undefined],
  ])('%s is %s', (text, written) => {
    expect(readPorts(text)?.written).toBe(written);
  });
});

describe('the nearest word', () => {
  it.each([
    ['interface', ['interfaces', 'networks'], 'interfaces'],
    ['netwroks', ['interfaces', 'networks'], 'networks'],
    ['tcpInit', ['tcp', 'tcp-init'], 'tcp-init'],
    ['timeout-tcp-half-closed', ['tcp', 'tcp-half-closed'], 'tcp-half-closed'],
    ['foo', ['nat', 'rules'], null],
    ['', ['a'], null],
    ['x'.repeat(65), ['x'.repeat(64)], null],
  ])('%s of %s is %s', (word, known, nearest) => {
    expect(findNearest(word, known)).toBe(nearest);
  });

  it('counts a swap as one change', () => {
    expect(editDistance('recieve', 'receive')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(didYouMean('alow', ['allow'])).toBe('did you mean `allow`?');
  });
});
