/**
 * This file is the slowpath: a packet without a session. It is admitted or not, its way out and its
 * rule are found, and a session is installed.
 */

import {
  COUNT_ALLOC_FAILURE,
  COUNT_FWD_ZONECHANGE,
  COUNT_ICMP_NO_REQUEST,
  COUNT_PBF_DISCARD,
  COUNT_POLICY_DENY,
  COUNT_POLICY_NAT,
  COUNT_POLICY_NOFWD,
  COUNT_SESSION_ALLOCATED,
  COUNT_SESSION_DISCARD,
  COUNT_SESSION_INSTALLED,
  COUNT_TCP_NON_SYN,
  COUNT_TCP_NON_SYN_DROP,
} from '../events/counters.ts';
import {
  EVENT_DROP,
  EVENT_NAT,
  EVENT_POLICY_DENY,
  EVENT_S2C_COLLISION,
  EVENT_SESSION_CREATED,
  EVENT_TABLE_FULL,
  EVENT_ZONECHANGE,
  ZONECHANGE_DROPPED,
  ZONECHANGE_STRICT,
} from '../events/event-kinds.ts';
import { ZONE_UNKNOWN } from '../ingress/ingress-zones.ts';
import { PROTO_SCTP, PROTO_TCP } from '../net/protocol.ts';
import { IN_FIRST, IN_POLICY_DENY } from '../session/inputs.ts';
import {
  FLAG_MIDSTREAM,
  FLAG_NON_SYN,
  FLAG_OVERRIDDEN,
  HOT_WORDS,
  KEY_META,
  KEY_WORDS,
  SERIAL,
  TAIL_WORDS,
  ZONE_MISMATCHES,
} from '../session/layout.ts';
import { sctpFirstInput } from '../session/sctp-inputs.ts';
import { ZONE_ANY } from '../session/session-table.ts';
import { NAT_DESTINATION } from '../session/translations.ts';
import { WAY_DISCARD } from '../slowpath/egress.ts';
import { fillFlowFacts, newFlowFacts } from '../slowpath/flow-facts.ts';
import { installSession, type Ways } from '../slowpath/install.ts';
import { NO_RULE } from '../slowpath/policy.ts';
import { isIcmpReply } from '../wire/icmp.ts';
import { TCP_ACK, TCP_ANY_FLAG, TCP_RST, TCP_SYN } from '../wire/tcp.ts';
import type { Fastpath } from './fastpath.ts';
import { type Forwarding, TTL_LAST } from './forwarding.ts';
import type { Inspection } from './inspection.ts';
import { Midstream } from './midstream.ts';
import type { NoisyEvents } from './noisy-events.ts';
import { noteOccupancy } from './note-occupancy.ts';
import type { EngineParts } from './parts.ts';
import { fillApplication, fillSession } from './session-start.ts';

/** What stands beside the slowpath. */
export interface SlowpathNeighbours {
  readonly fastpath: Fastpath;
  readonly noisy: NoisyEvents;
  readonly forwarding: Forwarding;
  /** null where ports tell applications. */
  readonly inspection: Inspection | null;
}

export class Slowpath {
  /** Sessions ever created; the last one's serial. */
  created = 0;

