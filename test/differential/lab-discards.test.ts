/**
 * This file compares DISCARD sessions with the first packets that the Linux firewall of the lab
 * denied: one session each, with the rule, the packets and the times of the kernel's log.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COUNT_DISCARD_DROP } from '../../src/events/counters.ts';
import {
  EVENT_DISCARD_REFRESH,
  EVENT_DROP,
  EVENT_POLICY_DENY,
} from '../../src/events/event-kinds.ts';
import { type Difference, expectKnown } from '../support/differences.ts';
import { type LabDiscard, labScenarios } from '../support/lab.ts';
import { type Flow, flowsOf, isNear, labName, replayLab } from '../support/lab-flows.ts';
import type { Replayed } from '../support/replay-file.ts';
import { HAS_CAPTURES, noteSkipped } from '../support/truth-files.ts';
import { knownLab } from './known-lab.ts';
import { LAB_RULES } from './lab-rules.ts';

const TEST_FILE = 'lab-discards.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

/** The kernel's log is a little later than its capture. */
const TOLERANCE = 0.005;
/** Defaults of discard-tcp and discard-udp; the kernel has no such timer. */
const DISCARD_SECONDS = { tcp: 90, udp: 60 } as const;

/** Scenarios whose denied packets a predict lets in: the kernel has no helper for RTSP. */
const PREDICTED: readonly string[] = ['rtsp_udp_open'];

const scenarios = labScenarios();
const names = Object.keys(LAB_RULES).filter((name) => LAB_RULES[name]?.rules !== undefined);
const tally = { discards: 0, packets: 0 };

describe.skipIf(!HAS_CAPTURES)('DISCARD sessions against what the kernel denied', () => {
  describe.each(names)('%s', (name) => {
    const discards = PREDICTED.includes(name) ? [] : scenarios[name]!.discards;
    let replayed: Replayed;
    beforeAll(async () => {
      replayed = await replayLab(name, 'received', LAB_RULES[name]);
    });

    test('each is a session with the rule, packets and times of the truth', () => {
      const flows = flowsOf(replayed.sessions);
      const found: Difference[] = [];
      for (const discard of scenarios[name]!.discards) {
        tally.discards++;
        tally.packets += discard.packets;
        const what = discardDifferences(discard, flows).join('; ');
        if (what !== '') found.push({ conversation: `discard ${labName(discard)}`, what });
      }
      expectKnown(name, found, knownLab('discard'));
    });

    test('nothing else is in state DISCARD', () => {
      const denied = replayed.sessions.filter((row) => row.endReason === 'policy-deny');
      expect(denied).toHaveLength(discards.length);
      expect(replayed.counter('flow_policy_deny')).toBe(denied.length);
      expect(replayed.counter('session_discard')).toBe(denied.length);
    });

    test('the life of each is in its transitions and events', () => {
      for (const row of replayed.sessions.filter((r) => r.endReason === 'policy-deny')) {
        const steps = row.transitions.map((t) => [t.from, t.to, t.cause, t.packet]);
        expect(steps).toEqual([
          ['FREE', 'INIT', 'session-created', row.startPacket],
          ['INIT', 'DISCARD', 'policy-deny', row.startPacket],
          ['DISCARD', 'CLOSED', 'timer', 0],
          ['CLOSED', 'FREE', 'freed', 0],
        ]);
        const own = replayed.events.filter((event) => event.session === row.serial);
        const packetsOf = (kind: number) =>
          own.filter((event) => event.kind === kind).map((event) => event.packet);
        expect(packetsOf(EVENT_POLICY_DENY)).toEqual([row.startPacket]);
        const dropped = row.c2s.dropped + row.s2c.dropped;
        expect(packetsOf(EVENT_DISCARD_REFRESH)).toHaveLength(dropped - 1);
      }
    });

    test('with no-refresh-on-discard each ends its timer after the first packet', async () => {
      const session = { 'no-refresh-on-discard': true };
      const strict = await replayLab(name, 'received', { ...LAB_RULES[name], session });
      for (const discard of discards) {
        const flow = discardFlow(discard, flowsOf(strict.sessions))!;
        expect(flow.end - flow.start).toBeCloseTo(DISCARD_SECONDS[discard.proto], 6);
        const events = strict.events.filter((event) => event.session === flow.row.serial);
        const kinds = new Set(events.map((event) => event.kind));
        expect(kinds.has(EVENT_DISCARD_REFRESH)).toBe(false);
        const drops = events.filter((e) => e.kind === EVENT_DROP && e.b === COUNT_DISCARD_DROP);
        expect(drops).toHaveLength(flow.row.c2s.dropped + flow.row.s2c.dropped - 1);
      }
    });
  });

  test('every scenario with discards has its rules', () => {
    const denying = Object.keys(scenarios).filter((name) => scenarios[name]!.discards.length > 0);
    expect(denying.sort()).toEqual([...names].sort());
  });

  afterAll(() => {
    process.stderr.write(
      `${TEST_FILE}: ${names.length} scenarios, ${tally.discards} discards of ${tally.packets} packets\n`,
    );
  });
});

function discardFlow(discard: LabDiscard, flows: readonly Flow[]): Flow | undefined {
  const name = labName(discard);
  return flows.find((f) => f.name.startsWith(name) && isNear(f.start, discard.first, TOLERANCE));
}

/** Texts of what the session of a denied flow has otherwise than the truth. */
function discardDifferences(discard: LabDiscard, flows: readonly Flow[]): string[] {
  const flow = discardFlow(discard, flows);
  if (flow === undefined) return [`no session at ${discard.first}`];
  const { row } = flow;
  const facts: readonly [string, unknown, unknown][] = [
    ['rule', row.rule, discard.rule],
    ['action', row.action === 'allow', false],
    ['end reason', row.endReason, 'policy-deny'],
    ['c2s packets', row.c2s.packets, discard.packets],
    ['c2s dropped', row.c2s.dropped, discard.packets],
    ['s2c packets', row.s2c.packets, 0],
    ['last packet', isNear(flow.last, discard.last, TOLERANCE), true],
    ['timer', Math.round((flow.end - flow.last) * 1e6) / 1e6, DISCARD_SECONDS[discard.proto]],
  ];
  return facts
    .filter(([, ours, truth]) => ours !== truth)
    .map(([what, ours, truth]) => `${what} ${String(ours)}, truth ${String(truth)}`);
}
