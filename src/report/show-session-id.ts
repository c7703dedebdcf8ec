/**
 * This file writes one session as `show session id N` prints it (panos.md §4.1).
 *
 * Rows of features that a replay never has (HA, user mapping, captive portal, tunnels …) have the
 * value that they have on a firewall without the feature. The
 * offload row stands where other public notes have it (panos.md §4.1, position unverified).
 */

import { writableSecond } from '../net/time.ts';
import type { OffloadRow } from '../session/offload-row.ts';
import { type NatFlags, replyPorts, type SessionRow } from '../session/session-row.ts';
import { terminalSafe } from './escape.ts';
import { placeAt } from './show-columns.ts';
import { endReasonSoFar, layer7Processing, layer7Stage, trackerStage } from './tracker-stage.ts';

// Measured columns, from 0 (panos.md §4.1).
const ID_END = 23;
const FLOW_HEAD = 8;
const FLOW_LABEL = 16;
const FLOW_VALUE = 29;
const FLOW_SECOND_LABEL = 45;
const FLOW_SECOND_VALUE = 57;
const DETAIL_LABEL = 8;
const DETAIL_COLON = 45;

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
// biome-ignore format: a table
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** The session, ending in a newline. Its id is the slot's, as on the firewall; not the serial. */
export function showSessionId(row: SessionRow): string {
  const lines = [
    sessionLine(row.sessionId),
    '',
    ...flow(row, false),
    '',
    ...flow(row, true),
    '',
    ...details(row),
  ];
  return `${lines.join('\n')}\n`;
}

/** The first line. */
export function sessionLine(sessionId: number): string {
  return `Session${String(sessionId).padStart(ID_END - 'Session'.length)}`;
}

/** A row of details: the label, and the value behind a colon. */
export function detailRow(label: string, value: string | number): string {
  return placeAt([
    [DETAIL_LABEL, label],
    [DETAIL_COLON, `: ${terminalSafe(String(value))}`],
  ]);
}

/** One flow as it is printed. */
export interface ShownFlow {
  readonly direction: 'c2s' | 's2c';
  readonly source: string;
  readonly zone: string;
  readonly dst: string;
  readonly protocol: number;
  readonly sport: number;
  readonly dport: number;
  readonly state: string;
  readonly type: 'FLOW' | 'PRED';
}

function flow(row: SessionRow, isReply: boolean): string[] {
  const [source, zone, dst] = isReply
    ? [row.translatedDestination, row.destinationZone ?? 'unknown', row.translatedSource]
    : [row.source, row.sourceZone, row.destination];
  const [sport, dport] = isReply ? replyPorts(row) : [row.sport, row.dport];
  // A freed slot is back in the pool and keeps its last content for reading (panos.md §1.1).
  const state = row.end === null ? row.state : 'INIT';
  const direction = isReply ? 's2c' : 'c2s';
  const { protocol } = row;
  return flowLines({ direction, source, zone, dst, protocol, sport, dport, state, type: 'FLOW' });
}

/** The lines of a flow. */
export function flowLines(shown: ShownFlow): string[] {
  const one = (label: string, value: string | number) =>
    placeAt([
      [FLOW_LABEL, label],
      [FLOW_VALUE, terminalSafe(String(value))],
    ]);
  const two = (labels: readonly [string, string], values: readonly [string | number, string]) =>
    placeAt([
      [FLOW_LABEL, labels[0]],
      [FLOW_VALUE, String(values[0])],
      [FLOW_SECOND_LABEL, labels[1]],
      [FLOW_SECOND_VALUE, values[1]],
    ]);
  return [
    `${' '.repeat(FLOW_HEAD)}${shown.direction} flow:`,
    one('source:', `${shown.source} [${shown.zone}]`),
    one('dst:', shown.dst),
    one('proto:', shown.protocol),
    two(['sport:', 'dport:'], [shown.sport, String(shown.dport)]),
    two(['state:', 'type:'], [shown.state, shown.type]),
    one('src user:', 'unknown'),
    one('dst user:', 'unknown'),
  ];
}

