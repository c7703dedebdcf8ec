/**
 * This file tests checksums by packets whose sums are known: from RFC 1071's own arithmetic done 16 bits
 * at a time, and from a published header.
 */

import { describe, expect, test } from 'vitest';
import {
  CHECKSUM_BAD,
  CHECKSUM_GOOD,
  CHECKSUM_LEFT_OUT,
  CHECKSUM_UNCHECKED,
  ipv4HeaderChecksum,
  transportChecksum,
} from '../../src/wire/checksum.ts';
import { frame, rfc1071 } from '../inspect/build-frames.ts';
import { attach, hex, ip6 } from './hex.ts';

const NAMES = ['unchecked', 'good', 'bad', 'left-out'];
expect([CHECKSUM_UNCHECKED, CHECKSUM_GOOD, CHECKSUM_BAD, CHECKSUM_LEFT_OUT]).toEqual([0, 1, 2, 3]);

const header = (bytes: Uint8Array, linkType = 1) =>
  NAMES[ipv4HeaderChecksum(attach(bytes, { linkType }).view)];
const transport = (bytes: Uint8Array, options = {}) =>
  NAMES[transportChecksum(attach(bytes, options).view)];

describe('IPv4 header', () => {
  // The example that is found everywhere: the header's sum with b861 is ffff.
  const known = '4500 0073 0000 4000 4011 b861 c0a80001 c0a800c7';
  const body = '00'.repeat(0x73 - 20);

  test.each([
    [known, 'good'],
    [known.replace('b861', 'b862'), 'bad'],
    [known.replace('4011', '4012'), 'bad'],
    [known.replace('b861', '0000'), 'left-out'],
  ])('%s is %s', (bytes, expected) => {
    expect(header(hex(bytes, body), 101)).toBe(expected);
  });
});

describe.each([
  ['TCP', 6],
  ['UDP', 17],
])('%s', (_name, protocol) => {
  const bytes = (payload: string, checksum?: number) =>
    frame({ protocol, payload, ...(checksum === undefined ? {} : { checksum }) });
  const pseudoOf = (packet: Buffer, length: number) =>
    Buffer.concat([packet.subarray(26, 34), Buffer.from([0, protocol, length >> 8, length & 255])]);

  test.each(['', 'x', 'ab', 'abc', 'abcd', 'an odd payload'])('right over "%s"', (payload) => {
    expect(transport(bytes(payload))).toBe('good');
    expect(header(bytes(payload))).toBe('good');
  });

  test.each(['', 'x', 'abcd'])('wrong over "%s", whichever byte is changed', (payload) => {
    const right = bytes(payload);
    for (let i = 34; i < right.length; i += 1) {
      const wrong = Buffer.from(right);
      wrong[i] = (wrong[i] ?? 0) ^ 0x10;
      // A changed length or header length is another thing than a wrong sum.
      if ((protocol === 17 && (i === 38 || i === 39)) || (protocol === 6 && i === 46)) continue;
      expect([i, transport(wrong)]).toEqual([i, 'bad']);
    }
  });

  test("left to the card: the pseudo header's sum stands there, with the length or without", () => {
    const packet = bytes('data', 0x1234);
    const length = packet.length - 34;
    const sum = (pseudo: Buffer) => ~rfc1071(pseudo) & 0xffff;
    expect(transport(bytes('data', sum(pseudoOf(packet, length))))).toBe('left-out');
    expect(transport(bytes('data', sum(pseudoOf(packet, 0))))).toBe('left-out');
    expect(transport(packet)).toBe('bad');
  });

  test('of a packet that is not all there is not checked', () => {
    const packet = bytes('data', 0x1234);
    const cut = packet.subarray(0, packet.length - 1);
    expect(transport(cut, { original: packet.length })).toBe('unchecked');
  });

  test('of a fragment is not checked', () => {
    const packet = bytes('data', 0x1234);
    packet.writeUInt16BE(0x2000, 14 + 6);
    expect(transport(packet)).toBe('unchecked');
  });

  test('behind the packet, padding does not count', () => {
    expect(transport(Buffer.concat([bytes('data'), Buffer.from('padding')]))).toBe('good');
  });
});

test('UDP without a checksum is not checked (RFC 768)', () => {
  expect(transport(frame({ checksum: 0 }))).toBe('unchecked');
});

describe('over IPv6', () => {
  const udp = (checksum: number) => {
    const head = Buffer.from('9c40003500090000', 'hex');
    head.writeUInt16BE(checksum, 6);
    return Buffer.concat([head, Buffer.from('!')]);
  };
  /** RFC 8200 §8.1: both addresses, the length in 32 bits, three zero bytes, the next header. */
  const right = () => {
    const pseudo = Buffer.from(
      `${'20010db8000000000000000000000005'}${'20010db8000000000000000000000009'}0000000900000011`,
      'hex',
    );
    return rfc1071(Buffer.concat([pseudo, udp(0)]));
  };
  const raw = { linkType: 101 };

  test('right and wrong', () => {
    expect(transport(Buffer.concat([hex(ip6(17, 9)), udp(right())]), raw)).toBe('good');
    expect(transport(Buffer.concat([hex(ip6(17, 9)), udp(right() ^ 1)]), raw)).toBe('bad');
  });

  test('behind hop-by-hop options', () => {
    const options = hex('1100 0104 00000000');
    const bytes = Buffer.concat([hex(ip6(0, 17)), options, udp(right())]);
    expect(transport(bytes, raw)).toBe('good');
  });

  test('behind a routing header the destination is not known: not checked', () => {
    const routing = hex('1100 0000 00000000');
    const bytes = Buffer.concat([hex(ip6(43, 17)), routing, udp(right())]);
    expect(transport(bytes, raw)).toBe('unchecked');
  });

  test('a payload length of 0 is not checked: offload, or a jumbogram', () => {
    expect(transport(Buffer.concat([hex(ip6(17, 0)), udp(1)]), raw)).toBe('unchecked');
  });
});
