/** This file writes the event record of CONTRACT.md: one line of JSON from one event. */

import { COUNT_FWD_ZONECHANGE, COUNTERS } from '../events/counters.ts';
import {
  EVENT_DROP,
  EVENT_ICMP_ERROR,
  EVENT_KINDS,
  EVENT_S2C_COLLISION,
  EVENT_TRANSITION,
  EVENT_ZONECHANGE,
  type Severity,
  STATES,
  ZONECHANGE_DROPPED,
} from '../events/event-kinds.ts';
import type { EventView } from '../events/event-log.ts';
import { formatTime } from '../net/time.ts';
import { CAUSES } from '../session/causes.ts';
import { jsonText } from './escape.ts';
import { frameOf, type RecordContext } from './session-record.ts';

/** What an event's numbers mean in words. */
interface Meaning {
  readonly severity: Severity;
  readonly counter: string | null;
  /** JSON. */
  readonly detail: string;
}

/** The record as JSON, without a newline. `epochSeconds` is what the event's time counts from. */
export function eventRecord(
  event: EventView,
  epochSeconds: number,
  zoneNames: readonly string[],
  context: RecordContext,
): string {
  const seconds = Math.floor(event.time / 1e9);
  const time = formatTime(epochSeconds + seconds, event.time - seconds * 1e9);
  const { severity, counter, detail } = meaningOf(event, zoneNames);
  return (
    `{"record":"event","time":"${time}","packet":${event.packet === 0 ? 'null' : event.packet},` +
    `${frameOf(event, context)}"event":"${EVENT_KINDS[event.kind]}",` +
    `"session":${event.session === 0 ? 'null' : event.session},"severity":"${severity}",` +
    `"counter":${jsonText(counter)},"detail":${detail}}`
  );
}

function meaningOf(event: EventView, zoneNames: readonly string[]): Meaning {
  switch (event.kind) {
    case EVENT_TRANSITION: {
      const from = STATES[event.a >>> 8];
      const to = STATES[event.a & 255];
      const detail = `{"from":"${from}","to":"${to}","cause":"${CAUSES[event.b]}"}`;
      return { severity: 'info', counter: null, detail };
    }
    case EVENT_ZONECHANGE: {
      const isDrop = event.b >= ZONECHANGE_DROPPED;
      const expected = jsonText(zoneNames[event.a] ?? null);
      const seen = jsonText(zoneNames[event.b & 0xffff] ?? null);
      return {
        severity: isDrop ? 'drop' : 'info',
        counter: isDrop ? (COUNTERS[COUNT_FWD_ZONECHANGE]?.name ?? null) : null,
        detail: `{"kind":"ingress-zone-mismatch","expected_zone":${expected},"seen_zone":${seen}}`,
      };
    }
    case EVENT_S2C_COLLISION:
      return { severity: 'warn', counter: null, detail: `{"holder":${event.a}}` };
    case EVENT_ICMP_ERROR: {
      const detail = `{"type":${event.a >>> 8},"code":${event.a & 255}}`;
      return event.b === 0
        ? { severity: 'info', counter: null, detail }
        : { severity: 'drop', counter: 'replay_icmp_error_no_session', detail };
    }
    case EVENT_DROP: {
      const counter = COUNTERS[event.b];
      const reason = jsonText(counter?.description ?? null);
      return { severity: 'drop', counter: counter?.name ?? null, detail: `{"reason":${reason}}` };
    }
    default:
      return { severity: 'info', counter: null, detail: '{}' };
  }
}
