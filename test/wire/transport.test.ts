/** This file tests TCP, UDP and ICMP headers byte by byte, and the packets that ICMP errors quote. */

import { describe, expect, it } from 'vitest';
import { ICMP_ECHO, ICMP_ERROR, ICMP_NEIGHBOUR, isIcmpReply } from '../../src/wire/icmp.ts';
import { PacketView } from '../../src/wire/packet-view.ts';
import { attachQuote } from '../../src/wire/quote.ts';
import { tcpSackPermitted, tcpTimestampOffset, tcpWindowScale } from '../../src/wire/tcp.ts';
import { attach, h8, hex, ip4, ip6, TCP, UDP } from './hex.ts';

const RAW = { linkType: 101 };

/** A SYN with these options, whose bytes must be a multiple of 4. */
function syn(options: string): PacketView {
  const bytes = hex(options);
  const offset = h8(((20 + bytes.length) / 4) << 4);
  const header = `9c40 01bb ffffffff 80000000 ${offset}02 ffff 0000 0000`;
  const { view, status } = attach(hex(ip4(6, 40 + bytes.length), header, options), RAW);
  expect(status).toBe('ok');
  return view;
}

describe('TCP', () => {
  it('test_tcp_fields', () => {
    const view = syn('');
    expect(view).toMatchObject({ sport: 40_000, dport: 443, tcpFlags: 2, tcpWindow: 65_535 });
    expect(view).toMatchObject({ tcpSequence: -1, tcpAcknowledgment: -0x8000_0000 });
  });

  it.each([
    ['020405b4 01030307', 7, false, false],
    ['0303 0e 01', 14, false, false],
    ['0303 0f 01', 14, false, false], // RFC 7323 §2.3: above 14 is 14
    ['0303 ff 00', 14, false, false],
    ['0303 00 00', 0, false, false],
    ['0402 0101', -1, true, false],
    ['0402 080a 00000001 00000000', -1, true, true],
    ['0101 080a 00000001 00000000 01030309', 9, false, true],
    ['00 030307', -1, false, false], // behind the end of options
    ['0302 0700', -1, false, false], // a wrong length
    ['0304 0700', -1, false, false],
    ['0101 0303', -1, false, false], // runs out of the header
    ['0101 0103', -1, false, false],
    ['0200 0303', -1, false, false], // length 0 must not loop
    ['0201 0303 0700 0000', -1, false, false], // length 1 neither
    ['fd04 abcd 03030500', 5, false, false], // an unknown option is passed over
    ['02ff 05b4 03030500', -1, false, false], // one that is longer than the header is not
    ['0403 0001', -1, false, false],
    ['0809 0000 0000 0000 0000 0000', -1, false, false],
  ])('test_tcp_options %s', (options, scale, sack, timestamps) => {
    const view = syn(options);
    expect(tcpWindowScale(view)).toBe(scale);
    expect(tcpSackPermitted(view)).toBe(sack);
    expect(tcpTimestampOffset(view) >= 0).toBe(timestamps);
  });

  it('test_tcp_options_cut_by_the_snap_length', () => {
    const header = '9c40 01bb 00000000 00000000 7002 ffff 0000 0000';
    const whole = hex(ip4(6, 48), header, '020405b4 01030307');
    const { view, status } = attach(whole.slice(0, 47), { ...RAW, original: 48 });
    expect(status).toBe('ok');
    // Unknown: CONTRACT counts it as 14.
    expect(tcpWindowScale(view)).toBe(14);
    const none = hex(ip4(6, 44), header.replace('7002', '6002'), '020405b4');
    expect(tcpWindowScale(attach(none, RAW).view)).toBe(-1);
    expect(tcpWindowScale(attach(whole, RAW).view)).toBe(7);
  });

  it.each([
    ['19 bytes by the IP header', ip4(6, 39), TCP, 'transport-header-short'],
    ['data offset 4', ip4(6, 40), TCP.replace('5010', '4010'), 'tcp-header-length'],
    ['data offset beyond the packet', ip4(6, 40), TCP.replace('5010', '6010'), 'tcp-header-length'],
    ['data offset to its end', ip4(6, 44), `${TCP.replace('5010', '6010')} 01010100`, 'ok'],
  ])('test_tcp_length: %s', (_, ip, tcp, expected) => {
    expect(attach(hex(ip, tcp), RAW).status).toBe(expected);
  });
});

