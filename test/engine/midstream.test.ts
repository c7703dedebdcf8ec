/** This file checks what `--midstream` takes for a session from before the capture, and what not. */

import { expect, it } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';
import { parseFirewallConfig } from '../../src/config/load.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { type PlayOptions, playBuilt } from '../support/play.ts';

const CONFIG = parseFirewallConfig(
  `zones:
  trust: {interfaces: [trust], networks: [10.0.0.0/8]}
  untrust: {interfaces: [untrust], networks: [0.0.0.0/0]}
rules: [{name: out, from: [trust], to: [untrust], action: allow}]\n`,
  'midstream.yaml',
);

function playScript(text: string, options: Omit<PlayOptions, 'end'>) {
  const script = parseScript(text);
  return playBuilt(script, buildPackets(script), options);
}

/** `client > server packets c2s+s2c application end`, by serial. */
function sessionsOf(script: string, midstream = true): string[] {
  const { sessions } = playScript(script, { config: CONFIG, midstream, drain: true });
  return sessions.map((row) => lineOf(row));
}

function lineOf(row: SessionRow): string {
  const client = `${row.source}:${row.sport}/${row.sourceZone}`;
  const server = `${row.destination}:${row.dport}/${row.destinationZone}`;
  const before = row.isMidstream ? ' before' : '';
  const { c2s, s2c } = row;
  return `${client} > ${server} ${c2s.packets}+${s2c.packets} ${row.rule} ${row.application} ${row.endReason}${before}`;
}

const C = '10.0.0.5:40000 > 203.0.113.9:443 tcp';
const S = '203.0.113.9:443 > 10.0.0.5:40000 tcp';

// biome-ignore format: a table
const CASES: readonly (readonly [what: string, script: string, sessions: readonly string[]])[] = [
  ['data of the client',
   `0 trust ${C} PA seq=1000 ack=5000 len=10\n1 untrust ${S} PA seq=5000 ack=1010 len=10`,
   ['10.0.0.5:40000/trust > 203.0.113.9:443/untrust 1+1 out insufficient-data aged-out before']],
  ['data of the server: its port tells',
   `0 untrust ${S} PA seq=5000 ack=1000 len=10\n1 trust ${C} A seq=1000 ack=5010`,
   ['10.0.0.5:40000/trust > 203.0.113.9:443/untrust 1+1 out insufficient-data aged-out before']],
  ['a SYN-ACK: its sender is the server, whatever the ports',
   '0 untrust 203.0.113.9:50000 > 10.0.0.5:80 tcp SA seq=5000 ack=1001\n1 trust 10.0.0.5:80 > 203.0.113.9:50000 tcp PA seq=1001 ack=5001 len=5',
   ['10.0.0.5:80/trust > 203.0.113.9:50000/untrust 1+1 out insufficient-data aged-out before']],
  ['both FINs',
   `0 trust ${C} FA seq=1000 ack=5000\n1 untrust ${S} FA seq=5000 ack=1001`,
   ['10.0.0.5:40000/trust > 203.0.113.9:443/untrust 1+1 out incomplete tcp-fin before']],
  ['a RST of the server in the middle',
   `0 trust ${C} PA seq=1000 ack=5000 len=10\n1 untrust ${S} R seq=5000`,
   ['10.0.0.5:40000/trust > 203.0.113.9:443/untrust 1+1 out insufficient-data tcp-rst-from-server before']],
  ['a lone RST proves nothing',
   `0 untrust ${S} R seq=5000`,
   []],
  ['what follows a session of the capture itself is no session from before',
   `0 trust ${C} S\n0.1 untrust ${S} RA\n60 trust ${C} PA seq=+1 ack=5 len=10`,
   ['10.0.0.5:40000/trust > 203.0.113.9:443/untrust 1+1 out incomplete tcp-rst-from-server']],
  ['an ordinary session is none from before',
   `0 trust ${C} S\n0.1 untrust ${S} SA\n0.2 trust ${C} A\n0.3 trust ${C} PA len=5`,
   ['10.0.0.5:40000/trust > 203.0.113.9:443/untrust 3+1 out insufficient-data aged-out']],
  ['a rule that denies it denies it: DISCARD',
   '0 untrust 203.0.113.9:50000 > 10.0.0.5:22 tcp PA seq=1 ack=1 len=5',
   ['203.0.113.9:50000/untrust > 10.0.0.5:22/trust 1+0 interzone-default not-applicable policy-deny before']],
];

