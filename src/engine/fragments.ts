/**
 * This file brings fragments to their session (CONTRACT: Records).
 *
 * A first fragment has the ports: it is judged like any packet, and its session owns the datagram. The
 * others are packets of that session in the same direction; those that came earlier are counted when
 * the first comes. A firewall passes on whole datagrams alone: until the last byte is there, every
 * fragment counts as dropped.
 */

import {
  COUNT_IPFRAG_DUPLICATE,
  COUNT_IPFRAG_ERROR,
  COUNT_IPFRAG_GIVEN_UP,
  COUNT_IPFRAG_NO_SESSION,
  COUNT_IPFRAG_OVERLAP,
  COUNT_IPFRAG_RECV,
  COUNT_IPFRAG_TIMEOUT,
} from '../events/counters.ts';
import { EVENT_DROP } from '../events/event-kinds.ts';
import { DATAGRAM_BYTES_MAX, HEAD_BYTES, type Placing } from '../ingress/datagram.ts';
import {
  contentDigest,
  datagramKey,
  FragmentCache,
  REASSEMBLY_NS,
  sourceKey,
} from '../ingress/fragment-cache.ts';
import { FRAGMENT_NOT_FIRST, OK, TRANSPORT_SHORT } from '../wire/decode-status.ts';
import { DatagramOwners, type Owner, type Waiting } from './datagram-owners.ts';
import type { Fastpath } from './fastpath.ts';
import { findFlow } from './flow-lookup.ts';
import type { NoisyEvents } from './noisy-events.ts';
import type { EngineParts } from './parts.ts';

/** Who wants to know what becomes of datagrams that are passed on. */
export interface FragmentListener {
  /** The attached fragment waits for the first one. */
  wasHeld?(datagram: Waiting): void;
  /** The first fragment, which is attached, was judged; others are still to come. */
  firstCame(datagram: Waiting): void;
  /** Another fragment, which is attached, was counted on the flow. */
  laterCame(datagram: Waiting, flow: number): void;
  /** All of it came, with the attached fragment as the last. */
  becameWhole(datagram: Waiting): void;
  /** It is not waited for any more. */
  forgot(datagram: Waiting): void;
}

export class Fragments {
  readonly listeners: FragmentListener[] = [];
  /** When a datagram's time was over last; ns since the epoch. */
  lastExpiryNs = Number.NEGATIVE_INFINITY;

  private readonly parts: EngineParts;
  private readonly fastpath: Fastpath;
  private readonly noisy: NoisyEvents;
  private readonly judge: (zone: number) => void;
  private readonly owners: DatagramOwners;
  private readonly cache = new FragmentCache<Owner>();

  /** @param judge judges the attached packet like any other */
  constructor(
    parts: EngineParts,
    fastpath: Fastpath,
    noisy: NoisyEvents,
    judge: (zone: number) => void,
  ) {
    this.judge = judge;
    this.parts = parts;
    this.fastpath = fastpath;
    this.owners = new DatagramOwners(parts, fastpath, noisy);
    this.noisy = noisy;
  }

  /** No datagram's time is over before this; ns since the epoch. */
  get nextNs(): number {
    return this.cache.nextNs;
  }

  /**
   * Takes the attached fragment.
   *
   * @param isReadable it is its datagram's first and has all of the transport header
   */
  take(zone: number, isReadable: boolean): void {
    const { counters } = this.parts;
    const datagram = this.datagramOf(zone);
    if (datagram === null) {
      if (isReadable) this.judgeAlone(zone);
      else counters[COUNT_IPFRAG_NO_SESSION]!++;
      return;
    }
    const placing = this.place(datagram);
    if (isReadable) this.judgeFirst(zone, datagram, placing);
    else this.takeOther(zone, datagram, placing);
    this.giveUpSurplus();
  }

  /** A first fragment whose datagram is not waited for. */
  private judgeAlone(zone: number): void {
    this.judge(zone);
    const flow = findFlow(this.parts.table, this.parts.view, zone);
    if (flow >= 0) this.fastpath.countDropped(flow >>> 1, flow & 1);
  }

