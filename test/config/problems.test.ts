/**
 * This file checks how many problems at once are told.
 */

import { describe, expect, it } from 'vitest';
import { problemLines } from './problem-lines.ts';

describe('a file with many problems', () => {
  it('is told all of them, in its order, from every check', () => {
    const text = `zone: {}
zones:
  trust: {vlans: [0]}
  trust: {}
rules:
  - {from: trsut, action: alow}
timeouts: {tcp: 0}
foo: 1
`;
    expect(problemLines(text)).toMatchInlineSnapshot(`
      [
        "1:1: zone: unknown key; did you mean \`zones\`?",
        "3:19: zones.trust.vlans[0]: expected a whole number 1–4094, found \`0\`",
        "4:3: zones.trust: written twice, first on line 3",
        "6:12: rules[0].from: zone \`trsut\` is not defined; did you mean \`trust\`?",
        "6:27: rules[0].action: expected allow, deny, drop, reset-client, reset-server or reset-both, found \`alow\`; did you mean \`allow\`?",
        "7:17: timeouts.tcp: expected a whole number 1–15999999 (seconds), found \`0\`",
        "8:1: foo: unknown key; known here: zones, firewall-macs, captures, interfaces, virtual-routers, virtual-wires, routes, pbf, addresses, address-groups, services, service-groups, rules, nat, configuration, decryption, dataplane-features, commands, timeouts, applications, custom-applications, application-groups, application-filters, application-override, session, platform",
      ]
    `);
  });

  it('is told 500 of them, and how many more', () => {
    const entries = Array.from({ length: 600 }, (_, i) => `  - {from: x${i}}`);
    const lines = problemLines(`zones: {a: {}}\nrules:\n${entries.join('\n')}\n`);
    expect(lines).toHaveLength(501);
    expect(lines.at(-1)).toBe('503:12: 100 more problems from here on');
  });

  it('shows no control character of the file', () => {
    const [line] = problemLines('zones: {a: {}}\nsession: {state-model: "\\e[2J\\u202e"}');
    expect(line).toBe(
      '2:24: session.state-model: expected connection or table, found `\\u{1b}[2J\\u{202e}`',
    );
    const [key] = problemLines('zones: {a: {}}\n"\\e]": 1');
    expect(key).toMatch(/^2:1: \["\\u\{1b\}\]"\]: unknown key; known here: zones, /);
  });
});
