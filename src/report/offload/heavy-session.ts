/** This file says which session it is that costs the dataplane much. */

import type { OffloadCheck, OffloadRow } from '../../session/offload-row.ts';
import type { SessionRow } from '../../session/session-row.ts';

/** A session by what one would look for on the firewall, with what the dataplane had of it. */
export interface HeavySession {
  readonly session: number;
  readonly application: string | null;
  readonly rule: string | null;
  readonly protocol: number;
  readonly source: string;
  readonly sport: number;
  readonly dst: string;
  readonly dport: number;
  readonly dataplane_packets: number;
  readonly dataplane_bytes: number;
  /**
   * The first check that stands against it, or did for a time; null where the dataplane had only what is
   * never hardware's.
   */
  readonly reason: OffloadCheck | null;
  /** What fails there. */
  readonly cause: string | null;
}

/** What outlasts the row. */
export function heavySession(row: SessionRow, offload: OffloadRow): HeavySession {
  const { serial, application, rule, protocol, source, sport, destination, dport } = row;
  const { c2s, s2c, path, blockers } = offload;
  const failed = path.find(({ outcome }) => outcome === 'failed') ?? blockers[0];
  return {
    ...{ session: serial, application, rule, protocol, source, sport, dst: destination, dport },
    dataplane_packets: c2s.dataplanePackets + s2c.dataplanePackets,
    dataplane_bytes: c2s.dataplaneBytes + s2c.dataplaneBytes,
    reason: failed?.check ?? null,
    cause: failed?.cause ?? null,
  };
}
