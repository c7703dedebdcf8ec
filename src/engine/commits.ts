/**
 * This file puts other configurations in force in the middle of a capture, as a commit does
 * (`configuration:`), and judges the sessions that are allowed again where it is to (rematch).
 *
 * From its time on new sessions meet the new rules, translations and ways, and get the new timers.
 * Without rematch those that are there stay as they are. With it each one that is allowed is judged
 * once more, by serial: it takes the rule that allows it now, or goes to DISCARD. What is in DISCARD
 * stays there, whatever the new rules say (session-lesson: "it only rematches ALLOW state").
 *
 * A session keeps the timers that it was set up under, the one of DISCARD among them, its address
 * translation, and whether it is decrypted: rematch is about security policy.
 *
 * @source panos.md §1.4 (commit with rematch); the vendor's web help on session settings ("applies the
 * revised policy to the current session and blocks it")
 * @confidence documented; that all phases of a connection are judged again is inferred from §1.1
 */

import type { ConfigurationChange } from '../config/firewall-config.ts';
import { COUNT_SESSION_DISCARD } from '../events/counters.ts';
import { EVENT_COMMIT, EVENT_REMATCH } from '../events/event-kinds.ts';
import { isToldByPayload } from '../net/protocol.ts';
import { secondAndNanosecond } from '../net/time.ts';
import { IN_POLICY_DENY } from '../session/inputs.ts';
import {
  APPLICATION,
  HOT_WORDS,
  KEY_META,
  META_ICMP_SHIFT,
  RULE,
  SERIAL,
  STATE,
  TAIL_WORDS,
} from '../session/layout.ts';
import { PHASE_DISCARD } from '../session/session-machine.ts';
import { fillSessionFacts, newFlowFacts } from '../slowpath/flow-facts.ts';
import { NO_RULE, NOT_IDENTIFIED } from '../slowpath/policy.ts';
import type { Forwarding } from './forwarding.ts';
import type { EngineParts } from './parts.ts';
import type { SessionEnd } from './session-end.ts';

/** A change of configuration that has taken place. */
export interface Commit {
  readonly change: ConfigurationChange;
  /** Seconds since 1970 and nanoseconds. */
  readonly second: number;
  readonly nanosecond: number;
  /** Sessions that were judged again; of these, those that another rule allows, and those denied. */
  rejudged: number;
  moved: number;
  discarded: number;
}

export class Commits {
  /** In the order of their times. */
  readonly done: Commit[] = [];

  private readonly parts: EngineParts;
  private readonly sessionEnd: SessionEnd;
  private readonly forwarding: Forwarding;
  private readonly facts = newFlowFacts();
  private hasNewWays = false;

  /** To be made after the routes' own changes are scheduled: they are settled first. */
  constructor(parts: EngineParts, sessionEnd: SessionEnd, forwarding: Forwarding) {
    this.parts = parts;
    this.sessionEnd = sessionEnd;
    this.forwarding = forwarding;
    for (const change of parts.config.changes) {
      parts.schedule.add(change.at, () => this.commit(change));
    }
    parts.schedule.addAfterwards(() => {
      if (!this.hasNewWays) return;
      this.hasNewWays = false;
      forwarding.judgeAll();
    });
  }

  private commit(change: ConfigurationChange): void {
    const { position, log } = this.parts;
    this.adopt(change);
    const moment = secondAndNanosecond(position.epochSeconds, position.clock[0]!);
    const commit: Commit = { change, ...moment, rejudged: 0, moved: 0, discarded: 0 };
    this.done.push(commit);
    const slots = change.rematch ? this.allowedSlots() : new Int32Array(0);
    const rules = slots.map((slot) => this.ruleOf(slot));
    this.count(commit, slots, rules);
    log.append(EVENT_COMMIT, position, 0, this.done.length - 1, 0);
    for (let i = 0; i < slots.length; i++) this.rematch(slots[i]!, rules[i]!);
    this.reconsiderOffload(change);
  }

  /** The switches hold for all sessions, what rules say for those that were judged again. */
  private reconsiderOffload({ config, rematch }: ConfigurationChange): void {
    const { offloads } = this.parts;
    if (offloads === null) return;
    offloads.toggle.adopt(config.offload);
    offloads.subject.decryption.adopt(config);
    for (const slot of this.sessionEnd.liveSlots()) offloads.reconsider(slot, rematch);
  }

