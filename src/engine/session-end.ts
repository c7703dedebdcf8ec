/** This file ends sessions and hands their rows to whoever listens. */

import { COUNT_SESSION_FREED } from '../events/counters.ts';
import { isAsymmetricSuspect } from '../session/asymmetric.ts';
import { IN_TIMER } from '../session/inputs.ts';
import {
  DROPPED,
  FLAG_ACKED_UNSEEN,
  FLAG_GUESSED,
  FLAG_MIDSTREAM,
  HOT_WORDS,
  SESSION_ID,
  STATE,
  TAIL_WORDS,
  TRANSITIONS,
  ZONE_MISMATCHES,
} from '../session/layout.ts';
import { slotsBySerial } from '../session/live-slots.ts';
import type { SessionRow } from '../session/session-row.ts';
import { uninstallSession } from '../slowpath/install.ts';
import { Denials } from './denials.ts';
import { Inspection } from './inspection.ts';
import { noteOccupancy } from './note-occupancy.ts';
import type { EngineParts } from './parts.ts';
import { PayloadReaders } from './payload-readers.ts';
import type { Snapshot } from './snapshot.ts';

export class SessionEnd {
  /** When the last session ended; ns since the epoch. */
  lastNs = Number.NEGATIVE_INFINITY;

  /** null where ports tell applications. */
  readonly inspection: Inspection | null;
  /** Who reads payload. */
  readonly payload: PayloadReaders;
  readonly denials: Denials;

  private readonly parts: EngineParts;
  private readonly snapshot: Snapshot;
  private readonly onSession: ((row: SessionRow) => void) | null;

  constructor(
    parts: EngineParts,
    snapshot: Snapshot,
    onSession: ((row: SessionRow) => void) | null,
  ) {
    const { identifications } = parts;
    this.denials = new Denials(parts);
    this.inspection =
      identifications === null
        ? null
        : new Inspection(parts, identifications, this.denials, parts.algs);
    this.payload = new PayloadReaders(parts, this.inspection, parts.algs);
    this.parts = parts;
    this.snapshot = snapshot;
    this.onSession = onSession;
  }

  /** Ends a session now: its last transitions, its row, its slot. */
  end(slot: number, input: number): void {
    const { table, machine, ageing, log, position, transitions, counters, nat } = this.parts;
    const { predicts, families, offloads } = this.parts;
    ageing.remove(slot);
    offloads?.ending(slot, input === IN_TIMER);
    machine.finish(slot, input);
    this.observe(slot);
    if (this.onSession !== null) {
      log.drain();
      this.onSession(this.snapshot.take(slot, true));
    }
    predicts.parentClosed(slot);
    this.parts.carriers.forget(slot);
    this.parts.answers.forget(slot);
    const isGuessed = (table.hot[slot * HOT_WORDS + STATE]! & FLAG_GUESSED) !== 0;
    if (isGuessed) this.parts.replies.leave(slot);
    nat.release(table, slot);
    this.payload.end(slot);
    this.parts.overridden.forget(slot);
    predicts.ports.forget(slot);
    families.forget(slot);
    offloads?.forget(slot);
    // Asked first: a plain session's tail record, out of the cache by now, is not touched.
    if (!transitions.isEmpty) transitions.release(table.tail[slot * TAIL_WORDS + TRANSITIONS]!);
    const { sessionIds } = this.parts;
    if (sessionIds.isLimited) sessionIds.release(table.tail[slot * TAIL_WORDS + SESSION_ID]!);
    uninstallSession(table, slot);
    counters[COUNT_SESSION_FREED]!++;
    this.lastNs = position.clock[0]!;
    noteOccupancy(this.parts);
  }

  /** Hands out the rows of live sessions, by serial; the table stays as it is. */
  reportLive(): void {
    this.parts.log.drain();
    for (const slot of this.liveSlots()) {
      this.observe(slot);
      this.onSession?.(this.snapshot.take(slot, false));
    }
  }

  /** Slots in use, by serial. */
  liveSlots(): Int32Array {
    return slotsBySerial(this.parts.table);
  }

  /** What the session says of the capture, and of the ways that packets take (panos.md §8). */
  private observe(slot: number): void {
    const { table, observations } = this.parts;
    const state = table.hot[slot * HOT_WORDS + STATE]!;
    if ((state & FLAG_MIDSTREAM) !== 0) observations.midstreamSessions++;
    if ((state & FLAG_ACKED_UNSEEN) !== 0 && this.keptAll(slot)) observations.ackedUnseenSessions++;
    if (isAsymmetricSuspect(table, slot)) observations.oneSidedSessions++;
  }

  /** Whether no packet of the session was dropped: then the capture has none that it does not count. */
  private keptAll(slot: number): boolean {
    const { tail } = this.parts.table;
    const at = slot * TAIL_WORDS;
    return (
      tail[at + DROPPED]! + tail[at + DROPPED + 1]! === 0 &&
      tail[at + ZONE_MISMATCHES]! + tail[at + ZONE_MISMATCHES + 1]! === 0
    );
  }
}
