/**
 * This file checks what is said of parts of a configuration that have no effect yet.
 */

import { describe, expect, it } from 'vitest';
import { parseFirewallConfig } from '../../src/config/load.ts';

function notModelled(lines: string): readonly string[] {
  const text = `zones: {a: {interfaces: [e1]}}\n${lines}`;
  // A file that `configuration:` names says the same.
  const other = text.replace(/^configuration:.*$/m, '');
  return parseFirewallConfig(text, 'fw.yaml', () => other).notModelled;
}

const BY_PORTS =
  '`application` of a rule is told by default ports, for `app-id` is `ports`; ports that its `service` names decide alone';

describe('notModelled', () => {
  it('says nothing of what is modelled', () => {
    const lines = notModelled(`firewall-macs: [02:00:00:00:00:01]
captures: []
interfaces: {e1: {addresses: 203.0.113.5/24}}
virtual-routers: {x: {interfaces: e1}}
routes: [{destination: 10.0.0.0/8, interface: e1, next-hop: 203.0.113.1, from-time: +5}]
pbf: [{egress-interface: e1, next-hop: 203.0.113.1, enforce-symmetric-return: yes}]
addresses: {x: 10.0.0.1}
services: {s: {ports: tcp/1, timeout: 5}}
rules: [{source: x, service: s, action: deny, profiles: []}]
nat: [{source-translation: {dynamic-ip-and-port: x}}]
configuration: [{at: +5, file: x.yaml}]
decryption: [{type: ssh-proxy, action: decrypt}]
dataplane-features: [{feature: qos, from: a}]
commands: [{at: +5, command: set session offload no}]
timeouts: {tcp: 100, discard-tcp: 5}
applications: {ssh: {timeout: 5}, ftp: {alg: no}, ftp-data: {predict-timeout: 5}}
session: {tcp-reject-non-syn: no, asymmetric-path: bypass, state-model: table, app-timeouts: content,
  no-refresh-on-discard: yes, teardown-upon-fwd-zonechange: yes, accelerated-aging: {enable: no},
  tcp-reuse-strict-priority: yes, zonechange-count: strict, offload: no, udp-offload: no}
platform: {model: PA-440, hardware-offload: no, hardware-refresh: model}`);
    expect(lines).toEqual([]);
  });

  it.each([
    [
      'rules: [{}, {source-user: y}]',
      '`source-user` of a rule is ignored: a capture does not tell users',
    ],
    ['rules: [{category: x}]', '`category` of a rule is ignored: URLs are not looked up'],
    [
      'rules: [{profiles: strict}]',
      '`profiles` of a rule only keep its sessions from offload: no content is inspected',
    ],
    [
      'nat: [{}, {nat-type: nat64}, {name: off, nat-type: nat64, disabled: yes}]',
      'NAT rule `nat-2` is nat64, which is not modelled: it matches nothing',
    ],
    [
      'nat: [{name: six, nat-type: nptv6, source-translation: {static-ip: "2001:db8::/64"}}]',
      'NAT rule `six` is nptv6, which is not modelled: it matches nothing',
    ],
    [
      'decryption: [{}, {category: banking}]',
      'a decryption rule with `source-user` or `category` matches nothing: a capture tells neither users nor URL categories',
    ],
    [
      'decryption: [{profile: strict}]',
      '`profile` of a decryption rule is ignored: nothing is decrypted, it only tells what would be',
    ],
    [
      'rules: [{disable-server-response-inspection: yes}]',
      '`disable-server-response-inspection` of a rule is ignored: a session with profiles counts as inspected in both directions',
    ],
    ['session: {app-id: ports}\nrules: [{application: [ssl, ping, gre]}]', BY_PORTS],
  ])('%s', (text, sentence) => {
    expect(notModelled(text)).toEqual([sentence]);
  });
});

describe('NAT rules of other kinds', () => {
  it('are told for so many', () => {
    const rules = Array.from({ length: 23 }, () => '{nat-type: nptv6}').join(', ');
    const lines = notModelled(`nat: [${rules}]`);
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('3 more NAT rules are nat64 or nptv6');
  });
});

describe('applications whose ports are not known, with `app-id: ports`', () => {
  const PORTS = 'session: {app-id: ports}\n';

  it('are named with their rules', () => {
    const lines = notModelled(`${PORTS}applications: {own: {timeout: 5}}
rules:
  - {name: one, application: [ssl, own]}
  - {application: [zoom, skype]}
  - {application: [a, b, c, d, e, f, g], service: tcp/80}
  - {application: any}
  - {application: zoom, disabled: yes}`);
    expect(lines).toEqual([
      BY_PORTS,
      'rule `one` names application `own`, whose ports are not known: it can match by an explicit `service` only',
      'rule `rule-2` names applications `zoom`, `skype`, whose ports are not known: they can match by an explicit `service` only',
      'rule `rule-3` names applications `a`, `b`, `c`, `d`, `e` and 2 more, whose ports are not known: they can match by an explicit `service` only',
    ]);
  });

  it('are told for so many rules', () => {
    const rules = Array.from({ length: 22 }, () => '{application: zoom}').join(', ');
    const lines = notModelled(`${PORTS}rules: [${rules}]`);
    expect(lines).toHaveLength(22);
    expect(lines.at(-1)).toBe('2 more rules name applications without known ports');
  });
});

describe('applications, by payload', () => {
  const BY_PAYLOAD = 'rules:\n';

  it('are told by signature or protocol, and nothing is said of ports', () => {
    const known = '[ssh, web-browsing, websocket, ping, icmp, gre, ospf, unknown-tcp, unknown-udp]';
    expect(notModelled(`${BY_PAYLOAD}  - {application: ${known}}`)).toEqual([]);
  });

  it('are likely meant to be another where nothing knows the name', () => {
    const line = 'rule `rule-1` names application `sssh`, which nothing identifies';
    expect(notModelled(`${BY_PAYLOAD}  - {application: sssh}`)).toEqual([
      `${line}: it can match nothing; did you mean \`ssh\`?`,
    ]);
  });

  it('are named where no signature tells them, be their ports known or not', () => {
    const lines = notModelled(`${BY_PAYLOAD}  - {name: db, application: [oracle]}
  - {application: [zoom, ssh, skype], service: tcp/80}`);
    expect(lines).toEqual([
      'rule `db` names application `oracle`, which nothing identifies: it can match nothing',
      'rule `rule-2` names applications `zoom`, `skype`, which nothing identifies: they can match nothing',
    ]);
  });

  it('are told for so many rules', () => {
    const rules = Array.from({ length: 22 }, () => '  - {application: zoom}').join('\n');
    expect(notModelled(BY_PAYLOAD + rules).at(-1)).toBe(
      '2 more rules name applications that nothing identifies',
    );
  });
});