  private readonly parts: EngineParts;
  private readonly fastpath: Fastpath;
  private readonly noisy: NoisyEvents;
  private readonly forwarding: Forwarding;
  private readonly inspection: Inspection | null;
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
    { fastpath, noisy, forwarding, inspection }: SlowpathNeighbours,
    midstream: boolean,
  ) {
    this.parts = parts;
    this.fastpath = fastpath;
    this.noisy = noisy;
    this.forwarding = forwarding;
    this.inspection = inspection;
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
    else if (this.admitNonSyn(zone, isZeroFlag)) this.setUp(zone, FLAG_NON_SYN);
  }

  /** Whether the segment continues a session from before the capture (`--midstream`). */
  private isFromBefore(): boolean {
    const { table, view, nat } = this.parts;
    if (table.zoneMismatch >= 0 || this.midstream?.isPlausible(view) !== true) return false;
    // What a server sends to a translated address does not tell the client: that begins the session.
    return !(view.family === 4 && this.midstream.isFromServer(view) && nat.far.isFarSide(view));
  }

  private dropStray(counter: number): void {
    this.parts.counters[counter]!++;
    this.noisy.ofStray(EVENT_DROP, 0, 0, counter);
  }

  /** Judges a TCP segment without session that opens none; true lets it make one. */
  private admitNonSyn(zone: number, isZeroFlag: boolean): boolean {
    const { config, counters, table } = this.parts;
    const isRejected = isZeroFlag || config.session.tcpRejectNonSyn;
    if (table.zoneMismatch >= 0) {
      this.noteZoneMismatch(table.zoneMismatch, zone, isRejected);
      return !isRejected;
    }
    counters[COUNT_TCP_NON_SYN]!++;
    if (isRejected) this.dropStray(COUNT_TCP_NON_SYN_DROP);
    return !isRejected;
  }

  /** The five-tuple lives in another zone (CONTRACT: Zone mismatch; panos.md §0 row 6). */
  private noteZoneMismatch(flow: number, zone: number, isRejected: boolean): void {
    const { table, counters, config } = this.parts;
    const at = (flow >>> 1) * HOT_WORDS;
    const expected = table.hot[at + (flow & 1) * KEY_WORDS + KEY_META]! >>> 16;
    table.tail[(flow >>> 1) * TAIL_WORDS + ZONE_MISMATCHES + (flow & 1)]!++;
    const isStrict = config.session.strictZonechange;
    let seen = zone;
    if (isStrict) {
      counters[COUNT_TCP_NON_SYN]!++;
      seen |= ZONECHANGE_STRICT;
    }
    if (isRejected) {
      counters[isStrict ? COUNT_TCP_NON_SYN_DROP : COUNT_FWD_ZONECHANGE]!++;
      seen |= ZONECHANGE_DROPPED;
    }
    this.noisy.ofSession(EVENT_ZONECHANGE, flow >>> 1, expected, seen);
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
    const rule = policy.decide(facts);
    if (rule === NO_RULE) {
      this.dropStray(COUNT_POLICY_NOFWD);
      return;
    }
    if (!this.hasRoom() || (hasNat && !this.translate(rule))) return;
    ways.ingressZone = isReply && facts.from === ZONE_UNKNOWN ? ZONE_ANY : facts.from;
    ways.egressZone = !isReply && facts.to === ZONE_UNKNOWN ? ZONE_ANY : facts.to;
    ways.isReply = isReply;
    ways.translation = hasNat && nat.bits !== 0 ? nat.now : null;
    this.create(rule, hasNat, flags);
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
    const { table, counters } = this.parts;
    if (table.live < this.capacity) return true;
    counters[COUNT_ALLOC_FAILURE]!++;
    this.noisy.ofStray(EVENT_TABLE_FULL, 0, this.capacity, 0);
    return false;
  }

  private create(rule: number, hasNat: boolean, flags: number): void {
    const { table, view, counters, log, position, nat } = this.parts;
    const { isReply, translation } = this.ways;
    if (nat.hasRules && !isReply) this.noteOwnSource();
    const { slot, collision } = installSession(table, view, this.ways);
    const serial = ++this.created;
    fillSession(this.parts, slot, serial, { rule, application: this.facts.application, isReply });
    this.parts.carriers.note(slot);
    table.setFlags(slot, this.facts.isOverridden ? flags | FLAG_OVERRIDDEN : flags);
    this.forwarding.begin(slot, isReply);
    if (view.protocol === PROTO_TCP) this.midstream?.note(view);
    counters[COUNT_SESSION_ALLOCATED]!++;
    counters[COUNT_SESSION_INSTALLED]!++;
    log.append(EVENT_SESSION_CREATED, position, serial, flags === FLAG_MIDSTREAM ? 1 : 0, 0);
    if (hasNat) nat.keep(slot, table.capacity);
    if (translation !== null) {
      this.parts.replies.enter(slot);
      log.appendEnds(EVENT_NAT, position, serial, nat.ruleNumber, nat.bits, view, translation);
    }
    if (collision >= 0) {
      const holder = table.hot[(collision >>> 1) * HOT_WORDS + SERIAL]! >>> 0;
      log.append(EVENT_S2C_COLLISION, position, serial, holder, 0);
    }
    this.start(slot, serial, rule, isReply ? 1 : 0);
    noteOccupancy(this.parts);
  }

  /** What comes from an address that sources are translated to, the firewall sent itself. */
  private noteOwnSource(): void {
    const { view, nat, observations } = this.parts;
    if (view.family === 4 && nat.far.isTranslatedSource(view.source))
      observations.ownSourceSessions++;
  }

  /** The first step of the machine, and the packet's own counting. */
  private start(slot: number, serial: number, rule: number, side: number): void {
    const { view, tracker, machine, policy, counters, log, position } = this.parts;
    if (policy.rules[rule]!.action !== 'allow') {
      counters[COUNT_POLICY_DENY]!++;
      counters[COUNT_SESSION_DISCARD]!++;
      machine.start(slot, IN_POLICY_DENY);
      log.append(EVENT_POLICY_DENY, position, serial, rule, 0);
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
    if (this.inspection?.begin(slot) === true && this.fastpath.inspect(slot, side)) return;
    if (view.ipTtl <= TTL_LAST) this.forwarding.drop(slot, side);
  }
}
