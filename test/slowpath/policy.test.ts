/** This file checks which rule a flow meets, case by case (CONTRACT: Rules). */

import { describe, expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { parseIpv4, parseIpv6 } from '../../src/net/address.ts';
import { newFlowFacts } from '../../src/slowpath/flow-facts.ts';
import { NO_RULE, Policy } from '../../src/slowpath/policy.ts';
import { PortApplications } from '../../src/slowpath/port-applications.ts';

// Ports tell applications here; what payload does to rules is in test/scenarios/appid.md.
const ZONES = `session: {app-id: ports}
zones:
  trust: {interfaces: [a]}
  untrust: {interfaces: [b]}
  dmz: {interfaces: [c]}
`;
const ZONE_NUMBERS: Readonly<Record<string, number>> = { '-': 0, trust: 1, untrust: 2, dmz: 3 };
const PROTOCOLS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, esp: 50 };

/** `trust untrust 10.0.0.5 203.0.113.9 tcp/443`; zone `-` is unknown. */
function ruleOf(rules: string, flow: string): string {
  const config = parseFirewallConfig(`${ZONES}${rules}`, 'policy.yaml');
  const policy = new Policy(config);
  const [from = '', to = '', source = '', destination = '', service = ''] = flow.split(/\s+/);
  const [protocol = '', port = '0'] = service.split('/');
  const facts = newFlowFacts();
  facts.from = ZONE_NUMBERS[from]!;
  facts.to = ZONE_NUMBERS[to]!;
  facts.family = source.includes(':') ? 6 : 4;
  facts.source.set(parseIpv6(source) ?? [parseIpv4(source)!]);
  facts.destination.set(parseIpv6(destination) ?? [parseIpv4(destination)!]);
  facts.protocol = PROTOCOLS[protocol]!;
  facts.dport = Number(port);
  const icmpEcho = 1;
  facts.application = new PortApplications(config.applications).find(
    facts.protocol,
    facts.dport,
    icmpEcho,
  );
  const rule = policy.decide(facts);
  return rule === NO_RULE ? 'none' : policy.rules[rule]!.name;
}

const WEB = 'trust untrust 10.0.0.5 203.0.113.9 tcp/443';

