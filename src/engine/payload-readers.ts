/**
 * This file shows a session's payload to whoever reads it: App-ID until the application is known, an ALG
 * from then on.
 */

import {
  APPLICATION,
  FLAG_ALG,
  FLAG_INSPECTED,
  HOT_WORDS,
  STATE,
  TAIL_WORDS,
} from '../session/layout.ts';
import { PHASE_DISCARD } from '../session/session-machine.ts';
import type { FlowFacts } from '../slowpath/flow-facts.ts';
import type { AlgSessions } from './alg-sessions.ts';
import type { Inspection } from './inspection.ts';
import type { EngineParts } from './parts.ts';
import { noteDenied } from './refused-flows.ts';

export class PayloadReaders {
  readonly algs: AlgSessions;

  private readonly parts: EngineParts;
  /** null where ports tell applications. */
  private readonly inspection: Inspection | null;

  constructor(parts: EngineParts, inspection: Inspection | null, algs: AlgSessions) {
    this.parts = parts;
    this.inspection = inspection;
    this.algs = algs;
  }

  /**
   * Begins with a session that was just set up, and is allowed; whether anybody reads it. What a predict
   * let through keeps the application that was predicted (CONTRACT: predict).
   */
  begin(slot: number): boolean {
    const { table, families } = this.parts;
    const isKnown = table.tail[slot * TAIL_WORDS + APPLICATION]! !== 0;
    const isRead = isKnown && this.algs.begin(slot);
    if (families.of(slot) !== null) return isRead;
    return this.inspection?.begin(slot) === true || isRead;
  }

  /** The rule that a session meets at setup whose application a rule of `application-override` gave. */
  ruleOfOverridden(facts: FlowFacts): number {
    return this.inspection?.ruleAtSetup(facts) ?? this.parts.policy.decide(facts);
  }

  /** Takes the attached packet; true where its session is denied by it, or a limit exceeded. */
  take(slot: number, side: number): boolean {
    const { table, view } = this.parts;
    const state = table.hot[slot * HOT_WORDS + STATE]!;
    if ((state & FLAG_ALG) !== 0 && view.payloadLength > 0) this.algs.take(slot, side);
    if ((state & FLAG_INSPECTED) === 0 || this.inspection === null) return false;
    if (!this.inspection.take(slot, side)) return false;
    // One that exceeded a limit goes alone: its session stays.
    if ((table.hot[slot * HOT_WORDS + STATE]! & 255) === PHASE_DISCARD) {
      this.denied(slot);
      noteDenied(this.parts, this.parts.families.refusedOf(slot));
    }
    return true;
  }

  /** A session is in DISCARD from now on: nothing is read of it, and nobody may use what it announced. */
  denied(slot: number): void {
    this.inspection?.leave(slot);
    this.algs.close(slot);
    this.parts.predicts.parentClosed(slot);
  }

  /** A session ends. */
  end(slot: number): void {
    this.inspection?.end(slot);
    this.algs.end(slot);
  }
}
