/**
 * This file keeps which ports of translated addresses are in use, by which sessions, and towards which
 * destinations.
 *
 * A session holds one port at most, and stands in a chain with those whose ports have the same hash:
 *
 * ```
 * heads[hash]  ─▶ session ──next──▶ session ─▶ 0
 * ```
 * Links are slots plus 1; 0 is none, and they stand in the sessions' translations. There are four times
 * as many heads as sessions, at least: to take a port and to give it back touches a head and the
 * session's own words, as a rule, and nothing moves. The hash has a seed (flow-hash), so that nobody can
 * prepare a capture whose ports all collide; nothing depends on the order of a chain.
 */

import { hashKeys, hashWords } from '../session/flow-hash.ts';
import {
  HELD_ADDRESS,
  HELD_DESTINATION,
  HELD_NEXT,
  HELD_PORT,
  TRANSLATION_WORDS,
  type Translations,
} from '../session/translations.ts';
import { Bitmaps, type Searched } from './bitmaps.ts';
import { PortCounts } from './port-counts.ts';
import { PortReservations } from './port-reservations.ts';

const HEADS_FIRST = 1024;

export class PortUses {
  /** Sessions that hold a port. */
  size = 0;
  /** Of all clients and their twins; null where none has any. */
  counts: PortCounts | null = null;

  private readonly limit: number;
  private readonly keys: Int32Array;
  private heads = new Int32Array(HEADS_FIRST);
  private readonly translations: Translations;
  /** Of predicts. */
  private readonly reserved = new PortReservations();
  private readonly full = new Bitmaps();
  private readonly towards = new Bitmaps();

  /**
   * @param translations of the sessions that hold ports
   * @param limit times that a port may be in use at once, each towards another destination
   */
  constructor(translations: Translations, limit: number, seed: number) {
    this.translations = translations;
    this.limit = limit;
    this.keys = hashKeys(seed);
  }

  /** @param each ports of an address */
  countAll(each: number): void {
    this.counts = new PortCounts(each, this.limit);
  }

  /** Counts a port for a twin's session. */
  holdForTwin(slot: number, address: number, destination: number): void {
    const { words } = this.translations;
    words[slot * TRANSLATION_WORDS + HELD_ADDRESS] = address;
    words[slot * TRANSLATION_WORDS + HELD_DESTINATION] = destination;
    this.counts?.add(address, destination);
  }

  giveBackForTwin(slot: number): void {
    const { words } = this.translations;
    const at = slot * TRANSLATION_WORDS;
    this.counts?.remove(words[at + HELD_ADDRESS]!, words[at + HELD_DESTINATION]!);
  }

  /** Whether a port of an address is free towards a destination. */
  isFree(address: number, destination: number, port: number): boolean {
    const { limit, reserved } = this;
    const { words } = this.translations;
    let uses = 0;
    if (!reserved.isEmpty) {
      const others = reserved.of(address, port);
      if (others.length === limit || others.includes(destination)) return false;
      uses = others.length;
    }
    let link = this.heads[this.headOf(address, port)]!;
    for (; link > 0; link = words[(link - 1) * TRANSLATION_WORDS + HELD_NEXT]!) {
      if (!this.isPort(link, address, port)) continue;
      const isTowards = words[(link - 1) * TRANSLATION_WORDS + HELD_DESTINATION] === destination;
      if (isTowards || ++uses === limit) return false;
    }
    return true;
  }

  /** Lets a session, which has a translation and holds no port, hold one that `isFree`. */
  hold(slot: number, address: number, destination: number, port: number): void {
    if (4 * ++this.size > this.heads.length) this.spread();
    const { heads } = this;
    const { words } = this.translations;
    const at = slot * TRANSLATION_WORDS;
    const head = this.headOf(address, port);
    words[at + HELD_ADDRESS] = address;
    words[at + HELD_DESTINATION] = destination;
    words[at + HELD_PORT] = port;
    words[at + HELD_NEXT] = heads[head]!;
    heads[head] = slot + 1;
    this.noteTaken(address, destination, port);
  }

