/**
 * This file is the slowpath: a packet without a session. It is admitted or not, its way out and its
 * rule are found, and a session is installed.
 */

import {
  COUNT_ALLOC_FAILURE,
  COUNT_ICMP_NO_REQUEST,
  COUNT_PBF_DISCARD,
  COUNT_POLICY_DENY,
  COUNT_POLICY_NAT,
  COUNT_POLICY_NOFWD,
  COUNT_SESSION_ALLOCATED,
  COUNT_SESSION_DISCARD,
  COUNT_SESSION_INSTALLED,
} from '../events/counters.ts';
import {
  EVENT_NAT,
  EVENT_S2C_COLLISION,
  EVENT_SESSION_CREATED,
  EVENT_TABLE_FULL,
} from '../events/event-kinds.ts';
import { ZONE_UNKNOWN } from '../ingress/ingress-zones.ts';
import { PROTO_SCTP, PROTO_TCP } from '../net/protocol.ts';
import { IN_FIRST, IN_POLICY_DENY } from '../session/inputs.ts';
import { FLAG_MIDSTREAM, FLAG_NON_SYN, HOT_WORDS, SERIAL } from '../session/layout.ts';
import { sctpFirstInput } from '../session/sctp-inputs.ts';
import { ZONE_ANY } from '../session/session-table.ts';
import { NAT_DESTINATION } from '../session/translations.ts';
import { WAY_DISCARD } from '../slowpath/egress.ts';
import { fillFlowFacts, newFlowFacts } from '../slowpath/flow-facts.ts';
import { installSession, type Ways } from '../slowpath/install.ts';
import { followOriginal } from '../slowpath/nat-twins.ts';
import { NO_RULE } from '../slowpath/policy.ts';
import { isIcmpReply } from '../wire/icmp.ts';
import { TCP_ACK, TCP_ANY_FLAG, TCP_RST, TCP_SYN } from '../wire/tcp.ts';
import { ChildSessions } from './child-sessions.ts';
import type { Denials } from './denials.ts';
import type { Fastpath } from './fastpath.ts';
import { type Forwarding, TTL_LAST } from './forwarding.ts';
import { Midstream } from './midstream.ts';
import type { NoisyEvents } from './noisy-events.ts';
import { NonSyn } from './non-syn.ts';
import { noteOccupancy } from './note-occupancy.ts';
import type { EngineParts } from './parts.ts';
import type { PayloadReaders } from './payload-readers.ts';
import { noteDenied } from './refused-flows.ts';
import { fillApplication, fillSession, noteOverride } from './session-start.ts';

/** What stands beside the slowpath. */
export interface SlowpathNeighbours {
  readonly fastpath: Fastpath;
  readonly noisy: NoisyEvents;
  readonly forwarding: Forwarding;
  readonly payload: PayloadReaders;
  readonly denials: Denials;
}

export class Slowpath {
  /** Sessions ever created; the last one's serial. */
  created = 0;

  private readonly parts: EngineParts;
  private readonly fastpath: Fastpath;
  private readonly noisy: NoisyEvents;
  private readonly forwarding: Forwarding;
  private readonly payload: PayloadReaders;
  private readonly denials: Denials;
  private readonly children: ChildSessions;
  private readonly nonSyn: NonSyn;
  private readonly midstream: Midstream | null;
  private readonly facts = newFlowFacts();
  private readonly ways: Ways = {
    ingressZone: 0,
    egressZone: 0,
    isReply: false,
    translation: null,
  };
  private readonly capacity: number;

  /** @param midstream whether segments may continue sessions from before the capture */
  constructor(
    parts: EngineParts,
    { fastpath, noisy, forwarding, payload, denials }: SlowpathNeighbours,
    midstream: boolean,
  ) {
    this.parts = parts;
    this.fastpath = fastpath;
    this.noisy = noisy;
    this.forwarding = forwarding;
    this.payload = payload;
    this.denials = denials;
    this.children = new ChildSessions(parts);
    this.nonSyn = new NonSyn(parts, noisy);
    this.midstream = midstream ? new Midstream() : null;
    this.capacity = parts.config.tableSessions ?? Number.POSITIVE_INFINITY;
  }

