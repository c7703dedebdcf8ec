/** This file tells of translations that a capture shows and no NAT rule explains. */

import type { UnexplainedTranslation } from '../engine/nat-learning.ts';
import type { Observations } from '../engine/parts.ts';
import { formatIpv4 } from '../net/address.ts';
import { formatCount } from './duration.ts';
import { terminalSafe } from './escape.ts';

/** Address and port. */
type End = readonly [string, number];

interface Ends {
  readonly source: End;
  readonly destination: End;
}

/** A finding of `run.json`: one session. */
export interface NatFinding {
  readonly finding: 'nat-unexplained';
  readonly session: number;
  readonly packet: number;
  readonly rule: string | null;
  readonly direction: 'c2s' | 's2c';
  /** The packet as it was received, as it should have left, as it left. */
  readonly received: Ends;
  readonly expected: Ends;
  readonly sent: Ends;
}

/** Findings that the first screen has. */
const SHOWN_MAX = 5;

/** The sessions with such a translation, the first ones seen. */
export function natFindings({ unexplained }: Observations): NatFinding[] {
  return unexplained.map((entry: UnexplainedTranslation) => ({
    finding: 'nat-unexplained',
    session: entry.session,
    packet: entry.packet,
    rule: entry.rule,
    direction: entry.isReply ? 's2c' : 'c2s',
    received: endsOf(entry.before),
    expected: endsOf(entry.expected),
    sent: endsOf(entry.seen),
  }));
}

/** A line for each of the first findings, and how many others there are. */
export function natNotes(findings: readonly NatFinding[], count: number): string[] {
  const lines = findings.slice(0, SHOWN_MAX).map((f) => {
    const rule = f.rule === null ? 'no NAT rule' : `NAT rule ${terminalSafe(f.rule)}`;
    return (
      `session ${f.session}: ${way(f.received)} left as ${way(f.sent)} (packet ${f.packet}), ` +
      `by ${rule} it should be ${way(f.expected)}`
    );
  });
  const hidden = count - lines.length;
  if (hidden > 0)
    lines.push(`… and ${formatCount(hidden)} more translations that no rule explains`);
  return lines;
}

function endsOf({ source, sport, destination, dport }: UnexplainedTranslation['before']): Ends {
  return { source: [formatIpv4(source), sport], destination: [formatIpv4(destination), dport] };
}

function way({ source, destination }: Ends): string {
  return `${source.join(':')} > ${destination.join(':')}`;
}
