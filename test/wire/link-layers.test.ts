/**
 * This file tests the rarer link headers and the layers between a link header and IP: each whole,
 * each cut, and beside each the nearest frame that is not IP.
 */

import { describe, expect, it } from 'vitest';
import { vlanId } from '../../src/wire/ethernet.ts';
import { isLinkTypeDecoded, marksDirections } from '../../src/wire/link-type.ts';
import { LINK_FRAMES } from '../support/link-frames.ts';
import { attach, hex, ip4, ip6, MACS, UDP } from './hex.ts';

const IP4 = `${ip4(17, 28)} ${UDP}`;
const IP6 = `${ip6(17, 8)} ${UDP}`;
const SNAP = 'aaaa03 000000 0800';
const WLAN = '020000000011 020000000001 020000000022';

describe('frames of the rarer links', () => {
  it.each(LINK_FRAMES)('test_link: $name', (frame) => {
    const { head, tail = '', linkType, version, vlans = [], mac = -1, direction = 0 } = frame;
    for (const family of version === undefined ? [4, 6] : [version]) {
      const bytes = hex(head, family === 4 ? IP4 : IP6, tail);
      const { view, status } = attach(bytes, { linkType });
      expect(status).toBe('ok');
      expect(view).toMatchObject({ family, dport: 53, networkOffset: hex(head).length, direction });
      expect(view.sourceMacOffset).toBe(mac);
      expect(Array.from({ length: view.tagCount }, (_, i) => vlanId(view, i))).toEqual(vlans);
      expect(isLinkTypeDecoded(linkType)).toBe(true);
      if (direction !== 0) {
        expect(marksDirections(linkType)).toBe(true);
        // What the container says wins.
        expect(attach(bytes, { linkType, direction: 3 - direction }).view.direction).toBe(
          3 - direction,
        );
      }
    }
  });

  it.each(LINK_FRAMES)('test_link_cut: $name', ({ head, linkType }) => {
    const whole = hex(head);
    for (let length = 0; length < whole.length; length++) {
      const bytes = whole.slice(0, length);
      const cut = attach(bytes, { linkType, original: whole.length + 28 }).status;
      expect(['truncated-by-snap-length', 'not-ip']).toContain(cut);
      const ended = attach(bytes, { linkType }).status;
      expect(['link-header-short', 'ip-header-short', 'not-ip']).toContain(ended);
    }
  });
});

