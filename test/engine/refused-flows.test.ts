/**
 * This file checks which denied flows are listed as refused: those that a control channel announced and an
 * option kept out, whether they are denied at their first packet or once their application is known.
 */

import { expect, test } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';
import { playBuilt } from '../support/play.ts';
import { configOf } from '../support/scenario.ts';

/** FTP with its ALG off; from outside comes web-browsing alone, on whatever port that is. */
const CONFIG = `rules:
  - {name: allow-ftp, from: trust, to: untrust, application: ftp}
  - {name: allow-web, from: untrust, to: trust, application: web-browsing, service: SERVICE}
applications: {ftp: {alg: no}}
`;
const CONTROL = `
0.00 trust   10.0.0.5:40000 > 203.0.113.9:21 tcp S
0.01 untrust 203.0.113.9:21 > 10.0.0.5:40000 tcp SA
0.02 trust   10.0.0.5:40000 > 203.0.113.9:21 tcp A
0.03 untrust 203.0.113.9:21 > 10.0.0.5:40000 tcp PA data="220 FTP server ready\\r\\n"
0.04 trust   10.0.0.5:40000 > 203.0.113.9:21 tcp PA data="USER anonymous\\r\\n"
0.05 untrust 203.0.113.9:21 > 10.0.0.5:40000 tcp PA data="331 password\\r\\n"
0.06 trust   10.0.0.5:40000 > 203.0.113.9:21 tcp PA data="PORT 10,0,0,5,19,137\\r\\n"
0.07 untrust 203.0.113.9:21 > 10.0.0.5:40000 tcp PA data="200 PORT command successful\\r\\n"
`;
/** Another flow of the same server that nothing announced comes before the one that was. */
const DATA = `
0.10 untrust 203.0.113.9:20 > 10.0.0.5:5002 tcp S
0.20 untrust 203.0.113.9:20 > 10.0.0.5:5001 tcp S
0.21 trust   10.0.0.5:5001 > 203.0.113.9:20 tcp SA
0.22 untrust 203.0.113.9:20 > 10.0.0.5:5001 tcp A
0.23 untrust 203.0.113.9:20 > 10.0.0.5:5001 tcp PA data="SSH-2.0-OpenSSH_9.2\\r\\n"
0.24 trust   10.0.0.5:5001 > 203.0.113.9:20 tcp PA data="SSH-2.0-OpenSSH_9.2\\r\\n"
`;

const play = (service: string) => {
  const config = configOf({ config: CONFIG.replace('SERVICE', service) });
  const script = parseScript(CONTROL + DATA);
  return playBuilt(script, buildPackets(script), { config });
};

test.each([
  ['at its first packet', 'tcp/443', 3],
  ['once its application is known', 'any', 3],
])('an announced flow that is denied %s is refused', (_, service, session) => {
  const { firewall, sessions } = play(service);
  const { refusedFlows, refusedFlowCount } = firewall.observations;
  expect(sessions[2]).toMatchObject({ action: 'deny', dport: 5001, wasAnnounced: true });
  expect(refusedFlowCount).toBe(1);
  expect(refusedFlows).toMatchObject([
    { session, seen: { packet: 10 }, announced: { packet: 7 }, alg: 'ftp', reason: 'alg-off' },
  ]);
  expect(sessions[1]).toMatchObject({ dport: 5002, wasAnnounced: false });
});
