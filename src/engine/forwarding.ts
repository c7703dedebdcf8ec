/**
 * This file judges where the packets of sessions are sent: whether into the zone of the other side, by
 * the routes as they are now (panos.md §8).
 *
 * The firewall looks up the route of each packet. Here it is looked up when a session is made and when
 * routes change, for both sides: what leads astray is a flag that the fastpath tests. Without `routes:`
 * nothing is judged.
 */

import type { PbfRule } from '../config/network-config.ts';
import { COUNT_FWD_NOROUTE, COUNT_FWD_TTL_ZERO, COUNT_FWD_ZONECHANGE } from '../events/counters.ts';
import {
  EGRESS_CHANGE_S2C,
  EVENT_DROP,
  EVENT_EGRESS_CHANGE,
  EVENT_ZONECHANGE,
  ZONECHANGE_DROPPED,
  ZONECHANGE_FORWARD,
} from '../events/event-kinds.ts';
import {
  C2S_KEY,
  DROPPED,
  FLAG_C2S_ASTRAY,
  FLAG_S2C_ASTRAY,
  HOT_WORDS,
  INTERFACES,
  KEY_META,
  KEY_SOURCE,
  KEY_WORDS,
  META_IPV6,
  META_ZONE_SHIFT,
  S2C_KEY,
  SERIAL,
  STATE,
  TAIL_WORDS,
} from '../session/layout.ts';
import { PHASE_DISCARD } from '../session/session-machine.ts';
import { ZONE_ANY } from '../session/session-table.ts';
import { SessionWays } from '../session/session-ways.ts';
import { WAY_NETWORKS, WAY_NO_ROUTE, WAY_NONE, WAY_PBF } from '../slowpath/egress.ts';
import { NO_PBF_RULE } from '../slowpath/pbf.ts';
import { isToGroup } from '../wire/group-address.ts';
import type { NoisyEvents } from './noisy-events.ts';
import type { EngineParts } from './parts.ts';

/** A TTL that forwarding brings to zero. */
export const TTL_LAST = 1;
const C2S = 0;
const S2C = 1;

export class Forwarding {
  private readonly parts: EngineParts;
  private readonly noisy: NoisyEvents;
  /** null where ways cannot change. */
  private readonly ways: SessionWays | null;
  private readonly words = new Int32Array(4);

  constructor(parts: EngineParts, noisy: NoisyEvents) {
    this.parts = parts;
    this.noisy = noisy;
    const { pbf, routes, changes } = parts.config;
    const comeAndGo = routes?.some(
      ({ lifespan: { from, until } }) => from !== null || until !== null,
    );
    const canChange = comeAndGo === true || pbf.length > 0 || changes.length > 0;
    this.ways = canChange ? new SessionWays(parts.table) : null;
  }

  /**
   * A session was made, of the packet that `Egress.zoneFor` was asked of last.
   *
   * @param isReply whether its server sent that packet
   */
  begin(slot: number, isReply: boolean): void {
    this.ways?.begin(slot, this.parts.egress.pbfRule);
    if (!this.parts.egress.hasRoutes) return;
    if (isReply || this.ways !== null) this.judge(slot);
    // The way of the client's packets was looked up just now: it made the zone that they are to go to.
    else if (!this.leadsBack(slot) && !this.isOnWire(slot) && this.isAstray(slot, S2C)) {
      this.parts.table.setFlags(slot, FLAG_S2C_ASTRAY);
    }
  }

  /**
   * Another configuration's ways take over (`judgeAll` is to follow). A session keeps the PBF rule of
   * its first packet where a rule of that name is there still; else it goes by the routes.
   */
  takeOver(before: readonly Pick<PbfRule, 'name'>[], now: readonly Pick<PbfRule, 'name'>[]): void {
    const { table } = this.parts;
    if (this.ways === null || before.length === 0) return;
    const numbers = new Map(now.map(({ name }, i) => [name, i]));
    const numberNow = before.map(({ name }) => numbers.get(name) ?? NO_PBF_RULE);
    for (let slot = 0; slot < table.used; slot++) {
      if (table.hot[slot * HOT_WORDS + SERIAL] === 0) continue;
      const rule = this.ways.pbfRuleOf(slot);
      if (rule !== NO_PBF_RULE) this.ways.setPbfRule(slot, numberNow[rule]!);
    }
  }

