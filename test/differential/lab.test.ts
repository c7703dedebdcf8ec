/**
 * This file compares sessions with those of the Linux kernel on the lab's captures: the same flows in
 * the same zones, the same starts, ends and end reasons. Each scenario is replayed twice, from what
 * the firewall received and from all interfaces in both directions: both must give the same.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionRow } from '../../src/session/session-row.ts';
import { isIcmpReply } from '../../src/wire/icmp.ts';
import { type Difference, expectCompared, expectKnown } from '../support/differences.ts';
import { type LabScenario, type LabSession, labConfig, labScenarios } from '../support/lab.ts';
import { type Replayed, replayFiles } from '../support/replay-file.ts';
import { HAS_CAPTURES, labPath, noteSkipped } from '../support/truth-files.ts';
import { KNOWN_LAB, KNOWN_STRAYS, WAITING, ZONE_DROPS } from './known-lab.ts';

const TEST_FILE = 'lab.test.ts';
if (!HAS_CAPTURES) noteSkipped(TEST_FILE);

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmpv6',
};
/** The kernel notes a session a little after the capture notes its packet. */
const START_TOLERANCE = 0.002;
/** Denied packets are known from a log, which is later still. */
const DISCARD_TOLERANCE = 0.005;
/** Its timers end on the next tick of 4 ms, and time-wait starts anew with the last ACK. */
const END_TOLERANCE = 0.01;

/** Frames that belong to no session; those that the firewall sent itself must not be among them. */
const RECEIVED_COUNTERS = [
  'flow_policy_nofwd',
  'replay_icmp_no_request',
  'replay_icmp_error_no_session',
  'replay_fragment_unassembled',
  'replay_neighbour_discovery',
  'replay_malformed',
  'replay_truncated',
];

/** Sessions of one flow; ICMP queries of one identifier are one flow for the kernel. */
interface Flow {
  readonly name: string;
  readonly start: number;
  end: number;
  endReason: string | null;
  packets: number;
}

const scenarios = labScenarios();
const names = Object.keys(scenarios);
const tally = { sessions: 0, ends: 0 };

describe.skipIf(!HAS_CAPTURES)('sessions against the kernel', () => {
  describe.each(names)('%s', (name) => {
    const scenario: LabScenario = scenarios[name]!;
    let received: Replayed;
    let all: Replayed;
    beforeAll(async () => {
      // The lab's UDP timer was set to 8 s throughout, its TCP timer for this scenario alone.
      const config = labConfig(name === 'tcp_keepalive' ? { udp: 8, tcp: 8 } : { udp: 8 });
      received = await replayFiles([labPath(`${name}.rx.pcapng`)], { config, drain: true });
      all = await replayFiles([labPath(`${name}.pcapng`)], { config, drain: true });
    });

    test('the capture of both directions gives the same sessions', () => {
      expect(all.counter('replay_egress_copy')).toBeGreaterThan(0);
      expect(all.sessions.map(comparable)).toEqual(received.sessions.map(comparable));
    });

    test('has the flows, zones and starts of the kernel', () => {
      expectKnown(
        name,
        [...flowDifferences(scenario, flowsOf(received.sessions))],
        KNOWN_LAB_FLOWS,
      );
    });

    test('ends when and as the kernel says', () => {
      expectKnown(name, [...endDifferences(scenario, flowsOf(received.sessions))], KNOWN_LAB_ENDS);
    });

    test('counts what is received outside sessions alike in both captures', () => {
      const found = RECEIVED_COUNTERS.filter((c) => all.counter(c) !== received.counter(c)).map(
        (c) => ({
          conversation: `counter ${c}`,
          what: `${all.counter(c)}, ${received.counter(c)}`,
        }),
      );
      expectKnown(name, found, KNOWN_LAB_COUNTERS);
    });

    test('drops only what has the wrong zone or no session', () => {
      const dropped = received.sessions.map((row) => row.c2s.dropped + row.s2c.dropped);
      expect(dropped.filter((packets) => packets > 0)).toEqual([]);
      const strays = KNOWN_STRAYS[name]?.packets ?? 0;
      for (const { counter } of [received, all]) {
        expect(counter('flow_tcp_non_syn_drop')).toBe(strays);
        expect(counter('flow_fwd_zonechange')).toBe(ZONE_DROPS[name] ?? 0);
      }
    });
  });

  test('c2s packets after a change of interface are no packets of the session', () => {
    const session = scenarios.asym_c2s_zonechange!.sessions[0]!;
    expect(session.c2s_interfaces?.trustb0).toBe(ZONE_DROPS.asym_c2s_zonechange);
  });

  test('every listed difference is of a scenario', () => {
    expectCompared(KNOWN_LAB, names);
    expect([...Object.keys(KNOWN_STRAYS), ...Object.keys(ZONE_DROPS)]).toSatisfy(
      (listed: string[]) => listed.every((name) => names.includes(name)),
    );
  });

  for (const { scenario, what } of WAITING) test.todo(`${scenario}: ${what}`);

  afterAll(() => {
    process.stderr.write(
      `${TEST_FILE}: ${names.length} scenarios, ${tally.sessions} flows, ${tally.ends} ends\n`,
    );
  });
});

