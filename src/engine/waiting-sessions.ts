/**
 * This file keeps sessions that wait for their first reply in the order of their coming, by what that
 * reply will say: a key of three words. Entering and leaving take the same time however many wait, and
 * a session of the table waits once: nothing here grows beyond the table.
 */

import { WordMap } from '../slowpath/word-map.ts';

/** Words of a slot: its neighbours in the list plus 1, the list's last if it is the first, its key, … */
const NEXT = 0;
const BEFORE = 1;
const LAST = 2;
const KEY = 3;
/** 1 where a session before it in the list was answered by guess: the answer may have been its own. */
const DOUBT = 6;
const WORDS = 7;

export class WaitingSessions {
  /** Sessions that wait. */
  count = 0;

  private words = new Int32Array(0);
  /** The first slot of each list plus 1. */
  private readonly firsts: WordMap;

  /** @param seed of the hash; never changes a result */
  constructor(seed: number) {
    this.firsts = new WordMap(seed);
  }

  /** Enters a session at the end of its list. `c` must not be 0. */
  enter(slot: number, capacity: number, a: number, b: number, c: number): void {
    if (this.words.length <= slot * WORDS) this.grow(capacity);
    const { words, firsts } = this;
    const at = slot * WORDS;
    words[at + KEY] = a;
    words[at + KEY + 1] = b;
    words[at + KEY + 2] = c;
    words[at + NEXT] = 0;
    words[at + DOUBT] = 0;
    this.count++;
    const first = firsts.get(a, b, c);
    if (first === 0) {
      words[at + BEFORE] = 0;
      words[at + LAST] = slot + 1;
      firsts.set(a, b, c, slot + 1);
      return;
    }
    const last = words[(first - 1) * WORDS + LAST]!;
    words[at + BEFORE] = last;
    words[(last - 1) * WORDS + NEXT] = slot + 1;
    words[(first - 1) * WORDS + LAST] = slot + 1;
  }

  /** Whether a session waits. */
  has(slot: number): boolean {
    const at = slot * WORDS;
    return at < this.words.length && this.words[at + KEY + 2] !== 0;
  }

  /** Takes a session out, if it waits. */
  leave(slot: number): void {
    if (!this.has(slot)) return;
    const { words, firsts } = this;
    const at = slot * WORDS;
    const [a, b, c] = [words[at + KEY]!, words[at + KEY + 1]!, words[at + KEY + 2]!];
    const next = words[at + NEXT]!;
    const before = words[at + BEFORE]!;
    const neighbour = next > 0 ? next : before;
    if (words[at + DOUBT] === 1 && neighbour > 0) this.doubt(neighbour - 1);
    words[at + KEY + 2] = 0;
    this.count--;
    if (next > 0) words[(next - 1) * WORDS + BEFORE] = before;
    if (before > 0) words[(before - 1) * WORDS + NEXT] = next;
    else {
      if (next > 0) words[(next - 1) * WORDS + LAST] = words[at + LAST]!;
      firsts.set(a, b, c, next);
      return;
    }
    if (next === 0) words[(firsts.get(a, b, c) - 1) * WORDS + LAST] = before;
  }

  /** The session of a key that waits longest, or -1. */
  oldest(a: number, b: number, c: number): number {
    return this.firsts.get(a, b, c) - 1;
  }

  /** The session behind a waiting one in its list, or -1. */
  after(slot: number): number {
    return this.words[slot * WORDS + NEXT]! - 1;
  }

  /** An answer that may have been this session's, or of one behind it, was given to another. */
  doubt(slot: number): void {
    this.words[slot * WORDS + DOUBT] = 1;
  }

  isDoubtful(slot: number): boolean {
    return this.words[slot * WORDS + DOUBT] === 1;
  }

  /** Whether a session waits for just this. */
  waitsFor(slot: number, a: number, b: number, c: number): boolean {
    const at = slot * WORDS + KEY;
    const { words } = this;
    return this.has(slot) && words[at] === a && words[at + 1] === b && words[at + 2] === c;
  }

  private grow(capacity: number): void {
    const words = new Int32Array(capacity * WORDS);
    words.set(this.words);
    this.words = words;
  }
}
