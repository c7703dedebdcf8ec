/**
 * This file shows an event as a line: time, packet (`#-` for a timer), kind, session (`s0` for none),
 * details (test/scenarios/README.md).
 */

import type { Commit } from '../../src/engine/commits.ts';
import type { Firewall } from '../../src/engine/firewall.ts';
import { COUNTERS } from '../../src/events/counters.ts';
import {
  APPID_OVERRIDE,
  EGRESS_CHANGE_S2C,
  EVENT_KINDS,
  IMPLICIT_PARENTS,
  LIMITS,
  ZONECHANGE_DROPPED,
  ZONECHANGE_FORWARD,
  ZONECHANGE_STRICT,
} from '../../src/events/event-kinds.ts';
import type { PredictNote } from '../../src/events/event-log.ts';
import { formatIpv4 } from '../../src/net/address.ts';
import { OFFLOAD_CHECKS } from '../../src/session/offload-row.ts';
import {
  NAT_DESTINATION,
  NAT_FLAGS,
  NAT_INFERRED,
  NAT_OBSERVED,
  NAT_SOURCE,
  NAT_UNEXPLAINED,
} from '../../src/session/translations.ts';
import { denialParts, rstParts, unreachableParts } from './answer-parts.ts';
import type { PlayedEvent } from './play.ts';
import { expectedText } from './predict-lines.ts';
import { sinceStart } from './since-start.ts';

/** One event as a line; what it names by number, the firewall knows. */
export function eventLine(
  event: PlayedEvent,
  start: bigint,
  { zones, rules, natRules, overrideRules, applications, commits, commands }: Firewall,
): string {
  const kind = EVENT_KINDS[event.kind]!;
  const packet = event.packet === 0 ? '#-' : `#${event.packet}`;
  const parts = [sinceStart(event.second, event.nanosecond, start), packet, kind];
  parts.push(`s${event.session}`);
  if (kind === 'drop') parts.push(COUNTERS[event.b]!.name);
  if (kind === 's2c-collision') parts.push(`of s${event.a}`);
  if (kind === 'icmp-error') parts.push(`${event.a >>> 8}/${event.a & 255}`);
  if (kind === 'zonechange') parts.push(...zonechangeParts(event, zones.zoneNames));
  if (kind === 'policy-deny') parts.push(rules[event.a]!.name, ...denialParts(event));
  if (kind === 'rst-sent') parts.push(...rstParts(event));
  if (kind === 'unreachable-sent') parts.push(...unreachableParts(event));
  if (kind === 'inspection-bypassed') parts.push(LIMITS[event.a]!);
  if (kind === 'implicit-use') {
    const child = applications[Math.floor(event.b / IMPLICIT_PARENTS)]!.name;
    const parent = applications[event.b % IMPLICIT_PARENTS]!.name;
    parts.push(parent, 'for', child, rules[event.a]!.name);
  }
  if (kind === 'rematch') parts.push(`${rules[event.a]!.name}>${rules[event.b]!.name}`);
  if (kind === 'commit') parts.push(commitText(commits[event.a]!));
  if (kind === 'discard-refresh' || kind === 'table-full') parts.push(String(event.a));
  if (kind === 'nat') parts.push(...natParts(event, natRules));
  if (event.predict !== null) parts.push(...predictParts(event.a, event.predict));
  if (kind === 'alg-blind') parts.push(applications[event.a]!.name);
  if (kind === 'appid') parts.push(applications[event.a]!.name);
  if (kind === 'appid' && event.b >= APPID_OVERRIDE)
    parts.push('by', overrideRules[event.b & ~APPID_OVERRIDE]!.name);
  if (kind === 'app-shift') {
    parts.push(`${applications[event.a]!.name}>${applications[event.b]!.name}`);
  }
  if (kind === 'offload-start') parts.push(applications[event.a]?.name ?? '-');
  if (kind === 'offload-stop')
    parts.push(OFFLOAD_CHECKS[event.a - 1] ?? 'end', `from #${event.b || '-'}`);
  if (kind === 'late-refresh') parts.push(`${event.a} by ${event.b / 1e9}`);
  if (kind === 'command') parts.push(commands[event.a]!.command);
  if (kind === 'aging-accelerated') parts.push(event.a === 1 ? 'on' : 'off', `live ${event.b}`);
  if (kind === 'egress-change') parts.push(...egressParts(event, zones.names));
  return parts.join(' ');
}

/** The predict's serial, or what was refused; then why. */
function predictParts(serial: number, note: PredictNote): string[] {
  const what = serial === 0 ? expectedText(note) : `p${serial}`;
  return note.reason === null ? [what] : [what, `(${note.reason})`];
}

function commitText({ change, rejudged, moved, discarded }: Commit): string {
  if (!change.rematch) return change.file;
  return `${change.file} rematch ${rejudged} moved ${moved} discarded ${discarded}`;
}

/** Rule, flags, and what becomes of source and destination: `10.0.0.5:40000>203.0.113.5:40000`. */
function natParts({ a, b, ends }: PlayedEvent, natRules: Firewall['natRules']): string[] {
  const change = (at: number) => `${endText(ends[at]!)}>${endText(ends[at + 1]!)}`;
  return [
    natRules[a]!.name,
    NAT_FLAGS[b & (NAT_SOURCE | NAT_DESTINATION)] ?? '-',
    ...((b & NAT_OBSERVED) === 0 ? [] : ['observed']),
    ...((b & NAT_INFERRED) === 0 ? [] : ['inferred']),
    ...((b & NAT_UNEXPLAINED) === 0 ? [] : ['unexplained']),
    ...((b & NAT_SOURCE) === 0 ? [] : [change(0)]),
    ...((b & NAT_DESTINATION) === 0 ? [] : [change(2)]),
  ];
}

function endText(end: number): string {
  return `${formatIpv4(Math.floor(end / 0x1_0000) | 0)}:${end % 0x1_0000}`;
}

function egressParts({ a, b }: PlayedEvent, names: readonly string[]): string[] {
  const isReply = (b & EGRESS_CHANGE_S2C) !== 0;
  return [`${names[a - 1]}>${names[(b & 0xffff) - 1]}`, isReply ? 's2c' : 'c2s'];
}

function zonechangeParts({ a, b }: PlayedEvent, zoneNames: readonly string[]): string[] {
  return [
    `${zoneNames[a]}>${zoneNames[b & 0xffff]}`,
    (b & ZONECHANGE_DROPPED) === 0 ? 'info' : 'drop',
    ...((b & ZONECHANGE_FORWARD) === 0 ? [] : ['forwarding']),
    ...((b & ZONECHANGE_STRICT) === 0 ? [] : ['strict']),
  ];
}
