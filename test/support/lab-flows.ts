/**
 * This file replays the scenarios of the lab, and shows sessions as the Linux kernel sees flows: ICMP
 * queries of one identifier are one flow, and names have the zone that the client came from.
 */

import type { SessionRow } from '../../src/session/session-row.ts';
import { isIcmpReply } from '../../src/wire/icmp.ts';
import { type LabDiscard, type LabSections, type LabSession, labConfig } from './lab.ts';
import { type Replayed, replayFiles } from './replay-file.ts';
import { labPath } from './truth-files.ts';

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmpv6',
};
/** The kernel notes a session a little after the capture notes its packet. */
const START_TOLERANCE = 0.002;

/** Sessions of one flow. */
export interface Flow {
  readonly name: string;
  readonly start: number;
  end: number;
  last: number;
  endReason: string | null;
  packets: number;
  /** Of the last session of the flow. */
  row: SessionRow;
}

/** Which of a scenario's two captures: what the firewall received, or everything. */
export type LabCapture = 'received' | 'all';

/** Replays a scenario with the timers that the lab's kernel had, until the table is empty. */
export function replayLab(
  scenario: string,
  capture: LabCapture,
  sections: LabSections = {},
): Promise<Replayed> {
  // The lab's UDP timer was set to 8 s throughout, its TCP timer for this scenario alone.
  const timeouts = scenario === 'tcp_keepalive' ? { udp: 8, tcp: 8 } : { udp: 8 };
  const file = capture === 'received' ? `${scenario}.rx.pcapng` : `${scenario}.pcapng`;
  const config = labConfig(timeouts, sections);
  return replayFiles([labPath(file)], { config, drain: true });
}

export function flowsOf(sessions: readonly SessionRow[]): Flow[] {
  const flows: Flow[] = [];
  const byName = new Map<string, Flow>();
  for (const row of sessions) {
    const protocol = PROTOCOLS[row.protocol]!;
    const isQuery = row.icmpKind > 0 && !isIcmpReply(row.icmpKind);
    const type = row.family === 4 ? 8 : 128;
    const from = `${row.source}:${row.sport}`;
    const to = `${row.destination}:${isQuery ? type : row.dport}`;
    const name = `${protocol} ${from} > ${to} ${row.sourceZone}`;
    const end = secondsOf(row.end!);
    const last = seconds(row.lastSecond, row.lastNanosecond);
    const known = byName.get(name);
    if (isQuery && known !== undefined) {
      known.end = Math.max(known.end, end);
      known.last = Math.max(known.last, last);
      known.packets += row.c2s.packets;
      known.row = row;
      continue;
    }
    const start = seconds(row.startSecond, row.startNanosecond);
    const flow = {
      name,
      start,
      end,
      last,
      endReason: row.endReason,
      packets: row.c2s.packets,
      row,
    };
    flows.push(flow);
    byName.set(name, flow);
  }
  return flows;
}

/** A session's name; of a denied packet, whose zone the truth does not have, up to the zone. */
export function labName(session: LabSession | LabDiscard): string {
  const { proto, src, sport, dst, dport } = session;
  const zone = 'ingress_zone' in session ? session.ingress_zone : '';
  return `${proto} ${src}:${sport} > ${dst}:${dport} ${zone}`;
}

/** The flow that is a session of the kernel. */
export function flowOf(session: LabSession, flows: readonly Flow[]): Flow | undefined {
  const name = labName(session);
  return flows.find((flow) => flow.name === name && isNear(flow.start, session.start));
}

export function secondsOf(time: { second: number; nanosecond: number }): number {
  return seconds(time.second, time.nanosecond);
}

function seconds(second: number, nanosecond: number): number {
  return second + nanosecond / 1e9;
}

export function isNear(a: number, b: number, tolerance = START_TOLERANCE): boolean {
  return Math.abs(a - b) <= tolerance;
}
