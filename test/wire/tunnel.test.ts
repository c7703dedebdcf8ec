/** This file checks where packets inside tunnels are found. Bytes are written by the RFCs' figures. */

import { describe, expect, it } from 'vitest';
import { findInner, TUNNEL_KINDS, type TunnelKind, tunnelBits } from '../../src/wire/tunnel.ts';
import { randomFrom } from '../support/random.ts';
import { attach, h16, hex, ip4 } from './hex.ts';

const ALL = tunnelBits(TUNNEL_KINDS);
const RAW = { linkType: 101 };
const INNER = ip4(253, 20);
const INNER6 =
  '60000000 0000 3b 40 20010db8000000000000000000000005 20010db8000000000000000000000009';
const FRAME = `020000000002 020000000001 0800 ${INNER}`;

/** An IPv4 packet with this payload. */
function outer(protocol: number, payload: string): Uint8Array {
  const length = hex(payload).length;
  return hex(ip4(protocol, 20 + length), payload);
}

function udp(sport: number, dport: number, payload: string): Uint8Array {
  const length = 8 + hex(payload).length;
  return outer(17, `${h16(sport)} ${h16(dport)} ${h16(length)} 0000 ${payload}`);
}

/** What is found: the inner packet's offset behind the outer IP header, and what it begins with. */
function find(packet: Uint8Array, kinds = ALL): [number, 'ethernet' | 'ip'] | null {
  const { view, status } = attach(packet, RAW);
  expect(status).toBe('ok');
  const inner = { offset: 0, isEthernet: false };
  if (!findInner(view, kinds, inner)) return null;
  return [inner.offset - 20, inner.isEthernet ? 'ethernet' : 'ip'];
}

// biome-ignore format: a table
const FOUND: readonly (readonly [string, TunnelKind, Uint8Array, [number, 'ethernet' | 'ip']])[] = [
  ['IPv4 in IPv4, RFC 2003',                 'ipip',   outer(4, INNER),                              [0, 'ip']],
  ['IPv6 in IPv4, RFC 4213',                 '6in4',   outer(41, INNER6),                            [0, 'ip']],
  ['GRE, RFC 2784 §2',                       'gre',    outer(47, `0000 0800 ${INNER}`),              [4, 'ip']],
  ['GRE with IPv6',                          'gre',    outer(47, `0000 86dd ${INNER6}`),             [4, 'ip']],
  ['GRE with checksum, key, sequence: 2890', 'gre',    outer(47, `b000 0800 00000000 00000007 00000001 ${INNER}`), [16, 'ip']],
  ['GRE with an Ethernet frame',             'gre',    outer(47, `2000 6558 00000107 ${FRAME}`),     [8, 'ethernet']],
  ['PPTP, RFC 2637 §4.1, with both numbers', 'gre',    outer(47, `3081 880b 0018 0001 00000001 00000000 ff03 0021 ${INNER}`), [20, 'ip']],
  ['PPTP, address and control left out',     'gre',    outer(47, `3001 880b 0015 0001 00000001 21 ${INNER}`), [13, 'ip']],
  ['ERSPAN type I',                          'erspan', outer(47, `0000 88be ${FRAME}`),              [4, 'ethernet']],
  ['ERSPAN type II',                         'erspan', outer(47, `1000 88be 00000001 1001 0001 00000000 ${FRAME}`), [16, 'ethernet']],
  ['ERSPAN type III',                        'erspan', outer(47, `1000 22eb 00000001 2001 0001 00000000 0000 0000 ${FRAME}`), [20, 'ethernet']],
  ['ERSPAN type III with its subheader',     'erspan', outer(47, `1000 22eb 00000001 2001 0001 00000000 0000 0001 0000000000000000 ${FRAME}`), [28, 'ethernet']],
  ['VXLAN, RFC 7348 §5',                     'vxlan',  udp(50000, 4789, `08000000 00007b00 ${FRAME}`), [16, 'ethernet']],
  ['VXLAN at its old port',                  'vxlan',  udp(50000, 8472, `08000000 00007b00 ${FRAME}`), [16, 'ethernet']],
  ['GENEVE, RFC 8926 §3.4, two words of options', 'geneve', udp(50000, 6081, `0200 6558 00007b00 0001 8001 00000000 ${FRAME}`), [24, 'ethernet']],
  ['GENEVE with IPv4',                       'geneve', udp(50000, 6081, `0000 0800 00007b00 ${INNER}`), [16, 'ip']],
  ['GTP-U, TS 29.281 §5.1',                  'gtp-u',  udp(2152, 2152, `30ff 0014 00000001 ${INNER}`), [16, 'ip']],
  ['GTP-U with a sequence number',           'gtp-u',  udp(2152, 2152, `32ff 0018 00000001 0007 00 00 ${INNER}`), [20, 'ip']],
  ['GTP-U with two extension headers',       'gtp-u',  udp(2152, 2152, `34ff 0020 00000001 0000 00 85 01 0000 c0 01 0000 00 ${INNER}`), [28, 'ip']],
  ['Teredo, RFC 4380 §5.1.1',                'teredo', udp(3544, 50000, INNER6),                     [8, 'ip']],
  ['Teredo with authentication and origin',  'teredo', udp(50000, 3544, `0001 00 00 0000000000000000 00 0000 1234 01020304 ${INNER6}`), [29, 'ip']],
];

