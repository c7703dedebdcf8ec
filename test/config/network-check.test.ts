/**
 * This file checks what is said of routes, interfaces, virtual routers, virtual wires and
 * policy-based forwarding that make no sense, and of configurations that take over.
 */

import { describe, expect, it } from 'vitest';
import { afterZones, problemLines, toPairs } from './problem-lines.ts';

const ROUTES = afterZones([
  [
    'routes: [{destination: 10.0.0.0/8, interface: e1}]',
    'routes: [{destination: 10.0.0.0/8, interface: e2}]',
    '47: routes[0].interface: interface `e2` is in no zone; did you mean `e1`?',
  ],
  [
    'routes: [{destination: 10.0.0.0/8, discard: yes}]',
    'routes: [{destination: 10.0.0.0/8, discard: no}]',
    '10: routes[0]: expected one of `interface`, `next-vr` or `discard: yes`',
  ],
  [
    'routes: [{destination: 10.0.0.0/8, interface: e1, discard: no}]',
    'routes: [{destination: 10.0.0.0/8, interface: e1, discard: yes}]',
    '60: routes[0].discard: expected only one of `interface`, `next-vr` and `discard: yes`',
  ],
  [
    'routes: [{destination: 10.0.0.0/8, interface: e1}]',
    'routes: [{destination: 10.0.0.0/33, interface: e1}]',
    '24: routes[0].destination: expected a prefix such as 10.0.0.0/8 or 2001:db8::/32, found `10.0.0.0/33`',
  ],
  [
    'routes: [{destination: 10.0.0.0/8, interface: e1, next-hop: 192.0.2.1}]',
    'routes: [{destination: 10.0.0.0/8, interface: e1, next-hop: 192.0.2.1/24}]',
    '61: routes[0].next-hop: expected an address such as 203.0.113.1, found `192.0.2.1/24`',
  ],
  [
    'routes: [{destination: 10.0.0.0/8, interface: e1, metric: 65535}]',
    'routes: [{destination: 10.0.0.0/8, interface: e1, metric: 65536}]',
    '59: routes[0].metric: expected a whole number 0–65535, found `65536`',
  ],
  [
    'routes: [{destination: 10.0.0.0/8, interface: e1, from-time: 2026-05-25T12:00:00Z}]',
    'routes: [{destination: 10.0.0.0/8, interface: e1, from-time: 2026-05-25T12:00:00}]',
    '62: routes[0].from-time: expected a time such as 2026-05-25T11:47:22.5Z, or +12.5 (seconds after the first packet), found `2026-05-25T12:00:00`; it has no zone: end it with Z for UTC',
  ],
]);

const TWICE = '10.0.0.0/8, interface: e1';
const two = (one: string, other: string): string =>
  `routes: [{destination: ${TWICE}${one}}, {destination: ${TWICE}${other}}]`;
/** The second route of `two`, where the first says as much more as `one` is long. */
const second = (one: string, metric = 10): string =>
  `${66 + one.length}: routes[1].destination: a second route to \`10.0.0.0/8\` of metric ${metric}, first on line 2; ` +
  'give it another metric, or times that do not overlap';

const LIVES = afterZones([
  [
    'routes: [{destination: 10.0.0.0/8, interface: e1}, {destination: 10.0.0.0/9, interface: e1}]',
    'routes: [{destination: 10.0.0.0/8, interface: e1}, {destination: 10.1.0.0/8, interface: e1}]',
    second(''),
  ],
  [two('', ', metric: 20'), two('', ', metric: 10'), second('')],
  [two(', metric: 5', ''), two(', metric: 5', ', metric: 05'), second(', metric: 5', 5)],
  [
    two(', until-time: +60', ', from-time: +60'),
    two(', until-time: +60', ', from-time: +59.9'),
    second(', until-time: +60'),
  ],
  [
    two(', from-time: +60', ', until-time: +60'),
    two(', from-time: +60', ', until-time: +60.1'),
    second(', from-time: +60'),
  ],
  [
    two(', until-time: 2026-05-25T12:00:00Z', ', from-time: 2026-05-25T13:00:00+01:00'),
    two(', until-time: 2026-05-25T12:00:00Z', ', from-time: 2026-05-25T12:59:59+01:00'),
    second(', until-time: 2026-05-25T12:00:00Z'),
  ],
  [
    two(', until-time: 2026-05-25T12:00:00Z', ', from-time: +60'),
    two(', until-time: 2026-05-25T12:00:00Z', ''),
    second(', until-time: 2026-05-25T12:00:00Z'),
  ],
  [
    two(', from-time: +1, until-time: +2', ', from-time: +2, until-time: +3'),
    two(', from-time: +1, until-time: +3', ', from-time: +2, until-time: +2.5'),
    second(', from-time: +1, until-time: +3'),
  ],
  [
    'routes: [{destination: ::/0, interface: e1, from-time: +1, until-time: +1.1}]',
    'routes: [{destination: ::/0, interface: e1, from-time: +1, until-time: +1.0}]',
    '72: routes[0].until-time: `until-time` must be later than `from-time`',
  ],
  [
    'routes: [{destination: ::/0, interface: e1, from-time: +1, until-time: 2026-05-25T11:47:22Z}]',
    'routes: [{destination: ::/0, interface: e1, from-time: 1}]',
    '56: routes[0].from-time: expected a time such as 2026-05-25T11:47:22.5Z, or +12.5 (seconds after the first packet), found `1`',
  ],
]);

