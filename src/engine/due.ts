/** This file fires what is due between packets: sessions' timers and fragments' time. */

import { COUNT_AGED_ACCELERATED } from '../events/counters.ts';
import type { Ageing } from '../session/ageing.ts';
import type { Ager } from '../session/ager.ts';
import { IN_TIMER } from '../session/inputs.ts';
import type { Fragments } from './fragments.ts';
import type { EngineParts } from './parts.ts';
import type { SessionEnd } from './session-end.ts';

export class Due {
  private readonly parts: EngineParts;
  // Fields of their own: one load less each, before every packet.
  private readonly ageing: Ageing;
  private readonly usual: Ager;
  private readonly sessionEnd: SessionEnd;
  private readonly fragments: Fragments;

  constructor(parts: EngineParts, sessionEnd: SessionEnd, fragments: Fragments) {
    this.parts = parts;
    this.ageing = parts.ageing;
    this.usual = parts.ageing.usual;
    this.sessionEnd = sessionEnd;
    this.fragments = fragments;
  }

  /** Whether anything is due at or before `now`: asked before every packet. */
  isNow(now: number): boolean {
    const { usual, ageing, fragments } = this;
    return (
      now >= usual.nextNs ||
      now >= fragments.nextNs ||
      (ageing.isAccelerated && now >= ageing.nextNs)
    );
  }

  /** Fires what is due by `now` in the order of deadlines; of equal ones sessions come first. */
  fire(now: number): void {
    const { position, ageing, counters } = this.parts;
    const { fragments } = this;
    position.clearPacket();
    for (;;) {
      const untilNs = Math.min(now, fragments.nextNs);
      for (let slot = ageing.takeDue(untilNs); slot >= 0; slot = ageing.takeDue(untilNs)) {
        position.clock[0] = ageing.dueNs;
        if (ageing.isEarly) counters[COUNT_AGED_ACCELERATED]!++;
        this.sessionEnd.end(slot, IN_TIMER);
      }
      if (fragments.nextNs > now || fragments.nextNs === Number.POSITIVE_INFINITY) return;
      fragments.expire(untilNs);
    }
  }
}
