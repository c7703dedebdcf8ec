/**
 * This file finds the one change of the configuration that would bring most packets into hardware.
 *
 * A session counts for a change only where nothing else stands against it: what two changes would do
 * together is not claimed. The number of changes is bounded by the configuration, which each of their
 * causes is a part of.
 */

import {
  blockerKey,
  OFFLOAD_CHECKS,
  type OffloadBlocker,
  type OffloadCheck,
  type OffloadRow,
} from '../../session/offload-row.ts';
import type { SessionRow } from '../../session/session-row.ts';
import { type HeavySession, heavySession } from './heavy-session.ts';

/** Changes that are listed. */
const LISTED_MAX = 20;

/** What a change would do. */
export interface OffloadChange {
  /** The check that it would have sessions pass, and what stands against them there. */
  readonly check: OffloadCheck;
  readonly cause: string | null;
  readonly sessions: number;
  /** What hardware would carry beyond what it does. */
  readonly packets: number;
  readonly bytes: number;
  /** The session with most of these packets. */
  readonly heaviest: HeavySession & { readonly freed_packets: number };
}

type Sums = { -readonly [key in keyof OffloadChange]: OffloadChange[key] };

export class OffloadChanges {
  private readonly byBlocker = new Map<string, Sums>();
  /** By blocker: what its change would cost, see `noteData`. */
  private readonly costs = new Map<string, { packets: number; bytes: number }>();
  private several = 0;
  private severalPackets = 0;

  /** Looks at what stands against one session. */
  add(row: SessionRow, offload: OffloadRow): void {
    const { blockers, potential } = offload;
    if (row.announcedBy !== null) this.noteData(row.announcedBy, offload);
    const blocker = blockers[0];
    if (blocker === undefined || potential.packets === 0) return;
    if (blockers.length === 1) {
      this.count(blocker, row, offload);
      return;
    }
    this.several++;
    this.severalPackets += potential.packets;
  }

  /** What `run.json` has; the change that frees most first. */
  report() {
    const changes = [...this.byBlocker]
      .map(([key, change]) => this.withCosts(key, change))
      .filter(({ packets }) => packets > 0)
      .sort(inOrder);
    return {
      changes: changes.slice(0, LISTED_MAX),
      changes_not_listed: Math.max(0, changes.length - LISTED_MAX),
      /** Sessions that more than one change would have to be made for. */
      blocked_by_several: { sessions: this.several, packets: this.severalPackets },
    };
  }

  /**
   * Without its ALG nothing tells what data are: they may never be identified. So what hardware has of them
   * is taken to be lost.
   */
  private noteData(application: string, { c2s, s2c }: OffloadRow): void {
    const key = blockerKey({ check: 'alg-control', cause: application });
    const { packets, bytes } = this.costs.get(key) ?? { packets: 0, bytes: 0 };
    this.costs.set(key, {
      packets: packets + c2s.hardwarePackets + s2c.hardwarePackets,
      bytes: bytes + c2s.hardwareBytes + s2c.hardwareBytes,
    });
  }

  private withCosts(key: string, change: OffloadChange): OffloadChange {
    const { packets, bytes } = this.costs.get(key) ?? { packets: 0, bytes: 0 };
    return {
      ...change,
      packets: change.packets - packets,
      bytes: Math.max(0, change.bytes - bytes),
    };
  }

  private count(blocker: OffloadBlocker, row: SessionRow, offload: OffloadRow): void {
    const { packets, bytes } = offload.potential;
    const key = blockerKey(blocker);
    const sums = this.byBlocker.get(key);
    if (sums === undefined) {
      const heaviest = { ...heavySession(row, offload), freed_packets: packets };
      this.byBlocker.set(key, { ...blocker, sessions: 1, packets, bytes, heaviest });
      return;
    }
    sums.sessions++;
    sums.packets += packets;
    sums.bytes += bytes;
    const { session, freed_packets: most } = sums.heaviest;
    if (packets > most || (packets === most && row.serial < session)) {
      sums.heaviest = { ...heavySession(row, offload), freed_packets: packets };
    }
  }
}

/** Most packets first; on equal ones in the order of the checks, then of the causes. */
function inOrder(a: OffloadChange, b: OffloadChange): number {
  const order = OFFLOAD_CHECKS.indexOf(a.check) - OFFLOAD_CHECKS.indexOf(b.check);
  const [one, other] = [a.cause ?? '', b.cause ?? ''];
  return b.packets - a.packets || order || (one < other ? -1 : one > other ? 1 : 0);
}
