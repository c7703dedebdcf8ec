/**
 * This file keeps, by slot, which override rule gave a session its application. Memory is taken for those
 * sessions alone.
 */

export class Overridden {
  private readonly rules = new Map<number, number>();

  note(slot: number, rule: number): void {
    this.rules.set(slot, rule);
  }

  /** Number of the rule; -1 for none. */
  of(slot: number): number {
    return this.rules.size === 0 ? -1 : (this.rules.get(slot) ?? -1);
  }

  /** Forgets a session that ended. */
  forget(slot: number): void {
    if (this.rules.size > 0) this.rules.delete(slot);
  }
}
