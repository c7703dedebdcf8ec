/**
 * This file keeps, by slot, how a session's application was identified: when, by which signature, what
 * it was before, under which rule, and whether it passed for the sake of another application. Memory is
 * taken when the first session is inspected.
 */

const WORDS = 8;
const PACKET = 0;
/** Number of the signature plus 1; 0 for none. */
const SIGNATURE = 1;
/** Index of the application that it shifted from, plus 1. */
const BEFORE = 2;
/** Number of the rule at setup plus 1; above it the bits. */
const RULE = 3;
/** Of an implicit use: number of the rule plus 1, or 0; indices of the parent and of its child. */
const IMPLICIT_RULE = 4;
const IMPLICIT_PARENT = 5;
const IMPLICIT_CHILD = 6;
const IS_CUT = 1 << 30;
const IS_DENIED = 1 << 29;
const IS_SETTLED = 1 << 26;
const IS_TEMPORARY = 1 << 28;
const IS_BYPASSED = 1 << 27;
const BITS = IS_CUT | IS_DENIED | IS_SETTLED | IS_TEMPORARY | IS_BYPASSED;

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
  /** The rest of its payload was not inspected: a limit was exceeded. */
  isBypassed: boolean;
  /** The rule that let it pass for the sake of `implicitChild` while it was `implicitParent`. */
  implicitRule: number;
  implicitParent: number;
  implicitChild: number;
  /** It still passes by that rule. */
  isTemporary: boolean;
}

/** Nothing of a session, to be filled. */
export function newKeptIdentification(): KeptIdentification {
  return {
    packet: 0,
    signature: -1,
    before: -1,
    ruleBefore: -1,
    isCut: false,
    isDenied: false,
    isSettled: false,
    isBypassed: false,
    implicitRule: -1,
    implicitParent: -1,
    implicitChild: -1,
    isTemporary: false,
  };
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
    const at = slot * WORDS;
    for (let word = 0; word < WORDS; word++) this.words[at + word] = 0;
    this.words[at + RULE] = rule + 1;
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

  /** Whether no other application is looked for; only of a session that was inspected. */
  isSettled(slot: number): boolean {
    return (this.words[slot * WORDS + RULE]! & IS_SETTLED) !== 0;
  }

  noteDenied(slot: number): void {
    this.words[slot * WORDS + RULE]! |= IS_DENIED;
  }

  noteBypassed(slot: number): void {
    this.words[slot * WORDS + RULE]! |= IS_BYPASSED;
  }

  /** Notes the rule that lets a session pass while it is `parent`, since it may become `child`. */
  noteTemporary(slot: number, rule: number, parent: number, child: number): void {
    const at = slot * WORDS;
    this.words[at + RULE]! |= IS_TEMPORARY;
    this.words[at + IMPLICIT_RULE] = rule + 1;
    this.words[at + IMPLICIT_PARENT] = parent;
    this.words[at + IMPLICIT_CHILD] = child;
  }

  /** Its rule is for what it is, from now on. */
  endTemporary(slot: number): void {
    if (this.isTemporary(slot)) this.words[slot * WORDS + RULE]! &= ~IS_TEMPORARY;
  }

  /** Whether it passes by a rule for an application that it is not yet. */
  isTemporary(slot: number): boolean {
    const at = slot * WORDS + RULE;
    return at < this.words.length && (this.words[at]! & IS_TEMPORARY) !== 0;
  }

  /** Fills `into`; of a session that was never inspected with nothing. */
  read(slot: number, into: KeptIdentification): Readonly<KeptIdentification> {
    const at = slot * WORDS;
    const { words } = this;
    const isKept = at < words.length;
    const rule = isKept ? words[at + RULE]! : 0;
    into.packet = isKept ? words[at + PACKET]! >>> 0 : 0;
    into.signature = isKept ? words[at + SIGNATURE]! - 1 : -1;
    into.before = isKept ? words[at + BEFORE]! - 1 : -1;
    into.ruleBefore = (rule & ~BITS) - 1;
    into.isCut = (rule & IS_CUT) !== 0;
    into.isDenied = (rule & IS_DENIED) !== 0;
    into.isSettled = (rule & IS_SETTLED) !== 0;
    into.isBypassed = (rule & IS_BYPASSED) !== 0;
    into.isTemporary = (rule & IS_TEMPORARY) !== 0;
    into.implicitRule = isKept ? words[at + IMPLICIT_RULE]! - 1 : -1;
    into.implicitParent = into.implicitRule < 0 ? -1 : words[at + IMPLICIT_PARENT]!;
    into.implicitChild = into.implicitRule < 0 ? -1 : words[at + IMPLICIT_CHILD]!;
    return into;
  }

  /** Forgets a session that ended. */
  forget(slot: number): void {
    const at = slot * WORDS;
    if (at < this.words.length) for (let word = 0; word < WORDS; word++) this.words[at + word] = 0;
  }
}
