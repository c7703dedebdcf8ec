/**
 * This file checks addresses, services and their groups: what is wrong with them, and what rules
 * that name them become.
 */

import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { isAddressName, isServiceName } from '../../src/config/values.ts';
import { formatPrefix } from '../../src/net/prefix.ts';
import { afterZones, problemLines } from './problem-lines.ts';

const ADDRESSES = afterZones([
  [
    'addresses: {x: 10.0.0.1}',
    'addresses: {x: 10.0.0.300}',
    '16: addresses.x: expected an address, a prefix or a range 10.0.0.1-10.0.0.9, found `10.0.0.300`',
  ],
  [
    'addresses: {x: [10.0.0.1, "::/0"]}',
    'addresses: {x: [10.0.0.1, any]}',
    '27: addresses.x[1]: expected an address, a prefix or a range 10.0.0.1-10.0.0.9, found `any`',
  ],
  [
    'addresses: {x: [10.0.0.1]}',
    'addresses: {x: []}',
    '16: addresses.x: expected at least one entry',
  ],
  [
    'addresses: {x: 10.0.0.1}',
    'addresses: {x: }',
    '13: addresses.x: expected a list, found nothing',
  ],
  [
    'addresses: {anyone: 10.0.0.1}',
    'addresses: {any: 10.0.0.1}',
    '13: addresses.any: expected a name for the address, found `any`; a rule would not take it for a name',
  ],
  [
    'addresses: {h-10.0.0.1: 10.0.0.1}',
    'addresses: {10.0.0.1: 10.0.0.1}',
    '13: addresses["10.0.0.1"]: expected a name for the address, found `10.0.0.1`; a rule would not take it for a name',
  ],
  [
    'addresses: {10.0.0.0-24: 10.0.0.0/24}',
    'addresses: {10.0.0.0/24: 10.0.0.0/24}',
    '13: addresses["10.0.0.0/24"]: expected a name for the address, found `10.0.0.0/24`; a rule would not take it for a name',
  ],
  [
    'address-groups: {g: [10.0.0.1, 10.0.0.0/8]}',
    'address-groups: {g: [10.0.0.1, any]}',
    '32: address-groups.g[1]: expected an address, a prefix, a range 10.0.0.1-10.0.0.9 or a name from `addresses`, found `any`',
  ],
  [
    'address-groups: {g: 10.0.0.1}',
    'address-groups: {g: 10.0.0.1/40}',
    '21: address-groups.g: expected an address, a prefix, a range 10.0.0.1-10.0.0.9 or a name from `addresses`, found `10.0.0.1/40`',
  ],
  [
    'address-groups: {g: ["::1"]}',
    'address-groups: {g: []}',
    '21: address-groups.g: expected at least one entry',
  ],
]);

