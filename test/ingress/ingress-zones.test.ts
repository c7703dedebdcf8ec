/** This file tests by what a frame's zone is known: interface, tags, VLAN, MAC, network, in turn. */

import { describe, expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { IngressZones, macNumber, readMac } from '../../src/ingress/ingress-zones.ts';
import { interfacesNamed } from '../support/play.ts';
import { attach, hex, ip4, ip6, UDP } from '../wire/hex.ts';

const CONFIG = parseFirewallConfig(
  `zones:
  by-name: {interfaces: [eth1]}
  by-tag: {interfaces: [eth1.100]}
  by-stack: {interfaces: [eth1.300.100]}
  by-inner: {interfaces: [eth1.200]}
  by-vlan: {vlans: [7]}
  by-mac: {macs: ["02:00:00:00:00:01"]}
  by-net: {networks: [10.0.0.0/8, "2001:db8::/32"]}
  by-host: {networks: [10.0.0.5]}
`,
  'zones.yaml',
);
const MAC = '020000000001';
const OTHER_MAC = '020000000099';

/** Zone of a frame from 10.0.0.5 (or another source) on an interface. */
function zoneOf(name: string, options: { tags?: string; mac?: string; source?: string } = {}) {
  const { tags = '', mac = OTHER_MAC, source = '0a000005' } = options;
  const ip = `${ip4(17, 28)} ${UDP}`.replace('0a000005', source);
  const { view, status } = attach(hex('020000000002', mac, tags, '0800', ip));
  expect(status).toBe('ok');
  const zones = new IngressZones(CONFIG, interfacesNamed([name]));
  const zone = zones.zoneNames[zones.zoneOf(view, 0)];
  return { zone, name: zones.names[zones.nameNumber - 1] ?? null };
}

describe('IngressZones', () => {
  it.each([
    ['the interface', 'eth1', {}, 'by-name', 'eth1'],
    [
      'the interface before VLAN, MAC and network',
      'eth1',
      { tags: '81000007', mac: MAC },
      'by-name',
      'eth1',
    ],
    ['a tag named on the interface', 'eth1', { tags: '81000064' }, 'by-tag', 'eth1.100'],
    ['the longest stack', 'eth1', { tags: '88a8012c81000064' }, 'by-stack', 'eth1.300.100'],
    [
      'a stack in another order: its outermost tag that is named',
      'eth1',
      { tags: '88a800648100012c' },
      'by-tag',
      'eth1.100',
    ],
    ['of two tags the outermost', 'eth1', { tags: '88a800c881000064' }, 'by-inner', 'eth1.200'],
    ['a tag that nobody named', 'eth1', { tags: '81000009' }, 'by-name', 'eth1'],
    ['the VLAN', 'eth9', { tags: '81000007', mac: MAC }, 'by-vlan', 'eth9'],
    ['an inner VLAN', 'eth9', { tags: '88a8000981000007' }, 'by-vlan', 'eth9'],
    ['the MAC', 'eth9', { mac: MAC }, 'by-mac', 'eth9'],
    ['the MAC behind an unknown VLAN', 'eth9', { tags: '81000009', mac: MAC }, 'by-mac', 'eth9'],
    ['the longest prefix', 'eth9', {}, 'by-host', 'eth9'],
    ['the shorter prefix', 'eth9', { source: '0a000006' }, 'by-net', 'eth9'],
    ['nothing', 'eth9', { source: 'c0000201' }, 'unknown', 'eth9'],
    ['a name that only begins alike', 'eth1x', { source: 'c0000201' }, 'unknown', 'eth1x'],
  ])('%s', (_, name, options, zone, interfaceName) => {
    expect(zoneOf(name, options)).toEqual({ zone, name: interfaceName });
  });

  it('a frame without a link header goes by its network', () => {
    const { view } = attach(hex(ip6(17, 8), UDP), { linkType: 101 });
    const zones = new IngressZones(CONFIG, interfacesNamed(['tun0'], 101));
    expect(zones.zoneNames[zones.zoneOf(view, 0)]).toBe('by-net');
  });

  it('interfaces may appear while it runs, and have no name', () => {
    const interfaces = interfacesNamed(['eth9']);
    const zones = new IngressZones(CONFIG, interfaces);
    const { view } = attach(hex('020000000002', MAC, '0800', ip4(17, 28), UDP));
    expect(zones.zoneNames[zones.zoneOf(view, 0)]).toBe('by-mac');
    for (let i = 1; i < 300; i++) {
      interfaces.push({ ...interfaces[0]!, index: i, name: i === 299 ? 'eth1' : null });
    }
    expect(zones.zoneNames[zones.zoneOf(view, 299)]).toBe('by-name');
    expect(zones.zoneNames[zones.zoneOf(view, 150)]).toBe('by-mac');
    expect(zones.names[zones.nameNumber - 1] ?? null).toBeNull();
  });

  it('MACs read the same as bytes and as text', () => {
    expect(readMac(hex('00 fffefdfcfbfa 00'), 1)).toBe(0xfffe_fdfc_fbfa);
    expect(macNumber('ff:fe:fd:fc:fb:fa')).toBe(0xfffe_fdfc_fbfa);
  });
});
