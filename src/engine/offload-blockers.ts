/**
 * This file keeps of each session what of the configuration has stood between it and hardware since it was
 * ready. Commits and commands change that, so a rule may stand there that is not the session's any more.
 *
 * Causes are numbered; there are only so many as the configurations can name.
 */

import { blockerKey, OFFLOAD_CHECKS, type OffloadBlocker } from '../session/offload-row.ts';
import { BLOCKERS, BLOCKERS_MAX, type OffloadRecords } from './offload-records.ts';

const NONE: readonly OffloadBlocker[] = [];

export class OffloadBlockers {
  private readonly records: OffloadRecords;
  /** By number, from 1 on. */
  private readonly known: OffloadBlocker[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(records: OffloadRecords) {
    this.records = records;
  }

  /** These stand in the way of a session now. Beyond BLOCKERS_MAX they are not told. */
  add(place: number, blockers: readonly OffloadBlocker[]): void {
    const { words } = this.records;
    const from = this.records.wordsAt(place) + BLOCKERS;
    for (const blocker of blockers) {
      const number = this.numberOf(blocker);
      let at = from;
      while (at < from + BLOCKERS_MAX && words[at] !== 0 && words[at] !== number) at++;
      if (at < from + BLOCKERS_MAX) words[at] = number;
    }
  }

  /** All that stood in its way, in the order of the checks. */
  of(place: number): readonly OffloadBlocker[] {
    const { words } = this.records;
    const from = this.records.wordsAt(place) + BLOCKERS;
    if (words[from] === 0) return NONE;
    const list: OffloadBlocker[] = [];
    for (let i = 0; i < BLOCKERS_MAX && words[from + i] !== 0; i++) {
      list.push(this.known[words[from + i]! - 1]!);
    }
    return list.sort((a, b) => OFFLOAD_CHECKS.indexOf(a.check) - OFFLOAD_CHECKS.indexOf(b.check));
  }

  private numberOf(blocker: OffloadBlocker): number {
    const key = blockerKey(blocker);
    const number = this.numbers.get(key) ?? this.known.push(blocker);
    this.numbers.set(key, number);
    return number;
  }
}
