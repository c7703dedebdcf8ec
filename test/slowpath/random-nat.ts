/**
 * This file makes random NAT rules, as lines of a configuration and as the model takes them.
 */

import fc from 'fast-check';
import type { Pool, Rule, Source } from './nat-model-input.ts';
import { addressesOf, dotted, ip, type Network } from './plain-addresses.ts';

/** Capture interfaces; each is a zone's only one. */
export const INTERFACES = ['t0', 'd0', 'u0'];
export const ZONE_OF: Readonly<Record<string, string>> = { t0: 'trust', d0: 'dmz', u0: 'untrust' };

function network(text: string): Network {
  const [address = '', length = '32'] = text.split('/');
  return { address: ip(address), length: Number(length) };
}

/** The interface addresses of u0, and the zones' networks; everything else is out there. */
export const BASE = `zones:
  trust: {interfaces: [t0]}
  dmz: {interfaces: [d0]}
  untrust: {interfaces: [u0]}
interfaces: {u0: {addresses: [203.0.113.5/24, 203.0.113.6/24]}}
routes:
  - {destination: 10.0.0.0/16, interface: t0}
  - {destination: 10.9.0.0/16, interface: d0}
  - {destination: 0.0.0.0/0, interface: u0}
timeouts: {udp: 20, icmp: 20, tcp-init: 20, default: 20, discard-udp: 20, discard-default: 20, discard-tcp: 20}
`;
export const ROUTES = [
  { destination: network('10.0.0.0/16'), interface: 't0' },
  { destination: network('10.9.0.0/16'), interface: 'd0' },
  { destination: network('0.0.0.0/0'), interface: 'u0' },
];

/** A rule as it stands in the file, and as the model takes it. */
export interface BothRules {
  readonly yaml: string;
  readonly rule: Rule;
}

const zones = fc.constantFrom(null, null, ['trust'], ['untrust'], ['dmz', 'trust']);
const sources = fc.constantFrom(
  null,
  null,
  ['10.0.0.0/30'],
  ['10.0.0.1'],
  ['10.9.0.1', '10.0.0.2'],
);
const destinations = fc.constantFrom(
  null,
  null,
  null,
  ['203.0.113.8/30'],
  ['203.0.113.9'],
  ['198.51.100.0/24'],
  ['198.51.100.1', '203.0.113.10'],
);
const services = fc.constantFrom(null, null, null, [17, 53, 53], [17, 53, 80], [6, 80, 80]);

/** What a source becomes: its YAML, what the model makes of it, and what the source must be then. */
interface SourceChoice {
  readonly yaml: string;
  readonly source: Source | null;
  readonly original?: readonly string[];
}

const pool = (texts: readonly string[]): Pool =>
  texts.flatMap((text) => addressesOf(network(text)));
const list = (texts: readonly string[]): string => `[${texts.join(', ')}]`;

/** `n` keeps pools of addresses that can't be shared apart. */
function sourceChoices(n: number): SourceChoice[] {
  const ports = (yaml: string, texts: readonly string[]): SourceChoice => ({
    yaml: `{dynamic-ip-and-port: ${yaml}}`,
    source: { kind: 'dynamic-ip-and-port', pool: pool(texts) },
  });
  const own = [`192.0.2.${8 * n + 4}/31`];
  const spare = `192.0.2.${8 * n + 6}`;
  const dynamic = (fallback: string, texts: readonly string[] | null): SourceChoice => ({
    yaml: `{dynamic-ip: {translated-address: ${list(own)}${fallback}}}`,
    source: {
      kind: 'dynamic-ip',
      pool: pool(own),
      fallback: texts === null ? null : pool(texts),
    },
  });
  const fixed = (
    to: string,
    original: readonly string[],
    biDirectional: boolean,
  ): SourceChoice => ({
    yaml: `{static-ip: {translated-address: ${to}, bi-directional: ${biDirectional}}}`,
    source: { kind: 'static-ip', pool: pool([to]), biDirectional },
    original,
  });
  return [
    { yaml: '', source: null },
    { yaml: '', source: null },
    ports('203.0.113.20', ['203.0.113.20']),
    ports(`[203.0.113.20, 203.0.113.22/31]`, ['203.0.113.20', '203.0.113.22/31']),
    ports('{interface-address: {interface: u0}}', ['203.0.113.5']),
    ports('{interface-address: {interface: u0, ip: 203.0.113.6}}', ['203.0.113.6']),
    dynamic('', null),
    dynamic(`, fallback: {translated-address: ${spare}}`, [spare]),
    dynamic(', fallback: {interface-address: {interface: u0}}', ['203.0.113.5']),
    fixed(`203.0.113.9`, ['10.0.0.1'], false),
    fixed(`203.0.113.10`, ['10.9.0.1'], true),
    fixed(`203.0.113.8/30`, ['10.0.0.0/30'], true),
    fixed(`203.0.113.12/30`, ['10.0.0.0/30'], false),
  ];
}

