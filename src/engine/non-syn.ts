/**
 * This file says what becomes of a TCP segment that has no session and opens none: dropped, unless
 * `tcp-reject-non-syn` lets it make one (panos.md §1.4), with an event where its five-tuple lives in
 * another zone.
 */

import {
  COUNT_FWD_ZONECHANGE,
  COUNT_TCP_NON_SYN,
  COUNT_TCP_NON_SYN_DROP,
} from '../events/counters.ts';
import { EVENT_ZONECHANGE, ZONECHANGE_DROPPED, ZONECHANGE_STRICT } from '../events/event-kinds.ts';
import {
  HOT_WORDS,
  KEY_META,
  KEY_WORDS,
  META_ZONE_SHIFT,
  TAIL_WORDS,
  ZONE_MISMATCHES,
} from '../session/layout.ts';
import type { NoisyEvents } from './noisy-events.ts';
import type { EngineParts } from './parts.ts';

export class NonSyn {
  private readonly parts: EngineParts;
  private readonly noisy: NoisyEvents;

  constructor(parts: EngineParts, noisy: NoisyEvents) {
    this.parts = parts;
    this.noisy = noisy;
  }

  /** Judges a TCP segment without session that opens none; true lets it make one. */
  admit(zone: number, isZeroFlag: boolean): boolean {
    const { config, counters, table } = this.parts;
    const isRejected = isZeroFlag || config.session.tcpRejectNonSyn;
    if (table.zoneMismatch >= 0) {
      this.noteZoneMismatch(table.zoneMismatch, zone, isRejected);
      return !isRejected;
    }
    counters[COUNT_TCP_NON_SYN]!++;
    if (isRejected) this.noisy.dropStray(COUNT_TCP_NON_SYN_DROP);
    return !isRejected;
  }

  /** The five-tuple lives in another zone (CONTRACT: Zone mismatch; panos.md §0 row 6). */
  private noteZoneMismatch(flow: number, zone: number, isRejected: boolean): void {
    const { table, counters, config } = this.parts;
    const at = (flow >>> 1) * HOT_WORDS;
    const expected = table.hot[at + (flow & 1) * KEY_WORDS + KEY_META]! >>> META_ZONE_SHIFT;
    table.tail[(flow >>> 1) * TAIL_WORDS + ZONE_MISMATCHES + (flow & 1)]!++;
    const isStrict = config.session.strictZonechange;
    let seen = zone;
    if (isStrict) {
      counters[COUNT_TCP_NON_SYN]!++;
      seen |= ZONECHANGE_STRICT;
    }
    if (isRejected) {
      counters[isStrict ? COUNT_TCP_NON_SYN_DROP : COUNT_FWD_ZONECHANGE]!++;
      seen |= ZONECHANGE_DROPPED;
    }
    this.noisy.ofSession(EVENT_ZONECHANGE, flow >>> 1, expected, seen);
  }
}
