/**
 * This file keeps times exact over years: they count nanoseconds from an epoch, and a capture whose times
 * jump far gets another one (see FrameBatch). Then every stored time is moved.
 */

import type { FrameBatch } from '../capture/frame-batch.ts';
import { secondAndNanosecond } from '../net/time.ts';
import type { Due } from './due.ts';
import type { EgressCopies } from './egress-copies.ts';
import type { Fragments } from './fragments.ts';
import type { OffloadRates } from './offload-rates.ts';
import type { EngineParts } from './parts.ts';
import { rebaseSessions } from './rebase.ts';
import type { SessionEnd } from './session-end.ts';

/** More than a time years away from its epoch can be rounded by. */
const EPOCH_ROUNDING_NS = 4096;

/** Parts beside EngineParts that have times. */
interface Timed {
  readonly due: Due;
  readonly sessionEnd: SessionEnd;
  readonly copies: EgressCopies;
  readonly rates: OffloadRates | null;
  readonly fragments: Fragments;
}

export class Epoch {
  /** Time of the last packet, or where the clock was run to; ns since the epoch. */
  lastNs = 0;
  private hasStarted = false;
  private readonly parts: EngineParts;
  private readonly timed: Timed;

  constructor(parts: EngineParts, timed: Timed) {
    this.parts = parts;
    this.timed = timed;
  }

  /** Takes the epoch of the batch before its frame `from` is looked at. */
  follow(batch: FrameBatch, from: number): void {
    if (batch.epochSeconds === this.parts.position.epochSeconds && this.hasStarted) return;
    this.start(batch, batch.time[from] ?? 0);
  }

  /** @param firstNs time of the first frame, ns since the new epoch */
  private start({ epochSeconds }: FrameBatch, firstNs: number): void {
    const { position, log, schedule, occupancy } = this.parts;
    const deltaNs = (position.epochSeconds - epochSeconds) * 1e9;
    // What is due before the jump must end under the old epoch: seen from the new one its times may
    // be too far away to be exact.
    if (this.hasStarted) this.timed.due.fire(firstNs - deltaNs - EPOCH_ROUNDING_NS);
    log.drain();
    position.epochSeconds = epochSeconds;
    if (this.hasStarted) this.rebase(deltaNs);
    else {
      schedule.begin(secondAndNanosecond(epochSeconds, firstNs), epochSeconds);
      this.lastNs = firstNs;
      occupancy.note(firstNs, 0);
    }
    this.hasStarted = true;
  }

  /** Moves every stored time, exact as long as it lies within 104 days of the new epoch. */
  private rebase(deltaNs: number): void {
    const { sessionEnd, copies, rates, fragments } = this.timed;
    rebaseSessions(this.parts, sessionEnd.liveSlots(), deltaNs);
    this.lastNs += deltaNs;
    sessionEnd.lastNs += deltaNs;
    copies.rebase(deltaNs);
    rates?.rebase(deltaNs);
    fragments.rebase(deltaNs);
    this.parts.schedule.setEpoch(this.parts.position.epochSeconds);
  }
}
