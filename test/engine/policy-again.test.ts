/** This file checks what a session's record says once the policy was asked again about it. */

import { expect, it } from 'vitest';
import { buildPackets, parseScript } from '../../samples/script/index.ts';
import { playBuilt } from '../support/play.ts';
import { configOf, expandScript } from '../support/scenario.ts';

const HANDSHAKE = `
0.000 C S isn=1000
0.010 S SA isn=5000
0.020 C A
`;

it('a temporary match is over with the commit that denies its session', () => {
  const script = parseScript(
    expandScript(`${HANDSHAKE}0.030 C PA data="GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"\n@end 2`),
  );
  const rules = 'rules: [{ name: ws, application: [websocket], action: allow }]';
  const config = configOf({
    config: `${rules}\nconfiguration: [{ at: +1, file: none.yaml, rematch: yes }]`,
    files: { 'none.yaml': 'rules: [{ name: none, action: deny }]' },
  });
  const { sessions } = playBuilt(script, buildPackets(script), { config });
  expect(sessions[0]?.identification?.implicitUse).toEqual({
    application: 'web-browsing',
    child: 'websocket',
    rule: 'ws',
    isTemporary: false,
  });
});

it('the timers are no longer those of a service when the rule that is met then has none', () => {
  const script = parseScript(
    expandScript(`${HANDSHAKE}0.030 C PA data="SSH-2.0-a\\r\\n"
1.000 trust 10.0.0.5:40001 > 203.0.113.9:443 tcp S
1.010 untrust 203.0.113.9:443 > 10.0.0.5:40001 tcp SA
1.020 trust 10.0.0.5:40001 > 203.0.113.9:443 tcp A
1.030 trust 10.0.0.5:40001 > 203.0.113.9:443 tcp PA data="GET / HTTP/1.1\\r\\n\\r\\n"
`),
  );
  const config = configOf({
    config: `services: { slow: { ports: tcp/443, timeout: 777 } }
rules:
  - { name: web, application: [web-browsing], service: [slow], action: allow }
  - { name: rest, action: allow }`,
    files: {},
  });
  const { sessions } = playBuilt(script, buildPackets(script), { config });
  const told = sessions.map(({ application, rule, timeout, hasServiceTimers }) => {
    return { application, rule, timeout, hasServiceTimers };
  });
  expect(told).toEqual([
    { application: 'ssh', rule: 'rest', timeout: 3600, hasServiceTimers: false },
    { application: 'web-browsing', rule: 'web', timeout: 777, hasServiceTimers: true },
  ]);
});
