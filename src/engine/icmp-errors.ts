/**
 * This file takes ICMP errors: each is an event of the session that it quotes, and no packet of any
 * (CONTRACT: Records). Neighbour discovery is nothing to the session table.
 */

import {
  COUNT_ICMP_ERROR,
  COUNT_ICMP_ERROR_NO_SESSION,
  COUNT_NEIGHBOUR,
} from '../events/counters.ts';
import { EVENT_ICMP_ERROR } from '../events/event-kinds.ts';
import { ICMP_NEIGHBOUR } from '../wire/icmp.ts';
import { PacketView } from '../wire/packet-view.ts';
import { attachQuote } from '../wire/quote.ts';
import { findFlowOfSent } from './flow-lookup.ts';
import type { NoisyEvents } from './noisy-events.ts';
import type { EngineParts } from './parts.ts';

export class IcmpErrors {
  private readonly parts: EngineParts;
  private readonly noisy: NoisyEvents;
  private readonly quoted = new PacketView();

  constructor(parts: EngineParts, noisy: NoisyEvents) {
    this.parts = parts;
    this.noisy = noisy;
  }

  /** Takes the attached packet, whose ICMP kind is an error's or neighbour discovery's. */
  take(): void {
    const { view, counters } = this.parts;
    if (view.icmpKind === ICMP_NEIGHBOUR) {
      counters[COUNT_NEIGHBOUR]!++;
      return;
    }
    const typeAndCode = (view.icmpType << 8) | view.icmpCode;
    const flow = attachQuote(this.quoted, view) ? this.quotedFlow() : -1;
    if (flow >= 0) {
      counters[COUNT_ICMP_ERROR]!++;
      this.noisy.ofSession(EVENT_ICMP_ERROR, flow >>> 1, typeAndCode, 0);
      return;
    }
    counters[COUNT_ICMP_ERROR_NO_SESSION]!++;
    this.noisy.ofStray(EVENT_ICMP_ERROR, 0, typeAndCode, 1);
  }

  /** The flow of the quoted packet; it may show a port that the firewall chose. */
  private quotedFlow(): number {
    const { table, nat, replies } = this.parts;
    const flow = findFlowOfSent(table, nat.translations, this.quoted);
    return flow >= 0 ? flow : replies.adoptQuoted(this.quoted);
  }
}