describe('packets in tunnels', () => {
  it.each(FOUND)('%s', (_, kind, packet, expected) => {
    expect(find(packet)).toEqual(expected);
    expect(find(packet, tunnelBits([kind]))).toEqual(expected);
    expect(find(packet, ALL & ~tunnelBits([kind]))).toBeNull();
  });

  // biome-ignore format: a table
  const NONE: readonly (readonly [string, Uint8Array])[] = [
    ['GRE with a routing field',            outer(47, `4000 0800 00000000 ${INNER}`)],
    ['GRE of a later version',              outer(47, `0002 0800 ${INNER}`)],
    ['GRE with something else inside',      outer(47, `0000 8847 00000000 ${INNER}`)],
    ['GRE with a PPP protocol but IP',      outer(47, `3001 880b 0008 0001 00000001 c021 0101 0004`)],
    ['VXLAN without the I flag',            udp(50000, 4789, `00000000 00007b00 ${FRAME}`)],
    ['GENEVE of a later version',           udp(50000, 6081, `4000 6558 00007b00 ${FRAME}`)],
    ['a GTP-U echo request',                udp(2152, 2152, '3201 0004 00000000 0001 0000')],
    ['GTP\' (protocol type 0)',             udp(2152, 2152, `20ff 0014 00000001 ${INNER}`)],
    ['a GTP-U extension of no length',      udp(2152, 2152, `34ff 0020 00000001 0000 00 85 00 0000 00 ${INNER}`)],
    ['a Teredo packet with something else', udp(3544, 50000, `45000014 ${INNER}`)],
    ['UDP at another port',                 udp(50000, 4790, `08000000 00007b00 ${FRAME}`)],
    ['TCP at a tunnel\'s port',             outer(6, `1000 12b5 00000001 00000002 5010 0400 0000 0000 08000000 00007b00`)],
  ];
  it.each(NONE)('no packet in %s', (_, packet) => {
    expect(find(packet)).toBeNull();
  });

  it('reads nothing outside the frame, however it is cut or changed', () => {
    const random = randomFrom(4);
    const inner = { offset: 0, isEthernet: false };
    for (const [, , packet] of FOUND) {
      for (let n = 0; n < 400; n++) {
        const bytes = packet.slice(0, 20 + random(packet.length - 19));
        for (let k = random(3); k > 0; k--) bytes[random(bytes.length)] = random(256);
        // The frame lies at the end of its block: any read behind it throws.
        const { view, status } = attach(bytes, { ...RAW, original: packet.length });
        if (status !== 'ok' || !findInner(view, ALL, inner)) continue;
        expect(inner.offset).toBeLessThan(bytes.length);
        view.attachInner(inner.offset, inner.isEthernet);
      }
    }
  });
});
