/**
 * This file compares zone changes with the lab's asymmetric scenarios: which packets came by another
 * zone, what is counted where, and which sessions look asymmetric. The Linux router accepted all.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_ZONECHANGE, ZONECHANGE_DROPPED } from '../../src/events/event-kinds.ts';
import { labConfig, labScenarios } from '../support/lab.ts';
import { flowOf, flowsOf, replayLab } from '../support/lab-flows.ts';
import type { Replayed } from '../support/replay-file.ts';
import { HAS_CAPTURES, noteSkipped } from '../support/truth-files.ts';
import { KNOWN_SUSPECTS, ZONE_DROPS } from './known-lab.ts';
import { LAB_RULES } from './lab-rules.ts';

const TEST_FILE = 'lab-asymmetric.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

/** Expected and seen zone, as truth.json tells each scenario. */
const ZONES: Readonly<Record<string, readonly [expected: string, seen: string]>> = {
  asym_c2s_zonechange: ['trust', 'trust-b'],
  asym_synack_other_zone: ['untrust', 'dmz'],
};

const scenarios = labScenarios();
const names = Object.keys(scenarios);
const tally = { events: 0, suspects: 0 };

describe.skipIf(!HAS_CAPTURES)('zone changes against the lab', () => {
  describe.each(Object.keys(ZONES))('%s', (name) => {
    let replayed: Replayed;
    beforeAll(async () => {
      replayed = await replayLab(name, 'received');
    });

    test('each packet by the other zone is an event with both zones, and dropped', () => {
      const zones = labConfig({}).zones.map((zone) => zone.name);
      const [expected, seen] = ZONES[name]!.map((zone) => zones.indexOf(zone) + 1);
      const events = replayed.events.filter((event) => event.kind === EVENT_ZONECHANGE);
      tally.events += events.length;
      expect(events).toHaveLength(ZONE_DROPS[name]!);
      for (const event of events) {
        expect([event.session, event.a, event.b]).toEqual([
          1,
          expected,
          seen! | ZONECHANGE_DROPPED,
        ]);
      }
    });

    test('the session has the packets of its own zones alone', () => {
      const session = scenarios[name]!.sessions[0]!;
      const { row } = flowOf(session, flowsOf(replayed.sessions))!;
      const byZone = session.c2s_interfaces;
      if (byZone === undefined) expect(row.s2c.packets).toBe(0);
      else expect(row.c2s.packets).toBe(byZone.trust0);
      expect(byZone?.trustb0 ?? ZONE_DROPS[name]).toBe(ZONE_DROPS[name]);
    });

    test('with tcp-reject-non-syn: no the packets make a second session', async () => {
      const session = { 'tcp-reject-non-syn': false };
      const { sessions, counter } = await replayLab(name, 'received', { session });
      expect(sessions).toHaveLength(2);
      const [, seen] = ZONES[name]!;
      expect(sessions[1]!.sourceZone).toBe(seen);
      expect(counter('flow_fwd_zonechange')).toBe(0);
    });
  });

  test.each(names)('%s: only listed sessions look asymmetric', async (name) => {
    const { sessions } = await replayLab(name, 'received', LAB_RULES[name]);
    const suspects = sessions.filter((row) => row.isAsymmetricSuspect);
    tally.suspects += suspects.length;
    expect(suspects).toHaveLength(KNOWN_SUSPECTS[name]?.sessions ?? 0);
  });

  test('every listed scenario exists', () => {
    const listed = [...Object.keys(ZONES), ...Object.keys(KNOWN_SUSPECTS)];
    expect(listed.filter((name) => !names.includes(name))).toEqual([]);
  });

  afterAll(() => {
    process.stderr.write(
      `${TEST_FILE}: ${tally.events} packets by another zone, ${tally.suspects} suspects\n`,
    );
  });
});
