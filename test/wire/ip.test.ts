/** This file tests IPv4 and IPv6 headers byte by byte. */

import { describe, expect, it } from 'vitest';
import { ipv4Identification } from '../../src/wire/ipv4.ts';
import { attach, hex, ip4, ip6, TCP, UDP } from './hex.ts';

const RAW = { linkType: 101 };

describe('IPv4', () => {
  it('test_ipv4_tcp', () => {
    const { view, status } = attach(hex(ip4(6, 40), TCP), RAW);
    expect(status).toBe('ok');
    expect(view).toMatchObject({ ipLength: 40, ipEnd: 40, ipTtl: 64, protocol: 6 });
    expect(view).toMatchObject({ isFragment: false, transportOffset: 20, payloadLength: 0 });
    expect(ipv4Identification(view)).toBe(0x1234);
  });

  it('test_ipv4_options', () => {
    const options = '01010101 94040000';
    const { view, status } = attach(hex(ip4(17, 36, { first: '47' }), options, UDP), RAW);
    expect(status).toBe('ok');
    expect(view).toMatchObject({ transportOffset: 28, dport: 53, payloadLength: 0 });
  });

  it('test_ipv4_padding_is_no_payload', () => {
    const { view } = attach(hex(ip4(6, 40), TCP, '000000000000'), RAW);
    expect(view).toMatchObject({ ipLength: 40, payloadLength: 0 });
  });

  it('test_ipv4_total_length_0', () => {
    const whole = attach(hex(ip4(17, 0), UDP, 'aabbcc'), RAW);
    expect(whole.view).toMatchObject({ ipLength: 31, payloadLength: 3 });
    const snapped = attach(hex(ip4(17, 0), UDP), { ...RAW, original: 1500 });
    expect(snapped.view).toMatchObject({ ipLength: 1500, payloadLength: 1472 });
  });

  it('test_ipv4_snapped_payload', () => {
    const { view, status } = attach(hex(ip4(17, 1000), UDP), { ...RAW, original: 1000 });
    expect(status).toBe('ok');
    expect(view).toMatchObject({ ipLength: 1000, payloadLength: 972 });
  });

  it('test_ipv4_fragments', () => {
    const first = attach(hex(ip4(17, 28, { fragment: '2000' }), UDP), RAW);
    expect(first.status).toBe('ok');
    expect(first.view.isFragment).toBe(true);
    for (const fragment of ['2001', '0001', '1fff']) {
      expect(attach(hex(ip4(17, 28, { fragment }), UDP), RAW).status).toBe('fragment-not-first');
    }
    // Don't fragment, and the reserved bit, are no fragment.
    for (const fragment of ['4000', '8000', 'c000']) {
      expect(attach(hex(ip4(17, 28, { fragment }), UDP), RAW).view.isFragment).toBe(false);
    }
  });

  it.each([
    ['19 bytes', ip4(6, 40).slice(0, -2), 0, 'ip-header-short'],
    ['19 bytes captured', ip4(6, 40).slice(0, -2), 40, 'truncated-by-snap-length'],
    ['header length 4 words', `${ip4(6, 40, { first: '44' })} ${TCP}`, 0, 'ipv4-header-length'],
    ['header length 0', `${ip4(6, 40, { first: '40' })} ${TCP}`, 0, 'ipv4-header-length'],
    ['total length below it', `${ip4(6, 19)} ${TCP}`, 0, 'ipv4-total-length'],
    ['options beyond it', `${ip4(6, 40, { first: '4f' })} ${TCP}`, 0, 'ipv4-total-length'],
    ['total length the header alone', `${ip4(6, 20)} ${TCP}`, 0, 'transport-header-short'],
    ['snapped in the transport header', `${ip4(6, 40)} 9c40`, 40, 'truncated-by-snap-length'],
    ['ends in the transport header', `${ip4(6, 40)} 9c40`, 0, 'transport-header-short'],
  ])('test_ipv4_invalid: %s', (_, text, original, expected) => {
    expect(attach(hex(text), { ...RAW, original }).status).toBe(expected);
  });

  it('test_ipv4_other_protocol', () => {
    const { view, status } = attach(hex(ip4(47, 24), '00000800'), RAW);
    expect(status).toBe('ok');
    expect(view).toMatchObject({ protocol: 47, sport: 0, dport: 0, icmpKind: 0, payloadLength: 4 });
  });
});