const KNOWN_LAB_FLOWS = KNOWN_LAB.filter((entry) => entry.conversation.startsWith('flow '));
const KNOWN_LAB_COUNTERS = KNOWN_LAB.filter((e) => e.conversation.startsWith('counter '));
const KNOWN_LAB_ENDS = KNOWN_LAB.filter((entry) => entry.conversation.startsWith('end '));

/** What must not depend on which copies of a packet a capture has. */
function comparable(row: SessionRow): Partial<SessionRow> {
  const { serial, protocol, source, sport, sourceZone, destination, dport, destinationZone } = row;
  const { c2s, s2c, ingressInterface, egressInterface, startSecond, startNanosecond } = row;
  const { elapsedNs, end, endReason } = row;
  return {
    ...{ serial, protocol, source, sport, sourceZone, destination, dport, destinationZone },
    ...{ c2s, s2c, ingressInterface, egressInterface, startSecond, startNanosecond },
    ...{ elapsedNs, end, endReason },
  };
}

function flowsOf(sessions: readonly SessionRow[]): Flow[] {
  const flows: Flow[] = [];
  const byName = new Map<string, Flow>();
  for (const row of sessions) {
    const protocol = PROTOCOLS[row.protocol]!;
    const isQuery = row.icmpKind > 0 && !isIcmpReply(row.icmpKind);
    const type = row.family === 4 ? 8 : 128;
    const from = `${row.source}:${row.sport}`;
    const to = `${row.destination}:${isQuery ? type : row.dport}`;
    const name = `${protocol} ${from} > ${to} ${row.sourceZone}`;
    const end = seconds(row.end!.second, row.end!.nanosecond);
    const known = byName.get(name);
    if (isQuery && known !== undefined) {
      known.end = Math.max(known.end, end);
      known.packets += row.c2s.packets;
      continue;
    }
    const start = seconds(row.startSecond, row.startNanosecond);
    const flow = { name, start, end, endReason: row.endReason, packets: row.c2s.packets };
    flows.push(flow);
    byName.set(name, flow);
  }
  return flows;
}

function sessionName(session: LabSession): string {
  const { proto, src, sport, dst, dport } = session;
  return `${proto} ${src}:${sport} > ${dst}:${dport} ${session.ingress_zone}`;
}

/** Each session of the kernel has a flow of ours, and each flow a session or a denied packet. */
function* flowDifferences(scenario: LabScenario, flows: readonly Flow[]): Generator<Difference> {
  const left = [...flows];
  for (const session of scenario.sessions) {
    const name = sessionName(session);
    tally.sessions++;
    const at = left.findIndex((flow) => flow.name === name && isNear(flow.start, session.start));
    if (at >= 0) left.splice(at, 1);
    else yield { conversation: `flow ${name}`, what: `none at ${session.start}` };
  }
  // The model has no rules yet: what the kernel denied is a session here.
  for (const { proto, src, sport, dst, dport, first, packets } of scenario.discards) {
    const name = `${proto} ${src}:${sport} > ${dst}:${dport} `;
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

function* endDifferences(scenario: LabScenario, flows: readonly Flow[]): Generator<Difference> {
  for (const session of scenario.sessions) {
    const name = sessionName(session);
    const flow = flows.find((f) => f.name === name && isNear(f.start, session.start));
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

function seconds(second: number, nanosecond: number): number {
  return second + nanosecond / 1e9;
}

function isNear(a: number, b: number, tolerance = START_TOLERANCE): boolean {
  return Math.abs(a - b) <= tolerance;
}
