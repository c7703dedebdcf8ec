/**
 * This file gives out whole addresses (dynamic-ip): a source takes the next available one and holds it as
 * long as it has sessions. Next is the first that was never used, else the one that has been free
 * longest.
 *
 * @source vendor's web interface help 11-2, "NAT Translated Packet Tab"
 * @confidence documented (next available, held), assumed (which is next)
 */

import type { PoolUse } from '../session/pool-use.ts';
import { SessionIds } from '../session/session-ids.ts';
import type { AddressList } from './address-list.ts';

/** What a source holds. */
interface Held {
  /** Position in the pool, from 1. */
  readonly number: number;
  sessions: number;
}

export class NatAddresses {
  readonly addresses: AddressList;

  private readonly use: PoolUse;
  private readonly numbers: SessionIds;
  /** By client (nat-twins). */
  private readonly bySource = new Map<number, Held>();

  /** @param use of what is taken and given back */
  constructor(addresses: AddressList, use: PoolUse) {
    this.addresses = addresses;
    this.use = use;
    this.numbers = new SessionIds(addresses.count);
  }

  /** Addresses that sources hold. */
  get inUse(): number {
    return this.bySource.size;
  }

  /** One more session of a source; false where no address is free for it. */
  hold(source: number): boolean {
    const held = this.bySource.get(source);
    if (held !== undefined) {
      held.sessions++;
      return true;
    }
    if (this.bySource.size >= this.addresses.count) {
      this.use.failures++;
      return false;
    }
    this.use.take();
    this.bySource.set(source, { number: this.numbers.take(), sessions: 1 });
    return true;
  }

  /** The address that a source holds. */
  of(source: number): number {
    const held = this.bySource.get(source)!;
    return this.addresses.at(held.number - 1);
  }

  /** The same; null for a source that holds none. */
  heldBy(source: number): number | null {
    return this.bySource.has(source) ? this.of(source) : null;
  }

  /** One session of a source is over. */
  letGo(source: number): void {
    const held = this.bySource.get(source)!;
    if (--held.sessions > 0) return;
    this.bySource.delete(source);
    this.use.give();
    this.numbers.release(held.number);
  }
}
