/**
 * This file checks applications of one's own, their groups and the rules that override: what is taken,
 * what is not, what they become, and what is said of names that lead nowhere.
 */

import { describe, expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { afterZones, problemLines } from './problem-lines.ts';

const OWN = 'signature: {transport: tcp, begins: \'"A"\'}';

const PAIRS = afterZones([
  [
    `custom-applications: {x: {signature: {transport: tcp, begins: ['"A"', '16 0f']}}}`,
    `custom-applications: {x: {signature: {transport: tcp, begins: ['"A"', '16 0g']}}}`,
    '71: custom-applications.x.signature.begins[1]: expected a pattern of bytes such as \'"SSH-"\' or \'16 03 [00-04]\', found `16 0g`; cannot be read from " 0g" on',
  ],
  [
    "custom-applications: {x: {signature: {transport: tcp, begins: '[00-04]'}}}",
    "custom-applications: {x: {signature: {transport: tcp, begins: '[04-00]'}}}",
    "63: custom-applications.x.signature.begins: expected a pattern of bytes such as '\"SSH-\"' or '16 03 [00-04]', found `[04-00]`; [04-00] is no range or list of bytes, such as [00-04] or [16,18]",
  ],
  [
    "custom-applications: {x: {signature: {transport: tcp, begins: '00'}}}",
    'custom-applications: {x: {signature: {transport: tcp, begins: []}}}',
    '63: custom-applications.x.signature.begins: expected at least one pattern',
  ],
  [
    "custom-applications: {x: {signature: {transport: udp, side: s2c, begins: '00'}}}",
    "custom-applications: {x: {signature: {transport: udp, side: server, begins: '00'}}}",
    '61: custom-applications.x.signature.side: expected c2s, s2c or either, found `server`',
  ],
  [
    "custom-applications: {x: {signature: {transport: tcp, begins: '00'}}}",
    "custom-applications: {x: {signature: {transport: sctp, begins: '00'}}}",
    '50: custom-applications.x.signature.transport: expected tcp or udp, found `sctp`',
  ],
  [
    'custom-applications: {x: {ports: [tcp/7001]}}',
    'custom-applications: {x: {ports: [7001]}}',
    '35: custom-applications.x.ports[0]: expected protocol and ports such as tcp/80, tcp/80,8080 or udp/5060-5070, found `7001`; a list of ports in […] needs quotes: ["tcp/80,8080"]',
  ],
  [
    'custom-applications: {x: {tcp-timeout: 1}}',
    'custom-applications: {x: {tcp-timeout: 0}}',
    '40: custom-applications.x.tcp-timeout: expected a whole number 1–15999999 (seconds), found `0`',
  ],
  [
    'custom-applications: {ssh-own: {}}',
    'custom-applications: {ssh: {}}',
    '23: custom-applications.ssh: `ssh` is a predefined application; its timers are set in `applications`',
  ],
  [
    `custom-applications: {x: {parent: ssl, ${OWN}}}`,
    `custom-applications: {x: {parent: x, ${OWN}}}`,
    '35: custom-applications.x.parent: `x` is its own parent',
  ],
  [
    `custom-applications: {x: {parent: ssl, ${OWN}}}`,
    'custom-applications: {x: {parent: ssl}}',
    '35: custom-applications.x.parent: without `signature` nothing turns out to be this one',
  ],
  [
    'application-groups: {g: [ssh, h], h: [ssl]}',
    'application-groups: {g: [ssh, h], h: [g]}',
    '39: application-groups.h[0]: group `g` contains itself by way of `h`',
  ],
  [
    'application-groups: {g: [ssh]}',
    'application-groups: {g: []}',
    '25: application-groups.g: expected at least one entry',
  ],
  [
    'application-groups: {shells: [ssh]}',
    'application-groups: {ssh: [telnet]}',
    '22: application-groups.ssh: `ssh` is a predefined application',
  ],
  [
    'application-groups: {g: ssh}',
    'application-groups: {g: any}',
    "25: application-groups.g: expected an application's name, found `any`; `any` has a meaning of its own",
  ],
  [
    'application-override: [{protocol: tcp, port: [80, 8000-8010], application: ssh}]',
    'application-override: [{protocol: tcp, port: [80, 8010-8000], application: ssh}]',
    '51: application-override[0].port[1]: expected ports such as 80 or 8000-8010, found `8010-8000`',
  ],
  [
    'application-override: [{protocol: tcp, port: 80, application: ssh}]',
    'application-override: [{protocol: tcp, port: [], application: ssh}]',
    '46: application-override[0].port: expected at least one port',
  ],
  [
    'application-override: [{from: a, protocol: tcp, port: 80, application: ssh}]',
    'application-override: [{from: c, protocol: tcp, port: 80, application: ssh}]',
    '31: application-override[0].from: zone `c` is not defined; did you mean `a`?',
  ],
  [
    'application-override: [{protocol: tcp, port: 80, application: ssh}]',
    'application-override: [{protocol: tcp, port: 80}]',
    "24: application-override[0].application: missing; expected an application's name",
  ],
  [
    "custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: [{begins: '00'}]}]}]}}",
    'custom-applications: {x: {signatures: [{transport: tcp, and-condition: []}]}}',
    '72: custom-applications.x.signatures[0].and-condition: expected at least one condition',
  ],
  [
    "custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: [{contains: '00'}]}]}]}}",
    'custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: []}]}]}}',
    '88: custom-applications.x.signatures[0].and-condition[0].or-condition: expected at least one condition',
  ],
  [
    "custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: [{side: c2s, contains: '00'}]}]}]}}",
    'custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: [{side: c2s}]}]}]}}',
    '89: custom-applications.x.signatures[0].and-condition[0].or-condition[0]: expected either `begins` or `contains`',
  ],
  [
    "custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: [{contains: '@63 00'}]}]}]}}",
    "custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: [{contains: '@64 00'}]}]}]}}",
    '100: custom-applications.x.signatures[0].and-condition[0].or-condition[0].contains: at most 64 bytes are looked for anywhere; this pattern has 65',
  ],
  [
    'custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: [{context: http-req-host-header, contains: 00}]}]}]}}',
    'custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: [{context: http-req-message-body, contains: 00}]}]}]}}',
    '99: custom-applications.x.signatures[0].and-condition[0].or-condition[0].context: expected a context such as http-req-host-header, found `http-req-message-body`; no decoder here reads it: leave it out to look in the payload as it is; known are http-req-uri-path, http-req-params, http-req-headers, http-req-host-header, http-req-user-agent-header, http-req-cookie, http-rsp-headers, ssl-req-client-hello, ssl-rsp-server-hello, ssl-rsp-certificate, ssh-req-banner, ssh-rsp-banner, unknown-req-tcp-payload, unknown-rsp-tcp-payload, unknown-req-udp-payload, unknown-rsp-udp-payload',
  ],
  [
    'custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: [{context: http-req-uri-path, contains: 00}]}]}]}}',
    'custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: [{context: http-req-uri-pat, contains: 00}]}]}]}}',
    '99: custom-applications.x.signatures[0].and-condition[0].or-condition[0].context: expected a context such as http-req-host-header, found `http-req-uri-pat`; no decoder here reads it: leave it out to look in the payload as it is; known are http-req-uri-path, http-req-params, http-req-headers, http-req-host-header, http-req-user-agent-header, http-req-cookie, http-rsp-headers, ssl-req-client-hello, ssl-rsp-server-hello, ssl-rsp-certificate, ssh-req-banner, ssh-rsp-banner, unknown-req-tcp-payload, unknown-rsp-tcp-payload, unknown-req-udp-payload, unknown-rsp-udp-payload',
  ],
  [
    'custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: [{context: ssl-rsp-certificate, side: s2c, contains: 00}]}]}]}}',
    'custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: [{context: ssl-rsp-certificate, side: c2s, contains: 00}]}]}]}}',
    '126: custom-applications.x.signatures[0].and-condition[0].or-condition[0].side: `ssl-rsp-certificate` is in what the s2c side sends',
  ],
  [
    'custom-applications: {x: {signatures: [{transport: udp, and-condition: [{or-condition: [{context: unknown-req-udp-payload, contains: 00}]}]}]}}',
    'custom-applications: {x: {signatures: [{transport: tcp, and-condition: [{or-condition: [{context: unknown-req-udp-payload, contains: 00}]}]}]}}',
    '99: custom-applications.x.signatures[0].and-condition[0].or-condition[0].context: `unknown-req-udp-payload` is of udp',
  ],
  [
    'custom-applications: {x: {signatures: [{transport: tcp, order-free: no, and-condition: [{or-condition: [{side: c2s, contains: 00}]}]}]}}',
    'custom-applications: {x: {signatures: [{transport: tcp, order-free: no, and-condition: [{or-condition: [{side: either, contains: 00}]}]}]}}',
    '69: custom-applications.x.signatures[0].order-free: conditions in order are all of one side: c2s or s2c',
  ],
  [
    'application-filters: {f: {risk: 5}}',
    'application-filters: {f: {risk: 6}}',
    '33: application-filters.f.risk: expected a whole number 1–5, found `6`',
  ],
  [
    'application-filters: {f: {category: media}}',
    'application-filters: {f: {}}',
    '26: application-filters.f: expected at least one key: without any it stands for every application',
  ],
  [
    'application-filters: {f: {technology: peer-to-peer}}',
    'application-filters: {f: {technology: peer-2-peer}}',
    '39: application-filters.f.technology: expected browser-based, client-server, network-protocol or peer-to-peer, found `peer-2-peer`; did you mean `peer-to-peer`?',
  ],
  [
    'application-filters: {f: {risk: [1]}}',
    'application-filters: {f: {risk: []}}',
    '33: application-filters.f.risk: expected at least one entry',
  ],
  [
    'application-filters: {shells: {risk: 1}}',
    'application-filters: {ssh: {risk: 1}}',
    '23: application-filters.ssh: `ssh` is a predefined application',
  ],
]);

describe('applications of one’s own', () => {
  it.each(PAIRS)('$name', ({ good, bad, line }) => {
    expect(problemLines(good)).toEqual([]);
    expect(problemLines(bad)).toEqual([line]);
  });

  it('a filter has no name of a group', () => {
    const text =
      'zones: {a: {}}\napplication-groups: {g: ssh}\napplication-filters: {g: {risk: 1}}';
    expect(problemLines(text)).toEqual([
      '3:23: application-filters.g: `g` names one of `application-groups` already (line 2)',
    ]);
  });

  it('an override rule wants one application, not a group', () => {
    const text = (application: string) =>
      `zones: {a: {}}\napplication-groups: {g: ssh}\napplication-override: [{protocol: tcp, port: 1, application: ${application}}]`;
    expect(problemLines(text('ssh'))).toEqual([]);
    expect(problemLines(text('g'))).toEqual([
      '3:62: application-override[0].application: `g` is a group; expected one application',
    ]);
  });
});

function read(text: string) {
  return parseFirewallConfig(`zones: {a: {}}\n${text}`, 'fw.yaml');
}

describe('what they become', () => {
  it('signatures, settings and override rules', () => {
    const config = read(`custom-applications:
  x: { ports: [tcp/7001], timeout: 9, parent: ssl, signature: { transport: tcp, begins: '16 ..' } }
application-override:
  - { protocol: udp, port: 53, application: far-away, disabled: yes }
  - { to: a, protocol: udp, port: [53, 60-61], application: x }`);
    expect(config.customSignatures).toEqual([
      {
        ...{ application: 'x', parent: 'ssl', transport: 'tcp', ports: null, scope: 'transaction' },
        isOrdered: false,
        conditions: [[{ side: 'either', begins: '16 ..', contains: null, context: null }]],
      },
    ]);
    const ports = [
      { from: 53, to: 53 },
      { from: 60, to: 61 },
    ];
    expect(config.applicationOverrides).toEqual([
      {
        name: 'override-2',
        from: null,
        to: ['a'],
        source: null,
        destination: null,
        negateSource: false,
        negateDestination: false,
        service: [{ protocol: 'udp', ports, overrides: null }],
        application: 'x',
      },
    ]);
    expect(config.applications.find(({ name }) => name === 'x')).toMatchObject({
      ports: [{ protocol: 'tcp', ports: [{ from: 7001, to: 7001 }] }],
      overrides: { tcp: 9, udp: 9, default: 9 },
      isCustom: true,
    });
  });

  it('groups in rules are their applications, each once', () => {
    const { rules, effective } = read(`application-groups: {g: [ssh, h], h: [ssl, ssh]}
rules: [{application: g}, {application: [ssl, g, dns]}, {application: [any]}]`);
    expect(rules?.map(({ application }) => application && [...new Set(application)])).toEqual([
      ['ssh', 'ssl'],
      ['ssl', 'ssh', 'dns'],
      null,
    ]);
    expect(effective['application-groups']).toEqual({ g: ['ssh', 'h'], h: ['ssl', 'ssh'] });
  });
});

describe('names that lead nowhere', () => {
  const said = (text: string) => read(text).notModelled;

  it('are said with the nearest known name', () => {
    expect(
      said(`custom-applications: {acme-api: {parent: web-browsin, ${OWN}}, alone: {}}
application-groups: {shells: [ssh, telnt]}
application-override: [{protocol: tcp, port: 1, application: acme-apy}]
rules: [{application: acmeapi}, {application: [shells, acme-api, unknown-tcp]}, {application: shels}, {application: alone}]`),
    ).toEqual([
      'rule `rule-1` names application `acmeapi`, which nothing identifies: it can match nothing; did you mean `acme-api`?',
      'rule `rule-3` names application `shels`, which nothing identifies: it can match nothing; did you mean `shells`?',
      'rule `rule-4` names application `alone`, which nothing identifies: it can match nothing',
      'group `shells` names application `telnt`, which nothing identifies: it can match nothing; did you mean `telnet`?',
      'parent `web-browsin` of application `acme-api` is not known: no session is identified as it; did you mean `web-browsing`?',
      'override rule `override-1` names application `acme-apy`, which is not known: it has no ports; did you mean `acme-api`?',
    ]);
  });

  it('a filter that nothing meets is said; its name is known', () => {
    expect(
      said(`application-filters: {new: {subcategory: artificial-intelligence}}
rules: [{application: new}]`),
    ).toEqual([
      'filter `new` is met by no application that this version knows: rules that name it match nothing',
    ]);
  });

  it('signatures need app-id: payload', () => {
    expect(said(`session: {app-id: ports}\ncustom-applications: {x: {${OWN}}}`)).toEqual([
      '`signature` of `custom-applications` is used with `session: {app-id: payload}` only',
    ]);
    expect(said(`custom-applications: {x: {${OWN}}}`)).toEqual([]);
  });

  it('a commit keeps what identifies applications, not their timers', () => {
    const first = `zones: {a: {}}\ncustom-applications: {x: {timeout: 5, ${OWN}}, y: {}}\n`;
    const change = 'configuration: [{at: +1, file: b.yaml}]';
    const config = (other: string) =>
      parseFirewallConfig(`${first}${change}`, 'a.yaml', () => other).notModelled;
    expect(config(first.replace('timeout: 5', 'timeout: 6'))).toEqual([]);
    expect(config(first.replace(', y: {}', ''))).toEqual([
      'b.yaml: `custom-applications` stays as a.yaml has it: the replay is set up with it',
    ]);
  });
});