it.each(CASES)('%s', (_, script, sessions) => {
  expect(sessionsOf(script)).toEqual(sessions);
});

it('without the option, nothing that begins without SYN is a session', () => {
  expect(sessionsOf(`0 trust ${C} PA seq=1000 ack=5000 len=10`, false)).toEqual([]);
});

it('says so in the event that makes the session', () => {
  const script = `0 trust ${C} PA seq=1000 ack=5000 len=10`;
  const { events } = playScript(script, { config: CONFIG, midstream: true });
  expect(events.map(({ kind, a }) => [kind, a])[0]).toEqual([0, 1]);
});

it('is sent where its rule and the routes say, whichever side was seen first', () => {
  const config = parseFirewallConfig(
    `zones:
  trust: {interfaces: [trust]}
  untrust: {interfaces: [untrust]}
  backup: {interfaces: [backup]}
routes: [{destination: 10.0.0.0/8, interface: trust}, {destination: 0.0.0.0/0, interface: backup}]
pbf: [{name: p, from: [trust], destination: [203.0.113.9], egress-interface: untrust}]\n`,
    'midstream.yaml',
  );
  const T = S.replaceAll('203.0.113.9', '203.0.113.7');
  const script = `@interface trust\n@interface untrust\n@interface backup
0 untrust ${S} PA seq=5000 ack=1000 len=10\n1 trust ${C} A seq=1000 ack=5010
2 untrust ${T} PA seq=5000 ack=1000 len=10\n3 trust ${C.replace('203.0.113.9', '203.0.113.7')} A seq=1000 ack=5010`;
  const { sessions, counter } = playScript(script, { config, midstream: true });
  // The second server's packets go by route, and it was seen in another zone.
  expect(sessions.map((row) => [row.destination, row.c2s.packets, row.c2s.dropped])).toEqual([
    ['203.0.113.9', 1, 0],
    ['203.0.113.7', 1, 1],
  ]);
  expect(counter('flow_fwd_zonechange')).toBe(1);
});

const NAT = parseFirewallConfig(
  `zones:
  trust: {interfaces: [trust], networks: [10.0.0.0/8]}
  untrust: {interfaces: [untrust], networks: [0.0.0.0/0]}
nat:
  - {name: out, from: [trust], to: [untrust], source-translation: {dynamic-ip-and-port: 203.0.113.5}}
  - {name: in, from: [untrust], to: [untrust], destination: [203.0.113.80], destination-translation: {translated-address: 10.0.0.80}}\n`,
  'midstream-nat.yaml',
);

it.each([
  [
    'a pool address',
    `0 untrust 203.0.113.9:443 > 203.0.113.5:40000 tcp PA seq=5000 ack=1000 len=10
1 trust 10.0.0.5:40000 > 203.0.113.9:443 tcp A seq=1000 ack=5010
2 untrust 203.0.113.9:443 > 203.0.113.5:40000 tcp PA seq=5010 ack=1000 len=10`,
    '10.0.0.5:40000 > 203.0.113.9:443 NS 203.0.113.5:40000 1+1',
  ],
  [
    'a client, from a server that is known by another address',
    `0 trust 10.0.0.80:443 > 203.0.113.9:40000 tcp PA seq=5000 ack=1000 len=10
1 untrust 203.0.113.9:40000 > 203.0.113.80:443 tcp A seq=1000 ack=5010
2 trust 10.0.0.80:443 > 203.0.113.9:40000 tcp PA seq=5010 ack=1000 len=10`,
    '203.0.113.9:40000 > 203.0.113.80:443 ND 203.0.113.9:40000 1+1',
  ],
])('the first packet goes to %s: the client’s own begins the session', (_, script, line) => {
  const { sessions } = playScript(script, { config: NAT, midstream: true, drain: true });
  const lines = sessions.map((row) => {
    const { source, sport, destination, dport, translatedSource, translatedSport, c2s, s2c } = row;
    const client = `${source}:${sport} > ${destination}:${dport} ${row.nat?.flags}`;
    return `${client} ${translatedSource}:${translatedSport} ${c2s.packets}+${s2c.packets}`;
  });
  expect(lines).toEqual([line]);
});
