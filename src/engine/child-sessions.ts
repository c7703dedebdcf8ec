/**
 * This file promotes predicts: it finds the one that the first packet of a session matches, and what of
 * the packet is translated as its parent is (panos.md §6.1). Rule and application come from the predict;
 * no policy is asked. TCP alone matches with a SYN: nothing else makes a session (assumed).
 *
 * It also tells what a predict would have let through but for an option.
 */

import { ZONE_UNKNOWN } from '../ingress/ingress-zones.ts';
import type { Predict } from '../session/predict.ts';
import type { RefusedFlow } from '../session/predict-row.ts';
import {
  NAT_DESTINATION,
  NAT_INFERRED,
  NAT_OBSERVED,
  NAT_SOURCE,
} from '../session/translations.ts';
import { type FlowFacts, fillFlowFacts, newFlowFacts } from '../slowpath/flow-facts.ts';
import type { Ways } from '../slowpath/install.ts';
import type { EngineParts } from './parts.ts';
import { momentOf } from './predict-requests.ts';

export class ChildSessions {
  /** The predict that lets the packet in hand through; null for none. */
  current: Predict | null = null;
  /** Whether its parent met a NAT rule. */
  hasNat = false;

  private readonly parts: EngineParts;
  private readonly facts = newFlowFacts();
  private readonly key = { ...this.facts, sport: 0, zone: 0, twin: 0 };

  constructor(parts: EngineParts) {
    this.parts = parts;
  }

  /** Whether there is anything to match: one test a packet without session, where there is not. */
  get mayMatch(): boolean {
    return this.parts.predicts.table.live > 0;
  }

  /** The predict that lets the attached packet through, which came in by `zone`; or null. */
  match(zone: number): Predict | null {
    const { predicts, view, carriers } = this.parts;
    this.fillKey(zone);
    let found = predicts.table.find(this.key);
    // What is inside a tunnel is not translated.
    if (found === null && carriers.current === 0) {
      found = predicts.ports.waiting(view, zone, (predict) => predicts.siblingsAround(predict));
      if (found !== null) {
        predicts.changes.learn(found, view.dport);
        // What a twin's port would have been no capture shows.
        found.isInferred = view.twin === 0;
      }
    }
    this.current = found;
    return found;
  }

  /**
   * Zone number that the packet is sent to, once its destination is translated as the predict says.
   *
   * @param flow with the zones of the packet before translation
   */
  wayOf(predict: Predict, flow: FlowFacts): number {
    const { nat, view, egress } = this.parts;
    const { translated, ends } = predict.facts;
    const natRule = this.ruleOf(predict, flow);
    this.hasNat = natRule >= 0 && ends !== null && view.family === 4;
    if (!this.hasNat) return flow.to;
    nat.follow(natRule, view);
    if (translated === null) return flow.to;
    const port = translated.port === 0 ? view.dport : translated.port;
    nat.predicted(NAT_DESTINATION, translated.word, port);
    return egress.zoneFor4(nat.now.destination);
  }

  /** The rule that translates the packet: its parent's, or of a host beside that its own. */
  private ruleOf({ facts }: Predict, flow: FlowFacts): number {
    const { nat, view, carriers, egress } = this.parts;
    const isOwn = facts.ends === null || facts.translated !== null;
    if (isOwn || facts.ends.own.includes(view.source) || carriers.current !== 0) {
      return facts.natRule;
    }
    return nat.find(flow, egress.nameNumber);
  }

  /**
   * Fills what the session of the packet is set up with: the child's application, zones, and what
   * becomes of its ends; false where a pool is dry.
   */
  prepare(predict: Predict, to: number, facts: FlowFacts, ways: Ways): boolean {
    const { policy, nat } = this.parts;
    if (this.hasNat && !this.translate(predict)) return false;
    facts.application = predict.facts.application;
    // No service was met that would have timers of its own.
    policy.overrides = null;
    ways.ingressZone = this.key.zone;
    ways.egressZone = to === ZONE_UNKNOWN ? predict.facts.destination.zone : to;
    ways.isReply = false;
    ways.translation = this.hasNat && nat.bits !== 0 ? nat.now : null;
    return true;
  }

  /**
   * Translates the packet's source, if it is an end of the parent that is translated. A client that
   * announced the port that it sends from is seen outside by the port that the pool gave for it.
   */
  private translate(predict: Predict): boolean {
    const { nat, view, table } = this.parts;
    const { ends, side, translated } = predict.facts;
    if (ends === null) return true;
    const { own, seen } = ends;
    const isClient = view.source === own[0] && own[0] !== seen[0];
    const isBeside = translated === null && !own.includes(view.source);
    if ((isClient && side !== 0) || isBeside) {
      const hold = this.sourceHold(predict);
      if (hold === null) return nat.translateSource(view, table);
      nat.predicted(NAT_SOURCE, hold.address, hold.port);
      return true;
    }
    if (side !== 1 && view.source === own[1] && own[1] !== seen[1]) {
      nat.predicted(NAT_SOURCE, seen[1], view.sport);
    }
    return true;
  }

  /** A session was made of the packet in hand: of the predict that let it through, if one did. */
  adopt(slot: number, serial: number): void {
    const { current } = this;
    if (current === null) return;
    const { predicts } = this.parts;
    predicts.matched(current, slot, serial);
    const hold = current.hold ?? (current.facts.side === 0 ? null : this.sourceHold(current));
    if (hold !== null) predicts.ports.share(hold, slot);
  }

  /** The translation of the child in `slot` is kept now; what is known of its port is noted. */
  noteKnown(slot: number): void {
    const { current } = this;
    if (current === null || current.facts.translated === null) return;
    const { translations } = this.parts.nat;
    if (current.isInferred) translations.setBits(slot, NAT_OBSERVED | NAT_INFERRED);
    else if (current.isObserved) translations.setBits(slot, NAT_OBSERVED);
  }

  /** What refused the attached packet's flow, which was announced; null where nothing did. */
  refusedFlow(zone: number, serial: number): RefusedFlow | null {
    const { predicts } = this.parts;
    if (predicts.refused.live === 0) return null;
    this.fillKey(zone);
    const found = predicts.refused.find(this.key);
    if (found === null) return null;
    const { facts, alg, refusal } = found;
    return {
      session: serial === 0 ? null : serial,
      seen: momentOf(this.parts),
      expected: facts.note,
      announced: facts.installed,
      parent: facts.parent,
      alg,
      reason: refusal ?? '',
    };
  }

  /** The port that an announcement of the packet's source took. */
  private sourceHold(predict: Predict): Predict['hold'] {
    const { predicts, view } = this.parts;
    if (predict.facts.ends === null || view.family !== 4) return null;
    const family = predicts.siblingsAround(predict);
    return family.ledTo(predict.facts.protocol, view.source, view.sport)?.hold ?? null;
  }

  private fillKey(zone: number): void {
    const { view } = this.parts;
    const { facts, key } = this;
    fillFlowFacts(facts, view, false);
    key.protocol = facts.protocol;
    key.family = facts.family;
    key.dport = facts.dport;
    key.sport = view.sport;
    key.zone = zone;
    key.twin = view.twin;
  }
}
