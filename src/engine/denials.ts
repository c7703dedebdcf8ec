/**
 * This file says what the firewall answers when a rule denies a session, and to whom: the event of the
 * denial, and one for each packet that the firewall would send. The replay itself sends nothing.
 *
 * `deny` takes the application's own deny action, `drop` is silent, `reset-…` sends an RST to that
 * side, but only once the three-way handshake is complete. With `icmp-unreachable` a rule that drops, or
 * one that resets and meets UDP, answers the client with "administratively prohibited", from a layer 3
 * interface, so many a second.
 *
 * An RST comes as from the other end, translated as the receiving side knows it. To the sender of the
 * packet that was denied it answers that packet (RFC 9293 §3.10.7.1); to the other side it is what
 * the sender's own abort would be (§3.10.5): the number that is expected next, no acknowledgement.
 *
 * @source the vendor's guide on security policy actions (8.1 to 10.x), its knowledge base on the
 *   configurable deny action, panos.md §9, §2.2 (rate), §4.4 (counters)
 * @confidence documented: who is answered, when, with which ICMP code; assumed: the numbers, as no
 *   page has the vendor's own; the two counters' use is inferred from their texts
 */

import type { RuleAction } from '../config/firewall-config.ts';
import { COUNT_ACTION_CLOSE, COUNT_ACTION_RESET } from '../events/counters.ts';
import {
  EVENT_POLICY_DENY,
  EVENT_RST_SENT,
  EVENT_UNREACHABLE_SENT,
  POLICY_DENY_ANSWER_SHIFT,
  POLICY_DENY_LATER,
  SENT_FAMILY_6,
  SENT_FROM_UNKNOWN,
  SENT_TO_SERVER,
} from '../events/event-kinds.ts';
import { SENT_WORDS } from '../events/event-log.ts';
import { PROTO_TCP, PROTO_UDP } from '../net/protocol.ts';
import {
  ANSWER_RST_CLIENT,
  ANSWER_RST_SERVER,
  ANSWER_UNREACHABLE,
  answerOf,
} from '../session/answers.ts';
import {
  ACKNOWLEDGED,
  APPLICATION,
  C2S_KEY,
  FLAG_MIDSTREAM,
  FLAG_NON_SYN,
  FLAG_OPENED,
  HOT_WORDS,
  INTERFACES,
  KEY_DESTINATION,
  KEY_META,
  KEY_PORTS,
  KEY_SOURCE,
  META_IPV6,
  S2C_KEY,
  SERIAL,
  STATE,
  TAIL_WORDS,
} from '../session/layout.ts';
import { ACK_SEEN, ahead, sideBits } from '../session/tcp-sides.ts';
import { isToGroup } from '../wire/group-address.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../wire/tcp.ts';
import type { EngineParts } from './parts.ts';

const RSTS = ANSWER_RST_CLIENT | ANSWER_RST_SERVER;
const RSTS_OF: Readonly<Record<RuleAction, number>> = {
  allow: 0,
  deny: 0,
  drop: 0,
  'reset-client': ANSWER_RST_CLIENT,
  'reset-server': ANSWER_RST_SERVER,
  'reset-both': RSTS,
};
/** A session that passed until now passed its handshake, or began behind it. */
const FORMED = FLAG_OPENED | FLAG_MIDSTREAM | FLAG_NON_SYN;
/** "Communication administratively prohibited": RFC 1812 §5.2.7.1, RFC 4443 §3.1. */
const UNREACHABLE_4 = (3 << 8) | 13;
const UNREACHABLE_6 = (1 << 8) | 1;
const NO_ACKNOWLEDGEMENT = -1;

export class Denials {
  private readonly parts: EngineParts;
  /** Of the packet that is sent: see `appendSent`. */
  private readonly words = new Float64Array(SENT_WORDS);
  /** The second of the capture's time in which ICMP messages are counted, and how many there were. */
  private second = Number.NEGATIVE_INFINITY;
  private inSecond = 0;

  constructor(parts: EngineParts) {
    this.parts = parts;
  }