describe('frames that carry no IP', () => {
  it.each([
    ['PPPoE discovery', 1, `${MACS} 8863 11 09 0000 0004 01010000 ${IP4}`],
    ['a PPPoE session frame with a code', 1, `${MACS} 8864 11 a7 0007 001e 0021 ${IP4}`],
    ['PPP: link control', 1, `${MACS} 8864 11 00 0007 000a c021 0101 0008 ${IP4}`],
    ['PPP: a multilink fragment', 9, `ff03 003d c0 000001 0021 ${IP4}`],
    ['PPP: compressed headers', 9, `ff03 002d ${IP4}`],
    ['Cisco HDLC: keepalive', 104, '8f00 8035 00000002 00000001 00000001'],
    ['802.3: spanning tree', 1, `${MACS} 0026 4242 03 0000000000 ${IP4}`],
    ['802.3: SNAP of Cisco', 1, `${MACS} 0026 aaaa 03 00000c 2000 ${IP4}`],
    ['802.3: SNAP with a numbered frame', 1, `${MACS} 0026 aaaa 00 000000 0800 ${IP4}`],
    ['802.3: IPX', 1, `${MACS} 0022 ffff 0022 ${IP4}`],
    ['a length that is none', 1, `${MACS} 05dd ${SNAP} ${IP4}`],
    ['MPLS: an associated channel', 1, `${MACS} 8847 0000d140 10000057 ${IP4}`],
    ['MPLS: a pseudowire with ARP', 1, `${MACS} 8847 00064140 00000000 ${MACS} 0806 ${IP4}`],
    [
      'MPLS: a pseudowire whose type lies',
      1,
      `${MACS} 8847 00064140 00000000 ${MACS} 0800 60 ${IP4}`,
    ],
    ['backbone: ARP inside', 1, `${MACS} 88e7 00000001 ${MACS} 0806 ${IP4}`],
    ['MACsec: encrypted', 1, `${MACS} 88e5 0c 00 00000001 0800 ${IP4}`],
    ['VN-Tag: ARP behind it', 1, `${MACS} 8926 00010002 0806 ${IP4}`],
    ['token ring: a control frame', 6, `10 00 ${MACS} ${SNAP} ${IP4}`],
    ['FDDI: station management', 10, `41 ${MACS} ${SNAP} ${IP4}`],
    ['frame relay: an address without end', 107, `18404040 40 03cc ${IP4}`],
    ['frame relay: status enquiry', 107, '0001 03 08 00 75 51 01 00 53 02 01 00'],
    ['802.11: a beacon', 105, `8000 0000 ${WLAN} 1000 ${SNAP} ${IP4}`],
    ['802.11: an acknowledgement', 105, 'd400 0000 020000000011'],
    ['802.11: protected', 105, `0841 0000 ${WLAN} 1000 ${SNAP} ${IP4}`],
    ['802.11: null data', 105, `4801 0000 ${WLAN} 1000 ${SNAP} ${IP4}`],
    ['802.11: QoS null', 105, `c801 0000 ${WLAN} 1000 0000 ${SNAP} ${IP4}`],
    ['802.11: the second fragment', 105, `0801 0000 ${WLAN} 1100 ${SNAP} ${IP4}`],
    ['802.11: a version to come', 105, `0901 0000 ${WLAN} 1000 ${SNAP} ${IP4}`],
    ['radiotap: a length below its own header', 127, `0000 0700 00000000 ${IP4}`],
    ['PPI: a link type that is not known', 192, `00 00 0800 93000000 ${IP4}`],
    ['PPI in PPI', 192, `00 00 0800 c0000000 00 00 0800 01000000 ${MACS} 0800 ${IP4}`],
    ['NFLOG: no packet', 239, '02 00 0001 0800 0100 0800 0100'],
    ['NFLOG: an attribute that is too short', 239, `02 00 0001 0300 0100 2000 0900 ${IP4}`],
    ['NFLOG: another family', 239, '03 00 0001 0800 0900 55aa 0000'],
    ['pf log: no length', 117, `00 02 00 00 ${IP4}`],
    ['packet tap: a length below its header', 258, `${'00'.repeat(60)} ${IP4}`],
    ['Linux cooked: CAN', 113, `0000 0118 0000 0000000000000000 000c ${SNAP} ${IP4}`],
    ['Linux cooked: Novell', 113, `0000 0001 0006 0200000000010000 0001 ${SNAP} ${IP4}`],
    ['ATM classical IP: neither', 106, `55 ${IP4}`],
  ])('test_not_ip: %s', (_, linkType, text) => {
    expect(attach(hex(text), { linkType }).status).toBe('not-ip');
  });

  it('test_wlan_a_msdu: several packets in one frame are counted apart', () => {
    const subframe = `${MACS} 0024 ${SNAP} ${IP4}`;
    const head = `8801 0000 ${WLAN} 1000 8000`;
    const two = hex(head, subframe, '0000', subframe);
    expect(attach(two, { linkType: 105 }).status).toBe('several-in-one-frame');
    // The capture may have cut the second one off: it was there.
    const cut = two.slice(0, 26 + 52);
    expect(attach(cut, { linkType: 105, original: two.length }).status).toBe(
      'several-in-one-frame',
    );
    // A check sequence is no second one.
    expect(attach(hex(head, subframe, '0000', 'deadbeef'), { linkType: 105 }).status).toBe('ok');
  });
});

describe('tags and depth', () => {
  it('test_tags_apart: VLAN tags behind another kind of tag are the frame’s own', () => {
    const { view } = attach(hex(MACS, '8100 0064 8926 00010002 8100 00c8 8100 0005 0800', IP4));
    expect(view.dport).toBe(53);
    expect([view.tagCount, vlanId(view, 0), vlanId(view, 1)]).toEqual([2, 200, 5]);
  });

  it('test_deep: a frame of nothing but headers is walked once, without recursion', () => {
    const backbone = hex(MACS, '88e7 00000001');
    const frame = Buffer.concat([
      ...Array<Uint8Array>(14_000).fill(backbone),
      hex(MACS, '0800', IP4),
    ]);
    expect(attach(frame).view.dport).toBe(53);
    const labels = Buffer.concat([hex(MACS, '8847'), Buffer.alloc(250_000)]);
    expect(attach(labels).status).toBe('link-header-short');
  });
});