/** Three interfaces that have a zone, and one that has none. */
const BEGIN = 'zones: {a: {interfaces: [e1]}, b: {interfaces: [e2, e5]}}\ninterfaces: {e3: {}}\n';
const NETWORK = toPairs(
  (
    [
      [
        'virtual-routers: {x: {interfaces: [e1, e3]}, y: {interfaces: [e2]}}',
        'virtual-routers: {x: {interfaces: [e1, e3]}, y: {interfaces: [e3]}}',
        '63: virtual-routers.y.interfaces[0]: interface `e3` belongs to virtual router `x` already (line 3)',
      ],
      [
        'virtual-routers: {x: {interfaces: [e1]}}',
        'virtual-routers: {x: {interfaces: [e4]}}',
        '36: virtual-routers.x.interfaces[0]: interface `e4` is not defined; did you mean `e1`?',
      ],
      [
        'virtual-routers: {x: {}, y: {}}\nroutes: [{destination: ::/0, next-vr: y}, {destination: ::/1, next-vr: x, virtual-router: y}]',
        'virtual-routers: {x: {}, y: {}}\nroutes: [{destination: ::/0, next-vr: x}, {destination: ::/1, next-vr: x, virtual-router: y}]',
        '4:39: routes[0].next-vr: the route is in `x` itself; name another router',
      ],
      [
        'virtual-routers: {default: {}}\nroutes: [{destination: ::/0, interface: e1, virtual-router: default}]',
        'virtual-routers: {default: {}}\nroutes: [{destination: ::/0, interface: e1, virtual-router: defalt}]',
        '4:61: routes[0].virtual-router: virtual router `defalt` is not defined; did you mean `default`?',
      ],
      [
        'routes: [{destination: ::/0, interface: e1}]',
        'routes: [{destination: ::/0, next-vr: x}]',
        '39: routes[0].next-vr: virtual router `x` is not in `virtual-routers`: add it',
      ],
      [
        'virtual-routers: {x: {}, y: {}}\nroutes: [{destination: ::/0, interface: e1}, {destination: ::/0, interface: e1, virtual-router: y}]',
        'virtual-routers: {x: {}, y: {}}\nroutes: [{destination: ::/0, interface: e1}, {destination: ::/0, interface: e1, virtual-router: x}]',
        '4:60: routes[1].destination: a second route to `::/0` of metric 10, first on line 4; give it another metric, or times that do not overlap',
      ],
      [
        'virtual-wires: {w: {interface1: e1, interface2: e2}}',
        'virtual-wires: {w: {interface1: e1, interface2: e1}}',
        '49: virtual-wires.w.interface2: both ends are `e1`; a virtual wire has two interfaces',
      ],
      [
        'virtual-wires: {w: {interface1: e1, interface2: e2}}',
        'virtual-wires: {w: {interface1: e1, interface2: e3}}',
        '49: virtual-wires.w.interface2: interface `e3` is in no zone; did you mean `e1`?',
      ],
      [
        'virtual-wires: {w: {interface1: e1, interface2: e2}}',
        'virtual-wires: {w: {interface1: e1, interface2: e2}, v: {interface1: e2, interface2: e5}}',
        '70: virtual-wires.v.interface1: interface `e2` is an end of virtual wire `w` (line 3) already',
      ],
      [
        'virtual-wires: {w: {interface1: e1, interface2: e2}}\nvirtual-routers: {x: {interfaces: [e3]}}',
        'virtual-wires: {w: {interface1: e1, interface2: e2}}\nvirtual-routers: {x: {interfaces: [e1]}}',
        '4:36: virtual-routers.x.interfaces[0]: interface `e1` is an end of virtual wire `w` (line 3), which no virtual router has',
      ],
      [
        'virtual-wires: {w: {interface1: e1, interface2: e2}}\nroutes: []',
        'virtual-wires: {w: {interface1: e1, interface2: e2}}\nroutes: [{destination: ::/0, interface: e2}]',
        '4:41: routes[0].interface: interface `e2` is an end of virtual wire `w` (line 3): packets leave by it from the other end alone',
      ],
    ] as const
  ).map(([good, bad, line]) => [
    BEGIN + good,
    BEGIN + bad,
    /^\d+:\d/.test(line) ? line : `3:${line}`,
  ]),
);

