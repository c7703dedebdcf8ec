/** This file counts how much of a pool of translated addresses is in use: what `show running ippool` tells. */

import type { SourceTranslation } from '../config/network-config.ts';

/** Kinds of source translation that take something of a pool. */
export type PoolKind = Exclude<SourceTranslation['kind'], 'static-ip'>;

export class PoolUse {
  readonly kind: PoolKind;
  /** Addresses and prefixes. */
  readonly addresses: readonly string[];
  /** Addresses of `dynamic-ip`; ports of all addresses, times the oversubscription rate, of the other. */
  readonly capacity: number;
  /** Names of the rules that take of it; of some as their fallback. */
  readonly rules: string[] = [];
  inUse = 0;
  /** Most in use at once. */
  peak = 0;
  /** Sessions that found nothing in it. */
  failures = 0;

  constructor(kind: PoolKind, addresses: readonly string[], capacity: number) {
    this.kind = kind;
    this.addresses = addresses;
    this.capacity = capacity;
  }

  /** One more is in use. */
  take(): void {
    if (++this.inUse > this.peak) this.peak = this.inUse;
  }

  /** One is free again. */
  give(): void {
    this.inUse--;
  }
}
