/**
 * This file keeps what sessions must remember of their ways through the firewall, where these can
 * change: the PBF rule that their first packet met, and the interfaces that they leave by.
 */

import type { SessionTable } from './session-table.ts';

/** PBF rule + 1; then by side the name number of the egress interface, 0 for unknown. */
const WORDS = 3;

export class SessionWays {
  private readonly table: SessionTable;
  private words = new Int32Array(0);

  constructor(table: SessionTable) {
    this.table = table;
  }

  /** A new session: its PBF rule's number or -1, and no interfaces yet. */
  begin(slot: number, pbfRule: number): void {
    const size = this.table.capacity * WORDS;
    if (this.words.length < size) {
      const words = new Int32Array(size);
      words.set(this.words);
      this.words = words;
    }
    this.words[slot * WORDS] = pbfRule + 1;
    this.words[slot * WORDS + 1] = 0;
    this.words[slot * WORDS + 2] = 0;
  }

  /** Number of the PBF rule, or -1. */
  pbfRuleOf(slot: number): number {
    return this.words[slot * WORDS]! - 1;
  }

  /** Name number of the interface that a side's packets (0 c2s, 1 s2c) leave by, or 0. */
  egressOf(slot: number, side: number): number {
    return this.words[slot * WORDS + 1 + side]!;
  }

  /** A side's packets leave by another interface from here on. */
  setEgress(slot: number, side: number, nameNumber: number): void {
    this.words[slot * WORDS + 1 + side] = nameNumber;
  }
}
