/** This file begins and ends the stretches that a session is in hardware, with their events. */

import { EVENT_OFFLOAD_START, EVENT_OFFLOAD_STOP } from '../events/event-kinds.ts';
import {
  APPLICATION,
  FLAG_OFFLOAD_NEXT,
  FLAG_OFFLOAD_READY,
  HOT_WORDS,
  RULE,
  SERIAL,
  STATE,
  TAIL_WORDS,
} from '../session/layout.ts';
import type { LateRefresh } from './late-refresh.ts';
import type { OffloadCounts } from './offload-counts.ts';
import {
  BITS,
  DECIDED,
  IS_BEGINNING,
  IS_OFFLOADED,
  type OffloadRecords,
  RULE_THEN,
  SINCE,
  STRETCH_COUNT,
  STRETCH_WORDS,
  STRETCHES,
  STRETCHES_MAX,
  WAS_OFFLOADED,
} from './offload-records.ts';
import type { EngineParts } from './parts.ts';

/** In place of a check: the session ended. */
export const ENDED = -1;

export class OffloadStretches {
  private readonly parts: () => EngineParts;
  private readonly table: EngineParts['table'];
  private readonly records: OffloadRecords;
  private readonly counts: OffloadCounts;
  private readonly late: LateRefresh | null;

  /** @param parts may be asked for once all parts are there; `late` is null where every packet refreshes */
  constructor(
    parts: () => EngineParts,
    table: EngineParts['table'],
    beside: {
      readonly records: OffloadRecords;
      readonly counts: OffloadCounts;
      readonly late: LateRefresh | null;
    },
  ) {
    this.parts = parts;
    this.table = table;
    this.records = beside.records;
    this.counts = beside.counts;
    this.late = beside.late;
  }

  /** Hardware has the session from its next packet on. */
  start(slot: number, place: number): void {
    const { table, records } = this;
    const { log, position } = this.parts();
    const at = records.wordsAt(place);
    records.words[at + BITS]! |= IS_OFFLOADED | WAS_OFFLOADED | IS_BEGINNING;
    records.words[at + SINCE] = 0;
    records.words[at + DECIDED] = position.packet;
    records.words[at + RULE_THEN] = table.tail[slot * TAIL_WORDS + RULE]!;
    table.setFlags(slot, FLAG_OFFLOAD_NEXT);
    this.late?.seen(slot, place);
    const application = table.tail[slot * TAIL_WORDS + APPLICATION]! - 1;
    log.append(EVENT_OFFLOAD_START, position, this.serialOf(slot), application, 0);
  }

  /** Hardware has the session no more. */
  stop(slot: number, place: number, check: number): void {
    const { records, table } = this;
    const { log, position } = this.parts();
    const at = records.wordsAt(place);
    const { words } = records;
    this.counts.end(slot, place);
    words[at + BITS]! &= ~(IS_OFFLOADED | IS_BEGINNING);
    table.hot[slot * HOT_WORDS + STATE]! &= ~FLAG_OFFLOAD_NEXT;
    const since = words[at + SINCE]!;
    const count = words[at + STRETCH_COUNT]!;
    if (since !== 0) {
      const stretch = at + STRETCHES + Math.min(count, STRETCHES_MAX - 1) * STRETCH_WORDS;
      words[stretch] = since;
      words[stretch + 1] = position.packet;
      words[stretch + 2] = check + 1;
      words[at + STRETCH_COUNT] = count + 1;
    }
    if (check !== ENDED) this.late?.left(slot, place);
    log.append(EVENT_OFFLOAD_STOP, position, this.serialOf(slot), check + 1, since >>> 0);
  }

  /** The session will not be in hardware any more. */
  giveUp(slot: number, check: number): void {
    const place = this.records.placeOf(slot);
    const { words } = this.records;
    const at = this.records.wordsAt(place);
    if ((words[at + BITS]! & IS_OFFLOADED) !== 0) this.stop(slot, place, check);
    else this.counts.end(slot, place);
    this.table.hot[slot * HOT_WORDS + STATE]! &= ~(FLAG_OFFLOAD_NEXT | FLAG_OFFLOAD_READY);
  }

  private serialOf(slot: number): number {
    return this.table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
  }
}