  /** Lets a predict hold a port that `isFree`. */
  reserve(address: number, destination: number, port: number): void {
    this.reserved.add(address, destination, port);
    this.noteTaken(address, destination, port);
  }

  /** A predict gives back a port that it holds. */
  release(address: number, destination: number, port: number): void {
    this.reserved.remove(address, destination, port);
    this.noteGiven(address, destination, port);
  }

  /** A session gives back the port that it holds. */
  giveBack(slot: number): void {
    const { heads } = this;
    const { words } = this.translations;
    const at = slot * TRANSLATION_WORDS;
    const address = words[at + HELD_ADDRESS]!;
    const port = words[at + HELD_PORT]!;
    const head = this.headOf(address, port);
    let link = heads[head]!;
    if (link === slot + 1) heads[head] = words[at + HELD_NEXT]!;
    else {
      while (words[(link - 1) * TRANSLATION_WORDS + HELD_NEXT] !== slot + 1)
        link = words[(link - 1) * TRANSLATION_WORDS + HELD_NEXT]!;
      words[(link - 1) * TRANSLATION_WORDS + HELD_NEXT] = words[at + HELD_NEXT]!;
    }
    this.size--;
    this.noteGiven(address, words[at + HELD_DESTINATION]!, port);
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

  private noteTaken(address: number, destination: number, port: number): void {
    this.counts?.add(address, destination);
    if (!this.full.isEmpty && this.isUsedUp(address, port)) this.full.add(nameOf(address), port);
    if (!this.towards.isEmpty) this.towards.add(nameOf(address, destination), port);
  }

  private noteGiven(address: number, destination: number, port: number): void {
    this.counts?.remove(address, destination);
    if (!this.full.isEmpty) this.full.delete(nameOf(address), port);
    if (!this.towards.isEmpty) this.towards.delete(nameOf(address, destination), port);
  }

  private isUsedUp(address: number, port: number): boolean {
    const { words } = this.translations;
    let uses = this.reserved.of(address, port).length;
    let link = this.heads[this.headOf(address, port)]!;
    for (; link > 0; link = words[(link - 1) * TRANSLATION_WORDS + HELD_NEXT]!) {
      if (this.isPort(link, address, port)) uses++;
    }
    return uses === this.limit;
  }

  private isTowards(address: number, destination: number, port: number): boolean {
    const { words } = this.translations;
    if (this.reserved.of(address, port).includes(destination)) return true;
    let link = this.heads[this.headOf(address, port)]!;
    for (; link > 0; link = words[(link - 1) * TRANSLATION_WORDS + HELD_NEXT]!) {
      const isThere = words[(link - 1) * TRANSLATION_WORDS + HELD_DESTINATION] === destination;
      if (isThere && this.isPort(link, address, port)) return true;
    }
    return false;
  }

  private isPort(link: number, address: number, port: number): boolean {
    const at = (link - 1) * TRANSLATION_WORDS;
    return (
      this.translations.words[at + HELD_PORT] === port &&
      this.translations.words[at + HELD_ADDRESS] === address
    );
  }

  private headOf(address: number, port: number): number {
    return hashWords(this.keys, address, port, 0, 0) & (this.heads.length - 1);
  }

  /** Doubles the heads, so that chains stay short. */
  private spread(): void {
    const { heads: old } = this;
    const { words } = this.translations;
    this.heads = new Int32Array(2 * old.length);
    for (let first of old) {
      while (first > 0) {
        const at = (first - 1) * TRANSLATION_WORDS;
        const next = words[at + HELD_NEXT]!;
        const head = this.headOf(words[at + HELD_ADDRESS]!, words[at + HELD_PORT]!);
        words[at + HELD_NEXT] = this.heads[head]!;
        this.heads[head] = first;
        first = next;
      }
    }
  }
}

function nameOf(address: number, destination?: number): string {
  return destination === undefined ? `${address}` : `${address} ${destination}`;
}
