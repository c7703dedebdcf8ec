/**
 * This file compares sessions with those of the Linux kernel on the lab's captures: the same flows in
 * the same zones, the same starts, ends and end reasons. Each scenario is replayed twice, from what
 * the firewall received and from all interfaces in both directions: both must give the same.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PredictRow } from '../../src/session/predict-row.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { expectCompared, expectKnown } from '../support/differences.ts';
import { type LabScenario, labScenarios } from '../support/lab.ts';
import {
  endDifferences,
  flowDifferences,
  type LabTally,
  natDifferences,
} from '../support/lab-differences.ts';
import { flowsOf, replayLab } from '../support/lab-flows.ts';
import { type PredictTally, predictDifferences } from '../support/lab-predicts.ts';
import type { Replayed } from '../support/replay-file.ts';
import { HAS_CAPTURES, noteSkipped } from '../support/truth-files.ts';
import { KNOWN_LAB, knownLab, ZONE_DROPS } from './known-lab.ts';
import { LAB_RULES } from './lab-rules.ts';

const TEST_FILE = 'lab.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

/** Frames that belong to no session; those that the firewall sent itself must not be among them. */
const RECEIVED_COUNTERS = [
  'flow_policy_nofwd',
  'replay_icmp_no_request',
  'replay_icmp_error_no_session',
  'replay_ipfrag_no_session',
  'replay_neighbour_discovery',
  'replay_malformed',
  'replay_truncated',
];

const scenarios = labScenarios();
const names = Object.keys(scenarios);
const tally: LabTally & PredictTally = {
  ...{ sessions: 0, ends: 0, translated: 0 },
  ...{ predicts: 0, converted: 0 },
};

describe.skipIf(!HAS_CAPTURES)('sessions against the kernel', () => {
  describe.each(names)('%s', (name) => {
    const scenario: LabScenario = scenarios[name]!;
    let received: Replayed;
    let all: Replayed;
    beforeAll(async () => {
      received = await replayLab(name, 'received', LAB_RULES[name]);
      all = await replayLab(name, 'all', LAB_RULES[name]);
    });

    test('the capture of both directions gives the same sessions', () => {
      expect(all.counter('replay_egress_copy')).toBeGreaterThan(0);
      expect(all.sessions.map(comparable)).toEqual(received.sessions.map(comparable));
      expect(all.predicts.map(comparablePredict)).toEqual(received.predicts.map(comparablePredict));
    });

    test('translates what the kernel translated, and nothing else', () => {
      const found = [...natDifferences(scenario, flowsOf(received.sessions), tally)];
      expectKnown(name, found, knownLab('nat'));
    });

    test('has the flows, zones and starts of the kernel', () => {
      const found = [...flowDifferences(scenario, flowsOf(received.sessions), tally)];
      expectKnown(name, found, knownLab('flow'));
    });

    test('ends when and as the kernel says', () => {
      const found = [...endDifferences(scenario, flowsOf(received.sessions), tally)];
      expectKnown(name, found, knownLab('end'));
    });

    test('predicts what the kernel expected, and who came', () => {
      const { sessions, predicts } = received;
      const flows = flowsOf(sessions);
      const found = [...predictDifferences(scenario, sessions, flows, predicts, tally)];
      expectKnown(name, found, knownLab('predict'));
      for (const { parent, rule } of sessions) {
        if (parent !== null) expect(rule).toBe(sessions[parent - 1]?.rule);
      }
    });

    test('counts what is received outside sessions alike in both captures', () => {
      const found = RECEIVED_COUNTERS.filter((c) => all.counter(c) !== received.counter(c)).map(
        (c) => ({
          conversation: `counter ${c}`,
          what: `${all.counter(c)}, ${received.counter(c)}`,
        }),
      );
      expectKnown(name, found, knownLab('counter'));
    });

    test('drops only what is denied, has the wrong zone or no session', () => {
      const passing = received.sessions.filter((row) => row.action === 'allow');
      const dropped = passing.map((row) => row.c2s.dropped + row.s2c.dropped);
      expect(dropped.filter((packets) => packets > 0)).toEqual([]);
      for (const { counter } of [received, all]) {
        expect(counter('flow_tcp_non_syn_drop')).toBe(0);
        expect(counter('flow_fwd_zonechange')).toBe(ZONE_DROPS[name] ?? 0);
      }
    });
  });

  test('every listed difference is of a scenario', () => {
    expectCompared(KNOWN_LAB, names);
    expect(Object.keys(ZONE_DROPS).filter((name) => !names.includes(name))).toEqual([]);
  });

  afterAll(() => {
    const { sessions, ends, translated, predicts, converted } = tally;
    process.stderr.write(
      `${TEST_FILE}: ${names.length} scenarios, ${sessions} flows, ${ends} ends, ${translated} translated, ` +
        `${predicts} predicts, ${converted} converted\n`,
    );
  });
});

/** What must not depend on which copies of a packet a capture has. */
function comparable(row: SessionRow): Partial<SessionRow> {
  const { serial, protocol, source, sport, sourceZone, destination, dport, destinationZone } = row;
  const { c2s, s2c, ingressInterface, egressInterface, startSecond, startNanosecond } = row;
  const { elapsedNs, end, endReason, rule, action, isAsymmetricSuspect, nat, natRule } = row;
  const { translatedSource, translatedSport, translatedDestination, translatedDport } = row;
  return {
    ...{ serial, protocol, source, sport, sourceZone, destination, dport, destinationZone },
    ...{ c2s, s2c, ingressInterface, egressInterface, startSecond, startNanosecond },
    ...{ elapsedNs, end, endReason, rule, action, isAsymmetricSuspect, nat, natRule },
    ...{ translatedSource, translatedSport, translatedDestination, translatedDport },
  };
}

function comparablePredict(row: PredictRow): Partial<PredictRow> {
  const { serial, parent, expected, rule, outcome, withdrawnBy, session, sessions } = row;
  return { serial, parent, expected, rule, outcome, withdrawnBy, session, sessions };
}
