/**
 * This file compares how the Linux kernel's sessions ended with the sessions of a replay: the state in
 * which the kernel's timer ran out, the last packet, what the wire says, and what took a session's
 * place. End times and reasons are compared in lab.test.ts.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_TCP_REUSE } from '../../src/events/event-kinds.ts';
import type { SessionRow } from '../../src/session/session-row.ts';
import { type Difference, expectKnown } from '../support/differences.ts';
import { type LabSession, labScenarios } from '../support/lab.ts';
import { type Flow, flowOf, flowsOf, isNear, labName, replayLab } from '../support/lab-flows.ts';
import type { Replayed } from '../support/replay-file.ts';
import { HAS_CAPTURES, noteSkipped } from '../support/truth-files.ts';
import { knownLab } from './known-lab.ts';
import { LAB_RULES } from './lab-rules.ts';

const TEST_FILE = 'lab-endings.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

/** The kernel's timers run in ticks of 4 ms, and its notes are later than the capture. */
const TOLERANCE = 0.01;

/**
 * What of a session shows the state in which the kernel's entry ended; `kernel_end` as the truth has
 * it. A text is what differs.
 */
const KERNEL_ENDS: Readonly<Record<string, (row: SessionRow) => string | null>> = {
  // Both FINs (or a FIN and what follows it) were seen, then 15 s of silence: tcp-time-wait.
  'timer ran out in state TIME_WAIT': (row) =>
    shows(row, { before: 'CLOSING', last: 'timer', timeout: 15, first: 'fin' }),
  // A RST ended it, then the timer: tcp-time-wait, the RST being verified.
  'timer ran out in state CLOSE': (row) =>
    shows(row, { before: 'CLOSING', last: 'timer', timeout: 15, first: /^rst-from-/ }),
  // UDP or ICMP with packets both ways.
  'timer ran out in state SEEN_REPLY': (row) =>
    shows(row, { before: 'ACTIVE', last: 'timer', isAnswered: true }),
  // UDP or ICMP without an answer.
  'timer ran out in state NEW': (row) =>
    shows(row, { before: 'ACTIVE', last: 'timer', isAnswered: false }),
  // A SYN that a RST answers: no handshake, and the RST keeps the timer of the SYN.
  'killed at once: the only answer was a RST': (row) =>
    row.transitions.some((t) => t.to === 'ACTIVE')
      ? 'was ACTIVE'
      : shows(row, { before: 'CLOSING', last: 'timer', first: 'rst-from-server' }),
  // The next SYN found it in time-wait.
  'killed and replaced by a new flow of the same tuple (reuse)': (row) =>
    shows(row, { before: 'CLOSING', last: 'tcp-reuse', first: 'fin' }),
};
/** Ends when the SIP gateway's timer of an hour would: see WAITING. */
const STILL_LIVE = 'still in the table when the lab ended';

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
      const found = differences(sessions, flows, 'state', (session, flow) => {
        if (session.kernel_end === STILL_LIVE) return null;
        tally.ends++;
        const compare = KERNEL_ENDS[session.kernel_end];
        return compare === undefined ? session.kernel_end : compare(flow.row);
      });
      expectKnown(name, found, knownLab('state'));
    });

    test('the last packet before the silence that ended it', () => {
      const found = differences(sessions, flows, 'last', (session, flow) => {
        if (session.silence_before_end === undefined) return null;
        tally.last++;
        const last = session.end - session.silence_before_end;
        return isNear(flow.last, last, TOLERANCE) ? null : `${flow.last}, kernel ${last}`;
      });
      expectKnown(name, found, knownLab('last'));
    });

    test('with tcp-reuse-strict-priority the end reason is what the wire says', async () => {
      const session = { 'tcp-reuse-strict-priority': true };
      const strict = await replayLab(name, 'received', { ...LAB_RULES[name], session });
      const found = differences(sessions, flowsOf(strict.sessions), 'wire', (own, flow) => {
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

/** Differences of those sessions that have a flow; lab.test.ts says which have none. */
function differences(
  sessions: readonly LabSession[],
  flows: readonly Flow[],
  part: string,
  compare: (session: LabSession, flow: Flow) => string | null,
): Difference[] {
  return sessions.flatMap((session) => {
    const flow = flowOf(session, flows);
    const what = flow === undefined ? null : compare(session, flow);
    return what === null ? [] : [{ conversation: `${part} ${labName(session)}`, what }];
  });
}

interface Ending {
  /** State before CLOSED. */
  readonly before: string;
  /** What moved it to CLOSED. */
  readonly last: string;
  /** The timer that ran, in seconds. */
  readonly timeout?: number;
  /** What moved it to `before`. */
  readonly first?: string | RegExp;
  readonly isAnswered?: boolean;
}

function shows(row: SessionRow, ending: Ending): string | null {
  const [before, closed] = row.transitions.slice(-3, -1);
  const wrong = [
    before?.to === ending.before && closed?.from === ending.before ? '' : `from ${closed?.from}`,
    closed?.cause === ending.last ? '' : `closed by ${closed?.cause}`,
    (ending.timeout ?? row.timeout) === row.timeout ? '' : `timeout ${row.timeout}`,
    before?.cause.match(ending.first ?? '') ? '' : `${before?.to} by ${before?.cause}`,
    (ending.isAnswered ?? row.s2c.packets > 0) === row.s2c.packets > 0 ? '' : 'answered or not',
  ].filter((text) => text !== '');
  return wrong.length === 0 ? null : wrong.join(', ');
}
