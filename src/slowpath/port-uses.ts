/**
 * This file keeps which ports of translated addresses are in use, by which sessions, and towards which
 * destinations.
 *
 * A session holds one port at most, and stands in a chain with those whose ports have the same hash:
 *
 * ```
 * heads[hash]  ─▶ session ──next──▶ session ─▶ 0
 * ```
 * Links are slots plus 1; 0 is none. There are twice as many heads as sessions, at least: to take a
 * port and to give it back touches a head and the session's own words, as a rule, and nothing moves.
 * The hash has a seed (flow-hash), so that nobody can prepare a capture whose ports all collide;
 * nothing depends on the order of a chain.
 */

import { hashKeys, hashWords } from '../session/flow-hash.ts';
import { Bitmaps, type Searched } from './bitmaps.ts';

const HEADS_FIRST = 1024;
const ADDRESS = 0;
const DESTINATION = 1;
const PORT = 2;
const NEXT = 3;
const WORDS = 4;

export class PortUses {
  /** Sessions that hold a port. */
  size = 0;

  private readonly limit: number;
  private readonly keys: Int32Array;
  private heads = new Int32Array(HEADS_FIRST);
  /** By slot. */
  private words = new Int32Array(0);
  private readonly full = new Bitmaps();
  private readonly towards = new Bitmaps();

  /** @param limit times that a port may be in use at once, each towards another destination */
  constructor(limit: number, seed: number) {
    this.limit = limit;
    this.keys = hashKeys(seed);
  }

  /** Whether a port of an address is free towards a destination. */
  isFree(address: number, destination: number, port: number): boolean {
    const { words, limit } = this;
    let uses = 0;
    let link = this.heads[this.headOf(address, port)]!;
    for (; link > 0; link = words[(link - 1) * WORDS + NEXT]!) {
      if (!this.isPort(link, address, port)) continue;
      const isTowards = words[(link - 1) * WORDS + DESTINATION] === destination;
      if (isTowards || ++uses === limit) return false;
    }
    return true;
  }

  /**
   * Lets a session, which holds none, hold a port that `isFree`.
   *
   * @param capacity slots that there may be
   */
  hold(slot: number, capacity: number, address: number, destination: number, port: number): void {
    if (this.words.length <= slot * WORDS) this.grow(capacity);
    if (2 * ++this.size > this.heads.length) this.spread();
    const { words, heads } = this;
    const at = slot * WORDS;
    const head = this.headOf(address, port);
    words[at + ADDRESS] = address;
    words[at + DESTINATION] = destination;
    words[at + PORT] = port;
    words[at + NEXT] = heads[head]!;
    heads[head] = slot + 1;
    if (!this.full.isEmpty && this.isUsedUp(address, port)) this.full.add(nameOf(address), port);
    if (!this.towards.isEmpty) this.towards.add(nameOf(address, destination), port);
  }

  /** A session gives back the port that it holds. */
  giveBack(slot: number): void {
    const { words, heads } = this;
    const at = slot * WORDS;
    const address = words[at + ADDRESS]!;
    const port = words[at + PORT]!;
    const head = this.headOf(address, port);
    let link = heads[head]!;
    if (link === slot + 1) heads[head] = words[at + NEXT]!;
    else {
      while (words[(link - 1) * WORDS + NEXT] !== slot + 1)
        link = words[(link - 1) * WORDS + NEXT]!;
      words[(link - 1) * WORDS + NEXT] = words[at + NEXT]!;
    }
    this.size--;
    if (!this.full.isEmpty) this.full.delete(nameOf(address), port);
    if (!this.towards.isEmpty) {
      this.towards.delete(nameOf(address, words[at + DESTINATION]!), port);
    }
  }

  /** The ports of an address that are used up for every destination. */
  fullOf(address: number): Searched {
    const isUsedUp = (port: number) => this.isUsedUp(address, port);
    return { bitmaps: this.full, name: nameOf(address), isUsedUp };
  }

  /** The ports of an address that are in use towards a destination; null if those are used up anyway. */
  towardsOf(address: number, destination: number): Searched | null {
    if (this.limit === 1) return null;
    const isUsedUp = (port: number) => this.isTowards(address, destination, port);
    return { bitmaps: this.towards, name: nameOf(address, destination), isUsedUp };
  }

  private isUsedUp(address: number, port: number): boolean {
    const { words } = this;
    let uses = 0;
    let link = this.heads[this.headOf(address, port)]!;
    for (; link > 0; link = words[(link - 1) * WORDS + NEXT]!) {
      if (this.isPort(link, address, port)) uses++;
    }
    return uses === this.limit;
  }

  private isTowards(address: number, destination: number, port: number): boolean {
    const { words } = this;
    let link = this.heads[this.headOf(address, port)]!;
    for (; link > 0; link = words[(link - 1) * WORDS + NEXT]!) {
      const isThere = words[(link - 1) * WORDS + DESTINATION] === destination;
      if (isThere && this.isPort(link, address, port)) return true;
    }
    return false;
  }

  private isPort(link: number, address: number, port: number): boolean {
    const at = (link - 1) * WORDS;
    return this.words[at + PORT] === port && this.words[at + ADDRESS] === address;
  }

  private headOf(address: number, port: number): number {
    return hashWords(this.keys, address, port, 0, 0) & (this.heads.length - 1);
  }

  /** Doubles the heads, so that chains stay short. */
  private spread(): void {
    const { words, heads: old } = this;
    this.heads = new Int32Array(2 * old.length);
    for (let first of old) {
      while (first > 0) {
        const at = (first - 1) * WORDS;
        const next = words[at + NEXT]!;
        const head = this.headOf(words[at + ADDRESS]!, words[at + PORT]!);
        words[at + NEXT] = this.heads[head]!;
        this.heads[head] = first;
        first = next;
      }
    }
  }

  private grow(capacity: number): void {
    const words = new Int32Array(capacity * WORDS);
    words.set(this.words);
    this.words = words;
  }
}

function nameOf(address: number, destination?: number): string {
  return destination === undefined ? `${address}` : `${address} ${destination}`;
}
