/**
 * This file asks the security policy again about a session whose application is known by now: its rule,
 * its timers, and ACTIVE to DISCARD where the rule denies it (panos.md §9 stage 6).
 *
 * While the application may still turn out to be another one that implicitly uses it, a rule for that
 * one is enough, until the shift can no longer happen (panos.md §9; log flag 0x2000, "temporary rule
 * match for implicit dependency").
 */

import { COUNT_SESSION_DISCARD } from '../events/counters.ts';
import { EVENT_IMPLICIT_USE, IMPLICIT_PARENTS } from '../events/event-kinds.ts';
import type { Identifications } from '../session/identifications.ts';
import { IN_POLICY_DENY } from '../session/inputs.ts';
import {
  APPLICATION,
  FLAG_INSPECTED,
  FLAG_SERVICE_TIMERS,
  HOT_WORDS,
  PROFILE,
  RULE,
  SERIAL,
  STATE,
  TAIL_WORDS,
} from '../session/layout.ts';
import { type FlowFacts, fillSessionFacts, newFlowFacts } from '../slowpath/flow-facts.ts';
import { NO_RULE } from '../slowpath/policy.ts';
import type { Denials } from './denials.ts';
import type { EngineParts } from './parts.ts';

export class PolicyAgain {
  private readonly parts: EngineParts;
  private readonly identifications: Identifications;
  private readonly denials: Denials;
  /** By application: those that it may turn out to be and that implicitly use it; null for none. */
  private readonly childrenOf: readonly (readonly number[] | null)[];
  private readonly facts = newFlowFacts();

  constructor(parts: EngineParts, identifications: Identifications, denials: Denials) {
    this.parts = parts;
    this.identifications = identifications;
    this.denials = denials;
    const names = parts.config.applications.map(({ name }) => name);
    const { implicit } = parts.signatures;
    this.childrenOf = names.map((name) => {
      const children = implicit.get(name)?.map((child) => names.indexOf(child));
      return children?.filter((index) => index >= 0) ?? null;
    });
  }

  /**
   * Gives a session the rule and the timers of its application.
   *
   * @param mayShift whether it may still turn out to be another application
   * @param side of the attached packet, which told it; `expected` as `Denials.afterLookup` has it
   * @returns true where the session is denied
   */
  judge(
    slot: number,
    application: number,
    mayShift: boolean,
    side: number,
    expected: number,
  ): boolean {
    const { table, policy, timers, machine, counters } = this.parts;
    const { facts } = this;
    fillSessionFacts(facts, table, slot);
    facts.application = application;
    const found = this.decide(facts, mayShift);
    const rule = found === NO_RULE ? policy.interzoneDefault : found;
    const tail = slot * TAIL_WORDS;
    table.tail[tail + RULE] = rule;
    table.tail[tail + PROFILE] = timers.profileFor(policy.overrides, application, facts.protocol);
    // The service of the rule before may have had timers of its own, this one's none.
    table.hot[slot * HOT_WORDS + STATE]! &= ~FLAG_SERVICE_TIMERS;
    if (policy.overrides !== null) table.setFlags(slot, FLAG_SERVICE_TIMERS);
    this.noteImplicit(slot, rule, application);
    if (policy.rules[rule]!.action === 'allow') {
      machine.retime(slot);
      return false;
    }
    this.identifications.noteDenied(slot);
    counters[COUNT_SESSION_DISCARD]!++;
    machine.apply(slot, IN_POLICY_DENY);
    this.denials.afterLookup(slot, rule, side, expected);
    return true;
  }

  /** The rule that a live session meets now; `facts` are filled. */
  ruleOf(slot: number, facts: FlowFacts): number {
    return this.decide(facts, this.mayShift(slot));
  }

  /**
   * The rule that a session meets at setup whose application is known: one that may still turn out to be
   * another passes by that one's rule. `policy.implicitChild` says whether it does.
   *
   * @source panos.md §9: overriding to a predefined application keeps inspection, and a policy look-up
   *   with an application allows those that implicitly use it
   * @confidence inferred from these two; of both together the vendor's pages say nothing
   */
  ruleAtSetup(facts: FlowFacts): number {
    return this.decide(facts, true);
  }

  /** Notes at setup whether the session passes so. */
  noteSetup(slot: number, rule: number, application: number): void {
    if (this.parts.policy.implicitChild >= 0) this.noteImplicit(slot, rule, application);
  }

  /** A commit has judged a session that still passes; `facts` are filled. */
  noteRematch(slot: number, facts: FlowFacts): void {
    if (!this.mayShift(slot)) return;
    const rule = this.ruleOf(slot, facts);
    this.noteImplicit(slot, rule, facts.application);
  }

  /** Whether its application is known, and may turn out to be another one; what it says may be read after that. */
  private mayShift(slot: number): boolean {
    const { table } = this.parts;
    const isKnown = table.tail[slot * TAIL_WORDS + APPLICATION]! !== 0;
    const isInspected = (table.hot[slot * HOT_WORDS + STATE]! & FLAG_INSPECTED) !== 0;
    return isKnown && isInspected && !this.identifications.isSettled(slot);
  }

  private decide(facts: FlowFacts, mayShift: boolean): number {
    const { policy } = this.parts;
    const children = mayShift ? (this.childrenOf[facts.application] ?? null) : null;
    if (children !== null) return policy.decideImplicit(facts, children);
    policy.implicitChild = -1;
    return policy.decide(facts);
  }

  /** Notes whether the session passes for the sake of an application that it is not yet. */
  private noteImplicit(slot: number, rule: number, application: number): void {
    const { policy, table, log, position } = this.parts;
    const child = policy.implicitChild;
    if (child < 0) {
      this.identifications.endTemporary(slot);
      return;
    }
    const isNew = !this.identifications.isTemporary(slot);
    this.identifications.noteTemporary(slot, rule, application, child);
    if (!isNew) return;
    const serial = table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    const b = child * IMPLICIT_PARENTS + application;
    log.append(EVENT_IMPLICIT_USE, position, serial, rule, b);
  }
}
