/**
 * This file counts what hardware takes of sessions, or could: by how much the session's own counts grow,
 * less what came back. So the packets themselves cost nothing.
 */

import { NOT_PUNTED } from '../offload/punts.ts';
import { HOT_WORDS, PACKETS } from '../session/layout.ts';
import type { SessionTable } from '../session/session-table.ts';
import { shownBytes } from '../session/shown-bytes.ts';
import {
  BITS,
  COULD_BYTES,
  COULD_PACKETS,
  IS_OFFLOADED,
  type OffloadRecords,
  PUNTED,
  SINCE_BYTES,
  SINCE_PACKETS,
  TAKEN_BYTES,
  TAKEN_PACKETS,
} from './offload-records.ts';

export class OffloadCounts {
  private readonly table: SessionTable;
  private readonly records: OffloadRecords;

  constructor(table: SessionTable, records: OffloadRecords) {
    this.table = table;
    this.records = records;
  }

  /** From here on the session's counts grow by what hardware takes, or could. */
  begin(slot: number, place: number): void {
    const { table, records } = this;
    const at = records.doublesAt(place);
    for (let side = 0; side < 2; side++) {
      records.doubles[at + SINCE_PACKETS + side] =
        table.hot[slot * HOT_WORDS + PACKETS + side]! >>> 0;
      records.doubles[at + SINCE_BYTES + side] = shownBytes(table, slot, side);
    }
  }

  end(slot: number, place: number): void {
    const { table, records } = this;
    const { doubles } = records;
    const at = records.doublesAt(place);
    const isTaken = (records.words[records.wordsAt(place) + BITS]! & IS_OFFLOADED) !== 0;
    for (let side = 0; side < 2; side++) {
      const total = table.hot[slot * HOT_WORDS + PACKETS + side]! >>> 0;
      const packets = total - doubles[at + SINCE_PACKETS + side]!;
      const bytes = shownBytes(table, slot, side) - doubles[at + SINCE_BYTES + side]!;
      doubles[at + (isTaken ? TAKEN_PACKETS + side : COULD_PACKETS)]! += packets;
      doubles[at + (isTaken ? TAKEN_BYTES + side : COULD_BYTES)]! += bytes;
    }
  }

  /**
   * Packets came back that the session's counts have grown by.
   *
   * @param reason index of PUNT_REASONS, or NOT_PUNTED for another one
   */
  punt(place: number, side: number, reason: number, packets: number, bytes: number): void {
    const { words, doubles } = this.records;
    const at = this.records.doublesAt(place);
    const bits = this.records.wordsAt(place);
    doubles[at + SINCE_PACKETS + side]! += packets;
    doubles[at + SINCE_BYTES + side]! += bytes;
    const isTold = reason !== NOT_PUNTED && (words[bits + BITS]! & IS_OFFLOADED) !== 0;
    if (isTold) words[bits + PUNTED + reason]! += packets;
  }
}
