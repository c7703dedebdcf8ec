/**
 * This file finds the session that a reply to a translated address answers, where the firewall gave it
 * another port than the model guessed.
 *
 * TCP tells it by the acknowledgement, which is the session's SYN plus one, or the end of its data, or of
 * a session from before the capture any number that its client sent last; DNS by its transaction id; an echo by its sequence number. Of other datagrams the one session that waits for
 * this server and port is taken, else the one that waits longest, and that is noted as inferred.
 */

import { PROTO_ICMP, PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import {
  FLAG_GUESSED,
  HOT_WORDS,
  ISN,
  KEY_META,
  KEY_PORTS,
  KEY_SOURCE,
  META_ZONE_SHIFT,
  S2C_KEY,
  SEQUENCE_END,
  TAIL_WORDS,
} from '../session/layout.ts';
import { ZONE_ANY } from '../session/session-table.ts';
import { ahead, SYN_SEEN, sideBits } from '../session/tcp-sides.ts';
import { NAT_INFERRED } from '../session/translations.ts';
import { ICMP_ERROR, isIcmpReply } from '../wire/icmp.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { TCP_ACK, TCP_FIN, TCP_SYN } from '../wire/tcp.ts';
import { findFlow } from './flow-lookup.ts';
import type { NatLearning } from './nat-learning.ts';
import type { EngineParts } from './parts.ts';
import { DNS_PORT, dnsId, EXACT, FROM_BEFORE, NO_TOKEN, wordOf } from './reply-keys.ts';
import { WaitingSessions } from './waiting-sessions.ts';

/** Sessions of one server and port that are looked at for one that may have the reply's address. */
const LOOKED_AT_MAX = 16;
/** Bytes that a client may have sent, before the capture and in it, that are not acknowledged yet. */
const UNACKNOWLEDGED_MAX = 1 << 20;
const ANY_ZONE = -1;

export class ReplyMatching {
  private readonly parts: Pick<EngineParts, 'table' | 'nat' | 'view' | 'carriers'>;
  private readonly learning: NatLearning;
  /**
   * At a session's first place by server, what the reply will repeat (acknowledgement, transaction id),
   * protocol and port; at its second by server, protocol and port, TCP by another acknowledgement, ICMP
   * by its sequence number.
   */
  private readonly waiting: WaitingSessions;
  private isInferred = false;

  /** @param seed of the lists' hashes; never changes a result */
  constructor(
    parts: Pick<EngineParts, 'table' | 'nat' | 'view' | 'carriers'>,
    learning: NatLearning,
    seed: number,
  ) {
    this.parts = parts;
    this.learning = learning;
    this.waiting = new WaitingSessions(seed);
    learning.onKnown = (slot) => this.leave(slot);
  }

  /** A translated session was made by the attached packet: from here on it waits for a reply. */
  enter(slot: number): void {
    const { table, nat, view } = this.parts;
    if (!nat.hasPools) return;
    table.setFlags(slot, FLAG_GUESSED);
    if (!nat.isGuess(slot)) return;
    const { waiting } = this;
    const { hot } = table;
    const places = 2 * table.capacity;
    const place = 2 * slot;
    const at = slot * HOT_WORDS + S2C_KEY;
    const server = hot[at + KEY_SOURCE]!;
    const port = hot[at + KEY_PORTS]! >>> 16;
    const { protocol } = view;
    if (protocol === PROTO_TCP) {
      const syn = (view.tcpFlags & TCP_SYN) >> 1;
      const end = (view.tcpSequence + view.payloadLength + syn + (view.tcpFlags & TCP_FIN)) | 0;
      const word = wordOf(PROTO_TCP, port, view.twin);
      waiting.enter(place, places, server, end, word | EXACT);
      if (syn === 0) waiting.enter(place + 1, places, server, 0, word | FROM_BEFORE);
      else if (view.payloadLength > 0)
        waiting.enter(place + 1, places, server, (view.tcpSequence + 1) | 0, word);
    } else if (protocol === PROTO_ICMP) {
      const word = wordOf(PROTO_ICMP, view.icmpKind, view.twin);
      waiting.enter(place + 1, places, server, view.dport, word);
    } else {
      const id = port === DNS_PORT ? dnsId(view) : NO_TOKEN;
      const word = wordOf(protocol, port, view.twin);
      if (id >= 0) waiting.enter(place, places, server, id, word | EXACT);
      waiting.enter(place + 1, places, server, 0, word);
    }
  }

  /** A session is over, or its translation known. */
  leave(slot: number): void {
    this.waiting.leave(2 * slot);
    this.waiting.leave(2 * slot + 1);
  }

  /**
   * Finds the session that the attached packet answers, of which a look-up just told that no session
   * has its key in any zone, and gives it the port. Returns the packet's flow, or -1.
   *
   * @param zone number of the zone that it came in by
   */
  adopt(zone: number): number {
    const { view, nat, carriers, table } = this.parts;
    if (view.family !== 4 || this.waiting.count === 0) return -1;
    // What is inside a tunnel is not translated.
    if (carriers.current !== 0 || !nat.far.isTranslatedSource(view.destination)) return -1;
    const slot = this.answered(zone);
    if (slot < 0) return -1;
    const bits = this.isInferred ? NAT_INFERRED : 0;
    this.learning.learnSource(slot, view.destination, view.dport, bits, true);
    // A session whose replies come by another zone has the packet's key, but not the packet.
    const isHere = table.hot[slot * HOT_WORDS + S2C_KEY + KEY_META]! >>> META_ZONE_SHIFT === zone;
    return isHere ? 2 * slot + 1 : findFlow(table, view, zone);
  }

  /**
   * Looks at the first reply of a session whose port is a guess: it may be another's, whose real port it
   * is. Returns the flow of the session that it answers.
   */
  firstReply(flow: number, zone: number): number {
    const { view } = this.parts;
    const slot = flow >>> 1;
    if (view.protocol === PROTO_TCP && (view.tcpFlags & TCP_ACK) === 0) return flow;
    if (this.isAnother(slot)) {
      const found = this.answered(zone);
      if (found < 0 || found === slot) return flow;
      const bits = this.isInferred ? NAT_INFERRED : 0;
      const isLearnt = this.learning.learnSource(found, view.destination, view.dport, bits, false);
      return isLearnt ? 2 * found + 1 : flow;
    }
    this.learning.confirm(slot);
    return flow;
  }

  /**
   * Finds the session whose packet an ICMP error quotes as it left the firewall, by what is known of
   * packets that wait for replies; gives it the port. Returns its c2s flow, or -1.
   */
  adoptQuoted(quoted: PacketView): number {
    const { nat } = this.parts;
    const { protocol } = quoted;
    if (quoted.family !== 4 || !nat.far.isTranslatedSource(quoted.source)) return -1;
    const server = quoted.destination;
    let slot = -1;
    if (protocol === PROTO_TCP) {
      const at = quoted.transportOffset + 4;
      if (at + 4 > quoted.frameEnd) return -1;
      // The SYN itself is quoted: its number is one less than what would have answered it.
      const sequence = quoted.data.getInt32(at);
      slot = this.exactly(server, (sequence + 1) | 0, PROTO_TCP, quoted.dport);
      if (slot < 0) slot = this.fromBefore(server, sequence, quoted.dport, quoted.source, ANY_ZONE);
    } else if (protocol === PROTO_ICMP) {
      if (quoted.icmpKind === 0 || quoted.icmpKind >= ICMP_ERROR) return -1;
      const word = wordOf(PROTO_ICMP, quoted.icmpKind, quoted.twin);
      slot = this.longest(server, quoted.dport, word, quoted.source, ANY_ZONE);
    } else slot = this.datagram(quoted, server, quoted.dport, quoted.source, ANY_ZONE);
    if (slot < 0) return -1;
    const bits = this.isInferred ? NAT_INFERRED : 0;
    const isLearnt = this.learning.learnSource(slot, quoted.source, quoted.sport, bits, false);
    return isLearnt ? 2 * slot : -1;
  }

  /** The session that the attached reply answers, or -1; sets `isInferred`. */
  private answered(zone: number): number {
    const { view } = this.parts;
    const { protocol, source: server, destination: client } = view;
    if (protocol === PROTO_TCP) {
      if ((view.tcpFlags & TCP_ACK) === 0) return -1;
      const { tcpAcknowledgment: acknowledged, sport } = view;
      const slot = this.exactly(server, acknowledged, PROTO_TCP, sport);
      return slot >= 0 ? slot : this.fromBefore(server, acknowledged, sport, client, zone);
    }
    if (protocol === PROTO_ICMP) {
      if (!isIcmpReply(view.icmpKind)) return -1;
      const word = wordOf(PROTO_ICMP, view.icmpKind - 1, view.twin);
      return this.longest(server, view.sport, word, client, zone);
    }
    return this.datagram(view, server, view.sport, client, zone);
  }

  private exactly(server: number, token: number, protocol: number, port: number): number {
    const word = wordOf(protocol, port, this.parts.view.twin);
    const { waiting } = this;
    let place = waiting.oldest(server, token, word | EXACT);
    const next = place < 0 ? -1 : waiting.after(place);
    if (next >= 0) waiting.doubt(next);
    this.isInferred = next >= 0 || (place >= 0 && waiting.isDoubtful(place));
    if (place < 0 && protocol === PROTO_TCP) place = waiting.oldest(server, token, word);
    return place < 0 ? -1 : place >>> 1;
  }

  /** A session that began before the capture, whose client sent the byte of this number; or -1. */
  private fromBefore(
    server: number,
    number: number,
    port: number,
    client: number,
    zone: number,
  ): number {
    const { waiting } = this;
    const word = wordOf(PROTO_TCP, port, this.parts.view.twin) | FROM_BEFORE;
    let found = -1;
    let place = waiting.oldest(server, 0, word);
    for (let i = 0; place >= 0 && i < LOOKED_AT_MAX; i++, place = waiting.after(place)) {
      const slot = place >>> 1;
      if (!this.isRecent(slot, number) || !this.mayHave(slot, client, zone)) continue;
      this.isInferred = found >= 0;
      if (found >= 0) break;
      found = slot;
    }
    return found;
  }

  /** Whether the number is one of those that a session's client sent last. */
  private isRecent(slot: number, number: number): boolean {
    const behind = ahead(this.parts.table.hot[slot * HOT_WORDS + SEQUENCE_END]!, number);
    return behind >= 0 && behind <= UNACKNOWLEDGED_MAX;
  }

  private datagram(
    view: PacketView,
    server: number,
    port: number,
    client: number,
    zone: number,
  ): number {
    const { protocol } = view;
    const id = port === DNS_PORT ? dnsId(view) : NO_TOKEN;
    const slot = id < 0 ? -1 : this.exactly(server, id, protocol, port);
    const word = wordOf(protocol, port, view.twin);
    return slot >= 0 ? slot : this.longest(server, 0, word, client, zone);
  }

  /** The session that waits longest of those that may have this translated address. */
  private longest(
    server: number,
    token: number,
    word: number,
    client: number,
    zone: number,
  ): number {
    const { waiting } = this;
    let found = -1;
    this.isInferred = false;
    let place = waiting.oldest(server, token, word);
    for (let i = 0; place >= 0 && i < LOOKED_AT_MAX; i++, place = waiting.after(place)) {
      if (!this.mayHave(place >>> 1, client, zone)) continue;
      if (found >= 0) {
        this.isInferred = true;
        waiting.doubt(place);
        break;
      }
      found = place;
    }
    if (found < 0) return -1;
    if (waiting.isDoubtful(found)) this.isInferred = true;
    return found >>> 1;
  }

  /** Whether the session's rule may translate to the address, and its replies come by the zone. */
  private mayHave(slot: number, client: number, zone: number): boolean {
    const { table, nat } = this.parts;
    const own = table.hot[slot * HOT_WORDS + S2C_KEY + KEY_META]! >>> META_ZONE_SHIFT;
    if (zone !== ANY_ZONE && own !== ZONE_ANY && own !== zone) return false;
    const way = nat.ruleOf(slot)?.sourceWay ?? null;
    if (way === null || way.kind === 'fixed') return false;
    if (way.addresses.indexOf(client) >= 0) return true;
    return way.kind === 'addresses' && (way.fallback?.addresses.indexOf(client) ?? -1) >= 0;
  }

  /** Whether the attached reply cannot be the session's, whose guess it hits. */
  private isAnother(slot: number): boolean {
    const { view, table } = this.parts;
    if (view.protocol === PROTO_TCP) {
      const acknowledged = view.tcpAcknowledgment;
      if ((sideBits(table, slot, 0) & SYN_SEEN) === 0) return !this.isRecent(slot, acknowledged);
      const isn = table.tail[slot * TAIL_WORDS + ISN]!;
      const end = table.hot[slot * HOT_WORDS + SEQUENCE_END]!;
      return ahead(acknowledged, isn) <= 0 || ahead(acknowledged, end) > 0;
    }
    if (view.protocol !== PROTO_UDP || view.sport !== DNS_PORT || !this.waiting.has(2 * slot)) {
      return false;
    }
    const id = dnsId(view);
    const { source, twin } = view;
    const word = wordOf(PROTO_UDP, DNS_PORT, twin) | EXACT;
    return (
      id >= 0 &&
      !this.waiting.waitsFor(2 * slot, source, id, word) &&
      this.waiting.oldest(source, id, word) >= 0
    );
  }
}
