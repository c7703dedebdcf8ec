/**
 * This file checks commits in mid-capture beyond the scenarios (test/scenarios/configuration.md): that
 * one which changes nothing changes nothing, where epochs and long times meet, and what records say.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import { EVENT_KINDS } from '../../src/events/event-kinds.ts';
import { eventRecord } from '../../src/report/event-record.ts';
import { trackerStage } from '../../src/report/tracker-stage.ts';
import { randomConversations } from '../session/random-conversation.ts';
import { interfacesNamed, type Played, playBuilt, playFrames } from '../support/play.ts';
import { buildRandom, randomPacketsOfAll } from '../support/random-packets.ts';
import { runScenario } from '../support/scenario.ts';

const INTERFACES = interfacesNamed(['a0', 'b0', 'c0'], 1, false);
const BASE = `zones:
  a: {interfaces: [a0], networks: [10.0.0.0/8, "2001:db8:a::/48"]}
  b: {interfaces: [b0], networks: [192.0.2.0/24, "2001:db8:b::/48"]}
  c: {interfaces: [c0]}
rules:
  - {name: deny-udp, from: [a], to: [b], service: "udp/0-65535", action: deny}
  - {name: a-to-b, from: [a], to: [b]}
  - {name: rest}
`;
const CHANGES = `configuration:
  - {at: +0, file: same.yaml, rematch: yes}
  - {at: +0.01, file: same.yaml, rematch: yes}
  - {at: +5, file: same.yaml, rematch: yes}
  - {at: +100, file: same.yaml, rematch: yes}
  - {at: +9000000, file: same.yaml, rematch: yes}
`;
const plain = parseFirewallConfig(BASE, 'fw.yaml');
const changing = parseFirewallConfig(BASE + CHANGES, 'fw.yaml', () => BASE);

/** Everything that came out but the commits; rules by name, since each rulebase has its numbers. */
function outcomeOf({ sessions, events, firewall }: Played): string {
  const told = events
    .filter(({ kind }) => EVENT_KINDS[kind] !== 'commit')
    .map((event) => eventRecord(event, firewall, { fileNames: null }));
  return JSON.stringify([sessions, told, [...firewall.counters]]);
}

describe('a commit of the same rules, with rematch, changes nothing', () => {
  it.each([
    ['random packets', randomPacketsOfAll],
    ['random conversations', randomConversations],
  ] as const)('on %s', (_, source) => {
    let commits = 0;
    fc.assert(
      fc.property(source, fc.boolean(), (packets, drain) => {
        const frames = packets.map(buildRandom);
        const expected = playFrames(frames, INTERFACES, { config: plain, drain });
        const played = playFrames(frames, INTERFACES, { config: changing, drain });
        commits += played.firewall.commits.length;
        expect(outcomeOf(played)).toBe(outcomeOf(expected));
        for (const { moved, discarded } of played.firewall.commits) {
          expect([moved, discarded]).toEqual([0, 0]);
        }
      }),
      { numRuns: 200, seed: 5 },
    );
    expect(commits).toBeGreaterThan(300);
  });
});

it('states are named as the first file says, whatever the other does', () => {
  const { sessions } = runScenario({
    name: '',
    source: 'CONTRACT state-model',
    config: `session: {state-model: table}
configuration: [{at: +1, file: other.yaml, rematch: yes}]`,
    files: { 'other.yaml': 'rules: []\nsession: {state-model: connection}' },
    script: '0 C S\n@end 200',
    sessions: [],
  });
  const changes = sessions[0]!.transitions.map(({ from, to, cause }) => `${from} ${to} ${cause}`);
  expect(changes).toEqual([
    'FREE INIT session-created',
    'INIT ACTIVE syn',
    'ACTIVE DISCARD policy-deny',
    'DISCARD CLOSING timer',
    'CLOSING CLOSED removed-from-ager',
    'CLOSED FREE freed',
  ]);
});

