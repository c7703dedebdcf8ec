/**
 * This file remembers egress copies whose packet was not received yet. Where clocks differ, or a
 * program writes several interfaces, a copy may stand before its packet by a little: the packet is
 * given it when it comes, within a second. Most captures have no such copy, and pay for none.
 */

import type { InvariantDigest } from './invariant-digest.ts';
import type { SentEnds } from './nat-learning.ts';
import { RecentPackets } from './recent-packets.ts';

/** Copies remembered at most. */
const EARLY_MAX = 1 << 14;
const WINDOW_NS = 1e9;
/** Bits beside the kind of copy (received-packets): its packet came; a session counted it. */
const IS_GIVEN = 4;
const IS_COUNTED = 8;

export class EarlyCopies {
  private ring: RecentPackets | null = null;
  private readonly marks = new Uint8Array(EARLY_MAX);
  /** By entry, its ends: source, destination, ports. */
  private readonly ends = new Int32Array(3 * EARLY_MAX);
  private readonly sent: SentEnds = { source: 0, sport: 0, destination: 0, dport: 0 };
  private lastNs = Number.NEGATIVE_INFINITY;

  /**
   * Remembers a copy.
   *
   * @param kind COPY_ bit
   * @returns its entry
   */
  add(print: InvariantDigest, timeNs: number, kind: number, sent: Readonly<SentEnds>): number {
    this.ring ??= new RecentPackets(EARLY_MAX);
    this.lastNs = timeNs;
    const entry = this.ring.add(print.low, print.high, timeNs);
    this.marks[entry] = kind;
    this.ends[3 * entry] = sent.source;
    this.ends[3 * entry + 1] = sent.destination;
    this.ends[3 * entry + 2] = (sent.sport << 16) | sent.dport;
    return entry;
  }

  /** The ends that a copy left with; the object is used again. */
  endsOf(entry: number): Readonly<SentEnds> {
    const { sent, ends } = this;
    sent.source = ends[3 * entry]!;
    sent.destination = ends[3 * entry + 1]!;
    sent.sport = ends[3 * entry + 2]! >>> 16;
    sent.dport = ends[3 * entry + 2]! & 0xffff;
    return sent;
  }

  /** A session that was known by key alone counted the copy. */
  noteCounted(entry: number): void {
    this.marks[entry]! |= IS_COUNTED;
  }

  isCounted(entry: number): boolean {
    return (this.marks[entry]! & IS_COUNTED) !== 0;
  }

  /** Whether a packet that is received now could have a copy already. */
  isPossible(timeNs: number): boolean {
    return timeNs - this.lastNs <= WINDOW_NS;
  }

  /** Gives the oldest copy of the kind with this digest away: its entry, or -1. */
  take(print: InvariantDigest, timeNs: number, kind: number): number {
    const { ring, marks } = this;
    if (ring === null) return -1;
    let found = -1;
    let entry = ring.find(print.low, print.high, timeNs);
    for (; entry >= 0; entry = ring.findOlder(timeNs)) {
      const mark = marks[entry]!;
      if ((mark & IS_GIVEN) === 0 && (mark & kind) !== 0) found = entry;
    }
    if (found >= 0) marks[found]! |= IS_GIVEN;
    return found;
  }

  /** Moves remembered times by `deltaNs`, when the epoch changes. */
  rebase(deltaNs: number): void {
    this.ring?.rebase(deltaNs);
    this.lastNs += deltaNs;
  }
}
