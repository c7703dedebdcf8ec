/**
 * This file holds the session table: slots of typed-array records, and the index from keys to them.
 *
 * The index is open addressing with linear probing over pairs (hash, flow + 1), where flow is
 * slot * 2 + direction; 0 is empty. The hash leaves the zone out, the comparison has it in: a probe
 * that agrees in all but the zone is a zone change, found for free.
 *
 * IPv6 addresses are a hash each in the key and stand beside the records (`WideAddresses`).
 *
 * Callers must fetch `hot`, `tail` and their views anew after `allocate`: growing replaces them. Slots
 * are reused at once, last freed first: their records are still in the cache. What a user sees as
 * `session_id` is counted apart.
 */

import { clearWords } from './clear-words.ts';
import { hashKeys, hashWords } from './flow-hash.ts';
import {
  C2S_KEY,
  FLAG_S2C_INSTALLED,
  HOT_F64,
  HOT_WORDS,
  KEY_DESTINATION,
  KEY_META,
  KEY_PORTS,
  KEY_SOURCE,
  KEY_WORDS,
  META_IPV6,
  META_SANS_ZONE,
  META_ZONE_SHIFT,
  S2C_KEY,
  SERIAL,
  STATE,
  TAIL_F64,
  TAIL_WORDS,
} from './layout.ts';
import { WideAddresses } from './wide-addresses.ts';

/**
 * Zone number of a flow that matches from any zone until its first packet; zones have lower ones
 * (config/containers).
 */
export const ZONE_ANY = (1 << (32 - META_ZONE_SHIFT)) - 1;

const SLOTS_FIRST = 4096;
/** Index entries in use, at most, of all: 0.7. Probes stay short and memory moderate. */
const LOAD_NUMERATOR = 7;
const LOAD_DENOMINATOR = 10;

export class SessionTable {
  hot = new Int32Array(0);
  hotF64 = new Float64Array(0);
  tail = new Int32Array(0);
  tailF64 = new Float64Array(0);
  /** Slots in use. */
  live = 0;
  /** Slots ever used at once: slot numbers are below this. */
  used = 0;
  /**
   * Set by `lookup` on a miss: the flow with the lowest serial whose key differs in the zone alone,
   * or -1.
   */
  zoneMismatch = -1;
  readonly wide: WideAddresses;

  private readonly keys: Int32Array;
  /** Slots that there is memory for. */
  capacity = 0;
  private free = new Int32Array(0);
  private freeCount = 0;
  index = new Int32Array(2);
  private mask = 0;
  private flows = 0;

  /** @param seed any number; changes speed under attack, never a result */
  constructor(seed: number) {
    this.keys = hashKeys(seed);
    this.wide = new WideAddresses(this.keys);
    // The arrays are set twice before anything reads them: V8 builds a field that was set once into
    // optimised code as a constant, and throws all that code away at the first growth.
    this.resize(SLOTS_FIRST);
    this.resizeIndex(SLOTS_FIRST * 4);
  }

  /** A zeroed slot. */
  allocate(): number {
    this.live++;
    if (this.freeCount > 0) {
      const slot = this.free[--this.freeCount]!;
      clearWords(this.hotF64, slot * HOT_F64, HOT_F64);
      clearWords(this.tailF64, slot * TAIL_F64, TAIL_F64);
      return slot;
    }
    if (this.used === this.capacity) this.resize(2 * this.capacity);
    return this.used++;
  }

  /** Gives a slot back; its flows must have been removed. */
  release(slot: number): void {
    this.live--;
    this.hot[slot * HOT_WORDS + SERIAL] = 0;
    this.free[this.freeCount++] = slot;
  }

  /**
   * The flow of exactly this key, or -1; then `zoneMismatch` says more. A flow that matches from
   * any zone is found too, and takes the zone of `meta` for good (CONTRACT: Egress zone).
   *
   * @param hash of the key without its zone (`hashOfKey`)
   */
  lookup(hash: number, source: number, destination: number, ports: number, meta: number): number {
    const { index, mask } = this;
    let i = hash & mask;
    for (let entry = index[2 * i + 1]!; entry !== 0; entry = index[2 * i + 1]!) {
      if (index[2 * i] === hash) {
        const flow = entry - 1;
        const isIt = this.has(flow, source, destination, ports, meta) && this.metaOf(flow) === meta;
        return isIt ? flow : this.probe(source, destination, ports, meta);
      }
      i = (i + 1) & mask;
    }
    this.zoneMismatch = -1;
    return -1;
  }

  /** Whether a flow has this key, but for the zone. */
  private has(flow: number, source: number, destination: number, ports: number, meta: number) {
    const { hot } = this;
    const at = (flow >>> 1) * HOT_WORDS + (flow & 1) * KEY_WORDS;
    return (
      hot[at + KEY_SOURCE] === source &&
      hot[at + KEY_DESTINATION] === destination &&
      hot[at + KEY_PORTS] === ports &&
      ((hot[at + KEY_META]! ^ meta) & META_SANS_ZONE) === 0 &&
      ((meta & META_IPV6) === 0 || this.wide.matches(flow))
    );
  }

