/**
 * This file compares how the Linux kernel's sessions ended with the sessions of a replay: the state in
 * which the kernel's timer ran out, the last packet, what the wire says, and what took a session's
 * place. End times and reasons are compared in lab.test.ts.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_TCP_REUSE } from '../../src/events/event-kinds.ts';
import { expectKnown } from '../support/differences.ts';
import { labScenarios } from '../support/lab.ts';
import {
  compareLast,
  compareState,
  endingDifferences,
  KERNEL_ENDS,
  STILL_LIVE,
} from '../support/lab-endings.ts';
import { type Flow, flowOf, flowsOf, replayLab } from '../support/lab-flows.ts';
import type { Replayed } from '../support/replay-file.ts';
import { HAS_CAPTURES, noteSkipped } from '../support/truth-files.ts';
import { knownLab } from './known-lab.ts';
import { LAB_RULES } from './lab-rules.ts';

const TEST_FILE = 'lab-endings.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

const scenarios = labScenarios();
const names = Object.keys(scenarios);
const tally = { ends: 0, last: 0, wire: 0, replaced: 0 };

describe.skipIf(!HAS_CAPTURES)('endings against the kernel', () => {
  describe.each(names)('%s', (name) => {
    const { sessions } = scenarios[name]!;
    let replayed: Replayed;
    let flows: Flow[];
    beforeAll(async () => {
      replayed = await replayLab(name, 'received', LAB_RULES[name]);
      flows = flowsOf(replayed.sessions);
    });

    test('the state that the kernel’s entry was in when it ended', () => {
      tally.ends += sessions.filter((session) => session.kernel_end !== STILL_LIVE).length;
      const found = endingDifferences(sessions, flows, 'state', compareState);
      expectKnown(name, found, knownLab('state'));
    });

    test('the last packet before the silence that ended it', () => {
      tally.last += sessions.filter((s) => s.silence_before_end !== undefined).length;
      const found = endingDifferences(sessions, flows, 'last', compareLast);
      expectKnown(name, found, knownLab('last'));
    });

    test('with tcp-reuse-strict-priority the end reason is what the wire says', async () => {
      const session = { 'tcp-reuse-strict-priority': true };
      const strict = await replayLab(name, 'received', { ...LAB_RULES[name], session });
      const found = endingDifferences(sessions, flowsOf(strict.sessions), 'wire', (own, flow) => {
        if (own.wire_end === undefined) return null;
        tally.wire++;
        return flow.endReason === own.wire_end ? null : `${flow.endReason}, wire ${own.wire_end}`;
      });
      expectKnown(name, found, knownLab('wire'));
    });

    test('a session that another replaced ends with its SYN', () => {
      for (const session of sessions.filter((s) => s.replaced_by !== undefined)) {
        tally.replaced++;
        const old = flowOf(session, flows)!;
        const next = flowOf(sessions[session.replaced_by! - 1]!, flows)!;
        expect(old.end).toBe(next.start);
        expect(old.row.transitions.at(-2)?.packet).toBe(next.row.startPacket);
        const reuse = replayed.events.filter((event) => event.kind === EVENT_TCP_REUSE);
        expect(reuse.map((event) => event.packet)).toContain(next.row.startPacket);
      }
    });
  });

  test('every kind of ending occurs', () => {
    const all = names.flatMap((name) => scenarios[name]!.sessions.map((s) => s.kernel_end));
    expect(new Set(all)).toEqual(new Set([...Object.keys(KERNEL_ENDS), STILL_LIVE]));
  });

  afterAll(() => {
    const { ends, last, wire, replaced } = tally;
    process.stderr.write(
      `${TEST_FILE}: ${ends} states, ${last} last packets, ${wire} endings on the wire, ${replaced} replaced\n`,
    );
  });
});
