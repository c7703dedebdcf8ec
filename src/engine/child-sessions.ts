/**
 * This file promotes predicts: it finds the one that the first packet of a session matches, and what of
 * the packet is translated as its parent is (panos.md §6.1). Rule and application come from the predict;
 * no policy is asked. TCP alone matches with a SYN: nothing else makes a session (assumed).
 *
 * A denied flow that a predict would have let through but for an option is listed.
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

/** Denied flows that are listed. */
const REFUSED_FLOWS_MAX = 100;

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
        predicts.ports.learn(found.hold!, view.dport);
        predicts.table.rekey(found, view.dport);
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
   * @param otherZone by its own destination
   */
  wayOf(predict: Predict, otherZone: number): number {
    const { nat, view, egress } = this.parts;
    const { translated, natRule, ends } = predict.facts;
    this.hasNat = natRule >= 0 && ends !== null && view.family === 4;
    if (!this.hasNat) return otherZone;
    nat.follow(natRule, view);
    if (translated === null) return otherZone;
    const port = translated.port === 0 ? view.dport : translated.port;
    nat.predicted(NAT_DESTINATION, translated.word, port);
    return egress.zoneFor4(nat.now.destination);
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
    const { nat, view, predicts, table } = this.parts;
    const { ends, side, protocol } = predict.facts;
    if (ends === null) return true;
    const { own, seen } = ends;
    if (side !== 0 && view.source === own[0] && own[0] !== seen[0]) {
      const known = predicts.siblingsAround(predict).ledTo(protocol, view.source, view.sport);
      if (known === null || known.hold === null) return nat.translateSource(view, table);
      nat.predicted(NAT_SOURCE, known.hold.address, known.hold.port);
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
    const hold = current.hold ?? this.sourceHold(current);
    if (hold !== null) predicts.ports.share(hold, slot);
  }

  /** The translation of the child in `slot` is kept now; what is known of its port is noted. */
  noteInferred(slot: number): void {
    if (this.current?.isInferred !== true || this.current.hold === null) return;
    this.parts.nat.translations.setBits(slot, NAT_OBSERVED | NAT_INFERRED);
  }

  /** The attached packet was denied: lists it if a predict was refused that would have let it through. */
  noteDenied(zone: number, serial: number): void {
    const { predicts, observations } = this.parts;
    if (predicts.refused.live === 0) return;
    this.fillKey(zone);
    const found = predicts.refused.find(this.key);
    if (found === null) return;
    observations.refusedFlowCount++;
    if (observations.refusedFlows.length >= REFUSED_FLOWS_MAX) return;
    const { facts, alg, refusal } = found;
    const flow: RefusedFlow = {
      session: serial === 0 ? null : serial,
      seen: momentOf(this.parts),
      expected: facts.note,
      announced: facts.installed,
      parent: facts.parent,
      alg,
      reason: refusal ?? '',
    };
    observations.refusedFlows.push(flow);
  }

  private sourceHold({ facts }: Predict): Predict['hold'] {
    const { predicts, view } = this.parts;
    if (facts.side === 0 || facts.ends === null || view.family !== 4) return null;
    if (view.source !== facts.ends.own[0] || this.current === null) return null;
    const family = predicts.siblingsAround(this.current);
    return family.ledTo(facts.protocol, view.source, view.sport)?.hold ?? null;
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