  /** Judges all live sessions anew: routes or PBF rules have changed. */
  judgeAll(): void {
    const { table } = this.parts;
    for (let slot = 0; slot < table.used; slot++) {
      const at = slot * HOT_WORDS;
      const isDenied = (table.hot[at + STATE]! & 255) === PHASE_DISCARD;
      if (table.hot[at + SERIAL] !== 0 && !isDenied) this.judge(slot);
    }
  }

  /**
   * Drops the attached packet of a session's side, which is counted by now, if forwarding does.
   *
   * The route is looked at first, then the TTL: a packet is dropped for one reason (order assumed).
   *
   * @returns whether the session is to be torn down
   */
  drop(slot: number, side: number): boolean {
    const { table, egress, config, counters } = this.parts;
    const flag = side === C2S ? FLAG_C2S_ASTRAY : FLAG_S2C_ASTRAY;
    if ((table.hot[slot * HOT_WORDS + STATE]! & flag) === 0) {
      if (this.isTtlOver(slot, side)) this.dropBecause(slot, side, COUNT_FWD_TTL_ZERO);
      return false;
    }
    const seen = this.find(slot, side);
    if (egress.way === WAY_NONE || egress.way === WAY_NO_ROUTE) {
      this.dropBecause(slot, side, COUNT_FWD_NOROUTE);
      return false;
    }
    this.countDropped(slot, side);
    counters[COUNT_FWD_ZONECHANGE]!++;
    const marks = ZONECHANGE_FORWARD | ZONECHANGE_DROPPED;
    this.noisy.ofSession(EVENT_ZONECHANGE, slot, this.zoneAt(slot, 1 - side), seen | marks);
    return config.session.teardownUponFwdZonechange;
  }

  /** Whether it needs no second look that the server's packets go to the client's zone. */
  private leadsBack(slot: number): boolean {
    const { table, egress } = this.parts;
    const key = slot * HOT_WORDS + C2S_KEY;
    const meta = table.hot[key + KEY_META]!;
    if ((meta & META_IPV6) !== 0) return false;
    const there = table.tail[slot * TAIL_WORDS + INTERFACES]! & 0xffff;
    const client = table.hot[key + KEY_SOURCE]!;
    return egress.isRouted4(client, meta >>> META_ZONE_SHIFT, there, this.zoneAt(slot, S2C));
  }

  /** Sets and clears both flags of a session. */
  private judge(slot: number): void {
    const { hot } = this.parts.table;
    const at = slot * HOT_WORDS + STATE;
    let state = hot[at]! & ~(FLAG_C2S_ASTRAY | FLAG_S2C_ASTRAY);
    if (this.parts.egress.hasRoutes && !this.isOnWire(slot)) {
      if (this.isAstray(slot, C2S)) state |= FLAG_C2S_ASTRAY;
      if (this.isAstray(slot, S2C)) state |= FLAG_S2C_ASTRAY;
    }
    hot[at] = state;
  }

  /** Whether a side's packets are sent elsewhere than to the zone of the other side. */
  private isAstray(slot: number, side: number): boolean {
    const expected = this.zoneAt(slot, 1 - side);
    // Until the first reply the server's zone is not known.
    if (expected === ZONE_ANY) return false;
    const { egress } = this.parts;
    const zone = this.find(slot, side);
    // `networks` say where hosts are, not how packets are sent: they prove nothing. And a host that
    // no route is about may be on the interface's own network, where `interfaces:` does not tell.
    if (egress.way === WAY_NETWORKS) return false;
    if (egress.way === WAY_NONE && !egress.knowsConnected) return false;
    const isAstray = egress.way === WAY_NONE || egress.way === WAY_NO_ROUTE || zone !== expected;
    if (!isAstray) this.noteEgress(slot, side);
    return isAstray;
  }

