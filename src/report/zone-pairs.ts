/** This file adds sessions up by the zones that they lead from and to: bounded, whatever the zones. */

import type { SessionRow } from '../session/session-row.ts';

/** Distinct pairs that are told apart; the rest is one pair of `OTHERS`. */
const PAIRS_MAX = 1000;

/** Stands for all that is not told apart. */
export const OTHERS = '(others)';

/** What went between two zones; a session's egress zone is the one after translation. */
export interface ZonePair {
  readonly from: string;
  readonly to: string;
  sessions: number;
  packets: number;
  bytes: number;
  /** Of the packets. */
  dropped: number;
}

/** A pair without sessions. */
function emptyPair(from: string, to: string): ZonePair {
  return { from, to, sessions: 0, packets: 0, bytes: 0, dropped: 0 };
}

/** Sums of sessions, pair by pair. */
export class ZonePairs {
  private readonly byFrom = new Map<string, Map<string, ZonePair>>();
  private readonly others = emptyPair(OTHERS, OTHERS);
  private count = 0;

  /** Adds one session. */
  add(row: SessionRow): void {
    const pair = this.pair(row.sourceZone, row.destinationZone ?? 'unknown');
    pair.sessions++;
    pair.packets += row.c2s.packets + row.s2c.packets;
    pair.bytes += row.c2s.bytes + row.s2c.bytes;
    pair.dropped += row.c2s.dropped + row.s2c.dropped;
  }

  /** The pair with the most sessions first, names in order on equal counts, the others last. */
  list(): ZonePair[] {
    const pairs = [...this.byFrom.values()].flatMap((byTo) => [...byTo.values()]);
    pairs.sort((a, b) => b.sessions - a.sessions || order(a.from, b.from) || order(a.to, b.to));
    return this.others.sessions === 0 ? pairs : [...pairs, this.others];
  }

  private pair(from: string, to: string): ZonePair {
    let byTo = this.byFrom.get(from);
    let pair = byTo?.get(to);
    if (pair !== undefined) return pair;
    if (this.count === PAIRS_MAX) return this.others;
    this.count++;
    if (byTo === undefined) {
      byTo = new Map();
      this.byFrom.set(from, byTo);
    }
    pair = emptyPair(from, to);
    byTo.set(to, pair);
    return pair;
  }
}

/** Order of names, the same in every locale. */
export function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