  /** Judges the attached packet, which came in through `zone` and has no session there. */
  take(zone: number): void {
    const { view } = this.parts;
    const isOpening =
      view.protocol !== PROTO_TCP || (view.tcpFlags & (TCP_SYN | TCP_ACK | TCP_RST)) === TCP_SYN;
    if (isOpening) {
      if (isIcmpReply(view.icmpKind)) this.dropStray(COUNT_ICMP_NO_REQUEST);
      else this.setUp(zone, 0);
      return;
    }
    // panos.md §1.4: drop-zero-flag yes, whatever tcp-reject-non-syn says.
    const isZeroFlag = (view.tcpFlags & TCP_ANY_FLAG) === 0;
    if (!isZeroFlag && this.isFromBefore()) this.setUp(zone, FLAG_MIDSTREAM);
    else if (this.nonSyn.admit(zone, isZeroFlag)) this.setUp(zone, FLAG_NON_SYN);
  }

  /** Whether the segment continues a session from before the capture (`--midstream`). */
  private isFromBefore(): boolean {
    const { table, view, nat } = this.parts;
    if (table.zoneMismatch >= 0 || this.midstream?.isPlausible(view) !== true) return false;
    // What a server sends to a translated address does not tell the client: that begins the session.
    return !(view.family === 4 && this.midstream.isFromServer(view) && nat.far.isFarSide(view));
  }

  private dropStray(counter: number): void {
    this.noisy.dropStray(counter);
  }

  /**
   * Finds zone, application and rule of a session that the attached packet begins; there may be none.
   *
   * @param flags FLAG_MIDSTREAM or FLAG_NON_SYN, or 0
   */
  private setUp(zone: number, flags: number): void {
    const { view, egress, policy, nat } = this.parts;
    const isReply = flags === FLAG_MIDSTREAM && this.midstream?.isFromServer(view) === true;
    const otherZone = isReply ? egress.zoneForReply(view, zone) : egress.zoneFor(view, zone);
    // panos.md §6.1: predicts are looked up before policy.
    if (flags === 0 && this.children.mayMatch && this.setUpChild(zone, otherZone)) return;
    if (this.isNowhere(otherZone)) return;
    const { facts, ways } = this;
    fillFlowFacts(facts, view, isReply);
    facts.from = isReply ? otherZone : zone;
    facts.to = isReply ? zone : otherZone;
    const hasNat = !isReply && this.meetsNatRule();
    if (hasNat && (nat.bits & NAT_DESTINATION) !== 0) {
      facts.to = egress.zoneFor4(nat.now.destination);
      if (this.isNowhere(facts.to)) return;
    }
    fillApplication(facts, this.parts);
    const isShiftable = facts.isOverridden && flags !== FLAG_NON_SYN;
    const rule = isShiftable ? this.payload.ruleOfOverridden(facts) : policy.decide(facts);
    if (rule === NO_RULE) {
      this.dropStray(COUNT_POLICY_NOFWD);
      noteDenied(this.parts, this.children.refusedFlow(zone, 0));
      return;
    }
    if (!this.hasRoom() || (hasNat && !this.translate(rule))) return;
    ways.ingressZone = isReply && facts.from === ZONE_UNKNOWN ? ZONE_ANY : facts.from;
    ways.egressZone = !isReply && facts.to === ZONE_UNKNOWN ? ZONE_ANY : facts.to;
    ways.isReply = isReply;
    ways.translation = hasNat && nat.bits !== 0 ? nat.now : null;
    this.create(rule, hasNat, flags);
  }

  /** Sets up the session of a packet that a predict lets through; false where none does. */
  private setUpChild(zone: number, otherZone: number): boolean {
    const { facts, ways, children } = this;
    const predict = children.match(zone);
    if (predict === null) return false;
    fillFlowFacts(facts, this.parts.view, false);
    facts.from = zone;
    facts.to = otherZone;
    const to = children.wayOf(predict, facts);
    if (!this.isNowhere(to) && this.hasRoom()) {
      if (!children.prepare(predict, to, facts, ways)) this.dropStray(COUNT_POLICY_NAT);
      else this.create(predict.facts.rule, children.hasNat, 0);
    }
    children.current = null;
    return true;
  }

  /** Whether a PBF rule discards a packet, or the routes lead it to no zone; then it is dropped. */
  private isNowhere(zone: number): boolean {
    const { egress } = this.parts;
    const isDiscarded = egress.way === WAY_DISCARD;
    if (!isDiscarded && (zone !== ZONE_UNKNOWN || !egress.hasRoutes)) return false;
    this.dropStray(isDiscarded ? COUNT_PBF_DISCARD : COUNT_POLICY_NOFWD);
    return true;
  }

  /**
   * Whether the attached packet meets a NAT rule, by the zones before translation. A packet inside a
   * tunnel meets none: the firewall passes the tunnel on as it is.
   */
  private meetsNatRule(): boolean {
    const { nat, view, carriers, egress } = this.parts;
    if (!nat.hasRules || view.family !== 4 || carriers.current !== 0) return false;
    return nat.match(this.facts, view, egress.nameNumber);
  }

