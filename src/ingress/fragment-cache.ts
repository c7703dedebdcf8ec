/**
 * This file keeps fragmented datagrams until they are whole or their time is over.
 *
 * All have the same time, so the order of arrival is the order of expiry. What a hostile capture can
 * make grow is bounded three ways: datagrams in all, datagrams of one source, fragments in all.
 */

import { vlanId } from '../wire/ethernet.ts';
import type { PacketView } from '../wire/packet-view.ts';
import { Datagram } from './datagram.ts';

/** RFC 8200 §4.5 and RFC 1122 §3.3.2: 60 s from the first fragment that came. */
export const REASSEMBLY_NS = 60e9;
/** Datagrams waited for at once; beyond it the one that came first is given up. */
export const DATAGRAMS_MAX = 16_384;
/** Of one source address: a flood from one must not push out all others. */
export const DATAGRAMS_OF_SOURCE_MAX = 2_048;
/** Fragments remembered, of all datagrams; beyond it the datagram that came first is given up. */
export const FRAGMENTS_MAX = 262_144;

/** Deleted datagrams that may stand at the head of the queue before it is cut. */
const QUEUE_SPARE = 1024;

/** A datagram in the cache. `Owner` is what its packets are counted on, once that is known. */
export class CachedDatagram<Owner> extends Datagram {
  owner: Owner | null = null;
  /** Its first fragment came and met no owner. */
  isStray = false;
  /** Of fragments that came before the first: how many, their IP lengths' sum, their VLAN tags. */
  readonly held = { packets: 0, bytes: 0, tags: 0 };
  readonly key: string;
  readonly source: string;

  constructor(firstNs: number, key: string, source: string) {
    super(firstNs);
    this.key = key;
    this.source = source;
  }
}

export class FragmentCache<Owner> {
  /** When the oldest datagram's time is over; ns since the epoch. */
  nextNs = Number.POSITIVE_INFINITY;

  private readonly datagrams = new Map<string, CachedDatagram<Owner>>();
  /** In the order of arrival, from `first` on; those that were deleted are still among them. */
  private queue: CachedDatagram<Owner>[] = [];
  private first = 0;
  private readonly ofSource = new Map<string, number>();
  private places = 0;
  private readonly limits: { datagrams: number; ofSource: number; fragments: number };

  /** @param limits for tests; the constants of this file if absent */
  constructor(limits?: { datagrams: number; ofSource: number; fragments: number }) {
    this.limits = limits ?? {
      datagrams: DATAGRAMS_MAX,
      ofSource: DATAGRAMS_OF_SOURCE_MAX,
      fragments: FRAGMENTS_MAX,
    };
  }

  /** The datagram with this key, or undefined. */
  get(key: string): CachedDatagram<Owner> | undefined {
    return this.datagrams.get(key);
  }

  /** A new datagram, or null when its source has too many already. The key must be free. */
  add(key: string, source: string, nowNs: number): CachedDatagram<Owner> | null {
    const ofSource = this.ofSource.get(source) ?? 0;
    if (ofSource >= this.limits.ofSource) return null;
    const datagram = new CachedDatagram<Owner>(nowNs, key, source);
    this.datagrams.set(key, datagram);
    this.queue.push(datagram);
    this.ofSource.set(source, ofSource + 1);
    if (this.datagrams.size === 1) this.nextNs = nowNs + REASSEMBLY_NS;
    return datagram;
  }

  /** Every datagram, in the order of arrival. */
  all(): Iterable<CachedDatagram<Owner>> {
    return this.datagrams.values();
  }

  /** Notes that a datagram remembers one fragment more. */
  notePlace(): void {
    this.places++;
  }

  /** The datagram that came first, if the cache is over its limits. */
  get surplus(): CachedDatagram<Owner> | null {
    const isFull =
      this.datagrams.size > this.limits.datagrams || this.places > this.limits.fragments;
    return isFull ? this.oldest : null;
  }

  /** The datagram whose time is over at `nowNs`, the oldest first, or null. */
  expired(nowNs: number): CachedDatagram<Owner> | null {
    return nowNs >= this.nextNs ? this.oldest : null;
  }

  delete(datagram: CachedDatagram<Owner>): void {
    if (!this.datagrams.delete(datagram.key)) return;
    this.places -= datagram.places;
    const left = this.ofSource.get(datagram.source)! - 1;
    if (left === 0) this.ofSource.delete(datagram.source);
    else this.ofSource.set(datagram.source, left);
    this.nextNs = (this.oldest?.firstNs ?? Number.POSITIVE_INFINITY) + REASSEMBLY_NS;
  }

  /** Moves all times by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    for (const datagram of this.datagrams.values()) datagram.firstNs += deltaNs;
    this.nextNs += deltaNs;
  }

  /** A map's own first entry would cost a walk over all that were deleted before it. */
  private get oldest(): CachedDatagram<Owner> | null {
    const { queue, datagrams } = this;
    while (
      this.first < queue.length &&
      datagrams.get(queue[this.first]!.key) !== queue[this.first]
    ) {
      this.first++;
    }
    if (this.first > QUEUE_SPARE && 2 * this.first > queue.length) {
      this.queue = queue.slice(this.first);
      this.first = 0;
    }
    return this.queue[this.first] ?? null;
  }
}

/** The address that the attached packet came from, and whose twin it is, as a key. */
export function sourceKey(view: PacketView): string {
  const { family, source, source1, source2, source3, twin } = view;
  const address = family === 4 ? `${source}` : `${source},${source1},${source2},${source3}`;
  return twin === 0 ? address : `${address}*${twin}`;
}

/**
 * What fragments of one datagram have in common: addresses, identification, the protocol in version 4
 * (RFC 791 §3.2; version 6 goes without, RFC 8200 §4.5), zone and VLAN tags.
 */
export function datagramKey(view: PacketView, zone: number): string {
  const { family, destination, destination1, destination2, destination3 } = view;
  const ends =
    family === 4
      ? `4,${view.protocol},${destination}`
      : `6,${destination},${destination1},${destination2},${destination3}`;
  let key = `${ends},${sourceKey(view)},${view.fragmentId},${zone}`;
  for (let i = 0; i < view.tagCount; i++) key += `.${vlanId(view, i)}`;
  return key;
}

/** A number that the fragment's captured content gives: equal content, equal number (FNV-1a). */
export function contentDigest(view: PacketView): number {
  const { bytes } = view;
  const end = Math.min(view.ipEnd, view.frameEnd);
  let digest = 0x811c9dc5 | 0;
  for (let i = view.fragmentDataOffset; i < end; i++) {
    digest = Math.imul(digest ^ bytes[i]!, 0x01000193);
  }
  return digest;
}
