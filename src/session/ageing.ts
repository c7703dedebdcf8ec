/**
 * This file holds the timers of the table under both clocks: the usual one, and the accelerated one
 * that counts while the table is nearly full (panos.md §2.2, CONTRACT: Accelerated ageing).
 *
 * An accelerated deadline is the time when the timer was started plus timeout ÷ factor. Where ageing
 * can be accelerated at all, each session stands in a second wheel by that deadline; the second wheel
 * is looked at only while occupancy is at or above the threshold. What lies in the past when the
 * threshold is crossed falls due at that moment, in the order of these deadlines.
 */

import type { FirewallConfig } from '../config/firewall-config.ts';
import { Ager } from './ager.ts';
import type { SessionTable } from './session-table.ts';

export class Ageing {
  /** Whether the accelerated clock counts now. */
  isAccelerated = false;
  /** Whether the session that `takeDue` gave last ends earlier than its usual timer. */
  isEarly = false;
  /** When the session that `takeDue` gave last falls due; ns since the epoch. */
  dueNs = Number.NaN;

  private readonly table: SessionTable;
  /** The usual clock: one comparison a packet while ageing is not accelerated. */
  readonly usual: Ager;
  private readonly fast: Ager | null;
  /** Live sessions from which on ageing is accelerated. */
  private readonly threshold: number;
  /** When it was last switched on. */
  private sinceNs = Number.NaN;

  constructor(table: SessionTable, config: FirewallConfig) {
    this.table = table;
    this.usual = new Ager(table);
    const { enable, threshold, scalingFactor } = config.session.acceleratedAging;
    const capacity = config.tableSessions;
    const isPossible = enable && capacity !== null;
    this.threshold = isPossible
      ? Math.ceil((capacity * threshold) / 100)
      : Number.POSITIVE_INFINITY;
    this.fast = isPossible ? new Ager(table, { factor: scalingFactor }) : null;
  }

  /** No timer is due before this time; ns since the epoch. */
  get nextNs(): number {
    if (this.isAccelerated && this.fast !== null) {
      return Math.min(this.usual.nextNs, Math.max(this.fast.nextNs, this.sinceNs));
    }
    return this.usual.nextNs;
  }

  /** When a session falls due under the clock that counts now; ns since the epoch. */
  deadlineOf(slot: number): number {
    if (!this.isAccelerated || this.fast === null) return this.usual.deadlineOf(slot);
    return Math.max(this.fast.deadlineOf(slot), this.sinceNs);
  }

  /** Enters a session whose deadline stands in its record. */
  add(slot: number): void {
    this.usual.add(slot);
    this.fast?.add(slot);
  }

  /** Tells that a deadline moved earlier. Later ones need no call. */
  shorten(slot: number): void {
    this.usual.shorten(slot);
    this.fast?.shorten(slot);
  }

  /** Takes a session out. */
  remove(slot: number): void {
    this.usual.remove(slot);
    this.fast?.remove(slot);
  }

  /** Forgets every session, so that all can be entered again under another epoch. */
  clear(deltaNs: number): void {
    this.usual.clear();
    this.fast?.clear();
    this.sinceNs += deltaNs;
  }

  /**
   * Notes how many sessions are live; true where that switches the accelerated clock on or off.
   *
   * @param nowNs ns since the epoch
   */
  noteOccupancy(nowNs: number): boolean {
    const isAbove = this.table.live >= this.threshold;
    if (isAbove === this.isAccelerated) return false;
    this.isAccelerated = isAbove;
    if (isAbove) this.sinceNs = nowNs;
    return true;
  }

  /** The slot that falls due first at or before `now`, at `dueNs`; -1 without one. */
  takeDue(now: number): number {
    if (this.isAccelerated && this.fast !== null && now >= this.sinceNs) {
      const slot = this.fast.takeDue(now);
      if (slot >= 0) {
        this.dueNs = this.deadlineOf(slot);
        this.isEarly = this.dueNs < this.usual.deadlineOf(slot);
        return slot;
      }
    }
    const slot = this.usual.takeDue(now);
    if (slot >= 0) this.dueNs = this.usual.deadlineOf(slot);
    this.isEarly = false;
    return slot;
  }
}
