/** This file checks what a run says that it took for granted of applications and of the ways that packets take. */

import { expect, it } from 'vitest';
import { INSPECTED_BYTES_MAX, INSPECTED_PACKETS_MAX } from '../../src/appid/inspected.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { assumptions } from '../../src/report/assumptions.ts';

const ZONES = 'zones: {a: {interfaces: [a0, a1]}, b: {interfaces: [b0, b1]}}\nrules: []\n';

/** What is assumed of ways alone: that of applications is everywhere. */
function assumedOfWays(yaml: string): string[] {
  return assumed(yaml).filter((line) => !line.startsWith('Applications '));
}

const isOfOffload = (line: string): boolean => /offload/i.test(line);

/** But for offload, of which something is assumed everywhere. */
function assumed(yaml: string): string[] {
  return allAssumed(yaml).filter((line) => !isOfOffload(line));
}

function allAssumed(yaml: string): string[] {
  const config = parseFirewallConfig(`${ZONES}${yaml}\n`, 'assumptions.yaml');
  const captures = { reader: 'native', files: [] } as const;
  return assumptions({ config, captures, midstream: false, decapsulate: [] });
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

it('offload: that it is an estimate, what of the platform is not confirmed, and late refresh', () => {
  const offload = (yaml: string) => allAssumed(yaml).filter(isOfOffload).slice(1);
  expect(allAssumed('').filter(isOfOffload)[0]).toMatch(/^Offload is an estimate: /);
  expect(offload('')).toEqual([
    'No platform: offload hardware was assumed, to show what could be offloaded.',
  ]);
  expect(offload('platform: {model: PA-3220}')).toEqual([]);
  expect(offload('platform: {model: PA-440}')).toEqual([]);
  expect(offload('platform: {hardware-offload: no}')).toEqual([]);
  expect(offload('platform: {model: PA-5450}')).toEqual([
    'PA-5450: a network processor is documented, session offload is not confirmed publicly; it was counted as offload hardware.',
  ]);
  expect(offload('platform: {model: PA-3220, hardware-refresh: model}')).toEqual([
    'hardware-refresh: packets-64: packets of offloaded sessions refresh them only when hardware reports them.',
  ]);
  expect(offload('platform: {model: PA-3220}\nsession: {app-id: ports}')).toEqual([
    'app-id: ports: for offload an application counts as identified with its first data.',
  ]);
});
