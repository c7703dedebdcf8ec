/** This file says in `run.json` what of the captures was chosen. */

import { timeText } from '../net/time.ts';
import type { RunFacts } from './run-report.ts';

/** What was chosen, as the options said it; times are absolute. */
export function selectionReport({ selection: { filter, span, packets }, summary }: RunFacts) {
  return {
    filter: filter?.expression ?? null,
    span:
      span === null
        ? null
        : {
            from: timeText(span.from),
            until: timeText(span.until),
            sessions_outside: summary.outside,
          },
    packets:
      packets === null
        ? null
        : {
            filter: packets.expression,
            per_session: packets.perSession,
            sessions: packets.sessions,
            logged: packets.logged,
            left_out: packets.store.leftOut,
            not_held: packets.store.notHeld,
          },
  };
}
