/** This file checks that the state model changes names only: timers, counts and reasons stay. */

import { describe, expect, it } from 'vitest';
import type { SessionRow } from '../../src/session/session-row.ts';
import { HANDSHAKE, outcomeOf, runScenario, type Scenario } from '../support/scenario.ts';
import { SCENARIOS } from '../support/scenario-md-files.ts';

function withModel(scenario: Scenario, model: string): Scenario {
  const config = scenario.config ?? '';
  const key = `state-model: ${model}`;
  const changed = config.includes('session: {')
    ? config.replace('session: {', `session: {${key}, `)
    : `${config}\nsession: {${key}}`;
  return { ...scenario, config: changed };
}

/** A row without its states. */
function withoutStates(row: SessionRow): unknown {
  const { state: _state, transitions: _transitions, application: _application, ...rest } = row;
  return rest;
}

describe('state-model: table', () => {
  it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    const connection = runScenario(withModel(scenario, 'connection'));
    const table = runScenario(withModel(scenario, 'table'));
    expect(table.sessions.map(withoutStates)).toEqual(connection.sessions.map(withoutStates));
    expect([...table.firewall.counters]).toEqual([...connection.firewall.counters]);
    expect(outcomeOf(table).events).toEqual(outcomeOf(connection).events);
  });

  it('calls a session ACTIVE from installation to its end', () => {
    const played = runScenario({
      name: '',
      source: 'CONTRACT state-model; panos §1.1',
      config: 'session: {state-model: table}',
      script: `${HANDSHAKE}\n1 C FA\n1.1 S FA\n@end 60`,
      sessions: [],
    });
    const [row] = played.sessions;
    expect(row?.transitions.map(({ from, to, cause }) => [from, to, cause])).toEqual([
      ['FREE', 'INIT', 'session-created'],
      ['INIT', 'ACTIVE', 'syn'],
      ['ACTIVE', 'CLOSING', 'timer'],
      ['CLOSING', 'CLOSED', 'removed-from-ager'],
      ['CLOSED', 'FREE', 'freed'],
    ]);
  });
});

describe('state-model: connection', () => {
  it('names every step of a TCP session with its cause', () => {
    const played = runScenario({
      name: '',
      source: 'CONTRACT Transitions',
      script: `${HANDSHAKE}\n1 C FA\n1.1 S FA\n@end 60`,
      sessions: [],
    });
    const [row] = played.sessions;
    expect(row?.transitions.map((t) => [t.packet, t.from, t.to, t.cause])).toEqual([
      [1, 'FREE', 'INIT', 'session-created'],
      [1, 'INIT', 'OPENING', 'syn'],
      [3, 'OPENING', 'ACTIVE', 'handshake-complete'],
      [4, 'ACTIVE', 'CLOSING', 'fin'],
      [0, 'CLOSING', 'CLOSED', 'timer'],
      [0, 'CLOSED', 'FREE', 'freed'],
    ]);
  });
});

describe('applications by ports (panos §9)', () => {
  const config = 'session: {app-id: ports}';

  it.each([
    ['incomplete', '0 C S'],
    ['incomplete', '0 C S\n0.01 S RA'],
    ['incomplete', HANDSHAKE], // established, but no data
    ['ssl', `${HANDSHAKE}\n1 C PA len=5`], // by its port
    // Reset once open: it has been identified and stays so, whichever way it was reset.
    ['ssl', `${HANDSHAKE}\n1 C PA len=5\n2 C R`],
    ['ssl', `${HANDSHAKE}\n1 C PA len=5\n2 C FA\n3 C R`],
    ['ssl', `${HANDSHAKE}\n1 C PA len=5\n2 S R seq=+50\n3 C R`],
    ['ssl', `${HANDSHAKE}\n1 C PA len=5\n2 C FA\n3 S FA\n4 C R`],
    ['ssl', `${HANDSHAKE}\n1 C PA len=5\n2 C FA\n3 S FA\n4 C R seq=+500`],
    ['ping', '0 trust 10.0.0.5 > 203.0.113.9 icmp echo id=1 seq=1'],
    ['icmp', '0 trust 10.0.0.5 > 203.0.113.9 icmp timestamp id=1 seq=1'],
    [null, '0 trust 10.0.0.5:1 > 203.0.113.9:2 udp len=1'],
  ])('%s', (application, script) => {
    const [row] = runScenario({ name: '', source: '', config, script, sessions: [] }).sessions;
    expect(row?.application).toBe(application);
  });

  it('a handshake that ends on a half-closed session is complete', () => {
    const script = '0 C S\n0.1 C F\n0.2 S SA\n0.3 C A\n0.4 S PA len=5';
    const [row] = runScenario({ name: '', source: '', config, script, sessions: [] }).sessions;
    expect(row?.application).toBe('ssl');
  });
});
