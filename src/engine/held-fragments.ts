/**
 * This file brings fragments that came before their datagram's first one to the session that they turn
 * out to be of, so that their egress copies are known as well: the firewall sends a datagram when it is
 * whole.
 */

import type { Waiting } from './datagram-owners.ts';
import type { FragmentListener } from './fragments.ts';
import type { ReceivedPackets } from './received-packets.ts';

/** Fragments of a datagram that are remembered: one of 64 kB has 45 in Ethernet. */
const HELD_MAX = 64;

export class HeldFragments implements FragmentListener {
  /** null until a capture can have copies. */
  received: ReceivedPackets | null = null;
  /** Number of the received packet in hand (ReceivedPackets.written), or 0. */
  inHand = 0;

  /** By datagram, numbers of its fragments that wait. */
  private readonly held = new Map<Waiting, number[]>();

  wasHeld(datagram: Waiting): void {
    if (this.inHand === 0) return;
    const numbers = this.held.get(datagram);
    if (numbers === undefined) this.held.set(datagram, [this.inHand]);
    else if (numbers.length < HELD_MAX) numbers.push(this.inHand);
  }

  firstCame(datagram: Waiting): void {
    const { owner } = datagram;
    const numbers = this.held.get(datagram);
    if (numbers === undefined || owner === null) return;
    const flow = 2 * owner.slot + owner.side;
    for (const number of numbers) this.received!.noteFlowOf(number, flow, owner.serial);
    this.held.delete(datagram);
  }

  laterCame(): void {}

  becameWhole(datagram: Waiting): void {
    this.firstCame(datagram);
  }

  forgot(datagram: Waiting): void {
    this.held.delete(datagram);
  }
}
