/**
 * This file writes events that can come without end, up to their limits (CONTRACT: event): the first
 * 32 of a session, and of packets that belong to no session a fixed number in all.
 */

import { EVENT_DROP } from '../events/event-kinds.ts';
import { HOT_WORDS, NOISY_EVENTS, SERIAL, TAIL_WORDS } from '../session/layout.ts';
import type { EngineParts } from './parts.ts';

/** Of one session (CONTRACT: event). */
export const SESSION_EVENTS_MAX = 32;
const STRAY_EVENTS_MAX = 65_536;

export class NoisyEvents {
  private readonly parts: EngineParts;
  private strays = 0;

  constructor(parts: EngineParts) {
    this.parts = parts;
  }

  /** An event of a live session. */
  ofSession(kind: number, slot: number, a: number, b: number): void {
    const { table, log, position, observations } = this.parts;
    if (table.tail[slot * TAIL_WORDS + NOISY_EVENTS]!++ >= SESSION_EVENTS_MAX) {
      observations.eventsSuppressed++;
      return;
    }
    log.append(kind, position, table.hot[slot * HOT_WORDS + SERIAL]! >>> 0, a, b);
  }

  /** A packet that belongs to no session is dropped. */
  dropStray(counter: number): void {
    this.parts.counters[counter]!++;
    this.ofStray(EVENT_DROP, 0, 0, counter);
  }

  /** An event of a packet that belongs to no session; `session` is one that it concerns, or 0. */
  ofStray(kind: number, session: number, a: number, b: number): void {
    const { log, position, observations } = this.parts;
    if (++this.strays > STRAY_EVENTS_MAX) observations.eventsSuppressed++;
    else log.append(kind, position, session, a, b);
  }
}
