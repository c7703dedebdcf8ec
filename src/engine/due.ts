/** This file fires what is due between packets: timers of sessions and predicts, fragments' time, the schedule. */

import { COUNT_AGED_ACCELERATED } from '../events/counters.ts';
import type { Ageing } from '../session/ageing.ts';
import { IN_TIMER } from '../session/inputs.ts';
import type { Fragments } from './fragments.ts';
import type { EngineParts } from './parts.ts';
import type { Predicts } from './predicts.ts';
import type { Schedule } from './schedule.ts';
import type { SessionEnd } from './session-end.ts';

export class Due {
  private readonly parts: EngineParts;
  // Fields of their own: one load less each, before every packet.
  private readonly ageing: Ageing;
  private readonly sessionEnd: SessionEnd;
  private readonly fragments: Fragments;
  private readonly schedule: Schedule;
  private readonly predicts: Predicts;

  constructor(parts: EngineParts, sessionEnd: SessionEnd, fragments: Fragments) {
    this.parts = parts;
    this.ageing = parts.ageing;
    this.sessionEnd = sessionEnd;
    this.fragments = fragments;
    this.schedule = parts.schedule;
    this.predicts = parts.predicts;
  }

  /** Nothing is due before this time: asked before every packet; ns since the epoch. */
  get nextNs(): number {
    const { ageing, fragments, schedule, predicts } = this;
    return Math.min(ageing.nextNs, fragments.nextNs, schedule.nextNs, predicts.nextNs);
  }

  /** Fires what is due by `now` in order; at one instant sessions, then predicts, fragments, the schedule. */
  fire(now: number): void {
    const { position, ageing, counters, table } = this.parts;
    const { fragments, schedule, predicts } = this;
    position.clearPacket();
    for (;;) {
      const next = Math.min(predicts.nextNs, fragments.nextNs, schedule.nextNs);
      const untilNs = Math.min(now, next);
      for (let slot = ageing.takeDue(untilNs); slot >= 0; slot = ageing.takeDue(untilNs)) {
        position.clock[0] = ageing.dueNs;
        if (ageing.isEarly) counters[COUNT_AGED_ACCELERATED]!++;
        this.sessionEnd.end(slot, IN_TIMER);
      }
      if (next > now || next === Number.POSITIVE_INFINITY) return;
      // The clock of a drain stops with the table: what is set for later finds nothing to change.
      const others = Math.min(predicts.nextNs, fragments.nextNs);
      const isEmpty = table.live === 0 && others === Number.POSITIVE_INFINITY;
      if (now === Number.POSITIVE_INFINITY && isEmpty) return;
      position.clock[0] = next;
      predicts.expire(next);
      if (fragments.nextNs <= next) fragments.expire(next);
      schedule.run(next);
    }
  }
}
