/**
 * This file keeps what was translated of each session: by which rule, what the pool gave for it, and how
 * sure its port is. The translated addresses and ports themselves are in the s2c key.
 *
 * There are sixteen words a slot, a line of the cache, once there was a translated session: waiting for
 * memory is most of what a translation costs, so all that is touched together stands together. Whether
 * there is anything at all is a byte apart: thousands of these stay in the cache, so that a session which
 * holds nothing of a pool ends without waiting for its line.
 */

import type { NatFlags } from './session-row.ts';

/** The source (NS), the destination (ND) is translated; both are NB (panos.md §1.3). */
export const NAT_SOURCE = 1;
export const NAT_DESTINATION = 2;
/** The capture shows the translation. */
export const NAT_OBSERVED = 4;
/** Observed, but which session it belongs to was inferred. */
export const NAT_INFERRED = 8;
/** Observed, and the rules cannot explain it. */
export const NAT_UNEXPLAINED = 16;

/** Flags of `show session all` by NAT_SOURCE and NAT_DESTINATION (panos.md §1.3). */
export const NAT_FLAGS: Readonly<Record<number, NatFlags>> = {
  [NAT_SOURCE]: 'NS',
  [NAT_DESTINATION]: 'ND',
  [NAT_SOURCE | NAT_DESTINATION]: 'NB',
};

/** What a session met: no NAT rule, one that takes nothing of a pool for it, one that does. */
const MET_NONE = 0;
const MET_ONLY = 1;
const MET_AND_HOLDS = 2;

export const TRANSLATION_WORDS = 16;
const WORDS = TRANSLATION_WORDS;
/** Rule number (slowpath/nat). */
const RULE = 0;
const BITS = 1;
/** What was taken of which pool, as slowpath/nat numbers it; 0 for nothing. */
const CLAIM = 2;
/** Source address and port that the model chose. */
const ADDRESS = 3;
const PORT = 4;
/** Which spread of destinations the session counts on, 0 for none, and its position there. */
const SPREAD = 5;
const POSITION = 6;
/** Number of the pool whose ports the session counts in, 0 for none (slowpath/nat-pools). */
const USE = 7;
/** The translated port that the session holds, and the next session in its chain (slowpath/port-uses). */
export const HELD_ADDRESS = 8;
export const HELD_DESTINATION = 9;
export const HELD_PORT = 10;
export const HELD_NEXT = 11;

/** Both ends of a session as the server sees them: IPv4 words and ports. */
export interface Translation {
  source: number;
  sport: number;
  destination: number;
  dport: number;
}

/** What is kept of one session. */
export interface KeptTranslation {
  /** Number of the rule (slowpath/nat). */
  rule: number;
  /** NAT_ bits. */
  bits: number;
  claim: number;
  /** Translated source as the model chose it. */
  address: number;
  port: number;
  spread: number;
  position: number;
  use: number;
}

/** One of nothing, to be filled. */
export function newKeptTranslation(): KeptTranslation {
  return { rule: 0, bits: 0, claim: 0, address: 0, port: 0, spread: 0, position: 0, use: 0 };
}

export class Translations {
  /** TRANSLATION_WORDS a slot; to be fetched anew after `keep`, which may replace it. */
  words = new Int32Array(0);
  /** MET_ by slot. */
  private met = new Uint8Array(0);

  /** Whether no session ever met a NAT rule. */
  get isEmpty(): boolean {
    return this.words.length === 0;
  }

  /** Keeps the translation of a session. */
  keep(slot: number, capacity: number, kept: Readonly<KeptTranslation>): void {
    if (this.words.length <= slot * WORDS) this.grow(capacity);
    const { words } = this;
    const at = slot * WORDS;
    this.met[slot] = metOf(kept.claim, kept.spread);
    words[at + RULE] = kept.rule;
    words[at + BITS] = kept.bits;
    words[at + CLAIM] = kept.claim;
    words[at + ADDRESS] = kept.address;
    words[at + PORT] = kept.port;
    words[at + SPREAD] = kept.spread;
    words[at + POSITION] = kept.position;
    words[at + USE] = kept.use;
  }

  /** Whether a session met a NAT rule. */
  has(slot: number): boolean {
    return slot < this.met.length && this.met[slot] !== MET_NONE;
  }

  /** Whether a session holds something of a pool, or counts on a spread of destinations. */
  holds(slot: number): boolean {
    return slot < this.met.length && this.met[slot] === MET_AND_HOLDS;
  }

  /** Fills `into` with what is kept of a session that `has` one. */
  read(slot: number, into: KeptTranslation): Readonly<KeptTranslation> {
    const { words } = this;
    const at = slot * WORDS;
    into.rule = words[at + RULE]!;
    into.bits = words[at + BITS]!;
    into.claim = words[at + CLAIM]!;
    into.address = words[at + ADDRESS]!;
    into.port = words[at + PORT]!;
    into.spread = words[at + SPREAD]!;
    into.position = words[at + POSITION]!;
    into.use = words[at + USE]!;
    return into;
  }

  /** Sets NAT_ bits of a session that has a translation. */
  setBits(slot: number, bits: number): void {
    this.words[slot * WORDS + BITS]! |= bits;
  }

  /** NAT_ bits of a session; 0 without a translation. */
  bitsOf(slot: number): number {
    return this.has(slot) ? this.words[slot * WORDS + BITS]! : 0;
  }

  /** The model chooses another translated source for a session. */
  setChoice(slot: number, address: number, port: number): void {
    this.words[slot * WORDS + ADDRESS] = address;
    this.words[slot * WORDS + PORT] = port;
  }

  /** What a session holds of a pool; 0 without a translation. */
  claimOf(slot: number): number {
    return this.has(slot) ? this.words[slot * WORDS + CLAIM]! : 0;
  }

  /** Number of the rule of a session; -1 without a translation. */
  ruleOf(slot: number): number {
    return this.has(slot) ? this.words[slot * WORDS + RULE]! : -1;
  }

  /** What a session holds of a pool is another thing now. */
  setClaim(slot: number, claim: number): void {
    const { words } = this;
    words[slot * WORDS + CLAIM] = claim;
    this.met[slot] = metOf(claim, words[slot * WORDS + SPREAD]!);
  }

  /** The session in a slot is over. */
  forget(slot: number): void {
    this.met[slot] = MET_NONE;
  }

  private grow(capacity: number): void {
    const words = new Int32Array(capacity * WORDS);
    words.set(this.words);
    this.words = words;
    const met = new Uint8Array(capacity);
    met.set(this.met);
    this.met = met;
  }
}

function metOf(claim: number, spread: number): number {
  return claim === 0 && spread === 0 ? MET_ONLY : MET_AND_HOLDS;
}