  /** Judges a first fragment like any packet; the session that it meets owns the datagram. */
  private judgeFirst(zone: number, datagram: Waiting, placing: Placing): void {
    const { owners } = this;
    const { table, view } = this.parts;
    const before = findFlow(table, view, zone);
    const droppedBefore = owners.droppedOf(before);
    const serialBefore = before < 0 ? 0 : owners.serialOf(before >>> 1);
    this.judge(zone);
    const flow = findFlow(table, view, zone);
    if (flow < 0) {
      datagram.isStray = true;
      this.dropHeld(datagram);
      return;
    }
    const isSame = owners.serialOf(flow >>> 1) === serialBefore;
    const isRefused = owners.droppedOf(flow) > (isSame ? droppedBefore : 0);
    const owner = datagram.owner ?? owners.adopt(datagram, flow, isRefused);
    const isWhole = owners.settle(datagram, owner, placing);
    for (const listener of this.listeners) {
      if (isWhole) listener.becameWhole(datagram);
      else if (!datagram.isWhole && !owner.isRefused) listener.firstCame(datagram);
    }
  }

  private takeOther(zone: number, datagram: Waiting, placing: Placing): void {
    const { counters } = this.parts;
    const { owner } = datagram;
    if (owner !== null && this.owners.isLive(owner)) {
      this.owners.count(owner);
      const isWhole = this.owners.settle(datagram, owner, placing);
      for (const listener of this.listeners) {
        listener.laterCame(datagram, 2 * owner.slot + owner.side);
        if (isWhole) listener.becameWhole(datagram);
      }
    } else if (owner !== null || datagram.isStray) counters[COUNT_IPFRAG_NO_SESSION]!++;
    else if (this.attachHeader(datagram)) this.judgeFirst(zone, datagram, placing);
    else this.hold(datagram);
  }

  /**
   * Whether the transport header, which no fragment has in one piece, is together now; then the view
   * has it. Version 6 has no such datagrams (RFC 8200 §4.5: the first fragment has all headers).
   */
  private attachHeader(datagram: Waiting): boolean {
    const { view } = this.parts;
    const { fragmentOffset: start, fragmentDataOffset } = view;
    if (view.family !== 4 || start >= HEAD_BYTES) return false;
    const end = Math.min(view.ipEnd, view.frameEnd);
    datagram.noteHead(start, view.bytes.subarray(fragmentDataOffset, end));
    const known = Math.min(datagram.knownFromStart, HEAD_BYTES);
    return known > 0 && view.attachAssembled(datagram.head!, known) === OK;
  }

  /** Keeps what is to be counted once the first fragment is there. */
  private hold(datagram: Waiting): void {
    const { view } = this.parts;
    const { held } = datagram;
    held.packets++;
    held.bytes += view.ipLength;
    held.tags += view.tagCount;
    for (const listener of this.listeners) listener.wasHeld?.(datagram);
  }

  /** Gives up the datagrams whose time is over at `nowNs`; their events carry that moment. */
  expire(nowNs: number): void {
    const { position } = this.parts;
    for (let d = this.cache.expired(nowNs); d !== null; d = this.cache.expired(nowNs)) {
      this.lastExpiryNs = d.firstNs + REASSEMBLY_NS;
      position.clock[0] = this.lastExpiryNs;
      if (!d.isWhole && !d.isBroken) this.parts.counters[COUNT_IPFRAG_TIMEOUT]!++;
      this.giveUp(d);
    }
  }

  /** At the end of the replay: what still waits for its first fragment has no session. */
  close(): void {
    for (const datagram of this.cache.all()) {
      this.parts.observations.unfinishedFragments += datagram.owner?.pending ?? 0;
      this.dropHeld(datagram);
    }
  }