/** Rules that name objects, on line 3; the objects are on line 2. */
const NAMED: readonly (readonly [objects: string, good: string, bad: string, line: string])[] = [
  [
    'addresses: {web: 10.0.0.1, db: 10.0.0.2}',
    'rules: [{source: [web, db]}]',
    'rules: [{source: [web, bd]}]',
    '24: rules[0].source[1]: address `bd` is not defined; did you mean `db`?',
  ],
  [
    'addresses: {web: 10.0.0.1}',
    'rules: [{destination: web}]',
    'rules: [{destination: elsewhere}]',
    '23: rules[0].destination: address `elsewhere` is not defined; defined: `web`',
  ],
  [
    'addresses: {web: 10.0.0.1}',
    'rules: [{source: 10.0.0.30}]',
    'rules: [{source: 10.0.0.300}]',
    '18: rules[0].source: expected any, a prefix, an address, a range 10.0.0.1-10.0.0.9 or a name from `addresses`, found `10.0.0.300`',
  ],
  [
    'addresses: {web: 10.0.0.1}',
    'nat: [{source: web}]',
    'nat: [{source: wbe}]',
    '16: nat[0].source: address `wbe` is not defined; did you mean `web`?',
  ],
  [
    'addresses: {web: 10.0.0.1}',
    'decryption: [{destination: web}]',
    'decryption: [{destination: wbe}]',
    '28: decryption[0].destination: address `wbe` is not defined; did you mean `web`?',
  ],
  [
    'addresses: {web: 10.0.0.1}',
    'rules: [{source: any}]',
    'rules: [{source: [web, any]}]',
    '24: rules[0].source[1]: `any` stands alone in its list',
  ],
  [
    'addresses: {web: 10.0.0.1}',
    'address-groups: {g: [web, 10.0.0.2]}',
    'address-groups: {g: [wbe, 10.0.0.2]}',
    '22: address-groups.g[0]: address `wbe` is not defined; did you mean `web`?',
  ],
  [
    'addresses: {web: 10.0.0.1}',
    'address-groups: {webs: [web]}',
    'address-groups: {web: [10.0.0.2]}',
    '18: address-groups.web: `web` names one of `addresses` already (line 2)',
  ],
  [
    'addresses: {web: 10.0.0.1}',
    'address-groups: {g: [h], h: [web]}',
    'address-groups: {g: [h], h: [web, g]}',
    '35: address-groups.h[1]: group `g` contains itself by way of `h`',
  ],
  [
    'addresses: {web: 10.0.0.1}',
    'address-groups: {g: [web], h: [g, g]}',
    'address-groups: {g: [web, g], h: [g, g]}',
    '27: address-groups.g[1]: group `g` contains itself',
  ],
  [
    'services: {s: tcp/8000}',
    'service-groups: {g: [s, service-http]}',
    'service-groups: {g: [s, service-htp]}',
    '25: service-groups.g[1]: service `service-htp` is not defined; did you mean `service-http`?',
  ],
  [
    'services: {s: tcp/8000}',
    'service-groups: {g: s}',
    'service-groups: {g: tcp/8000}',
    '21: service-groups.g: expected a name from `services`, found `tcp/8000`; ports need a name in `services`',
  ],
  [
    'services: {s: tcp/8000}',
    'service-groups: {g: [s]}',
    'service-groups: {s: [service-http]}',
    '18: service-groups.s: `s` names one of `services` already (line 2)',
  ],
  [
    'services: {service-http: tcp/8000}',
    'service-groups: {g: [service-http]}',
    'service-groups: {service-https: [service-http]}',
    '18: service-groups.service-https: `service-https` is a predefined service',
  ],
  [
    'services: {s: tcp/8000}',
    'service-groups: {g: [s], h: [g]}',
    'service-groups: {g: [h], h: [g]}',
    '30: service-groups.h[0]: group `g` contains itself by way of `h`',
  ],
  [
    'services: {8080-alt: tcp/8080}',
    'rules: [{service: 8080-alt}]',
    'rules: [{service: 8081-alt}]',
    '19: rules[0].service: service `8081-alt` is not defined; did you mean `8080-alt`?',
  ],
];

