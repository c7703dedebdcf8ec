/**
 * This file compares sessions with those of the Linux kernel on the project's own captures of real
 * programs through a real firewall (`samples/lab`): the same flows and zones, starts and ends, end
 * reasons, addresses after translation, packets and bytes.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectCompared, expectKnown } from '../support/differences.ts';
import type { LabSections } from '../support/lab.ts';
import {
  countDifferences,
  endDifferences,
  flowDifferences,
  type LabTally,
  natDifferences,
} from '../support/lab-differences.ts';
import { compareLast, compareState, endingDifferences } from '../support/lab-endings.ts';
import { type Flow, flowsOf } from '../support/lab-flows.ts';
import { type OwnScenario, ownCaptures, ownScenarios, replayOwn } from '../support/own-lab.ts';
import type { Replayed } from '../support/replay-file.ts';
import { KNOWN_OWN_LAB, knownOwnLab } from './known-own-lab.ts';

const LAB = fileURLToPath(new URL('../../lab/run.py', import.meta.url));
const scenarios = ownScenarios();
const names = Object.keys(scenarios);
const tally: LabTally = { sessions: 0, ends: 0, translated: 0 };

/** Flows that only a predict can translate. */
const WAITING = ['ftp-dnat-active', 'ftp-dnat-passive', 'ftp-snat-active', 'sip-snat', 'tftp-snat'];

for (const name of WAITING) test.todo(`${name}: waits for predicts`);

describe.each(names.filter((name) => !WAITING.includes(name)))('%s', (name) => {
  const scenario = scenarios[name]!;
  let replayed: Replayed;
  let flows: Flow[];
  beforeAll(async () => {
    replayed = await replayOwn(name, scenario, (file) => withPinholes(file, scenario));
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

  test('drops only what is denied', () => {
    const passing = replayed.sessions.filter((row) => row.action === 'allow');
    const dropped = passing.map((row) => row.c2s.dropped + row.s2c.dropped);
    expect(dropped.filter((packets) => packets > 0)).toEqual([]);
    expect(replayed.counter('flow_tcp_non_syn_drop')).toBe(0);
    expect(replayed.counter('flow_fwd_zonechange')).toBe(0);
  });
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
  const { sessions, ends, translated } = tally;
  process.stderr.write(
    `own-lab.test.ts: ${names.length} scenarios, ${sessions} flows, ${ends} ends, ${translated} translated\n`,
  );
});

/** What the kernel let through is let through here: a rule for each of its flows. */
function withPinholes(file: LabSections, scenario: OwnScenario): LabSections {
  const pinholes = scenario.sessions.map(({ src, dst, proto, dport }, index) => ({
    name: `flow-${index + 1}`,
    source: src,
    destination: dst,
    service: `${proto}/${dport}`,
    action: 'allow',
  }));
  return { rules: [...(file.rules as unknown[]), ...pinholes] };
}