  /** Tells of a side that leaves by another interface of the same zone than before. */
  private noteEgress(slot: number, side: number): void {
    const { ways } = this;
    const { nameNumber } = this.parts.egress;
    if (ways === null || nameNumber === 0) return;
    const before = ways.egressOf(slot, side);
    if (before === nameNumber) return;
    ways.setEgress(slot, side, nameNumber);
    if (before === 0) return;
    const now = nameNumber | (side === S2C ? EGRESS_CHANGE_S2C : 0);
    this.noisy.ofSession(EVENT_EGRESS_CHANGE, slot, before, now);
  }

  /** Zone number that a side's packets are sent to now; `Egress` says how, and by which interface. */
  private find(slot: number, side: number): number {
    const { table, egress } = this.parts;
    const interfaces = table.tail[slot * TAIL_WORDS + INTERFACES]!;
    const rule = egress.pbf?.ruleOf(this.ways?.pbfRuleOf(slot) ?? NO_PBF_RULE) ?? null;
    if (rule !== null && side === C2S) {
      const zone = egress.zoneOfRule(rule);
      if (zone >= 0) return zone;
    }
    if (rule?.isSymmetric === true && side === S2C) {
      egress.nameNumber = interfaces >>> 16;
      egress.way = WAY_PBF;
      return this.zoneAt(slot, C2S);
    }
    const back = this.ways?.egressOf(slot, C2S) || interfaces & 0xffff;
    egress.enter(side === C2S ? interfaces >>> 16 : back, this.zoneAt(slot, side));
    return egress.zoneOf(this.takeDestination(slot, side), this.words);
  }

  /**
   * Fills `words` with where a side's packets go: where the other side's come from, translated or
   * not. Returns the family.
   */
  private takeDestination(slot: number, side: number): number {
    const { words } = this;
    const { hot, wide } = this.parts.table;
    const key = slot * HOT_WORDS + (side === C2S ? S2C_KEY : C2S_KEY);
    if ((hot[key + KEY_META]! & META_IPV6) === 0) {
      words[0] = hot[key + KEY_SOURCE]!;
      return 4;
    }
    for (let i = 0; i < 4; i++) words[i] = wide.word(slot, (side === C2S ? 4 : 0) + i);
    return 6;
  }

  /** Whether the attached packet ends here: forwarding counts its TTL down to zero. */
  private isTtlOver(slot: number, side: number): boolean {
    const { view, egress, carriers } = this.parts;
    if (view.ipTtl > TTL_LAST || !egress.hasRoutes) return false;
    // Of what is in a tunnel the packet around it is forwarded; groups are not by these routes.
    if (carriers.current !== 0 || isToGroup(view) || this.isOnWire(slot)) return false;
    return !egress.own.has(this.takeDestination(slot, side), this.words);
  }

  private isOnWire(slot: number): boolean {
    const { table, egress } = this.parts;
    const ingress = table.tail[slot * TAIL_WORDS + INTERFACES]! >>> 16;
    return egress.wires?.has(ingress) === true;
  }

  /** Number of the zone that a side's packets come in by, or ZONE_ANY. */
  private zoneAt(slot: number, side: number): number {
    return (
      this.parts.table.hot[slot * HOT_WORDS + side * KEY_WORDS + KEY_META]! >>> META_ZONE_SHIFT
    );
  }

  private dropBecause(slot: number, side: number, counter: number): void {
    this.countDropped(slot, side);
    this.parts.counters[counter]!++;
    this.noisy.ofSession(EVENT_DROP, slot, 0, counter);
  }

  private countDropped(slot: number, side: number): void {
    this.parts.table.tail[slot * TAIL_WORDS + DROPPED + side]!++;
  }
}
