/**
 * This file keeps, by slot, how a session's application was identified: when, by which signature, what
 * it was before, and under which rule. Memory is taken when the first session is inspected.
 */

const WORDS = 4;
const PACKET = 0;
/** Number of the signature plus 1; 0 for none. */
const SIGNATURE = 1;
/** Index of the application that it shifted from, plus 1. */
const BEFORE = 2;
/** Number of the rule at setup plus 1; above it IS_CUT, IS_DENIED and IS_SETTLED. */
const RULE = 3;
const IS_CUT = 1 << 30;
const IS_DENIED = 1 << 29;
const IS_SETTLED = 1 << 28;

/** What is kept of one session; absent parts are -1, `packet` 0. */
export interface KeptIdentification {
  packet: number;
  signature: number;
  before: number;
  ruleBefore: number;
  /** The capture lacks the payload that would tell. */
  isCut: boolean;
  /** The rule of the application denied it. */
  isDenied: boolean;
  /** No other application is looked for. */
  isSettled: boolean;
}

export class Identifications {
  private words = new Int32Array(0);

  /** Begins with nothing, for a session that was set up under a rule. */
  begin(slot: number, capacity: number, rule: number): void {
    if (this.words.length < capacity * WORDS) {
      const words = new Int32Array(capacity * WORDS);
      words.set(this.words);
      this.words = words;
    }
    this.words.fill(0, slot * WORDS, (slot + 1) * WORDS);
    this.words[slot * WORDS + RULE] = rule + 1;
  }

  /**
   * Notes what the payload told: a cut before it did no harm.
   *
   * @param before index of the application before a shift, or -1
   */
  identified(slot: number, packet: number, signature: number, before: number): void {
    const at = slot * WORDS;
    this.words[at + PACKET] = packet;
    this.words[at + SIGNATURE] = signature + 1;
    this.words[at + BEFORE] = before + 1;
    this.words[at + RULE]! &= ~IS_CUT;
  }

  noteCut(slot: number): void {
    this.words[slot * WORDS + RULE]! |= IS_CUT;
  }

  noteSettled(slot: number): void {
    this.words[slot * WORDS + RULE]! |= IS_SETTLED;
  }

  noteDenied(slot: number): void {
    this.words[slot * WORDS + RULE]! |= IS_DENIED;
  }

  /** Fills `into`; of a session that was never inspected with nothing. */
  read(slot: number, into: KeptIdentification): Readonly<KeptIdentification> {
    const at = slot * WORDS;
    const isKept = at < this.words.length;
    const rule = isKept ? this.words[at + RULE]! : 0;
    into.packet = isKept ? this.words[at + PACKET]! >>> 0 : 0;
    into.signature = isKept ? this.words[at + SIGNATURE]! - 1 : -1;
    into.before = isKept ? this.words[at + BEFORE]! - 1 : -1;
    into.ruleBefore = (rule & ~(IS_CUT | IS_DENIED | IS_SETTLED)) - 1;
    into.isCut = (rule & IS_CUT) !== 0;
    into.isDenied = (rule & IS_DENIED) !== 0;
    into.isSettled = (rule & IS_SETTLED) !== 0;
    return into;
  }

  /** Forgets a session that ended. */
  forget(slot: number): void {
    const at = slot * WORDS;
    if (at < this.words.length) this.words.fill(0, at, at + WORDS);
  }
}
