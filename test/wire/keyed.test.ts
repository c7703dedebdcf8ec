/**
 * This file tests what stands in the place of ports byte by byte: SCTP and its chunks, GRE keys and
 * call ids, the SPI of ESP and AH.
 */

import { describe, expect, it } from 'vitest';
import {
  SCTP_ABORT,
  SCTP_COOKIE_ACK,
  SCTP_COOKIE_ECHO,
  SCTP_INIT,
  SCTP_INIT_ACK,
  SCTP_PACKET,
  SCTP_SHUTDOWN,
} from '../../src/wire/sctp.ts';
import { attach, h8, hex, ip4, ip6 } from './hex.ts';

const RAW = { linkType: 101 };
const SCTP = '9c40 8e3c 00000001 00000000';

const v4 = (protocol: number, text: string, more = 0) =>
  attach(hex(ip4(protocol, 20 + hex(text).length + more), text), RAW);
const chunk = (type: number, value = '') =>
  `${h8(type)} 00 ${h8(0)}${h8(4 + hex(value).length)} ${value}`;

describe('SCTP', () => {
  it.each([
    ['DATA', chunk(0, '000000010000000000000000 61626364'), SCTP_PACKET, 20],
    ['I-DATA', chunk(64, '0000000100000000000000000000000061626364'), SCTP_PACKET, 24],
    ['SACK', chunk(3, '000000010001000000000000'), SCTP_PACKET, 0],
    ['INIT', chunk(1, '00'.repeat(16)), SCTP_INIT, 0],
    ['INIT ACK', chunk(2, '00'.repeat(24)), SCTP_INIT_ACK, 0],
    ['COOKIE ECHO', chunk(10, '01020304'), SCTP_COOKIE_ECHO, 0],
    ['COOKIE ACK', chunk(11), SCTP_COOKIE_ACK, 0],
    ['SHUTDOWN', chunk(7, '00000001'), SCTP_SHUTDOWN, 0],
    ['SHUTDOWN ACK', chunk(8), SCTP_SHUTDOWN, 0],
    ['SHUTDOWN COMPLETE', chunk(14), SCTP_SHUTDOWN, 0],
    ['ABORT', chunk(6), SCTP_ABORT, 0],
    ['no chunk', '', SCTP_PACKET, 0],
    ['SACK, SHUTDOWN', chunk(3, '00'.repeat(12)) + chunk(7, '00000001'), SCTP_SHUTDOWN, 0],
    ['COOKIE ECHO, DATA', chunk(10, '0102 0000') + chunk(0, '00'.repeat(16)), SCTP_COOKIE_ECHO, 28],
    [
      'a chunk filled up to four bytes, COOKIE ACK',
      `05 00 0005 00 000000${chunk(11)}`,
      SCTP_COOKIE_ACK,
      0,
    ],
    ['COOKIE ECHO, ABORT', chunk(10) + chunk(6), SCTP_ABORT, 0],
    ['a chunk without length ends the walk', `03000000${chunk(6)}`, SCTP_PACKET, 0],
    ['a chunk beyond the packet', `0300ffff${chunk(6)}`, SCTP_PACKET, 0],
  ])('test_sctp: %s', (_, chunks, sctpKind, payloadLength) => {
    const { view, status } = v4(132, SCTP + chunks);
    expect(status).toBe('ok');
    expect(view).toMatchObject({ sport: 40_000, dport: 36_412, sctpKind, payloadLength });
  });

  it('test_sctp_snapped: chunks that the capture cut off are not looked for', () => {
    const bytes = hex(ip4(132, 52), SCTP, chunk(3, '00'.repeat(12)));
    const { view, status } = attach(bytes.slice(0, 34), { ...RAW, original: 52 });
    expect([status, view.sctpKind]).toEqual(['ok', SCTP_PACKET]);
  });

  it('test_sctp_short', () => {
    expect(v4(132, SCTP.slice(0, -2)).status).toBe('transport-header-short');
    const cut = hex(ip4(132, 40), SCTP).slice(0, 30);
    expect(attach(cut, { ...RAW, original: 40 }).status).toBe('truncated-by-snap-length');
  });
});

describe('GRE', () => {
  it.each([
    ['no key', '0000 0800', 0, 0],
    ['a sequence number alone', '1000 0800 00010002', 0, 0],
    ['a key', '2000 0800 00010002', 1, 2],
    ['a checksum, then a key', 'a000 0800 12340000 00010002', 1, 2],
    ['routing of RFC 1701, then a key', '6000 0800 12340000 00010002', 1, 2],
    ['a key and a sequence number', '3000 0800 fffffffe 00000001', 0xffff, 0xfffe],
    ['PPTP', '3001 880b 0010 0007 00000001', 0, 7],
    ['PPTP with an acknowledgement', '3081 880b 0010 fff7 00000001 00000001', 0, 0xfff7],
    ['a version to come', '2002 0800 00010002', 0, 0],
  ])('test_gre: %s', (_, text, sport, dport) => {
    const { view, status } = v4(47, text);
    expect(status).toBe('ok');
    expect(view).toMatchObject({ sport, dport, payloadLength: hex(text).length });
    expect(attach(hex(ip6(47, hex(text).length), text), RAW).view).toMatchObject({ sport, dport });
  });

  it.each([
    ['nothing', ''],
    ['three bytes', '000008'],
    ['a key that is not there', '2000 0800 000100'],
    ['a key behind a checksum that is not there', 'a000 0800 12340000'],
  ])('test_gre_short: %s', (_, text) => {
    expect(v4(47, text).status).toBe('transport-header-short');
    const bytes = hex(ip4(47, 60), text);
    expect(attach(bytes, { ...RAW, original: 60 }).status).toBe('truncated-by-snap-length');
  });

  it('test_gre_padding: bytes behind the IP packet are no key', () => {
    const bytes = hex(ip4(47, 24), '2000 0800', '00010002');
    expect(attach(bytes, RAW).status).toBe('transport-header-short');
  });
});

describe('ESP and AH', () => {
  it.each([
    ['ESP', 50, 'c0de0003 00000001', 0xc0de, 3],
    ['AH', 51, '0604 0000 c0de0003 00000001', 0xc0de, 3],
  ])('test_spi: %s', (_, protocol, text, sport, dport) => {
    expect(v4(protocol, text).view).toMatchObject({ protocol, sport, dport });
    expect(attach(hex(ip6(protocol, hex(text).length), text), RAW).view).toMatchObject({
      protocol,
      sport,
      dport,
    });
  });

  it.each([
    ['ESP', 50, 'c0de00'],
    ['AH', 51, '0604 0000 c0de00'],
  ])('test_spi_short: %s', (_, protocol, text) => {
    expect(v4(protocol, text).status).toBe('transport-header-short');
    const bytes = hex(ip4(protocol, 60), text);
    expect(attach(bytes, { ...RAW, original: 60 }).status).toBe('truncated-by-snap-length');
  });
});
