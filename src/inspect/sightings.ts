/**
 * This file remembers the packets of the last second: a ring in columns, and chains by what translation
 * leaves of a packet. Memory is the same however long the capture is.
 */

import type { PacketView } from '../wire/packet-view.ts';
import type { PacketDigest } from './packet-digest.ts';

/** A packet's copies come within this time; ns. */
export const SIGHTING_WINDOW_NS = 1e9;
/** Packets that are remembered at most; the oldest are forgotten, and counted. */
const RING = 1 << 17;
/** Entries that are looked at for one packet: identical ones must not make a search quadratic. */
export const CHAIN_MAX = 64;

/** Where a packet was seen: its segment, and the MACs of its frame. */
export interface Place {
  segment: number;
  interfaceIndex: number;
  /** 48 bits as a number; -1 where the link has none. */
  sourceMac: number;
  destinationMac: number;
  /** MacEntry.id; -1 where none is kept. */
  sourceId: number;
  destinationId: number;
}

/** The ring. Columns are read by the entry numbers that `first` and `next` give. */
export class Sightings {
  /** Packets that fell out of the ring before their second was over. */
  forgotten = 0;
  readonly time = new Float64Array(RING);
  readonly low = new Int32Array(RING);
  readonly high = new Int32Array(RING);
  readonly plainHigh = new Int32Array(RING);
  readonly ttl = new Uint8Array(RING);
  readonly family = new Uint8Array(RING);
  readonly protocol = new Uint8Array(RING);
  readonly source = new Int32Array(RING);
  readonly destination = new Int32Array(RING);
  readonly segment = new Int32Array(RING);
  readonly interfaceIndex = new Uint16Array(RING);
  readonly sourceMac = new Float64Array(RING);
  readonly destinationMac = new Float64Array(RING);
  readonly sourceId = new Int32Array(RING);
  readonly destinationId = new Int32Array(RING);
  readonly #plainLow = new Int32Array(RING);
  readonly #nexts = new Int32Array(RING);
  /** Which write filled the entry: along a chain it only falls, else the entry was overwritten. */
  readonly #writes = new Float64Array(RING);
  readonly #heads = new Int32Array(RING).fill(-1);
  #written = 0;
  #newer = 0;

  /** The newest entry that may be the packet's; -1 without one. */
  first(digest: PacketDigest, timeNs: number): number {
    this.#newer = Number.POSITIVE_INFINITY;
    return this.#fresh(this.#heads[digest.plainLow & (RING - 1)]!, digest, timeNs);
  }

  /** The next older one behind `entry`. */
  next(entry: number, digest: PacketDigest, timeNs: number): number {
    return this.#fresh(this.#nexts[entry]!, digest, timeNs);
  }

  /** Whether the entry is the same packet, whatever its addresses were translated to. */
  isPlainTwin(entry: number, digest: PacketDigest): boolean {
    return this.#plainLow[entry] === digest.plainLow && this.plainHigh[entry] === digest.plainHigh;
  }

  /** Whether the entry is the same packet, addresses and ports included. */
  isTwin(entry: number, digest: PacketDigest): boolean {
    return this.low[entry] === digest.low && this.high[entry] === digest.high;
  }

  add(view: PacketView, digest: PacketDigest, place: Place, timeNs: number): void {
    const entry = this.#written & (RING - 1);
    this.#written += 1;
    if (this.#written > RING && timeNs - this.time[entry]! <= SIGHTING_WINDOW_NS) {
      this.forgotten += 1;
    }
    const bucket = digest.plainLow & (RING - 1);
    this.time[entry] = timeNs;
    this.#writes[entry] = this.#written;
    this.low[entry] = digest.low;
    this.high[entry] = digest.high;
    this.#plainLow[entry] = digest.plainLow;
    this.plainHigh[entry] = digest.plainHigh;
    this.ttl[entry] = view.ipTtl;
    this.family[entry] = view.family;
    this.protocol[entry] = view.protocol;
    this.source[entry] = view.source;
    this.destination[entry] = view.destination;
    this.segment[entry] = place.segment;
    this.interfaceIndex[entry] = place.interfaceIndex;
    this.sourceMac[entry] = place.sourceMac;
    this.destinationMac[entry] = place.destinationMac;
    this.sourceId[entry] = place.sourceId;
    this.destinationId[entry] = place.destinationId;
    this.#nexts[entry] = this.#heads[bucket]!;
    this.#heads[bucket] = entry;
  }

  /** A chain ends where its entries are too old, or overwritten since. */
  #fresh(entry: number, digest: PacketDigest, timeNs: number): number {
    if (entry < 0) return -1;
    const write = this.#writes[entry]!;
    const isStale =
      write >= this.#newer || ((this.#plainLow[entry]! ^ digest.plainLow) & (RING - 1)) !== 0;
    if (isStale || timeNs - this.time[entry]! > SIGHTING_WINDOW_NS) return -1;
    this.#newer = write;
    return entry;
  }
}