  /** The whole of `lookup`, where the first flow with the hash is not the one. */
  private probe(source: number, destination: number, ports: number, meta: number): number {
    const hash = hashWords(this.keys, source, destination, ports, meta & META_SANS_ZONE);
    const { index, hot, mask } = this;
    let mismatch = -1;
    let anyZone = -1;
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const flow = index[2 * i + 1]! - 1;
      if (flow < 0) break;
      if (index[2 * i] !== hash || !this.has(flow, source, destination, ports, meta)) continue;
      const found = this.metaOf(flow);
      if (found === meta) return flow;
      if (found >>> META_ZONE_SHIFT === ZONE_ANY) anyZone = flow;
      else if (mismatch < 0 || this.serialOf(flow) < this.serialOf(mismatch)) mismatch = flow;
    }
    if (anyZone >= 0) {
      hot[(anyZone >>> 1) * HOT_WORDS + (anyZone & 1) * KEY_WORDS + KEY_META] = meta;
      return anyZone;
    }
    this.zoneMismatch = mismatch;
    return -1;
  }

  /**
   * The flow with this key whatever its zone, the one with the lowest serial if there are several,
   * or -1. For packets whose ingress zone says nothing: egress copies and quoted packets.
   */
  lookupAnyZone(source: number, destination: number, ports: number, meta: number): number {
    const hash = hashWords(this.keys, source, destination, ports, meta & META_SANS_ZONE);
    const { index, mask } = this;
    let best = -1;
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const flow = index[2 * i + 1]! - 1;
      if (flow < 0) return best;
      if (index[2 * i] !== hash || !this.has(flow, source, destination, ports, meta)) continue;
      if (best < 0 || this.serialOf(flow) < this.serialOf(best)) best = flow;
    }
  }

  /**
   * The flow that would answer to this key and zone, or -1; ZONE_ANY on either side meets every
   * zone. Unlike `lookup` it changes nothing.
   *
   * @param hash `hashOfKey`, where that is known
   */
  flowWith(
    source: number,
    destination: number,
    ports: number,
    meta: number,
    zone: number,
    hash: number = this.hashOfKey(source, destination, ports, meta),
  ): number {
    const { index, mask } = this;
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const flow = index[2 * i + 1]! - 1;
      if (flow < 0) return -1;
      if (index[2 * i] !== hash || !this.has(flow, source, destination, ports, meta)) continue;
      const found = this.metaOf(flow) >>> META_ZONE_SHIFT;
      if (found === zone || found === ZONE_ANY || zone === ZONE_ANY) return flow;
    }
  }

  /** Sets FLAG_ bits of a session's STATE. */
  setFlags(slot: number, flags: number): void {
    this.hot[slot * HOT_WORDS + STATE]! |= flags;
  }

  /** Hash of a key without its zone. */
  hashOfKey(source: number, destination: number, ports: number, metaSansZone: number): number {
    return hashWords(this.keys, source, destination, ports, metaSansZone);
  }

  /** Enters the flow whose key stands in its record. The key must not be taken. */
  insertFlow(slot: number, direction: number, hash = this.hashOf(slot * 2 + direction)): void {
    if ((this.flows + 1) * LOAD_DENOMINATOR > (this.mask + 1) * LOAD_NUMERATOR) this.growIndex();
    this.flows++;
    this.place(hash, slot * 2 + direction + 1);
  }

  /** Takes a slot's flows out of the index. */
  removeFlows(slot: number): void {
    this.removeFlow(slot * 2);
    if ((this.hot[slot * HOT_WORDS + STATE]! & FLAG_S2C_INSTALLED) !== 0) {
      this.removeFlow(slot * 2 + 1);
    }
  }

  /** Takes a flow, which must be there, out of the index. */
  removeFlow(flow: number): void {
    const { index, mask } = this;
    let i = this.hashOf(flow) & mask;
    while (index[2 * i + 1] !== flow + 1) i = (i + 1) & mask;
    // Backward shift, no tombstones: an entry may move to the gap at i unless its home is behind it.
    for (let j = (i + 1) & mask; index[2 * j + 1] !== 0; j = (j + 1) & mask) {
      if (((j - index[2 * j]!) & mask) >= ((j - i) & mask)) {
        index[2 * i] = index[2 * j]!;
        index[2 * i + 1] = index[2 * j + 1]!;
        i = j;
      }
    }
    index[2 * i + 1] = 0;
    this.flows--;
  }

  private metaOf(flow: number): number {
    return this.hot[(flow >>> 1) * HOT_WORDS + (flow & 1) * KEY_WORDS + KEY_META]!;
  }

  private serialOf(flow: number): number {
    return this.hot[(flow >>> 1) * HOT_WORDS + SERIAL]! >>> 0;
  }

  private hashOf(flow: number): number {
    const at = (flow >>> 1) * HOT_WORDS + ((flow & 1) === 0 ? C2S_KEY : S2C_KEY);
    const hot = this.hot;
    return this.hashOfKey(
      hot[at + KEY_SOURCE]!,
      hot[at + KEY_DESTINATION]!,
      hot[at + KEY_PORTS]!,
      hot[at + KEY_META]! & META_SANS_ZONE,
    );
  }

  private place(hash: number, entry: number): void {
    const { index, mask } = this;
    let i = hash & mask;
    while (index[2 * i + 1] !== 0) i = (i + 1) & mask;
    index[2 * i] = hash;
    index[2 * i + 1] = entry;
  }

  private growIndex(): void {
    const old = this.index;
    this.resizeIndex(old.length);
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] !== 0) this.place(old[i]!, old[i + 1]!);
    }
  }

  /** An empty index for `entries` flows, a power of two. */
  private resizeIndex(entries: number): void {
    this.index = new Int32Array(2 * entries);
    this.mask = entries - 1;
  }

  private resize(capacity: number): void {
    this.capacity = capacity;
    const hot = new Int32Array(capacity * HOT_WORDS);
    hot.set(this.hot);
    this.hot = hot;
    this.hotF64 = new Float64Array(hot.buffer);
    const tail = new Int32Array(capacity * TAIL_WORDS);
    tail.set(this.tail);
    this.tail = tail;
    this.tailF64 = new Float64Array(tail.buffer);
    this.wide.resize(capacity);
    const free = new Int32Array(capacity);
    free.set(this.free);
    this.free = free;
  }
}