describe('UDP', () => {
  it('test_udp_fields', () => {
    const { view } = attach(hex(ip4(17, 31), UDP, 'aabbcc'), RAW);
    expect(view).toMatchObject({ sport: 40_000, dport: 53, payloadOffset: 28, payloadLength: 3 });
  });

  it('test_udp_length_field_is_not_believed', () => {
    for (const length of ['0000', '0007', 'ffff']) {
      const { view, status } = attach(hex(ip4(17, 28), `9c40 0035 ${length} 0000`), RAW);
      expect([status, view.dport]).toEqual(['ok', 53]);
    }
  });

  it('test_udp_short', () => {
    expect(attach(hex(ip4(17, 27), UDP), RAW).status).toBe('transport-header-short');
    expect(attach(hex(ip4(17, 28), UDP.slice(0, -2)), RAW).status).toBe('transport-header-short');
  });
});

const icmp4 = (type: number, code = 0) =>
  attach(hex(ip4(1, 28), `${h8(type)}${h8(code)} 0000 0007 0102`), RAW).view;
const icmp6 = (type: number, code = 0) =>
  attach(hex(ip6(58, 8), `${h8(type)}${h8(code)} 0000 0007 0102`), RAW).view;

describe('ICMP', () => {
  it.each([
    ['RFC 792 echo', 8, 0],
    ['RFC 792 timestamp', 13, 14],
    ['RFC 792 information', 15, 16],
    ['RFC 950 mask', 17, 18],
  ])('test_icmp_pair: %s', (_, query, reply) => {
    expect(icmp4(query)).toMatchObject({ sport: 7, dport: 0x0102 });
    expect(icmp4(reply)).toMatchObject({ sport: 0x0102, dport: 7 });
    expect(icmp4(reply).icmpKind).toBe(icmp4(query).icmpKind + 1);
    expect([query, reply].map((type) => isIcmpReply(icmp4(type).icmpKind))).toEqual([false, true]);
  });

  it('test_icmp_kinds_differ', () => {
    const kinds = [8, 0, 13, 14, 15, 16, 17, 18].map((type) => icmp4(type).icmpKind);
    expect(new Set(kinds).size).toBe(8);
    expect(kinds[0]).toBe(ICMP_ECHO);
  });

  it.each([3, 4, 5, 11, 12])('test_icmp_error %i', (type) => {
    expect(icmp4(type, 2)).toMatchObject({ icmpKind: ICMP_ERROR, icmpType: type, icmpCode: 2 });
  });

  it.each([1, 2, 9, 10, 40, 128, 129, 135, 255])('test_icmp_other %i', (type) => {
    expect(icmp4(type, 5)).toMatchObject({ icmpKind: 0, sport: type, dport: 5 });
  });

  it('test_icmp6', () => {
    expect(icmp6(128)).toMatchObject({ icmpKind: ICMP_ECHO, sport: 7, dport: 0x0102 });
    expect(icmp6(129)).toMatchObject({ icmpKind: ICMP_ECHO + 1, sport: 0x0102, dport: 7 });
    for (const type of [1, 2, 3, 4]) expect(icmp6(type).icmpKind).toBe(ICMP_ERROR);
    for (const type of [133, 134, 135, 136, 137]) {
      expect(icmp6(type).icmpKind).toBe(ICMP_NEIGHBOUR);
    }
    for (const type of [130, 131, 143, 138, 255]) {
      expect(icmp6(type, 1)).toMatchObject({ icmpKind: 0, sport: type, dport: 1 });
    }
  });

  it('test_icmp_short, and each version’s number over the other is no ICMP', () => {
    expect(attach(hex(ip4(1, 27), '0800 0000 0007 01'), RAW).status).toBe('transport-header-short');
    expect(attach(hex(ip4(58, 28), '8000 0000 0007 0102'), RAW).view.icmpKind).toBe(0);
    expect(attach(hex(ip6(1, 8), '0800 0000 0007 0102'), RAW).view.icmpKind).toBe(0);
  });
});

