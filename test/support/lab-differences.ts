/**
 * This file compares sessions with those of the Linux kernel's connection tracker: the flows and their
 * starts, what was translated, ends and end reasons, and what was counted.
 */

import type { SessionRow } from '../../src/session/session-row.ts';
import type { Difference } from './differences.ts';
import type { LabNat, LabScenario } from './lab.ts';
import { type Flow, flowOf, isNear, labName } from './lab-flows.ts';

/** Denied packets are known from a log, which is later still. */
const DISCARD_TOLERANCE = 0.005;
/** The kernel's timers end on the next tick of 4 ms, and time-wait starts anew with the last ACK. */
const END_TOLERANCE = 0.01;

/** How much was compared; a test that says so cannot pass by comparing nothing. */
export interface LabTally {
  sessions: number;
  ends: number;
  translated: number;
}

/** Each session of the kernel has a flow of ours, and each flow a session or a denied packet. */
export function* flowDifferences(
  scenario: LabScenario,
  flows: readonly Flow[],
  tally: LabTally,
): Generator<Difference> {
  const left = [...flows];
  for (const session of scenario.sessions) {
    const name = labName(session);
    tally.sessions++;
    const at = left.findIndex((flow) => flow.name === name && isNear(flow.start, session.start));
    if (at >= 0) left.splice(at, 1);
    else yield { conversation: `flow ${name}`, what: `none at ${session.start}` };
  }
  // The kernel keeps no session for what it denied; here it is one, in state DISCARD.
  for (const discard of scenario.discards) {
    const { first, packets } = discard;
    const name = labName(discard);
    const at = left.findIndex(
      (flow) => flow.name.startsWith(name) && isNear(flow.start, first, DISCARD_TOLERANCE),
    );
    if (at < 0 || left[at]!.packets < packets) {
      yield { conversation: `flow ${name}`, what: `no ${packets} packets at ${first}` };
    }
    if (at >= 0) left.splice(at, 1);
  }
  for (const { name, start } of left) {
    yield { conversation: `flow ${name}`, what: `at ${start}, unknown to the kernel` };
  }
}

/** Source and destination of every session before and after, as the truth writes them. */
export function* natDifferences(
  scenario: LabScenario,
  flows: readonly Flow[],
  tally: LabTally,
): Generator<Difference> {
  for (const session of scenario.sessions) {
    const flow = flowOf(session, flows);
    if (flow === undefined) continue;
    if (session.nat !== undefined) tally.translated++;
    const [ours, kernel] = [natOf(flow.row), session.nat ?? {}].map((nat) => JSON.stringify(nat));
    if (ours === kernel) continue;
    yield { conversation: `nat ${labName(session)}`, what: `${ours}, kernel ${kernel}` };
  }
}

function natOf(row: SessionRow): LabNat {
  const { nat, source, sport, destination, dport } = row;
  const { translatedSource, translatedSport, translatedDestination, translatedDport } = row;
  return {
    ...(nat === null || nat.flags === 'ND'
      ? {}
      : { source: { from: [source, sport], to: [translatedSource, translatedSport] } }),
    ...(nat === null || nat.flags === 'NS'
      ? {}
      : {
          destination: {
            from: [destination, dport],
            to: [translatedDestination, translatedDport],
          },
        }),
  };
}

/** When and why each session ended, where the kernel's did. */
export function* endDifferences(
  scenario: LabScenario,
  flows: readonly Flow[],
  tally: LabTally,
): Generator<Difference> {
  for (const session of scenario.sessions) {
    const name = labName(session);
    const flow = flowOf(session, flows);
    if (flow === undefined || session.end_reason.startsWith('none')) continue;
    tally.ends++;
    // Killed at once by a RST, where the model waits for the running timer.
    const isSameClock = !session.kernel_end.startsWith('killed at once');
    const isEnd = !isSameClock || isNear(flow.end, session.end, END_TOLERANCE);
    if (isEnd && flow.endReason === session.end_reason) continue;
    const what = `${flow.endReason} at ${flow.end}, kernel ${session.end_reason} at ${session.end}`;
    yield { conversation: `end ${name}`, what };
  }
}

/** Packets and bytes from the IP header on, each way, where the truth has the kernel's counters. */
export function* countDifferences(
  scenario: LabScenario,
  flows: readonly Flow[],
): Generator<Difference> {
  for (const session of scenario.sessions) {
    const flow = flowOf(session, flows);
    const { c2s, s2c } = session;
    if (flow === undefined || c2s === undefined || s2c === undefined) continue;
    const [ours, kernel] = [
      [flow.row.c2s.packets, flow.row.c2s.ipBytes, flow.row.s2c.packets, flow.row.s2c.ipBytes],
      [c2s.packets, c2s.ip_bytes, s2c.packets, s2c.ip_bytes],
    ].map((numbers) => numbers.join(' '));
    if (ours === kernel) continue;
    yield { conversation: `count ${labName(session)}`, what: `${ours}, kernel ${kernel}` };
  }
}
