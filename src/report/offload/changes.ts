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
  private several = 0;
  private severalPackets = 0;

  /** Looks at what stands against one session. */
  add(row: SessionRow, offload: OffloadRow): void {
    const { blockers, potential } = offload;
    const [blocker] = blockers;
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
    const changes = [...this.byBlocker.values()].sort(inOrder);
    return {
      changes: changes.slice(0, LISTED_MAX),
      changes_not_listed: Math.max(0, changes.length - LISTED_MAX),
      /** Sessions that more than one change would have to be made for. */
      blocked_by_several: { sessions: this.several, packets: this.severalPackets },
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
