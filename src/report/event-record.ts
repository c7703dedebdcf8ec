/** This file writes the event record of CONTRACT.md: one line of JSON from one event. */

import type { Commit } from '../engine/commits.ts';
import {
  COUNT_ALLOC_FAILURE,
  COUNT_DISCARD_DROP,
  COUNT_FWD_ZONECHANGE,
  COUNT_POLICY_DENY,
  COUNT_SESSION_DISCARD,
  COUNT_TCP_NON_SYN_DROP,
  COUNTERS,
} from '../events/counters.ts';
import {
  APPID_OVERRIDE,
  EGRESS_CHANGE_S2C,
  EVENT_AGING_ACCELERATED,
  EVENT_ALG_BLIND,
  EVENT_APP_SHIFT,
  EVENT_APPID,
  EVENT_COMMAND,
  EVENT_COMMIT,
  EVENT_DISCARD_REFRESH,
  EVENT_DROP,
  EVENT_EGRESS_CHANGE,
  EVENT_ICMP_ERROR,
  EVENT_IMPLICIT_USE,
  EVENT_INSPECTION_BYPASSED,
  EVENT_KINDS,
  EVENT_LATE_REFRESH,
  EVENT_NAT,
  EVENT_OFFLOAD_START,
  EVENT_OFFLOAD_STOP,
  EVENT_POLICY_DENY,
  EVENT_PREDICT_CONVERTED,
  EVENT_PREDICT_REFUSED,
  EVENT_REMATCH,
  EVENT_RST_SENT,
  EVENT_S2C_COLLISION,
  EVENT_SESSION_CREATED,
  EVENT_TABLE_FULL,
  EVENT_TRANSITION,
  EVENT_UNREACHABLE_SENT,
  EVENT_ZONECHANGE,
  IMPLICIT_PARENTS,
  LIMITS,
  POLICY_DENY_LATER,
  type Severity,
  STATES,
  ZONECHANGE_DROPPED,
  ZONECHANGE_FORWARD,
  ZONECHANGE_STRICT,
} from '../events/event-kinds.ts';
import type { EventView } from '../events/event-log.ts';
import { formatIpv4 } from '../net/address.ts';
import { formatTime, secondAndNanosecond } from '../net/time.ts';
import { CAUSES } from '../session/causes.ts';
import { OFFLOAD_CHECKS } from '../session/offload-row.ts';
import {
  NAT_DESTINATION,
  NAT_FLAGS,
  NAT_INFERRED,
  NAT_OBSERVED,
  NAT_SOURCE,
} from '../session/translations.ts';
import { answerFields, rstDetail, unreachableDetail } from './answer-record.ts';
import { jsonText } from './escape.ts';
import type { RecordContext } from './session-record.ts';
import { frameOf } from './transition-record.ts';

/** What an event's numbers mean in words. */
interface Meaning {
  readonly severity: Severity;
  readonly counter: string | null;
  /** JSON. */
  readonly detail: string;
}

/** What an event's numbers are numbers of; the firewall that made it is one. */
export interface EventSource {
  /** Seconds since 1970 that the event's time counts from: it changes while a replay runs. */
  readonly epochSeconds: number;
  readonly zones: { readonly zoneNames: readonly string[]; readonly names: readonly string[] };
  readonly rules: readonly { readonly name: string; readonly action: string }[];
  readonly applications: readonly { readonly name: string }[];
  /** The rules of `application-override`, top down. */
  readonly overrideRules: readonly { readonly name: string }[];
  readonly natRules: readonly { readonly name: string }[];
  readonly commits: readonly Commit[];
  readonly commands: readonly { readonly command: string }[];
}

/** The record as JSON, without a newline. */
export function eventRecord(event: EventView, source: EventSource, context: RecordContext): string {
  const { second, nanosecond } = secondAndNanosecond(source.epochSeconds, event.time);
  const time = formatTime(second, nanosecond);
  const { severity, counter, detail } = meaningOf(event, source);
  return (
    `{"record":"event","time":"${time}","packet":${event.packet === 0 ? 'null' : event.packet},` +
    `${frameOf(event, context)}"event":"${EVENT_KINDS[event.kind]}",` +
    `"session":${event.session === 0 ? 'null' : event.session},"severity":"${severity}",` +
    `"counter":${jsonText(counter)},"detail":${detail}}`
  );
}

