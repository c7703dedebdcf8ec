/**
 * This file says what a predict session is: the entry of the table that an ALG's announcement makes
 * (panos.md §6.1). Objects, not words of a record: they are few, and no packet of a live session looks at
 * one.
 */

import type { PredictNote } from '../events/event-log.ts';

/** Predicts that may be in the table at once, all together and of one parent. */
export const PREDICTS_MAX = 65_536;
export const PREDICTS_PER_SESSION_MAX = 4096;

/** What became of a predict (CONTRACT: predict). */
export type PredictOutcome =
  | 'open'
  | 'converted'
  | 'expired'
  | 'withdrawn'
  | 'superseded'
  | 'parent-closed';

/** One end of the flow that is expected, as the initiator addresses it. */
export interface PredictEnd {
  /** One word or four; null is any address. */
  words: Int32Array | null;
  /** 0 is any. */
  port: number;
  /** Number; ZONE_ANY is any. */
  readonly zone: number;
}

/** A port of a pool that a predict, and then its children, hold. */
export interface PortHold {
  readonly address: number;
  readonly destination: number;
  port: number;
  /** Whether it is counted in the pool: one that the capture showed may be another session's. */
  isTaken: boolean;
  /** It is counted alone: a twin's (PortCounts). */
  readonly isOfTwin: boolean;
  /** Number of the pool's use (NatPools). */
  readonly use: number;
  /** Who holds it: predicts and children. */
  holders: number;
}

/** Where a port is to be taken that leads to an announced end. */
export interface PortWish {
  /** Number of the pool's use (NatPools). */
  readonly use: number;
  readonly address: number;
  readonly destination: number;
}

/** The addresses of a parent's two ends: what each is itself, and as the other side sees it. IPv4. */
export interface ParentEnds {
  readonly own: readonly [client: number, server: number];
  readonly seen: readonly [client: number, server: number];
}

/** Where and when something happened, in a form that outlives a change of the epoch. */
export interface Moment {
  /** Seconds since 1970. */
  readonly second: number;
  readonly nanosecond: number;
  /** Frame number; 0 when a timer did it. */
  readonly packet: number;
  readonly file: number;
  readonly frame: number;
}

/** What is known of a predict when it is installed. */
export interface PredictFacts {
  readonly parentSlot: number;
  /** Serial and session id. */
  readonly parent: number;
  readonly parentId: number;
  /** Number of the twin that the parent is of; 0 is an original. */
  readonly twin: number;
  /** Index of the application, or -1 for one that the configuration does not know. */
  readonly application: number;
  /** Number of the rule that the parent met. */
  readonly rule: number;
  readonly protocol: number;
  readonly family: 4 | 6;
  readonly source: PredictEnd;
  readonly destination: PredictEnd;
  /** What the destination becomes, IPv4; null where it stays. */
  readonly translated: { readonly word: number; readonly port: number } | null;
  /** null for IPv6. */
  readonly ends: ParentEnds | null;
  /** Side of the parent that the destination is on; null where that is not known. */
  readonly side: 0 | 1 | null;
  /** null where the destination's port stays, or is that of the parent's own end, translated as that is. */
  readonly wish: PortWish | null;
  /** Number of the NAT rule that the parent met, or that another host announced would meet; or -1. */
  readonly natRule: number;
  readonly group: string;
  /** Equal for two announcements of the same by one parent. */
  readonly identity: string;
  readonly note: PredictNote;
  readonly installed: Moment;
  /** Seconds. */
  readonly timeout: number;
}

export class Predict {
  /** Counts predicts; 0 for what was refused. */
  serial = 0;
  /** What a user sees as `session_id`. */
  sessionId = 0;
  /** When its timer is due; ns since the epoch. */
  deadlineNs = 0;
  /** `open` while it is in the table and nothing matched it. */
  outcome: PredictOutcome = 'open';
  /** Serial of the first child, or 0. */
  child = 0;
  /** How many sessions it was converted to. */
  children = 0;
  hold: PortHold | null = null;
  /** What withdrew it. */
  withdrawnBy: string | null = null;
  /** Its destination port is that of a packet that was taken for its first. */
  isInferred = false;
  /** The capture shows its destination in the message as the firewall sent it. */
  isObserved = false;
  /** Why it is not let through; null for one that is in the table. */
  readonly refusal: string | null;
  /** Application whose ALG asked for it. */
  readonly alg: string;

  /** Changes where its parent turns out to be translated otherwise. */
  facts: PredictFacts;

  // Links of the table (predict-table).
  next: Predict | null = null;
  before: Predict | null = null;
  hash = 0;
  shape = 0;
  heapIndex = -1;

  constructor(facts: PredictFacts, alg: string, refusal: string | null) {
    this.facts = facts;
    this.alg = alg;
    this.refusal = refusal;
  }
}
