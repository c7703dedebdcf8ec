/** This file checks what a run says that it took for granted of applications and of the ways that packets take. */

import { describe, expect, it } from 'vitest';
import { INSPECTED_BYTES_MAX, INSPECTED_PACKETS_MAX } from '../../src/appid/inspected.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { assumptions } from '../../src/report/assumptions.ts';
import { offloadAssumptions } from '../../src/report/offload/assumptions.ts';

const ZONES = 'zones: {a: {interfaces: [a0, a1]}, b: {interfaces: [b0, b1]}}\nrules: []\n';

/** What is assumed of ways alone: that of applications is everywhere. */
function assumedOfWays(yaml: string): string[] {
  return assumed(yaml).filter((line) => !line.startsWith('Applications '));
}

/** But for what is assumed of offload, which is everywhere, too. */
function assumed(yaml: string): string[] {
  const config = parseFirewallConfig(`${ZONES}${yaml}\n`, 'assumptions.yaml');
  const captures = { reader: 'native', files: [] } as const;
  const all = assumptions({ config, captures, midstream: false, decapsulate: [] });
  return all.filter((line) => !line.startsWith('Offload '));
}

it('without routes: what tells the egress zone in their place', () => {
  const from = (places: string) =>
    `No routes: egress zones come from ${places}, and whether a reply would be forwarded into another zone (fwd-zone-change) cannot be told.`;
  expect(assumedOfWays('')).toEqual([from("the zones' networks")]);
  const wire = 'virtual-wires: {w: {interface1: a0, interface2: b0}}';
  expect(assumedOfWays(`${wire}\ninterfaces: {a1: {addresses: [10.0.0.1/8]}}`)).toEqual([
    from("virtual wires, the interfaces' networks, else from the zones' networks"),
  ]);
});

it('with routes: interfaces of no router, and PBF rules', () => {
  const routers = 'virtual-routers: {r: {interfaces: [a0]}, s: {interfaces: [b0, b1]}}';
  const inside = 'interfaces: {a0: {addresses: [10.0.0.1/8]}}';
  expect(assumedOfWays('routes: []')).toEqual([
    'No addresses of interfaces: a client that no route is about was taken to be on the network of the interface that it came in by.',
  ]);
  expect(assumedOfWays(`routes: []\n${inside}`)).toEqual([]);
  expect(assumedOfWays(`routes: []\n${inside}\n${routers}`)).toEqual([
    "Interfaces in no virtual router (a1) and unknown ones were taken to be in that of their zone's other interfaces where that is one, else in r.",
  ]);
  expect(
    assumedOfWays(`routes: []\n${inside}\npbf: [{name: p, from: [a], egress-interface: b0}]`),
  ).toEqual([
    'PBF: next hops were taken to be reachable; a session keeps the rule that its first packet met for as long as the rule is there.',
  ]);
});

it('applications: by payload, as much of it as is inspected, else by ports', () => {
  const bytes = INSPECTED_BYTES_MAX.toLocaleString('en-US');
  const inside = 'interfaces: {a0: {addresses: [10.0.0.1/8]}}';
  expect(assumed(`routes: []\n${inside}`)).toEqual([
    `Applications are told by the first ${INSPECTED_PACKETS_MAX} packets or ${bytes} bytes of payload of a TCP or UDP session, with signatures of this program's own; what is encrypted is what its handshake shows in clear. Other protocols are told by their numbers.`,
  ]);
  expect(assumed(`routes: []\n${inside}\nsession: {app-id: ports}`)).toEqual([
    'app-id: ports: applications are told by their default ports, whatever the packets hold.',
  ]);
});

describe('offload', () => {
  const told = (yaml: string) =>
    offloadAssumptions(parseFirewallConfig(`${ZONES}${yaml}\n`, 'assumptions.yaml'));
  const late = 'hardware-refresh: model';

  it.each([
    ['', 'offload hardware (no platform is named)', 'at once'],
    ['platform: {model: PA-3220}', 'PA-3220 has offload hardware (documented)', 'at once'],
    [`platform: {model: PA-3220, ${late}}`, 'PA-3220 has offload hardware', '64 packets'],
    ['platform: {model: PA-5410}', 'PA-5410 has offload hardware (unconfirmed', 'at once'],
    ['platform: {hardware-refresh: packets-16}', 'offload hardware', '16 packets'],
    [
      'platform: {hardware-offload: yes}',
      'offload hardware (platform.hardware-offload)',
      'at once',
    ],
  ])('of %s', (yaml, platform, refresh) => {
    const [first, second, ...rest] = told(yaml);
    expect(first).toContain(platform);
    expect(second).toContain(refresh);
    expect(rest).toEqual([
      expect.stringContaining('inferred'),
      expect.stringContaining('unconfirmed'),
    ]);
  });

  it('without hardware is the platform alone', () => {
    expect(told('platform: {model: PA-440}')).toEqual([
      'PA-440 has no offload hardware (inferred: it is not among the models that have it)',
    ]);
    expect(told('platform: {model: PA-3220, hardware-offload: no}')).toEqual([
      'no offload hardware (platform.hardware-offload)',
    ]);
  });

  it('by ports is identified with the first data', () => {
    expect(told('session: {app-id: ports}').at(-1)).toContain('app-id: ports');
  });

  it('stands among the other assumptions, too', () => {
    const config = parseFirewallConfig(`${ZONES}platform: {model: PA-440}\n`, 'assumptions.yaml');
    const captures = { reader: 'native', files: [] } as const;
    const all = assumptions({ config, captures, midstream: false, decapsulate: [] });
    expect(all.filter((line) => line.startsWith('Offload is an estimate: PA-440'))).toHaveLength(1);
  });
});
