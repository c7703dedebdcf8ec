/** This file ends sessions and hands their rows to whoever listens. */

import { COUNT_SESSION_FREED } from '../events/counters.ts';
import { PROTO_TCP } from '../net/protocol.ts';
import {
  HOT_WORDS,
  KEY_META,
  PACKETS,
  PAYLOAD_PACKETS,
  SERIAL,
  TAIL_WORDS,
  TRANSITIONS,
} from '../session/layout.ts';
import type { SessionRow } from '../session/session-row.ts';
import { uninstallSession } from '../slowpath/install.ts';
import type { EngineParts } from './parts.ts';
import type { Snapshot } from './snapshot.ts';

export class SessionEnd {
  /** When the last session ended; ns since the epoch. */
  lastNs = Number.NEGATIVE_INFINITY;

  private readonly parts: EngineParts;
  private readonly snapshot: Snapshot;
  private readonly onSession: ((row: SessionRow) => void) | null;

  constructor(
    parts: EngineParts,
    snapshot: Snapshot,
    onSession: ((row: SessionRow) => void) | null,
  ) {
    this.parts = parts;
    this.snapshot = snapshot;
    this.onSession = onSession;
  }

  /** Ends a session now: its last transitions, its row, its slot. */
  end(slot: number, input: number): void {
    const { table, machine, ager, log, position, transitions, counters, occupancy } = this.parts;
    ager.remove(slot);
    machine.finish(slot, input);
    this.noteOneSided(slot);
    if (this.onSession !== null) {
      log.drain();
      this.onSession(this.snapshot.take(slot, true));
    }
    transitions.release(table.tail[slot * TAIL_WORDS + TRANSITIONS]!);
    uninstallSession(table, slot);
    counters[COUNT_SESSION_FREED]!++;
    this.lastNs = position.clock[0]!;
    occupancy.note(this.lastNs, table.live);
  }

  /** Hands out the rows of live sessions, by serial; the table stays as it is. */
  reportLive(): void {
    this.parts.log.drain();
    for (const slot of this.liveSlots()) {
      this.noteOneSided(slot);
      this.onSession?.(this.snapshot.take(slot, false));
    }
  }

  /** Slots in use, by serial. */
  liveSlots(): Int32Array {
    const { hot, used, live } = this.parts.table;
    const slots = new Int32Array(live);
    let count = 0;
    for (let slot = 0; slot < used; slot++) {
      if (hot[slot * HOT_WORDS + SERIAL] !== 0) slots[count++] = slot;
    }
    const serial = (slot: number) => hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    return slots.sort((a, b) => serial(a) - serial(b));
  }

  private noteOneSided(slot: number): void {
    const { table, observations } = this.parts;
    const { hot } = table;
    const at = slot * HOT_WORDS;
    if ((hot[at + KEY_META]! & 255) !== PROTO_TCP || hot[at + PACKETS + 1] !== 0) return;
    if (hot[at + PAYLOAD_PACKETS]! > 0) observations.oneSidedSessions++;
  }
}
