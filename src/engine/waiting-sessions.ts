/**
 * This file keeps sessions that wait for their first reply in the order of their coming, by what that
 * reply will say: a key of three words. Entering and leaving take the same time however many wait. A
 * session has two places to wait at, 2 * slot and the next: nothing here grows beyond the table.
 *
 * ```
 * heads[hash]  ─▶ first of key A ──chain──▶ first of key B ─▶ 0
 *                  │ next                    │ next
 *                 second of A               0
 * ```
 * All links are places plus 1; 0 is none. There are four times as many heads as places taken, at least:
 * a look at another session's place is a wait for memory.
 */

import { hashKeys, hashWords } from '../session/flow-hash.ts';

/** The neighbours in the list of one key. */
const NEXT = 0;
const BEFORE = 1;
/** Of a first: the last of its list, and the first of the next key in its chain. */
const LAST = 2;
const CHAIN = 3;
/** Three words; the last is not 0 while somebody waits here. */
const KEY = 4;
const HASH = 7;
/** Eight words a place: a slot's two are one line of the cache. */
const WORDS = 8;
/**
 * Bit of the key's last word: a session before it in the list was answered by guess, and the answer may
 * have been its own.
 */
const DOUBT = 1 << 31;
const HEADS_FIRST = 1024;

export class WaitingSessions {
  /** Places that are taken. */
  count = 0;

  private words = new Int32Array(0);
  private heads = new Int32Array(HEADS_FIRST);
  private readonly keys: Int32Array;

  /** @param seed of the hash; never changes a result */
  constructor(seed: number) {
    this.keys = hashKeys(seed);
  }

  /**
   * Enters a session at the end of its list.
   *
   * @param places that there may be, two for each slot
   * @param c neither 0 nor above 2^31
   */
  enter(place: number, places: number, a: number, b: number, c: number): void {
    if (this.words.length <= place * WORDS) this.grow(places);
    if (4 * ++this.count > this.heads.length) this.spread();
    const { words } = this;
    const at = place * WORDS;
    const hash = hashWords(this.keys, a, b, c, 0);
    const first = this.firstOf(hash, a, b, c);
    words[at + KEY] = a;
    words[at + KEY + 1] = b;
    words[at + KEY + 2] = c;
    words[at + HASH] = hash;
    words[at + NEXT] = 0;
    if (first === 0) {
      const head = hash & (this.heads.length - 1);
      words[at + BEFORE] = 0;
      words[at + LAST] = place + 1;
      words[at + CHAIN] = this.heads[head]!;
      this.heads[head] = place + 1;
      return;
    }
    const last = words[(first - 1) * WORDS + LAST]!;
    words[at + BEFORE] = last;
    words[(last - 1) * WORDS + NEXT] = place + 1;
    words[(first - 1) * WORDS + LAST] = place + 1;
  }

  /** Whether a session waits at a place. */
  has(place: number): boolean {
    const at = place * WORDS;
    return at < this.words.length && this.words[at + KEY + 2] !== 0;
  }

  /** Takes a session out, if it waits there. */
  leave(place: number): void {
    if (!this.has(place)) return;
    const { words } = this;
    const at = place * WORDS;
    const next = words[at + NEXT]!;
    const before = words[at + BEFORE]!;
    if (before === 0) this.replaceFirst(place, next);
    else {
      words[(before - 1) * WORDS + NEXT] = next;
      if (next > 0) words[(next - 1) * WORDS + BEFORE] = before;
      else words[(this.firstLike(at) - 1) * WORDS + LAST] = before;
    }
    const neighbour = next > 0 ? next : before;
    if (this.isDoubtful(place) && neighbour > 0) this.doubt(neighbour - 1);
    words[at + KEY + 2] = 0;
    this.count--;
  }

  /** The place of the session that waits longest for this, or -1. */
  oldest(a: number, b: number, c: number): number {
    return this.firstOf(hashWords(this.keys, a, b, c, 0), a, b, c) - 1;
  }

  /** The place behind one that is taken, in its list, or -1. */
  after(place: number): number {
    return this.words[place * WORDS + NEXT]! - 1;
  }

  /** An answer that may have been this session's, or of one behind it, was given to another. */
  doubt(place: number): void {
    this.words[place * WORDS + KEY + 2]! |= DOUBT;
  }

  isDoubtful(place: number): boolean {
    return (this.words[place * WORDS + KEY + 2]! & DOUBT) !== 0;
  }

  /** Whether a session waits at a place for just this. */
  waitsFor(place: number, a: number, b: number, c: number): boolean {
    return this.has(place) && this.isKey(place * WORDS, a, b, c);
  }

  private isKey(at: number, a: number, b: number, c: number): boolean {
    const { words } = this;
    return (
      words[at + KEY] === a && words[at + KEY + 1] === b && (words[at + KEY + 2]! & ~DOUBT) === c
    );
  }

  /** The first of the list of a key, or 0. */
  private firstOf(hash: number, a: number, b: number, c: number): number {
    const { words, heads } = this;
    let first = heads[hash & (heads.length - 1)]!;
    while (first > 0 && !this.isKey((first - 1) * WORDS, a, b, c)) {
      first = words[(first - 1) * WORDS + CHAIN]!;
    }
    return first;
  }

  /** The first of the list that the record at `at` is in. */
  private firstLike(at: number): number {
    const { words } = this;
    const c = words[at + KEY + 2]! & ~DOUBT;
    return this.firstOf(words[at + HASH]!, words[at + KEY]!, words[at + KEY + 1]!, c);
  }

  /** Puts the next of its list, if there is one, in the place of a first. */
  private replaceFirst(place: number, next: number): void {
    const { words, heads } = this;
    const at = place * WORDS;
    const chained = words[at + CHAIN]!;
    let follower = chained;
    if (next > 0) {
      const nextAt = (next - 1) * WORDS;
      words[nextAt + BEFORE] = 0;
      words[nextAt + LAST] = words[at + LAST]!;
      words[nextAt + CHAIN] = chained;
      follower = next;
    }
    const head = words[at + HASH]! & (heads.length - 1);
    if (heads[head] === place + 1) {
      heads[head] = follower;
      return;
    }
    let link = heads[head]!;
    while (words[(link - 1) * WORDS + CHAIN] !== place + 1)
      link = words[(link - 1) * WORDS + CHAIN]!;
    words[(link - 1) * WORDS + CHAIN] = follower;
  }

  /** Doubles the heads, so that chains stay short. */
  private spread(): void {
    const { words, heads: old } = this;
    const heads = new Int32Array(2 * old.length);
    for (let i = 0; i < old.length; i++) {
      for (let first = old[i]!; first > 0; ) {
        const at = (first - 1) * WORDS;
        const chained = words[at + CHAIN]!;
        const head = words[at + HASH]! & (heads.length - 1);
        words[at + CHAIN] = heads[head]!;
        heads[head] = first;
        first = chained;
      }
    }
    this.heads = heads;
  }

  private grow(places: number): void {
    const words = new Int32Array(places * WORDS);
    words.set(this.words);
    this.words = words;
  }
}