/** The same for a destination. */
const destinationChoices = [
  { yaml: '', to: null, original: null },
  { yaml: '', to: null, original: null },
  ...['10.0.0.1', '10.9.0.1'].flatMap((host) =>
    [null, 8080].map((port) => ({
      yaml: `destination-translation: {translated-address: ${host}${port === null ? '' : `, translated-port: ${port}`}}`,
      to: { pool: pool([host]), port, isSpread: false },
      original: null,
    })),
  ),
  {
    yaml: 'destination-translation: 10.0.0.0/30',
    to: { pool: pool(['10.0.0.0/30']), port: null, isSpread: false },
    original: ['203.0.113.8/30'],
  },
  {
    yaml: 'dynamic-destination-translation: {translated-address: 10.0.0.2/31, translated-port: 8080}',
    to: { pool: pool(['10.0.0.2/31']), port: 8080, isSpread: true },
    original: null,
  },
];

const part = fc.record({
  from: zones,
  to: zones,
  toInterface: fc.constantFrom(null, null, null, 'u0'),
  source: sources,
  destination: destinations,
  negatesSource: fc.constantFrom(false, false, false, true),
  negatesDestination: fc.constantFrom(false, false, false, true),
  service: services,
  sourceChoice: fc.nat(12),
  destinationChoice: fc.nat(destinationChoices.length - 1),
});

/** Up to five rules. */
export const randomRules: fc.Arbitrary<BothRules[]> = fc
  .array(part, { minLength: 1, maxLength: 5 })
  .map((parts) => parts.map(toBoth));

type Part = typeof part extends fc.Arbitrary<infer T> ? T : never;

function toBoth(given: Part, n: number): BothRules {
  const choice = sourceChoices(n)[given.sourceChoice]!;
  const target = destinationChoices[given.destinationChoice]!;
  const source = choice.original ?? given.source;
  const destination = target.original ?? given.destination;
  // One to one needs the addresses themselves.
  const negatesSource = source !== null && choice.original === undefined && given.negatesSource;
  const negatesDestination =
    destination !== null && target.original === null && given.negatesDestination;
  const rule: Rule = {
    ...given,
    name: `r${n}`,
    source: source?.map(network) ?? null,
    destination: destination?.map(network) ?? null,
    negatesSource,
    negatesDestination,
    service:
      given.service === null
        ? null
        : { protocol: given.service[0]!, from: given.service[1]!, to: given.service[2]! },
    sourceTranslation: choice.source,
    destinationTranslation: target.to,
  };
  return { rule, yaml: `  - {${yamlOf(rule, choice.yaml, target.yaml)}}` };
}

function yamlOf(rule: Rule, source: string, destination: string): string {
  const networks = (each: readonly Network[]) => {
    return list(each.map(({ address, length }) => `${dotted(address)}/${length}`));
  };
  const { service } = rule;
  const keys = [
    `name: ${rule.name}`,
    rule.from === null ? '' : `from: ${list(rule.from)}`,
    rule.to === null ? '' : `to: ${list(rule.to)}`,
    rule.toInterface === null ? '' : `to-interface: ${rule.toInterface}`,
    rule.source === null ? '' : `source: ${networks(rule.source)}`,
    rule.destination === null ? '' : `destination: ${networks(rule.destination)}`,
    `negate-source: ${rule.negatesSource}, negate-destination: ${rule.negatesDestination}`,
    service === null
      ? ''
      : `service: ${service.protocol === 6 ? 'tcp' : 'udp'}/${service.from}-${service.to}`,
    source === '' ? '' : `source-translation: ${source}`,
    destination,
  ];
  return keys.filter((key) => key !== '').join(', ');
}
