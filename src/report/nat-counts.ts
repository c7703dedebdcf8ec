/** This file adds sessions up by what NAT made of them, for the first screen and `run.json`. */

import type { PoolUse } from '../session/pool-use.ts';
import type { SessionRow } from '../session/session-row.ts';
import { byCount } from './counting.ts';

/** Sums of sessions by their translation; the rules that they name bound the memory. */
export class NatCounts {
  private readonly byFlags = { NS: 0, ND: 0, NB: 0 };
  private readonly byRule = new Map<string, number>();
  private observed = 0;
  private inferred = 0;
  private unexplained = 0;

  /** Adds one session. */
  add({ nat, natRule }: SessionRow): void {
    if (natRule !== null) this.byRule.set(natRule, (this.byRule.get(natRule) ?? 0) + 1);
    if (nat === null) return;
    this.byFlags[nat.flags]++;
    if (nat.isObserved) this.observed++;
    if (nat.isInferred) this.inferred++;
    if (nat.isUnexplained) this.unexplained++;
  }

  /** What `run.json` has; `pools` are the replay's. */
  report(pools: readonly PoolUse[]) {
    const { NS, ND, NB } = this.byFlags;
    return {
      translated: NS + ND + NB,
      source: NS,
      destination: ND,
      both: NB,
      observed: this.observed,
      inferred: this.inferred,
      unexplained: this.unexplained,
      rules: Object.fromEntries(byCount(this.byRule)),
      pools: pools.map(({ kind, addresses, rules, inUse, peak, capacity, failures }) => {
        return { kind, addresses, rules, in_use: inUse, peak, capacity, failures };
      }),
    };
  }
}
