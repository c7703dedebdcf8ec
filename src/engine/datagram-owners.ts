/**
 * This file holds the session's side of a fragmented datagram: which session its first fragment met,
 * and how the fragments are counted on it.
 *
 * Until the datagram is whole each fragment counts as dropped; then they are not dropped after all.
 */

import { COUNT_IPFRAG_ERROR } from '../events/counters.ts';
import { EVENT_DROP } from '../events/event-kinds.ts';
import type { Placing } from '../ingress/datagram.ts';
import type { CachedDatagram } from '../ingress/fragment-cache.ts';
import { PROTO_TCP } from '../net/protocol.ts';
import { IN_PACKET } from '../session/inputs.ts';
import { DROPPED, HOT_WORDS, SERIAL, STATE, TAIL_WORDS } from '../session/layout.ts';
import { PHASE_DISCARD } from '../session/session-machine.ts';
import type { Fastpath } from './fastpath.ts';
import type { NoisyEvents } from './noisy-events.ts';
import type { EngineParts } from './parts.ts';

/** The session that a datagram's first fragment met. */
export interface Owner {
  readonly slot: number;
  readonly serial: number;
  readonly side: number;
  /** The first fragment was dropped for what it is: so are the others, whole or not. */
  readonly isRefused: boolean;
  /** Fragments that are counted as dropped until the datagram is whole. */
  pending: number;
  /** The first fragment as a TCP segment, or null; `headerLength` and `seen` (payload) in bytes. */
  readonly segment: {
    readonly sequence: number;
    readonly flags: number;
    readonly headerLength: number;
    readonly seen: number;
  } | null;
}

export type Waiting = CachedDatagram<Owner>;

export class DatagramOwners {
  private readonly parts: EngineParts;
  private readonly fastpath: Fastpath;
  private readonly noisy: NoisyEvents;

  constructor(parts: EngineParts, fastpath: Fastpath, noisy: NoisyEvents) {
    this.parts = parts;
    this.noisy = noisy;
    this.fastpath = fastpath;
  }

  /**
   * Makes the session of a flow, which the first fragment just met, the datagram's owner.
   *
   * @param isRefused whether the first fragment was dropped for what it is
   */
  adopt(datagram: Waiting, flow: number, isRefused: boolean): Owner {
    const owner = this.newOwner(flow, this.serialOf(flow >>> 1), isRefused);
    datagram.owner = owner;
    this.countHeld(datagram, owner);
    return owner;
  }

  /** Counts the attached fragment, which is not the first, on its session. */
  count({ slot, side }: Owner): void {
    const { view } = this.parts;
    this.fastpath.countFragments(slot, side, 1, view.ipLength, view.tagCount);
  }

  /**
   * Takes to account what the attached fragment, which is counted by now, means for its datagram's
   * session; true where the datagram is whole by it.
   */
  settle(datagram: Waiting, owner: Owner, placing: Placing): boolean {
    const { slot, side } = owner;
    if (owner.isRefused || this.isDiscarded(slot)) {
      // A commit may have denied the session since the first fragment: none is passed on then.
      owner.pending = 0;
      // The first fragment's own drop is counted where it was judged.
      if (this.parts.view.fragmentOffset !== 0) this.refuse(owner);
      return false;
    }
    if (datagram.isBroken || placing === 'conflict') {
      this.parts.counters[COUNT_IPFRAG_ERROR]!++;
      this.fastpath.countDropped(slot, side);
      this.noisy.ofSession(EVENT_DROP, slot, 0, COUNT_IPFRAG_ERROR);
      return false;
    }
    if (placing === 'duplicate' && datagram.isWhole) return false;
    owner.pending++;
    this.fastpath.countDropped(slot, side);
    if (datagram.isWhole) this.passOn(datagram, owner);
    return datagram.isWhole;
  }

  /** The datagram is whole: none of its fragments is dropped, and it does what a packet does. */
  private passOn(datagram: Waiting, owner: Owner): void {
    const { table, machine, tracker } = this.parts;
    const { slot, side, segment } = owner;
    table.tail[slot * TAIL_WORDS + DROPPED + side]! -= owner.pending;
    owner.pending = 0;
    if (segment !== null) tracker.grow(slot, side, segment, datagram.total - segment.headerLength);
    machine.apply(slot, IN_PACKET);
  }

  /** Drops a fragment, which is counted by now, of a packet that was dropped. */
  private refuse({ slot, side }: Owner): void {
    if (this.isDiscarded(slot)) this.fastpath.refuse(slot, side);
    else this.fastpath.countDropped(slot, side);
  }

  private isDiscarded(slot: number): boolean {
    return (this.parts.table.hot[slot * HOT_WORDS + STATE]! & 255) === PHASE_DISCARD;
  }

  private newOwner(flow: number, serial: number, isRefused: boolean): Owner {
    const { view } = this.parts;
    return {
      slot: flow >>> 1,
      side: flow & 1,
      serial,
      isRefused,
      pending: 0,
      segment:
        view.protocol === PROTO_TCP
          ? {
              sequence: view.tcpSequence,
              flags: view.tcpFlags,
              headerLength: view.payloadOffset - view.fragmentDataOffset,
              seen: view.payloadLength,
            }
          : null,
    };
  }

  /** The fragments that came before their first are packets of its session. */
  private countHeld({ held }: Waiting, owner: Owner): void {
    if (held.packets === 0) return;
    const { slot, side } = owner;
    this.fastpath.countFragments(slot, side, held.packets, held.bytes, held.tags);
    for (let i = 0; i < held.packets; i++) {
      if (owner.isRefused) this.refuse(owner);
      else this.fastpath.countDropped(slot, side);
    }
    if (!owner.isRefused) owner.pending += held.packets;
    held.packets = 0;
  }

  /** Whether the session is still there. */
  isLive({ slot, serial }: Owner): boolean {
    return this.serialOf(slot) === serial;
  }

  /** Packets of a flow that were dropped so far; 0 for no flow. */
  droppedOf(flow: number): number {
    if (flow < 0) return 0;
    return this.parts.table.tail[(flow >>> 1) * TAIL_WORDS + DROPPED + (flow & 1)]!;
  }

  /** Serial of the session in a slot; 0 for none. */
  serialOf(slot: number): number {
    return this.parts.table.hot[slot * HOT_WORDS + SERIAL]! >>> 0;
  }
}
