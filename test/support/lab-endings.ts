/**
 * This file says what of a session shows the state in which an entry of the Linux kernel's connection
 * tracker ended, and compares the two.
 */

import type { SessionRow } from '../../src/session/session-row.ts';
import type { Difference } from './differences.ts';
import type { LabSession } from './lab.ts';
import { type Flow, flowOf, isNear, labName } from './lab-flows.ts';

/**
 * What of a session shows the state in which the kernel's entry ended; `kernel_end` as the truth has
 * it. A text is what differs.
 */
export const KERNEL_ENDS: Readonly<Record<string, (row: SessionRow) => string | null>> = {
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
/** A flow of SIP, which the kernel keeps for an hour after its last message. */
export const STILL_LIVE = 'still in the table when the lab ended';

/** The kernel's timers run in ticks of 4 ms, and its notes are later than the capture. */
const TOLERANCE = 0.01;

/** The state in which the kernel's entry ended, where it did. */
export function compareState(session: LabSession, flow: Flow): string | null {
  if (session.kernel_end === STILL_LIVE) return null;
  const compare = KERNEL_ENDS[session.kernel_end];
  return compare === undefined ? session.kernel_end : compare(flow.row);
}

/** The last packet before the silence that ended it. */
export function compareLast(session: LabSession, flow: Flow): string | null {
  if (session.silence_before_end === undefined) return null;
  const last = session.end - session.silence_before_end;
  return isNear(flow.last, last, TOLERANCE) ? null : `${flow.last}, kernel ${last}`;
}

/** Differences of those sessions that have a flow; flowDifferences says which have none. */
export function endingDifferences(
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
