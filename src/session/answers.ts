/**
 * This file keeps, by slot, what the firewall answers to a session that a rule denied: an RST to either
 * side, an ICMP unreachable to the client, or nothing and why. Memory is taken at the first denial that
 * asks for an answer.
 */

export const ANSWER_RST_CLIENT = 1;
export const ANSWER_RST_SERVER = 2;
export const ANSWER_UNREACHABLE = 4;
/** Above the bits: index into NO_ANSWER. */
const REASON_SHIFT = 4;

/** Why something that the rule asks for is not sent; the first stands for "no such thing". */
export const NO_ANSWER = [
  null,
  'handshake-incomplete',
  'not-tcp',
  'commit',
  'rst-received',
  'icmp-unreachable-rate',
  'no-layer3-interface',
  'group-address',
] as const;
type NoAnswer = (typeof NO_ANSWER)[number];

/** The answer of bits and a reason. */
export function answerOf(bits: number, reason: NoAnswer): number {
  return bits | (NO_ANSWER.indexOf(reason) << REASON_SHIFT);
}

/** Why an answer lacks something, or null. */
export function noAnswerOf(answer: number): NoAnswer {
  return NO_ANSWER[answer >>> REASON_SHIFT] ?? null;
}

export class Answers {
  private bySlot = new Uint8Array(0);

  /** @param capacity of the session table */
  note(slot: number, capacity: number, answer: number): void {
    if (answer === 0) return;
    if (slot >= this.bySlot.length) {
      const grown = new Uint8Array(capacity);
      grown.set(this.bySlot);
      this.bySlot = grown;
    }
    this.bySlot[slot] = answer;
  }

  /** ANSWER_ bits with the reason; 0 for none. */
  of(slot: number): number {
    return slot < this.bySlot.length ? this.bySlot[slot]! : 0;
  }

  /** The session in `slot` is over. */
  forget(slot: number): void {
    if (slot < this.bySlot.length) this.bySlot[slot] = 0;
  }
}
