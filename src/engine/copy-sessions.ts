/**
 * This file ranks received packets by how likely the frame in hand is a copy of each: what no translation
 * changes may be the same in several, and their sessions know more.
 */

import { FLAG_ALG, HOT_WORDS, SERIAL, STATE } from '../session/layout.ts';
import { ICMP_ERROR } from '../wire/icmp.ts';
import { PacketView } from '../wire/packet-view.ts';
import { attachQuote } from '../wire/quote.ts';
import { findFlowOfSent } from './flow-lookup.ts';
import type { EngineParts } from './parts.ts';
import type { ReceivedPackets } from './received-packets.ts';

/** Ranks: as its session is translated; as it came; the translation is unknown; it is another. */
const AS_TRANSLATED = 3;
const AS_RECEIVED = 2;
const UNKNOWN = 1;
const OTHER = 0;
const NOT_IN_QUESTION = -1;

export class CopySessions {
  private readonly parts: EngineParts;
  private readonly received: ReceivedPackets;
  private readonly quoted = new PacketView();

  constructor(parts: EngineParts, received: ReceivedPackets) {
    this.parts = parts;
    this.received = received;
  }

  /** The flow that took a received packet, if its session is still there; or -1. */
  flowOf(entry: number): number {
    const { received } = this;
    const { hot } = this.parts.table;
    const flow = received.flowOf(entry);
    if (flow < 0) return -1;
    const serial = hot[(flow >>> 1) * HOT_WORDS + SERIAL]! >>> 0;
    return serial === received.serialOf(entry) ? flow : -1;
  }

  /** The rank of a packet for a frame that is a copy for sure. */
  rankOf(entry: number): number {
    const { view, learning } = this.parts;
    const flow = this.flowOf(entry);
    if (flow >= 0 && learning.leavesAs(flow, view)) return AS_TRANSLATED;
    if (this.received.hasEnds(entry)) return AS_RECEIVED;
    return flow < 0 || learning.isGuess(flow) ? UNKNOWN : OTHER;
  }

  /**
   * The rank of a packet for a frame that is a copy only if the packet's session explains its ends, or
   * the rules where it has none, or one that is denied and therefore not translated: it began before the
   * capture, or is over, or the firewall allowed it. Negative if not.
   *
   * @param hasPorts false for a fragment without transport header
   */
  rankOfTranslated(entry: number, hasPorts: boolean, interfaceIndex: number): number {
    if (!this.received.mayHaveMoved(entry, interfaceIndex)) return NOT_IN_QUESTION;
    const { view, learning, nat } = this.parts;
    const flow = this.flowOf(entry);
    const isExplained =
      flow >= 0 && !learning.isDenied(flow)
        ? learning.isExplained(flow, view, hasPorts)
        : this.quotesTranslated() || this.received.mayBeTranslated(entry, nat.far);
    return isExplained ? this.rankOf(entry) : NOT_IN_QUESTION;
  }

  /**
   * Whether the attached frame, which is no received packet's copy byte by byte, is what the firewall sent of
   * a translated control session: an ALG wrote other addresses into it, or it stands behind such a message.
   */
  isRewritten(): boolean {
    const { view, table, nat, learning } = this.parts;
    const flow = findFlowOfSent(table, nat.translations, view);
    if (flow < 0 || !nat.translations.has(flow >>> 1)) return false;
    const state = table.hot[(flow >>> 1) * HOT_WORDS + STATE]!;
    return (state & FLAG_ALG) !== 0 && learning.leavesAs(flow, view);
  }

  /** Whether the attached frame is an ICMP error about a packet of a translated session. */
  private quotesTranslated(): boolean {
    const { nat, table, view } = this.parts;
    if (view.icmpKind !== ICMP_ERROR || !attachQuote(this.quoted, view)) return false;
    const flow = findFlowOfSent(table, nat.translations, this.quoted);
    return flow >= 0 && nat.translations.has(flow >>> 1);
  }
}