  private adopt({ config }: ConfigurationChange): void {
    const { parts } = this;
    this.forwarding.takeOver(parts.config.pbf, config.pbf);
    parts.config = config;
    parts.policy.adopt(config);
    parts.nat.change(config);
    parts.timers.adopt(config);
    parts.tracker.checkWindow = config.session.asymmetricPath === 'drop';
    // Routes are looked up for each packet: a new table is for sessions that are there, too.
    parts.egress = parts.egresses.get(config)!;
    this.hasNewWays = true;
  }

  /** Sessions that pass, by serial. No policy let a predict's child through: none is asked now (assumed). */
  private allowedSlots(): Int32Array {
    const { table, families } = this.parts;
    const phaseOf = (slot: number) => table.hot[slot * HOT_WORDS + STATE]! & 255;
    return this.sessionEnd
      .liveSlots()
      .filter((slot) => phaseOf(slot) !== PHASE_DISCARD && families.of(slot) === null);
  }

  /** The rule that a session meets now. */
  private ruleOf(slot: number): number {
    const { table, policy } = this.parts;
    const { facts } = this;
    fillSessionFacts(facts, table, slot);
    facts.application = this.applicationOf(slot);
    const { inspection } = this.sessionEnd;
    const rule = inspection === null ? policy.decide(facts) : inspection.ruleOf(slot, facts);
    // Set up now, it would be dropped for want of an egress zone (flow_policy_nofwd). So nothing lets
    // it pass; the record must name a rule, and this is the one that stands for that.
    return rule === NO_RULE ? policy.interzoneDefault : rule;
  }

  /** The application that policy is asked about: as far as it is known by now. */
  private applicationOf(slot: number): number {
    const { table, applications, identifications } = this.parts;
    const { isOverridden, protocol, dport } = this.facts;
    const known = table.tail[slot * TAIL_WORDS + APPLICATION]! - 1;
    // What a rule gave it at setup it keeps: no override rule is asked again.
    if (isOverridden) return known;
    if (identifications !== null) {
      return known < 0 && isToldByPayload(protocol) ? NOT_IDENTIFIED : known;
    }
    const icmpKind = (table.hot[slot * HOT_WORDS + KEY_META]! >>> META_ICMP_SHIFT) & 15;
    return applications.find(protocol, dport, icmpKind);
  }

  private count(commit: Commit, slots: Int32Array, rules: Int32Array): void {
    commit.rejudged = slots.length;
    for (let i = 0; i < slots.length; i++) {
      if (this.isDenied(rules[i]!)) commit.discarded++;
      else if (this.isOther(slots[i]!, rules[i]!)) commit.moved++;
    }
  }

  private isDenied(rule: number): boolean {
    return this.parts.policy.rules[rule]!.action !== 'allow';
  }

  /** Whether the session's rule has another name so far. */
  private isOther(slot: number, rule: number): boolean {
    const { policy, table } = this.parts;
    const before = table.tail[slot * TAIL_WORDS + RULE]!;
    return policy.rules[before]!.name !== policy.rules[rule]!.name;
  }

  private rematch(slot: number, rule: number): void {
    const { table, counters, machine, log, position } = this.parts;
    const isDenied = this.isDenied(rule);
    const serial = table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    const before = table.tail[slot * TAIL_WORDS + RULE]!;
    if (isDenied || this.isOther(slot, rule)) {
      log.append(EVENT_REMATCH, position, serial, before, rule);
    }
    table.tail[slot * TAIL_WORDS + RULE] = rule;
    if (!isDenied) {
      this.noteRematch(slot);
      return;
    }
    // Not `flow_policy_deny`, which counts denials at session setup.
    counters[COUNT_SESSION_DISCARD]!++;
    machine.apply(slot, IN_POLICY_DENY);
    this.sessionEnd.denials.afterCommit(slot, rule);
    this.sessionEnd.payload.denied(slot);
  }

  /** Whether the session passes for the sake of an application that it is not yet. */
  private noteRematch(slot: number): void {
    const { inspection } = this.sessionEnd;
    if (inspection === null) return;
    fillSessionFacts(this.facts, this.parts.table, slot);
    this.facts.application = this.applicationOf(slot);
    inspection.noteRematch(slot, this.facts);
  }
}
