/**
 * This file keeps what was translated of each session: by which rule, what the pool gave for it, and how
 * sure its port is. The translated addresses and ports themselves are in the s2c key.
 *
 * Waiting for memory is most of what a translation costs. So what every translation has is twelve bytes
 * a slot, of which thousands stay in the cache: that is all that static translation touches. What a
 * session holds of a pool, or counts on a spread of destinations, has eight words a slot, half a
 * line of the cache, once there was such a session.
 */

import type { NatFlags } from './session-row.ts';

/** The source (NS), the destination (ND) is translated; both are NB (panos.md §1.3). */
export const NAT_SOURCE = 1;
export const NAT_DESTINATION = 2;
/** The capture showed the translation in a copy or a first reply; what else does, nat-observed says. */
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

/** Of a session that met a NAT rule: bits, NAT_ bits, and the rule's number (slowpath/nat) above them. */
const MET = 1;
const HOLDS = 2;
const BITS_SHIFT = 2;
const BITS = 63;
const RULE_SHIFT = 8;

export const TRANSLATION_WORDS = 8;
const WORDS = TRANSLATION_WORDS;
/** What was taken of which pool, as slowpath/nat numbers it; 0 for nothing. */
const CLAIM = 0;
/** Which spread of destinations the session counts on, 0 for none, and its position there. */
const SPREAD = 1;
const POSITION = 2;
/** Number of the pool whose ports the session counts in, 0 for none (slowpath/nat-pools). */
const USE = 3;
/** The translated port that the session holds, and the next session in its chain (slowpath/port-uses). */
export const HELD_ADDRESS = 4;
export const HELD_DESTINATION = 5;
export const HELD_PORT = 6;
export const HELD_NEXT = 7;

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
  /**
   * TRANSLATION_WORDS a slot, of those that hold something; to be fetched anew after `keep`, which may
   * replace it.
   */
  words = new Int32Array(0);
  /** By slot: MET and what is beside it; 0 without a NAT rule. */
  private met = new Int32Array(0);
  /** By slot: source address and port that the model chose. */
  private chosen = new Int32Array(0);

  /** Whether no session ever met a NAT rule. */
  get isEmpty(): boolean {
    return this.met.length === 0;
  }

  /** Keeps the translation of a session. */
  keep(slot: number, capacity: number, kept: Readonly<KeptTranslation>): void {
    if (slot >= this.met.length) this.grow(capacity);
    const isHolding = kept.claim !== 0 || kept.spread !== 0;
    this.met[slot] =
      (kept.rule << RULE_SHIFT) | (kept.bits << BITS_SHIFT) | (isHolding ? HOLDS : 0) | MET;
    this.setChoice(slot, kept.address, kept.port);
    if (!isHolding) return;
    if (this.words.length <= slot * WORDS) this.words = grown(this.words, capacity * WORDS);
    const { words } = this;
    const at = slot * WORDS;
    words[at + CLAIM] = kept.claim;
    words[at + SPREAD] = kept.spread;
    words[at + POSITION] = kept.position;
    words[at + USE] = kept.use;
  }

  /** Whether a session met a NAT rule. */
  has(slot: number): boolean {
    return slot < this.met.length && this.met[slot] !== 0;
  }

  /** Whether a session holds something of a pool, or counts on a spread of destinations. */
  holds(slot: number): boolean {
    // Where no session ever did, none is looked up: at a session's end that would wait for memory.
    return this.words.length > 0 && slot < this.met.length && (this.met[slot]! & HOLDS) !== 0;
  }

  /** Fills `into` with what is kept of a session that `has` one. */
  read(slot: number, into: KeptTranslation): Readonly<KeptTranslation> {
    const { words } = this;
    const isHolding = this.holds(slot);
    const at = slot * WORDS;
    into.rule = this.ruleOf(slot);
    into.bits = this.bitsOf(slot);
    into.address = this.chosen[2 * slot]!;
    into.port = this.chosen[2 * slot + 1]!;
    into.claim = isHolding ? words[at + CLAIM]! : 0;
    into.spread = isHolding ? words[at + SPREAD]! : 0;
    into.position = isHolding ? words[at + POSITION]! : 0;
    into.use = isHolding ? words[at + USE]! : 0;
    return into;
  }

  /** Sets NAT_ bits of a session, if it has a translation. */
  setBits(slot: number, bits: number): void {
    if (this.has(slot)) this.met[slot]! |= bits << BITS_SHIFT;
  }

  /** NAT_ bits of a session; 0 without a translation. */
  bitsOf(slot: number): number {
    return this.has(slot) ? (this.met[slot]! >>> BITS_SHIFT) & BITS : 0;
  }

  /** The model chooses another translated source for a session. */
  setChoice(slot: number, address: number, port: number): void {
    this.chosen[2 * slot] = address;
    this.chosen[2 * slot + 1] = port;
  }

  /** What a session holds of a pool; 0 without a translation. */
  claimOf(slot: number): number {
    return this.holds(slot) ? this.words[slot * WORDS + CLAIM]! : 0;
  }

  /** Number of the rule of a session; -1 without a translation. */
  ruleOf(slot: number): number {
    return this.has(slot) ? this.met[slot]! >>> RULE_SHIFT : -1;
  }

  /** What a session holds of a pool is another thing now, but still something. */
  setClaim(slot: number, claim: number): void {
    this.words[slot * WORDS + CLAIM] = claim;
  }

  /** The session in a slot is over. */
  forget(slot: number): void {
    if (slot < this.met.length) this.met[slot] = 0;
  }

  private grow(capacity: number): void {
    this.met = grown(this.met, capacity);
    this.chosen = grown(this.chosen, 2 * capacity);
  }
}

function grown(words: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(words);
  return larger;
}