/** A predict's serial, what is expected, and why it came to an end. */
function predictEvent({ kind, a, b, predict: note }: EventView): Meaning {
  const isRefused = kind === EVENT_PREDICT_REFUSED;
  const detail = JSON.stringify({
    ...(a > 0 && { predict: a }),
    ...(kind === EVENT_PREDICT_CONVERTED && { parent: b }),
    ...(note !== null && {
      application: note.application,
      protocol: note.protocol,
      source: note.source,
      sport: note.sport,
      dst: note.destination,
      dport: note.dport,
      cause: note.cause,
      triggered_by: note.triggeredBy,
      ...(note.reason !== null && { reason: note.reason }),
    }),
  });
  return isRefused ? { severity: 'warn', counter: null, detail } : info(detail);
}

const info = (detail: string): Meaning => ({ severity: 'info', counter: null, detail });

function applicationDetail({ a, b }: EventView, source: EventSource): string {
  const application = jsonText(source.applications[a]?.name ?? null);
  if (b < APPID_OVERRIDE) return `{"application":${application}}`;
  const rule = jsonText(source.overrideRules[b & ~APPID_OVERRIDE]?.name ?? null);
  return `{"application":${application},"override_rule":${rule}}`;
}

function meaningOf(event: EventView, source: EventSource): Meaning {
  if (event.predict !== null) return predictEvent(event);
  switch (event.kind) {
    case EVENT_SESSION_CREATED:
      return info(event.a === 1 ? '{"midstream":true}' : '{}');
    case EVENT_TRANSITION: {
      const from = STATES[event.a >>> 8];
      const to = STATES[event.a & 255];
      return info(`{"from":"${from}","to":"${to}","cause":"${CAUSES[event.b]}"}`);
    }
    case EVENT_ZONECHANGE:
      return zonechange(event, source.zones.zoneNames);
    case EVENT_S2C_COLLISION:
      return { severity: 'warn', counter: null, detail: `{"holder":${event.a}}` };
    case EVENT_ICMP_ERROR:
      return icmpError(event);
    case EVENT_DROP:
      return drop(event.b, `{"reason":${jsonText(COUNTERS[event.b]?.description ?? null)}}`);
    case EVENT_POLICY_DENY: {
      const isLater = (event.b & POLICY_DENY_LATER) !== 0;
      const counter = isLater ? COUNT_SESSION_DISCARD : COUNT_POLICY_DENY;
      return drop(counter, `{${ruleFields(source, event.a)}${answerFields(event)}}`);
    }
    case EVENT_COMMIT:
      return info(commitDetail(source.commits[event.a]));
    case EVENT_REMATCH: {
      const before = jsonText(source.rules[event.a]?.name ?? null);
      return info(`{"rule_before":${before},${ruleFields(source, event.b)}}`);
    }
    case EVENT_DISCARD_REFRESH:
      return drop(COUNT_DISCARD_DROP, `{"timeout":${event.a}}`);
    case EVENT_TABLE_FULL:
      return drop(COUNT_ALLOC_FAILURE, `{"capacity":${event.a}}`);
    case EVENT_AGING_ACCELERATED: {
      const detail = `{"accelerated":${event.a === 1},"sessions":${event.b}}`;
      return { severity: event.a === 1 ? 'warn' : 'info', counter: null, detail };
    }
    case EVENT_NAT:
      return info(natDetail(event, source.natRules));
    case EVENT_EGRESS_CHANGE:
      return egressChange(event, source.zones.names);
    case EVENT_COMMAND:
    case EVENT_OFFLOAD_STOP:
    case EVENT_LATE_REFRESH:
      return offloadMeaning(event, source);
    case EVENT_OFFLOAD_START:
    case EVENT_ALG_BLIND:
    case EVENT_APPID:
      return info(applicationDetail(event, source));
    case EVENT_APP_SHIFT: {
      const [from, to] = [event.a, event.b].map((i) =>
        jsonText(source.applications[i]?.name ?? null),
      );
      return info(`{"from":${from},"to":${to}}`);
    }
    case EVENT_RST_SENT:
      return info(rstDetail(event));
    case EVENT_UNREACHABLE_SENT:
      return info(unreachableDetail(event));
    case EVENT_IMPLICIT_USE:
      return info(implicitUse(event, source));
    case EVENT_INSPECTION_BYPASSED:
      return inspectionBypassed(event);
    default:
      return info('{}');
  }
}

function icmpError({ a, b }: EventView): Meaning {
  const detail = `{"type":${a >>> 8},"code":${a & 255}}`;
  if (b === 0) return info(detail);
  return { severity: 'drop', counter: 'replay_icmp_error_no_session', detail };
}

