/**
 * This file checks what the rules of a valid configuration become.
 */

import { describe, expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';

describe('rules', () => {
  const rulesOf = (text: string) =>
    parseFirewallConfig(`zones: {a: {}, b: {}}\n${text}`, 'fw.yaml').rules;

  it('match anything where they say nothing', () => {
    const any = {
      name: 'rule-1',
      ruleType: 'universal',
      from: null,
      to: null,
      source: null,
      destination: null,
      negateSource: false,
      negateDestination: false,
      application: null,
      service: 'any',
      action: 'allow',
      icmpUnreachable: false,
      profiles: [],
      logStart: false,
      logEnd: true,
      disabled: false,
      line: 3,
    };
    expect(rulesOf('rules:\n  - {}')).toEqual([any]);
    const spelled =
      '{from: any, to: any, source: any, destination: any, application: any, service: any}';
    expect(rulesOf(`rules:\n  - ${spelled}`)).toEqual([any]);
    expect(rulesOf('rules: []')).toEqual([]);
  });

  it('know their lines', () => {
    const rules = rulesOf('rules:\n  - name: x\n    action: deny\n  -\n    name: y\n');
    expect(rules?.map(({ name, line }) => [name, line])).toEqual([
      ['x', 3],
      ['y', 6],
    ]);
  });

  it('resolve services', () => {
    const rules = rulesOf(`services: {dns: [tcp/53, udp/53]}
rules:
  - {service: [dns, service-http, "tcp/22, 80", UDP/5060-5070, sctp/0-65535]}
  - {service: application-default}`);
    const entry = (protocol: string, ...ranges: (readonly [number, number])[]) => {
      return { protocol, ports: ranges.map(([from, to]) => ({ from, to })), overrides: null };
    };
    expect(rules?.[0]?.service).toEqual([
      entry('tcp', [53, 53]),
      entry('udp', [53, 53]),
      entry('tcp', [80, 80], [8080, 8080]),
      entry('tcp', [22, 22], [80, 80]),
      entry('udp', [5060, 5070]),
      entry('sctp', [0, 65535]),
    ]);
    expect(rules?.[1]?.service).toBe('application-default');
  });

  it('may negate, be disabled and be of a type', () => {
    const rules = rulesOf(
      'rules: [{source: 10.0.0.1, negate-source: yes, disabled: yes, rule-type: intrazone, log-start: yes}]',
    );
    expect(rules?.[0]).toMatchObject({
      source: [{ family: 4, length: 32 }],
      negateSource: true,
      disabled: true,
      ruleType: 'intrazone',
      logStart: true,
    });
  });
});