/** The view of what an ICMP error quotes, or null. */
function quote(inner: string, outer: 4 | 6 = 4): PacketView | null {
  const bytes = hex(inner);
  const error = outer === 4 ? '0303 0000 0000 0000' : '0104 0000 0000 0000';
  const ip = outer === 4 ? ip4(1, 28 + bytes.length) : ip6(58, 8 + bytes.length);
  const { view, status } = attach(hex(ip, error, inner), RAW);
  expect(status).toBe('ok');
  const quoted = new PacketView();
  return attachQuote(quoted, view) ? quoted : null;
}

describe('quotes', () => {
  it.each([
    ['UDP, 8 bytes', `${ip4(17, 1000)} ${UDP}`, 53],
    ['TCP, 8 bytes', `${ip4(6, 1500)} 9c40 01bb 00000001`, 443],
    ['TCP, the ports alone', `${ip4(6, 1500)} 9c40 01bb`, 443],
    ['ICMP echo', `${ip4(1, 84)} 0800 0000 0007 0102`, 0x0102],
    ['another protocol, no byte of it', ip4(89, 84), 0],
    ['SCTP, 8 bytes', `${ip4(132, 1500)} 9c40 8e3c 00000001`, 0x8e3c],
    ['GRE without a key', `${ip4(47, 84)} 0000 0800`, 0],
    ['GRE with a key', `${ip4(47, 84)} 2000 0800 00010002`, 2],
    ['ESP, the SPI alone', `${ip4(50, 84)} c0de0003`, 3],
    ['AH', `${ip4(51, 84)} 0604 0000 c0de0004`, 4],
    ['with options', `${ip4(17, 1000, { first: '46' })} 01010100 ${UDP}`, 53],
    ['total length 0', `${ip4(17, 0)} ${UDP}`, 53],
  ])('test_quote: %s', (_, inner, dport) => {
    expect(quote(inner)).toMatchObject({ family: 4, source: 0x0a00_0005, dport });
  });

  it('test_quote_ipv6', () => {
    expect(quote(`${ip6(17, 1000)} ${UDP}`, 6)).toMatchObject({ family: 6, dport: 53 });
    const behind = `${ip6(0, 1000)} 1100 050200000100 ${UDP}`;
    expect(quote(behind, 6)).toMatchObject({ protocol: 17, dport: 53 });
  });

  it.each([
    ['nothing', '', 4],
    ['half an IP header', ip4(17, 1000).slice(0, 20), 4],
    ['three bytes of ports', `${ip4(17, 1000)} 9c4000`, 4],
    ['seven bytes of ICMP', `${ip4(1, 84)} 0800 0000 0007 01`, 4],
    ['GRE whose key is cut off', `${ip4(47, 84)} a000 0800 1234 0000`, 4],
    ['three bytes of a SPI', `${ip4(50, 84)} c0de00`, 4],
    ['the other IP version', `${ip6(17, 1000)} ${UDP}`, 4],
    ['the other IP version in ICMPv6', `${ip4(17, 1000)} ${UDP}`, 6],
    ['a later fragment', `${ip4(17, 1000, { fragment: '0010' })} ${UDP}`, 4],
    ['a wrong header length', `${ip4(17, 1000, { first: '43' })} ${UDP}`, 4],
  ] as const)('test_quote_invalid: %s', (_, inner, outer) => {
    expect(quote(inner, outer)).toBeNull();
  });

  it('padding is no quote', () => {
    const error = `${ip4(1, 48)} 0303 0000 0000 0000 ${ip4(17, 1000)}`;
    const { view } = attach(hex(error, UDP), RAW); // 8 bytes of a trailer that look like ports
    expect([view.ipLength, view.payloadLength]).toEqual([48, 20]);
    expect(attachQuote(new PacketView(), view)).toBe(false);
  });
});
