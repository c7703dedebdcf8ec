/** This file says what of the captures was chosen: in `run.json`, and for people. */

import { timeText } from '../net/time.ts';
import { terminalSafe } from './escape.ts';
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

/**
 * The filter and the span on lines for people; nothing where all was taken.
 *
 * @param whole what is of the whole replay even with a span
 */
export function selectionLines(
  { filter, span }: Pick<ReturnType<typeof selectionReport>, 'filter' | 'span'>,
  whole: string,
): string[] {
  const lines: string[] = [];
  if (filter !== null) {
    lines.push(`Filter: ${terminalSafe(filter)} (the firewall sees no other frame)`);
  }
  if (span !== null) {
    const from = span.from === null ? '' : ` from ${span.from}`;
    const until = span.until === null ? '' : ` until ${span.until}`;
    lines.push(
      `Span:${from}${until}: sessions that were alive then, their sums, and events of then; ${whole} are of the whole replay`,
    );
  }
  return lines;
}