  /** A rule denies the session that the attached packet, of direction `side`, would have begun. */
  atSetup(slot: number, rule: number, side: number): void {
    const { config, counters, view } = this.parts;
    const asked = this.askedFor(slot, rule);
    const mayReset = config.session.resetBeforeHandshake && side === 0;
    const wouldReset = (asked & ANSWER_RST_CLIENT) !== 0 && view.protocol === PROTO_TCP;
    const isReset = mayReset && wouldReset && (view.tcpFlags & TCP_RST) === 0;
    if (asked === 0) this.note(slot, rule, 0, 0);
    else if (isReset) {
      counters[COUNT_ACTION_RESET]!++;
      this.note(slot, rule, 0, answerOf(ANSWER_RST_CLIENT, null));
      this.reset(slot, 0, side, 0);
    } else if ((asked & ANSWER_UNREACHABLE) !== 0) this.unreachable(slot, rule, 0);
    else if (view.protocol !== PROTO_TCP) this.note(slot, rule, 0, answerOf(0, 'not-tcp'));
    else {
      const reason = mayReset && wouldReset ? 'rst-received' : 'handshake-incomplete';
      this.note(slot, rule, 0, answerOf(0, reason));
    }
  }

  /**
   * The rule of its application denies a session that passed until the attached packet.
   *
   * @param expected TCP: number of the next byte of that direction that was not seen in order before
   *   the packet, or behind it
   */
  afterLookup(slot: number, rule: number, side: number, expected: number): void {
    const { counters, view, table } = this.parts;
    const asked = this.askedFor(slot, rule);
    if (asked === 0) this.note(slot, rule, POLICY_DENY_LATER, 0);
    else if ((asked & ANSWER_UNREACHABLE) !== 0) this.unreachable(slot, rule, POLICY_DENY_LATER);
    else if (view.protocol !== PROTO_TCP) {
      this.note(slot, rule, POLICY_DENY_LATER, answerOf(0, 'not-tcp'));
    } else if ((table.hot[slot * HOT_WORDS + STATE]! & FORMED) === 0) {
      this.note(slot, rule, POLICY_DENY_LATER, answerOf(0, 'handshake-incomplete'));
    } else {
      // A RST is not answered (RFC 9293 §3.10.7.1).
      const isRst = (view.tcpFlags & TCP_RST) !== 0;
      const bits = isRst ? asked & ~(side === 0 ? ANSWER_RST_CLIENT : ANSWER_RST_SERVER) : asked;
      const answer = answerOf(bits, bits === asked ? null : 'rst-received');
      if (bits !== 0) counters[COUNT_ACTION_CLOSE]!++;
      this.note(slot, rule, POLICY_DENY_LATER, answer);
      if ((bits & ANSWER_RST_CLIENT) !== 0) this.reset(slot, 0, side, expected);
      if ((bits & ANSWER_RST_SERVER) !== 0) this.reset(slot, 1, side, expected);
    }
  }

  /** A commit denies a live session: no source says that anything is sent then. */
  afterCommit(slot: number, rule: number): void {
    const asked = this.askedFor(slot, rule);
    this.note(slot, rule, POLICY_DENY_LATER, answerOf(0, asked === 0 ? null : 'commit'));
  }

  /** What the rule says to send, whether or not it can be: ANSWER_ bits. */
  private askedFor(slot: number, rule: number): number {
    const { policy, table } = this.parts;
    const { action, icmpUnreachable } = policy.rules[rule]!;
    if (action === 'deny') return this.deniesByReset(slot) ? ANSWER_RST_CLIENT : 0;
    const asked = RSTS_OF[action];
    if (!icmpUnreachable) return asked;
    const protocol = table.hot[slot * HOT_WORDS + C2S_KEY + KEY_META]! & 255;
    const isAnswered = action === 'drop' || protocol === PROTO_UDP;
    return isAnswered ? asked | ANSWER_UNREACHABLE : asked;
  }

  /** Whether the application's own deny action is a reset; of one not known it is none. */
  private deniesByReset(slot: number): boolean {
    const { table, config } = this.parts;
    const application = table.tail[slot * TAIL_WORDS + APPLICATION]! - 1;
    return config.applications[application]?.denyAction === 'drop-reset';
  }

  /** The denial's event, and what becomes of it in the session's record. */
  private note(slot: number, rule: number, when: number, answer: number): void {
    const { table, log, position, answers } = this.parts;
    answers.note(slot, table.capacity, answer);
    const serial = table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    const b = when | (answer << POLICY_DENY_ANSWER_SHIFT);
    log.append(EVENT_POLICY_DENY, position, serial, rule, b);
  }