  /** Moves all times by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    this.cache.rebase(deltaNs);
    this.lastExpiryNs += deltaNs;
  }

  /** The attached fragment's datagram, new or known; null when its source has too many. */
  private datagramOf(zone: number): Waiting | null {
    const { view, counters, position } = this.parts;
    counters[COUNT_IPFRAG_RECV]!++;
    const key = datagramKey(view, zone);
    const known = this.cache.get(key);
    if (known !== undefined) {
      const { fragmentOffset: start } = view;
      const isOld = known.isWhole && !known.has(start, endOf(view), contentDigest(view));
      if (!isOld) return known;
      // A whole datagram's identification is used again.
      this.cache.delete(known);
      for (const listener of this.listeners) listener.forgot(known);
    }
    const made = this.cache.add(key, sourceKey(view), position.clock[0]!);
    if (made === null) {
      counters[COUNT_IPFRAG_GIVEN_UP]!++;
      counters[COUNT_IPFRAG_ERROR]!++;
    }
    return made;
  }

  /** Notes the attached fragment in its datagram, and counts what is wrong with it. */
  private place(datagram: Waiting): Placing {
    const { view, counters } = this.parts;
    const start = view.fragmentOffset;
    const end = endOf(view);
    // RFC 791 §3.2, RFC 8200 §4.5: all but the last are multiples of eight; 65,535 bytes in all.
    const isWrong =
      end <= start ||
      end > DATAGRAM_BYTES_MAX ||
      (view.hasMoreFragments && ((end - start) & 7) !== 0);
    if (isWrong) {
      datagram.fragments++;
      return 'conflict';
    }
    const placesBefore = datagram.places;
    const placing = datagram.place(start, end, !view.hasMoreFragments, contentDigest(view));
    if (datagram.places > placesBefore) this.cache.notePlace();
    if (placing === 'duplicate') counters[COUNT_IPFRAG_DUPLICATE]!++;
    if (placing === 'overlap') {
      counters[COUNT_IPFRAG_OVERLAP]!++;
      // RFC 5722 §4: a datagram with overlapping fragments is discarded, and what still comes of it.
      if (view.family === 6) datagram.isBroken = true;
    }
    return placing;
  }

  /** The first fragment met no session: neither do those that came before it. */
  private dropHeld({ held }: Waiting): void {
    this.parts.counters[COUNT_IPFRAG_NO_SESSION]! += held.packets;
    held.packets = 0;
  }

  private giveUpSurplus(): void {
    for (let d = this.cache.surplus; d !== null; d = this.cache.surplus) {
      if (!d.isWhole) this.parts.counters[COUNT_IPFRAG_GIVEN_UP]!++;
      this.giveUp(d);
    }
  }

  /** Forgets a datagram; what is not whole is a drop of its session, or of none. */
  private giveUp(datagram: Waiting): void {
    const { counters } = this.parts;
    this.cache.delete(datagram);
    for (const listener of this.listeners) listener.forgot(datagram);
    const { owner, held } = datagram;
    const lost = owner === null ? held.packets : owner.pending;
    if (lost === 0) return;
    counters[COUNT_IPFRAG_ERROR]! += lost;
    if (owner === null) counters[COUNT_IPFRAG_NO_SESSION]! += lost;
    if (owner !== null && this.owners.isLive(owner)) {
      this.noisy.ofSession(EVENT_DROP, owner.slot, 0, COUNT_IPFRAG_ERROR);
    } else this.noisy.ofStray(EVENT_DROP, owner?.serial ?? 0, 0, COUNT_IPFRAG_ERROR);
  }
}

/** One past the attached fragment's last byte in its datagram. */
function endOf(view: EngineParts['view']): number {
  return view.fragmentOffset + view.ipEnd - view.fragmentDataOffset;
}

/** A fragment that says too little by itself: it has no transport header, or not all of it. */
export function isFragmentOnly(status: number, view: EngineParts['view']): boolean {
  return status === FRAGMENT_NOT_FIRST || (status === TRANSPORT_SHORT && view.isFragment);
}
