/** This file adds sessions up for the first screen and `run.json`: bounded, whatever their number. */

import type { EndReason } from '../session/end-reason.ts';
import type { SessionRow } from '../session/session-row.ts';
import { ApplicationCounts } from './application-counts.ts';
import { NatCounts } from './nat-counts.ts';
import { OffloadCounts } from './offload/counts.ts';
import { PredictCounts } from './predict-counts.ts';
import { ZonePairs } from './zone-pairs.ts';

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
  readonly byEndReason = new Map<EndReason, number>();
  readonly applications = new ApplicationCounts();
  readonly zonePairs = new ZonePairs();
  readonly nat = new NatCounts();
  readonly predicts = new PredictCounts();
  readonly offload = new OffloadCounts();
  readonly byProtocol = new Map<number, number>();

  /** Adds one session, ended or live. */
  add(row: SessionRow): void {
    if (row.end === null) this.live++;
    else this.ended++;
    this.packets += row.c2s.packets + row.s2c.packets;
    this.bytes += row.c2s.bytes + row.s2c.bytes;
    this.dropped += row.c2s.dropped + row.s2c.dropped;
    if (row.endReason !== null) bump(this.byEndReason, row.endReason);
    this.applications.add(row);
    this.zonePairs.add(row);
    this.nat.add(row);
    this.predicts.addSession(row);
    this.offload.add(row);
    bump(this.byProtocol, row.protocol);
  }

  /** Counts a session that is not reported. */
  addOutside(row: SessionRow): void {
    this.outside++;
    this.outsidePackets += row.c2s.packets + row.s2c.packets;
  }
}

function bump<K>(map: Map<K, number>, key: K): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}