function details(row: SessionRow): string[] {
  const isLive = row.end === null;
  const stage = trackerStage(row);
  const layer7 = layer7Stage(row);
  return [
    detailRow('start time', startTime(row.startSecond)),
    detailRow('timeout', `${row.timeout} sec`),
    ...(isLive ? [detailRow('time to live', `${row.timeToLive} sec`)] : []),
    detailRow('total byte count(c2s)', row.c2s.bytes),
    detailRow('total byte count(s2c)', row.s2c.bytes),
    detailRow('layer7 packet count(c2s)', row.c2s.layer7Packets),
    detailRow('layer7 packet count(s2c)', row.s2c.layer7Packets),
    detailRow('vsys', 'vsys1'),
    detailRow('application', row.application ?? '-'),
    detailRow('rule', row.rule ?? ''),
    detailRow('service timeout override(index)', row.hasServiceTimers ? 'True' : 'False'),
    detailRow('session to be logged at end', row.isLogged ? 'True' : 'False'),
    detailRow('session in session ager', isLive ? 'True' : 'False'),
    detailRow('session updated by HA peer', 'False'),
    // Only what a predict let through has it, and the predict itself (panos.md §4.1).
    ...(row.parentId === null ? [] : [detailRow('parent session', row.parentId)]),
    ...natRows(row),
    // A finished ping has it enabled (panos.md §4.1): so all that App-ID is not modelled for.
    detailRow(
      'layer7 processing',
      row.identification === null ? 'enabled' : (layer7Processing(row) ?? '-'),
    ),
    detailRow('URL filtering enabled', 'False'),
    detailRow('session via syn-cookies', 'False'),
    detailRow('session terminated on host', 'False'),
    detailRow('session traverses tunnel', 'False'),
    detailRow('session terminate tunnel', 'False'),
    detailRow('captive portal session', 'False'),
    detailRow('ingress interface', row.ingressInterface ?? 'unknown'),
    detailRow('egress interface', row.egressInterface ?? 'unknown'),
    detailRow('session QoS rule', 'N/A (class 4)'),
    ...(row.offload === null ? [] : [detailRow('offload', isShownOffloaded(row.offload, isLive))]),
    ...(stage === null ? [] : [detailRow('tracker stage firewall', stage)]),
    // Its place is below the other's from the field (unverified).
    ...(layer7 === null ? [] : [detailRow('tracker stage l7proc', layer7)]),
    detailRow('end-reason', endReasonSoFar(row) ?? 'unknown'),
  ];
}

/** `Yes` of a session that is in hardware, or was when it ended. */
function isShownOffloaded(offload: OffloadRow, isLive: boolean): 'Yes' | 'No' {
  const last = offload.stretches.at(-1);
  const isPulledBack = last !== undefined && last.endedBy !== null;
  return offload.isEligible && !(isLive && isPulledBack) ? 'Yes' : 'No';
}

/** What `address/port translation` says; the words for both were recalled, not read (unverified). */
const TRANSLATION_WORDS: Readonly<Record<NatFlags, string>> = {
  NS: 'source',
  ND: 'destination',
  NB: 'source + destination',
};

/** Only of a translated session, as on the firewall (panos.md §4.1). */
function natRows({ nat }: SessionRow): string[] {
  if (nat === null) return [];
  return [
    detailRow('address/port translation', TRANSLATION_WORDS[nat.flags]),
    detailRow('nat-rule', `${nat.rule}(vsys1)`),
  ];
}

/** `Sat May  6 09:58:41 2023`, in UTC. */
export function startTime(second: number): string {
  const date = new Date(writableSecond(second) * 1000);
  const day = String(date.getUTCDate()).padStart(2);
  const clock = date.toISOString().slice(11, 19);
  const weekday = WEEKDAYS[date.getUTCDay()];
  return `${weekday} ${MONTHS[date.getUTCMonth()]} ${day} ${clock} ${date.getUTCFullYear()}`;
}
