/** This file tests link headers byte by byte: Ethernet and its tags, Linux cooked, loopback, raw IP. */

import { describe, expect, it } from 'vitest';
import { vlanId } from '../../src/wire/ethernet.ts';
import { isLinkTypeDecoded, linkTypeName } from '../../src/wire/link-type.ts';
import { attach, hex, ip4, ip6, MACS, UDP } from './hex.ts';

const IP4 = `${ip4(17, 28)} ${UDP}`;
const IP6 = `${ip6(17, 8)} ${UDP}`;

describe('Ethernet', () => {
  it('test_ethernet_ipv4', () => {
    const { view, status } = attach(hex(MACS, '0800', IP4));
    expect(status).toBe('ok');
    expect(view).toMatchObject({ family: 4, tagCount: 0, networkOffset: 14, sourceMacOffset: 6 });
    expect(view).toMatchObject({ source: 0x0a00_0005, destination: 0xcb00_7109 | 0 });
    expect(view).toMatchObject({ sport: 40_000, dport: 53, transportOffset: 34 });
  });

  it.each([
    ['8100 0064', [100]], // 802.1Q
    ['8100 e064', [100]], // priority bits are no part of the id
    ['88a8 012c 8100 0064', [300, 100]], // 802.1ad outside
    ['9100 0001 8100 0fff', [1, 4095]],
    ['8100 0001 8100 0002 8100 0003', [1, 2, 3]],
    ['8100 0000', [0]], // priority-tagged
  ])('test_ethernet_tags %s', (tags, ids) => {
    for (const [type, ip, family] of [
      ['0800', IP4, 4],
      ['86dd', IP6, 6],
    ] as const) {
      const { view, status } = attach(hex(MACS, tags, type, ip));
      expect(status).toBe('ok');
      expect(view.family).toBe(family);
      expect(Array.from({ length: view.tagCount }, (_, i) => vlanId(view, i))).toEqual(ids);
      expect(view.networkOffset).toBe(14 + 4 * ids.length);
    }
  });

  it.each([
    ['the frame ends in the EtherType', `${MACS} 08`, 0, 'link-header-short'],
    ['the capture does', `${MACS} 08`, 42, 'truncated-by-snap-length'],
    ['the frame ends in a tag', `${MACS} 8100 00`, 0, 'link-header-short'],
    ['the capture does', `${MACS} 8100 0064 08`, 60, 'truncated-by-snap-length'],
    ['the frame is empty', '', 0, 'link-header-short'],
    ['it is ARP', `${MACS} 0806 0001`, 0, 'not-ip'],
    ['it is ARP behind a tag', `${MACS} 8100 0064 0806 0001`, 0, 'not-ip'],
    ['it is IEEE 802.3 with a length', `${MACS} 0026 4242 03`, 0, 'not-ip'],
    ['no IP header follows', `${MACS} 0800`, 0, 'ip-header-short'],
    ['the capture has none of it', `${MACS} 0800`, 42, 'truncated-by-snap-length'],
    ['the version is 5', `${MACS} 0800 5500`, 0, 'ip-version'],
  ])('test_ethernet_invalid: %s', (_, text, original, expected) => {
    expect(attach(hex(text), { original }).status).toBe(expected);
  });
});