// biome-ignore format: a table
const CASES: readonly (readonly [what: string, rules: string, flow: string, rule: string])[] = [
  ['no rules: all is allowed',          '',                                              WEB, 'allow-all'],
  ['no rules, unknown egress',          '',                                              'trust - 10.0.0.5 203.0.113.9 tcp/443', 'allow-all'],
  ['empty rules, inside a zone',        'rules: []',                                     'trust trust 10.0.0.5 10.0.0.6 tcp/80', 'intrazone-default'],
  ['empty rules, between zones',        'rules: []',                                     WEB, 'interzone-default'],
  ['empty rules, unknown egress',       'rules: []',                                     'trust - 10.0.0.5 203.0.113.9 tcp/443', 'none'],
  ['empty rules, unknown ingress',      'rules: []',                                     '- untrust 10.0.0.5 203.0.113.9 tcp/443', 'interzone-default'],
  ['the first match decides',           'rules: [{name: x, action: deny}, {name: y}]',   WEB, 'x'],
  ['a disabled rule is passed over',    'rules: [{name: x, disabled: yes}, {name: y}]',  WEB, 'y'],
  ['from another zone',                 'rules: [{name: x, from: dmz}]',                 WEB, 'interzone-default'],
  ['from one of two zones',             'rules: [{name: x, from: [dmz, trust]}]',        WEB, 'x'],
  ['an unknown ingress, a named from',  'rules: [{name: x, from: [trust]}]',             '- untrust 10.0.0.5 203.0.113.9 tcp/1', 'interzone-default'],
  ['an unknown ingress, from any',      'rules: [{name: x, from: any}]',                 '- untrust 10.0.0.5 203.0.113.9 tcp/1', 'x'],
  ['an unknown egress, a named to',     'rules: [{name: x, to: [untrust]}]',             'trust - 10.0.0.5 203.0.113.9 tcp/1', 'none'],
  ['an unknown egress, to any',         'rules: [{name: x, to: any}]',                   'trust - 10.0.0.5 203.0.113.9 tcp/1', 'x'],
  ['source inside',                     'rules: [{name: x, source: 10.0.0.0/24}]',       WEB, 'x'],
  ['source outside by one address',     'rules: [{name: x, source: 10.0.0.6-10.0.0.9}]', WEB, 'interzone-default'],
  ['source at the end of a range',      'rules: [{name: x, source: 10.0.0.1-10.0.0.5}]', WEB, 'x'],
  ['negated source inside',             'rules: [{name: x, source: 10.0.0.0/24, negate-source: yes}]', WEB, 'interzone-default'],
  ['negated source outside',            'rules: [{name: x, source: 10.1.0.0/24, negate-source: yes}]', WEB, 'x'],
  ['negated destination',               'rules: [{name: x, destination: 203.0.113.0/24, negate-destination: yes}]', WEB, 'interzone-default'],
  ['an IPv4 rule, an IPv6 flow',        'rules: [{name: x, source: 0.0.0.0/0}]',         'trust untrust 2001:db8::1 2001:db8::2 tcp/1', 'interzone-default'],
  ['an IPv6 network',                   'rules: [{name: x, destination: "2001:db8::/64"}]', 'trust untrust 2001:db8::1 2001:db8::2 tcp/1', 'x'],
  ['a service by port',                 'rules: [{name: x, service: tcp/443}]',          WEB, 'x'],
  ['a service of another protocol',     'rules: [{name: x, service: udp/443}]',          WEB, 'interzone-default'],
  ['a range of ports, its last',        'rules: [{name: x, service: tcp/400-443}]',      WEB, 'x'],
  ['a range of ports, one beyond',      'rules: [{name: x, service: tcp/400-442}]',      WEB, 'interzone-default'],
  ['a predefined service',              'rules: [{name: x, service: service-https}]',    WEB, 'x'],
  ['a service of the file',             'services: {web: "tcp/443"}\nrules: [{name: x, service: web}]', WEB, 'x'],
  ['an application on its port',        'rules: [{name: x, application: ssl}]',          WEB, 'x'],
  ['an application, another port',      'rules: [{name: x, application: ssh}]',          WEB, 'interzone-default'],
  ['application-default',               'rules: [{name: x, application: [ssh, ssl], service: application-default}]', WEB, 'x'],
  ['an application, its own port named', 'rules: [{name: x, application: ssl, service: tcp/8443}]', 'trust untrust 10.0.0.5 203.0.113.9 tcp/8443', 'x'],
  ['ping by its protocol',              'rules: [{name: x, application: ping}]',         'trust untrust 10.0.0.5 203.0.113.9 icmp', 'x'],
  ['a port service, an echo',           'rules: [{name: x, service: tcp/0-65535}]',      'trust untrust 10.0.0.5 203.0.113.9 icmp', 'interzone-default'],
  ['intrazone between zones',           'rules: [{name: x, rule-type: intrazone}]',      WEB, 'interzone-default'],
  ['intrazone inside a zone',           'rules: [{name: x, rule-type: intrazone}]',      'trust trust 10.0.0.5 10.0.0.6 tcp/1', 'x'],
  ['interzone inside a zone',           'rules: [{name: x, rule-type: interzone}]',      'trust trust 10.0.0.5 10.0.0.6 tcp/1', 'intrazone-default'],
  ['interzone, unknown egress',         'rules: [{name: x, rule-type: interzone}]',      'trust - 10.0.0.5 203.0.113.9 tcp/1', 'none'],
];

describe('the rule that is met', () => {
  it.each(CASES)('%s', (_, rules, flow, rule) => {
    expect(ruleOf(rules === '' ? '' : `${rules}\n`, flow)).toBe(rule);
  });
});

it('a decision names the timers of the service that matched, not of one before', () => {
  const text = `services: {short: {ports: tcp/443, timeout: 60}, plain: tcp/80}
rules: [{name: x, service: short, source: 10.9.0.0/16}, {name: y, service: [plain, short]}]\n`;
  const policy = new Policy(parseFirewallConfig(`${ZONES}${text}`, 'policy.yaml'));
  const facts = { ...newFlowFacts(), from: 1, to: 2, protocol: 6, dport: 443 };
  facts.source.set([parseIpv4('10.0.0.5')!]);
  expect(policy.rules[policy.decide(facts)]?.name).toBe('y');
  expect(policy.overrides?.tcp).toBe(60);
  expect(policy.rules[policy.decide({ ...facts, dport: 80 })]?.name).toBe('y');
  expect(policy.overrides).toBeNull();
});