const SERVICES = afterZones([
  [
    'services: {s: {ports: tcp/1, timeout: 15999999}}',
    'services: {s: {ports: tcp/1, timeout: 16000000}}',
    '39: services.s.timeout: expected a whole number 1–15999999 (seconds), found `16000000`',
  ],
  [
    'services: {s: {ports: tcp/1, halfclose-timeout: 604800}}',
    'services: {s: {ports: tcp/1, halfclose-timeout: 604801}}',
    '49: services.s.halfclose-timeout: expected a whole number 1–604800 (seconds), found `604801`',
  ],
  [
    'services: {s: {ports: tcp/1, timewait-timeout: 600}}',
    'services: {s: {ports: tcp/1, timewait-timeout: 601}}',
    '48: services.s.timewait-timeout: expected a whole number 1–600 (seconds), found `601`',
  ],
  [
    'services: {s: {ports: tcp/1, halfclose-timeout: 5}}',
    'services: {s: {ports: tcp/1, half-close-timeout: 5}}',
    '30: services.s.half-close-timeout: unknown key; did you mean `halfclose-timeout`?',
  ],
  [
    'services: {s: {ports: [tcp/1, udp/1], halfclose-timeout: 5}}',
    'services: {s: {ports: [sctp/1, udp/1], halfclose-timeout: 5}}',
    '59: services.s.halfclose-timeout: a timer of tcp, of which this service has no ports',
  ],
  [
    'services: {s: {ports: UDP/1, timeout: 5}}',
    'services: {s: {ports: sctp/1, timeout: 5}}',
    '40: services.s.timeout: a timer of tcp or udp, of which this service has no ports',
  ],
  [
    'services: {s: {ports: tcp/1}}',
    'services: {s: {ports: []}}',
    '23: services.s.ports: expected at least one entry',
  ],
  ['services: {s: [tcp/1]}', 'services: {s: []}', '15: services.s: expected at least one entry'],
  [
    'services: {s: {ports: tcp/1, timeout: 5}}',
    'services: {s: {timeout: 5}}',
    '15: services.s.ports: missing; expected a list',
  ],
  [
    'services: {s: [tcp/1, udp/1]}',
    'services: {s: [tcp/1, udp/x]}',
    '23: services.s[1]: expected protocol and ports such as tcp/80, tcp/80,8080 or udp/5060-5070, found `udp/x`',
  ],
]);

describe('addresses and services', () => {
  it.each([...ADDRESSES, ...SERVICES])('$name', ({ good, bad, line }) => {
    expect(problemLines(good)).toEqual([]);
    expect(problemLines(bad)).toEqual([line]);
  });
});

describe('names in groups and rules', () => {
  it.each(NAMED)('%s: %s, not %s', (objects, good, bad, line) => {
    const before = `zones: {a: {}}\n${objects}\n`;
    expect(problemLines(before + good)).toEqual([]);
    expect(problemLines(before + bad)).toEqual([`3:${line}`]);
  });

  it('groups nested without end neither loop nor overflow', () => {
    const depth = 12_000;
    const groups = Array.from({ length: depth }, (_, i) => `g${i}: [g${i + 1}]`).join(', ');
    const file = (last: string) =>
      `zones: {a: {}}\naddress-groups: {${groups}, g${depth}: ${last}}\nrules: [{source: g0}]`;
    const { rules } = parseFirewallConfig(file('10.0.0.1'), 'fw.yaml');
    expect(rules?.[0]?.source).toHaveLength(1);
    const [line, ...more] = problemLines(file('g0'));
    expect(more).toEqual([]);
    expect(line).toMatch(/: group `g0` contains itself by way of `g1`, `g2`, `g3`, `g4`, `g5`, …$/);
  });
});

describe('very many unknown names', () => {
  it('are told without looking for the nearest of all', () => {
    const names = Array.from({ length: 2000 }, (_, i) => `server-${i}: 10.0.0.1`).join(', ');
    const rules = Array.from({ length: 300 }, (_, i) => `{source: host-${i}}`).join(', ');
    const lines = problemLines(`zones: {a: {}}\naddresses: {${names}}\nrules: [${rules}]`);
    expect(lines).toHaveLength(300);
    expect(lines.at(-1)).toMatch(/address `host-299` is not defined; defined: `server-0`, .*, …$/);
  });
});

