/**
 * This file compares sessions with those of the Linux kernel on the project's own captures of real
 * programs through a real firewall (`samples/lab`): the same flows and zones, starts and ends, end
 * reasons, addresses after translation, packets and bytes; and predicts where it expected a flow.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROTO_UDP } from '../../src/net/protocol.ts';
import { expectCompared, expectKnown } from '../support/differences.ts';
import {
  countDifferences,
  endDifferences,
  flowDifferences,
  type LabTally,
  natDifferences,
} from '../support/lab-differences.ts';
import { compareLast, compareState, endingDifferences } from '../support/lab-endings.ts';
import { type Flow, flowsOf, labName } from '../support/lab-flows.ts';
import { type PredictTally, predictDifferences } from '../support/lab-predicts.ts';
import { ownCaptures, ownScenarios, replayOwn } from '../support/own-lab.ts';
import type { Replayed } from '../support/replay-file.ts';
import { KNOWN_OWN_LAB, knownOwnLab } from './known-own-lab.ts';

const LAB = fileURLToPath(new URL('../../lab/run.py', import.meta.url));
const scenarios = ownScenarios();
const names = Object.keys(scenarios);
const tally: LabTally & PredictTally = {
  ...{ sessions: 0, ends: 0, translated: 0 },
  ...{ predicts: 0, converted: 0 },
};

describe.each(names)('%s', (name) => {
  const scenario = scenarios[name]!;
  let replayed: Replayed;
  let flows: Flow[];
  beforeAll(async () => {
    replayed = await replayOwn(name, scenario);
    flows = flowsOf(replayed.sessions);
  });

  test('has the flows, zones and starts of the kernel', () => {
    expectKnown(name, [...flowDifferences(scenario, flows, tally)], knownOwnLab('flow'));
  });

  test('translates what the kernel translated, and nothing else', () => {
    expectKnown(name, [...natDifferences(scenario, flows, tally)], knownOwnLab('nat'));
  });

  test('ends when and as the kernel says', () => {
    expectKnown(name, [...endDifferences(scenario, flows, tally)], knownOwnLab('end'));
  });

  test('is in the kernel’s state when it ends, and had its last packet then', () => {
    const { sessions } = scenario;
    const found = [
      ...endingDifferences(sessions, flows, 'state', compareState),
      ...endingDifferences(sessions, flows, 'last', compareLast),
    ];
    expectKnown(name, found, knownOwnLab('state', 'last'));
  });

  test('counts the packets and bytes that the kernel counted', () => {
    expectKnown(name, [...countDifferences(scenario, flows)], knownOwnLab('count'));
  });

  test('denies what a rule of the router dropped', () => {
    const found = scenario.discards.flatMap((discard) => {
      const conversation = `discard ${labName(discard)}`;
      const row = flows.find((flow) => flow.name.startsWith(labName(discard)))?.row;
      const dropped = row?.action === 'allow' ? 0 : row?.c2s.dropped;
      return dropped === discard.packets ? [] : [{ conversation, what: `dropped ${dropped}` }];
    });
    expectKnown(name, found, knownOwnLab('discard'));
  });

  test('predicts what the kernel expected, and who came', () => {
    const { sessions, predicts } = replayed;
    const found = [...predictDifferences(scenario, sessions, flows, predicts, tally)];
    expectKnown(name, found, knownOwnLab('predict'));
  });

  test('drops only what is denied', () => {
    const passing = replayed.sessions.filter((row) => row.action === 'allow');
    const dropped = passing.map((row) => row.c2s.dropped + row.s2c.dropped);
    expect(dropped.filter((packets) => packets > 0)).toEqual([]);
    expect(replayed.counter('flow_tcp_non_syn_drop')).toBe(0);
    expect(replayed.counter('flow_fwd_zonechange')).toBe(0);
  });
});

test('what RTSP announces is predicted, too, and its flows are children', () => {
  expect.assertions(2);
  return replayOwn('rtsp-udp', scenarios['rtsp-udp']!).then(({ sessions, predicts }) => {
    const media = sessions.filter((row) => row.protocol === PROTO_UDP);
    const users = predicts.filter(({ outcome }) => outcome === 'converted').map((p) => p.session);
    expect(media.length).toBeGreaterThan(0);
    expect(new Set(users)).toEqual(new Set(media.map((row) => row.serial)));
  });
});

const translated = names.filter((name) => scenarios[name]!.firewall !== 'firewall.yaml');
test.each(translated)('%s: the router’s own words are taken from what it sent', async (name) => {
  const { predicts } = await replayOwn(name, scenarios[name]!);
  // Which ends these are, the kernel says above.
  const isTaken = predicts.map(({ isObserved, isInferred }) => isObserved && !isInferred);
  expect(isTaken).toEqual(predicts.map(() => true));
});

test('every capture has a truth, and every listed difference is of one', () => {
  expect(ownCaptures()).toEqual(names);
  expect(names.length).toBeGreaterThan(30);
  expectCompared(KNOWN_OWN_LAB, names);
});

const listed = spawnSync('python3', ['-B', LAB, '--list'], { encoding: 'utf8' });
test.skipIf(listed.status !== 0)('the captures are those that the lab makes', () => {
  const made = listed.stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  expect(made.sort()).toEqual(names);
});

afterAll(() => {
  const { sessions, ends, translated, predicts, converted } = tally;
  process.stderr.write(
    `own-lab.test.ts: ${names.length} scenarios, ${sessions} flows, ${ends} ends, ${translated} translated, ` +
      `${predicts} predicts, ${converted} converted\n`,
  );
});