function natDetail({ a, b, ends }: EventView, natRules: EventSource['natRules']): string {
  const change = (bit: number, at: number) =>
    (b & bit) === 0 ? 'null' : `{"from":${endOf(ends[at])},"to":${endOf(ends[at + 1])}}`;
  const flags = NAT_FLAGS[b & (NAT_SOURCE | NAT_DESTINATION)] ?? null;
  return (
    `{"rule":${jsonText(natRules[a]?.name ?? null)},"flags":${jsonText(flags)},` +
    `"source":${change(NAT_SOURCE, 0)},"destination":${change(NAT_DESTINATION, 2)},` +
    `"observed":${(b & NAT_OBSERVED) !== 0},"inferred":${(b & NAT_INFERRED) !== 0}}`
  );
}

/** Address and port of an event's number. */
function endOf(value = 0): string {
  return `["${formatIpv4(Math.floor(value / 0x1_0000) | 0)}",${value % 0x1_0000}]`;
}

function ruleFields({ rules }: EventSource, number: number): string {
  const rule = rules[number];
  return `"rule":${jsonText(rule?.name ?? null)},"action":${jsonText(rule?.action ?? null)}`;
}

/** A session passes for the time being, by a rule for an application that implicitly uses its own. */
function implicitUse({ a, b }: EventView, { rules, applications }: EventSource): string {
  const nameOf = (index: number) => jsonText(applications[index]?.name ?? null);
  const child = nameOf(Math.floor(b / IMPLICIT_PARENTS));
  const rule = jsonText(rules[a]?.name ?? null);
  return `{"application":${nameOf(b % IMPLICIT_PARENTS)},"for":${child},"rule":${rule}}`;
}

/** A packet was forwarded that App-ID had no room for; nothing more of the session is inspected. */
function inspectionBypassed({ a }: EventView): Meaning {
  const limit = LIMITS[a];
  const counter = limit === 'content-queue' ? 'ctd_exceed_queue_limit' : null;
  return { severity: 'info', counter, detail: `{"limit":${jsonText(limit ?? null)}}` };
}

function commitDetail(commit: Commit | undefined): string {
  if (commit === undefined) return '{}';
  const { change, rejudged, moved, discarded } = commit;
  return (
    `{"file":${jsonText(change.file)},"rematch":${change.rematch},"sessions_rejudged":${rejudged},` +
    `"sessions_moved":${moved},"sessions_discarded":${discarded}}`
  );
}

function drop(counter: number, detail: string): Meaning {
  return { severity: 'drop', counter: COUNTERS[counter]?.name ?? null, detail };
}

function zonechange(event: EventView, zoneNames: readonly string[]): Meaning {
  const isDrop = (event.b & ZONECHANGE_DROPPED) !== 0;
  const isForward = (event.b & ZONECHANGE_FORWARD) !== 0;
  const counter =
    (event.b & ZONECHANGE_STRICT) === 0 ? COUNT_FWD_ZONECHANGE : COUNT_TCP_NON_SYN_DROP;
  const kind = isForward ? 'fwd-zone-change' : 'ingress-zone-mismatch';
  const expected = jsonText(zoneNames[event.a] ?? null);
  const seen = jsonText(zoneNames[event.b & 0xffff] ?? null);
  const detail = `{"kind":"${kind}","expected_zone":${expected},"seen_zone":${seen}}`;
  return isDrop ? drop(counter, detail) : info(detail);
}

/** A command; hardware gives a session back, or lets it age out while its packets flow. */
function offloadMeaning({ kind, a, b }: EventView, { commands }: EventSource): Meaning {
  if (kind === EVENT_COMMAND) {
    return info(`{"command":${jsonText(commands[a]?.command ?? null)}}`);
  }
  if (kind === EVENT_LATE_REFRESH) {
    const detail = `{"unreported_packets":${a},"seconds_early":${b / 1e9}}`;
    return { severity: 'warn', counter: null, detail };
  }
  const reason = OFFLOAD_CHECKS[a - 1] ?? 'session-end';
  return info(`{"reason":"${reason}","first_packet":${b === 0 ? null : b}}`);
}

/** Packets of one direction leave by another interface of the same zone, for the routes changed. */
function egressChange(event: EventView, names: readonly string[]): Meaning {
  const direction = (event.b & EGRESS_CHANGE_S2C) === 0 ? 'c2s' : 's2c';
  const before = jsonText(names[event.a - 1] ?? null);
  const now = jsonText(names[(event.b & 0xffff) - 1] ?? null);
  return info(
    `{"direction":"${direction}","egress_interface_before":${before},"egress_interface":${now}}`,
  );
}