describe('IPv6', () => {
  it('test_ipv6_tcp', () => {
    const { view, status } = attach(hex(ip6(6, 20), TCP), RAW);
    expect(status).toBe('ok');
    expect(view).toMatchObject({ family: 6, ipLength: 60, protocol: 6, transportOffset: 40 });
    expect(view).toMatchObject({ source: 0x2001_0db8, source1: 0, source2: 0, source3: 5 });
    expect(view).toMatchObject({ destination3: 9, ipTtl: 64, sport: 40_000, dport: 443 });
  });

  it.each([
    ['hop-by-hop', 0, '1100 0502 0000 0100', 48],
    ['destination options', 60, '1100 0104 00000000', 48],
    ['routing', 43, '1102 0000 00000000 20010db8 00000000 00000000 00000001', 64],
    ['atomic fragment', 44, '1100 0000 00000001', 48],
    [
      'hop-by-hop, routing, options',
      0,
      '2b00 010400000000 3c00 000000000000 1100 010400000000',
      64,
    ],
    ['reserved bits of the fragment header', 44, '11ff 0006 00000001', 48],
  ])('test_ipv6_extension: %s', (_, next, extension, at) => {
    const { view, status } = attach(hex(ip6(next, at - 40 + 8), extension, UDP), RAW);
    expect(status).toBe('ok');
    expect(view).toMatchObject({ protocol: 17, transportOffset: at, dport: 53, isFragment: false });
  });

  it('test_ipv6_fragments', () => {
    const first = attach(hex(ip6(44, 16), '1100 0001 00000001', UDP), RAW);
    expect(first).toMatchObject({ status: 'ok' });
    expect(first.view).toMatchObject({ isFragment: true, dport: 53 });
    for (const offset of ['0008', '0009', 'fff8']) {
      const later = attach(hex(ip6(44, 16), `1100 ${offset} 00000001`, UDP), RAW);
      expect(later.status).toBe('fragment-not-first');
    }
  });

  it('test_ipv6_no_next_header', () => {
    const { view, status } = attach(hex(ip6(59, 4), '00000000'), RAW);
    expect(status).toBe('ok');
    expect(view).toMatchObject({ protocol: 59, sport: 0, dport: 0 });
  });

  it('test_ipv6_payload_length_0', () => {
    const { view } = attach(hex(ip6(17, 0), UDP), { ...RAW, original: 70_000 });
    expect(view).toMatchObject({ ipLength: 70_000, payloadLength: 69_952 });
  });

  it.each([
    ['39 bytes', ip6(6, 20).slice(0, -2), 0, 'ip-header-short'],
    ['39 bytes captured', ip6(6, 20).slice(0, -2), 60, 'truncated-by-snap-length'],
    ['an extension that is not there', ip6(0, 8), 0, 'ipv6-extension-header'],
    ['an extension not captured', ip6(0, 8), 48, 'truncated-by-snap-length'],
    [
      'an extension beyond the payload',
      `${ip6(0, 8)} 1101 000000000000`,
      0,
      'ipv6-extension-header',
    ],
    ['TCP beyond the payload', `${ip6(6, 19)} ${TCP}`, 0, 'transport-header-short'],
    ['TCP not captured', `${ip6(6, 20)} 9c40`, 60, 'truncated-by-snap-length'],
    [
      'hop-by-hop behind hop-by-hop, cut',
      `${ip6(0, 16)} 0000 000000000000`,
      0,
      'ipv6-extension-header',
    ],
  ])('test_ipv6_invalid: %s', (_, text, original, expected) => {
    expect(attach(hex(text), { ...RAW, original }).status).toBe(expected);
  });
});
