/**
 * This file keeps which ports of translated addresses are in use, and towards which destinations.
 *
 * Ports stand in one flat hash table, open addressing, at most half full; their destinations beside it,
 * where they are only read of a port that is in use: waiting for memory is most of the time that taking
 * a port and giving it back cost. Removal shifts entries back, so that no tombstone is left. The hash has a seed (flow-hash), so that nobody can prepare a capture whose
 * ports all collide; nothing depends on the order of the entries.
 */

import { hashKeys, hashWords } from '../session/flow-hash.ts';
import { Bitmaps, type Searched } from './bitmaps.ts';

const ENTRIES_FIRST = 256;
/** Words of an entry: the address, and the port with the number of its uses above it. */
const WORDS = 2;
const PORT = 1;

export class PortUses {
  /** Ports in use, each once however often. */
  size = 0;

  private readonly limit: number;
  private readonly keys: Int32Array;
  private entries = new Int32Array(ENTRIES_FIRST * WORDS);
  /** `limit` words an entry. */
  private destinations: Int32Array;
  private mask = ENTRIES_FIRST - 1;
  private readonly full = new Bitmaps();
  private readonly towards = new Bitmaps();

  /** @param limit times that a port may be in use at once, each towards another destination */
  constructor(limit: number, seed: number) {
    this.limit = limit;
    this.keys = hashKeys(seed);
    this.destinations = new Int32Array(ENTRIES_FIRST * limit);
  }

  /** Uses a port of an address; false where it is not free towards the destination. */
  use(address: number, destination: number, port: number): boolean {
    const { entries, limit } = this;
    const i = this.find(address, port);
    const uses = entries[i * WORDS + PORT]! >>> 16;
    if (uses > 0 && (uses === limit || this.placeOf(i, destination) >= 0)) return false;
    this.destinations[i * limit + uses] = destination;
    entries[i * WORDS + PORT] = ((uses + 1) << 16) | port;
    if (uses === 0) {
      entries[i * WORDS] = address;
      if (2 * ++this.size > this.mask) this.grow();
    }
    if (uses + 1 === limit && !this.full.isEmpty) this.full.add(nameOf(address), port);
    if (!this.towards.isEmpty) this.towards.add(nameOf(address, destination), port);
    return true;
  }

  /** Gives back a port that is in use towards the destination. */
  giveBack(address: number, destination: number, port: number): void {
    const { entries, destinations, limit } = this;
    const i = this.find(address, port);
    const left = (entries[i * WORDS + PORT]! >>> 16) - 1;
    if (left === 0) this.remove(i);
    else {
      destinations[this.placeOf(i, destination)] = destinations[i * limit + left]!;
      entries[i * WORDS + PORT] = (left << 16) | port;
    }
    if (left + 1 === limit && !this.full.isEmpty) this.full.delete(nameOf(address), port);
    if (!this.towards.isEmpty) this.towards.delete(nameOf(address, destination), port);
  }

  /** The ports of an address that are used up for every destination. */
  fullOf(address: number): Searched {
    const isUsedUp = (port: number) => {
      return this.entries[this.find(address, port) * WORDS + PORT]! >>> 16 === this.limit;
    };
    return { bitmaps: this.full, name: nameOf(address), isUsedUp };
  }

  /** The ports of an address that are in use towards a destination; null if those are used up anyway. */
  towardsOf(address: number, destination: number): Searched | null {
    if (this.limit === 1) return null;
    const isUsedUp = (port: number) => this.placeOf(this.find(address, port), destination) >= 0;
    return { bitmaps: this.towards, name: nameOf(address, destination), isUsedUp };
  }

  /** Where a destination stands among those of an entry, or -1. */
  private placeOf(entry: number, destination: number): number {
    const first = entry * this.limit;
    const uses = this.entries[entry * WORDS + PORT]! >>> 16;
    for (let i = first; i < first + uses; i++) if (this.destinations[i] === destination) return i;
    return -1;
  }

  /** The entry of a port, or the free one where it would be. */
  private find(address: number, port: number): number {
    const { entries, mask } = this;
    for (let i = hashWords(this.keys, address, port, 0, 0) & mask; ; i = (i + 1) & mask) {
      const found = entries[i * WORDS + PORT]!;
      if (found === 0) return i;
      if ((found & 0xffff) === port && entries[i * WORDS] === address) return i;
    }
  }

  private remove(gap: number): void {
    const { entries, destinations, mask, limit } = this;
    let i = gap;
    for (let j = (i + 1) & mask; entries[j * WORDS + PORT] !== 0; j = (j + 1) & mask) {
      const found = entries[j * WORDS + PORT]!;
      const home = hashWords(this.keys, entries[j * WORDS]!, found & 0xffff, 0, 0);
      // An entry may move to the gap unless its home lies cyclically behind the gap.
      if (((j - home) & mask) < ((j - i) & mask)) continue;
      entries[i * WORDS] = entries[j * WORDS]!;
      entries[i * WORDS + PORT] = found;
      for (let k = 0; k < found >>> 16; k++) {
        destinations[i * limit + k] = destinations[j * limit + k]!;
      }
      i = j;
    }
    entries[i * WORDS + PORT] = 0;
    this.size--;
  }

  private grow(): void {
    const { entries, destinations, limit } = this;
    this.entries = new Int32Array(2 * entries.length);
    this.destinations = new Int32Array(2 * destinations.length);
    this.mask = 2 * this.mask + 1;
    for (let from = 0; from * WORDS < entries.length; from++) {
      const found = entries[from * WORDS + PORT]!;
      if (found === 0) continue;
      const to = this.find(entries[from * WORDS]!, found & 0xffff);
      this.entries[to * WORDS] = entries[from * WORDS]!;
      this.entries[to * WORDS + PORT] = found;
      for (let k = 0; k < limit; k++) {
        this.destinations[to * limit + k] = destinations[from * limit + k]!;
      }
    }
  }
}

function nameOf(address: number, destination?: number): string {
  return destination === undefined ? `${address}` : `${address} ${destination}`;
}