describe('Linux cooked', () => {
  const V1 = '0000 0001 0006 020000000001 0000';
  const V2 = '0000 00000003 0001 00 06 020000000001 0000';

  it('test_sll', () => {
    const { view, status } = attach(hex(V1, '0800', IP4), { linkType: 113 });
    expect(status).toBe('ok');
    expect(view).toMatchObject({ networkOffset: 16, sourceMacOffset: 6, direction: 1, dport: 53 });
  });

  it('test_sll_tagged', () => {
    const { view, status } = attach(hex(V1, '8100 0064 86dd', IP6), { linkType: 113 });
    expect(status).toBe('ok');
    expect([view.tagCount, vlanId(view, 0), view.family]).toEqual([1, 100, 6]);
  });

  it('test_sll2', () => {
    const { view, status } = attach(hex('0800', V2, IP4), { linkType: 276 });
    expect(status).toBe('ok');
    expect(view).toMatchObject({ networkOffset: 20, sourceMacOffset: 12, direction: 1, dport: 53 });
  });

  it('test_sll2_tagged', () => {
    const { view, status } = attach(hex('8100', V2, '0064 0800', IP4), { linkType: 276 });
    expect(status).toBe('ok');
    expect([view.tagCount, vlanId(view, 0), view.dport]).toEqual([1, 100, 53]);
  });

  it.each([
    [0, 1], // to us
    [1, 1], // broadcast
    [2, 1], // multicast
    [3, 0], // seen by a promiscuous interface
    [4, 2], // sent by us
  ])('test_sll_packet_type %i', (type, direction) => {
    const v1 = hex(`000${type} 0001 0006 020000000001 0000 0800`, IP4);
    const v2 = hex(`0800 0000 00000003 0001 0${type} 06 020000000001 0000`, IP4);
    expect(attach(v1, { linkType: 113 }).view.direction).toBe(direction);
    expect(attach(v2, { linkType: 276 }).view.direction).toBe(direction);
    // What the container says wins.
    expect(attach(v1, { linkType: 113, direction: 2 }).view.direction).toBe(2);
  });

  it('test_sll_without_mac', () => {
    const v1 = hex('0000 0304 0000 0000000000000000 0800', IP4);
    expect(attach(v1, { linkType: 113 })).toMatchObject({ status: 'ok' });
    expect(attach(v1, { linkType: 113 }).view.sourceMacOffset).toBe(-1);
  });

  it.each([
    [113, V1, 'link-header-short'],
    [276, `0800 ${V2}`.slice(0, -3), 'link-header-short'],
    [113, `${V1} 0806`, 'not-ip'],
    [276, `0806 ${V2}`, 'not-ip'],
  ])('test_sll_invalid %i %s', (linkType, text, expected) => {
    expect(attach(hex(text), { linkType }).status).toBe(expected);
  });
});

describe('other links', () => {
  it.each([
    [0, '02000000', 4],
    [0, '00000002', 4],
    [0, '1e000000', 4],
    [108, '00000002', 4],
  ])('test_null_and_loop %i', (linkType, header, at) => {
    const { view, status } = attach(hex(header, IP4), { linkType });
    expect(status).toBe('ok');
    expect(view).toMatchObject({ networkOffset: at, sourceMacOffset: -1, dport: 53 });
    expect(attach(hex(header, IP6), { linkType }).view.family).toBe(6);
    expect(attach(hex(header, '00'), { linkType }).status).toBe('not-ip');
    expect(attach(hex('020000'), { linkType }).status).toBe('link-header-short');
    expect(attach(hex('020000'), { linkType, original: 40 }).status).toBe(
      'truncated-by-snap-length',
    );
    expect(attach(hex(header), { linkType }).status).toBe('ip-header-short');
  });

  it.each([12, 14, 101, 228, 229])('test_raw %i', (linkType) => {
    expect(attach(hex(IP4), { linkType }).view).toMatchObject({ networkOffset: 0, dport: 53 });
    expect(attach(hex(IP6), { linkType })).toMatchObject({ status: 'ok' });
    expect(attach(hex(''), { linkType }).status).toBe('ip-header-short');
    expect(attach(hex('00'), { linkType }).status).toBe('ip-version');
  });

  it('test_unknown_link_type', () => {
    expect(attach(hex(IP4), { linkType: 147 }).status).toBe('link-type-unsupported');
    expect(linkTypeName(147)).toBe('USER0 (147)');
    expect(linkTypeName(4711)).toBe('link type 4711');
    expect([1, 113, 276, 147].map(isLinkTypeDecoded)).toEqual([true, true, true, false]);
  });
});