describe('what is a name', () => {
  it.each(['web', 'H-10.0.0.1', '10.0.0.0-24', '10.0.0.l', 'a-b', 'dead.beef', 'web 1'])(
    '%s: of an address',
    (text) => expect(isAddressName(text)).toBe(true),
  );
  it.each([
    'any',
    '10',
    '10.0.0',
    '10.0.0.300',
    '10.0.0.0/33',
    '::1g',
    '10.0.0.1 - 10.0.0',
    '-1.1',
  ])('%s: of no address', (text) => expect(isAddressName(text)).toBe(false));
  it.each(['web', '8080-alt', 'tcp-8080'])('%s: of a service', (text) =>
    expect(isServiceName(text)).toBe(true),
  );
  it.each(['any', 'application-default', '8080', '80-90', '80, 90', 'tcp/80'])(
    '%s: of no service',
    (text) => expect(isServiceName(text)).toBe(false),
  );
});

describe('a rule', () => {
  const TEXT = `zones: {a: {}}
addresses: {web: 10.0.0.1, lan: [10.1.0.0/16, "2001:db8::/32"], pool: 10.0.0.4-10.0.0.6}
address-groups: {inner: [web, 192.0.2.1], outer: [inner, lan, web, inner]}
services:
  web-alt: {ports: tcp/8081, timeout: 600, halfclose-timeout: 60, timewait-timeout: 5}
  both: {ports: [tcp/53, udp/53], timeout: 7, halfclose-timeout: 9}
  plain: udp/5000
service-groups: {g: [both, web-alt], h: [g, plain, service-https]}
rules:
  - {source: [outer, 198.51.100.1], destination: pool, service: [h, tcp/22]}
  - {source: outer, service: web-alt}
`;
  const config = parseFirewallConfig(TEXT, 'fw.yaml');
  const none = { tcp: null, udp: null, default: null, tcpHalfClosed: null, tcpTimeWait: null };

  it('has the prefixes of the addresses that it names, each once', () => {
    const [first, second] = config.rules ?? [];
    const outer = ['10.0.0.1/32', '192.0.2.1/32', '10.1.0.0/16', '2001:db8::/32'];
    expect(first?.source?.map(formatPrefix)).toEqual([...outer, '198.51.100.1/32']);
    expect(first?.destination?.map(formatPrefix)).toEqual(['10.0.0.4/31', '10.0.0.6/32']);
    expect(second?.source?.map(formatPrefix)).toEqual(outer);
    expect(second?.destination).toBeNull();
  });

  it('has the ports of the services that it names, with their timers', () => {
    const webAlt = { ...none, tcp: 600, tcpHalfClosed: 60, tcpTimeWait: 5 };
    const service = config.rules?.[0]?.service;
    if (typeof service !== 'object') throw new Error('ports are missing');
    expect(
      service.map(({ protocol, ports, overrides }) => [protocol, ports[0]?.from, overrides]),
    ).toEqual([
      ['tcp', 53, { ...none, tcp: 7, tcpHalfClosed: 9 }],
      ['udp', 53, { ...none, udp: 7 }],
      ['tcp', 8081, webAlt],
      ['udp', 5000, null],
      ['tcp', 443, null],
      ['tcp', 22, null],
    ]);
    expect(config.rules?.[1]?.service).toMatchObject([{ overrides: webAlt }]);
  });

  it('keeps the names in the effective configuration, which read again means the same', () => {
    expect(config.effective).toMatchObject({
      addresses: { web: ['10.0.0.1'], lan: ['10.1.0.0/16', '2001:db8::/32'] },
      'address-groups': { outer: ['inner', 'lan', 'web', 'inner'] },
      services: {
        'web-alt': { ports: ['tcp/8081'], timeout: 600 },
        plain: { ports: ['udp/5000'] },
      },
      'service-groups': { g: ['both', 'web-alt'] },
      rules: [{ source: ['outer', '198.51.100.1'], service: ['h', 'tcp/22'] }, {}],
    });
    const again = parseFirewallConfig(stringify(config.effective), 'fw.yaml');
    expect(JSON.stringify(again.effective)).toBe(JSON.stringify(config.effective));
    expect(again.rules?.map(({ line: _, ...rule }) => rule)).toEqual(
      config.rules?.map(({ line: _, ...rule }) => rule),
    );
  });
});
