/** This file adds sessions up for the first screen and `run.json`: bounded, whatever their number. */

import type { SessionRow } from '../session/session-row.ts';
import { NatCounts } from './nat-counts.ts';
import { OTHERS, ZonePairs } from './zone-pairs.ts';

/** Distinct applications that are told apart; the rest is `(others)`. */
const KEYS_MAX = 1000;

/** Sessions by one property, and by how they ended. */
export class SessionSummary {
  ended = 0;
  live = 0;
  packets = 0;
  bytes = 0;
  dropped = 0;
  /** Sessions that are not reported, since they were not there in the span, and their packets. */
  outside = 0;
  outsidePackets = 0;
  /** Of sessions that ended. */
  readonly byEndReason = new Map<string, number>();
  readonly byApplication = new Map<string, number>();
  readonly zonePairs = new ZonePairs();
  readonly nat = new NatCounts();
  readonly byProtocol = new Map<number, number>();

  /** Adds one session, ended or live. */
  add(row: SessionRow): void {
    if (row.end === null) this.live++;
    else this.ended++;
    this.packets += row.c2s.packets + row.s2c.packets;
    this.bytes += row.c2s.bytes + row.s2c.bytes;
    this.dropped += row.c2s.dropped + row.s2c.dropped;
    if (row.endReason !== null) bump(this.byEndReason, row.endReason);
    bump(this.byApplication, row.application ?? '(not identified)');
    this.zonePairs.add(row);
    this.nat.add(row);
    this.byProtocol.set(row.protocol, (this.byProtocol.get(row.protocol) ?? 0) + 1);
  }

  /** Counts a session that is not reported. */
  addOutside(row: SessionRow): void {
    this.outside++;
    this.outsidePackets += row.c2s.packets + row.s2c.packets;
  }
}

function bump(map: Map<string, number>, key: string): void {
  const known = map.get(key);
  if (known !== undefined) map.set(key, known + 1);
  else if (map.size < KEYS_MAX) map.set(key, 1);
  else map.set(OTHERS, (map.get(OTHERS) ?? 0) + 1);
}
