/**
 * This file checks what valid interfaces, routers, wires, routes and NAT rules become.
 */

import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseFirewallConfig } from '../../src/config/load.ts';

const read = (text: string) => parseFirewallConfig(text, 'fw.yaml');

describe('ways and translations', () => {
  const FULL = `zones: {a: {interfaces: [e1, w1]}, b: {interfaces: [e2, w2]}}
interfaces: {e1: {addresses: [10.0.0.1/8, "2001:db8::1/64"]}, e2: {addresses: 203.0.113.5}}
virtual-routers: {x: {interfaces: [e1]}, y: {interfaces: [e2]}}
virtual-wires: {w: {interface1: w1, interface2: w2}}
routes:
  - {destination: 0.0.0.0/0, next-vr: y, next-hop: 203.0.113.1}
  - {destination: 0.0.0.0/0, interface: e2, virtual-router: y, metric: 5, from-time: +1.5}
  - {destination: 10.9.0.0/16, discard: yes, until-time: 2026-05-25T11:47:22.5Z}
pbf:
  - {from-interface: e1, source: host, service: tcp/80, egress-interface: e2,
     enforce-symmetric-return: yes, next-hop: 203.0.113.1}
  - {name: off, action: discard, disabled: yes}
addresses: {host: 10.0.0.9, pool: 192.0.2.1-192.0.2.3}
nat:
  - {name: out, from: a, to: b, to-interface: e2, source-translation: {dynamic-ip-and-port: [pool, 192.0.2.9]}}
  - {disabled: yes}
  - {source-translation: {dynamic-ip-and-port: {interface-address: {interface: e2, ip: 203.0.113.5/24}}}}
  - {source-translation: {dynamic-ip: {translated-address: pool, fallback: {interface-address: {interface: e2}}}}}
  - {source: host, source-translation: {static-ip: {translated-address: 192.0.2.7, bi-directional: yes}}}
  - {destination: pool, negate-source: yes, source: host, service: tcp/80,
     destination-translation: {translated-address: host, translated-port: 8080}}
  - {dynamic-destination-translation: {translated-address: pool, distribution: ip-hash}}
  - {nat-type: nptv6}
configuration: [{at: +60, file: later.yaml}, {at: 2026-05-25T11:47:22Z, file: last.yaml, rematch: yes}]
session: {nat-oversubscription: 8}
rules: []
`;
  const config = read(FULL);
  const host = (word: number) => ({ family: 4, words: [word | 0], length: 32 });
  const POOL = [host(0xc0000201), { family: 4, words: [0xc0000202 | 0], length: 31 }];
  const OWN = { interface: 'e2', ip: null };

  it('become interfaces, routers, wires and routes', () => {
    expect(config.interfaces).toMatchObject([
      { name: 'e1', addresses: [{ family: 4, network: { length: 8 } }, { family: 6 }] },
      { name: 'e2', addresses: [{ words: [0xcb007105 | 0], network: { length: 32 } }] },
    ]);
    expect(config.virtualRouters.map(({ name }) => name)).toEqual(['x', 'y']);
    expect(config.virtualWires).toEqual([{ name: 'w', interfaces: ['w1', 'w2'] }]);
    const always = { from: null, until: null };
    const bound = { second: 1, nanosecond: 500_000_000, isRelative: true };
    expect(config.routes).toMatchObject([
      { virtualRouter: null, interface: null, nextVr: 'y', metric: 10, lifespan: always },
      { virtualRouter: 'y', interface: 'e2', metric: 5, lifespan: { from: bound, until: null } },
      { interface: null, nextVr: null, lifespan: { until: { isRelative: false } } },
    ]);
  });

  it('become rules of forwarding and translation', () => {
    expect(config.pbf).toMatchObject([
      { name: 'pbf-1', fromInterface: ['e1'], from: null, source: [host(0x0a000009)] },
    ]);
    expect(config.pbf[0]).toMatchObject({ symmetricReturn: true, egressInterface: 'e2' });
    const translations = config.nat.map((rule) => rule.sourceTranslation);
    expect(translations).toEqual([
      { kind: 'dynamic-ip-and-port', pool: { addresses: [...POOL, host(0xc0000209)] } },
      { kind: 'dynamic-ip-and-port', pool: { ...OWN, ip: [host(0xcb007105)] } },
      { kind: 'dynamic-ip', addresses: POOL, fallback: OWN },
      { kind: 'static-ip', addresses: [host(0xc0000207)], biDirectional: true },
      null,
      null,
      null,
    ]);
    expect(config.nat.map(({ name }) => name)).toEqual([
      'out',
      ...[3, 4, 5, 6, 7, 8].map((n) => `nat-${n}`),
    ]);
    expect(config.nat[0]).toMatchObject({ from: ['a'], to: ['b'], toInterface: 'e2' });
    expect(config.nat[4]).toMatchObject({
      negateSource: true,
      service: [{ protocol: 'tcp', ports: [{ from: 80, to: 80 }] }],
      destinationTranslation: { addresses: [host(0x0a000009)], port: 8080, distribution: null },
    });
    expect(config.nat[5]?.destinationTranslation?.distribution).toBe('ip-hash');
    expect(config.nat[6]?.natType).toBe('nptv6');
    expect(config.changes).toMatchObject([
      { at: { second: 60, isRelative: true }, file: 'later.yaml', rematch: false },
      { at: { isRelative: false }, file: 'last.yaml', rematch: true },
    ]);
  });

  it('read again from their effective form mean the same', () => {
    const { notModelled: _, ...again } = read(stringify(config.effective));
    expect({ ...again, notModelled: config.notModelled }).toEqual(config);
    expect(config.effective).toMatchObject({
      routes: [{ 'next-hop': '203.0.113.1', metric: 10 }, { 'from-time': '+1.5' }, {}],
    });
  });
});

describe('the oversubscription of translated ports', () => {
  it.each([
    ['', 2],
    ['platform: {model: PA-440}', 2],
    ['platform: {model: PA-3220}', 4],
    ['platform: {model: PA-5220}', 8],
    ['platform: {model: PA-5220}\nsession: {nat-oversubscription: 1}', 1],
    ['session: {nat-oversubscription: platform}', 2],
  ])('%s is %s', (text, times) => {
    expect(read(`zones: {a: {}}\n${text}`).session.natOversubscription).toBe(times);
  });
});
