/** This file tests where a first packet would be sent: by route, else by the zones' networks. */

import { describe, expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { IngressZones, ZONE_UNKNOWN } from '../../src/ingress/ingress-zones.ts';
import { Egress } from '../../src/slowpath/egress.ts';
import { attach, hex, ip4, UDP } from '../wire/hex.ts';

const ZONES = `zones:
  lan: {interfaces: [eth1], networks: [10.0.0.0/8]}
  wan: {interfaces: [eth2, eth3], networks: [203.0.113.0/24]}
  dmz: {interfaces: [eth4], networks: [203.0.113.9]}
`;

/** Zone and interface for a destination, in hexadecimal. */
function egressFor(destination: string, more = '') {
  const config = parseFirewallConfig(`${ZONES}${more}\n`, 'egress.yaml');
  const zones = new IngressZones(config, []);
  const egress = new Egress(config, zones);
  const { view } = attach(hex(`${ip4(17, 28)} ${UDP}`.replace('cb007109', destination)), {
    linkType: 101,
  });
  const zone = zones.zoneNames[egress.zoneFor(view)];
  return { zone, name: zones.names[egress.nameNumber - 1] ?? null, routes: egress.hasRoutes };
}

describe('Egress', () => {
  it.each([
    ['the longest network', 'cb007109', 'dmz', 'eth4'],
    ['a zone of two interfaces: neither is known', 'cb00710a', 'wan', null],
    ['a zone of one', '0a000001', 'lan', 'eth1'],
    ['no network', 'c6336401', 'unknown', null],
  ])('without routes: %s', (_, destination, zone, name) => {
    expect(egressFor(destination)).toEqual({ zone, name, routes: false });
  });

  const ROUTES = `routes:
  - {destination: 203.0.113.0/25, interface: eth3}
  - {destination: 198.51.100.0/24, interface: eth2}
`;

  it.each([
    ['the route beats a longer network', 'cb007109', 'wan', 'eth3'],
    ['without a route the network', 'cb0071ff', 'wan', null],
    ['a route where no network is', 'c6336401', 'wan', 'eth2'],
    ['neither', 'c0000201', 'unknown', null],
  ])('with routes: %s', (_, destination, zone, name) => {
    expect(egressFor(destination, ROUTES)).toEqual({ zone, name, routes: true });
  });

  it('takes no short way where the connected interface is in no zone', () => {
    const more = `${ROUTES}interfaces: {x9: {addresses: [10.0.0.1/24]}}`;
    const config = parseFirewallConfig(`${ZONES}${more}\n`, 'egress.yaml');
    const egress = new Egress(config, new IngressZones(config, []));
    const client = 0x0a00_0005;
    expect(egress.isRouted4(client, ZONE_UNKNOWN, 0, ZONE_UNKNOWN)).toBe(false);
    // By the networks it is in zone 1 (lan).
    expect(egress.isRouted4(client, 1, 0, ZONE_UNKNOWN)).toBe(false);
    expect(egress.zoneOf(4, Int32Array.of(client))).toBe(1);
  });
});