describe('what reports say', () => {
  const ZONES = `zones:
  trust: {interfaces: [trust], networks: [10.0.0.0/8]}
  untrust: {interfaces: [untrust], networks: [0.0.0.0/0]}
`;
  const config = parseFirewallConfig(
    `${ZONES}rules: [{name: open}]\nconfiguration: [{at: +5, file: later.yaml, rematch: yes}]\n`,
    'fw.yaml',
    () =>
      `${ZONES}rules: [{name: no-ssh, service: tcp/22, action: drop, log-end: no}, {name: rest}]\n`,
  );
  const script = parseScript(`
0    trust    10.0.0.5:40000 > 203.0.113.9:22   tcp S
0.1  untrust  203.0.113.9:22 > 10.0.0.5:40000   tcp SA
0.2  trust    10.0.0.5:40000 > 203.0.113.9:22   tcp PA data="SSH-2.0-a\\r\\n"
0.3  trust    10.0.0.5:40001 > 203.0.113.9:443  tcp S
9    trust    10.0.0.5:40002 > 203.0.113.9:22   tcp S
@end 10
`);
  const played = playBuilt(script, buildPackets(script), { config });

  it('the record has the rule at the end, and the application that was told until then', () => {
    expect(
      played.sessions.map((row) => [row.rule, row.action, row.isLogged, row.application]),
    ).toEqual([
      ['no-ssh', 'drop', false, 'ssh'],
      ['rest', 'allow', true, 'incomplete'],
      ['no-ssh', 'drop', false, 'not-applicable'],
    ]);
  });

  it('a denied session shows its end reason and stage while it is in the table', () => {
    const [denied] = played.sessions;
    // 90 s from 5 on, at 10.
    expect([denied?.state, denied?.timeout, denied?.timeToLive]).toEqual(['DISCARD', 90, 85]);
    expect(trackerStage(denied!)).toBe('appid policy lookup deny');
  });

  it('transitions name the commit’s denial without a packet', () => {
    const changes = played.sessions[0]!.transitions.map(
      ({ from, to, packet, cause }) => `${from} ${to} ${packet} ${cause}`,
    );
    expect(changes).toEqual([
      'FREE INIT 1 session-created',
      'INIT OPENING 1 syn',
      'OPENING ACTIVE 3 handshake-complete',
      'ACTIVE DISCARD 0 policy-deny',
    ]);
  });

  it('events name file, rules and counters', () => {
    const records = played.events
      .filter(({ kind }) => ['commit', 'rematch', 'policy-deny'].includes(EVENT_KINDS[kind]!))
      .map((event) => JSON.parse(eventRecord(event, played.firewall, { fileNames: null })));
    const common = { record: 'event', time: '2026-05-25T11:47:27.000000000Z', packet: null };
    const info = { ...common, severity: 'info', counter: null };
    expect(records).toEqual([
      {
        ...info,
        event: 'commit',
        session: null,
        detail: {
          file: 'later.yaml',
          rematch: true,
          sessions_rejudged: 2,
          sessions_moved: 1,
          sessions_discarded: 1,
        },
      },
      {
        ...info,
        event: 'rematch',
        session: 1,
        detail: { rule_before: 'open', rule: 'no-ssh', action: 'drop' },
      },
      {
        ...common,
        event: 'policy-deny',
        session: 1,
        severity: 'drop',
        counter: 'session_discard',
        detail: { rule: 'no-ssh', action: 'drop' },
      },
      {
        ...info,
        event: 'rematch',
        session: 2,
        detail: { rule_before: 'open', rule: 'rest', action: 'allow' },
      },
      {
        record: 'event',
        time: '2026-05-25T11:47:31.000000000Z',
        packet: 5,
        event: 'policy-deny',
        session: 3,
        severity: 'drop',
        counter: 'flow_policy_deny',
        detail: { rule: 'no-ssh', action: 'drop' },
      },
    ]);
  });
});
