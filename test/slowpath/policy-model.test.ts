/**
 * This file matches random rules with random flows, and an obvious model must meet the same rule: the
 * addresses are compared as numbers, ranges as ranges, names as names, every rule from the top.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { parseIpv4, parseIpv6 } from '../../src/net/address.ts';
import { type FlowFacts, newFlowFacts } from '../../src/slowpath/flow-facts.ts';
import { NO_RULE, Policy } from '../../src/slowpath/policy.ts';
import { PortApplications } from '../../src/slowpath/port-applications.ts';

/** By zone number; 0 is unknown. */
const ZONES = ['-', 'a', 'b', 'c'];
const PROTOCOLS = { tcp: 6, udp: 17, icmp: 1, esp: 50 } as const;

/** Applications with their ports, as IANA has them. */
const APPLICATIONS: Readonly<Record<string, (flow: Flow) => boolean>> = {
  ssh: ({ protocol, port }) => protocol === 'tcp' && port === 22,
  dns: ({ protocol, port }) => (protocol === 'tcp' || protocol === 'udp') && port === 53,
  ping: ({ protocol }) => protocol === 'icmp',
  'ipsec-esp': ({ protocol }) => protocol === 'esp',
  dhcp: ({ protocol, port }) => protocol === 'udp' && (port === 67 || port === 68),
};

/** An address as a number of its family: IPv4 10.0.0.N, IPv6 2001:db8::N, N of 0–31. */
interface Address {
  readonly family: 4 | 6;
  readonly n: number;
}

/** Addresses from `low` to `high`, in the words of the file. */
interface Range {
  readonly family: 4 | 6;
  readonly low: number;
  readonly high: number;
  readonly text: string;
}

interface Service {
  readonly protocol: 'tcp' | 'udp';
  readonly low: number;
  readonly high: number;
}

interface Rule {
  readonly disabled: boolean;
  readonly type: 'universal' | 'intrazone' | 'interzone';
  /** null is any, here and below. */
  readonly from: readonly string[] | null;
  readonly to: readonly string[] | null;
  readonly source: readonly Range[] | null;
  readonly destination: readonly Range[] | null;
  readonly negateSource: boolean;
  readonly negateDestination: boolean;
  readonly services: readonly Service[] | 'any' | 'application-default';
  readonly applications: readonly string[] | null;
}

interface Flow {
  readonly from: number;
  readonly to: number;
  readonly source: number;
  readonly destination: number;
  readonly family: 4 | 6;
  readonly protocol: keyof typeof PROTOCOLS;
  readonly port: number;
}

const family = fc.constantFrom<4 | 6>(4, 4, 6);
const addressText = ({ family: of, n }: Address): string =>
  of === 4 ? `10.0.0.${n}` : `2001:db8::${n.toString(16)}`;

const range: fc.Arbitrary<Range> = fc.oneof(
  fc.record({ family, n: fc.nat(31) }).map((address) => {
    return { family: address.family, low: address.n, high: address.n, text: addressText(address) };
  }),
  // A prefix that leaves `bits` of the five.
  fc.record({ family, n: fc.nat(31), bits: fc.nat(5) }).map(({ family: of, n, bits }) => {
    const size = 2 ** bits;
    const low = Math.floor(n / size) * size;
    const length = (of === 4 ? 32 : 128) - bits;
    const text = `${addressText({ family: of, n })}/${length}`;
    return { family: of, low, high: low + size - 1, text };
  }),
  fc.record({ family, ends: fc.tuple(fc.nat(31), fc.nat(31)) }).map(({ family: of, ends }) => {
    const low = Math.min(...ends);
    const high = Math.max(...ends);
    const text = `${addressText({ family: of, n: low })}-${addressText({ family: of, n: high })}`;
    return { family: of, low, high, text };
  }),
);

const port = fc.constantFrom(0, 1, 21, 22, 23, 53, 54, 67, 68, 443, 65_535);
const service: fc.Arbitrary<Service> = fc
  .record({ protocol: fc.constantFrom<'tcp' | 'udp'>('tcp', 'udp'), ends: fc.tuple(port, port) })
  .map(({ protocol, ends }) => ({ protocol, low: Math.min(...ends), high: Math.max(...ends) }));

const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });
const orAny = <T>(item: fc.Arbitrary<T>) => fc.oneof(fc.constant(null), some(item));
const zone = fc.constantFrom('a', 'b', 'c');

const rule: fc.Arbitrary<Rule> = fc.record({
  disabled: fc.constantFrom(false, false, false, true),
  type: fc.constantFrom<Rule['type']>('universal', 'universal', 'intrazone', 'interzone'),
  from: orAny(zone),
  to: orAny(zone),
  source: orAny(range),
  destination: orAny(range),
  negateSource: fc.constantFrom(false, false, true),
  negateDestination: fc.constantFrom(false, false, true),
  services: fc.oneof(
    fc.constantFrom<'any' | 'application-default'>('any', 'any', 'application-default'),
    some(service),
  ),
  applications: orAny(fc.constantFrom(...Object.keys(APPLICATIONS))),
});

const flow: fc.Arbitrary<Flow> = fc.record({
  from: fc.nat(3),
  to: fc.nat(3),
  source: fc.nat(31),
  destination: fc.nat(31),
  family,
  protocol: fc.constantFrom<Flow['protocol']>('tcp', 'tcp', 'udp', 'icmp', 'esp'),
  port,
});