const INTERFACES = afterZones([
  [
    'interfaces: {e1: {addresses: 203.0.113.5/24}, e2: {addresses: 203.0.113.6/24}}',
    'interfaces: {e1: {addresses: 203.0.113.5/24}, e2: {addresses: 203.0.113.5/25}}',
    '63: interfaces.e2.addresses: address `203.0.113.5` belongs to interface `e1` already (line 2)',
  ],
  [
    'interfaces: {e1: {addresses: ["2001:db8::1/64", "2001:db8::2/64"]}}',
    'interfaces: {e1: {addresses: ["2001:db8::1/64", "2001:db8:0::1/64"]}}',
    '49: interfaces.e1.addresses[1]: address `2001:db8::1` belongs to interface `e1` already (line 2)',
  ],
  [
    'interfaces: {e1: {addresses: 10.0.0.1/8}, e2: {addresses: 10.0.0.1/8}}\nvirtual-routers: {x: {interfaces: [e1]}, y: {interfaces: [e2]}}',
    'interfaces: {e1: {addresses: 10.0.0.1/8}, e2: {addresses: 10.0.0.1/8}}\nvirtual-routers: {x: {interfaces: [e1, e2]}}',
    '59: interfaces.e2.addresses: address `10.0.0.1` belongs to interface `e1` already (line 2)',
  ],
  [
    'interfaces: {e1: {addresses: 203.0.113.5/24}}',
    'interfaces: {e1: {addresses: 203.0.113.0-203.0.113.5}}',
    '30: interfaces.e1.addresses: expected an address such as 203.0.113.5/24, found `203.0.113.0-203.0.113.5`',
  ],
]);

const FORWARDING = afterZones([
  [
    'pbf: [{egress-interface: e1}]',
    'pbf: [{}]',
    '7: pbf[0]: expected `egress-interface`, where `forward` leads to',
  ],
  [
    'pbf: [{egress-interface: e1}]',
    'pbf: [{egress-interface: e2}]',
    '26: pbf[0].egress-interface: interface `e2` is in no zone; did you mean `e1`?',
  ],
  [
    'pbf: [{action: discard}]',
    'pbf: [{action: discard, egress-interface: e1}]',
    '43: pbf[0].egress-interface: only `action: forward` has it, not `discard`',
  ],
  [
    'pbf: [{action: no-pbf, enforce-symmetric-return: no}]',
    'pbf: [{action: no-pbf, enforce-symmetric-return: yes}]',
    '50: pbf[0].enforce-symmetric-return: only `action: forward` has it, not `no-pbf`',
  ],
  [
    'pbf: [{action: discard, from-interface: e1}]',
    'pbf: [{action: discard, from-interface: e1x}]',
    '41: pbf[0].from-interface: interface `e1x` is not defined; did you mean `e1`?',
  ],
  [
    'pbf: [{action: discard, from: any, from-interface: e1}]',
    'pbf: [{action: discard, from: a, from-interface: e1}]',
    '50: pbf[0].from-interface: either `from` or `from-interface`, not both',
  ],
  [
    'pbf: [{action: discard, from-interface: any}]',
    'pbf: [{action: discard, from-interface: [e1, any]}]',
    '46: pbf[0].from-interface[1]: `any` stands alone in its list',
  ],
  [
    'pbf: [{action: discard, from: a}]',
    'pbf: [{action: discard, to: a}]',
    '25: pbf[0].to: unknown key; known here: name, description, from, source, destination, negate-source, negate-destination, service, disabled, from-interface, action, egress-interface, next-hop, enforce-symmetric-return, from-time, until-time',
  ],
  [
    'pbf: [{action: discard, service: tcp/80}]',
    'pbf: [{action: discard, service: application-default}]',
    '34: pbf[0].service: only security rules know `application-default`; name ports, or leave the key out for any',
  ],
  [
    'pbf: [{action: discard, from-time: +1, until-time: +2}]',
    'pbf: [{action: discard, from-time: +2, until-time: +2}]',
    '52: pbf[0].until-time: `until-time` must be later than `from-time`',
  ],
]);

const CHANGES = afterZones([
  [
    'configuration: [{at: +5, file: after.yaml}]',
    'configuration: [{at: 5, file: after.yaml}]',
    '22: configuration[0].at: expected a time such as 2026-05-25T11:47:22.5Z, or +12.5 (seconds after the first packet), found `5`',
  ],
  [
    'configuration: [{at: +5, file: after.yaml}]',
    'configuration: [{at: +5}]',
    '17: configuration[0].file: missing; expected the name of a file',
  ],
]);

describe.each([
  ['routes', ROUTES],
  ['routes to one destination', LIVES],
  ['virtual routers and wires', NETWORK],
  ['interfaces', INTERFACES],
  ['policy-based forwarding', FORWARDING],
  ['configurations that take over', CHANGES],
])('%s', (_, pairs) => {
  it.each(pairs)('$name', ({ good, bad, line }) => {
    expect(problemLines(good)).toEqual([]);
    expect(problemLines(bad)).toEqual([line]);
  });
});

describe('a large file', () => {
  const changes = (count: number): string =>
    `zones: {a: {}}\nconfiguration:\n${'- {at: +5, file: a.yaml}\n'.repeat(count)}`;

  it('has at most 1000 configurations', () => {
    expect(problemLines(changes(1000))).toEqual([]);
    expect(problemLines(changes(1001))).toEqual([
      '1003:3: configuration[1000]: expected at most 1000 entries',
    ]);
  });
});