  /** Translates the source of an allowed session; false where the pool is dry and the packet goes. */
  private translate(rule: number): boolean {
    const { nat, view, policy, table } = this.parts;
    if (policy.rules[rule]!.action !== 'allow') nat.leave();
    else if (!nat.translateSource(view, table)) {
      this.dropStray(COUNT_POLICY_NAT);
      return false;
    }
    return true;
  }

  /** Whether the table has a free slot; if not, the packet goes (panos.md §1.4 session table full). */
  private hasRoom(): boolean {
    const { table, counters, predicts } = this.parts;
    if (table.live + predicts.table.live < this.capacity) return true;
    counters[COUNT_ALLOC_FAILURE]!++;
    this.noisy.ofStray(EVENT_TABLE_FULL, 0, this.capacity, 0);
    return false;
  }

  private create(rule: number, hasNat: boolean, flags: number): void {
    const { table, view, counters, log, position, nat } = this.parts;
    const { isReply, translation, ingressZone } = this.ways;
    if (view.twin !== 0 && translation !== null) followOriginal(table, nat, view, ingressZone);
    if (nat.hasRules && !isReply) this.noteOwnSource();
    const { slot, collision } = installSession(table, view, this.ways);
    const serial = ++this.created;
    fillSession(this.parts, slot, serial, rule, this.facts.application, isReply);
    this.parts.carriers.note(slot);
    table.setFlags(slot, flags);
    this.forwarding.begin(slot, isReply);
    if (view.protocol === PROTO_TCP) this.midstream?.note(view);
    counters[COUNT_SESSION_ALLOCATED]!++;
    counters[COUNT_SESSION_INSTALLED]!++;
    log.append(EVENT_SESSION_CREATED, position, serial, flags === FLAG_MIDSTREAM ? 1 : 0, 0);
    this.children.adopt(slot, serial);
    const refused = this.children.refusedFlow(this.ways.ingressZone, serial);
    if (refused !== null) this.parts.families.noteRefused(slot, refused);
    if (hasNat) this.noteTranslation(slot, serial);
    if (collision >= 0) {
      const holder = table.hot[(collision >>> 1) * HOT_WORDS + SERIAL]! >>> 0;
      log.append(EVENT_S2C_COLLISION, position, serial, holder, 0);
    }
    if (this.facts.isOverridden) noteOverride(this.parts, slot, serial, this.facts);
    this.start(slot, rule, isReply ? 1 : 0);
    noteOccupancy(this.parts);
  }

  /** The session met a NAT rule: what that made of it is kept. */
  private noteTranslation(slot: number, serial: number): void {
    const { nat, table, replies, log, position, view } = this.parts;
    const { translation } = this.ways;
    nat.keep(slot, table.capacity);
    this.children.noteKnown(slot);
    if (translation === null) return;
    replies.enter(slot);
    const bits = nat.translations.bitsOf(slot);
    log.appendEnds(EVENT_NAT, position, serial, nat.ruleNumber, bits, view, translation);
  }

  /** What comes from an address that sources are translated to, the firewall sent itself. */
  private noteOwnSource(): void {
    const { view, nat, observations } = this.parts;
    if (view.family === 4 && nat.far.isTranslatedSource(view.source))
      observations.ownSourceSessions++;
  }

  /** The first step of the machine, and the packet's own counting. */
  private start(slot: number, rule: number, side: number): void {
    const { view, tracker, machine, policy, counters } = this.parts;
    if (policy.rules[rule]!.action !== 'allow') {
      counters[COUNT_POLICY_DENY]!++;
      counters[COUNT_SESSION_DISCARD]!++;
      noteDenied(this.parts, this.parts.families.refusedOf(slot));
      machine.start(slot, IN_POLICY_DENY);
      this.denials.atSetup(slot, rule, side);
      this.fastpath.count(slot, side);
      this.fastpath.countDropped(slot, side);
      return;
    }
    const isTcp = view.protocol === PROTO_TCP;
    if (isTcp) machine.start(slot, tracker.begin(view, slot, side));
    else
      machine.start(slot, view.protocol === PROTO_SCTP ? sctpFirstInput(view.sctpKind) : IN_FIRST);
    this.fastpath.count(slot, side);
    if (isTcp && tracker.also >= 0) machine.apply(slot, tracker.also);
    const isDropped = this.payload.begin(slot) && this.fastpath.inspect(slot, side);
    this.parts.offloads?.begin(slot);
    if (!isDropped && view.ipTtl <= TTL_LAST) this.forwarding.drop(slot, side);
  }
}
