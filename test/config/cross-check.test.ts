/**
 * This file checks what must agree between sections.
 */

import { describe, expect, it } from 'vitest';
import { afterZones, problemLines, toPairs } from './problem-lines.ts';

const ZONE_PAIRS = toPairs([
  ['zones: {a: {}}', 'zones: {}', '1:8: zones: expected at least one zone'],
  ['zones: {a: {}}', 'zones:', '1:1: zones: expected a map, found nothing'],
  ['zones: {a: {}}', 'timeouts: {}', '1:1: zones: missing; expected a map'],
  [
    'zones: {a: {}}',
    'zones: {any: {}}',
    "1:9: zones.any: expected a zone's name, found `any`; `any` has a meaning of its own",
  ],
  ['zones: {a: {}}', 'zones: {a: }', '1:9: zones.a: expected a map, found nothing'],
  [
    'zones: {a: {vlans: [4094]}}',
    'zones: {a: {vlans: [4095]}}',
    '1:21: zones.a.vlans[0]: expected a whole number 1–4094, found `4095`',
  ],
  [
    'zones: {a: {interfaces: [x]}}',
    'zones: {a: {interface: [x]}}',
    '1:13: zones.a.interface: unknown key; did you mean `interfaces`?',
  ],
  [
    'zones: {"a.b c": {macs: []}}',
    'zones: {"a.b c": {mac: []}}',
    '1:19: zones["a.b c"].mac: unknown key; did you mean `macs`?',
  ],
  [
    'zones: {a: {interfaces: [x]}, b: {interfaces: [y]}}',
    'zones: {a: {interfaces: [x]}, b: {interfaces: [x]}}',
    '1:48: zones.b.interfaces[0]: interface `x` belongs to zone `a` already (line 1)',
  ],
  [
    'zones: {a: {vlans: [1]}, b: {vlans: [2]}}',
    'zones: {a: {vlans: [1]}, b: {vlans: [01]}}',
    '1:38: zones.b.vlans[0]: VLAN `1` belongs to zone `a` already (line 1)',
  ],
  [
    'zones: {a: {networks: [10.0.0.0/8]}, b: {networks: [10.0.0.0/9]}}',
    'zones: {a: {networks: [10.0.0.0/8]}, b: {networks: [10.9.0.0/8]}}',
    '1:53: zones.b.networks[0]: network `10.0.0.0/8` belongs to zone `a` already (line 1)',
  ],
  [
    'zones: {a: {macs: [02:00:00:00:00:0a]}, b: {macs: [02:00:00:00:00:0b]}}',
    'zones: {a: {macs: [02:00:00:00:00:0a]}, b: {macs: [02-00-00-00-00-0A]}}',
    '1:52: zones.b.macs[0]: MAC address `02:00:00:00:00:0a` belongs to zone `a` already (line 1)',
  ],
  [
    'zones: {a: {}}',
    'zones: {a: {}}\nzones: {b: {}}',
    '2:1: zones: written twice, first on line 1',
  ],
  [
    'zones: {a: {}, b: {}}',
    'zones: {a: {}, a: {}}',
    '1:16: zones.a: written twice, first on line 1',
  ],
]);

const CROSS = afterZones([
  [
    'rules: [{from: [a, b]}]',
    'rules: [{from: [a, c]}]',
    '20: rules[0].from[1]: zone `c` is not defined; did you mean `a`?',
  ],
  [
    'rules: [{to: any}]',
    'rules: [{to: dmz}]',
    '14: rules[0].to: zone `dmz` is not defined; defined: `a`, `b`',
  ],
  [
    'rules: [{to: any}]',
    'rules: [{to: [a, any]}]',
    '18: rules[0].to[1]: `any` stands alone in its list',
  ],
  [
    'rules: [{from: [a]}]',
    'rules: [{from: []}]',
    '16: rules[0].from: expected at least one entry; leave the key out for any',
  ],
  [
    'rules: [{service: service-http}]',
    'rules: [{service: http}]',
    '19: rules[0].service: service `http` is not defined; did you mean `service-http`?',
  ],
  [
    'rules: [{service: ["tcp/80,8080"]}]',
    'rules: [{service: [tcp/80,8080]}]',
    '27: rules[0].service[1]: expected any, application-default, tcp/80, tcp/80,8080 or udp/5060-5070, or a name from `services`, found `8080`; a list of ports in […] needs quotes: ["tcp/80,8080"]',
  ],
  [
    'rules: [{service: application-default}]',
    'rules: [{service: [application-default, tcp/80]}]',
    '20: rules[0].service[0]: `application-default` stands alone in its list',
  ],
  [
    'rules: [{name: x}, {name: y}]',
    'rules: [{name: x}, {name: x}]',
    '27: rules[1].name: a second rule `x`, first on line 2',
  ],
  [
    'rules: [{source: [10.0.0.1-10.0.0.9]}]',
    'rules: [{source: [10.0.0.9-10.0.0.1]}]',
    '19: rules[0].source[0]: expected any, a prefix, an address, a range 10.0.0.1-10.0.0.9 or a name from `addresses`, found `10.0.0.9-10.0.0.1`',
  ],
  [
    'rules: [{action: reset-both}]',
    'rules: [{action: reset}]',
    '18: rules[0].action: expected allow, deny, drop, reset-client, reset-server or reset-both, found `reset`; did you mean `reset-both`?',
  ],
  ['rules: []', 'rules: {}', '8: rules: expected a list, found a map'],
  ['rules: [{}]', 'rules: [x]', '9: rules[0]: expected a map, found `x`'],
  [
    'decryption: [{type: ssh-proxy}]',
    'decryption: [{type: ssh}]',
    '21: decryption[0].type: expected ssl-forward-proxy, ssl-inbound-inspection or ssh-proxy, found `ssh`; did you mean `ssh-proxy`?',
  ],
]);

describe('zones', () => {
  it.each(ZONE_PAIRS)('$name', ({ good, bad, line }) => {
    expect(problemLines(good)).toEqual([]);
    expect(problemLines(bad)).toEqual([line]);
  });
});

describe('rules', () => {
  it.each(CROSS)('$name', ({ good, bad, line }) => {
    expect(problemLines(good)).toEqual([]);
    expect(problemLines(bad)).toEqual([line]);
  });
});