  /** An RST to a side (0 client, 1 server); `from` is the side whose packet was denied. */
  private reset(slot: number, to: number, from: number, expected: number): void {
    const { view, log, position, table } = this.parts;
    const { words } = this;
    const family = this.fillEnds(slot, to);
    words[11] = NO_ACKNOWLEDGEMENT;
    if (to !== from) words[10] = this.awaited(slot, to, expected) >>> 0;
    else if ((view.tcpFlags & TCP_ACK) !== 0) words[10] = view.tcpAcknowledgment >>> 0;
    else {
      const controls = ((view.tcpFlags & TCP_SYN) >> 1) + (view.tcpFlags & TCP_FIN);
      words[10] = 0;
      words[11] = (view.tcpSequence + view.payloadLength + controls) >>> 0;
    }
    const serial = table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
    log.appendSent(
      EVENT_RST_SENT,
      position,
      serial,
      (to === 0 ? 0 : SENT_TO_SERVER) | family,
      words,
    );
  }

  /**
   * The number that a side awaits from the sender of the denied packet, which it does not get: that of
   * the packet, or of the gap before it, but nothing that it has acknowledged.
   */
  private awaited(slot: number, to: number, expected: number): number {
    const { view, table } = this.parts;
    const sequence = view.tcpSequence;
    const first = ahead(expected, sequence) < 0 ? expected : sequence;
    if ((sideBits(table, slot, to) & ACK_SEEN) === 0) return first;
    const acknowledged = table.hot[slot * HOT_WORDS + ACKNOWLEDGED + to]!;
    return ahead(acknowledged, first) > 0 ? acknowledged : first;
  }

  /** An ICMP unreachable to the client, where its packet came in by a layer 3 interface. */
  private unreachable(slot: number, rule: number, when: number): void {
    const { view, zones, table, config, log, position } = this.parts;
    const name = zones.names[(table.tail[slot * TAIL_WORDS + INTERFACES]! >>> 16) - 1];
    const isWired = config.virtualWires.some(({ interfaces }) =>
      interfaces.some((i) => i === name),
    );
    if (isToGroup(view)) this.note(slot, rule, when, answerOf(0, 'group-address'));
    else if (isWired) this.note(slot, rule, when, answerOf(0, 'no-layer3-interface'));
    else if (!this.isWithinRate())
      this.note(slot, rule, when, answerOf(0, 'icmp-unreachable-rate'));
    else {
      this.note(slot, rule, when, answerOf(ANSWER_UNREACHABLE, null));
      const family = this.fillEnds(slot, 0);
      const known = this.fillInterfaceAddress(name, family === 0 ? 4 : 6);
      this.words[10] = family === 0 ? UNREACHABLE_4 : UNREACHABLE_6;
      const serial = table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
      const a = family | (known ? 0 : SENT_FROM_UNKNOWN);
      log.appendSent(EVENT_UNREACHABLE_SENT, position, serial, a, this.words);
    }
  }

  /** Whether one more ICMP message may go in this second of the capture's time. */
  private isWithinRate(): boolean {
    const { position, config } = this.parts;
    const second = position.epochSeconds + Math.floor(position.clock[0]! / 1e9);
    if (second !== this.second) {
      this.second = second;
      this.inSecond = 0;
    }
    if (this.inSecond >= config.session.icmpUnreachableRate) return false;
    this.inSecond++;
    return true;
  }

  /** The first address of an interface as the sender's; false where the configuration has none. */
  private fillInterfaceAddress(name: string | undefined, family: 4 | 6): boolean {
    const { addresses } = this.parts.config.interfaces.find((one) => one.name === name) ?? {
      addresses: [],
    };
    const found = addresses.find((address) => address.family === family);
    for (let i = 0; i < 4; i++) this.words[i] = found?.words[i] ?? 0;
    return found !== undefined;
  }

  /** Addresses and ports of a packet to a side, from the other end as that side knows it. */
  private fillEnds(slot: number, to: number): number {
    const { hot, wide } = this.parts.table;
    const { words } = this;
    const at = slot * HOT_WORDS + (to === 0 ? C2S_KEY : S2C_KEY);
    const isWide = (hot[at + KEY_META]! & META_IPV6) !== 0;
    for (let i = 0; i < 4; i++) {
      const turn = to === 0 ? 0 : 4;
      words[i] = isWide ? wide.word(slot, i + (4 - turn)) : hot[at + KEY_DESTINATION]!;
      words[4 + i] = isWide ? wide.word(slot, i + turn) : hot[at + KEY_SOURCE]!;
    }
    const ports = hot[at + KEY_PORTS]!;
    words[8] = ports & 0xffff;
    words[9] = ports >>> 16;
    return isWide ? SENT_FAMILY_6 : 0;
  }
}