/** The rule in the words of the file. */
function ruleText(one: Rule, index: number): string {
  const words = (list: readonly string[] | null) =>
    JSON.stringify(list ?? ['any']).replaceAll('"any"', 'any');
  const services =
    typeof one.services === 'string'
      ? [one.services]
      : one.services.map(({ protocol, low, high }) => `${protocol}/${low}-${high}`);
  // A list that is negated must not be any: then the negation is left out.
  const negate = (key: string, isNegated: boolean, list: unknown) =>
    isNegated && list !== null ? `, negate-${key}: yes` : '';
  return (
    `  - {name: r${index}, disabled: ${one.disabled ? 'yes' : 'no'}, rule-type: ${one.type}, ` +
    `from: ${words(one.from)}, to: ${words(one.to)}, ` +
    `source: ${words(one.source?.map(({ text }) => text) ?? null)}, ` +
    `destination: ${words(one.destination?.map(({ text }) => text) ?? null)}, ` +
    `application: ${words(one.applications)}, service: ${words(services)}` +
    `${negate('source', one.negateSource, one.source)}` +
    `${negate('destination', one.negateDestination, one.destination)}}\n`
  );
}

function holds(list: readonly Range[] | null, isNegated: boolean, address: Address): boolean {
  if (list === null) return true;
  const isIn = list.some(
    ({ family: of, low, high }) => of === address.family && address.n >= low && address.n <= high,
  );
  return isIn !== isNegated;
}

/** CONTRACT: Rules, and Egress zone for the unknown ones. */
function isMet(one: Rule, packet: Flow): boolean {
  const { from, to, family: of, protocol } = packet;
  if (one.disabled) return false;
  if (one.from !== null && !one.from.includes(ZONES[from]!)) return false;
  if (one.to !== null && !one.to.includes(ZONES[to]!)) return false;
  if (one.type === 'intrazone' && (to === 0 || from !== to)) return false;
  if (one.type === 'interzone' && (to === 0 || from === to)) return false;
  if (!holds(one.source, one.negateSource, { family: of, n: packet.source })) return false;
  const destination = { family: of, n: packet.destination };
  if (!holds(one.destination, one.negateDestination, destination)) return false;
  if (typeof one.services !== 'string') {
    return one.services.some(
      (s) => s.protocol === protocol && packet.port >= s.low && packet.port <= s.high,
    );
  }
  return one.applications === null || one.applications.some((name) => APPLICATIONS[name]!(packet));
}

function modelRule(rules: readonly Rule[], packet: Flow): string {
  const first = rules.findIndex((one) => isMet(one, packet));
  if (first >= 0) return `r${first}`;
  if (packet.to === 0) return 'none';
  return packet.from === packet.to ? 'intrazone-default' : 'interzone-default';
}

function factsOf(packet: Flow, applications: PortApplications): FlowFacts {
  const words = (n: number) => {
    const text = addressText({ family: packet.family, n });
    return packet.family === 4 ? [parseIpv4(text)!] : parseIpv6(text)!;
  };
  const facts = newFlowFacts();
  facts.from = packet.from;
  facts.to = packet.to;
  facts.family = packet.family;
  facts.source.set(words(packet.source));
  facts.destination.set(words(packet.destination));
  facts.protocol = PROTOCOLS[packet.protocol];
  facts.dport = packet.port;
  const icmpEcho = 1;
  facts.application = applications.find(facts.protocol, facts.dport, icmpEcho);
  return facts;
}

// A flow's application is what its port tells: the model knows no payload.
const HEAD =
  'session: {app-id: ports}\nzones: {a: {interfaces: [x]}, b: {interfaces: [y]}, c: {interfaces: [z]}}\n';

it('random flows meet the rule that the model says, and the same again in a later rulebase', () => {
  const met = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 6, size: 'max' }),
      fc.array(rule, { maxLength: 3 }),
      fc.array(flow, { minLength: 20, maxLength: 20 }),
      (rules, earlier, flows) => {
        const textOf = (list: readonly Rule[]) =>
          `${HEAD}rules:${list.length === 0 ? ' []' : ''}\n${list.map(ruleText).join('')}`;
        const naming = `${textOf(earlier)}configuration: [{at: +1, file: later.yaml}]\n`;
        const config = parseFirewallConfig(naming, 'fw.yaml', () => textOf(rules));
        const applications = new PortApplications(config.applications);
        const policy = new Policy(config);
        const nameOf = (packet: Flow) => {
          const number = policy.decide(factsOf(packet, applications));
          return number === NO_RULE ? 'none' : policy.rules[number]!.name;
        };
        for (const packet of flows) expect(nameOf(packet)).toBe(modelRule(earlier, packet));
        policy.adopt(config.changes[0]!.config);
        for (const packet of flows) {
          const name = nameOf(packet);
          expect(name).toBe(modelRule(rules, packet));
          met.set(name, (met.get(name) ?? 0) + 1);
        }
      },
    ),
    { numRuns: 400, seed: 7 },
  );
  // Not all by the defaults: rules are met, early and late ones.
  for (const name of ['r0', 'r1', 'r4', 'none', 'intrazone-default', 'interzone-default']) {
    expect(met.get(name) ?? 0, name).toBeGreaterThan(20);
  }
});
